def keep_badges(env):
    """Leave the badges that people have when Collab is uninstalled: they are theirs."""
    badges = env["gamification.badge.user"].search([]).badge_id
    env["ir.model.data"].search(
        [
            ("module", "=", "collab_checkin"),
            ("model", "=", "gamification.badge"),
            ("res_id", "in", badges.ids),
        ]
    ).unlink()

from odoo import api, fields, models


class CollabApprovalPolicyVersion(models.Model):
    """A policy as it was published. It never changes; only what is in force does."""

    _name = "collab.approval.policy.version"
    _description = "Approval Policy Version"
    _inherit = ["collab.sealed.mixin"]
    _order = "policy_id, number desc"
    _rec_name = "number"

    # set null: a policy goes with the model of an app that is uninstalled
    policy_id = fields.Many2one(
        "collab.approval.policy", readonly=True, ondelete="set null", index=True
    )
    number = fields.Integer(readonly=True, required=True)
    snapshot = fields.Json(readonly=True, required=True)
    in_force = fields.Boolean(readonly=True)
    published_by = fields.Many2one("res.users", readonly=True, ondelete="restrict")

    # what it says, for people
    model = fields.Char(string="Document Model", compute="_compute_content")
    domain = fields.Char(string="For", compute="_compute_content")
    steps = fields.Text(compute="_compute_content")

    _number_uniq = models.UniqueIndex("(policy_id, number)", "This version exists already.")
    _one_in_force = models.UniqueIndex(
        "(policy_id) WHERE in_force", "A policy has one version in force."
    )

    @api.depends("snapshot")
    def _compute_content(self):
        for version in self:
            snapshot = version.snapshot or {}
            version.model = snapshot.get("model")
            version.domain = repr(snapshot.get("domain", []))
            version.steps = "\n".join(
                f"{stage['name']}: {', '.join(step['name'] for step in stage['steps'])}"
                for stage in snapshot.get("stages", ())
            )

    @api.depends("number", "policy_id.name")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(policy)s, version %(number)s",
                policy=version.sudo().policy_id.name or (version.snapshot or {}).get("name", ""),
                number=version.number,
            )

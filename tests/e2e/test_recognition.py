"""What recognition looks like when people have used it for three months: the demo data's story."""

from playwright.sync_api import expect

#: Of each screen: its address, and what is on it once there is life
SCREENS = {
    "card": ("workbench", ".o_collab_checkin"),
    "wall": ("collab-praise-wall", ".o_collab_kudos_text"),
    "leaderboard": ("collab-leaderboard", ".o_collab_leaderboard_podium li"),
    "points": ("collab-points", ".o_data_row, .o_kanban_record:not(.o_kanban_ghost)"),
    "badges": ("collab-badges", ".o_kanban_record:not(.o_kanban_ghost)"),
    "rewards": ("collab-rewards", ".o_collab_reward"),
    "practices": ("collab-best-practices", ".o_kanban_record:not(.o_kanban_ghost)"),
    "nominations": ("collab-nominations", ".o_kanban_record:not(.o_kanban_ghost)"),
    "participation": ("collab-participation", ".o_data_row, .o_kanban_record"),
}


def look(mara, suffix):
    for name, (path, life) in SCREENS.items():
        page = mara.open(f"/odoo/{path}")
        expect(page.locator(life).first).to_be_visible()
        expect(page.locator(".o_view_nocontent")).to_have_count(0)
        mara.no_overflow()
        mara.point_away()
        mara.picture(f"recognition-{name}-{suffix}")


def test_every_screen_has_life(person, language):
    look(person("mara"), language)


def test_every_screen_has_life_on_a_phone(person):
    look(person("mara", phone=True), "phone")

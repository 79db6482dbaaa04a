from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.web.tests.test_js import unit_test_error_checker


@tagged("post_install", "-at_install")
class TestWorkbench(HttpCase):
    def test_unit_tests(self):
        """The page with fake cards, in the browser."""
        # Hoot identifies a suite by a hash of its name
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"
            f"&id={self._hoot_id('@collab_workbench')}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=unit_test_error_checker,
        )

    def _hoot_id(self, name):
        value = 0
        for char in name:
            value = ((value << 5) - value + ord(char)) & 0xFFFFFFFF
        return f"{value:08x}"

    def test_tour(self):
        """An internal user finds the workbench and makes it the home page."""
        user = new_test_user(self.env, "workbench_user", groups="base.group_user")
        self.patch(self.env.registry["collab.card"], "_collab_cards", lambda cards: [])
        self.start_tour("/odoo", "collab_workbench_tour", login="workbench_user")
        self.assertEqual(user.action_id.id, self.env.ref("collab_workbench.home").id)

from odoo.tests import new_test_user, tagged

from odoo.addons.collab_base.tests.hoot import HootCase


@tagged("post_install", "-at_install")
class TestWorkbench(HootCase):
    def test_unit_tests(self):
        """The page with fake cards, in the browser."""
        self.run_hoot("collab_workbench")

    def test_tour(self):
        """An internal user finds the workbench and makes it the home page."""
        user = new_test_user(self.env, "workbench_user", groups="base.group_user")
        self.patch(self.env.registry["collab.card"], "_collab_cards", lambda cards: [])
        self.start_tour("/odoo", "collab_workbench_tour", login="workbench_user")
        self.assertEqual(user.action_id.id, self.env.ref("collab_workbench.home").id)

from odoo.tests import tagged

from odoo.addons.collab_base.tests.hoot import HootCase


@tagged("post_install", "-at_install")
class TestJs(HootCase):
    def test_unit_tests(self):
        """The card with made-up answers, in the browser."""
        self.run_hoot("collab_kpi_pulse")

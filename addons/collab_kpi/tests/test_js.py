from odoo.tests import tagged

from odoo.addons.collab_base.tests.hoot import HootCase


@tagged("post_install", "-at_install")
class TestJs(HootCase):
    def test_unit_tests(self):
        """The dashboard with made-up answers, in the browser."""
        self.run_hoot("collab_kpi")


@tagged("post_install", "-at_install")
class TestMobileJs(HootCase):
    browser_size = "375x667"
    touch_enabled = True

    def test_unit_tests(self):
        """The dashboard on a phone."""
        self.run_hoot("collab_kpi", preset="mobile")

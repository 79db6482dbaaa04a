from odoo import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import PurchaseApprovalCase


@tagged("post_install", "-at_install")
class TestVendorPortal(HttpCase, PurchaseApprovalCase):
    """A vendor with the link to an order that is under review."""

    def _acknowledge(self, order):
        token = order.sudo()._portal_ensure_token()
        self.env.flush_all()
        return self.url_open(f"/my/purchase/{order.id}?access_token={token}&acknowledge=True")

    def test_acknowledging_goes_on(self):
        order, _request = self._submitted()
        self.assertEqual(self._acknowledge(order).status_code, 200)
        self.env.invalidate_all()
        self.assertTrue(order.acknowledged)

    @mute_logger("odoo.http", "odoo.addons.http_routing.models.ir_http")
    def test_what_goes_on_inside_stays_inside(self):
        self.policy.free_field_ids = [Command.clear()]
        self.policy.action_publish()
        order, _request = self._submitted()
        answer = self._acknowledge(order).text
        self.assertIn("at the moment", answer)
        for word in ("review", "withdraw", self.buyer.name):
            self.assertNotIn(word, answer)
        self.env.invalidate_all()
        self.assertFalse(order.acknowledged)

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestTours(HttpCase):
    """A buyer and the manager above, in the browser, with an order of 12,000."""

    def setUp(self):
        super().setUp()
        groups = "base.group_user,purchase.group_purchase_user"
        self.buyer = new_test_user(self.env, "tour_buyer", groups, name="Bo Buyer")
        self.manager = new_test_user(self.env, "tour_manager", groups, name="Mira Manager")
        boss, staff = self.env["hr.employee"].create(
            [
                {"name": self.manager.name, "user_id": self.manager.id},
                {"name": self.buyer.name, "user_id": self.buyer.id},
            ]
        )
        staff.parent_id = boss
        vendor = self.env["res.partner"].create({"name": "Tour Vendor"})
        product = self.env["product.product"].create(
            {"name": "Assembly bench", "type": "consu", "supplier_taxes_id": []}
        )
        self.order = (
            self.env["purchase.order"]
            .with_user(self.buyer)
            .create(
                {
                    "name": "PO/TOUR/00001",
                    "partner_id": vendor.id,
                    "user_id": self.buyer.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_qty": 10,
                                "price_unit": 1200,
                                "tax_ids": [],
                            }
                        )
                    ],
                }
            )
        )

    def _tour(self, name, user):
        self.start_tour("/odoo", f"collab_approval_purchase_{name}", login=user.login)
        self.env.invalidate_all()

    def _requests(self):
        """Return the requests of the order, the oldest first."""
        return (
            self.env["collab.approval.request"]
            .search([("res_model", "=", "purchase.order"), ("res_id", "=", self.order.id)])
            .sorted("id")
        )

    def _events(self, request):
        """Return what the log tells: [(event, login of whom it names, comment)]."""
        rows = request.log_ids.sorted("chain_index")
        return [(row.event, row.user_id.login, row.comment or "") for row in rows]

    def test_from_the_refusal_to_the_purchase_order(self):
        # Odoo logs a refusal as a warning, and this one is meant
        with mute_logger("odoo.http"):
            self._tour("submit", self.buyer)
        request = self._requests()
        self.assertEqual(request.mapped("state"), ["running"])
        self.assertEqual(request.note, "Needed for hall 2")
        self.assertEqual(request.task_ids.user_id, self.manager)
        self.assertEqual(self.order.state, "draft")

        self._tour("approve", self.manager)
        self.assertEqual(request.state, "approved")
        self.assertEqual(self.order.state, "draft")

        self._tour("confirm", self.buyer)
        self.assertEqual(self.order.state, "purchase")
        self.assertEqual(self._requests(), request)
        self.assertTrue(request.used_at)
        self.assertEqual(
            self._events(request),
            [
                ("submitted", "tour_buyer", "Needed for hall 2"),
                ("approved", "tour_manager", ""),
                ("approved_all", "tour_manager", ""),
                ("used", "tour_buyer", ""),
            ],
        )

    def test_rejected_submitted_again_and_withdrawn(self):
        first = (
            self.env["collab.approval.request"]
            .with_user(self.buyer)
            .submit("purchase.order", self.order.ids, "The old ones are worn")
            .with_env(self.env)
        )
        self._tour("reject", self.manager)
        self.assertEqual(first.state, "rejected")
        self.assertEqual(self.order.state, "draft")

        self._tour("withdraw", self.buyer)
        self.assertEqual(self.order.state, "draft")
        requests = self._requests()
        self.assertEqual(requests.mapped("state"), ["rejected", "withdrawn"])
        self.assertEqual(
            self._events(first),
            [
                ("submitted", "tour_buyer", "The old ones are worn"),
                ("rejected", "tour_manager", "Ask a second vendor"),
                ("rejected_all", "tour_manager", ""),
            ],
        )
        self.assertEqual(
            self._events(requests - first),
            [
                ("submitted", "tour_buyer", "There is no second vendor"),
                ("withdrawn", "tour_buyer", ""),
            ],
        )

from odoo import Command
from odoo.tests import tagged

from odoo.addons.collab_approval_purchase.tests.common import PurchaseApprovalCase


@tagged("post_install", "-at_install")
class TestReplenishment(PurchaseApprovalCase):
    """What is needed is ordered, whatever is under review."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )
        buy = cls.env.ref("purchase_stock.route_warehouse0_buy")
        cls.goods = cls.env["product.product"].create(
            [
                {
                    "name": name,
                    "is_storable": True,
                    "route_ids": [Command.set(buy.ids)],
                    "supplier_taxes_id": [],
                    "seller_ids": [Command.create({"partner_id": vendor.id, "price": price})],
                }
                for name, vendor, price in (
                    ("Steel", cls.vendor, 1000),
                    ("Screws", cls.vendor, 1),
                    ("Paint", cls.other_vendor, 1),
                )
            ]
        )

    def _replenish(self, product, quantity):
        self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": product.id,
                "warehouse_id": self.warehouse.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "product_min_qty": quantity,
                "product_max_qty": quantity,
            }
        )
        self.env["stock.rule"].with_user(self.settings).sudo().run_scheduler()

    def _orders(self, product):
        return self.env["purchase.order.line"].search([("product_id", "=", product.id)]).order_id

    def test_another_order_than_the_one_under_review(self):
        steel, screws, paint = self.goods
        self._replenish(steel, 9)
        order = self._orders(steel)
        requests = self.env["collab.approval.request"].with_user(self.buyer)
        request = requests.submit("purchase.order", order.ids)
        self.assertTrue(order.is_in_approval)
        self._replenish(screws, 5)
        self._replenish(paint, 5)
        self.assertEqual(order.order_line.product_id, steel)
        self.assertEqual(len(self._orders(screws) | self._orders(paint) | order), 3)
        decider = request.sudo().task_ids.filtered(lambda t: t.state == "pending")._people()[0]
        request.with_user(decider).action_approve()
        self.assertEqual(request.state, "approved")
        self.assertTrue(order.is_in_approval)
        self.env["stock.rule"].run_scheduler()
        order.with_user(self.buyer).button_confirm()
        self.assertEqual(order.state, "purchase")

    def test_others_are_added_to(self):
        steel, screws, __ = self.goods
        self._replenish(steel, 9)
        order = self._orders(steel)
        self.assertFalse(order.is_in_approval)
        for values, finds in (([True], False), ([False], True), ([True, False], True)):
            found = order.search([("id", "=", order.id), ("is_in_approval", "in", values)])
            self.assertEqual(bool(found), finds, values)
        self._replenish(screws, 5)
        self.assertEqual(self._orders(screws), order)

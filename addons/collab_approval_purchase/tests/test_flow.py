from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.collab_approval.tests.common import as_committed
from odoo.addons.collab_guard.exceptions import GuardError

from .common import PurchaseApprovalCase


@tagged("post_install", "-at_install")
class TestFlow(PurchaseApprovalCase):
    """The ready flow of purchase orders, with the native buttons."""

    def test_small_orders_pass(self):
        order = self._order(5000)
        order.button_confirm()
        self.assertEqual(order.state, "purchase")

    def test_small_order_cannot_be_submitted(self):
        order = self._order(10)
        with self.assertRaisesRegex(UserError, "does not need an approval"):
            self.env["collab.approval.request"].submit("purchase.order", order.ids)

    def test_manager_then_native_button(self):
        order, request = self._submitted(5000.01)
        self.assertEqual(request.sudo().task_ids.user_id, self.manager)
        request.with_user(self.manager).action_approve()
        self.assertEqual(request.state, "approved")
        self.assertEqual(order.state, "draft")
        order.button_confirm()
        self.assertEqual(order.state, "purchase")

    def test_director_over_twenty_thousand(self):
        _order, request = self._submitted(20000)
        request.with_user(self.manager).action_approve()
        self.assertEqual(request.state, "approved")
        order, request = self._submitted(20000.01)
        request.with_user(self.manager).action_approve()
        self.assertEqual(request.state, "running")
        with self.assertRaises(UserError):
            order.button_confirm()
        request.with_user(self.director).action_approve()
        self.assertEqual(request.state, "approved")
        order.button_confirm()
        self.assertEqual(order.state, "purchase")

    def test_preview_is_what_happens(self):
        order = self._order(30000)
        [preview] = (
            self.env["collab.approval.request"]
            .with_user(self.buyer)
            .preview("purchase.order", order.ids)
        )
        self.assertFalse(preview["problem"])
        request = (
            self.env["collab.approval.request"]
            .with_user(self.buyer)
            .submit("purchase.order", order.ids)
        )
        path = request.path()
        asked = [
            [p["name"] for step in stage["steps"] for p in step["people"]]
            for stage in preview["stages"]
        ]
        self.assertEqual(
            asked,
            [
                [p["name"] for step in stage["steps"] for p in step["people"]]
                for stage in path["stages"]
            ],
        )

    def test_foreign_currency(self):
        """Limits are in the company's currency."""
        pound = self.env.ref("base.GBP")
        pound.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", pound.id)]).unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": pound.id, "rate": 0.5, "name": "2000-01-01"}
        )
        order = self._order(2600, currency_id=pound.id)
        self.assertEqual(order.amount_total_cc, 5200)
        with self.assertRaises(UserError):
            order.button_confirm()

    def test_native_flow_runs_to_its_end(self):
        """Approved, confirmed, received, billed, with the native buttons only."""
        order, request = self._submitted()
        request.with_user(self.manager).action_approve()
        order.button_confirm()
        order.order_line.qty_received = 1
        order.with_user(self.settings).sudo().action_create_invoice()
        self.assertEqual(order.invoice_count, 1)
        order.button_lock()
        self.assertTrue(order.locked)
        order.button_unlock()
        order.write({"date_planned": "2030-01-01", "priority": "1"})
        order.invoice_ids.button_cancel()
        order.button_cancel()
        self.assertEqual(order.state, "cancel")

    def test_cancelled_and_again(self):
        """Whoever begins again asks again."""
        order, request = self._approved()
        order.button_confirm()
        order.button_cancel()
        as_committed(self.env)
        self.assertEqual(request.state, "approved")
        with self.assertRaises(UserError):
            order.order_line.price_unit = 7000
        order.button_draft()
        as_committed(self.env)
        self.assertEqual(request.state, "lapsed")
        with self.assertRaisesRegex(UserError, "needs an approval"):
            order.button_confirm()
        order.order_line.price_unit = 7000
        again = self.env["collab.approval.request"].submit("purchase.order", order.ids)
        again.with_user(self.manager).action_approve()
        order.button_confirm()
        as_committed(self.env)
        self.assertEqual((order.state, again.state), ("purchase", "approved"))

    def test_cancelled_and_deleted(self):
        order, request = self._approved()
        order.button_confirm()
        order.button_cancel()
        order.unlink()
        self.assertEqual(request.state, "approved")
        self.assertFalse(order.exists())

    def test_growing_over_the_limit_when_confirmed(self):
        """The sentence says what to do, and offers no button that leads nowhere."""
        order = self._order(100)
        order.button_confirm()
        with self.assertRaisesRegex(UserError, "already: with this change") as refusal:
            order.order_line.price_unit = 9000
            self.env.cr.flush()
        self.assertEqual(len(refusal.exception.args), 1)

    def test_confirmed_before_a_stricter_version(self):
        """Not let grow any more, by as little; what is no part of an approval may change."""
        order = self._order(4000)
        order.button_confirm()
        as_committed(self.env)
        self.policy.domain = "[('amount_total_cc', '>', 3000)]"
        self.policy.action_publish()
        for attack in (
            lambda: order.order_line.write({"price_unit": 4001}),
            lambda: order.write({"partner_id": self.env.company.partner_id.id}),
            lambda: order.order_line.copy({"order_id": order.id}),
        ):
            with self.assertRaisesRegex(UserError, "without the approval that it needs"):
                attack()
        order.order_line.name = "Better"
        order.order_line.date_planned = "2031-01-01"
        self.env.cr.flush()

    def test_rejected_changed_and_submitted_again(self):
        order, request = self._submitted()
        with self.assertRaisesRegex(UserError, "comment"):
            request.with_user(self.manager).action_reject()
        request.with_user(self.manager).action_reject("too dear")
        self.assertEqual(request.state, "rejected")
        order.order_line.price_unit = 8000
        again = (
            self.env["collab.approval.request"]
            .with_user(self.buyer)
            .submit("purchase.order", order.ids)
        )
        again.with_user(self.manager).action_approve()
        order.button_confirm()
        self.assertEqual(order.state, "purchase")

    def test_withdraw_before_use_and_after(self):
        order, request = self._approved()
        request.with_user(self.buyer).action_withdraw()
        self.assertEqual(request.state, "withdrawn")
        with self.assertRaises(UserError):
            order.button_confirm()
        order.order_line.price_unit = 6000
        order, request = self._approved()
        order.button_confirm()
        with self.assertRaisesRegex(UserError, "has been used"):
            request.with_user(self.buyer).action_withdraw()
        self.assertEqual(request.state, "approved")

    def test_free_fields_under_review(self):
        order, _request = self._submitted()
        order.write({"priority": "1", "date_planned": "2030-01-01"})
        order.message_post(body="talking goes on")
        order.activity_schedule("mail.mail_activity_data_todo", user_id=self.buyer.id)
        self.env["ir.attachment"].create(
            {"name": "offer", "res_model": order._name, "res_id": order.id, "raw": b"x"}
        )
        order.message_subscribe([self.other_vendor.id])

    def test_price_alone_is_not_left_to_odoo(self):
        """Odoo computes it together with the description, which would be lost."""
        policy = self.env.ref("collab_approval_purchase.policy_purchase")
        fields = self.env["ir.model.fields"]
        for names in (["price_unit"], ["price_unit", "discount", "name", "date_planned"]):
            for name in names:
                policy.free_field_ids |= fields._get("purchase.order.line", name)
            with self.subTest(names=names):
                with self.assertRaisesRegex(UserError, "“Description”.* would be lost"):
                    policy.action_publish()
        policy.domain = "[('order_line.price_unit', '>', 4000)]"
        with self.assertRaisesRegex(UserError, "would be lost"):
            policy.action_publish()
        policy.free_field_ids -= fields._get("purchase.order.line", "price_unit")
        policy.free_field_ids -= fields._get("purchase.order.line", "discount")
        policy.action_publish()

    def test_line_written_with_its_order(self):
        """As an import writes it."""
        order, request = self._submitted()
        request.with_user(self.manager).action_approve()
        order.button_confirm()
        line = order.order_line[0]
        line.write({"name": "described", "order_id": order.id})
        self.assertEqual(line.name, "described")

    def test_the_vendors_price_of_today(self):
        """A price is bound, even to what Odoo would make it by now."""
        price = {"partner_id": self.vendor.id, "price": 9000}
        self.product.seller_ids = [Command.create(price)]
        line = {"product_id": self.product.id, "tax_ids": []}
        order, request = self._submitted(order_line=[Command.create(line)])
        self.assertEqual(order.amount_total_cc, 9000)
        self.product.seller_ids.price = 7000
        for __ in ("under review", "approved", "confirmed"):
            for line in (order.order_line, order.order_line.sudo()):
                with self.assertRaises(GuardError):
                    line.price_unit = 7000
            with self.assertRaises(GuardError):
                order.order_line = [Command.update(order.order_line.id, {"price_unit": 7000})]
            if request.state == "running":
                request.with_user(self.manager).action_approve()
            elif order.state == "draft":
                order.button_confirm()
        self.assertEqual((order.state, order.order_line.price_unit), ("purchase", 9000))

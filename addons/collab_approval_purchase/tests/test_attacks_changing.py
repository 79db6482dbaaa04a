from odoo import Command
from odoo.tests import tagged

from odoo.addons.collab_guard.exceptions import GuardError

from .common import AttackCase


@tagged("post_install", "-at_install")
class TestChanging(AttackCase):
    """Changing what is being decided, or needed no approval."""

    def test_lines_under_review(self):
        order, _request = self._submitted(9000, 500)
        other = self._order(50)
        first, second = order.order_line
        vals = {"product_id": self.product.id, "name": "x", "price_unit": 1, "product_qty": 1}

        def through_order(*commands):
            return lambda user: order.with_user(user).write({"order_line": list(commands)})

        self._each_refused(
            order,
            through_order(Command.create(vals)),
            through_order(Command.update(first.id, {"price_unit": 1})),
            through_order(Command.delete(first.id)),
            through_order(Command.unlink(first.id)),
            through_order(Command.link(other.order_line.id)),
            through_order(Command.clear()),
            through_order(Command.set([second.id])),
            through_order(Command.set([])),
            lambda user: first.with_user(user).write({"price_unit": 1}),
            lambda user: first.with_user(user).write({"product_qty": 100}),
            lambda user: first.with_user(user).write({"discount": 50}),
            lambda user: first.with_user(user).write({"product_id": self.product.copy().id}),
            lambda user: first.with_user(user).write({"order_id": other.id}),
            lambda user: other.with_user(user).order_line.write({"order_id": order.id}),
            lambda user: first.with_user(user).unlink(),
            lambda user: first.with_user(user).copy(),
            lambda user: (
                self.env["purchase.order.line"]
                .with_user(user)
                .create(vals | {"order_id": order.id})
            ),
            lambda user: (
                self.env["purchase.order.line"]
                .with_user(user)
                .with_context(default_order_id=order.id)
                .create(vals)
            ),
            lambda user: other.with_user(user).write({"order_line": [Command.link(first.id)]}),
            lambda user: order.with_user(user).web_save(
                {"order_line": [Command.update(first.id, {"price_unit": 1})]}, {"state": {}}
            ),
        )

    def test_header_under_review(self):
        order, _request = self._submitted()
        self._each_refused(
            order,
            lambda user: order.with_user(user).write({"partner_id": self.other_vendor.id}),
            lambda user: order.with_user(user).write({"user_id": self.manager.id}),
            lambda user: order.with_user(user).write({"currency_id": self.env.ref("base.EUR").id}),
            lambda user: order.with_user(user).write({"name": "Other"}),
            lambda user: order.with_user(user).write({"state": "sent"}),
            lambda user: order.with_user(user).write({"state": "cancel", "note": "x"}),
            lambda user: order.with_user(user).unlink(),
        )

    def test_state_and_cancel_in_one_call(self):
        order = self._order()
        reviewed, _request = self._submitted()
        for target in (order, reviewed):
            line = target.order_line
            self._each_refused(
                target,
                lambda user, target=target: target.with_user(user).write(
                    {"state": "purchase", "priority": "1"}
                ),
                # smaller for the moment of the check, large again afterwards
                lambda user, target=target, line=line: (
                    target.with_user(user).write(
                        {"order_line": [Command.update(line.id, {"price_unit": 1})]}
                    ),
                    target.with_user(user).write({"state": "purchase"}),
                    line.with_user(user).write({"price_unit": 9000}),
                ),
                lambda user, target=target: (
                    target.with_user(user).write({"state": "cancel"}),
                    target.with_user(user).write({"state": "purchase"}),
                ),
            )

    def test_growing_after_confirmation(self):
        """What needed no approval when it was confirmed cannot grow past the limit."""
        order = self._order(4000)
        order.button_confirm()
        line = order.order_line
        vals = {"product_id": self.product.id, "name": "x", "price_unit": 4000, "product_qty": 1}
        self._each_refused(
            order,
            lambda user: line.with_user(user).write({"price_unit": 9000}),
            lambda user: line.with_user(user).write({"product_qty": 3}),
            lambda user: order.with_user(user).write({"order_line": [Command.create(vals)]}),
            lambda user: (
                self.env["purchase.order.line"]
                .with_user(user)
                .create(vals | {"order_id": order.id})
            ),
        )
        line.write({"price_unit": 4500})
        self.assertEqual(order.amount_total, 4500)

    def test_growing_by_currency(self):
        order = self._order(4000)
        order.button_confirm()
        pound = self.env.ref("base.GBP")
        pound.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": pound.id, "rate": 0.1, "name": "2000-01-01"}
        )
        self._refused(order, lambda: order.write({"currency_id": pound.id}))


@tagged("post_install", "-at_install")
class TestApproved(AttackCase):
    """After approval."""

    def test_changing_what_was_approved(self):
        order, request = self._approved()
        self.assertEqual(request.state, "approved")
        line = order.order_line
        self._each_refused(
            order,
            lambda user: line.with_user(user).write({"price_unit": 8000}),
            lambda user: line.with_user(user).write({"product_qty": 3}),
            lambda user: line.with_user(user).unlink(),
            lambda user: order.with_user(user).write({"partner_id": self.other_vendor.id}),
            lambda user: order.with_user(user).write({"order_line": [Command.clear()]}),
            lambda user: order.with_user(user).unlink(),
        )
        order.button_confirm()
        self.assertEqual(order.state, "purchase")
        self._each_refused(
            order,
            lambda user: line.with_user(user).write({"price_unit": 90000}),
            lambda user: order.with_user(user).write({"partner_id": self.other_vendor.id}),
        )

    def test_changed_in_sql_after_approval(self):
        order, _request = self._approved()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE purchase_order_line SET price_unit = 7000 WHERE order_id = %s", [order.id]
        )
        self.env.invalidate_all()
        with self.assertRaises(GuardError) as refusal:
            order.button_confirm()
        self.assertIn("not any more what was approved", str(refusal.exception))

    def test_copy_of_an_approved_order(self):
        order, _request = self._approved()
        copy = order.with_user(self.buyer).copy()
        self.assertFalse(
            self.env["collab.approval.request"].search(
                [("res_model", "=", "purchase.order"), ("res_id", "=", copy.id)]
            )
        )
        self._each_refused(copy, lambda user: copy.with_user(user).button_confirm())

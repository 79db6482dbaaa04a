from functools import partial

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.collab_guard.exceptions import GuardError

from .common import CONTEXT, AttackCase


@tagged("post_install", "-at_install")
class TestConfirming(AttackCase):
    """Getting a large order confirmed."""

    def test_write_the_guarded_value(self):
        order = self._order()
        self._each_refused(
            order,
            lambda user: order.with_user(user).write({"state": "purchase"}),
            lambda user: order.with_user(user).button_confirm(),
            lambda user: order.with_user(user).button_approve(),
            lambda user: order.with_user(user).button_approve(force=True),
            lambda user: order.with_user(user).web_save({"state": "purchase"}, {"state": {}}),
            lambda user: order.with_user(user).write(
                {"state": "purchase", "order_line": [Command.clear()]}
            ),
        )

    def test_the_refusal_offers_to_submit(self):
        order = self._order()
        with self.assertRaises(GuardError) as refusal:
            order.button_confirm()
        message, action, button, context = refusal.exception.args
        self.assertIn(order.name, message)
        self.assertIn("needs an approval", message)
        self.assertEqual(button, "Submit for approval")
        self.assertEqual(context["active_ids"], order.ids)
        self.assertEqual(action, self.env.ref("collab_approval.action_collab_approval_submit").id)

    def test_confirm_while_under_review(self):
        order, _request = self._submitted()
        self._each_refused(
            order,
            lambda user: order.with_user(user).button_confirm(),
            lambda user: order.with_user(user).write({"state": "purchase"}),
            lambda user: order.with_user(user).write({"state": "cancel"}),
            lambda user: order.with_user(user).button_cancel(),
        )

    def test_batch_with_innocent_orders(self):
        orders = self._order(10) | self._order(9000) | self._order(20)
        for user in self.actors:
            with self.subTest(user=user.login), self.assertRaises(UserError):
                orders.with_user(user).button_confirm()
        self.assertEqual(set(orders.mapped("state")), {"draft"})

    def test_create_confirmed(self):
        count = self.env["purchase.order"].search_count([])
        attacks = (
            lambda orders: orders.create(self._order_vals(9000, state="purchase")),
            lambda orders: orders.with_context(default_state="purchase").create(
                self._order_vals(9000)
            ),
            lambda orders: orders.create(
                [self._order_vals(10, state="purchase"), self._order_vals(9000, state="purchase")]
            ),
            lambda orders: orders.web_save(self._order_vals(9000, state="purchase"), {}),
            # first small and confirmed, then large
            lambda orders: orders.create(self._order_vals(10, state="purchase")).write(
                {
                    "order_line": [
                        Command.create({"product_id": self.product.id, "price_unit": 9000})
                    ]
                }
            ),
        )
        for user in self.actors:
            for number, attack in enumerate(attacks):
                with self.subTest(user=user.login, attack=number):
                    with self.assertRaises(UserError):
                        attack(self.env["purchase.order"].with_user(user))
                        self.env.cr.flush()
                    self.assertEqual(self.env["purchase.order"].search_count([]), count)

    def test_import_confirmed(self):
        names = ["partner_id/.id", "state", "order_line/product_id/.id", "order_line/price_unit"]
        row = [str(self.vendor.id), "purchase", str(self.product.id), "9000"]
        count = self.env["purchase.order"].search_count([])
        for user in (self.buyer, self.manager, self.settings):
            with self.subTest(user=user.login):
                result = self.env["purchase.order"].with_user(user).load(names, [row])
                self.assertFalse(result["ids"])
                self.assertIn("approv", str(result["messages"]))
                self.env.cr.flush()
                self.assertEqual(self.env["purchase.order"].search_count([]), count)
        result = self.env["purchase.order"].with_user(self.portal).load(names, [row])
        self.assertFalse(result["ids"])

    def test_import_over_an_existing_order(self):
        order = self._order()
        for user in (self.buyer, self.manager, self.settings):
            with self.subTest(user=user.login):
                before = self._facts(order)
                result = (
                    self.env["purchase.order"]
                    .with_user(user)
                    .load([".id", "state"], [[str(order.id), "purchase"]])
                )
                self.assertFalse(result["ids"])
                self.env.cr.flush()
                self.assertEqual(self._facts(order), before)

    def test_every_context_key(self):
        order = self._order()
        reviewed, _request = self._submitted()
        for user in (self.buyer, self.settings):
            for key, usual in CONTEXT.items():
                for value in (usual, object()):
                    with self.subTest(user=user.login, key=key, value=value):
                        one = order.with_user(user).with_context(**{key: value})
                        self._refused(order, partial(one.write, {"state": "purchase"}))
                        other = reviewed.with_user(user).with_context(**{key: value})
                        line = {"price_unit": 1}
                        self._refused(reviewed, partial(other.order_line.write, line))
        everything = order.with_context(**CONTEXT)
        self._each_refused(
            order,
            lambda user: everything.with_user(user).write({"state": "purchase"}),
            lambda user: everything.with_user(user).button_confirm(),
            lambda user: everything.with_user(user).sudo().write({"state": "purchase"}),
        )
        everything = reviewed.with_context(**CONTEXT)
        self._each_refused(
            reviewed,
            lambda user: everything.with_user(user).unlink(),
            lambda user: everything.with_user(user).sudo().unlink(),
            lambda user: everything.with_user(user).order_line.unlink(),
        )

    def test_superuser_and_cron_are_refused_too(self):
        order = self._order()
        self._refused(order, order.sudo().button_confirm, GuardError)
        self._refused(
            order, order.with_user(self.env.ref("base.user_root")).button_confirm, GuardError
        )

    def test_write_the_figures(self):
        """The amount in the database is what Odoo has computed, and nothing else."""
        order = self._order(30000)
        approved, _request = self._approved(6000)
        for target in (order, approved):
            for user in (self.buyer, self.manager, self.settings):
                for name, value in (
                    ("amount_total_cc", 1),
                    ("amount_total_cc", 5001),
                    ("amount_total", 100),
                    ("amount_untaxed", 100),
                    ("currency_rate", 1e9),
                ):
                    with self.subTest(user=user.login, field=name):
                        self._refused(
                            target, partial(target.with_user(user).write, {name: value}), GuardError
                        )
                line = target.order_line.with_user(user)
                self._refused(target, partial(line.write, {"price_subtotal": 1}), GuardError)
                self._refused(
                    target,
                    partial(
                        target.with_user(user).write,
                        {"order_line": [Command.update(line.id, {"price_subtotal": 1})]},
                    ),
                    GuardError,
                )
                # the order's own values, given through a field that links orders
                itself = [Command.update(target.id, {"amount_total_cc": 1})]
                for vals in (
                    {"duplicated_order_ids": itself},
                    {
                        "duplicated_order_ids": itself,
                        **dict.fromkeys(
                            name for name, field in target._fields.items() if field.inverse
                        ),
                    },
                ):
                    self._refused(target, partial(target.with_user(user).write, vals), GuardError)
        for vals in (
            {"amount_total_cc": 1},
            {"currency_rate": 1e9},
            {
                "currency_rate": 1e9,
                "order_line": [Command.update(order.order_line.id, {"price_unit": 30001})],
            },
        ):
            # what an application writes in superuser mode is computed anew
            order.sudo().write(vals)
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertGreaterEqual(order.amount_total_cc, 30000)
            self._refused(order, order.button_confirm)
        created = self._order(9000, amount_total_cc=1, amount_total=1)
        self._refused(created, created.button_confirm)

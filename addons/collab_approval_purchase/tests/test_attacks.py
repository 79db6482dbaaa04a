# pylint: disable=except-pass
from functools import partial

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.collab_guard.exceptions import GuardError

from .common import PurchaseApprovalCase

#: Context keys that some part of Odoo or of Collab takes as a sign to do less
CONTEXT = {
    "collab_seal": True,
    "collab_guard": False,
    "collab_comment": "x",
    "collab_decision": "approve",
    "collab_request_id": 1,
    "collab_engine": True,
    "bypass_guard": True,
    "_force_unlink": True,
    "install_mode": True,
    "install_filename": "x.xml",
    "install_module": "purchase",
    "module": "purchase",
    "update_mode": True,
    "noupdate": True,
    "import_file": True,
    "tracking_disable": True,
    "mail_notrack": True,
    "mail_activity_quick_update": True,
    "mail_create_nosubscribe": True,
    "active_test": False,
    "force_delete": True,
    "dynamic_unlink": True,
    "validate_analytic": False,
    "is_superuser": True,
    "uid": 1,
    "su": True,
}


@tagged("post_install", "-at_install")
class TestAttacks(PurchaseApprovalCase):
    """Whatever is tried, by whomever, fails, and the order is as it was."""

    def setUp(self):
        super().setUp()
        self.actors = self.buyer, self.manager, self.settings, self.portal

    def _refused(self, order, attack, error=UserError):
        """Check that ``attack`` fails, at the latest when it is committed."""
        before = self._facts(order)
        with self.assertRaises(error):
            attack()
            self.env.cr.flush()
        self.assertEqual(self._facts(order), before)

    def _each_refused(self, order, *attacks):
        """Check that ``attacks``, functions of a user, fail for everybody."""
        for user in self.actors:
            for number, attack in enumerate(attacks):
                with self.subTest(user=user.login, attack=number):
                    self._refused(order, partial(attack, user))

    # -- getting a large order confirmed ---------------------------------------

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

    def test_guessing_what_one_may_not_read(self):
        """The gate tells nothing to people without the right: neither that there is a
        review, nor whether a value was guessed right."""
        order, _request = self._submitted()
        for price in (9000, 8999):
            for attack in (
                lambda: order.order_line.with_user(self.portal).write({"price_unit": price}),  # noqa: B023
                lambda: order.with_user(self.portal).write({"state": "purchase"}),
                lambda: order.with_user(self.portal).unlink(),
                lambda: order.order_line.with_user(self.portal).create(
                    {"order_id": order.id, "name": "x", "product_qty": 1}
                ),
            ):
                with self.assertRaises(AccessError) as refusal:
                    attack()
                self.assertNotIn("review", str(refusal.exception))

    def test_a_vendor_hears_nothing_of_what_goes_on_inside(self):
        order, _request = self._submitted()
        self.portal.partner_id = self.vendor
        with self.assertRaises(UserError) as refusal:
            order.with_user(self.portal).sudo().write({"state": "purchase"})
        self.assertIn("at the moment", str(refusal.exception))
        for word in ("Manager", "policy", "approv"):
            self.assertNotIn(word, str(refusal.exception))

    # -- server actions -----------------------------------------------------------

    def _action(self, code=None, **vals):
        return self.env["ir.actions.server"].create(
            {
                "name": "Attack",
                "model_id": self.env["ir.model"]._get_id("purchase.order"),
                **({"state": "code", "code": code} if code else {}),
                **vals,
            }
        )

    def _run(self, action, order, user=None):
        action.with_user(user or self.settings).with_context(
            active_model="purchase.order", active_id=order.id, active_ids=order.ids
        ).run()

    @mute_logger("odoo.addons.base.models.ir_actions")
    def test_server_actions(self):
        order = self._order()
        reviewed, _request = self._submitted()
        set_state = self._action(
            state="object_write", update_path="state", value="purchase", evaluation_type="value"
        )
        codes = (
            "record.write({'state': 'purchase'})",
            "record.sudo().with_context(collab_seal=True, _force_unlink=True).write({'state': 'purchase'})",
            "record.button_confirm()",
            # swallowing the refusal
            "try:\n    record.write({'state': 'purchase'})\nexcept Exception:\n    record.action_x",
        )
        attacks = [set_state, *(self._action(code) for code in codes)]
        for action in attacks:
            for target in (order, reviewed):
                with self.subTest(code=action.code, target=target.name):
                    self._refused(target, partial(self._run, action, target), Exception)
        for code in (
            "record.order_line.write({'price_unit': 1})",
            "record.write({'order_line': [(5, 0, 0)]})",
            f"record.write({{'partner_id': {self.other_vendor.id}}})",
            "record.unlink()",
        ):
            with self.subTest(code=code):
                action = self._action(code)
                self._refused(reviewed, partial(self._run, action, reviewed), Exception)

    @mute_logger("odoo.addons.base.models.ir_actions")
    def test_server_action_that_swallows_the_refusal(self):
        """The refusal may be caught: nothing of what it refused is committed."""
        small = self._order(100)
        small.button_confirm()
        line = f"{{'product_id': {self.product.id}, 'name': 'x', 'price_unit': 9000}}"
        for attack in (
            f"record.write({{'order_line': [(0, 0, {line})]}})",
            f"env['purchase.order.line'].create(dict({line}, order_id=record.id))",
            "record.order_line.write({'price_unit': 9000})",
        ):
            with self.subTest(code=attack):
                action = self._action(f"try:\n    {attack}\nexcept Exception:\n    pass")
                self._refused(small, partial(self._run, action, small), Exception)

    @mute_logger("odoo.addons.base.models.ir_actions")
    def test_server_action_that_empties_the_map(self):
        """What is cached of the policies cannot be changed through what is returned."""
        order = self._order()
        for code in (
            "env['collab.guard']._map().clear()",
            "env['collab.guard']._map().pop('purchase.order')",
            "env['collab.guard']._map()['purchase.order'].guards.clear()",
            "env['collab.guard']._map()['purchase.order'].guards[0].transitions.clear()",
            "env['collab.approval.spec']._by_model().clear()",
            "env['collab.approval.spec']._by_model()['purchase.order'].clear()",
            "env['collab.approval.spec']._by_model()['purchase.order'][0][0].snapshot.clear()",
            "env['collab.approval.spec']._by_model()['purchase.order'][0][0].snapshot.update("
            "domain=[('id', '=', 0)])",
        ):
            with self.subTest(code=code):
                try:
                    with self.env.cr.savepoint():
                        self._run(self._action(code), order)
                except Exception:
                    pass
                try:
                    self._refused(order, order.button_confirm)
                finally:
                    self.registry.clear_cache("stable")

    # -- changing what is being decided --------------------------------------------

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

    # -- after approval --------------------------------------------------------------

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

    # -- the engine's own records ------------------------------------------------------

    def test_engine_records_by_hand(self):
        _order, request = self._submitted()
        request = request.sudo()
        version = request.version_id
        records = {
            "collab.approval.request": (request, {"state": "approved"}),
            "collab.approval.task": (request.task_ids, {"state": "approved"}),
            "collab.approval.log": (request.log_ids, {"comment": "x"}),
            "collab.approval.policy.version": (version, {"snapshot": {}, "in_force": False}),
        }
        for model, (record, vals) in records.items():
            copied = record.read(load=None)[0]
            copied.pop("id")
            new = {
                name: value
                for name, value in copied.items()
                if record._fields[name].store and not record._fields[name].type.endswith("2many")
            }
            for user in (*self.actors, self.env.ref("base.user_root")):
                for sudo in (False, True):
                    for context in ({}, CONTEXT, {"collab_seal": object()}):
                        with self.subTest(model=model, user=user.login, sudo=sudo):
                            mine = record.with_user(user).sudo(sudo).with_context(**context)
                            before = record.read(list(vals))
                            for attack in (
                                partial(mine.write, vals),
                                partial(mine.web_save, vals, {}),
                                mine.unlink,
                                mine.copy,
                                partial(mine.create, [new]),
                            ):
                                with self.assertRaises(UserError):
                                    attack()
                                    self.env.cr.flush()
                            self.env.invalidate_all()
                            self.assertEqual(record.read(list(vals)), before)
        self.assertEqual(request.state, "running")

    @mute_logger("odoo.addons.base.models.ir_actions", "odoo.sql_db")
    def test_engine_by_server_action(self):
        """What the code of a server action can call does nothing that the one who runs it
        could not do by the public methods."""
        order, request = self._submitted()
        before = self._engine_facts(request)
        engine = "env['collab.approval.engine']"
        find = f"request = env['collab.approval.request'].sudo().browse({request.id})\n"
        event = (
            f"{{'request_id': {request.id}, 'event': 'approved_all', 'user_id': {self.manager.id},"
            f" 'at': datetime.datetime.now()}}"
        )
        for code in (
            "request.action_approve()",
            "request.action_reject('no')",
            "request.action_withdraw()",
            "request.action_move()",
            f"{engine}._withdraw(request)",
            f"{engine}._move(request)",
            f"{engine}._use(request.ids)",
            f"{engine}._store(request, {{}}, {{'approved': [request]}}, [], None)",
            f"env['collab.approval.log']._append([{event}])",
            f"env['collab.approval.log'].sudo().create([{event}])",
            f"env['collab.approval.log'].sudo()._load_records([{{'values': {event}}}])",
            "request.task_ids.write({'state': 'approved'})",
            "request.with_context(collab_seal=request).write({'state': 'approved'})",
        ):
            with self.subTest(code=code):
                try:
                    with self.env.cr.savepoint():
                        self._run(self._action(find + code), order)
                        self.env.cr.flush()
                except Exception:
                    pass
                self.env.invalidate_all()
                self.assertEqual(self._engine_facts(request), before)
                self._refused(order, order.button_confirm)

    def _engine_facts(self, request):
        request = request.sudo()
        return [records.read(load=None) for records in (request, request.task_ids, request.log_ids)]

    def test_importing_engine_records(self):
        _order, request = self._submitted()
        for record in (request, request.sudo().task_ids):
            for user in (self.buyer, self.manager, self.settings, self.env.ref("base.user_root")):
                for context in ({}, CONTEXT):
                    with self.subTest(model=record._name, user=user.login, context=context):
                        mine = record.with_user(user).with_context(**context)
                        state = record.sudo().state
                        for row in ([str(record.id), "approved"], ["", "approved"]):
                            result = mine.load([".id", "state"], [row])
                            self.assertFalse(result["ids"])
                        self.env.invalidate_all()
                        self.assertEqual(record.sudo().state, state)

    def test_deleting_the_policy(self):
        for user in self.actors:
            for context in ({}, CONTEXT):
                with self.subTest(user=user.login, context=context):
                    with self.assertRaises(UserError):
                        self.policy.with_user(user).with_context(**context).unlink()
                        self.env.cr.flush()
                    self.assertTrue(self.policy.exists())

    def test_draft_of_the_policy_has_no_effect(self):
        """Who may edit policies does not change what is in force by editing."""
        order = self._order()
        policy = self.policy.with_user(self.settings)
        policy.write({"domain": "[('id', '=', 0)]", "sequence": 1})
        policy.stage_ids.unlink()
        self._refused(order, order.button_confirm)

    def test_buyer_and_portal_cannot_touch_policies(self):
        for user in (self.buyer, self.manager, self.portal):
            policy = self.policy.with_user(user)
            for attack in (
                lambda policy=policy: policy.write({"domain": "[]"}),
                policy.action_publish,
                policy.action_retire,
                policy.unlink,
                lambda policy=policy: policy.stage_ids.unlink(),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    attack()

    # -- deciding what is not mine -------------------------------------------------------

    def test_deciding_somebody_elses_task(self):
        _order, request = self._submitted()
        for user in (self.buyer, self.stranger, self.director, self.settings, self.portal):
            for method in ("action_approve", "action_reject"):
                with self.subTest(user=user.login, method=method):
                    with self.assertRaises(UserError):
                        getattr(request.with_user(user), method)("mine now")
                    with self.assertRaises(UserError):
                        getattr(request.with_user(user).with_context(**CONTEXT), method)("x")
        self.assertEqual(request.state, "running")
        self.assertEqual(request.sudo().task_ids.mapped("state"), ["pending"])
        self.assertEqual(len(request.sudo().log_ids), 1)

    def test_withdrawing_somebody_elses_request(self):
        _order, request = self._submitted()
        for user in (self.manager, self.stranger, self.director, self.settings, self.portal):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                request.with_user(user).action_withdraw()
        self.assertEqual(request.state, "running")

    def test_forged_ids_tell_nothing(self):
        """Who may not see a request learns nothing of it from a refusal."""
        order, request = self._submitted()
        # no name of a person that could be known otherwise
        for user in (self.stranger, self.portal):
            for method in ("action_approve", "action_reject", "action_withdraw", "path"):
                with self.subTest(user=user.login, method=method):
                    with self.assertRaises(UserError) as refusal:
                        getattr(request.with_user(user), method)()
                    text = str(refusal.exception)
                    self.assertNotIn(order.name, text)
                    self.assertNotIn(self.manager.name, text)

    def test_portal_user_sees_nothing_of_the_review(self):
        """A vendor may read the order in the portal, not what is said about it inside."""
        self.portal.partner_id = self.vendor
        order, request = self._submitted()
        requests = request.with_user(self.portal)
        self.assertTrue(order.with_user(self.portal).has_access("read"))
        other = self._order()
        for name, args in (
            ("panel", ["purchase.order", order.id]),
            ("panel", ["purchase.order", other.id]),
            ("preview", ["purchase.order", other.ids]),
            ("submit", ["purchase.order", other.ids]),
            ("search_count", [[]]),
            ("path", []),
        ):
            with self.subTest(method=name, args=args):
                try:
                    with self.env.cr.savepoint():
                        answer = getattr(requests, name)(*args)
                except UserError as refusal:
                    answer = str(refusal)
                self.assertFalse(answer if isinstance(answer, (dict, list, int)) else None)
                self.assertNotIn(self.manager.name, str(answer))

    def test_deciding_twice(self):
        _order, request = self._submitted(9000)
        request.with_user(self.manager).action_approve()
        for method in ("action_approve", "action_reject"):
            with self.assertRaises(UserError) as refusal:
                getattr(request.with_user(self.manager), method)("again")
            self.assertIn(self.manager.name, str(refusal.exception))
        self.assertEqual(request.state, "approved")

    def test_approving_ones_own(self):
        """The buyer is in the group that is asked, and submits: cannot decide."""
        self.buyer.group_ids |= self.env.ref("collab_approval_purchase.group_purchase_director")
        order, request = self._submitted(30000)
        request.with_user(self.manager).action_approve()
        self.assertEqual(request.state, "running")
        with self.assertRaises(UserError):
            request.with_user(self.buyer).action_approve()
        request.with_user(self.director).action_approve()
        self.assertEqual(request.state, "approved")
        order.button_confirm()
        self.assertEqual(order.state, "purchase")

    def test_somebody_else_submits_for_the_buyer(self):
        """The buyer of the order stays barred when a colleague submits it."""
        director = self.env.ref("collab_approval_purchase.group_purchase_director")
        (self.buyer | self.stranger).group_ids |= director
        order = self._order(30000)
        request = (
            self.env["collab.approval.request"]
            .with_user(self.stranger)
            .submit("purchase.order", order.ids)
        )
        request.with_user(self.manager).action_approve()
        for user in (self.buyer, self.stranger):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                request.with_user(user).action_approve()
        self.assertEqual(request.state, "running")

    def test_submitting_what_one_may_not_write(self):
        order = self._order()
        reader = self.portal
        for user in (reader, self.env.ref("base.public_user")):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self.env["collab.approval.request"].with_user(user).submit(
                    "purchase.order", order.ids
                )

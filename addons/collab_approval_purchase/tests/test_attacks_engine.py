# pylint: disable=except-pass
from functools import partial

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CONTEXT, AttackCase


@tagged("post_install", "-at_install")
class TestEngine(AttackCase):
    """The engine's own records."""

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

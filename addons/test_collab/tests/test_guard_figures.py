from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from .guard_common import CONTEXT, GuardCase


@tagged("post_install", "-at_install")
class TestFigures(GuardCase):
    """What Odoo computes, nobody writes."""

    def test_refused(self):
        record = self._record(10)
        other = self._record(10)
        for attack in (
            lambda: record.write({"amount": 1}),
            lambda: record.write({"amount": 1, "gross": 2}),
            lambda: record.write({"twin_ids": [Command.update(record.id, {"amount": 1})]}),
            lambda: other.write({"twin_ids": [Command.update(record.id, {"amount": 1})]}),
            lambda: record.write(
                {"gross": 2, "twin_ids": [Command.update(record.id, {"amount": 1})]}
            ),
            lambda: record.with_context(**CONTEXT).write({"amount": 1}),
            lambda: record.web_save({"amount": 1}, {}),
        ):
            with self._refused(record, says="computed by Odoo"):
                record.write({"twin_ids": [Command.link(record.id)]})
                attack()

    def test_as_it_is(self):
        """Forms send back what they have shown."""
        record = self._record(10)
        record.write({"amount": 10, "note": "x"})
        self.assertEqual(record.note, "x")

    def test_the_application_derives(self):
        record = self._record(10)
        record.gross = 50
        self.env.flush_all()
        self.assertEqual(record.amount, 25)

    def test_automations_derive_nothing(self):
        """A server action without code, run by an automation while the application derives."""
        record = self._record(10)
        vals = {
            "name": "Attack",
            "model_id": self.env["ir.model"]._get_id(record._name),
            "state": "object_write",
            "update_path": "amount",
            "value": "99",
        }
        action = self.env["ir.actions.server"].create(vals)
        model = self.env.registry[record._name]

        def inverse(records):
            action.with_context(active_model=records._name, active_ids=records.ids).run()

        with patch.object(model, "_inverse_gross", inverse):
            record.gross = 50
        self.env.flush_all()
        self.assertEqual(record.amount, 10)

    def test_the_application_is_computed_anew(self):
        record = self._record(10)
        record.sudo().amount = 25
        self.env.flush_all()
        self.assertEqual(record.amount, 10)

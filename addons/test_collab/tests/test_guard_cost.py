from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from .guard_common import GuardCase


@tagged("post_install", "-at_install")
class TestCost(GuardCase):
    """Models nobody guards pay nothing, guarded ones a number that does not grow."""

    def test_models_nobody_guards(self):
        records = self.env["test.collab.record"]
        base = self.env.registry["test.collab.record"]

        def life():
            made = records.create([{"name": "a"}, {"name": "b"}])
            made.write({"name": "c"})
            made.date = "2026-01-01"
            made.copy()
            made.unlink()

        life()
        with_gate = self._count(life)
        with patch.object(base, "_collab_guard_entry", lambda self: None, create=False):
            without = self._count(life)
        self.assertEqual(with_gate, without)

    def test_batches(self):
        def life(size):
            made = self.guarded.create(
                [{"name": "x", "line_ids": [Command.create({"price": 1})]} for _ in range(size)]
            )
            counts = [self._count(lambda: made.write({"state": "done"}))]
            counts.append(self._count(lambda: made.write({"rate": 2})))
            counts.append(self._count(lambda: made.line_ids.write({"price": 3})))
            counts.append(self._count(lambda: made.line_ids.unlink()))
            counts.append(self._count(lambda: made.unlink()))
            return counts

        life(1)
        self.assertEqual(life(2), life(20))

    def test_many_lines_of_one_record(self):
        """A form saves them with the record, which is judged once."""

        def change(size):
            lines = [Command.create({"price": 1}) for _ in range(size)]
            record = self.guarded.create({"name": "x", "line_ids": lines})
            record.state = "done"
            commands = [Command.update(line.id, {"price": 2}) for line in record.line_ids]
            return self._count(lambda: record.write({"line_ids": commands}))

        change(1)
        self.assertEqual(change(2), change(20))

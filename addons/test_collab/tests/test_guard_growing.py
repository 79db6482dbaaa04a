# pylint: disable=except-pass
import copy
from contextlib import suppress

from odoo import Command
from odoo.tests import tagged

from odoo.addons.collab_guard.exceptions import GuardError
from odoo.addons.collab_guard.tests.common import made_earlier

from .guard_common import GuardCase


@tagged("post_install", "-at_install")
class TestGrowing(GuardCase):
    """What got in small does not grow, by no way, once it is in."""

    def setUp(self):
        super().setUp()
        self.record = self._record(60, 30, state="done")
        self.line = self.record.line_ids[0]

    def test_header(self):
        with self._refused(self.record):
            self.record.rate = 2
        with self._refused(self.record):
            self.record.write({"rate": 2, "allowed": False})
        self.record.rate = 1.1
        self.assertAlmostEqual(self.record.amount, 99)
        self.record.write({"rate": 2, "allowed": True})
        self.assertEqual(self.record.amount, 180)
        with self._refused(self.record):
            self.record.allowed = False

    def test_every_command(self):
        other = self._record(50).line_ids
        for commands in (
            [Command.create({"price": 11})],
            [Command.update(self.line.id, {"price": 100})],
            [Command.link(other.id)],
            [Command.set([*self.record.line_ids.ids, other.id])],
            [Command.delete(self.line.id), Command.create({"price": 80})],
            [Command.unlink(self.line.id), Command.create({"price": 80})],
            [Command.clear(), Command.create({"price": 101})],
        ):
            with self.subTest(commands=commands), self._refused(self.record, other.guarded_id):
                self.record.write({"line_ids": commands})
        self.record.write({"line_ids": [Command.clear(), Command.create({"price": 99})]})
        self.assertEqual(self.record.amount, 99)

    def test_lines(self):
        other = self._record(50).line_ids
        with self._refused(self.record):
            self.line.price = 100
        with self._refused(self.record):
            self.lines.create({"guarded_id": self.record.id, "price": 100})
        with self._refused(self.record):
            self.lines.with_context(default_guarded_id=self.record.id).create({"price": 100})
        with self._refused(self.record, other.guarded_id):
            other.guarded_id = self.record
        with self._refused(self.record):
            self.line.copy()
        self.line.unlink()
        other.guarded_id = self.record
        self.assertEqual(self.record.amount, 80)

    def test_line_of_another(self):
        """Written with a document that is judged, and not of it."""
        small = self._record(1)
        with self._refused(self.record, small):
            small.write({"line_ids": [Command.update(self.line.id, {"price": 100})]})

    def test_lines_by_an_inverse(self):
        """Of a field of which nobody said that what is judged depends on it."""
        with self._refused(self.record):
            self.record.mean = 51
        self.record.mean = 50
        self.assertEqual(self.record.amount, 100)

    def test_shrinking_by_a_negative_line(self):
        """Taking away what made it small is growth too."""
        record = self._record(150, -60, state="done")
        with self._refused(record):
            record.line_ids[1].unlink()
        with self._refused(record):
            record.write({"line_ids": [Command.delete(record.line_ids[1].id)]})
        with self._refused(record):
            record.line_ids[1].guarded_id = self._record(1)

    def test_import(self):
        result = self.guarded.load(
            [".id", "line_ids/.id", "line_ids/price"],
            [[str(self.record.id), str(self.line.id), "200"]],
        )
        self.assertFalse(result["ids"])
        self.env.cr.flush()
        self.env.invalidate_all()
        self.assertEqual(self.line.price, 60)

    def test_swallowed(self):
        """Code that catches the refusal does not keep what was refused."""
        for code in (
            "record.write({'rate': 2})",
            "record.line_ids[0].write({'price': 100})",
            "env['test.collab.guarded.line'].create({'guarded_id': record.id, 'price': 100})",
            "record.write({'line_ids': [(0, 0, {'price': 100})]})",
            "env['test.collab.guarded'].create("
            "{'name': 'x', 'state': 'done', 'line_ids': [(0, 0, {'price': 500})]})",
        ):
            with self.subTest(code=code), self._refused(self.record):
                self._run(f"try:\n    {code}\nexcept Exception:\n    pass", self.record)
            self.assertFalse(self.guarded.search([("state", "=", "done"), ("amount", ">", 100)]))

    def test_swallowed_then_mended(self):
        """What is put right before the commit is not held against it."""
        try:
            self.record.rate = 2
        except GuardError:
            self.record.rate = 1
        self.env.cr.flush()
        self.assertEqual(self.record.rate, 1)

    def test_swallowed_in_a_savepoint(self):
        """A savepoint that was rolled back leaves nothing to be refused."""
        with self.assertRaises(GuardError), self.env.cr.savepoint():
            self.record.rate = 2
        self.env.cr.flush()
        self.env.invalidate_all()
        self.assertEqual(self.record.rate, 1)

    def test_swallowed_before_a_savepoint(self):
        """Rolling back a later savepoint does not make the refusal forgotten."""
        with self._refused(self.record):
            try:
                self.record.rate = 2
            except GuardError:
                pass
            try:
                with self.env.cr.savepoint():
                    raise ValueError
            except (ValueError, GuardError):
                pass

    def test_swallowed_with_others(self):
        """Of those who wait to be judged, one refusal spares nobody."""
        other = self._record(60, state="done")
        with self._refused(self.record, other):
            self.line.price = 100
            other.line_ids.sudo().price = 101
            with suppress(GuardError):
                self.env.cr.flush()
            self.line.price = 60

    def test_while_others_are_judged(self):
        """By what waits for the commit too, and is done later."""
        add = self.env.cr.precommit.add
        with self._refused(self.record):
            self.line.price = 61
            add(lambda: add(lambda: self.line.write({"price": 100})))
        with self._refused(self.record):
            self.record.rate = 1.05
            add(lambda: self.line.write({"price": 100}))

    def test_what_waits_can_be_copied(self):
        """As Odoo's tests do with it between two of them."""
        self.line.price = 61
        waiting = self.env.cr.precommit.data
        self.assertTrue(waiting)
        self.assertEqual(copy.deepcopy(waiting), waiting)

    def test_records_from_before_the_guard(self):
        """What was in unallowed already is left alone."""
        self.env.cr.flush()
        self.env.cr.execute(
            "UPDATE test_collab_guarded SET rate = 10, amount = 900 WHERE id = %s", [self.record.id]
        )
        made_earlier(self.record)
        self.env.invalidate_all()
        self.line.price = 70
        self.record.rate = 20
        self.assertEqual(self.record.amount, 2000)

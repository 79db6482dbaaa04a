# pylint: disable=except-pass
from odoo import Command
from odoo.tests import tagged

from odoo.addons.collab_guard.exceptions import GuardError
from odoo.addons.collab_guard.tests.common import made_earlier

from .guard_common import CONTEXT, GuardCase


@tagged("post_install", "-at_install")
class TestEntering(GuardCase):
    """A large record gets into a guarded value by no way."""

    def test_write(self):
        large, small = self._record(200), self._record(50)
        with self._refused(large, says="may not be done"):
            large.state = "done"
        with self._refused(large | small):
            (large | small).write({"state": "done"})
        small.state = "done"
        self.assertEqual(small.state, "done")
        large.allowed = True
        large.state = "done"
        self.assertEqual(large.state, "done")

    def test_write_other_values(self):
        large = self._record(200)
        large.state = "cancel"
        large.state = "draft"
        large.state = False
        self.assertFalse(large.state)

    def test_write_as_superuser(self):
        large = self._record(200)
        with self._refused(large):
            large.sudo().state = "done"

    def test_write_what_it_has(self):
        """Forms send unchanged values; records from before the guard stay as they are."""
        large = self._record(200)
        self.env.cr.flush()
        self.env.cr.execute(
            "UPDATE test_collab_guarded SET state = 'done' WHERE id = %s", [large.id]
        )
        made_earlier(large)
        self.env.invalidate_all()
        large.write({"state": "done", "note": "x"})
        large.write({"rate": 2})
        self.assertEqual(large.amount, 400)

    def test_from_before_the_guard(self):
        """Also if it was looked at before."""
        record = self._record()
        self.env.cr.flush()
        record.rate = 3
        self.env.cr.flush()
        self.env.cr.execute(
            "UPDATE test_collab_guarded SET heat = 60, hot = true WHERE id = %s", [record.id]
        )
        made_earlier(record)
        self.env.invalidate_all()
        record.rate = 2
        self.assertEqual((record.rate, record.hot), (2, True))

    def test_create(self):
        for vals in ({}, {"rate": 3}):
            with self.subTest(vals=vals):
                with self.assertRaises(GuardError), self.env.cr.savepoint():
                    self._record(200, state="done", **vals)
        with self.assertRaises(GuardError):
            self.guarded.with_context(default_state="done").create(
                {"name": "x", "line_ids": [Command.create({"price": 200})]}
            )
        self.assertFalse(self.guarded.search([("state", "=", "done")]))
        self.assertEqual(self._record(50, state="done").state, "done")

    def test_create_several(self):
        with self.assertRaises(GuardError):
            self.guarded.create(
                [
                    {"name": "small", "state": "done"},
                    {
                        "name": "large",
                        "state": "done",
                        "line_ids": [Command.create({"price": 200})],
                    },
                ]
            )
        self.assertFalse(self.guarded.search([("state", "=", "done")]))

    def test_through_the_folder(self):
        """The parent's commands, and the parent's parent's."""
        large, small = self._record(200), self._record(90, state="done")
        folder = self.folders.create(
            {"name": "Folder", "guarded_ids": [Command.link(large.id), Command.link(small.id)]}
        )
        line = small.line_ids
        with self._refused(large):
            folder.write({"guarded_ids": [Command.update(large.id, {"state": "done"})]})
        with self._refused(large):
            folder.write(
                {
                    "guarded_ids": [
                        Command.create(
                            {
                                "name": "x",
                                "state": "done",
                                "line_ids": [Command.create({"price": 200})],
                            }
                        )
                    ]
                }
            )
        with self._refused(small):
            folder.write(
                {
                    "guarded_ids": [
                        Command.update(
                            small.id, {"line_ids": [Command.update(line.id, {"price": 200})]}
                        )
                    ]
                }
            )
        with self._refused(small):
            folder.write(
                {
                    "guarded_ids": [
                        Command.update(small.id, {"line_ids": [Command.create({"price": 11})]})
                    ]
                }
            )
        with self.assertRaises(GuardError):
            self.folders.create(
                {
                    "name": "x",
                    "guarded_ids": [
                        Command.create(
                            {
                                "name": "x",
                                "state": "done",
                                "line_ids": [Command.create({"price": 200})],
                            }
                        )
                    ],
                }
            )

    def test_import(self):
        names = ["name", "state", "line_ids/price"]
        result = self.guarded.load(names, [["x", "done", "200"]])
        self.assertFalse(result["ids"])
        self.assertIn("may not be done", str(result["messages"]))
        large = self._record(200)
        result = self.guarded.load([".id", "state"], [[str(large.id), "done"]])
        self.assertFalse(result["ids"])
        self.env.cr.flush()
        self.env.invalidate_all()
        self.assertEqual(large.state, "draft")
        self.assertFalse(self.guarded.search([("state", "=", "done")]))
        self.assertTrue(self.guarded.load(names, [["x", "done", "50"]])["ids"])

    def test_web_save(self):
        large = self._record(200)
        with self._refused(large):
            large.web_save({"state": "done"}, {"state": {}})
        with self.assertRaises(GuardError):
            self.guarded.web_save(
                {"name": "x", "state": "done", "line_ids": [Command.create({"price": 200})]}, {}
            )

    def test_copy(self):
        large = self._record(200, allowed=True)
        large.state = "done"
        with self.assertRaises(GuardError):
            large.copy()
        self.assertEqual(large.copy({"state": "draft"}).state, "draft")

    def test_stored_computed_field(self):
        record = self._record()
        for attack in (
            lambda: record.write({"heat": 60}),
            lambda: record.with_context(**CONTEXT).write({"heat": 60}),
            lambda: record.sudo().write({"heat": 60}),
        ):
            with self._refused(record):
                attack()
        with self.assertRaises(GuardError):
            self._record(heat=60)
            self.env.flush_all()
        record.allowed = True
        record.heat = 60
        self.env.flush_all()
        self.assertTrue(record.hot)
        record.heat = 70  # stays what it is: nothing to refuse
        self.env.flush_all()

    def test_stored_computed_field_computed_along_with_another(self):
        """It is enough that the other one is asked for."""
        record = self._record()
        self.env.flush_all()
        with self._refused(record):
            record.heat = 60
            self.assertEqual(record.heat_label, "hot")

    def test_stored_computed_field_swallowed(self):
        record = self._record()
        with self._refused(record):
            try:
                record.heat = 60
                record.flush_recordset()
            except GuardError:
                pass

    def test_what_may_be_kept_but_not_got(self):
        kept = self._record(allowed=True, heat=60, state="done")
        self.env.flush_all()
        kept.spent = True
        kept.write({"heat": 70, "rate": 2})
        self.env.flush_all()
        self.assertEqual((kept.hot, kept.state), (True, "done"))
        record = self._record(allowed=True, spent=True)
        for vals in ({"state": "done"}, {"heat": 60}):
            with self.subTest(vals=vals), self._refused(record):
                record.write(vals)
                self.env.flush_all()
        with self._refused(record):
            try:
                self._record(allowed=True, spent=True, state="done")
            except GuardError:
                pass

    def test_context(self):
        large = self._record(200)
        for key, value in [*CONTEXT.items(), *((key, object()) for key in CONTEXT)]:
            with self.subTest(key=key), self._refused(large):
                large.with_context(**{key: value}).write({"state": "done"})
        with self._refused(large):
            large.with_context(**CONTEXT).sudo().write({"state": "done"})
        with self.assertRaises(GuardError):
            self.guarded.with_context(**CONTEXT).create(
                {"name": "x", "state": "done", "line_ids": [Command.create({"price": 200})]}
            )

    def test_server_actions(self):
        large = self._record(200)
        with self._refused(large):
            self.env["ir.actions.server"].create(
                {
                    "name": "Set",
                    "model_id": self.env["ir.model"]._get_id("test.collab.guarded"),
                    "state": "object_write",
                    "update_path": "state",
                    "value": "done",
                }
            ).with_context(active_model=large._name, active_id=large.id, active_ids=large.ids).run()
        before = self._facts(large)
        for code in (
            "record.write({'state': 'done'})",
            "record.sudo().with_context(collab_seal=True).write({'state': 'done'})",
            "record.write({'allowed': False, 'state': 'done'})",
        ):
            with self.subTest(code=code), self.assertRaises(Exception) as refusal:
                self._run(code, large)
            self.assertIn("may not be done", str(refusal.exception))
        self.assertEqual(self._facts(large), before)

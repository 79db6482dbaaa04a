# pylint: disable=except-pass
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from odoo.addons.collab_guard.exceptions import GuardError

from .guard_common import CONTEXT, GuardCase


@tagged("post_install", "-at_install")
class TestLocks(GuardCase):
    def setUp(self):
        super().setUp()
        self.folder = self.folders.create({"name": "Folder"})
        self.record = self._record(10, 20, title="Title", folder_id=self.folder.id)
        self.line = self.record.line_ids[0]
        self.line.label = "Label"
        self.other = self._record(5)
        self.record.locked = True

    def test_fields(self):
        for vals in (
            {"name": "x"},
            {"rate": 2},
            {"name": "x", "note": "y"},
            {"folder_id": False},
            {"title": "x"},
        ):
            with self.subTest(vals=vals), self._refused(self.record, says="locked"):
                self.record.write(vals)
            with self.subTest(vals=vals, context=True), self._refused(self.record):
                self.record.sudo().with_context(**CONTEXT).write(vals)
        self.record.write({"note": "x", "state": "done", "heat": 1})
        self.record.write({"name": "Record", "rate": 1.0, "folder_id": self.folder.id})

    def test_unlocking_in_the_same_write(self):
        with self._refused(self.record):
            self.record.write({"locked": False, "rate": 2})

    def test_rows(self):
        other_line = self.other.line_ids
        for attack in (
            lambda: self.line.write({"price": 1}),
            lambda: self.line.write({"guarded_id": self.other.id}),
            lambda: self.line.unlink(),
            lambda: self.line.with_context(_force_unlink=True).unlink(),
            lambda: self.line.copy(),
            lambda: other_line.write({"guarded_id": self.record.id}),
            lambda: (self.line | other_line).write({"price": 3}),
            lambda: self.lines.create({"guarded_id": self.record.id}),
            lambda: self.lines.create({"guarded_id": self.record}),
            lambda: self.lines.with_context(default_guarded_id=self.record.id).create({}),
            lambda: self.lines.with_context(default_guarded_id=self.record.id, **CONTEXT).create(
                {}
            ),
            lambda: self.other.write({"line_ids": [Command.link(self.line.id)]}),
            lambda: self.other.write({"line_ids": [Command.set([self.line.id])]}),
        ):
            with self._refused(self.record, self.other):
                attack()
        self.line.remark = "free"
        self.line.price = 10.0

    def test_every_command(self):
        for command in (
            Command.create({"price": 0}),
            Command.update(self.line.id, {"price": 0}),
            Command.delete(self.line.id),
            Command.unlink(self.line.id),
            Command.link(self.other.line_ids.id),
            Command.clear(),
            Command.set([self.line.id]),
        ):
            with self.subTest(command=command), self._refused(self.record, self.other):
                self.record.write({"line_ids": [command]})
            with self.subTest(command=command, folder=True), self._refused(self.record, self.other):
                self.folder.write(
                    {"guarded_ids": [Command.update(self.record.id, {"line_ids": [command]})]}
                )
        self.record.write({"line_ids": [Command.update(self.line.id, {"remark": "x"})]})

    def test_moving_the_record_through_its_parent(self):
        with self._refused(self.record):
            self.folder.write({"guarded_ids": [Command.unlink(self.record.id)]})
        with self._refused(self.record):
            self.folder.write({"guarded_ids": [Command.clear()]})
        with self._refused(self.record):
            self.folders.create({"name": "x", "guarded_ids": [Command.link(self.record.id)]})

    def test_deletion(self):
        for record in (self.record, self.record.sudo(), self.record.with_context(**CONTEXT)):
            with self._refused(self.record):
                record.unlink()
        with self._refused(self.record, self.other):
            (self.other | self.record).unlink()
        with self._refused(self.record):
            self.folder.write({"guarded_ids": [Command.delete(self.record.id)]})
        self.other.unlink()

    def test_translations(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        for record, fname in ((self.record, "title"), (self.line, "label")):
            for attack in (
                lambda record=record, fname=fname: record.update_field_translations(
                    fname, {"en_US": "x", "fr_FR": "y"}
                ),
                lambda record=record, fname=fname: record.with_context(lang="fr_FR").write(
                    {fname: "y"}
                ),
            ):
                with self.subTest(fname=fname), self._refused(self.record):
                    attack()
        self.record.locked = False
        self.record.update_field_translations("title", {"fr_FR": "Titre"})
        self.assertEqual(self.record.with_context(lang="fr_FR").title, "Titre")

    def test_import(self):
        result = self.guarded.load(
            [".id", "line_ids/.id", "line_ids/price"],
            [[str(self.record.id), str(self.line.id), "1"]],
        )
        self.assertFalse(result["ids"])
        self.assertIn("locked", str(result["messages"]))
        self.assertEqual(self.line.price, 10)

    def test_swallowed_row(self):
        """A line that got its parent from where the gate could not look before."""
        nobody = self.guarded.sudo().browse()
        with (
            patch.object(type(self.env["collab.guard"]), "_owners", lambda *args: nobody),
            self._refused(self.record),
        ):
            try:
                self.lines.create({"guarded_id": self.record.id, "price": 3})
            except GuardError:
                pass

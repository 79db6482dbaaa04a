# pylint: disable=except-pass,missing-return
from contextlib import contextmanager
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.collab_guard.exceptions import GuardError
from odoo.addons.collab_guard.guard import Guard
from odoo.addons.collab_guard.seal import unsealed

from ..models.test_collab_guarded import TestCollabKeeper

SELECTION = "odoo.addons.base.models.ir_model"

#: What a client may put into the context in the hope that somebody listens
CONTEXT = {
    "_force_unlink": True,
    "install_mode": True,
    "module": "test_collab",
    "install_module": "test_collab",
    "tracking_disable": True,
    "noupdate": True,
    "import_file": True,
    "collab_seal": True,
    "collab_guard": False,
    "collab_engine": True,
    "collab_approval": "done",
}


class GuardCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "guard_user", groups="base.group_user")
        cls.guarded = cls.env["test.collab.guarded"].with_user(cls.user)
        cls.lines = cls.env["test.collab.guarded.line"].with_user(cls.user)
        cls.folders = cls.env["test.collab.folder"].with_user(cls.user)

    def _record(self, *prices, **vals):
        return self.guarded.create(
            {
                "name": "Record",
                "line_ids": [Command.create({"name": "Line", "price": p}) for p in prices],
                **vals,
            }
        )

    def _facts(self, record):
        self.env.flush_all()
        self.env.invalidate_all()
        return [
            (
                r.name,
                r.title,
                r.state,
                r.hot,
                r.heat,
                r.rate,
                r.amount,
                r.folder_id.id,
                [(line.id, line.name, line.label, line.price) for line in r.line_ids],
            )
            for r in record
        ]

    @contextmanager
    def _refused(self, *records, says=""):
        """Check that the block fails at the latest at the commit, and changes nothing."""
        before = [self._facts(record) for record in records]
        with self.assertRaises(GuardError) as refusal:
            yield
            self.env.cr.flush()
        self.assertIn(says, str(refusal.exception))
        self.assertEqual([self._facts(record) for record in records], before)

    def _run(self, code, record):
        """Run a server action, as an administrator could."""
        action = self.env["ir.actions.server"].create(
            {
                "name": "Attack",
                "model_id": self.env["ir.model"]._get_id(record._name),
                "state": "code",
                "code": code,
            }
        )
        with mute_logger("odoo.addons.base.models.ir_actions"):
            action.with_context(
                active_model=record._name, active_id=record.id, active_ids=record.ids
            ).run()


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
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE test_collab_guarded SET state = 'done' WHERE id = %s", [large.id]
        )
        self.env.invalidate_all()
        large.write({"state": "done", "note": "x"})
        large.write({"rate": 2})
        self.assertEqual(large.amount, 400)

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

    def test_malformed(self):
        """What no client of good faith sends is refused with a sentence, not with a traceback."""
        record = self._record(200)
        attempts = {
            "a list in a list": lambda: record.write({"state": [[]]}),
            "a mapping": lambda: record.write({"state": {"done": 1}}),
            "nothing": lambda: record.write(None),
            "pairs": lambda: record.write([["state", "done"]]),
            "a parent": lambda: self.lines.create([{"guarded_id": {"x": [1]}}]),
            "nothing to create": lambda: self.guarded.create([None]),
            "no list to create": lambda: self.guarded.create(None),
            "no field": lambda: record.update_field_translations([], {"en_US": "x"}),
            "none at all": lambda: record.update_field_translations(None, {"en_US": "x"}),
            "unknown": lambda: record.update_field_translations("nothing", {"en_US": "x"}),
        }
        for what, attempt in attempts.items():
            with self.subTest(what=what), self._refused(record, says="cannot be written"):
                attempt()

    def test_values_of_custom_fields(self):
        """Odoo changes the column in SQL when a value is renamed."""
        model = self.env["ir.model"]._get("test.collab.guarded")
        field = self.env["ir.model.fields"].create(
            {
                "name": "x_stage",
                "field_description": "Stage",
                "model_id": model.id,
                "ttype": "selection",
                "selection_ids": [
                    Command.create({"value": value, "name": value.capitalize()})
                    for value in ("new", "sent", "final")
                ],
            }
        )
        new, sent, final = field.selection_ids.sorted("id")
        record = self.env["test.collab.guarded"].create({"name": "Record", "x_stage": "new"})
        guards = self.env["collab.guard"]._collab_guards()
        guards.append(
            Guard(
                model.model,
                "test.collab.keeper",
                {"x_stage": frozenset({"final", "gone"})},
                signals={"x_stage": frozenset({"sent"})},
            )
        )
        self.patch(self.env.registry["collab.guard"], "_collab_guards", lambda self: guards)
        self.env["collab.guard"]._changed()
        self.addCleanup(self.env["collab.guard"]._changed)
        attempts = {
            "rename to it": lambda: new.write({"value": "final"}),
            "rename to one that is not in the list": lambda: new.write({"value": "gone"}),
            "rename it": lambda: final.write({"value": "other"}),
            "rename several": lambda: (new | final).write({"value": "final"}),
            "rename what is signalled": lambda: sent.write({"value": "other"}),
            "delete it": final.unlink,
            "through the field": lambda: field.write(
                {"selection_ids": [Command.update(new.id, {"value": "final"})]}
            ),
            "by the list": lambda: field.write({"selection": "[('new', 'New')]"}),
            "no text": lambda: new.write({"value": True}),
            "flag of an uninstallation": lambda: final.with_context(_force_unlink=True).unlink(),
            "delete the field": field.unlink,
            "rename the field": lambda: field.write({"name": "x_other"}),
        }
        for what, attempt in attempts.items():
            with self.subTest(what=what), self.assertRaises(GuardError), mute_logger(SELECTION):
                attempt()
            self.env.invalidate_all()
            self.assertEqual(record.x_stage, "new", what)
        final.write({"value": "final", "name": "The end"})
        field.write({"name": "x_stage", "field_description": "Where it is"})
        new.value = "fresh"
        self.env.invalidate_all()
        self.assertEqual(record.x_stage, "fresh")
        new.unlink()
        self.assertEqual(field.selection_ids, sent | final)

    def test_custom_links_on_kept_records(self):
        """A custom link could delete or empty rows with what it points to."""
        vals = {
            "name": "x_tmp",
            "model_id": self.env["ir.model"]._get_id("test.collab.sealed"),
            "ttype": "many2one",
            "relation": "res.partner",
        }
        for on_delete in ("cascade", "set null"):
            with self.assertRaises(ValidationError) as refusal:
                self.env["ir.model.fields"].create({**vals, "on_delete": on_delete})
            self.assertIn("kept by the system", str(refusal.exception))

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

    def test_records_from_before_the_guard(self):
        """What was in unallowed already is left alone."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE test_collab_guarded SET rate = 10, amount = 900 WHERE id = %s", [self.record.id]
        )
        self.env.invalidate_all()
        self.line.price = 70
        self.record.rate = 20
        self.assertEqual(self.record.amount, 2000)


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

    def test_the_application_is_computed_anew(self):
        record = self._record(10)
        record.sudo().amount = 25
        self.env.flush_all()
        self.assertEqual(record.amount, 10)


@tagged("post_install", "-at_install")
class TestTold(GuardCase):
    """Who may not read a document learns nothing of it from a refusal."""

    def test_reader(self):
        record = self._record(10)
        record.locked = True
        with self._refused(record, says="Record is locked"):
            record.sudo().name = "x"

    def test_who_may_not_read(self):
        record = self._record(10)
        record.locked = True
        self.env["ir.rule"].create(
            {
                "name": "Nobody reads",
                "model_id": self.env["ir.model"]._get_id("test.collab.guarded"),
                "groups": [Command.link(self.env.ref("base.group_user").id)],
                "domain_force": "[(0, '=', 1)]",
            }
        )
        with self.assertRaises(GuardError) as refusal:
            record.sudo().name = "x"
        self.assertEqual(
            str(refusal.exception), "Test Guarded Document cannot be changed at the moment."
        )

    def test_outside(self):
        """The portal acts in superuser mode where somebody has the link."""
        record = self._record(10)
        record.locked = True
        portal = new_test_user(self.env, "guard_portal", groups="base.group_portal")
        with self.assertRaises(GuardError) as refusal:
            record.with_user(portal).sudo().name = "x"
        self.assertEqual(str(refusal.exception), "Record cannot be changed at the moment.")


@tagged("post_install", "-at_install")
class TestSignals(GuardCase):
    @contextmanager
    def _told(self):
        told = []
        with patch.object(
            TestCollabKeeper,
            "_guard_signal",
            lambda self, records, fname: told.append((records.ids, fname)),
        ):
            yield told

    def test_write(self):
        records = self._record(1) | self._record(2)
        with self._told() as told:
            records.write({"state": "cancel"})
            self.assertEqual(told, [(records.ids, "state")])
            records.write({"state": "cancel"})
            self.assertEqual(len(told), 1)
            records.write({"state": "draft", "note": "x"})
            self.assertEqual(told[1:], [(records.ids, "state")])
            records.write({"state": "done"})
        self.assertEqual(len(told), 2)

    def test_create(self):
        with self._told() as told:
            records = self.guarded.create([{"name": "a", "state": "cancel"}, {"name": "b"}])
        self.assertEqual(told, [(records[0].ids, "state")])

    def test_computed(self):
        record = self._record(allowed=True)
        self.env.flush_all()
        with self._told() as told:
            record.heat = 60
            self.env.flush_all()
            record.heat = 70
            self.env.flush_all()
            self.assertEqual(told, [(record.ids, "hot")])
            record.heat = 10
            self.env.flush_all()
        self.assertEqual(told[1:], [(record.ids, "hot")])


@tagged("post_install", "-at_install")
class TestCost(GuardCase):
    """Models nobody guards pay nothing, guarded ones a number that does not grow."""

    def _count(self, action):
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.env.cr.sql_log_count - start

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


@tagged("post_install", "-at_install")
class TestSealed(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unsealed = staticmethod(unsealed)
        cls.user = new_test_user(cls.env, "seal_user", groups="base.group_user,base.group_system")
        cls.sealed = cls.env["test.collab.sealed"]
        cls.record = unsealed(cls.sealed).create({"name": "as it was"})

    def test_closed_to_everybody(self):
        record = self.record.with_env(self.env)
        for user in (self.user, self.env.ref("base.user_admin"), self.env.ref("base.user_root")):
            for context in ({}, CONTEXT, {"collab_seal": object()}, {"collab_seal": type}):
                for sudo in (False, True):
                    mine = record.with_user(user).sudo(sudo).with_context(**context)
                    for attack in (
                        lambda mine=mine: mine.write({"name": "x"}),
                        lambda mine=mine: mine.unlink(),
                        lambda mine=mine: mine.copy(),
                        lambda mine=mine: mine.create({"name": "x"}),
                        lambda mine=mine: mine.web_save({"name": "x"}, {}),
                        lambda mine=mine: mine.name_create("x"),
                        lambda mine=mine: mine.update({"name": "x"}),
                    ):
                        with self.subTest(user=user.login, sudo=sudo, context=context):
                            with self.assertRaises(UserError):
                                attack()
        self.assertEqual(self.sealed.search([]).mapped("name"), ["as it was"])

    def test_import(self):
        for context in ({}, CONTEXT):
            result = self.sealed.with_context(**context).load(["name"], [["x"]])
            self.assertFalse(result["ids"])
            result = self.sealed.with_context(**context).load(
                [".id", "name"], [[str(self.record.id), "x"]]
            )
            self.assertFalse(result["ids"])
        self.assertEqual(self.sealed.search([]).mapped("name"), ["as it was"])

    def test_the_engine_writes_once(self):
        record = self.unsealed(self.record.with_env(self.env))
        record.write({"name": "new"})
        with self.assertRaises(GuardError):
            record.write({"name": "again"})
        self.assertEqual(record.name, "new")

    def test_what_runs_inside_finds_the_pass_void(self):
        """An override that runs in the engine's own write has no pass left."""
        sealed = type(self.sealed)
        test = self

        def write(records, vals):
            result = super(sealed, records).write(vals)
            with test.assertRaises(GuardError):
                super(sealed, records).write({"name": "by an override"})
            return result

        with patch.object(sealed, "write", write, create=True):
            self.unsealed(self.record).write({"name": "by the engine"})
        self.assertEqual(self.record.name, "by the engine")

    def test_the_pass_of_a_creation_does_not_stay_on_the_record(self):
        record = self.unsealed(self.sealed).create({"name": "new"})
        with self.assertRaises(GuardError):
            record.write({"name": "x"})

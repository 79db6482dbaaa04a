from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.collab_guard.exceptions import GuardError
from odoo.addons.collab_guard.guard import Guard

from .guard_common import GuardCase

SELECTION = "odoo.addons.base.models.ir_model"


@tagged("post_install", "-at_install")
class TestCustomFields(GuardCase):
    """What administrators change of fields in the database."""

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

    def test_custom_field_that_shows_what_is_kept(self):
        """What it is related to is read as superuser."""
        fields = self.env["ir.model.fields"]
        link = {
            "name": "x_sealed_id",
            "model_id": self.env["ir.model"]._get_id("res.partner"),
            "ttype": "many2one",
            "relation": "test.collab.sealed",
        }
        fields.create(link)
        shown = {"name": "x_shown", "ttype": "char"}
        for values in (
            {"model_id": link["model_id"], "related": "x_sealed_id.name"},
            {"model_id": self.env["ir.model"]._get_id("test.collab.sealed"), "related": "name"},
        ):
            with self.assertRaises(ValidationError) as refusal, self.cr.savepoint():
                fields.create(shown | values)
            self.assertIn("kept by the system", str(refusal.exception))
        fields.create(shown | {"model_id": link["model_id"], "related": "parent_id.name"})

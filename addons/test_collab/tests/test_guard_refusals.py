from odoo import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.collab_guard.exceptions import GuardError

from .guard_common import GuardCase


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
class TestMalformed(GuardCase):
    """What cannot be understood is refused as well."""

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

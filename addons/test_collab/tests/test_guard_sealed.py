# pylint: disable=missing-return
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.collab_guard.exceptions import GuardError
from odoo.addons.collab_guard.seal import unsealed

from .guard_common import CONTEXT


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

    def test_defaults_of_people(self):
        """The engine creates as superuser: nobody has a say by a default."""
        self.env["ir.default"].with_user(self.user).set(
            "test.collab.sealed", "name", "mine", user_id=True
        )
        sealed = self.sealed.with_user(self.user).sudo()
        for context in ({}, {"default_name": "by the context"}):
            record = self.unsealed(sealed.with_context(**context)).create({})
            self.assertFalse(record.name)

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

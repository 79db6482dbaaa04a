from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

MAIL = """From: {sender}
To: somebody@example.com
Subject: Mine
Message-Id: <{number}@collab.example>

Text
"""


@tagged("post_install", "-at_install")
class TestMailThread(TransactionCase):
    """What the gateway does as superuser, nobody has it do by RPC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "thread_user", email="user@example.com")
        cls.system = new_test_user(
            cls.env, "thread_system", groups="base.group_user,base.group_system"
        )
        cls.number = 0

    def _process(self, threads, model, custom_values=None, **options):
        type(self).number += 1
        mail = MAIL.format(sender=self.user.email, number=f"{self.number}.{self.id()}")
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            return threads.message_process(model, mail, custom_values, **options)

    def test_people_cannot_use_it(self):
        department = self.env["hr.department"].create({"name": "Vault"})
        portal = new_test_user(self.env, "thread_portal", groups="base.group_portal")
        values = {"name": "Me", "department_id": department.id, "user_id": self.user.id}
        for user in (self.user, portal):
            for name in ("mail.thread", "hr.employee", "res.partner"):
                threads = self.env[name].with_user(user)
                with self.subTest(user=user.login, by=name), self.assertRaises(AccessError):
                    self._process(threads, "hr.employee", values)
                with self.subTest(user=user.login, by=name), self.assertRaises(AccessError):
                    self._process(threads, "hr.department", thread_id=department.id)
                with self.subTest(user=user.login, by=name), self.assertRaises(AccessError):
                    threads.message_route(None, {}, "hr.employee", None, values)
        self.assertFalse(department.member_ids)
        self.assertFalse(
            department.message_ids.filtered(lambda m: "collab.example" in m.message_id)
        )

    def test_what_brings_mail_can(self):
        for threads in (self.env["mail.thread"], self.env["mail.thread"].with_user(self.system)):
            partner = self.env["res.partner"].browse(self._process(threads, "res.partner"))
            self.assertEqual(partner.name, "Mine")

    def test_records_of_collab_are_not_made_by_mail(self):
        names = [
            name
            for name, model in self.env.registry.items()
            if name.startswith("collab.") and hasattr(model, "message_new")
        ]
        for name in names:
            with self.subTest(model=name), self.assertRaisesRegex(UserError, "by e-mail"):
                self._process(self.env["mail.thread"], name)

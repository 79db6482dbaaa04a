from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.mail.tools.discuss import Store

from .common import ConversationCase


@tagged("post_install", "-at_install")
class TestMailNames(ConversationCase):
    """What Odoo's mail does as superuser tells nobody of records of Collab that they may not read
    (see ``collab_base``)."""

    def _named(self, user, model, values, name, **context):
        records = self.env[model].with_user(user).with_context(**context)
        return records.onchange(dict(values), [], {name: {}})["value"].get(name)

    def test_forms_that_were_never_saved(self):
        model_id = self.env["ir.model"]._get_id("collab.document")
        for record, name in ((self.document, "draft.txt"), (self.folder, "Handbook")):
            about = {"model": record._name, "res_id": record.id}
            self.assertEqual(self._named(self.owner, "mail.message", about, "record_name"), name)
            for user in (self.outsider, self.portal):
                self.assertFalse(self._named(user, "mail.message", about, "record_name"))
                defaults = {f"default_{key}": value for key, value in about.items()}
                self.assertFalse(
                    self._named(user, "mail.message", about, "record_name", **defaults)
                )
        about = {"res_model_id": model_id, "res_id": self.document.id}
        self.assertEqual(self._named(self.owner, "mail.activity", about, "res_name"), "draft.txt")
        self.assertFalse(self._named(self.outsider, "mail.activity", about, "res_name"))
        # nor by a record of one's own, written or not
        own = self.env["res.partner"].create({"name": "Own"})
        message = own.message_post(body="Mine", author_id=self.outsider.partner_id.id)
        activity = own.activity_schedule("mail.mail_activity_data_todo", user_id=self.outsider.id)
        shown = message.with_user(self.outsider).onchange(
            {"model": "collab.document", "res_id": self.document.id},
            ["res_id"],
            {"record_name": {}},
        )
        self.assertNotIn("draft.txt", str(shown))
        mine = activity.with_user(self.outsider)
        shown = mine.onchange(
            {"res_model_id": model_id, "res_id": self.document.id}, ["res_id"], {"res_name": {}}
        )
        self.assertNotIn("draft.txt", str(shown))
        with self.assertRaises(AccessError), self.cr.savepoint():
            mine.write({"res_model_id": model_id, "res_id": self.document.id})
        # nor as a line of another form
        lines = {"message_ids": [(0, 0, {"model": "collab.document", "res_id": self.document.id})]}
        manager = self._user("doc_manager", "base.group_partner_manager")
        shown = (
            self.env["res.partner"]
            .with_user(manager)
            .onchange(lines, [], {"message_ids": {"fields": {"record_name": {}}}})
        )
        self.assertNotIn("draft.txt", str(shown))

    def test_models_without_records(self):
        for model in ("collab.card", "collab.document.checkout"):
            about = {"model": model, "res_id": 1}
            self._named(self.outsider, "mail.message", about, "record_name")

    def test_what_is_rated(self):
        """Neither what a rating is of, nor what that belongs to."""
        for columns, record, name in (
            (("res_model_id", "res_id"), self.document, "draft.txt"),
            (("parent_res_model_id", "parent_res_id"), self.folder, "Handbook"),
        ):
            about = {columns[0]: self.env["ir.model"]._get_id(record._name), columns[1]: record.id}
            shown = "res_name" if "res_id" in columns else "parent_res_name"
            self.assertEqual(self._named(self.owner, "rating.rating", about, shown), name)
            self.assertFalse(self._named(self.outsider, "rating.rating", about, shown), shown)

    def test_files_of_hidden_conversations(self):
        """Odoo reads what a form names as superuser."""
        said = self.folder.with_user(self.owner).message_post(
            body="See", attachments=[("plan.txt", b"secret")]
        )
        for user, seen in ((self.owner, b"secret"), (self.outsider, b""), (self.portal, b"")):
            file = said.attachment_ids.with_user(user).sudo()
            self.env.invalidate_all()
            self.assertEqual(file.raw or b"", seen, user.login)
        activity = self.document.with_user(self.owner).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.owner.id
        )
        later = self._later(self.folder)
        files = (
            self.env["ir.attachment"]
            .with_user(self.owner)
            .create(
                [
                    {"name": "a.txt", "raw": b"secret"} | where
                    for where in (
                        {"res_model": "mail.activity", "res_id": activity.id},
                        {"res_model": "mail.compose.message", "res_id": 0},
                        {},
                    )
                ]
            )
        )
        later.attachment_ids = files[-1]
        for file in files:
            self.env.invalidate_all()
            self.assertEqual(file.sudo().raw, b"secret")
            self.env.invalidate_all()
            self.assertFalse(file.with_user(self.outsider).sudo().raw, file.res_model)
        activity.action_feedback()
        self.env.invalidate_all()
        self.assertEqual(files[0].sudo().res_model, "mail.message")
        self.assertFalse(files[0].with_user(self.outsider).sudo().raw)

    def test_what_somebody_was_told_once(self):
        said = self.document.with_user(self.editor).message_post(
            body="Look", subject="draft.txt", partner_ids=self.outsider.partner_id.ids
        )
        self.assertTrue(said.with_user(self.outsider).has_access("read"))
        for user, told in ((self.editor, True), (self.outsider, False)):
            self.env.invalidate_all()
            store = Store()
            message = said.with_user(user)
            store.add(message)
            self.assertEqual("draft.txt" in str(store.get_result()["mail.thread"]), told)
            [shown] = store.get_result()["mail.message"]
            self.assertEqual(shown["default_subject"], told and "draft.txt")
            self.assertEqual(message.display_name, told and "draft.txt")
        settings = self._user("doc_settings", "base.group_system")
        own = (
            self.env["res.partner"]
            .create({"name": "P"})
            .message_post(body="x", partner_ids=settings.partner_id.ids)
        )
        notified = own.notification_ids.with_user(settings)
        hidden = self.document.with_user(self.editor).message_post(body="Hidden")
        with self.assertRaises(AccessError):
            notified.write({"mail_message_id": hidden.id})
        with self.assertRaises(AccessError):
            hidden.with_user(settings).export_data(["body"])
        mail = self.env["mail.mail"].create({"mail_message_id": said.id})
        self.assertFalse(mail.with_user(self.outsider).sudo().display_name)
        mails = self.env["mail.mail"].with_user(settings)
        with self.assertRaises(AccessError):
            mails.create({"mail_message_id": hidden.id})
        with self.assertRaises(AccessError):
            mails.create({"body": "x"}).write({"mail_message_id": hidden.id})
        # nor of what they may read: the mail would take it along
        open_to_all = self.folder.message_post(body="Open")
        self.folder.access_ids = [(0, 0, {"user_id": settings.id, "role": "reader"})]
        taking = {"mail_message_id": open_to_all.id, "is_notification": False, "auto_delete": True}
        with self.assertRaises(AccessError):
            mails.create(taking)
        with self.assertRaises(AccessError):
            mails.with_context(default_mail_message_id=open_to_all.id).create({"email_to": "x"})
        sent = mail.create({"mail_message_id": open_to_all.id}).with_user(settings)
        for values in ({"is_notification": False}, {"body_html": "x"}, {"email_to": "x@x.com"}):
            with self.assertRaises(AccessError):
                sent.write(values)
        # one that they may not read keeps no other from them
        for one in (mail, sent):
            self.env.invalidate_all()
            self.assertTrue(one.with_user(settings).read(["subject", "author_id"]))
        sent.write({"state": "cancel"})
        for value in (hidden.id, {"id": hidden.id}):
            with self.assertRaises(AccessError):
                mails.onchange({"mail_message_id": value}, [], {"body": {}})

    def _secret(self):
        """Return what was said where the outsider and portal users may not read, with a file."""
        return self.folder.with_user(self.owner).message_post(
            body="Secret", attachments=[("plan.txt", b"secret")]
        )

    def _channel(self, user):
        return self.env["discuss.channel"]._create_group(user.partner_id.ids)

    def test_what_is_answered(self):
        """Odoo shows all of that, wherever it was said, and gives its subject to composers."""
        secret = self._secret()
        for user in (self.outsider, self.portal):
            about = {
                "model": "discuss.channel",
                "res_id": self._channel(user).id,
                "body": "x",
                "message_type": "comment",
                "subtype_id": self.env.ref("mail.mt_comment").id,
            }
            messages = self.env["mail.message"].with_user(user)
            answer = {"parent_id": secret.id}
            mine = messages.create(about)
            self.env.invalidate_all()
            for change in (
                lambda m=messages, v=about | answer: m.create(v),
                lambda m=messages, v=about: m.with_context(default_parent_id=secret.id).create(v),
                lambda m=mine, v=answer: m.write(v),
            ):
                with self.assertRaises(AccessError):
                    change()
            mine.sudo().parent_id = secret
            self.env.flush_all()
            self.env.invalidate_all()
            store = Store()
            store.add(mine)
            shown = str(store.get_result())
            self.assertNotIn("Secret", shown)
            self.assertNotIn("plan.txt", shown)
        composers = self.env["mail.compose.message"].with_user(self.outsider)
        named = [composers.with_context(default_parent_id=secret.id)]
        for values in ({"parent_id": secret.id}, {"parent_id": {"id": secret.id}}):
            with self.assertRaises(AccessError):
                composers.onchange(values, ["parent_id"], {"subject": {}})
        with self.assertRaises(AccessError):
            named[0].onchange({}, [], {"subject": {}})
        with self.assertRaises(AccessError):
            composers.create({"parent_id": secret.id, "model": "res.partner"})
        about = {"model": "res.partner", "res_ids": str(self.outsider.partner_id.ids)}
        composer = composers.create(about)
        with self.assertRaises(AccessError):
            composer.write({"parent_id": secret.id})
        answers = self.env["mail.compose.message"].with_user(self.editor)
        shown = answers.onchange({"parent_id": secret.id}, ["parent_id"], {"subject": {}})
        self.assertIn("value", shown)

    def test_what_is_got_to_by_another_record(self):
        """Odoo reads a message as superuser once it has one."""
        secret = self._secret()
        user = self._user("doc_exporter", "base.group_allow_export")
        channel = self._channel(user)
        member = channel.channel_member_ids.filtered(lambda one: one.partner_id == user.partner_id)
        member.with_user(user).write({"seen_message_id": secret.id})
        self.env.flush_all()
        self.env.invalidate_all()
        for records, path in (
            (member, "seen_message_id/body"),
            (channel, "channel_member_ids/seen_message_id/body"),
        ):
            with self.assertRaises(AccessError):
                records.with_user(user).export_data([path])
            self.env.invalidate_all()
        self.assertIn("Secret", secret.with_user(self.reader).body)

    def test_files_of_what_will_be_said(self):
        """Odoo asks for scheduled messages when they are searched for, and not for their files."""
        later = self._later(self.document)
        file = self.env["ir.attachment"].create(
            {
                "name": "plan.txt",
                "raw": b"secret",
                "res_model": "mail.scheduled.message",
                "res_id": later.id,
            }
        )
        for user, may in ((self.editor, True), (self.reader, False), (self.outsider, False)):
            self.env.invalidate_all()
            self.assertEqual(file.with_user(user).has_access("read"), may, user.login)
            self.assertEqual(later.with_user(user).has_access("read"), may, user.login)
            self.assertEqual(file.with_user(user).sudo().raw or b"", b"secret" if may else b"")

    def test_who_follows(self):
        self.document.message_subscribe(self.reader.partner_id.ids)
        told = self.document.with_user(self.owner).message_get_followers()
        self.assertIn("doc_reader", str(told))
        for record in (self.document, self.folder):
            for user in (self.outsider, self.portal):
                with self.assertRaises(AccessError):
                    record.with_user(user).message_get_followers()

    def test_folders_that_a_form_names(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = self.folders.create({"name": "Foreign", "company_id": elsewhere.id})
        for user, model, name, folder in (
            (self.outsider, "collab.folder", "parent_id", self.folder),
            (self.outsider, "collab.folder.access", "folder_id", self.folder),
            (self.admin, "collab.document.place", "folder_id", foreign),
        ):
            for value in (folder.id, {"id": folder.id}):
                with self.assertRaises(AccessError, msg=model):
                    self.env[model].with_user(user).onchange(
                        {name: value}, [], {name: {"fields": {"display_name": {}}}}
                    )
        own = self.folders.create(
            {"name": "Own", "access_ids": [(0, 0, {"user_id": self.outsider.id, "role": "owner"})]}
        )
        new = self.folders.with_user(self.outsider).new({"parent_id": self.folder.id}, origin=own)
        self.assertFalse(new.inherited_rights)
        below = self.folders.create({"name": "Below", "parent_id": self.folder.id})
        self.assertIn("doc_owner", below.with_user(self.reader).inherited_rights)
        below.inherit_access = False
        self.assertFalse(below.inherited_rights)

    def test_who_lost_access_hears_of_no_new_name(self):
        document = self.document
        document.with_user(self.editor).action_publish()
        message = document.with_user(self.reader).message_post(body="Read it")
        self.assertEqual(message.record_name, "draft.txt")
        self.folder.access_ids.filtered(lambda one: one.user_id == self.reader).unlink()
        self.env.invalidate_all()
        self.assertFalse(message.with_user(self.reader).record_name)

    def test_an_attachment_has_no_name(self):
        """Odoo shows the name of what a record points to, whoever may read that."""
        employee = self.env["hr.employee"].create({"name": "P"})
        employee.message_main_attachment_id = self.document.sudo().latest_id.attachment_id
        self.assertNotIn("draft", employee.message_main_attachment_id.display_name)

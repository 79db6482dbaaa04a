from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.collab_document.models.collab_document_versioned import File

from .common import DocumentCase


@tagged("post_install", "-at_install")
class TestMailNames(DocumentCase):
    """What Odoo's mail does as superuser tells nobody of, and writes nothing at, records of Collab
    that they may not read (see ``collab_base``)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.document = cls.documents.with_user(cls.contributor).add_files(
            cls.folder.with_user(cls.contributor), [File("draft.txt", b"draft")]
        )

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
        # nor as a line of another form
        lines = {"message_ids": [(0, 0, {"model": "collab.document", "res_id": self.document.id})]}
        manager = self._user("doc_manager", "base.group_partner_manager")
        shown = (
            self.env["res.partner"]
            .with_user(manager)
            .onchange(lines, [], {"message_ids": {"fields": {"record_name": {}}}})
        )
        self.assertNotIn("draft.txt", str(shown))

    def _compose(self, user, record, mode="mass_mail", **values):
        composer = (
            self.env["mail.compose.message"]
            .with_user(user)
            .create(
                {
                    "model": record._name,
                    "res_ids": str(record.ids),
                    "composition_mode": mode,
                    "subject": "{{ object.name }}",
                    "body": "<p>Approved by me</p>",
                    "partner_ids": [(6, 0, self.reader.partner_id.ids)],
                }
                | values
            )
        )
        composer.action_send_mail()
        return self._written(record)

    def _written(self, record):
        return record.sudo().message_ids.filtered(lambda m: "Approved by me" in (m.body or ""))

    def test_mail_about_many(self):
        version = self.document.sudo().version_ids
        for record in (self.document, self.folder, version):
            with self.assertRaises(AccessError, msg=record._name):
                self._compose(self.outsider, record)
        self.assertFalse(self._written(self.document))
        for mode in ("mass_mail", "comment"):
            message = self._compose(
                self.editor, self.document, mode, author_id=self.owner.partner_id.id
            )[0]
            self.assertEqual(message.author_id, self.editor.partner_id, mode)

    def test_notifications(self):
        to = {"partner_ids": self.reader.partner_id.ids, "body": "Approved by me"}
        for by, about in (
            (self.document, {}),
            (self.env["mail.thread"], {"model": "collab.document", "res_id": self.document.id}),
        ):
            with self.assertRaises(AccessError):
                by.with_user(self.outsider).message_notify(**to, **about)

    def test_people_speak_for_themselves(self):
        for values in (
            {"author_id": self.owner.partner_id.id},
            {"email_from": self.owner.partner_id.email_formatted},
            {"email_from": "the.board@example.com"},
        ):
            message = self.document.with_user(self.editor).message_post(body="Hello", **values)
            self.assertEqual(message.author_id, self.editor.partner_id, values)
            self.assertNotIn("board", message.email_from)

    def test_an_attachment_has_no_name(self):
        """Odoo shows the name of what a record points to, whoever may read that."""
        employee = self.env["hr.employee"].create({"name": "P"})
        employee.message_main_attachment_id = self.document.sudo().latest_id.attachment_id
        self.assertNotIn("draft", employee.message_main_attachment_id.display_name)

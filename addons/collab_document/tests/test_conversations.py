from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import ConversationCase


@tagged("post_install", "-at_install")
class TestConversations(ConversationCase):
    """What is said at records of Collab is said by who may read them, in their own name, and stays
    as it was said; also where Odoo's mail works as superuser (see ``collab_base``)."""

    def test_nothing_is_rated(self):
        """Who has the link of a rating reads what it is of and writes there, without a log-in."""
        said = self.document.with_user(self.editor).message_post(body="Hello")
        partner = self.env["res.partner"].create({"name": "P"})
        rating = {"res_model_id": self.env["ir.model"]._get_id("res.partner"), "res_id": partner.id}
        model_id = self.env["ir.model"]._get_id("collab.document")
        about = {"res_model_id": model_id, "res_id": self.document.id}
        made = self.env["rating.rating"].create(rating)
        for values in (
            about,
            {f"parent_{name}": value for name, value in about.items()},
            {"message_id": said.id},
        ):
            with self.assertRaises(ValidationError, msg=values), self.cr.savepoint():
                made.write(values)
        for values in (rating | about, rating | {"message_id": said.id}):
            with self.assertRaises(ValidationError, msg=values), self.cr.savepoint():
                self.env["rating.rating"].create(values)
        hold = self.env["collab.document.hold"].create({"name": "Matter"})
        for record in (self.document, self.folder, hold):
            with self.assertRaisesRegex(AccessError, "not rated"):
                record.with_user(self.editor).rating_apply(5, rating=made, feedback="Fine")
        self.assertTrue(partner.rating_apply(5, rating=made, feedback="Fine"))

    def test_what_was_said_is_not_rewritten_as_superuser(self):
        """As by the routes of Odoo: for administrators, and for who has some link."""
        said = self.document.with_user(self.editor).message_post(
            body="Hello", message_type="comment"
        )
        elsewhere = self.env["res.partner"].create({"name": "P"})
        manager = self._user("doc_manager", "base.group_erp_manager")
        settings = self._user("doc_settings", "base.group_system")
        for thread in (self.document, elsewhere):
            for user in (manager, settings, self.owner, self.env.ref("base.public_user")):
                for options in ({}, {"strict": False}):
                    with self.assertRaises(AccessError, msg=user.login):
                        thread.with_user(user).sudo()._message_update_content(
                            said.with_user(user).sudo(), body="No", **options
                        )
        with self.assertRaises(AccessError, msg="not even one's own, from elsewhere"):
            elsewhere.with_user(self.editor).sudo()._message_update_content(
                said.with_user(self.editor).sudo(), body="No"
            )
        mine = self.document.with_user(self.editor).sudo()
        mine._message_update_content(said.with_user(self.editor).sudo(), body="Hello again")
        self.assertIn("Hello again", said.body)
        # what should not have been said is taken out, and not put otherwise
        clears = self.document.with_user(self.admin).sudo()
        with self.assertRaises(AccessError):
            clears._message_update_content(said.with_user(self.admin).sudo(), body="No")
        clears._message_update_content(said.with_user(self.admin).sudo(), body="")
        self.assertNotIn("Hello", said.body)
        # with what was sent with it, and nothing of another record
        said = self.document.with_user(self.editor).message_post(
            body="See", message_type="comment", attachments=[("a.txt", b"a")]
        )
        file = said.attachment_ids
        shown = self.env["ir.attachment"].create(
            {"name": "b.txt", "raw": b"b", "res_model": "res.partner", "res_id": elsewhere.id}
        )
        said.attachment_ids += shown
        clears._message_update_content(
            said.with_user(self.admin).sudo(), body="", attachment_ids=[]
        )
        self.assertFalse(file.exists())
        self.assertTrue(shown.exists())

    def test_notes_of_changes_are_odoos(self):
        """Their commands, in the values of a message, Odoo carries out as superuser."""
        self.cr.flush()
        before = self.folder.message_ids
        self.folder.with_user(self.owner).keep_days = 7
        self.cr.flush()
        note = (self.folder.message_ids - before).sudo().tracking_value_ids
        self.assertEqual(len(note), 1)
        channel = (
            self.env["discuss.channel"]
            .with_user(self.outsider)
            ._create_group(self.outsider.partner_id.ids)
        )
        elsewhere = {"model": "discuss.channel", "res_id": channel.id, "body": "x"}
        values = {"field_id": note.field_id.id, "old_value_integer": 1, "new_value_integer": 2}
        for user in (self.outsider, self.portal):
            messages = self.env["mail.message"].with_user(user)
            for command in (
                (1, note.id, values),
                (2, note.id),
                (3, note.id),
                (4, note.id),
                (5,),
                (6, 0, note.ids),
            ):
                with self.assertRaises(AccessError, msg=str(command)):
                    messages.create(elsewhere | {"tracking_value_ids": [command]})
        about = {"model": "collab.folder", "res_id": self.folder.id, "body": "x"}
        forged = {"tracking_value_ids": [(0, 0, values)]}
        for user in (self.editor, self.owner, self._user("doc_settings", "base.group_system")):
            with self.assertRaises(AccessError):
                self.env["mail.message"].with_user(user).create(about | forged)
            with self.assertRaises(AccessError):
                self.folder.with_user(user).message_post(body="x", **forged)
        values_of = note.with_user(self._user("doc_system", "base.group_system"))
        for change in (
            values_of.unlink,
            lambda: values_of.write({"new_value_integer": 0}),
            lambda: values_of.create(values | {"mail_message_id": note.mail_message_id.id}),
        ):
            with self.assertRaises(AccessError):
                change()
        self.assertEqual(note.new_value_integer, 7)

    def test_what_others_said_stays(self):
        said = self.document.with_user(self.contributor).message_post(
            body="See", attachments=[("evidence.txt", b"as it was")]
        )
        file = said.attachment_ids
        for user in (self.editor, self.owner):
            with self.assertRaises(AccessError):
                said.with_user(user).unlink()
            for change in (
                file.with_user(user).unlink,
                lambda user=user: file.with_user(user).write({"raw": b"forged"}),
            ):
                with self.assertRaises(AccessError):
                    change()
        # by the routes of the web client, which work as superuser
        for user in (self.editor, self.owner, self.reader):
            with self.assertRaises(AccessError):
                file.with_user(user).sudo()._delete_and_notify()
            for values in ({"thumbnail": b"eA=="}, {"res_model": "res.partner", "res_id": 1}):
                with self.assertRaises(AccessError):
                    file.with_user(user).sudo().write(values)
        # administrators take out, and do not put otherwise
        with self.assertRaises(AccessError):
            file.with_user(self.admin).write({"raw": b"forged"})
        self.document.with_user(self.editor).action_publish()
        mine = self.document.with_user(self.reader).message_post(
            body="Mine", message_type="comment", attachment_ids=file.ids
        )
        self.document.with_user(self.reader).sudo()._message_update_content(
            mine.sudo(), body="", attachment_ids=[]
        )
        self.assertFalse(mine.sudo().attachment_ids)
        self.assertEqual(said.attachment_ids, file)
        # an administrator takes out, and adds nothing
        for options in ({"attachment_ids": file.ids}, {"partner_ids": self.reader.partner_id.ids}):
            for body in ("", None):
                with self.assertRaises(AccessError):
                    self.document.with_user(self.admin).sudo()._message_update_content(
                        said.with_user(self.admin).sudo(), body=body, **options
                    )
        # nor what was sent with something that is done
        activity = self.document.with_user(self.contributor).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.contributor.id
        )
        proof = (
            self.env["ir.attachment"]
            .with_user(self.contributor)
            .create(
                {"name": "p.txt", "raw": b"p", "res_model": "mail.activity", "res_id": activity.id}
            )
        )
        activity.action_feedback(feedback="Done")
        for change in (
            proof.with_user(self.editor).unlink,
            lambda: proof.with_user(self.editor).write({"raw": b"forged"}),
        ):
            with self.assertRaises(AccessError):
                change()
        self.assertEqual(file.raw, b"as it was")
        file.with_user(self.contributor).write({"raw": b"corrected"})
        said.with_user(self.contributor).unlink()
        again = self.document.with_user(self.contributor).message_post(body="No")
        again.with_user(self.admin).unlink()
        later = self._later(self.document)
        with self.assertRaises(AccessError):
            later.with_user(self.editor).unlink()

    def test_files_of_others_elsewhere(self):
        """Whoever shows a file of another record in a conversation of Collab keeps nobody from
        changing it there; and what was said here stays when it is taken out elsewhere."""
        partner = self.env["res.partner"].create({"name": "P"})
        manager = self._user("doc_manager", "base.group_partner_manager")
        file = self.env["ir.attachment"].create(
            {"name": "a.txt", "raw": b"a", "res_model": "res.partner", "res_id": partner.id}
        )
        self.document.with_user(self.editor).message_post(body="See", attachment_ids=file.ids)
        file.with_user(manager).write({"raw": b"b"})
        file.with_user(manager).unlink()
        said = self.document.with_user(self.contributor).message_post(
            body="See", attachments=[("b.txt", b"b")]
        )
        shown = partner.with_user(manager).message_post(body="See", message_type="comment")
        shown.sudo().attachment_ids = said.attachment_ids
        partner.with_user(manager).sudo()._message_update_content(
            shown.with_user(manager).sudo(), body="", attachment_ids=[]
        )
        self.assertFalse(shown.sudo().attachment_ids)
        self.assertEqual(said.attachment_ids.raw, b"b")

    def test_nothing_is_moved_into_a_conversation(self):
        settings = self._user("doc_settings", "base.group_system")
        # who reads entries, where there are any: accounting stops the others
        accounting = self.env.ref("account.group_account_readonly", raise_if_not_found=False)
        settings.group_ids += accounting or self.env["res.groups"]
        partner = self.env["res.partner"].create({"name": "P"})
        forged = (
            self.env["mail.message"]
            .with_user(settings)
            .create(
                {
                    "model": "res.partner",
                    "res_id": partner.id,
                    "author_id": self.owner.partner_id.id,
                    "date": "2020-01-01",
                    "body": "x",
                }
            )
        )
        with self.assertRaisesRegex(AccessError, "speak for themselves"):
            forged.write({"model": "collab.folder", "res_id": self.folder.id})

    def test_answers_come_to_where_they_belong(self):
        given = {"message_id": "<elsewhere@example.com>", "reply_to": "me@example.com"}
        about = {"model": "collab.document", "res_id": self.document.id, "body": "x"}
        messages = self.env["mail.message"].with_user(self.editor)
        for message in (
            messages.create(about | given),
            self.document.with_user(self.editor).message_post(body="x", **given),
        ):
            self.assertNotIn("elsewhere", message.message_id)
            self.assertNotIn("me@example.com", message.reply_to or "")

    def test_changes_are_noted_whoever_asks_that_they_be_not(self):
        hold = self.env["collab.document.hold"].with_user(self.admin).create({"name": "Matter"})
        self.cr.flush()
        for key in ("tracking_disable", "mail_notrack"):
            for values in ({"name": f"Other {key}"}, {"reason": f"Because of {key}"}):
                before = hold.message_ids
                hold.with_context(**{key: True}).write(values)
                self.cr.flush()
                noted = (hold.message_ids - before).sudo().tracking_value_ids
                self.assertEqual(len(noted), 1, (key, values))

    def test_nobody_writes_where_they_may_not_read(self):
        """Odoo lets those who follow, were told of something, or have some wizard."""
        self.document.message_subscribe(self.outsider.partner_id.ids)
        said = self.document.with_user(self.editor).message_post(
            body="Look", partner_ids=self.outsider.partner_id.ids
        )
        about = {"model": "collab.document", "res_id": self.document.id, "body": "Planted"}
        messages = self.env["mail.message"].with_user(self.outsider)
        for values in (about, about | {"parent_id": said.id}):
            with self.assertRaises(AccessError):
                messages.create(values)
        for record in (self.document, self.folder):
            with self.assertRaises(AccessError):
                record.with_user(self.outsider)._message_log_batch(bodies={record.id: "Planted"})

    def test_when_it_was_said(self):
        about = {"model": "collab.document", "res_id": self.document.id, "body": "Hello"}
        made = (
            self.env["mail.message"]
            .with_user(self.editor)
            .create(about | {"date": "2020-01-01", "message_type": "email"})
        )
        self.assertEqual(made.date.year, fields.Datetime.now().year)
        by_route = made.sudo().create(about | {"message_type": "email"})
        self.assertEqual((made | by_route).mapped("message_type"), ["comment", "comment"])

    def test_what_was_changed_stays_noted(self):
        self.cr.flush()
        before = self.folder.message_ids
        self.folder.with_user(self.owner).keep_days = 7
        self.cr.flush()
        noted = self.folder.message_ids - before
        self.assertTrue(noted.sudo().tracking_value_ids)
        for user in (self.owner, self.editor, self.admin):
            with self.assertRaises(AccessError):
                noted.with_user(user).unlink()
            for values in ({"body": "x"}, {"message_type": "user_notification"}, {"date": False}):
                with self.assertRaises(AccessError):
                    noted.with_user(user).write(values)

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
        messages = self.env["mail.message"].with_user(self.editor)
        forged = {"author_id": self.owner.partner_id.id, "email_from": "the.board@example.com"}
        about = {"model": "collab.document", "res_id": self.document.id, "body": "Hello"}
        made = messages.create(about | forged)
        self.assertEqual(made.author_id, self.editor.partner_id)
        for values in ({name: value} for name, value in forged.items()):
            with self.assertRaises(AccessError):
                made.write(values)
        made.write({"body": "Hello again"})
        for values in ({"body": "No"}, {"subject": "No"}, {"message_type": "user_notification"}):
            with self.assertRaises(AccessError):
                made.with_user(self.owner).write(values)
        defaults = {"default_model": "collab.document", "default_author_id": forged["author_id"]}
        made = messages.with_context(**defaults).create(
            {"res_id": self.document.id, "body": "Hello", "message_type": "comment"}
        )
        self.assertEqual(made.author_id, self.editor.partner_id)
        told = self.env["mail.thread"].with_user(self.editor)
        told.message_notify(**about, **forged, partner_ids=self.reader.partner_id.ids)
        last = self.env["mail.message"].search([("res_id", "=", self.document.id)], limit=1)
        self.assertEqual(last.author_id, self.editor.partner_id)

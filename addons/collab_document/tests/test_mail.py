import base64
from email import message_from_string, policy

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.collab_document.models.collab_folder_mail import _verdict
from odoo.addons.mail.tests.common import MailCommon

from .common import DocumentCase

MAIL = """Return-Path: <{sender}>
To: {to}
From: {sender}
Subject: {subject}
Message-Id: {message_id}
Date: Thu, 26 Nov 2026 10:00:00 +0000
{headers}MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="edge"

--edge
Content-Type: text/html; charset=utf-8

{body}
{parts}--edge--
"""
PART = """--edge
Content-Type: {kind}; name="{name}"
Content-Disposition: attachment; filename="{name}"
Content-Transfer-Encoding: base64
{headers}
{content}
"""


@tagged("post_install", "-at_install")
class TestMail(DocumentCase, MailCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in (cls.owner, cls.contributor, cls.reader, cls.portal):
            user.email = f"{user.login}@colleagues.example"
        cls.folder.with_user(cls.owner).write({"alias_name": "handbook"})
        cls.address = f"handbook@{cls.alias_domain}"
        cls.number = 0

    def _part(self, name="a.txt", content=b"one", kind="text/plain", headers=""):
        encoded = base64.b64encode(content).decode()
        return PART.format(name=name, content=encoded, kind=kind, headers=headers)

    def _send(self, *parts, sender=None, to=None, headers="", body="Hello", **kw):
        type(self).number += 1
        message_id = f"<collab.{self.number}.{self.id()}@colleagues.example>"
        mail = MAIL.format(
            sender=sender or self.contributor.email,
            to=to or self.address,
            subject=kw.get("subject", "Contracts"),
            message_id=message_id,
            headers=headers,
            body=body,
            parts="".join(parts),
        )
        thread = self.env["mail.thread"].with_user(kw.get("gateway") or self.env.user)
        with self.mock_mail_gateway(), mute_logger("odoo.addons.mail.models.mail_thread"):
            thread.message_process(kw.get("model", False), mail)
        self.env.invalidate_all()
        return self.env["mail.message"].search([("message_id", "=", message_id)])

    def _filed(self):
        return self.documents.search([("folder_id", "=", self.folder.id)], order="id")

    def _assert_refused(self, message):
        self.assertFalse(message, "kept in the chatter")
        self.assertFalse(self._filed())
        self.assertEqual(len(self._new_mails), 1)
        self.assertIn("people who may add documents", self._new_mails.body_html)

    # -- filing ---------------------------------------------------------------

    def test_files_become_documents_of_the_sender(self):
        message = self._send(
            self._part("a.txt", b"one"), self._part("b.pdf", b"%PDF-1.4 two", "application/pdf")
        )
        first, second = self._filed()
        self.assertEqual((first | second).mapped("name"), ["a.txt", "b.pdf"])
        self.assertEqual(first.owner_id, self.contributor)
        self.assertEqual(first.state, "draft", "as the folder says")
        self.assertEqual(self._bytes(first.latest_id.attachment_id), b"one")
        self.assertEqual(first.latest_id.origin, "mailed")
        self.assertIn("Contracts", first.latest_id.note)
        self.assertIn(self.contributor.email, first.latest_id.note)
        self.assertEqual(first.latest_id.create_uid, self.contributor)
        self.assertEqual(message.model, "collab.folder")
        self.assertEqual(message.res_id, self.folder.id)
        self.assertFalse(message.attachment_ids, "a second copy follows no rights of documents")

    def test_what_the_folder_says_of_it(self):
        self.folder.is_controlled = False
        message = self._send(self._part("a.txt", b"one"), self._part("b.txt", b"two"))
        self.assertEqual(message.subject, "Contracts")
        self.assertFalse(message.attachment_ids, "a second copy follows no rights of documents")
        note = self.folder.message_ids[0]
        self.assertIn("b.txt", note.body)
        self.assertNotIn("Not filed", note.body)

    def test_what_the_folder_says_of_drafts(self):
        """Readers of the folder, and its followers, hear nothing of what they may not see."""
        self.folder.message_subscribe(self.reader.partner_id.ids)
        self.folder.quota_mb = 1
        large = b"0123456789abcdef" * (1 << 16)
        message = self._send(
            self._part("secret-a.txt", b"one"),
            self._part("secret-b.txt", large + b"1"),
            self._part("secret-c.png", b"\x89PNG", "image/png", "Content-ID: <c@x>\n"),
            subject="Secret plan",
            body='<p>Secret words <img src="cid:c@x"/></p>',
        )
        [document] = self._filed()
        said = self.env["mail.message"].search(
            [("model", "=", "collab.folder"), ("res_id", "=", self.folder.id)]
        )
        self.assertIn(message, said)
        self.assertIn("Filed as drafts: 1", message.body)
        self.assertIn("Not filed: 1", message.body)
        read = said.with_user(self.reader).read()
        mails = self._new_mails.filtered(lambda mail: mail.mail_message_id in said)
        for told in (read, mails.mapped("body_html"), mails.mapped("subject")):
            self.assertNotIn("secret", str(told).lower())
        self.assertFalse(said.attachment_ids)
        # editors find it with the document
        [posted] = document.message_ids.filtered(lambda one: one.message_type == "email")
        self.assertEqual(posted.subject, "Secret plan")
        self.assertIn("Secret words", posted.body)
        self.assertEqual(posted.author_id, self.contributor.partner_id)
        self.assertEqual(posted.attachment_ids.mapped("name"), ["secret-c.png"])
        self.assertEqual(posted.with_user(self.editor).subject, "Secret plan")
        with self.assertRaises(AccessError):
            posted.with_user(self.reader).read(["subject"])
        # and the sender is told what was refused
        notice = self.env["mail.message"].search(
            [("notified_partner_ids", "in", self.contributor.partner_id.ids)]
        )
        self.assertIn("secret-b.txt", notice.body)
        self.assertIn("no room", notice.body)
        self.assertEqual(notice.notified_partner_ids, self.contributor.partner_id)
        with self.assertRaises(AccessError):
            notice.with_user(self.reader).read(["body"])

    def test_drafts_though_the_folder_publishes(self):
        """Something else keeps what was filed from being published."""
        self.folder.is_controlled = False
        publish = type(self.documents)._create_documents
        self.patch(
            type(self.documents),
            "_create_documents",
            lambda documents, vals_list, __: publish(documents, vals_list, False),
        )
        message = self._send(self._part("secret.txt"), subject="Secret plan")
        self.assertEqual(self._filed().state, "draft")
        self.assertFalse(message.subject)
        self.assertNotIn("secret", str(self.folder.message_ids.mapped("body")))

    def test_name_of_the_sender_does_not_matter(self):
        self._send(self._part(), sender=f"The Boss <{self.contributor.email.upper()}>")
        self.assertEqual(self._filed().owner_id, self.contributor)

    def test_pictures_of_the_text_and_what_is_empty_are_no_documents(self):
        self.folder.is_controlled = False
        message = self._send(
            self._part("logo.png", b"\x89PNG", "image/png", "Content-ID: <logo@x>\n"),
            self._part("photo.png", b"\x89PNG photo", "image/png", "Content-ID: <photo@x>\n"),
            self._part("empty.txt", b""),
            self._part("smime.p7s", b"signature", "application/pkcs7-signature"),
            body='<p>Hello <img src="cid:logo@x"/></p>',
        )
        self.assertEqual(self._filed().mapped("name"), ["photo.png"])
        self.assertIn("logo.png", message.attachment_ids.mapped("name"))

    def test_a_message_without_files_is_a_message(self):
        message = self._send()
        self.assertTrue(message)
        self.assertFalse(self._filed())
        self.assertFalse(self._new_mails)

    def test_hostile_names(self):
        self._send(self._part("../../etc/passwd", b"x"), self._part("a\u202etxt.exe", b"y"))
        for name in self._filed().mapped("name"):
            self.assertNotIn("/", name)
            self.assertNotIn("\u202e", name)

    def test_one_that_cannot_be_filed_does_not_lose_the_others(self):
        self.folder.is_controlled = False
        self.folder.quota_mb = 1
        large = b"0123456789abcdef" * (1 << 16)
        message = self._send(
            self._part("a.txt", b"one"), self._part("<b>.txt", large + b"1"), self._part("c.txt")
        )
        self.assertEqual(self._filed().mapped("name"), ["a.txt", "c.txt"])
        self.assertEqual(len(message.attachment_ids), 1)
        note = self.folder.message_ids[0].body
        self.assertIn("Not filed", note)
        self.assertIn("no room", note)
        self.assertIn("&lt;b&gt;.txt", note)

    def test_two_folders_of_one_message(self):
        other = self.folders.create(
            {"name": "Other", "alias_name": "other", "access_ids": self._grants(), "quota_mb": 1}
        )
        large = b"0123456789abcdef" * (1 << 16) + b"1"
        self._send(
            self._part("a.txt"),
            self._part("b.txt", large),
            to=f"{self.address}, other@{self.alias_domain}",
        )
        self.assertEqual(self._filed().mapped("name"), ["a.txt", "b.txt"])
        there = self.documents.search([("folder_id", "=", other.id)])
        self.assertEqual(there.mapped("name"), ["a.txt"])

    def test_a_reply_is_conversation(self):
        message = self._send(self._part())
        headers = f"In-Reply-To: {message.message_id}\nReferences: {message.message_id}\n"
        answer = self._send(
            self._part("b.txt", b"two"), headers=headers, to=f"catchall@{self.alias_domain}"
        )
        self.assertEqual(answer.res_id, self.folder.id)
        self.assertEqual(self._filed().mapped("name"), ["a.txt"])

    def test_a_reply_by_way_of_another_folder(self):
        """Odoo takes it for a reply: whatever address it came by, nothing is filed."""
        self.folders.create({"name": "Other", "alias_name": "other", "access_ids": self._grants()})
        message = self._send()
        headers = f"In-Reply-To: {message.message_id}\nReferences: {message.message_id}\n"
        answer = self._send(self._part(), headers=headers, to=f"other@{self.alias_domain}")
        self.assertEqual(answer.res_id, self.folder.id)
        self.assertEqual(answer.attachment_ids.mapped("name"), ["a.txt"])
        self.assertFalse(self._filed())

    # -- who may ----------------------------------------------------------------

    def test_others_are_refused(self):
        for sender in (self.reader.email, self.portal.email, "stranger@evil.example", ""):
            with self.subTest(sender=sender):
                message = self._send(self._part(), sender=sender or "nobody")
                self._assert_refused(message)

    def test_a_portal_user_with_a_role_is_refused(self):
        self.folder.sudo().access_ids = [
            (0, 0, {"group_id": self.env.ref("base.group_portal").id, "role": "contributor"})
        ]
        self._assert_refused(self._send(self._part(), sender=self.portal.email))

    def test_who_was_contributor(self):
        self.folder.access_ids.filtered(lambda a: a.user_id == self.contributor).unlink()
        self._assert_refused(self._send(self._part()))

    def test_who_is_archived(self):
        self.contributor.active = False
        self._assert_refused(self._send(self._part()))

    def test_folder_in_the_trash(self):
        self.folder.with_user(self.owner).action_trash()
        self._assert_refused(self._send(self._part()))

    def test_what_the_mail_server_says(self):
        fails = "Authentication-Results: mx.example; spf=fail; dmarc=fail\n"
        domain = self.contributor.email.rpartition("@")[2]
        passes = f"Authentication-Results: mx.example; dkim=pass; dmarc=pass header.from={domain}\n"
        self._assert_refused(self._send(self._part(), headers=fails))
        # what came with the message is below what the server has written
        self._assert_refused(self._send(self._part(), headers=fails + passes))
        self.folder.mail_verified = True
        self._assert_refused(self._send(self._part()))
        self._send(self._part(), headers=passes)
        self.assertEqual(len(self._filed()), 1)

    def test_what_senders_write_into_the_results(self):
        """Of the results that a mail server writes, parts come from the sender."""
        for results, verdict in (
            ("mx.corp; spf=pass smtp.mailfrom=x; dmarc=pass header.from=example.com", "pass"),
            ("mx.corp 1;\r\n DMARC = Pass (p=none; dis=none) header.from=example.com", "pass"),
            ("mx.corp; dmarc/1=pass", "pass"),
            ('mx.corp; spf=pass smtp.mailfrom="a\\"; dmarc=fail"@x; dmarc=pass', "pass"),
            ('mx.corp; spf=pass ("b) smtp.mailfrom=x; dmarc=pass (")', "pass"),
            ("mx.corp; dmarc=fail (dmarc=pass)", "fail"),
            ("mx.corp; spf=pass smtp.mailfrom=dmarc=pass@evil.example; dmarc=fail", "fail"),
            ("mx.corp; spf=pass reason=dmarc=pass; dmarc=fail header.from=x", "fail"),
            ('mx.corp; spf=pass smtp.mailfrom="x; dmarc=pass x"@evil; dmarc=fail', "fail"),
            ("mx.corp; spf=pass (x; dmarc=pass (y); dmarc=pass) z; dmarc=fail", "fail"),
            ("mx.corp; spf=pass (x\\); dmarc=pass); dmarc=fail", "fail"),
            ("mx.corp; dmarc=pass; dmarc=fail", "fail"),
            ("mx.corp; dmarc=pass; dmarc=pass", "fail"),
            ("mx.corp; spf=pass (x; dmarc=fail", "fail"),
            ("mx.corp; spf=pass x); dmarc=pass", "fail"),
            ('mx.corp; spf=pass smtp.mailfrom="x; dmarc=fail', "fail"),
            ("mx.corp; spf=pass smtp.mailfrom=dmarc=pass@evil.example", "none"),
            ("mx.corp; x-dmarc=pass; dm(x)arc=pass; adkim=dmarc=pass", "none"),
            ("mx.corp; none", "none"),
            ("dmarc=pass", "none"),
            ("", "none"),
            ("mx.corp; dmarc=pass@evil.example", "pass@evil.example"),
            ("mx.corp; dmarc=passed", "passed"),
        ):
            with self.subTest(results=results):
                self.assertEqual(_verdict(results)[0], verdict)

    def test_of_whom_the_mail_server_says_it(self):
        """Whoever owns a domain passes in its name, and in nobody else's."""
        self.folder.mail_verified = True
        email = self.contributor.email
        domain = email.rpartition("@")[2]
        genuine, evil = (
            f"Authentication-Results: mx.example; dmarc=pass (p=none) header.from={one}\n"
            for one in (domain, "x.test")
        )
        for sender, headers in (
            (f"{email} <evil@x.test>", evil),
            (f"{email}, evil@x.test", evil),
            (f"{email}, evil@x.test", genuine),
            (f"<{email}>, <evil@x.test>", genuine),
            (f"{email} (<evil@x.test>)", genuine),
            (f"=?utf-8?q?{email.replace('@', '=40')}?= <evil@x.test>", evil),
            (f"=?utf-8?q?{email.replace('@', '=40')}?= <evil@{domain}>", genuine),
            (email, evil),
            (email, "Authentication-Results: mx.example; dmarc=pass\n"),
            (email, f"{genuine}From: evil@x.test\n"),
            (email, genuine.replace("\n", f" header.from={domain}\n")),
        ):
            with self.subTest(sender=sender, headers=headers):
                self._assert_refused(self._send(self._part(), sender=sender, headers=headers))
        self._send(self._part(), sender=f'"The Contributor" <{email}>', headers=genuine)
        self.assertEqual(len(self._filed()), 1)

    def test_whom_odoo_takes_for_the_sender(self):
        """It has to be of whom the mail server speaks, however Odoo has found them."""
        self.folder.mail_verified = True
        domain = self.contributor.email.rpartition("@")[2]
        message = message_from_string(
            f"From: {self.reader.email}\n"
            f"Authentication-Results: mx.example; dmarc=pass header.from={domain}\n\nHello",
            policy=policy.SMTP,
        )
        for user, genuine in ((self.reader, True), (self.contributor, False)):
            values = {"email_from": user.email_formatted}
            self.assertEqual(self.folder._is_genuine(message, values), genuine, user.login)

    def test_what_senders_encode(self):
        self.folder.mail_verified = True
        word = "=?utf-8?q?a=3B_dmarc=3Dpass_?="
        headers = f"Authentication-Results: mx.corp; spf=pass smtp.mailfrom={word}@evil.example\n"
        self._assert_refused(self._send(self._part(), headers=headers))

    def test_by_rpc_in_the_name_of_somebody_else(self):
        """The gateway is a public method."""
        for user in (self.reader, self.contributor, self.admin):
            with self.assertRaises(AccessError):
                self._send(self._part(), gateway=user)
        message = {
            "email_from": self.contributor.email,
            "message_id": "<forged@x>",
            "attachments": [("a.txt", b"one", {})],
            "recipients": self.address,
        }
        self.folder.with_user(self.reader).message_update(message)
        self.folder.with_user(self.owner).message_update(message)
        self.assertFalse(self._filed())

    def test_folders_are_not_made_by_mail(self):
        """What the gateway makes, it makes as superuser: with any values, of any caller."""
        vault = self.folders.create({"name": "Vault"})
        values = {"child_ids": [(4, vault.id)]}
        mail = MAIL.format(
            sender=self.reader.email,
            to="nobody@example.com",
            subject="Mine",
            message_id="<mine@colleagues.example>",
            headers="",
            body="",
            parts="",
        )
        threads = self.env["mail.thread"]
        with self.assertRaises(AccessError):
            threads.with_user(self.reader).message_process("collab.folder", mail, values)
        for model in ("collab.folder", "collab.document"):
            with self.assertRaisesRegex(UserError, "by e-mail"):
                threads.message_process(model, mail, values)
        self.assertFalse(vault.parent_id)
        alias = {
            "alias_name": "vault",
            "alias_model_id": self.env["ir.model"]._get_id("collab.folder"),
            "alias_defaults": str(values),
        }
        self.env["mail.alias"].create(alias)
        self._send(to=f"vault@{self.alias_domain}")
        self.assertFalse(vault.parent_id)

    # -- the address ------------------------------------------------------------

    def test_owners_give_the_address(self):
        for user in (self.contributor, self.editor, self.reader, self.portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.folder.with_user(user).write({"alias_name": "mine"})
        self.folder.with_user(self.owner).write({"alias_name": "ours"})
        self.assertEqual(self.folder.alias_id.alias_name, "ours")
        self.assertEqual(self.folder.alias_id.alias_force_thread_id, self.folder.id)

    def test_the_address_of_something_else(self):
        jobs = self.env["mail.alias"].create(
            {"alias_name": "jobs", "alias_model_id": self.env["ir.model"]._get_id("res.partner")}
        )
        mine = self.folder.with_user(self.owner)
        with self.assertRaises(UserError):
            mine.write({"alias_id": jobs.id})
        with self.assertRaises(UserError):
            mine.create({"name": "X", "parent_id": self.folder.id, "alias_id": jobs.id})
        with self.assertRaises(UserError):
            mine.write({"alias_name": "jobs"})
        other = self.folders.create(
            {"name": "Other", "alias_name": "other", "parent_id": self.folder.id}
        )
        with self.assertRaises(UserError):
            mine.write({"alias_id": other.alias_id.id})
        self.assertEqual(self.folder.alias_id.alias_name, "handbook")

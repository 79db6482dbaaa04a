from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, tagged

from .common import DocumentCase


@tagged("post_install", "-at_install")
class TestShare(DocumentCase):
    def setUp(self):
        super().setUp()
        # downloads and passwords are counted in transactions of their own
        self.enterContext(self.enter_registry_test_mode())
        self.document = self._published(content=b"one")
        self.shares = self.env["collab.document.share"]

    def _share(self, user=None, document=None, **options):
        shares = self.shares.with_user(user or self.editor)
        answer = shares.share((document or self.document).id, **options)
        return answer["url"].rsplit("/", 1)[1], self.shares.browse(answer["id"])

    def test_token_is_not_kept(self):
        token, share = self._share(days=3)
        self.env.flush_all()
        self.env.cr.execute("SELECT * FROM collab_document_share WHERE id = %s", [share.id])
        self.assertNotIn(token, str(self.env.cr.fetchone()))
        self.assertEqual(self.shares._find(token), share)
        for wrong in (token[:-1], token + "x", "", None, share.sudo().token_hash, "x" * 43, 5):
            self.assertFalse(self.shares._find(wrong), wrong)
        for user in (self.editor, self.admin):
            with self.assertRaises(AccessError):
                share.with_user(user).read(["token_hash"])
            with self.assertRaises(AccessError):
                share.with_user(user).read(["password_hash"])

    def test_who_shares(self):
        for user in (self.reader, self.contributor, self.outsider, self.auditor, self.portal):
            document = (
                self.document
                if user != self.contributor
                else self._published("e.txt", b"e", user=self.editor)
            )
            with self.assertRaises(UserError, msg=user.login):
                self._share(user, document)
        self._share(self.owner)

    def test_only_what_is_published(self):
        draft = self._add("b.txt", b"two")
        with self.assertRaisesRegex(UserError, "Publish"):
            self._share(document=draft)

    def test_ends(self):
        token, share = self._share(days=3)
        with freeze_time(fields.Datetime.now() + timedelta(days=4)):
            share.invalidate_recordset()
            self.assertFalse(self.shares._find(token))
        share.invalidate_recordset()
        self.assertTrue(self.shares._find(token))
        self.document.with_user(self.editor).action_trash()
        self.assertFalse(self.shares._find(token))
        self.document.with_user(self.editor).action_untrash()
        share.with_user(self.editor).action_revoke()
        self.assertFalse(self.shares._find(token))
        self.assertFalse(share._count_download())

    def test_who_made_it_is_archived(self):
        token, __ = self._share()
        self.editor.active = False
        self.assertFalse(self.shares._find(token))
        self.editor.active = True
        self.assertTrue(self.shares._find(token))

    def test_who_made_it_may_no_longer_edit(self):
        token, __ = self._share()
        grant = self.folder.access_ids.filtered(lambda one: one.user_id == self.editor)
        grant.role = "reader"
        self.assertFalse(self.shares._find(token))
        grant.role = "owner"
        self.assertTrue(self.shares._find(token))
        grant.unlink()
        self.assertFalse(self.shares._find(token))

    def test_who_made_it_and_companies(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        token, __ = self._share()
        self.folder.company_id = company
        self.assertFalse(self.shares._find(token))
        self.editor.company_ids += company
        self.assertTrue(self.shares._find(token), "whichever of theirs they work in")

    def test_who_made_it_may_no_longer_share(self):
        token, __ = self._share()
        policy = self.env["collab.share.policy"].create(
            {"group_id": self.env.ref("base.group_user").id, "max_days": 1}
        )
        self.assertTrue(self.shares._find(token), "it was within the policy of its time")
        policy.allowed = False
        self.assertFalse(self.shares._find(token))

    def test_revoked_by_editors_only(self):
        __, share = self._share()
        for user in (self.reader, self.contributor, self.outsider, self.portal):
            if user == self.contributor:
                continue  # the document is theirs
            with self.assertRaises(UserError, msg=user.login):
                share.with_user(user).action_revoke()
        share.with_user(self.owner).action_revoke()
        self.assertEqual(share.state, "revoked")

    def test_seen_by_editors_only(self):
        __, share = self._share()
        self.assertIn(share, self._seen(self.owner, "collab.document.share"))
        for user in (self.reader, self.outsider):
            self.assertNotIn(share, self._seen(user, "collab.document.share"))

    def test_downloads(self):
        token, share = self._share(max_downloads=2)
        self.assertTrue(share._count_download())
        self.assertTrue(share._count_download())
        self.assertFalse(share._count_download())
        share.invalidate_recordset()
        self.assertEqual((share.download_count, share.state), (2, "used"))
        self.assertFalse(self.shares._find(token))

    def test_password(self):
        __, share = self._share(password="secret-1")
        self.assertNotIn("secret", share.sudo().password_hash)
        for wrong in ("", None, "Secret-1", "secret-1 ", "x" * 10**6):
            self.assertIsNone(share._refusal("secret-1"))
            self.assertEqual(share._refusal(wrong), "wrong")
        self.assertIsNone(share._refusal("secret-1"))
        with self.assertRaises(UserError):
            self._share(password="12345")

    def test_guessing_is_throttled(self):
        __, share = self._share(password="secret-1")
        for __ in range(4):
            self.assertEqual(share._refusal("wrong"), "wrong")
        self.assertEqual(share._refusal("wrong"), "closed")
        self.assertEqual(share._refusal("secret-1"), "closed", "not even the right one")
        with freeze_time(fields.Datetime.now() + timedelta(minutes=16)):
            self.assertIsNone(share._refusal("secret-1"))

    def test_policies(self):
        group = self.env["res.groups"].create({"name": "Sharers"})
        policies = self.env["collab.share.policy"]
        strict = policies.create(
            {
                "group_id": group.id,
                "sequence": 1,
                "max_days": 5,
                "needs_password": True,
                "max_downloads": 3,
            }
        )
        policies.create(
            {"group_id": self.env.ref("base.group_user").id, "sequence": 2, "allowed": False}
        )
        with self.assertRaisesRegex(UserError, "may not share"):
            self._share()
        self.editor.group_ids += group
        good = {"days": 5, "password": "secret-1", "max_downloads": 3}
        self._share(**good)
        for bad in (
            {"days": 6},
            {"days": None},
            {"password": None},
            {"max_downloads": None},
            {"max_downloads": 4},
        ):
            with self.assertRaises(UserError, msg=bad):
                self._share(**(good | bad))
        for user in (self.editor, self.owner, self.auditor):
            with self.assertRaises(AccessError):
                strict.with_user(user).write({"max_days": 0})

    def test_numbers(self):
        for bad in (
            {"days": -1},
            {"days": "3"},
            {"days": 1.5},
            {"max_downloads": -1},
            {"days": True},
            {"days": 10**9},
        ):
            with self.assertRaises(UserError, msg=bad):
                self._share(**bad)

    def test_folder_without_sharing(self):
        self.folder.allow_sharing = False
        with self.assertRaisesRegex(UserError, "does not allow"):
            self._share()

    def test_folder_that_stops_sharing(self):
        token, __ = self._share()
        self.folder.allow_sharing = False
        self.assertFalse(self.shares._find(token))


@tagged("post_install", "-at_install")
class TestSharePage(DocumentCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.document = self._published("报告 <b>.txt", "内容".encode())
        self.shares = self.env["collab.document.share"].with_user(self.editor)

    def _open(self, path, **data):
        if data:
            page = self.url_open(path)
            token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
            return self.url_open(f"{path}/file", data={"csrf_token": token} | data)
        return self.url_open(path)

    def _path(self, **options):
        url = self.shares.share(self.document.id, **options)["url"]
        self.env.flush_all()
        return url[url.index("/collab/share") :]

    def test_page(self):
        path = self._path(days=3)
        page = self._open(path)
        self.assertEqual(page.status_code, 200)
        self.assertIn("<title>报告 &lt;b&gt;.txt</title>", page.text)
        self.assertNotIn("<script", page.text.lower().split("<body")[1])
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        answer = self._open(path, password="")
        self.assertEqual(answer.content.decode(), "内容")
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        event = self.env["collab.document.event"].search(
            [("document_id", "=", self.document.id)], limit=1
        )
        self.assertEqual(event.kind, "downloaded")
        self.assertTrue(event.share_id)

    def test_looking_is_no_download(self):
        path = self._path(max_downloads=1)
        for __ in range(3):
            self._open(path)
        self.assertEqual(self.url_open(f"{path}/file").status_code, 405)
        self.assertEqual(self._open(path, password="").status_code, 200)
        self.assertEqual(self._open(path).status_code, 404)

    def test_password(self):
        path = self._path(password="secret-1", days=3, max_downloads=7)
        wrong = self._open(path, password="wrong")
        self.assertEqual(wrong.status_code, 403)
        for page in (self._open(path), wrong):
            self.assertIn("<title>Shared file</title>", page.text)
            for told in ("报告", ".txt", "doc_editor", "Version", "valid until", "Downloads"):
                self.assertNotIn(told, page.text)
        self.assertEqual(self._open(path, password="secret-1").content.decode(), "内容")

    def test_without_csrf(self):
        path = self._path()
        self.assertEqual(self.url_open(f"{path}/file", data={"password": ""}).status_code, 400)

    def test_a_password_is_a_text(self):
        path = self._path(password="secret-1")
        token = self._open(path).text.split('name="csrf_token" value="')[1].split('"')[0]
        answer = self.url_open(
            f"{path}/file", data={"csrf_token": token}, files={"password": b"secret-1"}
        )
        self.assertEqual(answer.status_code, 403)
        for blank in ("      ", "  a   "):
            with self.assertRaises(UserError):
                self.shares.share(self.document.id, password=blank)

    def test_what_cannot_be_delivered_is_no_download(self):
        """As a file that cannot bear the watermark of its folder."""
        self.document = self._published("broken.pdf", b"%PDF-1.7 and nothing else")
        path = self._path(max_downloads=1)
        self.folder.watermark = True
        self.env.flush_all()
        for __ in range(2):
            self.assertEqual(self._open(path, password="").status_code, 422)
        share = self.env["collab.document.share"].search([("document_id", "=", self.document.id)])
        self.assertEqual((share.download_count, share.state), (0, "open"))

    def test_the_last_one_went_to_another(self):
        """Both had found the link when there was one left."""
        path = self._path(max_downloads=1)
        share = type(self.shares)
        with patch.object(share, "_count_download", return_value=False, autospec=True):
            answer = self._open(path, password="")
        self.assertEqual(answer.status_code, 404)
        self.assertNotIn("内容", answer.text)
        self.assertFalse(
            self._seen(self.editor, "collab.document.event", [("share_id", "!=", False)])
        )

    def test_gone_says_nothing(self):
        page = self._open("/collab/share/" + "x" * 43)
        self.assertEqual(page.status_code, 404)
        self.assertNotIn("报告", page.text)

    def test_drafts_are_not_shared(self):
        path = self._path()
        self._check_in(self.document, b"draft")
        self.assertEqual(self._open(path, password="").content.decode(), "内容")

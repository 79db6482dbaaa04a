from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import DocumentCase


@tagged("post_install", "-at_install")
class TestCheckOut(DocumentCase):
    def setUp(self):
        super().setUp()
        self.document = self._published()
        self.mine = self.document.with_user(self.editor)
        self.theirs = self.document.with_user(self.owner)

    def test_one_at_a_time(self):
        self.mine.action_check_out()
        self.assertTrue(self.mine.is_mine)
        self.assertTrue(self.theirs.is_checked_out)
        for act in (
            self.theirs.action_check_out,
            self.theirs.action_publish,
            self.theirs.action_trash,
            self.theirs.action_release,
            lambda: self._check_in(self.document, b"two", self.owner),
            lambda: self.theirs.action_restore_version(self.document.sudo().version_ids[-1].id),
        ):
            with self.assertRaisesRegex(UserError, "checked out by doc_editor"):
                act()
        self.assertIn(self.document, self._seen(self.editor, domain=[("is_mine", "=", True)]))
        self.assertNotIn(self.document, self._seen(self.owner, domain=[("is_mine", "=", True)]))
        self.assertIn(self.document, self._seen(self.owner, domain=[("is_checked_out", "=", True)]))

    def test_it_is_not_carried_off(self):
        document = self._add()
        document.with_user(self.editor).action_check_out()
        below = self.folders.create({"name": "Below", "parent_id": self.folder.id})
        with self.assertRaises(UserError):
            document.with_user(self.owner).folder_id = below
        document.with_user(self.editor).folder_id = below
        self.assertEqual(document.folder_id, below)

    def test_check_in_ends_it(self):
        self.mine.action_check_out()
        self._check_in(self.document, b"two")
        self.assertFalse(self.mine.is_checked_out)
        self.theirs.action_check_out()

    def test_it_runs_out(self):
        self.mine.action_check_out(hours=1)
        with freeze_time(fields.Datetime.now() + timedelta(hours=2)):
            self.document.invalidate_recordset()
            self.assertFalse(self.theirs.is_checked_out)
            self.assertFalse(self._seen(self.owner, domain=[("is_checked_out", "=", True)]))
            self._check_in(self.document, b"two", self.owner)
            self.assertFalse(self.document.checkout_user_id)

    def test_cron_ends_what_has_run_out(self):
        self.mine.action_check_out(hours=1)
        self.documents._cron_end_check_outs()
        self.assertTrue(self.document.checkout_user_id)
        with freeze_time(fields.Datetime.now() + timedelta(hours=2)):
            self.documents._cron_end_check_outs()
        self.assertFalse(self.document.checkout_user_id)

    def test_extended(self):
        self.mine.action_check_out(hours=1)
        until = self.document.checkout_until
        self.mine.action_check_out(hours=5)
        self.assertGreater(self.document.checkout_until, until)

    def test_hours(self):
        for hours in (0, -1, 10**9, "8", None, True, float("nan"), float("inf")):
            with self.assertRaises(UserError, msg=hours):
                self.mine.action_check_out(hours)

    def test_broken_by_an_owner(self):
        self.mine.action_check_out()
        for user in (self.contributor, self.reader):
            with self.assertRaises(UserError):
                self.document.with_user(user).action_break_check_out()
        with self.assertRaises(UserError):
            self.mine.action_break_check_out()
        self.theirs.action_break_check_out("He is on leave")
        self.assertFalse(self.document.is_checked_out)
        event = self.env["collab.document.event"].search(
            [("document_id", "=", self.document.id)], limit=1
        )
        self.assertEqual(
            (event.kind, event.user_id, event.note), ("broken", self.owner, "He is on leave")
        )
        notice = self.env["mail.message"].search(
            [("notified_partner_ids", "in", self.editor.partner_id.ids)], limit=1
        )
        self.assertIn("doc_owner", notice.body)

    def test_readers_do_not_check_out(self):
        for user in (self.reader, self.outsider, self.auditor, self.portal):
            with self.assertRaises(UserError, msg=user.login):
                self.document.with_user(user).action_check_out()

    def test_all_or_none(self):
        other = self._published("b.txt", b"two")
        other.with_user(self.owner).action_check_out()
        with self.assertRaises(UserError), self.cr.savepoint():
            (self.document | other).with_user(self.editor).action_check_out()
        self.document.invalidate_recordset()
        self.assertFalse(self.document.is_checked_out)

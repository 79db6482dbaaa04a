from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.collab_document.tests.common import DocumentCase
from odoo.addons.collab_guard.exceptions import GuardError
from odoo.addons.collab_guard.tests.common import made_earlier


@tagged("post_install", "-at_install")
class TestPublication(DocumentCase):
    """Readers keep the version before until the new one is approved: those very bytes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.approver = cls._user("doc_approver")
        cls.folder.approver_id = cls.approver
        cls.requests = cls.env["collab.approval.request"]

    def _draft(self, name="a.txt", content=b"one", **options):
        return made_earlier(self._add(name, content, **options))

    def _submit(self, document, user=None):
        self.requests.with_user(user or self.editor).submit("collab.document", document.ids)
        return self.requests.search([("res_id", "=", document.id)], limit=1)

    def _approve(self, request):
        request.with_user(self.approver).action_approve()
        self.env.invalidate_all()

    def _number(self, document, user):
        self.env.invalidate_all()
        return document.with_user(user).number

    def test_published_when_approved(self):
        document = self._draft()
        with self.assertRaisesRegex(GuardError, "wants it approved|needs an approval|approval"):
            document.with_user(self.editor).action_publish()
        request = self._submit(document)
        self.assertNotIn(document, self._seen(self.reader))
        self._approve(request)
        self.assertEqual((document.state, request.state), ("published", "approved"))
        self.assertEqual(self._number(document, self.reader), "1.0")
        self.assertTrue(document.sudo().published_id.pinned)
        self.assertEqual(document.sudo().published_id.create_uid, self.approver)

    def test_readers_keep_the_version_before(self):
        document = self._draft()
        self._approve(self._submit(document))
        self._check_in(document, b"two")
        made_earlier(document)
        self.assertEqual(self._number(document, self.reader), "1.0")
        with self.assertRaises(GuardError):
            document.with_user(self.editor).action_publish()
        request = self._submit(document)
        self.assertEqual(self._number(document, self.reader), "1.0")
        request.with_user(self.approver).action_reject("Not yet")
        self.assertEqual(self._number(document, self.reader), "1.0")
        self._approve(self._submit(document))
        self.assertEqual(self._number(document, self.reader), "2.0")

    def test_under_review_nothing_is_checked_in(self):
        document = self._draft()
        self._submit(document)
        with self.assertRaisesRegex(GuardError, "under review"):
            self._check_in(document, b"two")
        first = document.sudo().latest_id
        with self.assertRaises(UserError):
            document.with_user(self.editor).action_restore_version(first.id)
        with self.assertRaises(GuardError):
            document.with_user(self.editor).write({"name": "other.txt"})
        document.with_user(self.editor).action_check_out()
        document.with_user(self.reader).browse(document.id)
        document.with_user(self.editor).write({"description": "Still free"})

    def test_the_client_is_told_that_it_is_under_review(self):
        """What the server would refuse is not offered; readers are told nothing of it."""

        def told(user):
            self.env.invalidate_all()
            mine = document.with_user(user)
            [values] = mine.read(["is_under_review"])
            self.assertEqual(values["is_under_review"], mine.details()["is_under_review"])
            return values["is_under_review"]

        document = self._draft()
        self._approve(self._submit(document))
        self._check_in(document, b"two")
        made_earlier(document)
        self.assertFalse(told(self.editor))
        request = self._submit(document)
        self.assertEqual([told(u) for u in (self.editor, self.approver)], [True, True])
        self.assertFalse(told(self.reader))
        request.with_user(self.approver).action_reject("Not yet")
        self.assertFalse(told(self.editor))
        self._approve(self._submit(document))
        self.assertFalse(told(self.editor))

    def test_nobody_publishes_past_the_approval(self):
        document = self._draft()
        for user in (self.contributor, self.editor, self.owner, self.admin):
            with self.assertRaises(UserError, msg=user.login):
                document.with_user(user).action_publish()
        with self.assertRaises(UserError):
            document.sudo().action_publish()
        for user in (self.editor, self.admin):
            new = self._add(f"{user.login}.txt", user.login.encode(), user, publish=True)
            self.assertEqual(new.state, "draft", "it stays a draft")
            self._check_in(document, user.login.encode(), user, publish=True)
            self.assertEqual(document.state, "draft")

    def test_not_by_way_of_another_folder(self):
        free = self.folders.create({"name": "Free", "access_ids": self._grants()})
        document = self._published("b.txt", b"unapproved", folder=free)
        made_earlier(document)
        for user, error in ((self.editor, AccessError), (self.owner, GuardError)):
            with self.assertRaises(error):
                document.with_user(user).write({"folder_id": self.folder.id})
        # nor as a draft on top of it, which readers do not see
        self._check_in(document, b"draft")
        with self.assertRaises(AccessError):
            document.with_user(self.editor).write({"folder_id": self.folder.id})
        new = self._add("new.txt", b"new", folder=free, publish=False)
        new.with_user(self.contributor).write({"folder_id": self.folder.id})
        approved = self._draft()
        self._approve(self._submit(approved))
        with self.assertRaises(GuardError):
            approved.with_user(self.editor).write({"folder_id": free.id})

    def test_nor_by_way_of_a_folder(self):
        free = self.folders.create({"name": "Free", "access_ids": self._grants()})
        free.access_ids = [Command.create({"user_id": self.outsider.id, "role": "owner"})]
        self.folder.access_ids = [Command.create({"user_id": self.outsider.id, "role": "editor"})]
        self._published("b.txt", b"unapproved", folder=free)
        with self.assertRaises(AccessError):
            free.with_user(self.outsider).write({"parent_id": self.folder.id})

    def test_who_is_asked_sees_what_it_is_about(self):
        document = self._draft()
        self.assertNotIn(document, self._seen(self.approver))
        request = self._submit(document)
        self.env.invalidate_all()
        mine = document.with_user(self.approver)
        self.assertIn(document, self._seen(self.approver))
        self.assertEqual((mine.number, mine.can_edit), ("0.1", False))
        self.assertTrue(mine.version_id.can_read)
        with self.assertRaises(UserError):
            mine.action_check_out()
        self._approve(request)
        self.assertNotIn(document, self._seen(self.approver))

    def test_what_is_said_of_a_draft(self):
        """Readers are not told by whom and why something is submitted."""
        document = self._draft()
        self._approve(self._submit(document))
        self._check_in(document, b"two")
        made_earlier(document)
        request = self._submit(document)
        panel = lambda user: self.requests.with_user(user).panel("collab.document", document.id)  # noqa: E731
        self.assertEqual(panel(self.reader), {})
        for user in (self.editor, self.approver):
            self.assertEqual(panel(user)["request"]["id"], request.id, user.login)

    def test_whoever_sees_it_no_longer(self):
        """A request that has ended tells nothing of the document as it is now."""
        document = self._draft()
        request = self._submit(document)
        self._approve(request)
        self.assertTrue(request.with_user(self.editor).summary)
        grants = self.folder.access_ids
        grants.filtered(lambda grant: grant.user_id == self.editor).unlink()
        self.env.invalidate_all()
        self.assertFalse(request.with_user(self.editor).summary)
        self.assertFalse(request.with_user(self.approver).summary)

    def test_only_owners_choose_the_approver(self):
        for user in (self.editor, self.contributor, self.reader):
            with self.assertRaises(UserError, msg=user.login):
                self.folder.with_user(user).write({"approver_id": user.id})
            with self.assertRaises(UserError, msg=user.login):
                self.folders.with_user(user).create(
                    {"name": "x", "parent_id": self.folder.id, "approver_id": user.id}
                )

    def test_folders_below(self):
        below = self.folders.create({"name": "Below", "parent_id": self.folder.id})
        document = self._draft(folder=below)
        self.assertEqual(document.approver_id, self.approver)
        below.approver_id = self.owner
        document.invalidate_recordset()
        self.assertEqual(document.approver_id, self.owner, "the nearest folder that says so")
        found = self.documents.search([("approver_id", "=", self.owner.id)])
        self.assertEqual(found, document)

    def test_without_approver(self):
        self.folder.approver_id = False
        document = self._draft()
        document.with_user(self.editor).action_publish()
        self.assertEqual(document.state, "published")
        self.assertFalse(document.sudo().published_id.pinned)

    def test_pinned_bytes_are_not_thinned(self):
        document = self._draft()
        self._approve(self._submit(document))
        versions = document.sudo().version_ids
        self.assertEqual(versions.filtered("pinned").mapped("number"), ["1.0"])

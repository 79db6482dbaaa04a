from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.collab_document.tests.common import DocumentCase


@tagged("post_install", "-at_install")
class TestPracticeDocuments(DocumentCase):
    """Whoever reads a published practice can work from its documents."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._user("doc_boss", "collab_base.group_collab_process_owner")
        cls.folder.write(
            {
                "is_controlled": False,
                "access_ids": [(0, 0, {"user_id": cls.boss.id, "role": "editor"})],
            }
        )
        cls.award = (
            cls.env["collab.award"]
            .with_user(cls.boss)
            .create({"name": "Award", "closes_on": fields.Date.today() + timedelta(days=9)})
        )
        cls.file = (
            cls.env["ir.attachment"]
            .with_user(cls.reader)
            .create(
                {"name": "plan.txt", "raw": b"plan", "res_model": "collab.practice", "res_id": 0}
            )
        )
        cls.practice = (
            cls.env["collab.practice"]
            .with_user(cls.reader)
            .create(
                {
                    "award_id": cls.award.id,
                    "person_id": cls.editor.id,
                    "title": "Returns / <more>",
                    "story": "<p>At <b>once</b><script>x()</script></p>",
                    "how": "<p>Begin</p>",
                    "attachment_ids": [(4, cls.file.id)],
                }
            )
            .with_user(cls.boss)
        )
        cls.award.close()

    def _publish(self, user=None, folder=None):
        wizards = self.env["collab.practice.publishing"].with_user(user or self.boss)
        folder = self.folder if folder is None else folder
        wizard = wizards.create({"practice_id": self.practice.id, "folder_id": folder.id})
        return wizard.action_publish()

    def _documents(self, user):
        domain = [("link_ids", "any", [("res_model", "=", "collab.practice")])]
        return self.documents.with_user(user).search(domain, order="id")

    def test_asks_for_a_folder(self):
        self.assertEqual(self.practice.action_publish()["res_model"], "collab.practice.publishing")
        self.assertFalse(self.practice.published_at)

    def test_documents(self):
        self._publish()
        self.assertTrue(self.practice.published_at)
        documents = self._documents(self.boss)
        self.assertEqual(documents.folder_id, self.folder)
        self.assertEqual(documents.mapped("name"), ["Returns - <more>.html", "plan.txt"])
        page = self._bytes(documents[0].sudo().latest_id.attachment_id).decode()
        self.assertIn("<h1>Returns / &lt;more&gt;</h1>", page)
        self.assertIn("At <b>once</b>", page)
        self.assertNotIn("<script>", page)
        self.assertEqual(self._bytes(documents[1].sudo().latest_id.attachment_id), b"plan")
        # who has no role in the folder reads them by the practice
        self.assertEqual(self._documents(self.outsider), documents)
        practice = self.practice.with_user(self.outsider)
        self.assertTrue(practice.has_documents)
        action = practice.action_use_documents()
        self.assertEqual(action["res_model"], "collab.document")
        self.assertEqual(
            self.documents.with_user(self.outsider).search(action["domain"]), documents
        )
        self.assertFalse(documents[0].with_user(self.outsider).can_edit)

    def test_one_document(self):
        self.file.with_user(self.env.user).sudo().unlink()
        self._publish()
        [document] = self._documents(self.outsider)
        action = self.practice.with_user(self.outsider).action_use_documents()
        self.assertEqual(action["url"], f"/collab/document/{document.id}/file?download=1")

    def test_without_a_folder(self):
        self._publish(folder=self.folders)
        self.assertTrue(self.practice.published_at)
        self.assertFalse(self.practice.has_documents)
        with self.assertRaises(UserError):
            self.practice.action_use_documents()

    def test_again(self):
        """What was taken out of the library and comes back has its documents once."""
        self._publish()
        documents = self._documents(self.boss)
        self.practice.unpublish()
        self._publish()
        self.assertEqual(self._documents(self.boss), documents)

    def test_by_the_rights_of_the_publisher(self):
        other = self.folders.create(
            {"name": "Secret", "access_ids": [(0, 0, {"user_id": self.owner.id, "role": "owner"})]}
        )
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._publish(folder=other)
        for user in (self.reader, self.editor, self.portal):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self._publish(user)
        self.assertFalse(self.practice.published_at)

    def test_who_reads_none_uses_none(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self._user("doc_stranger")
        stranger.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        self._publish()
        self.assertFalse(self._documents(stranger))
        with self.assertRaises(UserError):
            self.practice.with_user(stranger).action_use_documents()

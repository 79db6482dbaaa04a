import base64

from odoo.service.model import call_kw
from odoo.tests import tagged

from odoo.addons.collab_guard.seal import unsealed

from .common import DocumentCase


@tagged("post_install", "-at_install")
class TestPanel(DocumentCase):
    """What the client shows beside documents, and in its own places."""

    def _details(self, document, user):
        return document.with_user(user).details()

    def test_readers_are_told_of_what_is_published_only(self):
        document = self._published(content=b"one")
        self._check_in(document, b"two", publish=False)
        editors = self._details(document, self.editor)
        self.assertEqual([v["number"] for v in editors["versions"]], ["1.1", "1.0"])
        self.assertEqual([v["preview"] for v in editors["versions"]], ["text", "text"])
        self.assertTrue(editors["events"])
        readers = self._details(document, self.reader)
        self.assertEqual([v["number"] for v in readers["versions"]], ["1.0"])
        self.assertEqual(readers["number"], "1.0")
        self.assertFalse(readers["events"] or readers["shares"] or readers["readings"])

    def test_thumbnail(self):
        """It is told of the version that one sees."""
        document = self._published(content=b"one")
        version = self._check_in(document, b"two", publish=False)
        documents = document | self._published("b.txt", b"three")
        self.assertFalse(any(documents.with_user(self.editor).mapped("has_thumbnail")))
        unsealed(version._content()).write({"thumbnail": base64.b64encode(b"picture")})
        documents.invalidate_recordset(["has_thumbnail"])
        seen = documents.with_user(self.editor)
        self.assertEqual(seen.mapped("has_thumbnail"), [True, False])
        self.assertFalse(document.with_user(self.reader).has_thumbnail)

    def test_recent(self):
        """What one has done oneself, if one may still see it."""
        mine = self._published("mine.txt", b"mine", user=self.contributor)
        theirs = self._published("theirs.txt", b"theirs", user=self.editor)
        recent = [("is_recent", "=", True)]
        self.assertEqual(self._seen(self.contributor, domain=recent), mine)
        self.assertEqual(self._seen(self.editor, domain=recent), theirs)
        self.assertFalse(self._seen(self.reader, domain=recent))
        self.assertEqual(
            (mine | theirs).with_user(self.contributor).mapped("is_recent"), [True, False]
        )
        self.folder.access_ids.filtered(lambda a: a.user_id == self.contributor).unlink()
        self.assertFalse(self._seen(self.contributor, domain=recent))

    def test_verify_button(self):
        """A button above a list calls with ids, of none as a rule."""
        checks = self.env["collab.document.check"].with_user(self.auditor)
        action = call_kw(checks, "action_start", [[]], {})
        self.assertEqual(action["res_model"], "collab.document.check")
        self.assertTrue(checks.browse(action["res_id"]).exists())

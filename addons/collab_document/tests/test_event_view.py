from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DocumentCase


@tagged("post_install", "-at_install")
class TestEventView(DocumentCase):
    """A click on what is about a document shows the document, to those who may read it."""

    def setUp(self):
        super().setUp()
        self.folder.allow_sharing = True
        self.document = self._published()
        self.events = self.env["collab.document.event"]
        self.event = self.events.search([("document_id", "=", self.document.id)], limit=1)

    def _opened(self, record, user):
        action = record.with_user(user).action_open_document()
        self.assertEqual(action["views"], [(False, "form")])
        return self.env[action["res_model"]].browse(action["res_id"])

    def _refused(self, record, user, error=AccessError):
        with self.assertRaises(error) as refusal:
            record.with_user(user).action_open_document()
        return str(refusal.exception)

    def test_event(self):
        for user in (self.owner, self.editor, self.auditor, self.admin):
            self.assertEqual(self._opened(self.event, user), self.document, user.login)
        self.document.with_user(self.owner).action_trash()
        self.assertEqual(self._opened(self.event, self.owner), self.document, "in the trash")

    def test_refused(self):
        """Whoever may not read it learns nothing, not even whether there is such an event."""
        no_event = self.events.browse(2**31 - 1)
        told = {
            self._refused(event, user)
            for event in (self.event, no_event)
            for user in (self.reader, self.outsider, self.portal)
        }
        self.assertEqual(
            told, {"This document is not there any more, or you have lost access to it."}
        )

    def test_no_longer_readable(self):
        own = self.event.with_user(self.contributor)
        self.assertEqual(self._opened(own, self.contributor), self.document)
        self.folder.access_ids.filtered(lambda one: one.user_id == self.contributor).unlink()
        self.document.sudo().owner_id = self.owner
        self._refused(own, self.contributor)

    def test_purged(self):
        self.document.with_user(self.owner).action_trash()
        self.document.with_user(self.owner).action_purge()
        purged = self.events.search([("kind", "=", "purged")], limit=1)
        self.assertIn("for good", self._refused(purged, self.auditor, UserError))
        self._refused(purged, self.outsider)
        # what was noted before stays, for auditors
        self.assertIn("for good", self._refused(self.event, self.auditor, UserError))
        self._refused(self.event, self.owner)

    def test_share(self):
        shares = self.env["collab.document.share"]
        share = shares.browse(shares.with_user(self.editor).share(self.document.id, days=5)["id"])
        for user in (self.editor, self.auditor):
            self.assertEqual(self._opened(share, user), self.document, user.login)
        for user in (self.reader, self.outsider, self.portal):
            self._refused(share, user)

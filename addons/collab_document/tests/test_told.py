from odoo.tests import tagged

from .common import DocumentCase


@tagged("post_install", "-at_install")
class TestTold(DocumentCase):
    """Who follows a document or a folder hears of it for as long as they may read it."""

    def _told(self, record, **options):
        message = record.with_user(self.owner).message_post(
            body="What it says", subtype_xmlid="mail.mt_comment", **options
        )
        return message.sudo().notified_partner_ids

    def test_followers(self):
        document = self._published()
        for record in (document, self.folder):
            record.message_subscribe((self.reader | self.editor).partner_id.ids)
            self.assertEqual(self._told(record), (self.reader | self.editor).partner_id)
        grants = self.folder.access_ids
        grants.filtered(lambda grant: grant.user_id == self.reader).unlink()
        for record in (document, self.folder):
            self.assertEqual(self._told(record), self.editor.partner_id)

    def test_who_is_archived(self):
        """Odoo writes an e-mail to followers without an active user."""
        document = self._published()
        outside = self.env["res.partner"].create({"name": "Outside", "email": "o@example.com"})
        followers = (self.reader | self.editor | self.portal).partner_id | outside
        for record in (document, self.folder):
            record.sudo().message_subscribe(followers.ids)
        (self.reader | self.portal).sudo().active = False
        for record in (document, self.folder):
            self.assertEqual(self._told(record), self.editor.partner_id | outside)

    def test_drafts(self):
        document = self._add()
        document.message_subscribe((self.reader | self.editor).partner_id.ids)
        self.assertEqual(self._told(document), self.editor.partner_id)

    def test_companies(self):
        """A reader of another company is judged by theirs, not by the sender's."""
        document = self._published()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.reader.write({"company_ids": [(4, company.id)], "company_id": company.id})
        self.owner.company_ids = [(4, company.id)]
        self.folder.company_id = company
        document.sudo().message_subscribe(self.reader.partner_id.ids)
        record = document.with_context(allowed_company_ids=[self.owner.company_id.id, company.id])
        self.assertEqual(self._told(record), self.reader.partner_id)

    def test_who_is_named_and_who_is_outside(self):
        document = self._published()
        outside = self.env["res.partner"].create({"name": "Outside", "email": "o@example.com"})
        document.message_subscribe(outside.ids)
        told = self._told(document, partner_ids=self.outsider.partner_id.ids)
        self.assertEqual(told, outside | self.outsider.partner_id)

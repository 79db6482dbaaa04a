from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCase

from .common import DocumentCase


@tagged("post_install", "-at_install")
class TestCards(DocumentCase, MailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.document = cls._add(cls, user=cls.editor, publish=True)

    def _card(self, user, name):
        self.env.invalidate_all()
        [card] = self.env["collab.card"].with_user(user).load([f"document.{name}"])
        self.assertNotIn("error", card)
        return card["data"]

    def _told(self, key, callback):
        """Return whose workbenches are told to load a card again."""
        self.env.cr.precommit.run()
        self.env["bus.bus"].sudo().search([]).unlink()
        callback()
        self.env.cr.precommit.run()
        self.env.cr.precommit.run()
        users = self.env["res.users"]
        for row in self.env["bus.bus"].sudo().search([]):
            if "collab/card" in row.message and f'"document.{key}"' in row.message:
                users |= self._user_of(row.channel)
        return users

    def _user_of(self, channel):
        for user in (self.owner, self.editor, self.contributor, self.reader, self.admin):
            partner = user.partner_id
            if f'"{partner._name}",{partner.id}' in channel.replace(" ", ""):
                return user
        return self.env["res.users"]

    def _ask(self, user, due=None, document=None):
        readings = self.env["collab.document.reading"].with_user(self.editor)
        readings.ask((document or self.document).ids, user.ids, due=due)
        return readings.sudo().search([("user_id", "=", user.id)], order="id desc", limit=1)

    # -- to read ----------------------------------------------------------------

    def test_reading(self):
        self.assertEqual(self._card(self.reader, "reading"), {"count": 0, "lines": []})
        due = fields.Date.today() + timedelta(days=3)
        reading = self._ask(self.reader, due)
        card = self._card(self.reader, "reading")
        self.assertEqual(card["count"], 1)
        [line] = card["lines"]
        self.assertEqual(line["id"], reading.id)
        self.assertEqual(line["document_id"], self.document.id)
        self.assertEqual(line["due"], fields.Date.to_string(due))
        self.assertEqual(line["asked_by"], self.editor.name)
        self.assertEqual(line["version_id"], self.document.published_id.id)
        self.assertEqual((line["icon"], line["preview"]), ("text", "text"))
        reading.with_user(self.reader).action_confirm()
        self.assertEqual(self._card(self.reader, "reading")["count"], 0)
        for other in (self.outsider, self.editor, self.admin):
            self.assertEqual(self._card(other, "reading")["count"], 0, other.login)

    def test_told_of_reading(self):
        self.assertEqual(self._told("reading", lambda: self._ask(self.reader)), self.reader)
        reading = self.env["collab.document.reading"].search([("user_id", "=", self.reader.id)])
        confirm = reading.with_user(self.reader).action_confirm
        self.assertEqual(self._told("reading", confirm), self.reader)

    def test_those_due_first(self):
        today = fields.Date.today()
        later, none, soon = (
            self._published(f"{n}.txt", b"%d" % n, user=self.editor) for n in range(3)
        )
        self._ask(self.reader, today + timedelta(days=9), later)
        self._ask(self.reader, None, none)
        self._ask(self.reader, today, soon)
        lines = self._card(self.reader, "reading")["lines"]
        self.assertEqual([line["document_id"] for line in lines], (soon | later | none).ids)

    # -- check-outs -------------------------------------------------------------

    def test_checkouts(self):
        self.assertFalse(self._card(self.editor, "checkouts")["lines"])
        mine = self.document.with_user(self.editor)
        mine.action_check_out()
        card = self._card(self.editor, "checkouts")
        self.assertEqual(card["count"], 1)
        [line] = card["lines"]
        self.assertEqual(line["document_id"], self.document.id)
        self.assertEqual(line["until"], fields.Datetime.to_string(mine.checkout_until))
        self.assertEqual(line["version_id"], mine.sudo().latest_id.id)
        self.assertFalse(self._card(self.owner, "checkouts")["lines"])
        mine.action_release()
        self.assertFalse(self._card(self.editor, "checkouts")["lines"])

    def test_told_of_checkouts(self):
        mine = self.document.with_user(self.editor)
        self.assertEqual(self._told("checkouts", mine.action_check_out), self.editor)
        self.assertEqual(self._told("checkouts", mine.action_check_out), self.editor, "extended")
        self.assertEqual(self._told("checkouts", mine.action_release), self.editor)
        mine.action_check_out()
        broken = self.document.with_user(self.owner).action_break_check_out
        self.assertEqual(self._told("checkouts", lambda: broken("now")), self.editor)
        mine.action_check_out()
        checked_in = self._told("checkouts", lambda: self._check_in(self.document, b"two"))
        self.assertEqual(checked_in, self.editor)
        untouched = self._told("checkouts", lambda: self._check_in(self.document, b"three"))
        self.assertFalse(untouched)
        mine.action_check_out()
        mine._write_kept(checkout_until=fields.Datetime.now() - timedelta(minutes=1))
        ended = self._told("checkouts", self.documents._cron_end_check_outs)
        self.assertEqual(ended, self.editor)

    # -- recent -----------------------------------------------------------------

    def test_recent(self):
        self.assertFalse(self._card(self.reader, "recent")["lines"])
        other = self._published("b.txt", b"two", user=self.editor)
        lines = self._card(self.editor, "recent")["lines"]
        self.assertEqual([line["document_id"] for line in lines], [other.id, self.document.id])
        # what one cannot read any more is not named
        self.folder.access_ids.filtered(lambda a: a.user_id == self.editor).unlink()
        self.assertFalse(self._card(self.editor, "recent")["lines"])

    def test_portal_has_no_workbench(self):
        with self.assertRaises(AccessError):
            self.env["collab.card"].with_user(self.portal).load()

    def test_cost(self):
        def load():
            self.env["collab.card"].with_user(self.reader).load(["document.reading"])

        self._ask(self.reader)
        load()
        few = self._count(load)
        for n in range(5):
            self._ask(self.reader, None, self._published(f"{n}.txt", b"%d" % n, user=self.editor))
        self.assertLessEqual(self._count(load), few + 1)  # counts what it does not show

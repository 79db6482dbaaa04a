from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.collab_guard.exceptions import GuardError

from .common import KeepingCase


@tagged("post_install", "-at_install")
class TestHold(KeepingCase):
    """What is on legal hold stays, and so do the records that it is linked to."""

    def test_hold_beats_all(self):
        document = self._published()
        self._check_in(document, b"two")
        self._check_in(document, b"three")
        self.folder.write({"thin_days": 1, "dispose_days": 1})
        trashed = self._published("b.txt", b"b")
        trashed.with_user(self.editor).action_trash()
        hold = self._hold(document_ids=[Command.link(document.id), Command.link(trashed.id)])
        self.assertTrue(document.on_hold)
        with self.assertRaisesRegex(UserError, "legal hold"):
            document.with_user(self.owner).action_trash()
        with self.assertRaisesRegex(UserError, "legal hold"):
            trashed.with_user(self.owner).action_purge()
        with self.assertRaisesRegex(UserError, "legal hold"):
            self.folder.with_user(self.owner).action_trash()
        target = self.folders.create({"name": "T", "access_ids": self._grants()})
        with self.assertRaisesRegex(UserError, "legal hold"):
            document.with_user(self.owner).write({"folder_id": target.id})
        with self._later(100):
            self._keep()
        self.assertTrue(document.active and trashed.exists())
        self.assertFalse(document.sudo().version_ids.filtered("thinned_at"))
        hold.action_lift()
        self.assertFalse(document.on_hold)
        with self._later(100):
            self._keep()
        self.assertFalse(document.active)
        self.assertFalse(trashed.exists())

    def test_hold_on_a_folder(self):
        below = self.folders.create({"name": "Below", "parent_id": self.folder.id})
        self._hold(folder_ids=[Command.link(self.folder.id)])
        document = self._published(folder=below)
        self.assertTrue(document.on_hold, "also what comes later")
        with self.assertRaisesRegex(UserError, "legal hold"):
            document.with_user(self.owner).action_trash()

    def test_a_folder_on_hold_stays(self):
        empty = self.folders.create({"name": "Empty", "parent_id": self.folder.id})
        hold = self._hold(folder_ids=[Command.link(empty.id)])
        for forced in (False, True):
            folder = empty.with_context(_force_unlink=forced)
            with self.assertRaisesRegex(UserError, "legal hold"), self.cr.savepoint():
                folder.with_user(self.owner).unlink()
            with self.assertRaisesRegex(UserError, "stay on record"), self.cr.savepoint():
                hold.with_context(_force_unlink=forced).sudo().unlink()

    def test_a_held_folder_is_not_moved_away(self):
        below = self.folders.create({"name": "Below", "parent_id": self.folder.id})
        document = self._published(folder=below)
        self._hold(folder_ids=[Command.link(self.folder.id)])
        target = self.folders.create({"name": "T", "access_ids": self._grants()})
        with self.assertRaisesRegex(UserError, "legal hold"):
            below.with_user(self.owner).write({"parent_id": target.id})
        self.assertTrue(document.on_hold)

    def test_what_is_in_the_trash_is_held(self):
        """It shows, is noted, and who is about to delete it is in the way of a later transaction."""
        below = self.folders.create({"name": "Below", "parent_id": self.folder.id})
        inside = self._published("b.txt", b"two", folder=below)
        document = self._published()
        document.with_user(self.editor).action_trash()
        below.with_user(self.owner).action_trash()
        hold = self._hold(
            document_ids=[Command.link(document.id)], folder_ids=[Command.link(below.id)]
        )
        self.env.invalidate_all()
        self.assertEqual(hold.document_ids.ids, document.ids)
        self.assertEqual(hold.folder_ids.ids, below.ids)
        for kinds in (["held"], ["held", "unheld"]):
            for one in (document, inside):
                events = self.env["collab.document.event"].search(
                    [("document_id", "=", one.id), ("kind", "in", ("held", "unheld"))], order="id"
                )
                self.assertEqual(events.mapped("kind"), kinds, one.name)
            hold.action_lift()

    def test_a_hold_is_not_lifted_beforehand(self):
        defaults = {"default_lifted_at": "2026-01-01 00:00:00", "default_lifted_uid": 2}
        holds = self.env["collab.document.hold"].with_user(self.admin).with_context(**defaults)
        hold = holds.create({"name": "Matter"})
        self.assertFalse(hold.lifted_at)
        self.assertFalse(hold.lifted_uid)

    def test_of_holds_who_is_no_auditor_hears_no_more(self):
        hold = self._hold()
        hold.message_subscribe(self.auditor.partner_id.ids)
        for heard in (True, False):
            said = hold.message_post(body="x", subtype_xmlid="mail.mt_comment")
            self.assertEqual(self.auditor.partner_id in said.notified_partner_ids, heard)
            self.auditor.group_ids = self.env.ref("base.group_user")

    def test_who_holds(self):
        document = self._published()
        holds = self.env["collab.document.hold"]
        for user in (self.owner, self.editor, self.reader, self.auditor, self.portal):
            with self.assertRaises(AccessError, msg=user.login):
                holds.with_user(user).create(
                    {"name": "x", "document_ids": [Command.link(document.id)]}
                )
        hold = self._hold(document_ids=[Command.link(document.id)])
        for user in (self.owner, self.editor, self.reader, self.auditor, self.portal):
            theirs = hold.with_user(user)
            for act in (
                theirs.action_lift,
                lambda theirs=theirs: theirs.write({"document_ids": [Command.clear()]}),
                theirs.unlink,
            ):
                with self.assertRaises(UserError, msg=user.login):
                    act()
        with self.assertRaises(UserError):
            hold.unlink()
        with self.assertRaises(UserError):
            hold.write({"lifted_at": fields.Datetime.now()})
        hold.action_lift()
        with self.assertRaises(UserError):
            hold.write({"document_ids": [Command.clear()]})

    def test_records_under_hold_stay(self):
        partner = self.env["res.partner"].create({"name": "Held"})
        document = self._published()
        self.env["collab.document.link"]._link(document, partner)
        hold = self._hold(document_ids=[Command.link(document.id)])
        with self.assertRaisesRegex(GuardError, "legal hold"):
            partner.unlink()
        link = document.sudo().link_ids
        with self.assertRaisesRegex(UserError, "legal hold"):
            link.action_unlink()
        partner.name = "Changed"
        hold.action_lift()
        partner.unlink()
        self.assertTrue(document.exists())

    def test_records_of_what_comes_to_be_held(self):
        """By its folder, which is moved to where a hold is."""
        partner = self.env["res.partner"].create({"name": "Moved"})
        document = self._published()
        self.env["collab.document.link"]._link(document, partner)
        held = self.folders.create({"name": "Held", "access_ids": self._grants()})
        self._hold(folder_ids=[Command.link(held.id)])
        self.folder.with_user(self.owner).write({"parent_id": held.id})
        with self.assertRaises(GuardError):
            partner.unlink()
        empty = self.folders.create({"name": "Empty", "parent_id": self.folder.id})
        self._hold(folder_ids=[Command.link(empty.id)])
        with self.assertRaisesRegex(UserError, "legal hold"):
            empty.with_user(self.owner).unlink()

    def test_records_linked_to_what_is_held(self):
        partner = self.env["res.partner"].create({"name": "Linked later"})
        document = self._published()
        self._hold(document_ids=[Command.link(document.id)])
        self.env["collab.document.link"]._link(document, partner)
        with self.assertRaises(GuardError):
            partner.unlink()

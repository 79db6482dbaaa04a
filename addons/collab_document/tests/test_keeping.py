from datetime import timedelta

from psycopg2.errors import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import KeepingCase


@tagged("post_install", "-at_install")
class TestKeeping(KeepingCase):
    """Trash, deletion, what folders say of keeping, room."""

    def test_nothing_is_taken_out_of_what_is_kept(self):
        """Neither a document nor a folder, by whoever owns a folder below the one that says so."""
        grants = [Command.create({"user_id": self.contributor.id, "role": "owner"})]
        self.folder.keep_days = 3650
        below = self.folders.create(
            {"name": "Below", "parent_id": self.folder.id, "access_ids": grants}
        )
        deeper = self.folders.create({"name": "Deeper", "parent_id": below.id})
        own = self.folders.create({"name": "Own", "access_ids": grants})
        document = self._published(folder=below)
        mine = document.with_user(self.contributor)
        for cut in (False, True):
            below.inherit_access = not cut
            for act in (
                lambda: mine.write({"folder_id": own.id}),
                lambda: deeper.with_user(self.contributor).write({"parent_id": own.id}),
            ):
                with self.assertRaises(AccessError):
                    act()
        # within what is kept it may go anywhere
        mine.write({"folder_id": deeper.id})
        below.inherit_access = True
        own.access_ids = [Command.create({"user_id": self.owner.id, "role": "contributor"})]
        document.with_user(self.owner).write({"folder_id": own.id})

    def test_trash_and_back(self):
        document = self._published()
        document.with_user(self.editor).action_trash()
        seen = self.documents.with_user(self.reader).with_context(active_test=False).search([])
        self.assertNotIn(document, seen)
        seen = self.documents.with_user(self.editor).with_context(active_test=False).search([])
        self.assertIn(document, seen)
        with self.assertRaises(UserError):
            self._check_in(document, b"two")
        with self.assertRaises(UserError):
            document.with_user(self.editor).action_publish()
        document.with_user(self.editor).action_untrash()
        self.assertIn(document, self._seen(self.reader))

    def test_who_trashes(self):
        document = self._published(user=self.editor)
        for user in (self.contributor, self.reader, self.outsider, self.auditor, self.portal):
            with self.assertRaises(UserError, msg=user.login):
                document.with_user(user).action_trash()

    def test_deleted_for_good(self):
        document = self._published()
        attachments = document.sudo().version_ids.attachment_id
        with self.assertRaisesRegex(UserError, "not in the trash"):
            document.with_user(self.owner).action_purge()
        document.with_user(self.editor).action_trash()
        with self.assertRaises(UserError):
            document.with_user(self.editor).action_purge()
        document.with_user(self.owner).action_purge()
        self.assertFalse(document.exists())
        self.assertFalse(attachments.exists())

    def _purged(self, user):
        return self._seen(user, "collab.document.event", [("kind", "=", "purged")])

    def test_what_was_deleted_is_known(self):
        document = self._published("Secret.txt")
        document.with_user(self.owner).action_trash()
        document.with_user(self.owner).action_purge()
        [event] = self._purged(self.auditor)
        self.assertEqual(
            (event.document_id.id, event.user_id, event.about),
            (False, self.owner, "Handbook / Secret.txt"),
        )
        events = self._seen(
            self.auditor, "collab.document.event", [("about", "like", "Handbook / Secret.txt")]
        )
        self.assertEqual(set(events.mapped("kind")), {"created", "trashed", "purged"})
        self.assertEqual(events.filtered(lambda e: e.kind == "created").about[-3:], "1.0")
        for user in (self.owner, self.editor, self.reader, self.outsider):
            self.assertFalse(self._purged(user), user.login)
        with self.assertRaises(AccessError):
            event.with_user(self.owner).read(["note"])
        self.assertIn("Secret.txt", event.with_user(self.auditor).read(["about"])[0]["about"])
        for user in (self.owner, self.auditor, self.admin):
            with self.assertRaises(UserError):
                event.with_user(user).unlink()
        mine = self.documents.with_user(self.owner).search([("is_recent", "=", True)])
        self.assertFalse(mine)
        self.assertFalse(self.env["collab.card"].with_user(self.owner)._document_recent()["lines"])

    def test_what_was_deleted_in_another_company(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.owner.company_ids += company
        document = self._published("Secret.txt")
        self.folder.company_id = company
        document = document.with_user(self.owner)
        document = document.with_context(allowed_company_ids=self.owner.company_ids.ids)
        document.action_trash()
        document.action_purge()
        self.assertFalse(self._purged(self.auditor))
        self.auditor.write({"company_ids": [(4, company.id)], "company_id": company.id})
        self.assertTrue(self._purged(self.auditor))

    def test_deleted_after_thirty_days(self):
        document = self._published()
        kept = self._published("b.txt", b"two")
        document.with_user(self.editor).action_trash()
        with self._later(29):
            self._keep()
        self.assertTrue(document.exists())
        with self._later(31):
            self._keep()
        self.assertFalse(document.exists())
        self.assertTrue(kept.exists())

    def test_the_day_is_told(self):
        document = self._published().with_user(self.editor)
        self.assertFalse(document.details()["deleted_on"])
        document.action_trash()
        for kept, days in ((0, 30), (90, 90)):
            self.folder.keep_days = kept
            day = fields.Date.today() + timedelta(days=days)
            self.assertEqual(document.details()["deleted_on"], fields.Date.to_string(day))
        self._hold(document_ids=[Command.link(document.id)])
        self.assertFalse(document.details()["deleted_on"])

    def test_one_bad_document_does_not_keep_the_others(self):
        bad, good = self._published(), self._published("b.txt", b"two")
        (bad | good).with_user(self.editor).action_trash()
        purge = type(self.documents)._purge

        def fails(documents):
            if documents == bad:
                raise ValueError("bad")
            return purge(documents)

        self.patch(type(self.documents), "_purge", fails)
        logger = "odoo.addons.collab_document.models.collab_document_keeping"
        with self._later(31), mute_logger(logger):
            self._keep()
        self.assertTrue(bad.exists())
        self.assertFalse(good.exists())

    def test_folders(self):
        below = self.folders.create({"name": "Below", "parent_id": self.folder.id})
        document, earlier = (
            self._published(folder=below),
            self._published("b.txt", b"two", folder=below),
        )
        earlier.with_user(self.editor).action_trash()
        with self.assertRaises(AccessError):
            self.folder.with_user(self.editor).action_trash()
        self.folder.with_user(self.owner).action_trash()
        self.assertFalse(document.active or below.active or self.folder.active)
        with self.assertRaisesRegex(UserError, "first"):
            below.with_user(self.owner).action_untrash()
        with self.assertRaisesRegex(UserError, "first"):
            document.with_user(self.owner).action_untrash()
        with self.assertRaises(UserError):
            self._add("c.txt", folder=below)
        self.folder.with_user(self.owner).action_untrash()
        self.assertTrue(document.active and below.active and self.folder.active)
        self.assertFalse(earlier.active, "what was in the trash before stays there")

    def test_kept_long_enough(self):
        self.folder.keep_days = 100
        below = self.folders.create({"name": "Below", "parent_id": self.folder.id})
        document = self._published(folder=below)
        document.with_user(self.editor).action_trash()
        with self.assertRaisesRegex(UserError, "kept until"):
            document.with_user(self.owner).action_purge()
        with self._later(40):
            self._keep()
        self.assertTrue(document.exists(), "the nearest folder that says so counts")
        with self._later(101):
            self._keep()
        self.assertFalse(document.exists())

    def test_nobody_below_shortens_it(self):
        """Not even who has cut a folder off; the longest counts."""
        self.folder.keep_days = 100
        below = self.folders.create({"name": "Below", "parent_id": self.folder.id})
        below.write({"inherit_access": False, "keep_days": 1})
        document = self._published(folder=below, user=self.env.user)
        document.action_trash()
        with self._later(40):
            with self.assertRaisesRegex(UserError, "kept until"):
                document.action_purge()

    def test_nothing_is_disposed_of_in_what_is_cut_off(self):
        """Whoever owns the folder above has no role in it."""
        below = self.folders.create({"name": "Below", "parent_id": self.folder.id})
        below.inherit_access = False
        document = self._published(folder=below, user=self.env.user)
        self.folder.write({"dispose_days": 1, "thin_days": 1})
        with self._later(40):
            self._keep()
        self.assertTrue(document.active)
        with self.assertRaises(AccessError):
            self.folder.with_user(self.owner).action_trash()
        self.assertTrue(below.active)
        below.write({"dispose_days": 1})
        with self._later(40):
            self._keep()
        self.assertFalse(document.active)

    def test_kept_documents_are_not_carried_off(self):
        self.folder.keep_days = 100
        own = self.folders.create(
            {
                "name": "Own",
                "access_ids": [
                    Command.create({"user_id": user.id, "role": "owner"})
                    for user in (self.contributor, self.editor, self.owner)
                ],
            }
        )
        document = self._published()
        for user in (self.contributor, self.editor):
            with self.assertRaises(AccessError, msg=user.login):
                document.with_user(user).write({"folder_id": own.id})
        document.with_user(self.owner).write({"folder_id": own.id})
        self.assertEqual(document.folder_id, own)

    def test_days_that_there_are_not(self):
        """What one folder says would stop the keeping of all."""
        below = self.folders.create({"name": "Below", "parent_id": self.folder.id})
        self._published(folder=below)
        for name in ("keep_days", "dispose_days", "thin_days"):
            for days in (36501, (1 << 31) - 1, -1):
                with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
                    with self.cr.savepoint():
                        below.write({name: days})
                        below.flush_recordset()
            below.write({name: 36500})
        self._keep()
        document = self._published("b.txt", b"two", folder=below)
        document.with_user(self.owner).action_trash()
        self.assertTrue(document.with_user(self.owner).details()["deleted_on"])

    def test_disposed_of(self):
        self.folder.dispose_days = 50
        document = self._published()
        with self._later(49):
            self._keep()
        self.assertTrue(document.active)
        with self._later(51):
            self._keep()
        self.assertFalse(document.active)

    def test_thinned(self):
        self.folder.thin_days = 10
        document = self._add(content=b"one")
        self._check_in(document, b"two")
        document.with_user(self.editor).action_publish()
        self._check_in(document, b"three")
        self._check_in(document, b"four")
        with self._later(9):
            self._keep()
        self.assertFalse(document.sudo().version_ids.filtered("thinned_at"))
        with self._later(11):
            self._keep()
        versions = document.sudo().version_ids
        thinned = versions.filtered("thinned_at").mapped("number")
        self.assertEqual(thinned, ["1.1", "0.2", "0.1"], "neither the major one nor the latest")
        self.assertTrue(all(versions.mapped("sha256")), "the history stays")
        first = versions[-1]
        with self.assertRaisesRegex(UserError, "thinned out"):
            document.with_user(self.editor).action_restore_version(first.id)

    def test_pinned_is_not_thinned(self):
        self.folder.thin_days = 10
        document = self._add(content=b"one")
        first = document.sudo().latest_id
        self._check_in(document, b"two")
        self.env.cr.execute(
            "UPDATE collab_document_version SET pinned = TRUE WHERE id = %s", [first.id]
        )
        first.invalidate_recordset()
        with self._later(11):
            self._keep()
        self.assertFalse(first.thinned_at)

    def test_room(self):
        self.folder.quota_mb = 1
        below = self.folders.create({"name": "Below", "parent_id": self.folder.id})
        document = self._add(content=b"x" * 700_000, folder=below)
        with self.assertRaisesRegex(UserError, "no room.*: 684 kB of 1 MB are used"):
            self._add("b.txt", b"y" * 700_000)
        with self.assertRaisesRegex(UserError, "no room"):
            self._check_in(document, b"z" * 700_000)
        self._add("c.txt", b"y" * 100_000)
        # nor is there for what is moved in
        other = self.folders.create({"name": "Other", "access_ids": self._grants()})
        big = self._add("d.txt", b"d" * 700_000, folder=other)
        with self.assertRaisesRegex(UserError, "no room"), self.cr.savepoint():
            big.with_user(self.owner).write({"folder_id": below.id})
        with self.assertRaisesRegex(UserError, "no room"), self.cr.savepoint():
            other.with_user(self.owner).write({"parent_id": self.folder.id})
        document.with_user(self.owner).write({"folder_id": self.folder.id})
        self.folder.quota_mb = 0
        below.quota_mb = 1
        document.with_user(self.owner).write({"folder_id": below.id})

    def test_largest(self):
        self.env["ir.config_parameter"].set_param("collab_document.max_size_mb", "1")
        with self.assertRaisesRegex(UserError, "too large"):
            self._add(content=b"x" * (1 << 20) + b"y")

    def test_nobody_allows_more_than_a_column_holds(self):
        """The size of an attachment of Odoo is a number of 32 bits."""
        self.env["ir.config_parameter"].set_param("collab_document.max_size_mb", "5000")
        self.documents._check_largest(2047 << 20)
        with self.assertRaisesRegex(UserError, "2047 MB"):
            self.documents._check_largest((2047 << 20) + 1)

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import DocumentCase

ROLES = [False, "reader", "contributor", "editor", "owner"]


@tagged("post_install", "-at_install")
class TestFolder(DocumentCase):
    """The tree of folders: how it is shown, changed, and kept."""

    def test_nothing_comes_into_the_trash(self):
        trashed, other = self.folders.create(
            [{"name": name, "access_ids": self._grants()} for name in ("Trashed", "Other")]
        )
        below = self.folders.create({"name": "Below", "parent_id": other.id})
        document = self._published(folder=other)
        trashed.with_user(self.owner).action_trash()
        for act in (
            lambda: document.with_user(self.owner).write({"folder_id": trashed.id}),
            lambda: below.with_user(self.owner).write({"parent_id": trashed.id}),
            lambda: self.folders.with_user(self.owner).create(
                {"name": "New", "parent_id": trashed.id}
            ),
        ):
            with self.assertRaisesRegex(UserError, "in the trash"), self.cr.savepoint():
                act()

    def test_changes_are_on_record(self):
        """Whatever the client says of tracking."""
        folder = self.folder.with_user(self.owner)
        for key in ("tracking_disable", "mail_notrack"):
            self.cr.flush()
            before = self.folder.message_ids
            folder.with_context(**{key: True}).write({"keep_days": folder.keep_days + 1})
            self.cr.flush()
            self.assertTrue(self.folder.message_ids - before, key)

    def test_archived_is_in_the_trash(self):
        document = self._published()
        self.folder.with_user(self.owner).action_archive()
        self.assertFalse(self.folder.active or document.active)
        self.folder.with_user(self.owner).action_unarchive()
        self.assertTrue(self.folder.active and document.active)

    def test_what_a_folder_keeps_by_itself(self):
        hidden = self.folders.create({"name": "Hidden"})
        for values in (
            {"active": False},
            {"trashed_with_id": hidden.id},
            {"quota_version": 1},
            {"rights_version": 0},
        ):
            with self.assertRaises(UserError, msg=values):
                self.folder.with_user(self.owner).write(values)
        with self.assertRaises(UserError):
            self.folders.with_user(self.owner).create(
                {"name": "X", "parent_id": self.folder.id, "trashed_with_id": hidden.id}
            )

    def test_folder_with_documents_stays(self):
        self._add()
        for forced in (False, True):
            folder = self.folder.with_context(_force_unlink=forced)
            with self.assertRaisesRegex(UserError, "documents in it"), self.cr.savepoint():
                folder.with_user(self.owner).unlink()
        empty = self.folders.create({"name": "Empty", "parent_id": self.folder.id})
        with self.assertRaises(AccessError):
            empty.with_user(self.editor).unlink()
        empty.with_user(self.owner).unlink()
        self.assertFalse(empty.exists())

    def test_tree(self):
        """Two queries; only what one sees, counted as one sees it."""
        below = self.folders.create({"name": "Below", "parent_id": self.folder.id})
        self._add()
        self._published("b.txt", b"twoo", folder=below)
        rows = {row["id"]: row for row in self.folders.with_user(self.reader).tree()}
        self.assertEqual(rows[self.folder.id]["count"], 0, "drafts are not counted")
        self.assertEqual((rows[below.id]["count"], rows[below.id]["size"]), (1, 4))
        self.assertEqual(rows[below.id]["parent_id"], self.folder.id)
        self.assertEqual(rows[below.id]["role"], "reader")
        rows = {row["id"]: row for row in self.folders.with_user(self.editor).tree()}
        self.assertEqual(rows[self.folder.id]["count"], 1)
        self.assertNotIn(
            self.folder.id, {row["id"] for row in self.folders.with_user(self.outsider).tree()}
        )
        below.inherit_access = False
        below.access_ids = [Command.create({"user_id": self.outsider.id})]
        [row] = [
            row for row in self.folders.with_user(self.outsider).tree() if row["id"] == below.id
        ]
        self.assertFalse(row["parent_id"], "shown on top where the folder above is not seen")

    def test_a_new_folder_is_like_the_one_above(self):
        """As its form shows before it is saved."""
        with Form(self.folders.with_user(self.editor)) as form:
            form.name = "Drafts"
            form.parent_id = self.folder
            self.assertTrue(form.is_controlled)
        self.assertTrue(form.record.is_controlled)

    def test_tree_queries(self):
        def count():
            folders = self.folders.with_user(self.reader)
            folders.tree()
            with self.assertQueryCount(2):
                folders.tree()

        count()
        self.folders.create([{"name": f"F{n}", "parent_id": self.folder.id} for n in range(50)])
        count()

    def test_renaming_and_moving_cost_the_same(self):
        """However many folders and documents are in it."""
        places = self.folders.create(
            [{"name": name, "access_ids": self._grants()} for name in ("Here", "There")]
        )
        moved = self.folders.create({"name": "Moved", "parent_id": places[0].id})
        moved = moved.with_user(self.owner)

        def write(vals):
            self.env.invalidate_all()
            moved.write(vals)
            self.env.cr.flush()  # tells it in the conversation, too

        def count(number):
            below = self.folders.create(
                [{"name": f"F{n}", "parent_id": moved.id} for n in range(number)]
            )
            for n, folder in enumerate(below):
                self._published(f"{n}.txt", f"{number} {n}".encode(), folder=folder)
            # what Odoo keeps of access rights is no part of it
            write({"name": "Warm"})
            write({"parent_id": (places - moved.parent_id).id})
            for queries, vals in (
                (9, {"name": f"Has {number}"}),
                (27, {"parent_id": (places - moved.parent_id).id}),
            ):
                with self.assertQueryCount(queries):
                    write(vals)

        count(2)
        count(20)

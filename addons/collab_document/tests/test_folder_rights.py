from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..models.collab_document_rights import RIGHTS
from ..models.collab_document_ruled import _KEY, _Found
from .common import DocumentCase

ROLES = [False, "reader", "contributor", "editor", "owner"]


@tagged("post_install", "-at_install")
class TestFolderRights(DocumentCase):
    """What folders grant, and to whom, when trees, groups and departments change."""

    def _role(self, folder, user):
        return folder.with_user(user).role

    def test_roles(self):
        for user, role in (
            (self.owner, "owner"),
            (self.editor, "editor"),
            (self.contributor, "contributor"),
            (self.reader, "reader"),
            (self.outsider, False),
            (self.auditor, "reader"),
            (self.admin, "owner"),
        ):
            self.assertEqual(self._role(self.folder, user), role, user.login)

    def test_roles_are_named_in_the_language_of_the_user(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        owner = self.env["ir.model.fields.selection"].search(
            [("field_id.model", "=", "collab.folder.access"), ("value", "=", "owner")]
        )
        owner.with_context(lang="fr_FR").name = "Propriétaire"
        french = self.folders.with_context(lang="fr_FR").fields_get(["role"])
        self.assertEqual(dict(french["role"]["selection"])["owner"], "Propriétaire")

    def test_outsiders_see_no_folder(self):
        self.assertNotIn(self.folder, self._seen(self.outsider, "collab.folder"))
        with self.assertRaises(AccessError):
            self.folder.with_user(self.outsider).read(["name"])
        with self.assertRaises(AccessError):
            self.folder.with_user(self.portal).read(["name"])

    def test_inherited_and_cut(self):
        below = self.folders.create({"name": "Below", "parent_id": self.folder.id})
        lowest = self.folders.create({"name": "Lowest", "parent_id": below.id})
        self.assertEqual(self._role(lowest, self.reader), "reader")
        below.access_ids = [Command.create({"user_id": self.reader.id, "role": "editor"})]
        self.assertEqual(self._role(lowest, self.reader), "editor", "the strongest counts")
        self.assertEqual(self._role(self.folder, self.reader), "reader", "nothing goes up")
        below.with_user(self.owner).inherit_access = False
        self.assertEqual(self._role(lowest, self.reader), "editor")
        self.assertEqual(self._role(lowest, self.editor), False)
        self.assertEqual(self._role(lowest, self.owner), "owner", "who cut it owns it")
        below.inherit_access = True
        self.assertEqual(self._role(lowest, self.editor), "editor")

    def test_moved(self):
        """A folder that is moved grants what its new place says, and all below it."""
        other = self.folders.create(
            {
                "name": "Other",
                "access_ids": [Command.create({"user_id": self.outsider.id, "role": "editor"})],
            }
        )
        below = self.folders.create({"name": "Below", "parent_id": self.folder.id})
        lowest = self.folders.create({"name": "Lowest", "parent_id": below.id})
        document = self._published(folder=lowest)
        self.assertIn(document, self._seen(self.reader))
        below.parent_id = other
        self.assertNotIn(document, self._seen(self.reader))
        self.assertIn(document, self._seen(self.outsider))
        self.assertEqual(self._role(lowest, self.outsider), "editor")

    def test_groups(self):
        group = self.env["res.groups"].create({"name": "Readers"})
        implying = self.env["res.groups"].create(
            {"name": "More", "implied_ids": [Command.link(group.id)]}
        )
        self.folder.access_ids = [Command.create({"group_id": group.id, "role": "reader"})]
        document = self._published()
        self.assertNotIn(document, self._seen(self.outsider))
        self.outsider.group_ids += implying
        self.assertIn(document, self._seen(self.outsider))
        document.with_user(self.outsider).read(["name"])
        self.outsider.group_ids -= implying
        self.assertNotIn(document, self._seen(self.outsider))
        with self.assertRaises(AccessError):
            document.with_user(self.outsider).read(["name"])

    def test_departments(self):
        """Whoever works in a department, or in one below it, has its role, as long as they do."""
        above = self.env["hr.department"].create({"name": "Above"})
        department = self.env["hr.department"].create({"name": "Team", "parent_id": above.id})
        employee = self.env["hr.employee"].create(
            {"name": "Out", "user_id": self.outsider.id, "department_id": department.id}
        )
        self.folder.access_ids = [Command.create({"department_id": above.id, "role": "reader"})]
        document = self._published()
        self.env.flush_all()
        self.assertIn(document, self._seen(self.outsider))
        employee.department_id = False
        self.env.flush_all()
        self.assertNotIn(document, self._seen(self.outsider))
        employee.department_id = department
        employee.active = False
        self.env.flush_all()
        self.assertNotIn(document, self._seen(self.outsider))

    def test_pending_changes_count(self):
        """Rights are asked of the database: what is yet to be written there is written first."""
        department = self.env["hr.department"].create({"name": "Team"})
        self.folder.access_ids = [Command.create({"department_id": department.id})]
        document = self._published()
        self.env["hr.employee"].create(
            {"name": "Out", "user_id": self.outsider.id, "department_id": department.id}
        )
        self.assertIn(document, self._seen(self.outsider))

    def test_access_rows(self):
        """A row is for one principal, one row for each, and only for people of the company."""
        access = self.env["collab.folder.access"]
        with self.assertRaises(ValidationError):
            self.folder.access_ids = [Command.create({"user_id": self.portal.id})]
        row = self.folder.access_ids.filtered(lambda row: row.user_id == self.reader)
        row.role = "editor"
        self.assertEqual(self._role(self.folder, self.reader), "editor")
        row.user_id = self.outsider
        self.assertEqual(self._role(self.folder, self.reader), False)
        self.assertEqual(self._role(self.folder, self.outsider), "editor")
        row.unlink()
        self.assertEqual(self._role(self.folder, self.outsider), False)
        self.assertFalse(access.search([("user_id", "=", self.outsider.id)]))

    def test_only_owners_grant(self):
        row = self.folder.access_ids[0]
        for user in (self.editor, self.contributor, self.reader, self.outsider, self.auditor):
            access = self.env["collab.folder.access"].with_user(user)
            with self.assertRaises(AccessError, msg=user.login):
                access.create({"folder_id": self.folder.id, "user_id": user.id, "role": "owner"})
            with self.assertRaises(AccessError, msg=user.login):
                row.with_user(user).write({"role": "reader"})
            with self.assertRaises(AccessError, msg=user.login):
                row.with_user(user).unlink()
            with self.assertRaises(UserError, msg=user.login):
                self.folder.with_user(user).write(
                    {"access_ids": [Command.create({"group_id": 1, "role": "owner"})]}
                )
        self.folder.with_user(self.owner).write(
            {"access_ids": [Command.create({"user_id": self.outsider.id, "role": "reader"})]}
        )
        self.assertEqual(self._role(self.folder, self.outsider), "reader")

    def test_a_grant_is_not_moved_to_a_foreign_folder(self):
        """Whoever owns one folder does not become owner of another by moving their row there."""
        own = self.folders.create(
            {
                "name": "Own",
                "access_ids": [Command.create({"user_id": self.outsider.id, "role": "owner"})],
            }
        )
        # who is not the only owner, and reads the other folder
        own.access_ids = [Command.create({"user_id": self.reader.id, "role": "owner"})]
        for user in (self.outsider, self.reader):
            row = own.access_ids.filtered(lambda row, user=user: row.user_id == user)
            for values in (
                {"folder_id": self.folder.id},
                {"folder_id": self.folder.id, "role": "owner"},
            ):
                with self.assertRaises(AccessError):
                    row.with_user(user).write(values)
        self.assertEqual(self._role(self.folder, self.outsider), False)
        self.assertEqual(self._role(self.folder, self.reader), "reader")

    def test_there_is_always_an_owner(self):
        mine = self.folder.access_ids.filtered(lambda row: row.role == "owner")
        with self.assertRaises(ValidationError):
            mine.unlink()
        with self.assertRaises(ValidationError):
            mine.write({"role": "reader"})
        below = self.folders.create({"name": "Below", "parent_id": self.folder.id})
        self.assertFalse(below.access_ids, "it is owned by whoever owns the one above")

    def test_who_makes_folders(self):
        for user in (self.contributor, self.reader, self.outsider, self.auditor):
            with self.assertRaises(AccessError, msg=user.login):
                self.folders.with_user(user).create({"name": "X", "parent_id": self.folder.id})
        below = self.folders.with_user(self.editor).create(
            {"name": "X", "parent_id": self.folder.id}
        )
        self.assertEqual(self._role(below, self.editor), "editor", "no more than before")
        for user in (self.editor, self.outsider):
            with self.assertRaises(AccessError, msg=user.login):
                self.folders.with_user(user).create({"name": "Top"})
        owner = self._user("doc_process", "collab_base.group_collab_process_owner")
        top = self.folders.with_user(owner).create({"name": "Top"})
        self.assertEqual(self._role(top, owner), "owner")

    def test_an_editor_does_not_cut(self):
        """Nor grants: owners of the folder above would not see what is in it."""
        make = self.folders.with_user(self.editor).create
        below = {"name": "X", "parent_id": self.folder.id}
        with self.assertRaises(AccessError):
            make(below | {"inherit_access": False})
        with self.assertRaises(AccessError):
            make(
                below
                | {"access_ids": [Command.create({"user_id": self.editor.id, "role": "owner"})]}
            )
        for values in ({"is_controlled": False}, {"allow_sharing": False}, {"keep_days": 3}):
            with self.assertRaises(AccessError, msg=values):
                make(below | values)
        folder = make(below | {"is_controlled": True, "allow_sharing": True, "keep_days": 0})
        self.assertTrue(make(below).is_controlled, "as the folder above")
        for values in (
            {"inherit_access": False},
            {"parent_id": False},
            {"company_id": self.env.company.id},
            {"keep_days": 1},
            {"active": False},
        ):
            with self.assertRaises(AccessError, msg=values):
                folder.with_user(self.editor).write(values)
        folder.with_user(self.editor).name = "Y"

    def test_making_a_folder_takes_nothing_from_others(self):
        """Documents and folders are not pulled into a new folder by the one who makes it."""
        document = self._published()
        hidden = self.folders.create({"name": "Hidden"})
        make = self.folders.with_user(
            self._user("doc_maker", "collab_base.group_collab_process_owner")
        ).create
        for values in (
            {"document_ids": [Command.link(document.id)]},
            {"document_ids": [Command.set(document.ids)]},
            {"child_ids": [Command.link(hidden.id)]},
            {"child_ids": [Command.update(hidden.id, {"name": "Mine"})]},
        ):
            with self.assertRaises(UserError, msg=values), self.cr.savepoint():
                make({"name": "Trap"} | values)
        self.assertEqual(document.folder_id, self.folder)
        self.assertFalse(hidden.parent_id)

    def test_moving_a_folder_takes_an_owner(self):
        target = self.folders.create(
            {
                "name": "Target",
                "access_ids": [Command.create({"user_id": self.editor.id, "role": "owner"})],
            }
        )
        below = self.folders.create({"name": "Below", "parent_id": self.folder.id})
        with self.assertRaises(AccessError):
            below.with_user(self.editor).write({"parent_id": target.id})
        with self.assertRaises(AccessError):
            below.with_user(self.owner).write({"parent_id": target.id})
        with self.assertRaises(UserError):
            self.folder.write({"parent_id": below.id})

    def test_moving_a_folder_takes_the_owners_of_both_places(self):
        """It brings along what its owners have decided, and leaves what those above have."""
        below = self.folders.create({"name": "Below", "parent_id": self.folder.id})
        below.inherit_access = False
        grants = [Command.create({"user_id": self.editor.id, "role": "owner"})]
        below.access_ids = grants
        own = self.folders.create({"name": "Own", "access_ids": grants})
        mine = own.with_user(self.editor)
        for folder, parent in (
            (below.with_user(self.editor), own),  # away from where they do not own
            (mine, self.folder),  # to where they are editor
            (below.with_user(self.editor), self.folders),  # to the top
        ):
            with self.assertRaises(AccessError, msg=folder.name):
                folder.write({"parent_id": parent.id})
        self.folder.access_ids = [Command.create({"group_id": self._group().id, "role": "owner"})]
        self.editor.group_ids += self._group()
        mine.write({"parent_id": self.folder.id})
        with self.assertRaisesRegex(AccessError, "process owner"):
            mine.write({"parent_id": False})

    def _group(self):
        groups = self.env["res.groups"]
        return groups.search([("name", "=", "Movers")]) or groups.create({"name": "Movers"})

    def test_oneself_among_the_rights(self):
        """Whoever makes a folder owns it, and may say so."""
        maker = self._user("doc_maker_too", "collab_base.group_collab_process_owner")
        grants = [
            Command.create({"user_id": maker.id, "role": "owner"}),
            Command.create({"user_id": self.reader.id}),
        ]
        folder = self.folders.with_user(maker).create({"name": "Mine", "access_ids": grants})
        self.assertEqual(self._role(folder, maker), "owner")
        self.assertEqual(self._role(folder, self.reader), "reader")

    def test_what_the_system_makes_is_nobodys(self):
        """A folder that is made on behalf of somebody belongs to whom it names."""
        folder = (
            self.folders.with_user(self.outsider)
            .sudo()
            .create({"name": "For all", "access_ids": self._grants()})
        )
        self.assertFalse(self._role(folder, self.outsider))
        self.assertEqual(self._role(folder, self.owner), "owner")

    def test_companies(self):
        company = self.env["res.company"].create({"name": "Second"})
        self.folder.company_id = company
        below = self.folders.create({"name": "Below", "parent_id": self.folder.id})
        self.assertEqual(below.company_id, company)
        self.assertFalse(self._seen(self.reader, "collab.folder", [("id", "=", self.folder.id)]))
        self.reader.company_ids += company
        folders = self.folders.with_user(self.reader)
        both = [self.env.company.id, company.id]
        self.assertTrue(
            folders.with_context(allowed_company_ids=both).search([("id", "=", below.id)])
        )
        with self.assertRaises(ValidationError):
            below.company_id = self.env.company

    def test_nothing_comes_to_a_company_one_is_not_in(self):
        """Neither a document nor a folder, by whoever has the role there but not the company."""
        company = self.env["res.company"].create({"name": "Second"})
        there = self.folders.create(
            {"name": "There", "company_id": company.id, "access_ids": self._grants()}
        )
        here = self.folders.create({"name": "Here", "access_ids": self._grants()})
        document = self._published()
        for act in (
            lambda: document.with_user(self.owner).write({"folder_id": there.id}),
            lambda: here.with_user(self.owner).write({"parent_id": there.id}),
            lambda: self._add(user=self.owner, folder=there),
        ):
            with self.assertRaises(AccessError):
                act()
        self.owner.company_ids += company
        both = [self.env.company.id, company.id]
        document.with_user(self.owner).with_context(allowed_company_ids=both).write(
            {"folder_id": there.id}
        )
        self.assertEqual(document.company_id, company)

    def test_rights_are_shown_as_they_are_searched(self):
        """What is worked out for given documents, and what is searched among all, is the same."""
        other = self.folders.create({"name": "Other", "inherit_access": False})
        documents = self._add("draft.txt") | self._published("published.txt")
        documents |= self._published("editor's.txt", user=self.editor)
        documents |= self._published("hidden.txt", user=self.env.user, folder=other)
        trashed = self._published("trashed.txt")
        trashed.with_user(self.editor).action_trash()
        documents |= trashed
        domain = [("id", "in", documents.ids)]
        for user in (
            *(self.owner, self.editor, self.contributor, self.reader, self.outsider),
            *(self.auditor, self.admin),
        ):
            theirs = documents.with_user(user).with_context(active_test=False).sudo()
            for right in RIGHTS:
                searched = theirs.search([*domain, (right, "=", True)])
                self.assertEqual(
                    set(theirs.filtered(right).ids), set(searched.ids), f"{user.login}: {right}"
                )

    def test_what_a_search_has_found_opens_nothing_else(self):
        """Reading what was just found asks no rule again; that is for whoever has found it, for
        what they have found, and to read."""
        first, second = self._published("a.txt"), self._published("b.txt")
        found = _Found()
        found.keep(first.with_user(self.outsider))
        knowing = {_KEY: found}
        first.with_user(self.outsider).with_context(**knowing).check_access("read")
        for document, user, operation in (
            (first, self.portal, "read"),
            (first, self.outsider, "write"),
            (first, self.outsider, "unlink"),
            (second, self.outsider, "read"),
            (first | second, self.outsider, "read"),
            (first.version_id, self.outsider, "read"),
        ):
            with self.assertRaises(AccessError):
                document.with_user(user).with_context(**knowing).check_access(operation)
        # nothing that comes with a request is one
        for made_up in (True, [first.id], {"ids": [first.id]}, "collab.document"):
            with self.assertRaises(AccessError):
                first.with_user(self.outsider).with_context(**{_KEY: made_up}).read(["name"])
        # and the first search counts
        found.keep(second.with_user(self.outsider))
        with self.assertRaises(AccessError):
            second.with_user(self.outsider).with_context(**knowing).check_access("read")
        page = self.documents.with_user(self.outsider).web_search_read([], {"name": {}})
        self.assertFalse({first.id, second.id} & {row["id"] for row in page["records"]})

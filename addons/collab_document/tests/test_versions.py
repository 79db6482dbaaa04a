from lxml import etree

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.collab_document.models.collab_document_versioned import File, StaleError
from odoo.addons.collab_guard.exceptions import GuardError
from odoo.addons.collab_guard.seal import unsealed

from .common import DocumentCase


@tagged("post_install", "-at_install")
class TestVersions(DocumentCase):
    def test_drafts_and_majors(self):
        """Editors see drafts, readers the latest major, others nothing."""
        document = self._add(content=b"one")
        self.assertEqual((document.state, document.number), ("draft", "0.1"))
        self.assertNotIn(document, self._seen(self.reader))
        document.with_user(self.editor).action_publish("First")
        self.assertEqual(document.number, "1.0")
        self._check_in(document, b"two")
        self.assertEqual((document.state, document.number), ("draft", "1.1"))
        as_reader = document.with_user(self.reader)
        self.assertEqual(as_reader.number, "1.0")
        self.assertEqual(as_reader.size, 3)
        self.assertEqual(as_reader.version_ids.mapped("number"), ["1.0"])
        document.with_user(self.editor).action_publish()
        self.env.invalidate_all()
        self.assertEqual(as_reader.version_ids.mapped("number"), ["2.0"])
        self.env.invalidate_all()
        self.assertEqual(
            document.with_user(self.editor).version_ids.mapped("number"),
            ["2.0", "1.1", "1.0", "0.1"],
        )

    def test_uncontrolled_is_published_at_once(self):
        self.folder.is_controlled = False
        document = self._add(content=b"one")
        self.assertEqual((document.state, document.number), ("published", "1.0"))
        self._check_in(document, b"two")
        self.assertEqual(document.number, "2.0")
        self._check_in(document, b"three", publish=False)
        self.assertEqual(document.number, "2.1")
        self.assertEqual(document.with_user(self.reader).number, "2.0")

    def test_hash_and_bytes(self):
        document = self._published(content=b"one")
        version = document.version_id
        self.assertEqual(
            version.sha256, "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
        )
        attachment = version.sudo().attachment_id
        self.assertEqual(self._bytes(attachment), b"one")
        self.assertEqual((version.size, attachment.file_size), (3, 3))

    def test_identical_bytes_make_no_version(self):
        document = self._add(content=b"one")
        with self.assertRaisesRegex(UserError, "Nothing has changed"):
            self._check_in(document, b"one")
        document.with_user(self.editor).action_publish()
        with self.assertRaisesRegex(UserError, "Nothing has changed"):
            self._check_in(document, b"one")
        self.assertEqual(len(document.sudo().version_ids), 2)

    def test_same_bytes_are_one_file(self):
        documents = self._add(content=b"same") | self._add("b.txt", b"same")
        documents.with_user(self.editor).action_publish()
        names = documents.sudo().version_ids.attachment_id.mapped("store_fname")
        self.assertEqual((len(names), len(set(names))), (4, 1))

    def test_stale_base(self):
        document = self._add(content=b"one")
        base = document.sudo().latest_id
        self._check_in(document, b"two", self.editor, base)
        with self.assertRaises(StaleError) as caught:
            self._check_in(document, b"three", self.owner, base)
        latest = document.sudo().latest_id
        self.assertEqual(caught.exception.latest_id, latest.id)
        self.assertIn("0.2", str(caught.exception))
        self.assertIn("doc_editor", str(caught.exception))
        self._check_in(document, b"three", self.owner, latest)
        self.assertEqual(document.with_user(self.owner).number, "0.3")

    def test_base_of_another_document(self):
        first, second = self._add(), self._add("b.txt", b"two")
        second = self._check_in(second, b"2", publish=True)
        self.assertEqual(second.number, "1.0")
        for base in (second, self.versions.browse(1 << 30)):
            with self.assertRaisesRegex(StaleError, "than what you have") as caught:
                self._check_in(first, b"three", base=base)
            self.assertNotIn("1.0", str(caught.exception))

    def test_restore(self):
        document = self._add(content=b"one")
        first = document.sudo().latest_id
        self._check_in(document, b"two")
        document.with_user(self.editor).action_restore_version(first.id)
        latest = document.sudo().latest_id
        self.assertEqual(
            (latest.number, latest.origin, latest.source_id), ("0.3", "restored", first)
        )
        self.assertEqual(self._bytes(latest.attachment_id), b"one")
        other = self._add("b.txt", b"three").sudo().latest_id
        with self.assertRaises(UserError):
            document.with_user(self.editor).action_restore_version(other.id)
        with self.assertRaises(UserError):
            document.with_user(self.editor).action_restore_version(10**8)

    def test_what_comes_by_rpc(self):
        """Nonsense gets a sentence, not an error of the server."""
        document = self._published().with_user(self.editor)
        shares = self.env["collab.document.share"].with_user(self.editor)
        readings = self.env["collab.document.reading"].with_user(self.editor)
        links = self.env["collab.document.link"].with_user(self.editor)
        for nonsense in ("x", None, True, 1.5, -1, 1 << 40, [1], {}):
            for call in (
                lambda value: document.compare(value, value),
                lambda value: document.action_restore_version(value),
                lambda value: shares.share(value),
                lambda value: readings.ask(value, [self.reader.id]),
                lambda value: readings.ask(document.ids, [value]),
                lambda value: links.link([value], "res.partner", 1),
                lambda value: document.search_text("x", limit=value),
            ):
                with self.assertRaises(UserError, msg=repr(nonsense)):
                    call(nonsense)
        folders = self.folders.with_user(self.owner)
        for nonsense in ("x", True, 1.5, -1, 1 << 40, [1], {"a": 1}):
            for call in (
                lambda value: document.copy({"folder_id": value}),
                lambda value: folders.create({"name": "F", "parent_id": value}),
                lambda value: folders.access_ids.create(
                    {"folder_id": value, "user_id": self.reader.id}
                ),
                lambda value: readings.ask(document.ids, [self.reader.id], due=value),
            ):
                with self.assertRaises(UserError, msg=repr(nonsense)):
                    call(nonsense)
        with self.assertRaises(UserError):
            shares.share(document.id, password=["secret-1"])
        document.action_check_out()
        document.with_user(self.owner).action_break_check_out("late\0")
        self.assertFalse(document.is_checked_out)

    def test_a_copy_sheds_nothing(self):
        """Neither a watermark nor that it is not shared; and it is noted."""
        own = self.folders.create({"name": "Own", "access_ids": self._grants()})
        own.access_ids = [Command.create({"user_id": self.outsider.id, "role": "contributor"})]
        self.folder.access_ids = [Command.create({"user_id": self.outsider.id})]
        document = self._published()
        for values in ({"watermark": True}, {"allow_sharing": False}):
            self.folder.write({"watermark": False, "allow_sharing": True} | values)
            with self.assertRaises(UserError, msg=values):
                document.with_user(self.outsider).copy({"folder_id": own.id})
            document.with_user(self.editor).copy({"folder_id": own.id})
        self.folder.write({"watermark": False, "allow_sharing": True})
        document.with_user(self.outsider).copy({"folder_id": own.id})
        events = self.env["collab.document.event"]
        noted = events.search([("document_id", "=", document.id), ("kind", "=", "copied")])
        self.assertEqual(noted.user_id, self.editor | self.outsider)
        self.assertEqual(set(noted.mapped("about")), {"Own"})

    def test_who_wrote_it(self):
        """Whoever publishes a draft has not written it."""
        document = self._add()
        document.with_user(self.editor).action_publish()
        self.assertEqual(document.with_user(self.reader).version_author_id, self.contributor)
        self.assertEqual(document.with_user(self.reader).author, self.contributor.name)
        self._check_in(document, b"two", self.owner)
        self.assertEqual(document.with_user(self.owner).version_author_id, self.owner)
        document.with_user(self.editor).action_restore_version(document.published_id.id)
        self.assertEqual(document.with_user(self.owner).version_author_id, self.editor)

    def test_published_once(self):
        document = self._published()
        with self.assertRaises(UserError):
            document.with_user(self.editor)._publish("The director says so")
        self.assertEqual(document.sudo().published_id.number, "1.0")

    def test_what_a_person_calls_it(self):
        """Of a file that comes the path is no part of its name; of a name a slash is."""
        document = self._add(name="c:\\temp/a.txt").with_user(self.editor)
        self.assertEqual(document.name, "a.txt")
        document.name = "Offer 3/4 \\ draft.txt"
        self.assertEqual(document.name, "Offer 3-4-draft.txt")

    def test_what_is_new_to_readers_comes_first(self):
        """Also when the draft is old already."""
        long_ago = fields.Datetime.subtract(fields.Datetime.now(), days=90)
        document = self._add()
        unsealed(document.sudo()).write({"changed_at": long_ago})
        document.with_user(self.editor).action_publish()
        self.assertGreater(document.sudo().changed_at, long_ago)

    def test_a_version_is_not_compared_with_itself(self):
        """A reader would be given its text, and nobody would know."""
        document = self._published().with_user(self.reader)
        with self.assertRaises(UserError):
            document.compare(document.version_id.id, document.version_id.id)

    def test_where_a_version_comes_from(self):
        """Readers are told the number of no draft."""
        document = self._add()
        self._check_in(document, b"two")
        document.with_user(self.editor).action_publish()
        version = document.sudo().published_id
        for user in (self.reader, self.editor):
            with self.assertRaises(AccessError):
                version.with_user(user).read(["source_id"])
        self.assertEqual(version.with_user(self.auditor).source_id.number, "0.2")

    def test_the_trash_is_not_published(self):
        document = self._add()
        document.with_user(self.editor).action_trash()
        with self.assertRaises(UserError):
            document.with_user(self.editor)._publish()
        self.assertFalse(document.sudo().published_id)

    def test_contributors_go_on_with_their_own(self):
        document = self._add()
        self._check_in(document, b"two", self.contributor)
        document.with_user(self.contributor).action_publish()
        other = self._add("b.txt", user=self.editor, publish=True)
        for act in (
            lambda: self._check_in(other, b"two", self.contributor),
            lambda: other.with_user(self.contributor).action_check_out(),
            lambda: other.with_user(self.contributor).action_trash(),
            lambda: other.with_user(self.contributor).write({"name": "x"}),
        ):
            with self.assertRaises(UserError):
                act()

    def test_kept_fields_are_not_written(self):
        """Not even as superuser: by their methods alone."""
        document = self._published()
        draft = self._add("b.txt")
        for values in (
            {"state": "published"},
            {"latest_id": draft.sudo().latest_id.id},
            {"published_id": draft.sudo().latest_id.id},
            {"sha256": "0" * 64},
            {"checkout_user_id": self.outsider.id},
            {"active": False},
            {"trashed_at": False},
            {"name": "x", "state": "draft"},
            {"version_ids": [(5,)]},
            {"link_ids": [(0, 0, {"res_model": "res.partner", "res_id": 1})]},
            {"favorite_user_ids": [(5,)]},
        ):
            for user in (self.editor, self.owner, self.admin, self.env.ref("base.user_root")):
                with self.assertRaises(UserError, msg=f"{user.login} {values}"):
                    draft.with_user(user).write(values)
        with self.assertRaises(GuardError):
            self.documents.create({"name": "x", "folder_id": self.folder.id})
        with self.assertRaises(GuardError):
            document.sudo().unlink()

    def test_versions_are_sealed(self):
        version = self._published().sudo().latest_id
        for act in (
            lambda: version.write({"note": "x"}),
            lambda: version.unlink(),
            lambda: version.copy(),
            lambda: version.create({"document_id": version.document_id.id, "number": "9.0"}),
        ):
            with self.assertRaises(GuardError):
                act()

    def test_bytes_are_sealed(self):
        attachment = self._published().sudo().latest_id.attachment_id
        other = self.env["ir.attachment"].create({"name": "x", "raw": b"x"})
        for act in (
            lambda: attachment.write({"raw": b"other"}),
            lambda: attachment.write({"datas": b"b3RoZXI="}),
            lambda: attachment.write({"res_id": 1}),
            lambda: attachment.write({"res_model": "res.partner", "res_id": 1}),
            lambda: attachment.write({"public": True}),
            lambda: attachment.generate_access_token(),
            lambda: attachment.unlink(),
            lambda: other.write({"res_model": "collab.document.version", "res_id": 1}),
            lambda: other.create({"name": "x", "res_model": "collab.document.version"}),
            lambda: attachment.copy(),
        ):
            with self.assertRaises(UserError):
                act()
        self.assertEqual(self._bytes(attachment), b"one")

    def test_bytes_can_move_to_other_storage(self):
        """What Odoo does when the storage of attachments is changed."""
        attachment = self._published().sudo().latest_id.attachment_id
        self.env["ir.config_parameter"].set_param("ir_attachment.location", "db")
        self.env["ir.attachment"].with_user(self.env.ref("base.user_admin")).force_storage()
        self.env.invalidate_all()
        self.assertFalse(attachment.store_fname)
        self.assertEqual(self._bytes(attachment), b"one")
        document = self._add("b.txt", b"in the database", publish=True)
        self.assertEqual(self._bytes(document.sudo().latest_id.attachment_id), b"in the database")
        self._check_in(document, b"and again")
        document.with_user(self.editor).action_publish()
        self.assertEqual(self._bytes(document.sudo().latest_id.attachment_id), b"and again")

    def test_nobody_reads_the_bytes_by_the_id(self):
        """Not as superuser either, as related fields read, and not by the path of the file."""
        attachment = self._published().sudo().latest_id.attachment_id
        fname = attachment.store_fname
        self.env.invalidate_all()
        self.assertFalse(attachment.raw or attachment.datas)
        self.assertFalse(attachment.with_user(self.owner).sudo().raw)
        system = self._user("doc_system", "base.group_system")
        self.folder.access_ids = [Command.create({"user_id": system.id})]
        for user in (self.reader, self.owner, system):
            self.assertFalse(attachment.with_user(user).has_access("read"), user.login)
        attachments = self.env["ir.attachment"].with_user(self.outsider)
        forged = attachments.onchange(
            {"store_fname": fname, "type": "binary"}, ["store_fname"], {"raw": {}, "datas": {}}
        )
        self.assertFalse(forged["value"].get("datas") or forged["value"].get("raw"))
        own = attachments.create({"name": "own", "raw": b"mine"})
        self.assertEqual(attachments.new({"name": "renamed"}, origin=own).raw, b"mine")
        self.env.invalidate_all()
        forged = own.onchange({"store_fname": fname}, ["store_fname"], {"raw": {}, "datas": {}})
        self.assertNotIn("datas", {name for name, value in forged["value"].items() if value})
        forged = attachments.new({"store_fname": fname}, origin=own)
        self.assertFalse(forged.raw or forged.datas)
        forged = attachments.sudo().new({"res_model": "res.partner"}, origin=attachment.sudo())
        self.assertFalse(forged.raw or forged.datas)
        mine = attachments.with_context(default_store_fname=fname).create({"name": "x"})
        self.assertFalse(mine.store_fname or mine.raw)
        self.env["ir.default"].with_user(self.outsider).set(
            "ir.attachment", "store_fname", fname, user_id=True
        )
        mine = attachments.create({"name": "x"})
        self.assertFalse(mine.store_fname or mine.raw)
        own = attachments.create({"name": "x", "raw": b"mine"})
        self.assertEqual(own.raw, b"mine", "what is no document's is as it was")

    def test_attachments_follow_the_version(self):
        """The bytes are had from the document alone, where it is noted who takes them: an id of
        an attachment gives nothing, not even to editors."""
        document = self._published(content=b"one")
        self._check_in(document, b"draft")
        settings = self._user("doc_settings", "base.group_system")
        for attachment in document.sudo().version_ids.attachment_id:
            for user in (
                self.editor,
                self.reader,
                self.outsider,
                self.portal,
                self.auditor,
                self.admin,
                settings,
            ):
                theirs = attachment.with_user(user)
                with self.assertRaises(AccessError, msg=user.login):
                    theirs.read(["raw"])
                self.assertFalse(theirs.has_access("write"), user.login)
                self.assertFalse(
                    theirs.search([("id", "=", attachment.id), ("res_field", "!=", False)]),
                    user.login,
                )

    def test_names(self):
        document = self._add("../../etc/C:\\evil\u202etxt.exe")
        self.assertEqual(document.name, "eviltxt.exe")
        for name in ("", "  ", "x" * 5000, "\0", "../", None, 5):
            with self.assertRaises(UserError, msg=name):
                self._add(name)
        with self.assertRaises(UserError):
            document.with_user(self.contributor).name = " "
        document.with_user(self.contributor).name = "合同😀.pdf"
        self.assertEqual(document.name, "合同😀.pdf")

    def test_empty_file(self):
        with self.assertRaisesRegex(UserError, "empty"):
            self._add(content=b"")

    def test_new_extension(self):
        document = self._add("plan.txt")
        document.with_user(self.editor).add_version(
            File("whatever.md", b"# Plan"), document.sudo().latest_id
        )
        self.assertEqual(document.name, "plan.md")

    def test_copy(self):
        document = self._published(content=b"one")
        self._check_in(document, b"draft")
        copied = document.with_user(self.contributor).copy()
        self.assertEqual(copied.name, "a (2).txt")
        self.assertEqual(copied.sudo().latest_id.sha256, document.sudo().latest_id.sha256)
        with self.assertRaises(AccessError):
            document.with_user(self.reader).copy()
        elsewhere = self.folders.create(
            {
                "name": "Elsewhere",
                "access_ids": [(0, 0, {"user_id": self.reader.id, "role": "owner"})],
            }
        )
        taken = document.with_user(self.reader).copy({"folder_id": elsewhere.id})
        self.assertEqual(
            self._bytes(taken.sudo().latest_id.attachment_id), b"one", "what the reader sees"
        )

    def test_moving(self):
        target = self.folders.create(
            {
                "name": "Target",
                "access_ids": [(0, 0, {"user_id": self.editor.id, "role": "contributor"})],
            }
        )
        document = self._published()
        with self.assertRaises(AccessError):
            document.with_user(self.owner).write({"folder_id": target.id})
        with self.assertRaises(UserError):
            document.with_user(self.reader).write({"folder_id": target.id})
        document.with_user(self.editor).write({"folder_id": target.id})
        self.assertEqual(document.folder_id, target)
        self.assertNotIn(document, self._seen(self.reader))

    def test_adding_many_costs_the_same(self):
        def add(number, prefix):
            folder = self.folder.with_user(self.contributor)
            files = [File(f"{prefix}{n}.txt", f"{prefix} {n}".encode()) for n in range(number)]
            self.env.flush_all()
            with self.assertQueryCount(27):
                self.documents.with_user(self.contributor).add_files(folder, files)
                self.env.flush_all()

        self._add("warm.txt", b"warm")  # what Odoo keeps of access rights is no part of it
        add(2, "few")
        add(60, "many")

    def test_publishing_many_costs_the_same(self):
        few = self._add("w.txt", b"w") | self._add("x.txt", b"x")
        many = self.documents.browse([self._add(f"{n}.txt", str(n).encode()).id for n in range(20)])
        few.with_user(self.editor).action_publish()
        for documents in (many[:2], many[2:]):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(40):
                documents.with_user(self.editor).action_publish()
                self.env.flush_all()

    def test_what_is_not_saved_yet(self):
        document = self._published().with_user(self.editor)
        new = self.documents.with_user(self.editor).new({"name": "new.txt"})
        changed = document.new(origin=document)
        both = new | changed
        self.assertEqual(both.mapped("can_edit"), [False, True])
        self.assertEqual(both.mapped("number"), [False, "1.0"])
        self.assertEqual((new.size, new.version_id.id, new.on_hold), (0, False, False))

    def test_listing_costs_the_same(self):
        """A page of the list that the client shows, and how many there are, as a reader: five
        queries, however many there are."""
        tag = self.env["collab.document.tag"].create({"name": "Listed"})
        for n in range(12):
            document = self._published(f"{n}.txt", str(n).encode())
            document.with_user(self.editor).tag_ids = tag
        documents = self.documents.with_user(self.reader)
        arch = documents.get_view(
            self.env.ref("collab_document.collab_document_view_list").id, "list"
        )["arch"]
        specification = {}
        for node in etree.fromstring(arch).xpath("//field"):
            is_relation = documents._fields[node.get("name")].relational
            is_hidden = node.get("column_invisible") == "1"
            specification[node.get("name")] = (
                {"fields": {} if is_hidden else {"display_name": {}}} if is_relation else {}
            )
        self.assertGreater(len(specification), 20)
        documents.web_search_read([], specification, limit=3)
        for limit in (3, 10):
            self.env.invalidate_all()
            with self.assertQueryCount(5):
                page = documents.web_search_read([], specification, limit=limit)
            self.assertEqual(len(page["records"]), limit)
            self.assertGreaterEqual(page["length"], 12)

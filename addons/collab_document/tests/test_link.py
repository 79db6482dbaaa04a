from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.collab_document.models.collab_document_versioned import File
from odoo.addons.collab_guard.exceptions import GuardError
from odoo.addons.collab_guard.seal import unsealed

from .common import DocumentCase


@tagged("post_install", "-at_install")
class TestLink(DocumentCase):
    """Documents of records follow the rights of the records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.links = cls.env["collab.document.link"]
        cls.partners = cls._user("doc_partners", "base.group_partner_manager")
        cls.record = cls.env["res.partner"].create({"name": "ACME"})
        # a record that partners may read and change, and nobody else
        cls.rule = cls.env["ir.rule"].create(
            {
                "name": "partners of one's own",
                "model_id": cls.env.ref("base.model_res_partner").id,
                "domain_force": f"[('id', '!=', {cls.record.id})]",
                "groups": [Command.link(cls.env.ref("base.group_user").id)],
            }
        )
        cls.managers_rule = cls.env["ir.rule"].create(
            {
                "name": "partner managers",
                "model_id": cls.env.ref("base.model_res_partner").id,
                "domain_force": "[(1, '=', 1)]",
                "groups": [Command.link(cls.env.ref("base.group_partner_manager").id)],
            }
        )

    def _drop(self, user=None, name="dropped.txt", content=b"dropped"):
        """Add a document at the record, as whoever drops a file on its form."""
        documents = self.documents.with_user(user or self.partners)
        return documents.add_to_record("res.partner", self.record.id, [File(name, content)])

    def _reads(self, user, document):
        found = document.id in self.documents.with_user(user).search([]).ids
        self.assertEqual(document.with_user(user).has_access("read"), found, user.login)
        return found

    def test_dropped_documents_follow_the_record(self):
        document = self._drop()
        self.assertTrue(self._reads(self.partners, document))
        for user in (self.outsider, self.reader, self.editor, self.portal):
            if user != self.portal:
                self.assertFalse(self._reads(user, document), user.login)
            with self.assertRaises(AccessError):
                document.with_user(user).read(["name"])
        self.outsider.group_ids += self.env.ref("base.group_partner_manager")
        self.assertTrue(self._reads(self.outsider, document))
        self._check_in(document, b"changed", self.outsider)
        document.with_user(self.outsider).action_check_out()

    def test_attachments_of_dropped_documents(self):
        attachment = self._drop().sudo().latest_id.attachment_id
        for user in (self.partners, self.outsider, self.portal):
            self.assertFalse(attachment.with_user(user).has_access("read"), user.login)

    def test_readers_of_the_record_do_not_change(self):
        """Without the right to write to the record one reads its documents and no more."""
        self.rule.write({"perm_read": False})
        document = self._drop()
        self.assertTrue(self._reads(self.outsider, document))
        for act in (
            lambda: self._check_in(document, b"x", self.outsider),
            lambda: document.with_user(self.outsider).action_trash(),
            lambda: document.with_user(self.outsider).write({"name": "x"}),
            lambda: self._drop(self.outsider),
        ):
            with self.assertRaises(UserError):
                act()

    def test_rules_for_writing_to_the_record_count(self):
        """Whoever may write to partners, but by a rule not to this one, only reads."""
        document = self._drop()
        self.managers_rule.perm_write = False
        self.assertTrue(self._reads(self.partners, document))
        for act in (
            lambda: self._check_in(document, b"x", self.partners),
            lambda: document.with_user(self.partners).action_trash(),
            lambda: document.with_user(self.partners).write({"name": "x"}),
        ):
            with self.assertRaises(UserError):
                act()

    def test_an_archived_record_keeps_its_documents(self):
        document = self._drop()
        self.record.active = False
        self.assertTrue(self._reads(self.partners, document))
        self._check_in(document, b"changed", self.partners)
        self.assertFalse(self._reads(self.outsider, document))

    def test_who_links(self):
        """An editor of the document who can also change the record, and nobody else."""
        document = self._published()
        for user in (self.editor, self.reader, self.outsider, self.partners, self.portal):
            with self.assertRaises(UserError, msg=user.login):
                self.links.with_user(user).link(document.ids, "res.partner", self.record.id)
        self.reader.group_ids += self.env.ref("base.group_partner_manager")
        with self.assertRaises(UserError):
            self.links.with_user(self.reader).link(document.ids, "res.partner", self.record.id)
        self.assertFalse(self._reads(self.partners, document))
        self.editor.group_ids += self.env.ref("base.group_partner_manager")
        self.links.with_user(self.editor).link(document.ids, "res.partner", self.record.id)
        self.assertTrue(self._reads(self.partners, document))
        with self.assertRaises(UserError):
            self._check_in(document, b"x", self.partners)

    def test_who_drops_first_owns_nothing_more(self):
        """The place that is made for documents of records belongs to administrators."""
        self.env["ir.model.data"].search([("name", "=", "folder_records")]).unlink()
        self.env["collab.document.place"].search([]).unlink()
        document = self._drop()
        for folder in (document.folder_id, document.folder_id.parent_id):
            for user in (self.partners, self.outsider):
                self.assertFalse(folder.with_user(user).sudo().role, user.login)
            self.assertEqual(folder.with_user(self.admin).sudo().role, "owner")
        self.assertFalse(self._reads(self.outsider, document))

    def test_merged_records(self):
        """Documents of a contact that is merged into another are those of the other."""
        other = self.env["res.partner"].create({"name": "ACME too"})
        document, of_both = self._drop(), self._drop(name="both.txt", content=b"both")
        self.links._link(of_both, other)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.record | other).ids, dst_partner=other
        )
        self.assertFalse(self.record.exists())
        self.assertEqual((document | of_both).sudo().link_ids.mapped("res_id"), [other.id] * 2)
        self.assertTrue(self._reads(self.partners, document))
        for one in (document, of_both):
            self._check_in(one, f"changed {one.id}".encode(), self.partners)

    def test_drafts_stay_hidden(self):
        self.editor.group_ids += self.env.ref("base.group_partner_manager")
        document = self._add()
        self.links.with_user(self.editor).link(document.ids, "res.partner", self.record.id)
        self.assertFalse(self._reads(self.partners, document))
        document.with_user(self.editor).action_publish()
        self.assertTrue(self._reads(self.partners, document))
        self._check_in(document, b"draft")
        self.assertEqual(document.with_user(self.partners).number, "1.0")

    def test_taken_off(self):
        self.editor.group_ids += self.env.ref("base.group_partner_manager")
        document = self._published()
        self.links.with_user(self.editor).link(document.ids, "res.partner", self.record.id)
        link = document.sudo().link_ids
        for user in (self.partners, self.outsider, self.portal):
            with self.assertRaises(UserError, msg=user.login):
                link.with_user(user).action_unlink()
        link.with_user(self.editor).action_unlink()
        self.assertFalse(self._reads(self.partners, document))
        self.assertTrue(document.exists())

    def test_links_show_both_ends_or_nothing(self):
        """Who reads the document learns nothing of a record that they cannot read."""
        self.editor.group_ids += self.env.ref("base.group_partner_manager")
        document = self._published()
        self.links.with_user(self.editor).link(document.ids, "res.partner", self.record.id)
        self.assertFalse(
            self.links.with_user(self.reader).search([("document_id", "=", document.id)])
        )
        self.assertFalse(document.with_user(self.reader).details()["links"])
        self.assertEqual(document.with_user(self.editor).details()["links"][0]["res_name"], "ACME")

    def test_links_are_sealed(self):
        document = self._drop()
        link = document.sudo().link_ids
        for act in (
            lambda: link.write({"role": "editor", "res_id": 1}),
            lambda: link.unlink(),
            lambda: self.links.create(
                {"document_id": document.id, "res_model": "res.partner", "res_id": 1}
            ),
        ):
            with self.assertRaises(GuardError):
                act()

    def test_what_documents_are_not_linked_to(self):
        document = self._published()
        for model, res_id in (
            ("ir.attachment", 1),
            ("ir.rule", 1),
            ("collab.document", document.id),
            ("collab.folder", self.folder.id),
            ("res.config.settings", 1),
            ("mail.thread", 1),
            ("mail.message", self.record.message_ids[:1].id),
            ("mail.activity", 1),
            ("no.such.model", 1),
            (None, 1),
            (["res.partner"], 1),
            ("res.partner", 10**8),
            ("res.partner", "1; DROP"),
        ):
            with self.assertRaises(UserError, msg=model):
                self.links.with_user(self.admin).link(document.ids, model, res_id)

    def test_records_whose_rights_rest_on_those_of_documents(self):
        """Neither asks the other for ever."""
        document = self._published()
        message = document.with_user(self.editor).message_post(body="x")
        unsealed(self.links).create(
            {"document_id": document.id, "res_model": "mail.message", "res_id": message.id}
        )
        self.env.registry.clear_cache()
        for user in (self.reader, self.editor, self.outsider):
            self.assertEqual(self._reads(user, document), user != self.outsider)
            self.env["mail.message"].with_user(user).search([("id", "=", message.id)])
        self.assertTrue(self.links.with_user(self.editor).search([]))
        document.sudo().link_ids.with_user(self.editor).action_unlink()

    def test_a_document_is_not_carried_off_by_the_record(self):
        """Whoever changes a document by a record may not move it out of its folder."""
        document = self._drop()
        own = self.folders.create(
            {
                "name": "Own",
                "access_ids": [Command.create({"user_id": self.outsider.id, "role": "owner"})],
            }
        )
        self.outsider.group_ids += self.env.ref("base.group_partner_manager")
        with self.assertRaises(UserError):
            document.with_user(self.outsider).write({"folder_id": own.id})

    def test_record_that_is_gone(self):
        document = self._drop()
        self.record.unlink()
        self.assertFalse(self._reads(self.outsider, document))
        self.assertTrue(self._reads(self.admin, document))

    def test_of_record(self):
        document = self._drop()
        answer = self.documents.with_user(self.partners).of_record("res.partner", self.record.id)
        self.assertEqual((answer["count"], answer["can_add"]), (1, True))
        self.assertEqual(answer["documents"][0]["id"], document.id)
        with self.assertRaises(AccessError):
            self.documents.with_user(self.outsider).of_record("res.partner", self.record.id)

    def test_attachments_are_taken(self):
        attach = self.env["ir.attachment"].create
        base = {"res_model": "res.partner", "res_id": self.record.id}
        first = attach(base | {"name": "a.txt", "raw": b"first"})
        attach(base | {"name": "b.txt", "raw": b"second"})
        documents = self.documents.with_user(self.partners)
        self.assertEqual(documents.of_record("res.partner", self.record.id)["attachments"], 2)
        taken = documents.browse(
            documents.take_attachments("res.partner", self.record.id, first.ids)
        )
        self.assertEqual(taken.name, "a.txt")
        self.assertEqual(taken.version_id.origin, "taken")
        self.assertEqual(documents.of_record("res.partner", self.record.id)["attachments"], 1)
        with self.assertRaises(AccessError):
            self.documents.with_user(self.outsider).take_attachments("res.partner", self.record.id)
        documents.take_attachments("res.partner", self.record.id)
        with self.assertRaises(UserError):
            documents.take_attachments("res.partner", self.record.id)

    def test_foreign_attachments_are_not_taken(self):
        secret = self.env["ir.attachment"].create({"name": "s.txt", "raw": b"secret"})
        documents = self.documents.with_user(self.partners)
        with self.assertRaises(UserError):
            documents.take_attachments("res.partner", self.record.id, secret.ids)

    def test_portal(self):
        portal = new_test_user(self.env, "doc_portal2", groups="base.group_portal")
        self.record.user_ids = portal
        document = self._drop()
        self.assertFalse(document.with_user(portal).has_access("read"))
        with self.assertRaises(AccessError):
            self.documents.with_user(portal).of_record("res.partner", self.record.id)

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import DocumentCase


@tagged("post_install", "-at_install")
class TestEvent(DocumentCase):
    """What has happened to a document is told to its editors, without names they may not see."""

    def _told(self, user, kind, document):
        events = document.with_user(user).details()["events"]
        return [event["note"] for event in events if event["kind"] == kind]

    def test_names_are_for_those_who_may_see_them(self):
        hidden = self.folders.create(
            {
                "name": "Hidden",
                "access_ids": [Command.create({"user_id": self.owner.id, "role": "owner"})],
            }
        )
        document = self._published(folder=hidden, user=self.owner)
        document.with_user(self.owner).write({"folder_id": self.folder.id})
        self.env["collab.document.hold"].with_user(self.admin).create(
            {"name": "Investigation", "document_ids": [Command.link(document.id)]}
        )
        partner = self.env["res.partner"].create({"name": "Secret project"})
        self.env["ir.rule"].create(
            {
                "name": "hidden",
                "model_id": self.env.ref("base.model_res_partner").id,
                "domain_force": f"[('id', '!=', {partner.id})]",
                "groups": [Command.link(self.env.ref("base.group_user").id)],
            }
        )
        self.env["collab.document.link"].link(document.ids, "res.partner", partner.id)
        for kind, name in (
            ("moved", "Hidden"),
            ("held", "Investigation"),
            ("linked", "Secret project"),
        ):
            self.assertEqual(self._told(self.editor, kind, document), [False], kind)
            event = self.env["collab.document.event"].search(
                [("document_id", "=", document.id), ("kind", "=", kind)]
            )
            self.assertEqual(event.with_user(self.auditor).about, name)
            for names in (["about"], ["about_model"], ["about_id"]):
                with self.assertRaises(AccessError):
                    event.with_user(self.editor).read(names)
        self.assertEqual(self._told(self.owner, "moved", document), ["Hidden"])
        self.assertEqual(self._told(self.admin, "held", document), ["Investigation"])

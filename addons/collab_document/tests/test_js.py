from odoo import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.collab_base.tests.hoot import HootCase


@tagged("post_install", "-at_install")
class TestJs(HootCase):
    def test_unit_tests(self):
        """Folders, panel, uploads and comparing with made-up answers, in the browser."""
        self.run_hoot("collab_document")

    def test_tour(self):
        """An editor adds a file, adds a version of it, publishes it and moves it."""
        user = new_test_user(self.env, "documents_user", groups="base.group_user")
        folders = self.env["collab.folder"].create(
            [
                {
                    "name": name,
                    "is_controlled": True,
                    "access_ids": [Command.create({"user_id": user.id, "role": "editor"})],
                }
                for name in ("Tour Inbox", "Tour Archive")
            ]
        )
        self.start_tour("/odoo/collab-documents", "collab_document_tour", login=user.login)
        document = self.env["collab.document"].search([("folder_id", "in", folders.ids)])
        self.assertEqual(document.name, "tour.txt")
        self.assertEqual(document.folder_id.name, "Tour Archive")
        self.assertEqual(
            document.version_ids.sorted("id").mapped(lambda v: (v.number, v.note or "")),
            [("0.1", ""), ("0.2", "More of it"), ("1.0", "For all")],
        )
        self.assertEqual(document.owner_id, user)

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.web.tests.test_js import unit_test_error_checker


@tagged("post_install", "-at_install")
class TestJs(HttpCase):
    def test_unit_tests(self):
        """Folders, panel, uploads and comparing with made-up answers, in the browser."""
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"
            f"&id={self._hoot_id('@collab_document')}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=unit_test_error_checker,
        )

    def _hoot_id(self, name):
        """Return the id of a suite: Hoot hashes its name."""
        value = 0
        for char in name:
            value = ((value << 5) - value + ord(char)) & 0xFFFFFFFF
        return f"{value:08x}"

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

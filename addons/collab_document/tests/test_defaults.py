from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.collab_document.models.collab_document_versioned import File

from .common import DocumentCase


@tagged("post_install", "-at_install")
class TestDefaults(DocumentCase):
    """Nobody writes by a default what they may not write: in the context, or of their own."""

    def _default(self, user, model, name, value):
        self.env["ir.default"].with_user(user).set(model, name, value, user_id=True)

    def test_documents_have_no_defaults_of_people(self):
        secret = self._published("secret.txt", b"secret", user=self.owner)
        old = secret.sudo().published_id
        self._check_in(secret, b"newer", publish=True)
        values = {
            "published_id": old.id,
            "latest_id": old.id,
            "checkout_user_id": self.editor.id,
            "trashed_with_id": self.folder.id,
        }
        for name, value in values.items():
            self._default(self.contributor, "collab.document", name, value)
        context = {f"default_{name}": value for name, value in values.items()}
        folder = self.folder.with_user(self.contributor)
        for content, model in (
            (b"a", self.documents.with_user(self.contributor)),
            (b"b", self.documents.with_user(self.contributor).sudo().with_context(**context)),
        ):
            document = model.add_files(folder, [File("x.txt", content)]).sudo()
            self.assertFalse(document.published_id)
            self.assertFalse(document.checkout_user_id)
            self.assertFalse(document.trashed_with_id)
            self.assertNotEqual(document.latest_id, old)
        self.assertFalse(old.with_user(self.contributor).can_read)

    def test_folders_deviate_by_no_default(self):
        """An editor does not cut a folder by a default, nor make one where they may not."""
        maker = self._user("doc_maker2", "collab_base.group_collab_process_owner")
        below = {"name": "X", "parent_id": self.folder.id}
        for user, values, context in (
            (self.editor, below, {"default_inherit_access": False}),
            (self.editor, below, {"default_keep_days": 9}),
            (maker, {"name": "X"}, {"default_parent_id": self.folder.id}),
        ):
            with self.assertRaises(AccessError, msg=context), self.cr.savepoint():
                self.folders.with_user(user).with_context(**context).create(values)
        self._default(self.editor, "collab.folder", "inherit_access", False)
        with self.assertRaises(AccessError), self.cr.savepoint():
            self.folders.with_user(self.editor).create(below)

    def test_names_of_folders_are_not_told(self):
        for model, name in (("collab.folder", "parent_id"), ("collab.folder.access", "folder_id")):
            model = self.env[model].with_user(self.outsider)
            model = model.with_context(**{f"default_{name}": self.folder.id})
            with self.assertRaises(AccessError):
                model.onchange({}, [], {name: {"fields": {"display_name": {}}}})

    def test_a_favourite_is_no_change(self):
        document = self._published()
        self.env.flush_all()
        before = (document.write_uid, document.write_date)
        document.with_user(self.owner).toggle_favorite()
        self.env.flush_all()
        document.invalidate_recordset()
        self.assertEqual((document.write_uid, document.write_date), before)
        self.assertTrue(document.with_user(self.owner).is_favorite)
        self.assertFalse(document.with_user(self.reader).is_favorite)
        document.with_user(self.owner).toggle_favorite()
        self.assertFalse(document.with_user(self.owner).is_favorite)
        with self.assertRaises(AccessError):
            document.with_user(self.outsider).toggle_favorite()

    def test_whose_favourites_they_are(self):
        document = self._published()
        document.with_user(self.owner).toggle_favorite()
        documents = self.documents.with_user(self.reader)
        with self.assertRaises(AccessError):
            documents.formatted_read_group([], ["favorite_user_ids"], ["__count"])
        self.assertTrue(documents.formatted_read_group([], ["tag_ids"], ["__count"]))

    def test_places_are_said_by_administrators(self):
        """Whoever has a role in the folder reads what is added to records they may not see."""
        maker = self._user("doc_maker3", "collab_base.group_collab_process_owner")
        model = self.env["ir.model"]._get("res.company")
        places = self.env["collab.document.place"]
        place = places.with_user(self.admin).create(
            {"model_id": model.id, "folder_id": self.folder.id}
        )
        own = self.folders.with_user(maker).create({"name": "Own"})
        other = self.env["ir.model"]._get("res.partner")
        for act in (
            lambda: places.with_user(maker).create({"model_id": other.id, "folder_id": own.id}),
            lambda: place.with_user(maker).write({"folder_id": own.id}),
            lambda: place.with_user(maker).unlink(),
        ):
            with self.assertRaises(AccessError), self.cr.savepoint():
                act()

    def test_uploads_are_refused_before_there_are_bytes(self):
        uploads = self.env["collab.upload"]
        for user, size, error in (
            (self.portal, 1, AccessError),
            (self.editor, 1 << 50, UserError),
        ):
            with self.assertRaises(error):
                uploads.with_user(user)._receive("k", b"x", 0, size)

from unittest.mock import patch

from lxml import etree

from odoo.tests import Form, tagged

from odoo.addons.collab_document.models.collab_document_versioned import File

from .common import DocumentCase

WIDGET = "//widget[@name='collab_documents']"


@tagged("post_install", "-at_install")
class TestRecord(DocumentCase):
    """Documents on the forms of records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.record = cls.env["res.partner"].create({"name": "ACME"})

    def _arch(self, model_name, user=None, view=None, view_type="form"):
        model = self.env[model_name].with_user(user or self.reader)
        return etree.fromstring(model.get_view(view and view.id, view_type)["arch"])

    def _view(self, arch, model_name="res.partner"):
        return self.env["ir.ui.view"].create({"name": "x", "model": model_name, "arch": arch})

    def test_button_in_the_box(self):
        arch = self._arch("res.partner", self.admin)
        self.assertEqual(len(arch.xpath(WIDGET)), 1)
        self.assertEqual(arch.xpath(WIDGET)[0].getparent().get("name"), "button_box")

    def test_a_box_is_made(self):
        view = self._view("<form><sheet><group><field name='name'/></group></sheet></form>")
        [widget] = self._arch("res.partner", view=view).xpath(WIDGET)
        box = widget.getparent()
        self.assertEqual(box.get("name"), "button_box")
        self.assertEqual(box.getparent().tag, "sheet")
        self.assertEqual(box.getparent().index(box), 0)

    def test_lines_keep_their_forms(self):
        view = self._view(
            "<form><sheet><field name='child_ids'><form><sheet><div name='button_box'/>"
            "<field name='name'/></sheet></form></field></sheet></form>"
        )
        arch = self._arch("res.partner", view=view)
        self.assertEqual(len(arch.xpath(WIDGET)), 1)
        self.assertFalse(arch.xpath("//field//widget[@name='collab_documents']"))

    def test_without_a_sheet(self):
        view = self._view("<form><field name='name'/></form>")
        self.assertFalse(self._arch("res.partner", view=view).xpath(WIDGET))

    def test_a_partner_has_placed_it(self):
        view = self._view(
            "<form><sheet><div name='button_box'/><field name='name'/>"
            "<footer><widget name='collab_documents'/></footer></sheet></form>"
        )
        [widget] = self._arch("res.partner", view=view).xpath(WIDGET)
        self.assertEqual(widget.getparent().tag, "footer")

    def test_nothing_for_those_without_documents(self):
        view = self._view("<form><sheet><field name='name'/></sheet></form>")
        for user in (self.portal, self.env.ref("base.public_user")):
            record = self.env["res.partner"].with_user(user).sudo()
            arch = etree.fromstring(record.get_view(view.id)["arch"])
            self.assertFalse(arch.xpath(WIDGET), user.login)
        self.assertTrue(self._arch("res.partner", view=view).xpath(WIDGET))

    def test_not_on_what_has_no_documents(self):
        for model_name in (
            "collab.document",
            "collab.folder",
            "ir.cron",
            "res.config.settings",
            "base.language.install",
        ):
            with self.subTest(model=model_name):
                arch = self._arch(model_name, self.env.ref("base.user_root"))
                self.assertFalse(arch.xpath(WIDGET))
                self.assertFalse(self.env["collab.document.link"]._is_linkable(model_name))

    def test_what_can_be_linked(self):
        link = self.env["collab.document.link"]
        self.assertTrue(link._is_linkable("res.partner"))
        for model_name in ("base", "mail.thread", "no.such.model", "ir.attachment"):
            self.assertFalse(link._is_linkable(model_name), model_name)
        for model in self.env.values():
            if type(model)._table_query is not None:
                self.assertFalse(link._is_linkable(model._name), model._name)

    def test_lists_stay(self):
        self.assertNotIn(
            "collab_documents", etree.tostring(self._arch("res.partner", view_type="list")).decode()
        )

    def test_forms_are_decorated_once(self):
        """It costs when a form is built, and not when it is opened."""
        model = self.env["res.partner"].with_user(self.admin)
        model.get_view()
        guard = type(self.env["collab.guard"])
        with patch.object(guard, "_decorate_form", side_effect=AssertionError):
            model.get_view()

    def test_the_form_works(self):
        with Form(self.env["res.partner"].with_user(self.env.ref("base.user_admin"))) as form:
            form.name = "New"
        self.assertEqual(form.record.name, "New")

    # -- what the button asks ---------------------------------------------------

    def test_listed(self):
        manager = self._user("doc_manager", "base.group_partner_manager")
        documents = self.documents.with_user(manager)
        [document] = documents.add_to_record("res.partner", self.record.id, [File("a.txt", b"one")])
        shown = documents.of_record("res.partner", self.record.id)
        self.assertEqual((shown["count"], shown["can_add"], shown["attachments"]), (1, True, 0))
        [line] = shown["documents"]
        self.assertEqual(line["name"], "a.txt")
        self.assertEqual(line["version_id"], document.version_id.id)
        self.assertEqual((line["icon"], line["preview"]), ("text", "text"))
        self.assertTrue(line["can_edit"])
        self.assertEqual(
            self.env["collab.document.link"].browse(line["link_id"]).res_id, self.record.id
        )
        # who only reads the record
        shown = self.documents.with_user(self.reader).of_record("res.partner", self.record.id)
        self.assertFalse(shown["can_add"])
        self.assertFalse(shown["documents"][0]["can_edit"])

    def test_link_of_this_record(self):
        """The link that is taken off is the one to the record that is looked at."""
        other = self.env["res.partner"].create({"name": "Other"})
        documents = self.documents.with_user(self.env.ref("base.user_admin"))
        [document] = documents.add_to_record("res.partner", other.id, [File("a.txt", b"one")])
        links = self.env["collab.document.link"].with_user(self.env.ref("base.user_admin"))
        links._link(document, self.record)
        [line] = documents.of_record("res.partner", self.record.id)["documents"]
        links.browse(line["link_id"]).action_unlink()
        self.assertEqual(document.link_ids.mapped("res_id"), [other.id])

    def test_cost(self):
        manager = self._user("doc_manager", "base.group_partner_manager")
        documents = self.documents.with_user(manager)

        def ask():
            documents.of_record("res.partner", self.record.id)

        documents.add_to_record("res.partner", self.record.id, [File("a.txt", b"one")])
        ask()
        few = self._count(ask)
        documents.add_to_record(
            "res.partner", self.record.id, [File(f"{n}.txt", b"%d" % n) for n in range(20)]
        )
        self.assertEqual(self._count(ask), few)

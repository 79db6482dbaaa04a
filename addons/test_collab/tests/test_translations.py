import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_path
from odoo.tools.translate import TranslationModuleReader


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    def test_everything_is_in_chinese(self):
        """Every term that Odoo would export of our addons has its Chinese."""
        modules = self.env["ir.module.module"].search(
            [("name", "=like", "collab\\_%"), ("state", "=", "installed")]
        )
        for name in modules.mapped("name"):
            with self.subTest(module=name):
                chinese = polib.pofile(file_path(f"{name}/i18n/zh_CN.po"))
                known = {entry.msgid for entry in chinese if entry.msgstr and not entry.fuzzy}
                terms = {row[4] for row in TranslationModuleReader(self.env.cr, [name])}
                self.assertFalse(sorted(terms - known), "terms without Chinese")

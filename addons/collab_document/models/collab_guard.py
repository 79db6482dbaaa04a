from lxml import etree

from odoo import api, models

#: What is added to forms
WIDGET = "collab_documents"


class CollabGuard(models.AbstractModel):
    _inherit = "collab.guard"

    @api.model
    def _collab_guards(self):
        return super()._collab_guards() + self.env["collab.document.keeper"]._guards()

    @api.model
    def _decorate_form(self, model_name, arch):
        """Add the button "Documents" to the forms of all records that can have some."""
        super()._decorate_form(model_name, arch)
        if arch.tag != "form" or not self.env["collab.document.link"]._is_linkable(model_name):
            return
        if arch.xpath(f"//widget[@name='{WIDGET}']"):
            return
        sheets = arch.xpath("//sheet[not(ancestor::field)]")
        if not sheets:
            return
        boxes = arch.xpath("//div[@name='button_box'][not(ancestor::field)]")
        box = boxes[0] if boxes else self._make_button_box(sheets[0])
        # for those who have the right to documents at all; others, portal users of shared
        # projects among them, may not even have the code of the widget
        etree.SubElement(box, "widget", name=WIDGET, groups="collab_base.group_collab_user")

    @api.model
    def _make_button_box(self, sheet):
        box = etree.Element("div", {"class": "oe_button_box", "name": "button_box"})
        sheet.insert(0, box)
        return box

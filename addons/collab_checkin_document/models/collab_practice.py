import re

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.collab_document.models.collab_document_versioned import File

#: What a name would be cut at
SLASHES = re.compile(r"[/\\]")
#: Characters of a title that make the name
LENGTH = 120
#: A text as a file of its own, for browsers and word processors
PAGE = Markup(
    '<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>%(title)s</title></head>'
    "<body><h1>%(title)s</h1><p>%(person)s</p><h2>%(done)s</h2>%(story)s%(how)s</body></html>\n"
)


class CollabPractice(models.Model):
    _inherit = "collab.practice"

    has_documents = fields.Boolean(compute="_compute_has_documents")

    def _compute_has_documents(self):
        links = self.env["collab.document.link"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        )
        linked = set(links.mapped("res_id"))
        for practice in self:
            practice.has_documents = practice.id in linked

    def action_publish(self):
        """Ask in which folder its documents go."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Publish"),
            "res_model": "collab.practice.publishing",
            "view_mode": "form",
            "target": "new",
            "context": {"default_practice_id": self.id},
        }

    def _file(self, folder):
        """Put what the practice says, and its files, into a folder, as the current user, and link
        them to it: whoever reads the practice reads them.

        Who has published it before has done so; nothing of it has changed since.
        """
        documents = self.env["collab.document"]
        links = self.env["collab.document.link"]
        name = documents._checked_name(f"{SLASHES.sub('-', self.title)[:LENGTH]}.html")
        domain = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        if not links.sudo().search_count([*domain, ("document_id.name", "=", name)], limit=1):
            text = documents.add_files(folder, [File(name, self._page().encode())], origin="taken")
            links.link(text.ids, self._name, self.id)
        if documents._attachments_of(self, count=True):
            documents.take_attachments(self._name, self.id, folder_id=folder.id)

    def _page(self):
        how = Markup("<h2>%s</h2>%s") % (
            self._fields["how"]._description_string(self.env),
            self.how,
        )
        return PAGE % {
            "title": self.title,
            "person": self.person_id.sudo().name,
            "done": self._fields["story"]._description_string(self.env),
            "story": self.story,
            "how": how if self.how else "",
        }

    def action_use_documents(self):
        """Download the document of the practice, or open them if there are several."""
        self.ensure_one()
        domain = [("link_ids", "any", [("res_model", "=", self._name), ("res_id", "=", self.id)])]
        documents = self.env["collab.document"].search(domain)
        if not documents:
            raise UserError(self.env._("Its documents are not there any more."))
        if len(documents) == 1:
            return {
                "type": "ir.actions.act_url",
                "url": f"/collab/document/{documents.id}/file?download=1",
                "target": "download",
            }
        return self.env["ir.actions.act_window"]._for_xml_id(
            "collab_document.collab_document_action"
        ) | {"name": self.title, "domain": domain, "context": {}, "path": False}

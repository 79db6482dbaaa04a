from odoo import models
from odoo.exceptions import AccessError, UserError


class CollabDocumentAbout(models.AbstractModel):
    """What is about a document, in the field ``document_id``, and leads to it."""

    _name = "collab.document.about"
    _description = "About a Document"

    def action_open_document(self):
        """Return the action that shows the document."""
        self.ensure_one()
        if self.has_access("read"):
            if not self.document_id:
                raise UserError(self.env._("This document was deleted for good."))
            if self.document_id.has_access("read"):
                return {
                    "type": "ir.actions.act_window",
                    "res_model": "collab.document",
                    "res_id": self.document_id.id,
                    "views": [(False, "form")],
                    "target": "current",
                }
        raise AccessError(
            self.env._("This document is not there any more, or you have lost access to it.")
        )

from odoo import models


class MailAlias(models.Model):
    _inherit = "mail.alias"

    def _get_alias_contact_description(self):
        if self.alias_model_id.model == "collab.folder":
            return self.env._("people who may add documents to this folder")
        return super()._get_alias_contact_description()

from odoo import models

from ..own import is_own

#: What says which record an activity is about
ABOUT = frozenset({"res_model", "res_model_id", "res_id"})


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def write(self, vals):
        result = super().write(vals)
        if not (self.env.su or ABOUT.isdisjoint(vals)):
            # Odoo asks for the record that it was about
            for model_name, activities in self.grouped("res_model").items():
                if is_own(model_name):
                    self.env[model_name].browse(
                        filter(None, activities.mapped("res_id"))
                    ).check_access("read")
        return result

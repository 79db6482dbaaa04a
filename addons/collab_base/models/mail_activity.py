from odoo import models

#: What says which record an activity is about
ABOUT = frozenset({"res_model", "res_model_id", "res_id"})


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def write(self, vals):
        result = super().write(vals)
        if not (self.env.su or ABOUT.isdisjoint(vals)):
            # Odoo asks for the record that it was about
            for activity in self:
                if (activity.res_model or "").startswith("collab."):
                    self.env[activity.res_model].browse(activity.res_id).check_access("read")
        return result

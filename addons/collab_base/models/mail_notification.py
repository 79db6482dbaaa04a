from odoo import models


class MailNotification(models.Model):
    """Who was notified of a message reads it: Odoo lets administrators say so of any."""

    _inherit = "mail.notification"

    def write(self, vals):
        result = super().write(vals)
        if "mail_message_id" in vals and not self.env.su and self.mail_message_id._collab_hidden():
            raise self.env["mail.message"]._collab_not_yours()
        return result

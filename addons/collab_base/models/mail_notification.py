from odoo import models

from ..own import hidden


class MailNotification(models.Model):
    """Who was notified of a message reads it: Odoo lets administrators say so of any."""

    _inherit = "mail.notification"

    def write(self, vals):
        result = super().write(vals)
        if "mail_message_id" in vals and not self.env.su and hidden(self.mail_message_id):
            raise self.env["mail.message"]._collab_not_yours()
        return result

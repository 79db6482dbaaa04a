from odoo import models


class MailNotification(models.Model):
    """Who was notified of a message reads it: Odoo lets administrators say so of any."""

    _inherit = "mail.notification"

    def write(self, vals):
        if "mail_message_id" in vals and not self.env.su:
            message = self.env["mail.message"].browse(vals["mail_message_id"])
            message._collab_own().check_access("read")
        return super().write(vals)

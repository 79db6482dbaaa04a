from odoo import models

from ..own import is_own


class MailScheduledMessage(models.Model):
    _inherit = "mail.scheduled.message"

    def unlink(self):
        # Odoo lets whoever may write in a conversation take out what others are about to say
        if not self.env.su and any(
            is_own(one.model) and one.create_uid != self.env.user for one in self.sudo()
        ):
            raise self.env["mail.message"]._collab_not_yours()
        return super().unlink()

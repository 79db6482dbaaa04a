from odoo import models

from ..own import is_own


class MailScheduledMessage(models.Model):
    _inherit = "mail.scheduled.message"

    def unlink(self):
        if not self.env.su:
            self._collab_check_author()
        return super().unlink()

    def _collab_check_author(self):
        """Raise an error if others are about to say one of these, in a conversation of Collab."""
        if any(is_own(one.model) and one.create_uid != self.env.user for one in self.sudo()):
            raise self.env["mail.message"]._collab_not_yours()

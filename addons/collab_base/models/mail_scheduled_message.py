from odoo import models

from ..own import hidden, is_own


class MailScheduledMessage(models.Model):
    _inherit = "mail.scheduled.message"

    def _check_access(self, operation):
        # Odoo guards those that are searched for, and not those that are named: by their files
        result = super()._check_access(operation)
        barred, error = result or (self.browse(), None)
        unread = hidden(self - barred)
        if not unread:
            return result
        rule = self.env["ir.rule"]
        return barred | unread, error or (lambda: rule._make_access_error(operation, unread))

    def unlink(self):
        if not self.env.su:
            self._collab_check_author()
        return super().unlink()

    def _collab_check_author(self):
        """Raise an error if others are about to say one of these, in a conversation of Collab."""
        if any(is_own(one.model) and one.create_uid != self.env.user for one in self.sudo()):
            raise self.env["mail.message"]._collab_not_yours()

from odoo import api, models

from ..own import is_own


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.depends_context("uid")
    def _compute_display_name(self):
        # it is the subject: what a record is called
        hidden = self.browse()
        if not self.env.user._is_system():
            hidden = self.filtered(lambda mail: is_own(mail.sudo().model))
        hidden.display_name = False
        return super(MailMail, self - hidden)._compute_display_name()

from odoo import models

from ..own import is_own


class MailComposeMessage(models.TransientModel):
    """Mail about many records is made as superuser: Odoo hopes that rendering it asks for them."""

    _inherit = "mail.compose.message"

    def _prepare_mail_values(self, res_ids):
        if not is_own(self.model):
            return super()._prepare_mail_values(res_ids)
        records = self.env[self.model].browse(res_ids)
        records.check_access("read")
        values = super()._prepare_mail_values(res_ids)
        if not self.env["mail.message"]._collab_speaks_for_all():
            author = self.env.user.partner_id
            for mail in values.values():
                mail |= {"author_id": author.id, "email_from": author.email_formatted}
        return values

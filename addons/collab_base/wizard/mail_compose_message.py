from odoo import api, models

from ..own import is_own


class MailComposeMessage(models.TransientModel):
    """Mail about many records is made as superuser: Odoo hopes that rendering it asks for them."""

    _inherit = "mail.compose.message"

    @api.model_create_multi
    def create(self, vals_list):
        composers = super().create(vals_list)
        composers._collab_check_answered()
        return composers

    def write(self, vals):
        result = super().write(vals)
        if "parent_id" in vals:
            self._collab_check_answered()
        return result

    def _collab_check_answered(self):
        """Raise an error if what one of them answers, whose subject it takes over, is nothing that
        the current user may read."""
        if not self.env.su:
            self.sudo().parent_id.sudo(False)._collab_check_heard()

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

from odoo import api, models


class MailTrackingValue(models.Model):
    """What was changed in Collab, and by whom, stays on record, whoever may do what in Odoo."""

    _inherit = "mail.tracking.value"

    @api.model_create_multi
    def create(self, vals_list):
        values = super().create(vals_list)
        values._collab_check_no_record()
        return values

    def write(self, vals):
        self._collab_check_no_record()
        result = super().write(vals)
        # they may be of another message now
        self._collab_check_no_record()
        return result

    def unlink(self):
        self._collab_check_no_record()
        return super().unlink()

    def _collab_check_no_record(self):
        if not self.env.su:
            self.mail_message_id._collab_own()._collab_check_no_record()

from odoo import api, models
from odoo.exceptions import AccessError

#: What says who speaks
SPEAKER = frozenset({"author_id", "email_from"})


class MailMessage(models.Model):
    """In conversations of Collab people speak for themselves, and what was changed stays noted."""

    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        if not self._collab_speaks_for_all():
            author = self.env.user.partner_id
            own = {"author_id": author.id, "email_from": author.email_formatted}
            vals_list = [
                vals | own if str(vals.get("model") or "").startswith("collab.") else vals
                for vals in vals_list
            ]
        return super().create(vals_list)

    def write(self, vals):
        if not (SPEAKER.isdisjoint(vals) or self._collab_speaks_for_all()) and self._collab_own():
            raise AccessError(self.env._("In this conversation people speak for themselves."))
        return super().write(vals)

    def unlink(self):
        self._collab_check_no_record()
        return super().unlink()

    def _collab_check_no_record(self):
        if not self.env.su and self._collab_own().sudo().tracking_value_ids:
            raise AccessError(self.env._("What was changed, and by whom, stays on record."))

    @api.model
    def _collab_speaks_for_all(self):
        return self.env.su or self.env.user._is_system()

    def _collab_own(self):
        return self.filtered(lambda message: (message.sudo().model or "").startswith("collab."))

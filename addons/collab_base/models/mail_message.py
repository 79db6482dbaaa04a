from odoo import api, models
from odoo.exceptions import AccessError

from ..own import is_own

#: What says who speaks, and how: not even their own do people change afterwards
SPEAKER = frozenset({"author_id", "author_guest_id", "email_from", "message_type", "date"})
#: What anybody does with a message, without changing what was said
MARKS = frozenset({"notification_ids", "pinned_at", "reaction_ids", "starred_partner_ids"})


class MailMessage(models.Model):
    """In conversations of Collab people speak for themselves, and what was changed stays noted.

    Odoo lets whoever may change a record rewrite what others have said about it.
    """

    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        if not self._collab_speaks_for_all():
            author = self.env.user.partner_id
            own = {"author_id": author.id, "email_from": author.email_formatted}
            # defaults come from the context, and from people
            usual = self.default_get(["model"]).get("model")
            vals_list = [
                vals | own if is_own(vals.get("model", usual)) else vals for vals in vals_list
            ]
        return super().create(vals_list)

    def write(self, vals):
        if not (self.env.su or MARKS.issuperset(vals)):
            self._collab_own()._collab_check_said(vals)
        return super().write(vals)

    def unlink(self):
        if not self.env.su:
            self._collab_own()._collab_check_no_record()
        return super().unlink()

    def _collab_check_said(self, vals):
        """Raise an error if the current user may not write `vals` to the messages."""
        self._collab_check_no_record()
        others = self.sudo().filtered(lambda m: m.author_id != self.env.user.partner_id)
        if others or (self and not SPEAKER.isdisjoint(vals)):
            raise AccessError(self.env._("In this conversation people speak for themselves."))

    def _collab_check_no_record(self):
        if self.sudo().tracking_value_ids:
            raise AccessError(self.env._("What was changed, and by whom, stays on record."))

    @api.model
    def _collab_speaks_for_all(self):
        return self.env.su or self.env.user._is_system()

    def _collab_own(self):
        """Return those of the messages that are in a conversation of Collab."""
        return self.filtered(lambda message: is_own(message.sudo().model))

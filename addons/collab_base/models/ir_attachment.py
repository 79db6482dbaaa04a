from odoo import SUPERUSER_ID, models

from ..own import is_own


class IrAttachment(models.Model):
    """What was sent with a message in a conversation of Collab is of whoever has said it, and read
    by whoever reads the conversation."""

    _inherit = "ir.attachment"

    def write(self, vals):
        if not self.env.su:
            self._collab_check_said()
        return super().write(vals)

    def unlink(self):
        if not self.env.su:
            self._collab_check_said()
        return super().unlink()

    def _delete_and_notify(self, message=None):
        # by the routes of the web client, as superuser
        self._collab_check_said()
        return super()._delete_and_notify(message)

    def _collab_check_said(self):
        """Raise an error if a file is of what another has said, whoever reads as superuser."""
        messages = self.env["mail.message"]
        if not self.pool.ready or self.env.uid == SUPERUSER_ID or messages._collab_clears():
            return
        others = self.sudo().filtered(lambda one: one.create_uid != self.env.user)
        said = others and messages.sudo().search([("attachment_ids", "in", others.ids)])
        if said and said._collab_own():
            raise messages._collab_not_yours()

    def _compute_raw(self):
        hidden = self._collab_unheard()
        hidden.raw = False
        return super(IrAttachment, self - hidden)._compute_raw()

    def _collab_unheard(self):
        """Return those of the files that are said, or about to be, where the current user may not
        read. Odoo reads them as superuser, by related fields of a form that names any."""
        said = self._origin.sudo().filtered(lambda one: one._collab_is_said())
        hidden = said - said.with_user(self.env.user)._filtered_access("read").sudo()
        return self.filtered(lambda one: one._origin.id in hidden._ids)

    def _collab_is_said(self):
        """Whether the file, read as superuser, is part of a conversation of Collab."""
        if is_own(self.res_model):
            return self.res_model in self.env and "message_ids" in self.env[self.res_model]._fields
        match self.res_model:
            case "mail.compose.message":
                return True  # of which record, nobody knows yet
            case "mail.message":
                return is_own(self.env["mail.message"].browse(self.res_id).exists().model)
            case "mail.activity":
                return is_own(self.env["mail.activity"].browse(self.res_id).exists().res_model)
            case False if not self.public:
                later = [("attachment_ids", "in", self.ids)]
                messages = self.env["mail.scheduled.message"].search(later)
                return any(map(is_own, messages.mapped("model")))
        return False

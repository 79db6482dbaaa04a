from odoo import SUPERUSER_ID, models

from ..own import is_own

#: What a file is, and where it belongs: no route of Odoo changes that as superuser either
SAID = frozenset({"datas", "db_datas", "name", "raw", "res_id", "res_model", "thumbnail"})


class IrAttachment(models.Model):
    """What was sent with a message in a conversation of Collab is of whoever has said it, and read
    by whoever reads the conversation."""

    _inherit = "ir.attachment"

    def write(self, vals):
        if not (self.env.su and SAID.isdisjoint(vals)):
            self._collab_check_said()
        return super().write(vals)

    def unlink(self):
        if not (self.env.su or self.env["mail.message"]._collab_clears()):
            self._collab_check_said()
        return super().unlink()

    def _delete_and_notify(self, message=None):
        # by the routes of the web client, as superuser
        if not self.env["mail.message"]._collab_clears():
            self._collab_check_said()
        return super()._delete_and_notify(message)

    def _collab_check_said(self):
        """Raise an error if a file is of what another has said, whoever reads as superuser."""
        if self.pool.ready and self.env.uid != SUPERUSER_ID and self._collab_said_by_others():
            raise self.env["mail.message"]._collab_not_yours()

    def _collab_said_by_others(self):
        """Return those of the files that somebody else has sent with what they said."""
        others = self.sudo().filtered(
            lambda one: (
                one.create_uid != self.env.user and (not one.res_model or one._collab_is_said())
            )
        )
        messages = self.env["mail.message"].sudo()
        said = others and messages.search([("attachment_ids", "in", others.ids)])._collab_own()
        return (others & said.attachment_ids if said else others.browse()).with_env(self.env)

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
            case "mail.message" | "mail.scheduled.message":
                return is_own(self.env[self.res_model].browse(self.res_id).exists().model)
            case "mail.activity":
                return is_own(self.env["mail.activity"].browse(self.res_id).exists().res_model)
            case False if not self.public:
                later = [("attachment_ids", "in", self.ids)]
                messages = self.env["mail.scheduled.message"].search(later)
                return any(map(is_own, messages.mapped("model")))
        return False

from odoo import models

from ..own import is_own


class IrAttachment(models.Model):
    """What was sent with a message in a conversation of Collab is of whoever has said it, and read
    by whoever reads the conversation."""

    _inherit = "ir.attachment"

    def write(self, vals):
        self._collab_check_said()
        return super().write(vals)

    def unlink(self):
        self._collab_check_said()
        return super().unlink()

    def _collab_check_said(self):
        """Raise an error if a file is of what another has said."""
        messages = self.env["mail.message"]
        if self.env.su or not self.pool.ready or messages._collab_clears():
            return
        others = self.sudo().filtered(
            lambda one: is_own(one.res_model) and one.create_uid != self.env.user
        )
        sent = [("attachment_ids", "in", others.ids)]
        if others and messages.sudo().search_count(sent, limit=1):
            raise messages._collab_not_yours()

    def _compute_raw(self):
        hidden = self._collab_unheard()
        hidden.raw = False
        return super(IrAttachment, self - hidden)._compute_raw()

    def _collab_unheard(self):
        """Return those of the files that are in a conversation which the current user may not
        read. Odoo reads them as superuser, by related fields of a form that names any."""
        hidden = self.browse()
        own = self.filtered(lambda one: is_own(one._origin.sudo().res_model))
        for model_name, files in own.grouped(lambda one: one._origin.sudo().res_model).items():
            if model_name not in self.env or "message_ids" not in self.env[model_name]._fields:
                continue
            records = self.env[model_name].browse(files._origin.sudo().mapped("res_id")).exists()
            readable = records.with_user(self.env.user)._filtered_access("read")
            hidden |= files.filtered(
                lambda one, ids=readable._ids: one._origin.sudo().res_id not in ids
            )
        return hidden

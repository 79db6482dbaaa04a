from odoo import api, models

from ..own import is_own


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.model_create_multi
    def create(self, vals_list):
        mails = super().create(vals_list)
        mails._collab_check_read()
        return mails

    def write(self, vals):
        result = super().write(vals)
        if "mail_message_id" in vals:
            self._collab_check_read()
        return result

    def onchange(self, values, field_names, fields_spec):
        # a mail shows all of the message that it names, read as superuser
        message_id = values.get("mail_message_id")
        message_id = message_id.get("id") if isinstance(message_id, dict) else message_id
        self._collab_check_message(self.env["mail.message"].browse(message_id or ()))
        return super().onchange(values, field_names, fields_spec)

    def _collab_check_read(self):
        self._collab_check_message(self.sudo().mail_message_id.sudo(False))

    @api.model
    def _collab_check_message(self, messages):
        """Raise an error if a message is in a conversation that the current user may not read:
        Odoo's administrators make mails of any."""
        if not self.env.su and messages.exists()._collab_hidden():
            raise messages._collab_not_yours()

    @api.depends_context("uid")
    def _compute_display_name(self):
        # it is the subject: what a record is called
        hidden = self.browse()
        if not self.env.user._is_system():
            hidden = self.filtered(lambda mail: is_own(mail.sudo().model))
        hidden.display_name = False
        return super(MailMail, self - hidden)._compute_display_name()

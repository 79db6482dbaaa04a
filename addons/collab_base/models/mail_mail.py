from odoo import api, models

from ..own import is_own

#: Which message a mail takes along when it is deleted, what it says, and to whom
SAID = frozenset(
    {
        "body_html",
        "email_cc",
        "email_to",
        "headers",
        "is_notification",
        "mail_message_id",
        "recipient_ids",
    }
)


class MailMail(models.Model):
    """A mail is made of a message, its own or one that is there; Odoo's administrators name any."""

    _inherit = "mail.mail"

    @api.model_create_multi
    def create(self, vals_list):
        mails = super().create(vals_list)
        usual = self.default_get(["mail_message_id"])
        named = [
            mail.id
            for mail, vals in zip(mails, vals_list, strict=True)
            if (usual | vals).get("mail_message_id")  # the others have made one themselves
        ]
        self.browse(named)._collab_check_free()
        return mails

    def write(self, vals):
        result = super().write(vals)
        if not SAID.isdisjoint(vals):
            self._collab_check_free()
        return result

    def onchange(self, values, field_names, fields_spec):
        # a mail shows all of the message that it names, read as superuser
        named = self.env["mail.message"]._collab_named(values.get("mail_message_id"))
        if not self.env.su:
            named._collab_check_heard()
        return super().onchange(values, field_names, fields_spec)

    def _collab_check_free(self):
        """Raise an error if a mail is of a message in a conversation of Collab, which would be
        shown by it, said otherwise, or go with it."""
        messages = self.sudo().mail_message_id
        if not self.env.su and messages._collab_own():
            raise messages._collab_not_yours()

    @api.depends_context("uid")
    def _compute_display_name(self):
        # it is the subject: what a record is called
        hidden = self.browse()
        if not self.env.user._is_system():
            hidden = self.filtered(lambda mail: is_own(mail.sudo().model))
        hidden.display_name = False
        return super(MailMail, self - hidden)._compute_display_name()

from odoo import models


class CollabDocumentTold(models.AbstractModel):
    """Messages go to nobody who may not read what they are about.

    Odoo sends them to all who follow a record, whether they may read it by then or not.
    """

    _name = "collab.document.told"
    _description = "Told to Readers Only"
    _inherit = ["mail.thread"]

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        return [
            recipient
            for recipient in recipients
            # whoever the sender names is told, as is who follows without being a user
            if not (recipient["is_follower"] and recipient["uid"])
            or self._is_readable_by(self.env["res.users"].sudo().browse(recipient["uid"]))
        ]

    def _is_readable_by(self, user):
        theirs = self.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
        return theirs.has_access("read")

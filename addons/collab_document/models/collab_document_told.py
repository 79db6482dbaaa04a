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
        users = self.env["res.users"].sudo().with_context(active_test=False)
        followers = [one["id"] for one in recipients if one["is_follower"] and not one["uid"]]
        # of those who are no users any more, Odoo only knows the address
        gone = users.search([("partner_id", "in", followers)]).partner_id.ids
        return [
            recipient
            for recipient in recipients
            # whoever the sender names is told, as is who follows and never was a user
            if not recipient["is_follower"]
            or (
                self._is_readable_by(users.browse(recipient["uid"]))
                if recipient["uid"]
                else recipient["id"] not in gone
            )
        ]

    def _is_readable_by(self, user):
        return self._as_seen_by(user).has_access("read")

    def _as_seen_by(self, user):
        """Return the records in the environment of `user`, in all their companies."""
        return self.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)

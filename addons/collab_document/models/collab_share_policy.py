from odoo import api, fields, models
from odoo.exceptions import UserError


class CollabSharePolicy(models.Model):
    """What the people of a group may share by a link."""

    _name = "collab.share.policy"
    _collab_kept = True  # see ir.model.fields in collab_guard
    _description = "Policy for Shared Links"
    _order = "sequence, id"
    _rec_name = "group_id"

    sequence = fields.Integer(default=10)
    group_id = fields.Many2one(
        "res.groups",
        required=True,
        ondelete="cascade",
        help="The first that somebody is in counts.",
    )
    allowed = fields.Boolean(string="May Share", default=True)
    max_days = fields.Integer(
        string="Valid for at Most", default=30, help="Days; 0: for as long as they like."
    )
    needs_password = fields.Boolean(string="Password Required")
    max_downloads = fields.Integer(
        string="Downloads at Most", help="0: as many as they like, or none set."
    )

    _not_negative = models.Constraint(
        "CHECK (max_days >= 0 AND max_downloads >= 0)", "Days and downloads cannot be negative."
    )

    @api.model
    def _mine(self):
        """Return the policy that holds for the current user; none if nobody has made one."""
        groups = self.env.user._get_group_ids()
        return self.sudo().search([("group_id", "in", list(groups))], limit=1)

    def _check(self, days, password, max_downloads):
        """Raise an error if the policy does not allow a link of this kind."""
        if not self:
            return
        if not self.allowed:
            raise UserError(self.env._("You may not share documents by a link."))
        if self.max_days and not (days and days <= self.max_days):
            raise UserError(
                self.env._("Links you share are valid for %s days at most.", self.max_days)
            )
        if self.needs_password and not password:
            raise UserError(self.env._("Links you share need a password."))
        if self.max_downloads and not (max_downloads and max_downloads <= self.max_downloads):
            raise UserError(
                self.env._("Links you share are for %s downloads at most.", self.max_downloads)
            )

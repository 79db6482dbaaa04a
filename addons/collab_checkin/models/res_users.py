from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..teams import leads

#: What people prefer, for themselves alone
OWN = ["collab_on_boards", "collab_shows_plan"]


class ResUsers(models.Model):
    _inherit = "res.users"

    collab_on_boards = fields.Boolean(
        string="On the Leaderboards",
        compute="_compute_collab_preferences",
        inverse="_inverse_collab_on_boards",
        help="Otherwise nobody sees you there, and your points are not in those of your department.",
    )
    collab_shows_plan = fields.Boolean(
        string="My Team Sees My Plan",
        compute="_compute_collab_preferences",
        inverse="_inverse_collab_shows_plan",
        help="What you plan for the day, when you have checked in and said so: your manager, who has "
        "the same manager or is of the same department, and whom you manage. Never how you feel.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + OWN

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + OWN

    @api.depends_context("uid")
    def _compute_collab_preferences(self):
        """Of others it is not told, whoever asks."""
        account = self.env["collab.point.account"].sudo()
        account = account.search([("user_id", "=", self.env.uid)])
        for user in self:
            is_own = user._origin == self.env.user
            user.collab_on_boards = is_own and not account.is_off_boards
            user.collab_shows_plan = is_own and account.shows_plan

    def _inverse_collab_on_boards(self):
        self._check_collab_own()
        board = self.env["collab.leaderboard"]
        for user in self:
            (board.join if user.collab_on_boards else board.leave)()

    def _inverse_collab_shows_plan(self):
        self._check_collab_own()
        checkins = self.env["collab.checkin"]
        for user in self:
            (checkins.show_plan if user.collab_shows_plan else checkins.hide_plan)()

    def _check_collab_own(self):
        """Raise an error unless it is what the current user prefers."""
        if self != self.env.user:
            raise AccessError(self.env._("Everybody says this for themselves alone."))

    def _collab_leads(self):
        """Return whether somebody leads others, for whose kudos come first on the wall."""
        self.ensure_one()
        return leads(self)

    def _collab_zone(self):
        """Return by which time zone somebody's days are told."""
        self.ensure_one()
        return self.tz or self.company_id.sudo().resource_calendar_id.tz or "UTC"

import logging

from odoo import api, fields, models

from odoo.addons.collab_base.parts import in_parts

from ..karma import give, owed

_logger = logging.getLogger(__name__)

#: People who get karma at once
BATCH = 500


class CollabPointAccount(models.Model):
    """What is kept of a person beside their entries. Whoever spends points, or gives karma for them,
    does so with the row locked (``accounts.locked``)."""

    _name = "collab.point.account"
    _description = "Point Account"
    _inherit = ["collab.sealed.mixin"]
    #: See ``collab_base.asking``
    _collab_private = True
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users", string="Person", required=True, readonly=True, ondelete="cascade"
    )
    karma = fields.Integer(
        string="Karma Given",
        required=True,
        readonly=True,
        default=0,
        help="For points so far. Points that come later are worth karma too.",
    )
    is_off_boards = fields.Boolean(
        string="Off the Leaderboards", readonly=True, help="By their own wish."
    )
    shows_plan = fields.Boolean(
        string="Plan Shown to the Team", readonly=True, help="By their own wish."
    )

    _user_uniq = models.UniqueIndex("(user_id)")

    @api.model
    def _cron_karma(self):
        """Give karma for the points that have come in since."""
        cron = self.env["ir.cron"]
        users = self.env["res.users"].sudo().browse(owed(self.env))
        cron._commit_progress(remaining=len(users))
        for start in range(0, len(users), BATCH):
            batch = users[start : start + BATCH]
            in_parts(batch, give, _failed)
            if not cron._commit_progress(len(batch)):
                break


def _failed(user):
    _logger.exception("User %s could not be given karma", user.id)

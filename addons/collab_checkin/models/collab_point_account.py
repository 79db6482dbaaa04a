from odoo import fields, models


class CollabPointAccount(models.Model):
    """What is kept of a person beside their entries. Whoever spends points, or gives karma for them,
    does so with the row locked (``accounts.locked``)."""

    _name = "collab.point.account"
    _description = "Point Account"
    _inherit = ["collab.sealed.mixin"]
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

    _user_uniq = models.UniqueIndex("(user_id)")

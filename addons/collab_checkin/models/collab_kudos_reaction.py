from odoo import fields, models


class CollabKudosReaction(models.Model):
    """That somebody has something to say to a kudos, by a sign. See ``collab.kudos.react``."""

    _name = "collab.kudos.reaction"
    _description = "Reaction to Kudos"
    _inherit = ["collab.sealed.mixin"]
    #: See ``collab_base.asking``
    _collab_private = True
    _rec_name = "sign"

    kudos_id = fields.Many2one("collab.kudos", required=True, readonly=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users", string="Person", required=True, readonly=True, ondelete="cascade"
    )
    sign = fields.Char(required=True, readonly=True)

    _once = models.UniqueIndex("(kudos_id, user_id, sign)")

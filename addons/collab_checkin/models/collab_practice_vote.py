from odoo import fields, models


class CollabPracticeVote(models.Model):
    """Whom somebody votes for. See ``collab.practice.vote``. It is theirs alone to know: others are
    told how many there are, once the award is closed."""

    _name = "collab.practice.vote"
    _description = "Vote"
    _inherit = ["collab.sealed.mixin"]
    #: See ``collab_base.asking``
    _collab_private = True
    _rec_name = "practice_id"

    award_id = fields.Many2one("collab.award", required=True, readonly=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users", string="Person", required=True, readonly=True, ondelete="cascade"
    )
    practice_id = fields.Many2one(
        "collab.practice", required=True, readonly=True, ondelete="cascade", index=True
    )

    _once = models.UniqueIndex("(award_id, user_id)")

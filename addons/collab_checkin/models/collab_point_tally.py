from odoo import fields, models
from odoo.tools import SQL


class CollabPointTally(models.Model):
    """Which records have counted for a rule, of a person and a period.

    It spares looking at all of them when some have changed, and tells people what their points are
    for. It can be made anew from the records at any time.
    """

    _name = "collab.point.tally"
    _description = "Point Tally"
    _inherit = ["collab.sealed.mixin"]
    #: See ``collab_base.asking``
    _collab_private = True
    _order = "period desc, id desc"
    _rec_name = "period"

    rule_id = fields.Many2one("collab.point.rule", required=True, readonly=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users", string="Person", required=True, readonly=True, ondelete="cascade"
    )
    period = fields.Date(required=True, readonly=True)
    # and what no field of Odoo has a column for: ``res_ids``, an array of ids, and ``hash``, the sum of
    # what each is hashed to

    _group_uniq = models.UniqueIndex("(rule_id, user_id, period)")

    def init(self):
        self.env.cr.execute(
            "ALTER TABLE collab_point_tally ADD COLUMN IF NOT EXISTS res_ids int[] NOT NULL;"
            "ALTER TABLE collab_point_tally ADD COLUMN IF NOT EXISTS hash bigint;"
            "CREATE INDEX IF NOT EXISTS collab_point_tally_res_ids_idx"
            " ON collab_point_tally USING gin (res_ids)"
        )
        return super().init()

    def _records(self):
        """Return the ids of the records that have counted: tally id → list."""
        self.check_access("read")
        found = self.env.execute_query(
            SQL("SELECT id, res_ids FROM collab_point_tally WHERE id = ANY(%s)", list(self.ids))
        )
        return dict(found)

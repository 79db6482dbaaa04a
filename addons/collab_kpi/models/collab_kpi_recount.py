from odoo import fields, models


class CollabKpiRecount(models.Model):
    """That final figures were counted anew: by whom, why, and what there was before."""

    _name = "collab.kpi.recount"
    _description = "KPI Recount"
    _inherit = ["collab.sealed.mixin"]
    _order = "id desc"
    _rec_name = "reason"

    kpi_id = fields.Many2one(
        "collab.kpi", string="KPI", required=True, readonly=True, ondelete="cascade", index=True
    )
    version_id = fields.Many2one(
        "collab.kpi.version", required=True, readonly=True, ondelete="restrict"
    )
    first = fields.Date(string="From", required=True, readonly=True)
    last = fields.Date(string="To", required=True, readonly=True)
    reason = fields.Char(required=True, readonly=True)
    changed = fields.Integer(string="Figures Changed", required=True, readonly=True)
    before = fields.Json(
        readonly=True,
        # figures of several companies, that were hidden perhaps: for whoever looks into the database
        groups=fields.NO_ACCESS,
        help="What was there before and is no more, or is otherwise.",
    )

from odoo import fields, models


class CollabKpiReportLog(models.Model):
    """That reports were issued: each row is bound to the one before, so that a report which is gone,
    or another one, shows."""

    _name = "collab.kpi.report.log"
    _description = "Report Log"
    _inherit = ["collab.chain.mixin"]
    _order = "plan_id, chain_index"
    _chain_parent = "plan_id"
    _chain_fields = ("plan_id", "report_id", "start", "digest", "files", "user_id", "date")

    plan_id = fields.Many2one(
        "collab.kpi.report.plan", required=True, readonly=True, ondelete="restrict", index=True
    )
    report_id = fields.Many2one(
        "collab.kpi.report", required=True, readonly=True, ondelete="restrict"
    )
    start = fields.Date(string="Period From", required=True, readonly=True)
    digest = fields.Char(string="SHA-256", required=True, readonly=True)
    files = fields.Json(readonly=True, help="The SHA-256 of each file.")
    user_id = fields.Many2one("res.users", string="By", readonly=True, ondelete="restrict")
    date = fields.Datetime(string="Issued", required=True, readonly=True)

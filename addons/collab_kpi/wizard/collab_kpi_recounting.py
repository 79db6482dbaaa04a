from odoo import fields, models
from odoo.exceptions import UserError

from ..recounting import recount


class CollabKpiRecounting(models.TransientModel):
    """Has final figures be counted anew, with a reason."""

    _name = "collab.kpi.recounting"
    _description = "Count a KPI Anew"
    _inherit = ["collab.text.mixin"]

    kpi_id = fields.Many2one("collab.kpi", string="KPI", required=True, ondelete="cascade")
    first = fields.Date(string="From", required=True)
    last = fields.Date(
        string="To", required=True, default=fields.Date.context_today, help="Periods of these days."
    )
    reason = fields.Char(required=True, help="Is kept with what there was before.")

    def action_recount(self):
        """Count the figures anew, and keep what there was before."""
        self.ensure_one()
        self.kpi_id.check_access("write")
        if self.kpi_id.state != "on":
            raise UserError(self.env._("“%s” does not run: start it.", self.kpi_id.name))
        if not self.first or not self.last or self.first > self.last:
            raise UserError(self.env._("Choose a first day that is not after the last."))
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why the figures are counted anew."))
        done = recount(self.kpi_id.sudo(), self.first, self.last, self.reason)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Figures changed: %s", done.changed),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

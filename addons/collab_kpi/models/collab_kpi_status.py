from odoo import api, fields, models
from odoo.fields import Domain

from ..known import known
from ..reading import Sight

STATUSES = [("good", "On target"), ("warning", "Close to target"), ("bad", "Off target")]


class CollabKpiStatus(models.Model):
    """How an indicator of a company stands to a target, as last looked at (``watching``)."""

    _name = "collab.kpi.status"
    _description = "KPI Status"
    _inherit = ["collab.sealed.mixin"]
    _order = "target_id, company_id"
    _rec_name = "status"

    target_id = fields.Many2one(
        "collab.kpi.target", required=True, readonly=True, ondelete="cascade", index=True
    )
    kpi_id = fields.Many2one(related="target_id.kpi_id")
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    start = fields.Date(string="Period From", readonly=True)
    figure = fields.Float(readonly=True)
    status = fields.Selection(STATUSES, readonly=True)
    bad_since = fields.Date(readonly=True)
    is_alert = fields.Boolean(string="Told", readonly=True)

    # what the record rule asks
    is_visible = fields.Boolean(
        compute="_compute_is_visible", search="_search_is_visible", export_string_translation=False
    )

    _once_uniq = models.UniqueIndex("(target_id, COALESCE(company_id, 0))")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_is_visible(self):
        found = self.sudo().search([("id", "in", self.ids), ("is_visible", "=", True)])
        for status in self:
            status.is_visible = status in found

    @api.model
    def _search_is_visible(self, operator, value):
        """Find those of figures that the current user may see."""
        if operator != "in":
            return NotImplemented
        kpis = known(self.env)
        sight = Sight(self.env, kpis)
        return Domain.OR(
            Domain("company_id", "=", company_id)
            & Domain("kpi_id", "in", [one for one in kpis if sight.sees(one, company_id or None)])
            for company_id in [False, *self.env.companies.ids]
        )

from odoo import api, fields, models
from odoo.fields import Domain

from ..core.periods import GRAINS
from ..reading import Sight

PERIODS = [
    ("day", "Day"),
    ("week", "Week"),
    ("month", "Month"),
    ("quarter", "Quarter"),
    ("year", "Year"),
]
assert tuple(value for value, __ in PERIODS) == GRAINS


class CollabKpiValue(models.Model):
    """What an indicator came to in a period: of one company, as a whole or for one part of a
    breakdown. It is written by the counting (``storing``) and by nobody else."""

    _name = "collab.kpi.value"
    _description = "KPI Value"
    _inherit = ["collab.sealed.mixin"]
    _order = "start desc, kpi_id, dimension_id, id"
    _rec_name = "kpi_id"

    kpi_id = fields.Many2one(
        "collab.kpi", string="KPI", required=True, readonly=True, ondelete="cascade"
    )
    version_id = fields.Many2one(
        "collab.kpi.version",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
        help="Of the definition by which it was counted.",
    )
    grain = fields.Selection(PERIODS, string="Period", required=True, readonly=True)
    start = fields.Date(string="From", required=True, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    dimension_id = fields.Many2one(
        "collab.kpi.dimension",
        string="Breakdown",
        readonly=True,
        ondelete="restrict",
        help="Empty: the whole.",
    )
    res_model = fields.Char(related="dimension_id.model")
    res_id = fields.Many2oneReference(string="Part", model_field="res_model", readonly=True)
    part = fields.Char(string="Part Name", compute="_compute_part")
    # what is gone keeps its figures
    department_id = fields.Many2one("hr.department", readonly=True, ondelete="set null")
    user_id = fields.Many2one("res.users", string="Person", readonly=True, ondelete="set null")
    value = fields.Float(readonly=True, aggregator="avg")
    total = fields.Float(readonly=True, help="What was added up.")
    weight = fields.Integer(string="Records", readonly=True, help="How many it is of.")
    lack = fields.Selection(
        [("zero", "It would be divided by zero"), ("few", "It is of too few people")],
        string="Why There Is None",
        readonly=True,
    )
    is_frozen = fields.Boolean(
        string="Final", required=True, readonly=True, help="The period is closed."
    )
    # what the record rule asks
    is_visible = fields.Boolean(
        compute="_compute_is_visible", search="_search_is_visible", export_string_translation=False
    )

    _once_uniq = models.UniqueIndex(
        "(kpi_id, grain, start, COALESCE(company_id, 0), COALESCE(dimension_id, 0),"
        " COALESCE(res_id, 0))"
    )
    # what is open, of many years
    _open_idx = models.Index("(kpi_id, grain) WHERE NOT is_frozen")

    @api.depends("dimension_id", "res_id")
    def _compute_part(self):
        for dimension, values in self.grouped("dimension_id").items():
            names = dimension._names(values.mapped("res_id")) if dimension else {}
            for value in values:
                if dimension:
                    value.part = names.get(value.res_id) or self.env._("None")
                else:
                    value.part = self.env._("Total")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_is_visible(self):
        found = self.sudo().search([("id", "in", self.ids), ("is_visible", "=", True)])
        for value in self:
            value.is_visible = value in found

    @api.model
    def _search_is_visible(self, operator, value):
        """Find the figures that the current user may see."""
        if operator != "in":
            return NotImplemented
        sight = Sight(self.env)
        return Domain.OR(
            Domain("company_id", "=", company_id)
            & Domain("version_id", "in", sight.versions(company_id or None))
            for company_id in [False, *self.env.companies.ids]
        )

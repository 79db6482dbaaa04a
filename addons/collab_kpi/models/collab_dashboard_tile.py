from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [
    ("number", "Figure"),
    ("trend", "Trend"),
    ("heatmap", "Heat map"),
    ("ranking", "Ranking"),
    ("bottleneck", "Bottleneck"),
]
#: Kinds that show parts
OF_PARTS = frozenset({"heatmap", "ranking", "bottleneck"})


class CollabDashboardTile(models.Model):
    """One indicator on a dashboard, and how it is shown there."""

    _name = "collab.dashboard.tile"
    _description = "Dashboard Tile"
    _inherit = ["collab.text.mixin"]
    _order = "sequence, id"

    dashboard_id = fields.Many2one(
        "collab.dashboard", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    kpi_id = fields.Many2one(
        "collab.kpi", string="KPI", required=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(KINDS, string="Shown As", required=True, default="trend")
    stack_ids = fields.Many2many(
        "collab.kpi",
        string="Followed By",
        help="For a bottleneck: what comes after it, e.g. the work after the queue.",
    )
    dimension_id = fields.Many2one(
        "collab.kpi.dimension",
        string="Broken Down By",
        ondelete="cascade",
        compute="_compute_dimension_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    width = fields.Integer(default=2, help="Of four columns.")
    name = fields.Char(string="Title", translate=True, help="Empty: the name of the indicator.")

    _width_range = models.Constraint(
        "CHECK(width BETWEEN 1 AND 4)", "A tile is 1 to 4 columns wide."
    )

    @api.depends("kind", "kpi_id")
    def _compute_dimension_id(self):
        for tile in self:
            if tile.kind not in OF_PARTS:
                tile.dimension_id = False
            elif tile.dimension_id not in tile._dimensions():
                tile.dimension_id = tile._dimensions()[:1]

    def _dimensions(self):
        return self.kpi_id.sudo()._dimensions()

    @api.constrains("kind", "kpi_id", "dimension_id")
    def _check_dimension(self):
        for tile in self.sudo():
            if tile.kind in OF_PARTS and tile.dimension_id not in tile._dimensions():
                raise ValidationError(
                    self.env._(
                        "The indicator is not broken down by that: break it down by it first, or show"
                        " its trend."
                    )
                )

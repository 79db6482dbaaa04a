from odoo import api, fields, models


class CollabKpiVersion(models.Model):
    """What an indicator counted from a moment on. It never changes: figures and issued reports say
    by which one they were made."""

    _name = "collab.kpi.version"
    _description = "KPI Version"
    _inherit = ["collab.sealed.mixin"]
    _order = "kpi_id, number desc"
    _rec_name = "number"

    kpi_id = fields.Many2one(
        "collab.kpi", string="KPI", required=True, readonly=True, ondelete="cascade", index=True
    )
    number = fields.Integer(required=True, readonly=True, aggregator=None)
    definition = fields.Json(required=True, readonly=True)
    digest = fields.Char(required=True, readonly=True, size=64, help="SHA-256 of the definition.")
    terms = fields.Text(string="What It Counted", compute="_compute_terms")

    _number_uniq = models.UniqueIndex("(kpi_id, number)")

    @api.depends("definition")
    def _compute_terms(self):
        for version in self:
            version.terms = "\n".join(
                f"{name}: {value}" for name, value in sorted((version.definition or {}).items())
            )

    @api.depends("number", "kpi_id.name")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(kpi)s, version %(number)s", kpi=version.kpi_id.name, number=version.number
            )

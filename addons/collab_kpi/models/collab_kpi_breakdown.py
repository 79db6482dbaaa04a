from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..facts import PEOPLE, DefinitionError, field_of


class CollabKpiBreakdown(models.Model):
    """By what an indicator is broken down, and how that is found from what it counts."""

    _name = "collab.kpi.breakdown"
    _description = "KPI Breakdown"
    _inherit = ["collab.text.mixin"]
    _order = "sequence, id"

    kpi_id = fields.Many2one("collab.kpi", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    model = fields.Char(related="kpi_id.model")
    path = fields.Char(
        string="Field",
        required=True,
        help="A link to one record, of what is counted, or of what that links to. For departments"
        " it may lead to a person: then it is their department.",
    )
    dimension_id = fields.Many2one(
        "collab.kpi.dimension",
        string="Breakdown",
        compute="_compute_dimension_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        ondelete="restrict",
        help="Indicators that are broken down by the same can be compared.",
    )

    _once_uniq = models.UniqueIndex(
        "(kpi_id, dimension_id)", "An indicator is broken down by the same once."
    )

    @api.depends("path")
    def _compute_dimension_id(self):
        for line in self:
            if line.path and not line.dimension_id:
                line.dimension_id = line._default_dimension()

    def _default_dimension(self):
        model = self.env.get(self.kpi_id.model)
        try:
            field = model is not None and field_of(model, self.path)
        except DefinitionError:
            return False
        if not field or field.type != "many2one":
            return False
        return self.env["collab.kpi.dimension"]._for_model(field.comodel_name)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.kpi_id._on_change()
        return lines

    def write(self, vals):
        before = self.kpi_id
        result = super().write(vals)
        (before | self.kpi_id)._on_change()
        return result

    def unlink(self):
        kpis = self.kpi_id
        result = super().unlink()
        kpis.exists()._on_change()
        return result

    @api.constrains("path", "dimension_id", "kpi_id")
    def _check_path(self):
        for line in self.sudo():
            if line.kpi_id.kind != "records":
                continue
            try:
                field = field_of(self.env[line.kpi_id.model], line.path)
            except DefinitionError as error:
                raise ValidationError(str(error)) from error
            reached = field.comodel_name
            wanted = line.dimension_id.model
            if reached != wanted and not (wanted == "hr.department" and reached in PEOPLE):
                raise ValidationError(
                    self.env._(
                        "“%(field)s” does not lead to what “%(dimension)s” is over.",
                        field=line.path,
                        dimension=line.dimension_id.name,
                    )
                )

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.collab_base.asking import is_closed

from ..figures import names_of


class CollabKpiDimension(models.Model):
    """What indicators are broken down by: departments, people, vendors. Those of several indicators
    that are broken down by the same can be compared, and put into one formula."""

    _name = "collab.kpi.dimension"
    _description = "KPI Dimension"
    _inherit = ["collab.text.mixin"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    model_id = fields.Many2one(
        "ir.model",
        string="Records",
        # figures by it stay when the application goes
        ondelete="set null",
        domain=[("transient", "=", False), ("abstract", "=", False)],
    )
    model = fields.Char(
        string="Technical Name",
        compute="_compute_model",
        store=True,
        readonly=True,
        precompute=True,
        index=True,
    )

    _name_uniq = models.UniqueIndex(
        "(model_id, name)", "There is a dimension of this name over the same records already."
    )

    @api.depends("model_id")
    def _compute_model(self):
        for dimension in self:
            dimension.model = dimension.model_id.sudo().model or dimension.model

    @api.constrains("model_id")
    def _check_open(self):
        for dimension in self:
            model = self.env.get(dimension.model)
            if model is not None and is_closed(model, linked=True):
                raise ValidationError(
                    self.env._(
                        "Nothing is broken down by “%s”: it is kept from people.",
                        dimension.model_id.sudo().name,
                    )
                )

    def write(self, vals):
        if "model_id" in vals:
            self.filtered(lambda one: one.model_id.id != vals["model_id"])._check_unused()
        if "model" in vals:
            self.filtered(lambda one: one.model != vals["model"])._check_unused()
        return super().write(vals)

    def _check_unused(self):
        """Refuse to have figures be of other records than those that they were counted by."""
        own = self.sudo()
        used = [("dimension_id", "in", own.ids)]
        for name in ("collab.kpi.breakdown", "collab.kpi.value"):
            if own.env[name].search_count(used, limit=1):
                raise UserError(
                    self.env._("It is in use: make another dimension for other records.")
                )

    @api.model
    def _load_records_create(self, vals_list):
        """Take those that somebody has made: an application that is installed later brings the same."""
        found = []
        for vals in vals_list:
            found += (self._same(vals) or super()._load_records_create([vals])).ids
        return self.browse(found)

    def _same(self, vals):
        """Return the dimension over the same records that is called the same, if there is one."""
        same = [("model_id", "=", vals.get("model_id")), ("name", "=", vals.get("name"))]
        return self.with_context(lang="en_US", active_test=False).search(same, limit=1)

    @api.model
    def _for_model(self, model):
        """Return the first dimension over a model, a new one if there is none."""
        found = self.search([("model", "=", model)], limit=1)
        if found:
            return found
        of = self.env["ir.model"]._get(model)
        return self.create({"name": of.name, "model_id": of.id})

    def _names(self, ids):
        """Return what parts are called: id → name, of those that are there."""
        self.ensure_one()
        return names_of(self.env, self.model, ids)

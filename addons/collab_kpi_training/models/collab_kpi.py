from odoo import api, models

from ..certifications import methods


class CollabKpi(models.Model):
    _inherit = "collab.kpi"

    @api.model
    def _collab_kpi_methods(self):
        return super()._collab_kpi_methods() | methods(self.env)

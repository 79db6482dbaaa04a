from odoo import models

from ..answers import methods


class CollabKpi(models.Model):
    _inherit = "collab.kpi"

    def _collab_kpi_methods(self):
        return super()._collab_kpi_methods() | methods(self.env)

from odoo import api, models


class CollabGuard(models.AbstractModel):
    _inherit = "collab.guard"

    @api.model
    def _collab_guards(self):
        return super()._collab_guards() + self.env["collab.document.keeper"]._guards()

from odoo import api, models

from odoo.addons.collab_base.core.card import Card


class CollabCard(models.AbstractModel):
    _inherit = "collab.card"

    @api.model
    def _collab_cards(self):
        pulse = self.env["collab.pulse"]
        return super()._collab_cards() + [
            Card("pulse.question", self.env._("Once a month"), 60, "collab_kpi_pulse", pulse.mine)
        ]

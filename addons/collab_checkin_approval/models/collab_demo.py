from odoo import api, models


class CollabDemo(models.AbstractModel):
    _inherit = "collab.demo"

    @api.model
    def _tell_rewards(self, wanted):
        result = super()._tell_rewards(wanted)
        # what the gate does once everything is loaded
        asked = self.env["collab.redemption"].sudo().search([("state", "=", "asked")])
        for user, theirs in asked.grouped("user_id").items():
            gate = self.env["collab.approval.gate"].with_user(user).sudo()
            gate._submit_signalled(theirs.with_env(gate.env))
        return result

from odoo import fields, models


class CollabRedemptionRefusal(models.TransientModel):
    """Asks why somebody does not get what they asked for."""

    _name = "collab.redemption.refusal"
    _description = "Refuse a Redemption"
    _inherit = ["collab.text.mixin"]

    redemption_ids = fields.Many2many("collab.redemption", required=True, readonly=True)
    reason = fields.Char(required=True, help="Who asked for it sees it.")

    def action_refuse(self):
        self.ensure_one()
        self.redemption_ids.refuse(self.reason)
        return {"type": "ir.actions.act_window_close"}

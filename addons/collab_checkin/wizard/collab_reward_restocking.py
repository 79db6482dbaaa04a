from odoo import fields, models


class CollabRewardRestocking(models.TransientModel):
    """Asks how many there are more of a reward."""

    _name = "collab.reward.restocking"
    _description = "Restock"

    reward_id = fields.Many2one("collab.reward", required=True, readonly=True)
    stock = fields.Integer(related="reward_id.stock", related_sudo=False)
    units = fields.Integer(string="Add", help="Negative: so many are taken away.")

    def action_restock(self):
        self.ensure_one()
        self.reward_id.restock(self.units)
        return {"type": "ir.actions.act_window_close"}

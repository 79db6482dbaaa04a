from odoo import api, fields, models

from ..models.collab_reward import LENGTH


class CollabRewardChoice(models.TransientModel):
    """Asks whether somebody wants a reward, at the price that they see."""

    _name = "collab.reward.choice"
    _description = "Redeem"
    _inherit = ["collab.text.mixin"]

    reward_id = fields.Many2one("collab.reward", required=True, readonly=True)
    # as who asks: a form may name any reward
    description = fields.Text(related="reward_id.description", related_sudo=False)
    image_256 = fields.Image(related="reward_id.image_256", related_sudo=False)
    needs_grant = fields.Boolean(related="reward_id.needs_grant", related_sudo=False)
    price = fields.Integer(readonly=True)
    balance = fields.Integer(string="You Have", compute="_compute_remaining")
    remaining = fields.Integer(string="You Keep", compute="_compute_remaining")
    note = fields.Char(size=LENGTH, help="For who hands it over.")

    @api.depends("price")
    @api.depends_context("uid")
    def _compute_remaining(self):
        balance = self.env["collab.point.entry"].balance()
        for choice in self:
            choice.balance = balance
            choice.remaining = balance - choice.price

    def action_redeem(self):
        self.ensure_one()
        state = self.reward_id.redeem(self.price, self.note)
        said = (
            self.env._("Asked for. You will hear as soon as it is granted.")
            if state == "asked"
            else self.env._("It is yours. You will hear when it is handed over.")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.reward_id.name,
                "message": said,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

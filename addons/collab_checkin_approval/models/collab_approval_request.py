from odoo import fields, models


class CollabApprovalRequest(models.Model):
    _inherit = "collab.approval.request"

    complete_by_id = fields.Many2one(
        "res.users",
        string="Found Complete by",
        readonly=True,
        help="Who approved it last, if it was approved without being rejected or withdrawn before.",
    )
    weighed = fields.Boolean(readonly=True, help="Whether it is known if it was complete.")

    _unweighed_idx = models.Index("(id) WHERE decided_at IS NOT NULL AND weighed IS NOT TRUE")
    # what was asked for the same document before
    _earlier_idx = models.Index("(res_model, res_id, policy_id, id)")

    def action_withdraw(self, comment=None):
        """Whoever takes the request for a reward back does without the reward."""
        result = super().action_withdraw(comment)
        about = self.sudo().filtered(lambda one: one.res_model == "collab.redemption")
        redemptions = self.env["collab.redemption"].sudo().browse(about.mapped("res_id")).exists()
        if asked := redemptions.filtered(lambda one: one.state == "asked"):
            asked._settle("withdrawn")
        return result

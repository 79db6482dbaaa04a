from odoo import api, fields, models


class CollabApprovalDecide(models.TransientModel):
    """Asks for the comment that goes with a decision. Authority is checked when the
    decision is made, by the requests themselves."""

    _name = "collab.approval.decide"
    _description = "Decide on Requests"
    _inherit = ["collab.text.mixin"]

    request_ids = fields.Many2many("collab.approval.request", required=True)
    decision = fields.Selection(
        [("approve", "Approve"), ("reject", "Reject"), ("withdraw", "Withdraw")], required=True
    )
    comment = fields.Text()
    needs_comment = fields.Boolean(compute="_compute_needs_comment")

    @api.depends("request_ids", "decision")
    def _compute_needs_comment(self):
        tasks = self.env["collab.approval.task"].sudo()
        for wizard in self:
            others = wizard.request_ids.filtered(lambda request: not request.is_own)
            mine = tasks.search([("request_id", "in", wizard.request_ids.ids), *tasks._mine()])
            wizard.needs_comment = {
                "approve": mine._wants_comment(),
                "reject": True,
                "withdraw": bool(others),
            }.get(wizard.decision)

    def action_decide(self):
        self.ensure_one()
        getattr(self.request_ids, f"action_{self.decision}")(self.comment)
        return self.request_ids._acknowledge(self.decision)

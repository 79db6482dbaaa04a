from odoo import api, fields, models


class CollabApprovalStage(models.Model):
    """One stretch of a flow: its steps run side by side."""

    _name = "collab.approval.stage"
    _description = "Approval Stage"
    _collab_kept = True  # see ir.model.fields in collab_guard
    _order = "sequence, id"

    policy_id = fields.Many2one(
        "collab.approval.policy", required=True, ondelete="cascade", index=True
    )
    model_id = fields.Many2one(related="policy_id.model_id")
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    step_ids = fields.One2many("collab.approval.step", "stage_id", string="Steps", copy=True)
    asks = fields.Char(compute="_compute_asks")

    @api.depends("step_ids.asks")
    @api.depends_context("uid", "lang")
    def _compute_asks(self):
        for stage in self:
            stage.asks = " + ".join(filter(None, stage.step_ids.mapped("asks")))

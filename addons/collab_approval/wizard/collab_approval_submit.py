from odoo import api, fields, models


class CollabApprovalSubmit(models.TransientModel):
    """Shows who will be asked, and submits."""

    _name = "collab.approval.submit"
    _description = "Submit for Approval"
    _inherit = ["collab.text.mixin"]

    res_model = fields.Char(required=True)
    res_ids = fields.Json(required=True)
    note = fields.Text(help="What the approvers should know.")
    preview = fields.Json(compute="_compute_preview")
    has_problem = fields.Boolean(compute="_compute_preview")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        context = self.env.context
        values.setdefault("res_model", context.get("active_model"))
        values.setdefault("res_ids", context.get("active_ids") or [context.get("active_id")])
        return values

    @api.depends("res_model", "res_ids")
    def _compute_preview(self):
        for wizard in self:
            wizard.preview = self.env["collab.approval.request"].preview(
                wizard.res_model, wizard.res_ids
            )
            wizard.has_problem = any(document["problem"] for document in wizard.preview)

    def action_submit(self):
        self.ensure_one()
        self.env["collab.approval.request"].submit(self.res_model, self.res_ids, self.note)
        return {"type": "ir.actions.act_window_close", "infos": {"collab_submitted": True}}

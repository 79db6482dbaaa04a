from odoo import api, models


class CollabApprovalRequest(models.Model):
    _inherit = "collab.approval.request"

    @api.model
    def panel(self, res_model, res_id):
        result = super().panel(res_model, res_id)
        if res_model != "collab.document" or not result.get("request"):
            return result
        # what was written about a draft is for those who see drafts, and those who take part
        request = self.browse(result["request"]["id"])
        shown = self.env[res_model].browse(res_id).sees_drafts or request.has_access("read")
        return result if shown else {}

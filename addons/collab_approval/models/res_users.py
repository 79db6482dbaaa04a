from odoo import api, models, modules


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _get_activity_groups(self):
        """Show approvals in Odoo's own activity menu."""
        groups = super()._get_activity_groups()
        if count := self.env["collab.approval.task"]._count_mine():
            request = self.env["collab.approval.request"]
            groups.insert(
                0,
                {
                    "id": self.env["ir.model"]._get_id(request._name),
                    "name": self.env._("Approvals"),
                    "model": request._name,
                    "type": "approval",
                    "icon": modules.module.get_module_icon("collab_approval"),
                    "domain": [("my_turn", "=", True)],
                    "total_count": count,
                    "view_type": "list",
                },
            )
        return groups

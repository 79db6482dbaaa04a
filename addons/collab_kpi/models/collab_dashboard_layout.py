from odoo import fields, models


class CollabDashboardLayout(models.Model):
    """How somebody has arranged a dashboard for themselves."""

    _name = "collab.dashboard.layout"
    _description = "Dashboard Arrangement"

    dashboard_id = fields.Many2one("collab.dashboard", required=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users", required=True, default=lambda self: self.env.user, ondelete="cascade"
    )
    layout = fields.Json(required=True)

    _once_uniq = models.UniqueIndex("(dashboard_id, user_id)")

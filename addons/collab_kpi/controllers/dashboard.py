from odoo import http
from odoo.http import request


class CollabDashboardController(http.Controller):
    @http.route(
        "/collab_kpi/dashboard/<int:dashboard_id>", type="jsonrpc", auth="user", readonly=True
    )
    def show(self, dashboard_id, grain="month", back=0, is_whole=False):
        """Return all that a dashboard shows, in one answer that writes nothing."""
        dashboard = request.env["collab.dashboard"].browse(dashboard_id)
        return dashboard._show(grain, back, bool(is_whole))

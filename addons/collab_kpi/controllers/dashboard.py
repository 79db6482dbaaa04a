import json

from odoo import http
from odoo.http import content_disposition, request

from ..workbook import workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CollabDashboardController(http.Controller):
    @http.route(
        "/collab_kpi/dashboard/<int:dashboard_id>", type="jsonrpc", auth="user", readonly=True
    )
    def show(self, dashboard_id, grain=None, back=0, is_whole=False, context=None):
        """Return all that a dashboard shows, in one answer that writes nothing."""
        return _dashboard(dashboard_id, context)._show(grain, back, bool(is_whole))

    @http.route(
        "/collab_kpi/dashboard/<int:dashboard_id>/xlsx", type="http", auth="user", readonly=True
    )
    def export(self, dashboard_id, grain=None, back="0", context="{}", token=None):
        """Download what a dashboard shows, as a workbook.

        :param str token: by which the client sees that it has come; nothing of ours
        """
        try:
            context = json.loads(context)
        except ValueError:
            context = {}
        dashboard = _dashboard(dashboard_id, context)
        shown = dashboard._show(grain, int(back) if back.isdecimal() else -1, False)
        title = shown["name"]
        period = shown["period"]["label"]
        subtitle = f"{period} · {', '.join(shown['companies'])}"
        content = workbook(dashboard.env, title, subtitle, shown["tiles"])
        return request.make_response(
            content,
            [
                ("Content-Type", XLSX),
                ("Content-Disposition", content_disposition(f"{title} – {period}.xlsx")),
            ],
        )


def _dashboard(dashboard_id, context):
    """Return a dashboard for the companies and in the language of who asks."""
    context = context if isinstance(context, dict) else {}
    known = {name: context[name] for name in ("allowed_company_ids", "lang") if name in context}
    request.update_context(**known)
    return request.env["collab.dashboard"].browse(dashboard_id)

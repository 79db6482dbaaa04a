from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .kpi import KpiCase


@tagged("post_install", "-at_install")
class TestKpiCost(KpiCase):
    """What a dashboard costs does not depend on how much there is on it."""

    def shown(self, number):
        """Return how many queries it takes to show so many indicators."""
        user = new_test_user(self.env, f"kpi {number}", "base.group_user", company_id=self.here.id)
        user.company_ids = self.here
        kpis = self.env["collab.kpi"].create(
            [
                {
                    "name": f"K{index}",
                    "model_id": self.env["ir.model"]._get_id("test.collab.deal"),
                    "date_path": "moment",
                    "since": "2026-01-01",
                    "breakdown_ids": [Command.create({"path": "partner_id"})],
                    "target_ids": [Command.create({"value": 1})],
                }
                for index in range(number)
            ]
        )
        kpis.action_start()
        kinds = ("number", "trend", "heatmap", "ranking")
        dashboard = self.env["collab.dashboard"].create(
            {
                "name": "D",
                "is_shared": True,
                "tile_ids": [
                    Command.create({"kpi_id": kpi.id, "kind": kinds[index % 4]})
                    for index, kpi in enumerate(kpis)
                ],
            }
        )
        dashboard = dashboard.with_user(user).with_context(
            allowed_company_ids=self.here.ids, lang="en_US"
        )
        dashboard._show("month", 0, False)  # what Odoo caches
        self.env.flush_all()
        self.env.invalidate_all()
        # what any request has read before: who it is, and of which company
        user.with_user(user).mapped("company_id.resource_calendar_id.tz")
        self.env.company.currency_id.mapped("name")
        before = self.env.cr.sql_log_count
        dashboard._show("month", 0, False)
        return self.env.cr.sql_log_count - before

    def test_queries(self):
        for partner in self.env["res.partner"].create([{"name": "One"}, {"name": "Two"}]):
            self.deal("2026-04-10 12:00:00", partner_id=partner.id)
        few, many = self.shown(4), self.shown(40)
        self.assertEqual(few, many)
        self.assertLessEqual(many, 6)

from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from odoo.addons.collab_kpi.tests import shipped

from .common import TaskCase

#: After the demonstration data were made
LATER = datetime.now().replace(microsecond=0) + timedelta(days=30)


@tagged("post_install", "-at_install")
class TestDemo(TaskCase):
    def test_figures(self):
        """All tasks that there are, those of the demonstration data with them."""
        self.task(date_deadline="2026-03-31 17:00:00")
        self.env.flush_all()
        self.env.invalidate_all()
        tasks = self.env["project.task"].with_context(active_test=False).search([])
        with freeze_time(LATER), patch.object(shipped, "NOW", LATER):
            self.assert_tasks(tasks, "week", "month")

    def test_dashboard(self):
        dashboard = self.env.ref("collab_kpi_project.dashboard_project")
        self.assertTrue(dashboard.is_shared)
        for kpi in dashboard.tile_ids.kpi_id:
            self.assertEqual(kpi.state, "on")
            self.assertFalse(kpi.trouble)

from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from odoo.addons.collab_kpi.tests import shipped

from .common import TrainingCase

#: After the demonstration data were made
LATER = datetime.now().replace(microsecond=0) + timedelta(days=30)


@tagged("post_install", "-at_install")
class TestDemo(TrainingCase):
    def test_figures(self):
        """All attempts that there are, those of the demonstration data with them."""
        self.attempt()
        self.env.flush_all()
        self.env.invalidate_all()
        attempts = self.env["survey.user_input"].search([])
        with freeze_time(LATER), patch.object(shipped, "NOW", LATER):
            self.assert_attempts(attempts, "week", "month")

    def test_dashboard(self):
        dashboard = self.env.ref("collab_kpi_training.dashboard_training")
        self.assertTrue(dashboard.is_shared)
        for kpi in dashboard.tile_ids.kpi_id:
            self.assertEqual(kpi.state, "on")
            self.assertFalse(kpi.trouble)

from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .kpi import KpiCase


@tagged("post_install", "-at_install")
class TestKpiTargets(KpiCase):
    """Figures are judged by targets, and who is responsible hears of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = new_test_user(
            cls.env,
            "kpi owner",
            "base.group_user,collab_base.group_collab_process_owner",
            company_id=cls.here.id,
            company_ids=[Command.set(cls.here.ids)],
        )

    def started(self, target, **vals):
        kpi = self.kpi(
            owner_id=self.owner.id,
            target_ids=[Command.create({"since": "2026-01-01", **target})],
            company_id=self.here.id,
            **vals,
        )
        kpi.action_start()
        self.assertFalse(kpi.trouble)
        return kpi

    def status(self, kpi):
        return kpi.target_ids.status_ids.status

    def alerts(self, kpi):
        return kpi.activity_ids.filtered(lambda one: one.user_id == self.owner)

    def look(self, kpi, day):
        with freeze_time(f"{day} 09:00:00"):
            kpi.action_count()

    def test_what_is_over_is_judged(self):
        for __ in range(3):
            self.deal("2026-04-10 12:00:00")
        kpi = self.started({"value": 3, "warning": 1})
        # April; May has nothing yet, and that says nothing
        self.assertEqual(str(kpi.target_ids.status_ids.start), "2026-04-01")
        self.assertEqual(self.status(kpi), "good")
        self.assertFalse(self.alerts(kpi))
        self.look(kpi, "2026-06-02")
        self.assertEqual(self.status(kpi), "bad")

    def test_what_runs_is_judged_if_one_wants(self):
        kpi = self.started({"value": 3, "is_running": True})
        self.assertEqual(self.status(kpi), "bad")
        for __ in range(3):
            self.deal()
        self.look(kpi, "2026-05-21")
        self.assertEqual(self.status(kpi), "good")

    def test_alert(self):
        self.deal("2026-04-10 12:00:00")
        kpi = self.started({"value": 3})
        self.assertEqual(len(self.alerts(kpi)), 1)
        self.assertIn("Deals: 1, at least 3", self.alerts(kpi).summary)
        self.assertIn("April 2026", str(self.alerts(kpi).note))
        self.look(kpi, "2026-05-22")
        self.look(kpi, "2026-05-23")
        self.assertEqual(len(self.alerts(kpi)), 1)
        with freeze_time("2026-05-24 09:00:00"):
            for __ in range(3):
                self.deal()
        self.look(kpi, "2026-06-02")
        self.assertEqual(self.status(kpi), "good")
        self.assertFalse(self.alerts(kpi))
        self.look(kpi, "2026-07-02")
        self.assertEqual(len(self.alerts(kpi)), 1)

    def test_names_are_no_markup(self):
        self.here.name = "<b>Here</b>"
        self.deal("2026-04-10 12:00:00")
        kpi = self.started({"value": 3})
        self.assertIn("&lt;b&gt;Here&lt;/b&gt;", str(self.alerts(kpi).note))

    def test_grace(self):
        kpi = self.started({"value": 3, "grace": 2, "is_running": True})
        for day, told in (
            ("2026-05-20", 0),
            ("2026-05-21", 0),
            ("2026-05-22", 1),
            ("2026-05-23", 1),
        ):
            self.look(kpi, day)
            self.assertEqual(len(self.alerts(kpi)), told, day)

    def test_grace_begins_anew(self):
        kpi = self.started({"value": 1, "grace": 2, "is_running": True})
        self.look(kpi, "2026-05-21")
        deal = self.deal()
        self.look(kpi, "2026-05-22")
        deal.unlink()
        self.look(kpi, "2026-05-23")
        self.look(kpi, "2026-05-24")
        self.assertFalse(self.alerts(kpi))
        self.look(kpi, "2026-05-25")
        self.assertTrue(self.alerts(kpi))

    def test_hysteresis(self):
        kpi = self.started(
            {"value": 10, "hysteresis": 2, "is_running": True},
            aggregate="sum",
            measure_path="amount",
        )
        deal = self.deal(amount=9)
        for amount, status in (
            (9, "bad"),
            (10, "bad"),
            (11, "bad"),
            (12, "good"),
            (10, "good"),
            (9, "bad"),
        ):
            deal.amount = amount
            self.look(kpi, "2026-05-21")
            self.assertEqual(self.status(kpi), status, amount)

    def test_at_most_and_between(self):
        self.deal("2026-04-10 12:00:00")
        self.assertEqual(self.status(self.started({"value": 1}, direction="down")), "good")
        self.assertEqual(self.status(self.started({"value": 0, "kind": "at_most"})), "bad")
        self.assertEqual(
            self.status(self.started({"value": 1, "upper": 2, "kind": "between"})), "good"
        )
        self.assertEqual(
            self.status(self.started({"value": 2, "upper": 4, "kind": "between"})), "bad"
        )
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.started({"value": 4, "upper": 2, "kind": "between"})

    def test_the_latest_target_counts(self):
        self.deal("2026-04-10 12:00:00")
        kpi = self.started({"value": 1})
        kpi.target_ids = [Command.create({"since": "2026-05-01", "value": 5})]
        self.look(kpi, "2026-05-21")
        self.assertEqual(kpi.target_ids.status_ids.mapped("status"), ["good"])
        kpi.target_ids = [Command.create({"since": "2026-04-01", "value": 5})]
        self.look(kpi, "2026-05-21")
        latest = kpi.target_ids.filtered(lambda one: str(one.since) == "2026-04-01")
        self.assertEqual(latest.status_ids.status, "bad")

    def test_who_may_not_see_it_is_not_told(self):
        self.env["ir.rule"].create(
            {
                "name": "own",
                "model_id": self.env["ir.model"]._get_id("test.collab.deal"),
                "domain_force": "[('user_id', '=', user.id)]",
            }
        )
        self.deal("2026-04-10 12:00:00")
        kpi = self.started({"value": 3})
        self.assertEqual(self.status(kpi), "bad")
        self.assertFalse(self.alerts(kpi))
        statuses = self.env["collab.kpi.status"].with_user(self.owner)
        self.assertFalse(statuses.search([("kpi_id", "=", kpi.id)]))

    def test_of_other_periods(self):
        with self.assertRaisesRegex(ValidationError, "no figures of such periods"):
            self.started({"value": 3, "grain": "week"})
        self.deal("2026-02-10 12:00:00")
        kpi = self.started({"value": 1, "grain": "quarter"})
        self.assertEqual(str(kpi.target_ids.status_ids.start), "2026-01-01")
        self.assertEqual(self.status(kpi), "good")

    def test_statuses_are_sealed(self):
        self.deal("2026-04-10 12:00:00")
        kpi = self.started({"value": 3})
        for user in (self.env.user, self.env.ref("base.user_admin"), self.owner):
            with self.assertRaises(UserError):
                kpi.target_ids.status_ids.with_user(user).status = "good"

    def test_on_the_dashboard(self):
        for __ in range(4):
            self.deal("2026-04-10 12:00:00")
        kpi = self.started({"value": 5, "warning": 2})
        dashboard = self.env["collab.dashboard"].create(
            {"name": "D", "is_shared": True, "tile_ids": [Command.create({"kpi_id": kpi.id})]}
        )
        dashboard = dashboard.with_user(self.owner)
        [tile] = dashboard._show("month", 1, False)["tiles"]
        self.assertEqual(
            (tile["target"]["text"], tile["target"]["status"]), ("at least 5", "warning")
        )
        self.assertEqual(tile["trend"]["target"][-2:], [5, 5])
        self.assertEqual(tile["trend"]["warn"][-1], 3)
        self.assertIsNone(tile["forecast"])
        [tile] = dashboard._show("month", 0, False)["tiles"]
        self.assertEqual(
            (tile["target"]["status"], tile["target"]["status_text"]), (None, "So far")
        )

    def test_forecast_on_the_dashboard(self):
        for month in ("01", "02", "03", "04"):
            for __ in range(10):
                self.deal(f"2026-{month}-10 12:00:00")
        for __ in range(6):
            self.deal()
        kpi = self.started({"value": 5})
        dashboard = self.env["collab.dashboard"].create(
            {"name": "D", "is_shared": True, "tile_ids": [Command.create({"kpi_id": kpi.id})]}
        )
        [tile] = dashboard.with_user(self.owner)._show("month", 0, False)["tiles"]
        # 19 of 31 days are over, and a bit
        self.assertEqual(tile["forecast"]["text"], "10")
        self.assertEqual(tile["trend"]["forecast"]["low"], tile["trend"]["forecast"]["high"])

    def test_where_it_starts_from(self):
        for month, number in (("02", 1), ("03", 4), ("04", 2), ("05", 9)):
            for __ in range(number):
                self.deal(f"2026-{month}-10 12:00:00")
        self.deal("2026-03-10 12:00:00", company_id=self.west.id)
        kpi = self.kpi(digits=1)
        kpi.action_start()
        target = self.env["collab.kpi.target"].create(
            {"kpi_id": kpi.id, "value": 5, "since": "2026-05-01", "company_id": self.here.id}
        )
        # of January there is nothing; May is not over
        self.assertEqual(target.baseline, "2.3")
        target.since = "2026-04-01"
        self.assertEqual(target.baseline, "2.5")
        target.company_id = self.west
        self.assertEqual(target.baseline, "1.0")
        target.since = "2026-01-01"
        self.assertFalse(target.baseline)
        new = target.new({"kpi_id": kpi.id, "value": 5, "since": "2026-06-01", "grain": "month"})
        self.assertEqual(new.with_company(self.here).baseline, "2.3")

    def test_where_it_starts_from_is_for_readers(self):
        self.deal("2026-04-10 12:00:00")
        kpi = self.kpi(company_id=self.here.id)
        kpi.action_start()
        target = self.env["collab.kpi.target"].create(
            {"kpi_id": kpi.id, "value": 5, "since": "2026-05-01", "company_id": self.here.id}
        )
        target = target.with_user(self.owner)
        self.assertEqual(target.baseline, "1")
        kpi.group_ids = self.env.ref("base.group_erp_manager")
        target.invalidate_recordset()
        self.assertFalse(target.baseline)

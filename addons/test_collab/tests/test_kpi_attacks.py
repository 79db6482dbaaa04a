from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.collab_kpi.reading import reads_all
from odoo.addons.collab_kpi.reports import draft

from .kpi import KpiCase


@tagged("post_install", "-at_install")
class TestKpiAttacks(KpiCase):
    """What people have tried to get at figures that are not for them, and to stop those of others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        companies = {"company_id": cls.here.id, "company_ids": [Command.set(cls.here.ids)]}
        cls.owner = new_test_user(
            cls.env,
            "kpi owner",
            "base.group_user,collab_base.group_collab_process_owner",
            **companies,
        )
        cls.user = new_test_user(cls.env, "kpi user", "base.group_user", **companies)
        cls.own = cls.env["collab.kpi"].with_user(cls.owner)
        cls.department = cls.env["hr.department"].create({"name": "Solo"})

    def ask(self, model, **vals):
        """Return an indicator that a process owner makes over records of a model."""
        return self.own.create(
            {
                "name": "Mine",
                "model_id": self.env["ir.model"]._get_id(model),
                "date_path": "create_date",
                "since": "2026-01-01",
                **vals,
            }
        )

    def seen(self, kpi, user=None):
        values = self.env["collab.kpi.value"].with_user(user or self.user)
        return values.search_count([("kpi_id", "=", kpi.id), ("value", ">", 0)])

    # ------------------------------------------------------------------
    # What is not to be counted
    # ------------------------------------------------------------------

    def test_messages_and_activities_are_counted_by_nobody(self):
        for model, domain in (
            ("mail.message", "[('body', 'ilike', 'salary')]"),
            ("mail.activity", "[]"),
            ("mail.scheduled.message", "[]"),
            ("res.partner", "[('message_ids.body', 'ilike', 'salary')]"),
        ):
            with self.subTest(model), self.assertRaises(AccessError):
                self.ask(model, domain=domain)
        definition = {"kind": "method", "method": "collab_kpi.activity_days", "breakdowns": []}
        self.assertFalse(reads_all(self.env(user=self.owner), definition, self.here.id))

    def test_what_one_may_not_read_is_not_asked_for_by_a_link(self):
        partner = self.env["res.partner"].create({"name": "Hidden", "ref": "secret"})
        self.deal(partner_id=partner.id)
        kpi = self.kpi(domain="[('partner_id.ref', '=', 'secret')]", owner_id=self.owner.id)
        kpi.action_start()
        self.assertTrue(self.seen(kpi))
        self.env["ir.rule"].create(
            {
                "name": "hides some",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "[('ref', '!=', 'secret')]",
            }
        )
        self.assertFalse(self.seen(kpi))
        with self.assertRaises(AccessError):
            kpi.with_user(self.owner).disclosure = "aggregate"

    def test_what_few_people_have_done_is_not_counted_for_oneself(self):
        for minimum in (0, 4):
            kpi = self.own.create(
                {
                    "name": "Mine",
                    "kind": "method",
                    "method": "collab_kpi.adoption",
                    "aggregate": "avg",
                    "since": "2026-01-01",
                    "minimum": minimum,
                }
            )
            with self.assertRaisesRegex(UserError, "5 people"):
                kpi.action_start()

    def test_what_is_counted_by_an_application_that_is_gone_is_seen_by_nobody(self):
        definition = {"kind": "method", "method": "gone.gone", "breakdowns": []}
        self.assertFalse(reads_all(self.env(user=self.owner), definition, self.here.id))

    # ------------------------------------------------------------------
    # Turning one thing into another
    # ------------------------------------------------------------------

    def hidden(self, **vals):
        """Return an indicator that runs, over deals of which the others may not read all."""
        self.deal()
        kpi = self.kpi(code="hidden", owner_id=self.owner.id, company_id=self.here.id, **vals)
        kpi.action_start()
        self.env["ir.rule"].create(
            {
                "name": "hides some",
                "model_id": self.env["ir.model"]._get_id("test.collab.deal"),
                "domain_force": "[('price', '<', 100)]",
            }
        )
        self.assertFalse(self.seen(kpi))
        return kpi

    def test_figures_are_not_opened_by_becoming_a_formula(self):
        kpi = self.hidden()
        self.kpi(name="Open", code="open", aggregate="count", disclosure="aggregate").action_start()
        with self.assertRaises(AccessError):
            kpi.with_user(self.owner).write(
                {"kind": "formula", "formula": "open * 1", "disclosure": "aggregate"}
            )

    def test_a_formula_follows_what_it_is_over(self):
        self.deal()
        kpi = self.kpi(code="inner", company_id=self.here.id, disclosure="aggregate")
        kpi.action_start()
        formula = self.own.create(
            {
                "name": "Outer",
                "kind": "formula",
                "formula": "inner * 1",
                "disclosure": "aggregate",
                "since": "2026-01-01",
            }
        )
        formula.action_start()
        self.assertTrue(self.seen(formula))
        kpi.group_ids = self.env.ref("base.group_erp_manager")
        self.assertFalse(self.seen(formula))

    def test_a_group_of_readers_is_not_deleted(self):
        group = self.env["res.groups"].create({"name": "Some"})
        self.kpi(disclosure="aggregate", group_ids=group.ids)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(Exception),  # noqa: B017
            self.env.cr.savepoint(),
        ):
            group.unlink()
            self.env.flush_all()

    def test_a_dimension_stays_over_its_records(self):
        self.deal()
        self.kpi(by=[{"path": "partner_id"}]).action_start()
        dimension = self.env.ref("collab_kpi.dimension_partner").with_user(self.owner)
        with self.assertRaisesRegex(UserError, "in use"):
            dimension.model_id = self.env["ir.model"]._get_id("res.country")
        dimension.model_id = dimension.model_id
        with self.assertRaises(ValidationError):
            self.env["collab.kpi.dimension"].with_user(self.owner).create(
                {"name": "All", "model_id": self.env["ir.model"]._get_id("ir.config_parameter")}
            )

    # ------------------------------------------------------------------
    # Other ways to a figure
    # ------------------------------------------------------------------

    def test_trying_out_is_for_readers(self):
        self.deal(company_id=self.east.id)
        kpi = self.kpi(disclosure="aggregate", group_ids=self.env.ref("base.group_erp_manager").ids)
        tried = self.env["collab.kpi.preview"].with_user(self.owner)
        preview = tried.create({"kpi_id": kpi.id})
        preview._try()
        self.assertTrue(preview.trouble)
        kpi.group_ids = False
        preview = tried.create({"kpi_id": kpi.id, "company_id": self.east.id})
        preview._try()
        self.assertTrue(preview.trouble)
        self.assertFalse(preview.line_ids)

    def test_where_another_company_starts_from(self):
        self.deal("2026-04-10 12:00:00", company_id=self.east.id)
        kpi = self.kpi(disclosure="aggregate")
        kpi.action_start()
        target = self.env["collab.kpi.target"].with_user(self.owner).with_company(self.here)
        new = target.new(
            {
                "kpi_id": kpi.id,
                "company_id": self.east.id,
                "since": "2026-05-01",
                "grain": "month",
            }
        )
        self.assertFalse(new.baseline)

    def test_what_was_there_before_is_for_nobody(self):
        admin = new_test_user(self.env, "kpi admin", "base.group_system", company_id=self.here.id)
        for user in (self.owner, admin):
            with self.assertRaises(AccessError):
                self.env["collab.kpi.recount"].with_user(user).search_read([], ["before"])

    def test_a_tile_tells_no_name(self):
        kpi = self.kpi(name="TOP", group_ids=self.env.ref("base.group_erp_manager").ids)
        with self.assertRaises(ValidationError) as caught:
            self.env["collab.dashboard"].with_user(self.user).create(
                {
                    "name": "Mine",
                    "tile_ids": [Command.create({"kpi_id": kpi.id, "kind": "ranking"})],
                }
            )
        self.assertNotIn("TOP", str(caught.exception))

    # ------------------------------------------------------------------
    # Stopping others
    # ------------------------------------------------------------------

    def test_what_a_formula_is_over_is_not_forged(self):
        kpi = self.ask("test.collab.deal", date_path="moment")
        kpi.input_ids = kpi
        self.assertFalse(kpi.input_ids)
        kpi.action_start()
        other = self.ask("test.collab.deal", date_path="moment", input_ids=kpi.ids)
        self.assertFalse(other.input_ids)

    def test_amounts_without_end_stop_no_others(self):
        self.deal(amount=1)
        kpi = self.kpi(aggregate="sum", measure_path="amount")
        kpi.action_start()
        other = self.kpi()
        other.action_start()
        self.deal(amount=float("inf"))
        (kpi | other).action_count()
        self.assertRegex(kpi.trouble, "too large")
        self.assertFalse(other.trouble)
        self.assertEqual(self.values(other)["2026-05-01"], 2)

    def test_nonsense(self):
        for domain in ("['|']", "[1]", f"[('amount', '>', {10**400})]"):
            with self.subTest(domain), self.assertRaises(ValidationError):
                self.ask("test.collab.deal", domain=domain, date_path="moment").action_start()
        self.deal()
        kpi = self.kpi()
        kpi.action_start()
        for day in ("9999-12-01", "0000-01-01", "x"):
            with self.subTest(day), self.assertRaises(UserError):
                kpi.with_user(self.user).action_drill("month", day)

    def test_a_report_has_no_holes(self):
        kpis = self.kpi(name="One") | self.kpi(name="Two")
        kpis.action_start()
        dashboard = self.env["collab.dashboard"].create(
            {
                "name": "All",
                "is_shared": True,
                "tile_ids": [Command.create({"kpi_id": kpi.id}) for kpi in kpis],
            }
        )
        dashboard.with_user(self.owner).arrange([{"id": dashboard.tile_ids[0].id, "width": 1}])
        plan = self.env["collab.kpi.report.plan"].create(
            {"name": "P", "dashboard_id": dashboard.id, "company_id": self.here.id}
        )
        report = draft(plan.with_user(self.owner).sudo(), plan._last_start())
        self.assertEqual(len(report.content["tiles"]), 2)

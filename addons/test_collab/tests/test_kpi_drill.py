from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .kpi import KpiCase


@tagged("post_install", "-at_install")
class TestKpiDrill(KpiCase):
    """A click opens the very records that were counted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env,
            "kpi user",
            "base.group_user",
            company_id=cls.here.id,
            company_ids=[Command.set((cls.here | cls.west).ids)],
        )
        cls.partner = cls.env["res.partner"].create({"name": "Vendor"})

    def drill(self, kpi, start="2026-05-01", companies=None, **how):
        kpi = kpi.with_user(self.user)
        kpi = kpi.with_context(allowed_company_ids=(companies or self.here).ids)
        return kpi.action_drill(how.pop("grain", kpi.period), start, **how)

    def opened(self, action):
        """Return what the client lists for an action."""
        if action["tag"] if action["type"] == "ir.actions.client" else False:
            action = action["params"]["next"]
        return self.env[action["res_model"]].with_user(self.user).search(action["domain"])

    def test_exactly(self):
        self.deal("2026-04-30 15:59:59")
        first = self.deal("2026-04-30 16:00:00")  # May, in Shanghai
        last = self.deal("2026-05-31 15:59:59")
        self.deal("2026-05-31 16:00:00")
        archived = self.deal()
        archived.active = False
        other = self.deal(company_id=self.west.id)
        kpi = self.kpi()
        kpi.action_start()
        self.assertEqual(self.values(kpi)["2026-05-01"], 2)
        action = self.drill(kpi)
        self.assertEqual(self.opened(action), first | last)
        # as it was asked for, not by numbers
        self.assertNotIn("id", [one[0] for one in action["domain"] if isinstance(one, tuple)])
        both = self.opened(self.drill(kpi, companies=self.here | self.west))
        self.assertEqual(both, first | last | other)

    def test_of_a_part(self):
        of_partner = self.deal(partner_id=self.partner.id)
        of_none = self.deal()
        kpi = self.kpi(by=[{"path": "partner_id"}])
        kpi.action_start()
        dimension = self.env.ref("collab_kpi.dimension_partner").id
        found = self.drill(kpi, dimension_id=dimension, res_id=self.partner.id)
        self.assertEqual(self.opened(found), of_partner)
        self.assertEqual(self.opened(self.drill(kpi, dimension_id=dimension, res_id=0)), of_none)

    def test_of_a_department(self):
        department = self.env["hr.department"].create({"name": "Sales"})
        ada = self.env["res.users"].create({"name": "Ada", "login": "kpi ada"})
        self.env["hr.employee"].create(
            {"name": "Ada", "user_id": ada.id, "department_id": department.id}
        )
        theirs = self.deal(user_id=ada.id)
        self.deal()
        dimension = self.env.ref("collab_kpi.dimension_department").id
        kpi = self.kpi(by=[{"path": "user_id", "dimension_id": dimension}])
        kpi.action_start()
        found = self.drill(kpi, dimension_id=dimension, res_id=department.id)
        self.assertEqual(self.opened(found), theirs)

    def test_what_has_no_amount_is_not_counted(self):
        done = self.deal(begun="2026-05-09 12:00:00")
        self.deal()
        self.deal(begun="2026-05-11 12:00:00")  # later than it was done
        kpi = self.kpi(aggregate="avg", measure="duration", from_path="begun", to_path="moment")
        kpi.action_start()
        self.assertEqual(self.opened(self.drill(kpi)), done)

    def test_what_is_open_is_counted_first(self):
        kpi = self.kpi()
        kpi.action_start()
        deal = self.deal()
        self.assertEqual(self.opened(self.drill(kpi)), deal)
        self.assertEqual(self.values(kpi)["2026-05-01"], 1)

    def test_what_was_counted_otherwise(self):
        won = self.deal("2026-04-10 12:00:00", state="won")
        both = won | self.deal("2026-04-10 12:00:00")
        kpi = self.kpi()
        kpi.action_start()
        kpi.domain = "[('state', '=', 'won')]"
        kpi.action_count()
        self.assertEqual(self.opened(self.drill(kpi, "2026-04-01")), both)

    def test_longer_periods(self):
        deals = self.deal("2026-04-10 12:00:00") | self.deal()
        self.deal("2026-03-10 12:00:00")
        kpi = self.kpi()
        kpi.action_start()
        self.assertEqual(self.opened(self.drill(kpi, "2026-04-01", grain="quarter")), deals)

    def test_a_formula_opens_what_it_is_made_of(self):
        self.deal()
        kpi = self.kpi()
        kpi.action_start()
        twice = self.env["collab.kpi"].create(
            {
                "name": "Twice",
                "kind": "formula",
                "formula": f"{kpi.code} * 2",
                "since": "2026-01-01",
            }
        )
        twice.action_start()
        action = self.drill(twice)
        self.assertEqual(action["res_model"], "collab.kpi.value")
        self.assertEqual(self.opened(action).kpi_id.id, kpi.id)

    def test_what_the_reader_may_not_open_is_told(self):
        mine = self.deal(user_id=self.user.id)
        self.deal()
        kpi = self.kpi(disclosure="aggregate")
        kpi.action_start()
        rule = self.env["ir.rule"].create(
            {
                "name": "own",
                "model_id": self.env["ir.model"]._get_id("test.collab.deal"),
                "domain_force": "[('user_id', '=', user.id)]",
            }
        )
        action = self.drill(kpi)
        self.assertIn(
            "2 records were counted; of these you may open 1", action["params"]["message"]
        )
        self.assertEqual(self.opened(action), mine)
        kpi.disclosure = "records"
        with self.assertRaises(AccessError):
            self.drill(kpi)
        rule.unlink()
        kpi.disclosure = "aggregate"
        access = self.env["ir.model.access"].search(
            [("model_id", "=", self.env["ir.model"]._get_id("test.collab.deal"))]
        )
        access.perm_read = False
        with self.assertRaisesRegex(UserError, "2 records that you may not open"):
            self.drill(kpi)

    def test_nonsense(self):
        kpi = self.kpi()
        kpi.action_start()
        for grain, start in (
            ("month", "x"),
            ("month", None),
            ("month", "2020-01-01"),
            ("hour", "2026-05-01"),
            ("day", "2026-05-01"),
            ("month", "2026-05-02"),
        ):
            with self.subTest(grain=grain, start=start), self.assertRaises(UserError):
                self.drill(kpi, start, grain=grain)
        for what in ({"res_id": "1"}, {"dimension_id": "x"}, {"dimension_id": 10**6}):
            with self.subTest(what), self.assertRaisesRegex(UserError, "no such figure"):
                self.drill(kpi, **what)

    def test_who_may_not_see_it_has_nothing_counted(self):
        kpi = self.kpi()
        kpi.action_start()
        self.deal()
        self.env["ir.rule"].create(
            {
                "name": "own",
                "model_id": self.env["ir.model"]._get_id("test.collab.deal"),
                "domain_force": "[('user_id', '=', user.id)]",
            }
        )
        with self.assertRaises(AccessError):
            self.drill(kpi)
        self.assertEqual(self.values(kpi)["2026-05-01"], 0)

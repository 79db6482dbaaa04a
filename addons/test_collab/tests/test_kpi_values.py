from datetime import datetime
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.collab_kpi.refreshing import refresh

from .kpi import KpiCase


@tagged("post_install", "-at_install")
class TestKpiValues(KpiCase):
    """Figures are kept by period; closed ones stay."""

    def started(self, **vals):
        kpi = self.kpi(**vals)
        kpi.action_start()
        self.assertFalse(kpi.trouble)
        return kpi

    def later(self, kpi, day="2026-05-20 10:00:00"):
        with freeze_time(day):
            kpi.action_count()
        self.assertFalse(kpi.trouble)

    def test_history_comes_with_it(self):
        self.deal("2026-02-10 12:00:00")
        self.deal("2026-02-11 12:00:00")
        self.deal("2026-04-01 12:00:00")
        kpi = self.started()
        # from the first deal on, and where there was none, none
        self.assertEqual(
            self.values(kpi),
            {"2026-02-01": 2, "2026-03-01": 0, "2026-04-01": 1, "2026-05-01": 0},
        )
        self.assertEqual(self.values(kpi, "quarter"), {"2026-01-01": 2, "2026-04-01": 1})
        self.assertEqual(self.values(kpi, "year"), {"2026-01-01": 3})
        # a company with nothing yet has the period that runs
        self.assertEqual(self.values(kpi, company=self.east), {"2026-05-01": 0})

    def test_a_day_is_that_of_the_company(self):
        for company in self.companies:
            self.deal("2026-04-30 17:00:00", company_id=company.id)
        kpi = self.started()
        self.assertEqual(self.values(kpi)["2026-05-01"], 1)  # 01:00 in Shanghai
        self.assertEqual(self.values(kpi, company=self.east)["2026-05-01"], 1)
        self.assertEqual(self.values(kpi, company=self.west)["2026-04-01"], 1)  # 13:00 in New York

    def test_open_periods_follow(self):
        kpi = self.started()
        deal = self.deal()
        self.later(kpi)
        self.assertEqual(self.values(kpi)["2026-05-01"], 1)
        deal.moment = "2026-05-01 12:00:00"
        self.deal()
        self.later(kpi)
        self.assertEqual(self.values(kpi)["2026-05-01"], 2)
        deal.unlink()
        self.later(kpi)
        self.assertEqual(self.values(kpi)["2026-05-01"], 1)
        self.assertEqual(self.values(kpi, "year"), {"2026-01-01": 1})

    def test_most_of_the_time_only_the_last_days_are_counted(self):
        person = self.env.ref("collab_kpi.dimension_partner")
        vendor = self.env["res.partner"].create({"name": "Vendor"})
        for aggregate, value, more in (("sum", 7, 10), ("avg", 3.5, 10 / 3), ("max", 4, 4)):
            self.deals.search([]).unlink()
            first = self.deal("2026-05-03 12:00:00", amount=3, partner_id=vendor.id)
            self.deal("2026-05-19 18:00:00", amount=4, partner_id=vendor.id)
            kpi = self.started(
                aggregate=aggregate, measure_path="amount", by=[{"path": "partner_id"}]
            )
            for whole in (False, False, True, False):
                kpi._refresh(whole)
                self.assertEqual(self.values(kpi)["2026-05-01"], value)
                self.assertEqual(
                    self.values(kpi, dimension=person), {("2026-05-01", vendor.id): value}
                )
            self.deal("2026-05-20 08:00:00", amount=3, partner_id=vendor.id)
            kpi._refresh(whole=False)
            self.assertAlmostEqual(self.values(kpi)["2026-05-01"], more)
            self.assertAlmostEqual(self.values(kpi, "year")["2026-01-01"], more)
            # what has happened to earlier days is found by night, or when somebody looks
            first.unlink()
            kpi._refresh(whole=False)
            self.assertAlmostEqual(self.values(kpi)["2026-05-01"], more)
            kpi._refresh(whole=True)
            self.assertEqual(
                self.values(kpi)["2026-05-01"], {"sum": 7, "avg": 3.5, "max": 4}[aggregate]
            )
            # another definition is another figure of all of them
            kpi.domain = "[('state', '=', 'won')]"
            kpi._refresh(whole=False)
            self.assertFalse(self.values(kpi).get("2026-05-01"))

    def test_nothing_is_closed_by_its_last_days_alone(self):
        self.deal("2026-05-10 12:00:00")
        kpi = self.started()
        kpi._refresh(whole=True)
        # entered, and then nobody runs the jobs until long after the end of the month
        with freeze_time("2026-05-29 09:00:00"):
            self.deal("2026-05-28 12:00:00")
        with freeze_time("2026-06-10 09:00:00"):
            kpi._refresh(whole=False)
        self.assertEqual(self.values(kpi)["2026-05-01"], 2)

    def test_a_day_without_the_jobs_is_made_up_for(self):
        kpi = self.started()
        kpi._refresh(whole=True)
        with freeze_time("2026-05-22 09:00:00"):
            self.deal("2026-05-22 08:00:00")
        with freeze_time("2026-05-26 09:00:00"):
            kpi._refresh(whole=False)
        self.assertEqual(self.values(kpi)["2026-05-01"], 1)

    def test_days_are_forgotten_with_the_period(self):
        self.deal("2026-05-10 12:00:00")
        kpi = self.started()
        self.later(kpi)
        self.assertEqual(sum(self.values(kpi, "day").values()), 1)
        self.later(kpi, "2026-06-10 12:00:00")
        self.assertEqual(min(self.values(kpi, "day")), "2026-06-01")
        self.assertEqual(self.values(kpi), {"2026-05-01": 1, "2026-06-01": 0})

    def test_closed_periods_stay(self):
        self.deal("2026-04-10 12:00:00")
        kpi = self.started()
        self.assertEqual(str(kpi.open_from), "2026-05-01")
        self.deal("2026-04-11 12:00:00")
        self.later(kpi)
        self.assertEqual(self.values(kpi)["2026-04-01"], 1)
        # what they are part of is made of them as they are
        self.assertEqual(self.values(kpi, "quarter")["2026-04-01"], 1)

    def test_a_period_settles(self):
        self.deal("2026-05-10 12:00:00")
        kpi = self.started(settling=5)
        with freeze_time("2026-06-05 09:00:00"):
            self.deal("2026-05-31 12:00:00")  # entered late, but in time
            kpi.action_count()
            self.assertEqual(self.values(kpi)["2026-05-01"], 2)
            self.assertEqual(str(kpi.open_from), "2026-05-01")
        with freeze_time("2026-06-06 23:00:00"):
            kpi.action_count()
            self.assertEqual(str(kpi.open_from), "2026-06-01")
            self.deal("2026-05-31 12:00:00")
            kpi.action_count()
            self.assertEqual(self.values(kpi)["2026-05-01"], 2)

    def test_parts_come_and_go(self):
        ada, bo = self.env["res.users"].create(
            [{"name": name, "login": name} for name in ("kpi ada", "kpi bo")]
        )
        person = self.env.ref("collab_kpi.dimension_person")
        deal = self.deal(user_id=ada.id)
        kpi = self.started(by=[{"path": "user_id"}])
        self.assertEqual(self.values(kpi, dimension=person), {("2026-05-01", ada.id): 1})
        deal.user_id = bo
        self.later(kpi)
        self.assertEqual(self.values(kpi, dimension=person), {("2026-05-01", bo.id): 1})
        deal.user_id = False
        self.later(kpi)
        self.assertEqual(self.values(kpi, dimension=person), {("2026-05-01", 0): 1})
        [value] = self.env["collab.kpi.value"].search(
            [("kpi_id", "=", kpi.id), ("dimension_id", "=", person.id), ("grain", "=", "month")]
        )
        self.assertEqual(value.part, "None")

    def test_a_persons_department(self):
        department = self.env["hr.department"].create({"name": "Sales"})
        user = self.env["res.users"].create({"name": "Ada", "login": "kpi ada"})
        employee = self.env["hr.employee"].create(
            {"name": "Ada", "user_id": user.id, "department_id": department.id}
        )
        self.deal(user_id=user.id)
        self.deal(employee_id=employee.id)
        of_user = self.started(
            by=[
                {
                    "path": "user_id",
                    "dimension_id": self.env.ref("collab_kpi.dimension_department").id,
                }
            ]
        )
        of_employee = self.started(
            by=[
                {
                    "path": "employee_id",
                    "dimension_id": self.env.ref("collab_kpi.dimension_department").id,
                }
            ]
        )
        for kpi in of_user | of_employee:
            found = self.values(kpi, dimension=self.env.ref("collab_kpi.dimension_department"))
            self.assertEqual(
                found, {("2026-05-01", department.id): 1, ("2026-05-01", 0): 1}, kpi.code
            )

    def test_what_is_gone_keeps_its_figures(self):
        department = self.env["hr.department"].create({"name": "Sales"})
        employee = self.env["hr.employee"].create({"name": "Ada", "department_id": department.id})
        self.deal("2026-04-10 12:00:00", employee_id=employee.id)
        dimension = self.env.ref("collab_kpi.dimension_department")
        kpi = self.started(by=[{"path": "employee_id", "dimension_id": dimension.id}])
        employee.department_id = False
        department.unlink()
        self.assertEqual(self.values(kpi, dimension=dimension)["2026-04-01", department.id], 1)

    def test_an_application_that_goes_leaves_its_figures(self):
        thing = self.env["ir.model"].create({"name": "Thing", "model": "x_thing"})
        self.env["ir.model.fields"].create(
            {
                "name": "x_thing_id",
                "field_description": "Thing",
                "ttype": "many2one",
                "relation": "x_thing",
                "model_id": self.env["ir.model"]._get_id("test.collab.deal"),
                "on_delete": "set null",
            }
        )
        one = self.env["x_thing"].create({"x_name": "One"})
        self.deal("2026-04-10 12:00:00", x_thing_id=one.id)
        kpi = self.started(by=[{"path": "x_thing_id"}])
        dimension = kpi.breakdown_ids.dimension_id
        self.env["ir.model.fields"].search([("name", "=", "x_thing_id")]).unlink()
        thing.unlink()
        self.assertEqual((dimension.model, dimension.model_id.id), ("x_thing", False))
        self.assertEqual(self.values(kpi, dimension=dimension)["2026-04-01", one.id], 1)
        kpi.action_count()
        self.assertIn("gone", kpi.trouble)

    # -- versions ----------------------------------------------------------------

    def test_versions(self):
        self.deal("2026-04-10 12:00:00", amount=3)
        self.deal("2026-05-10 12:00:00", amount=4)
        kpi = self.started()
        first = kpi.version_id
        kpi.write({"aggregate": "sum", "measure_path": "amount"})
        self.assertEqual(kpi.version_id.number, 2)
        self.later(kpi)
        values = self.env["collab.kpi.value"].search(
            [("kpi_id", "=", kpi.id), ("grain", "=", "month"), ("company_id", "=", self.here.id)],
            order="start",
        )
        self.assertEqual(values.mapped("value"), [1, 4])
        self.assertEqual(values.version_id, first | kpi.version_id)
        self.assertEqual(values[0].version_id, first)

    def test_a_name_is_no_version(self):
        kpi = self.started()
        kpi.write({"name": "Otherwise", "digits": 2, "note": "…", "direction": "down"})
        self.assertEqual(kpi.version_id.number, 1)

    def test_what_is_made_of_it_has_a_new_version_too(self):
        kpi = self.started()
        share = self.env["collab.kpi"].create(
            {
                "name": "Twice",
                "kind": "formula",
                "formula": f"{kpi.code} * 2",
                "since": "2026-01-01",
            }
        )
        share.action_start()
        self.assertEqual(share.version_id.number, 1)
        kpi.domain = "[('state', '=', 'won')]"
        self.assertEqual(share.version_id.number, 2)

    # -- formulas ----------------------------------------------------------------

    def test_formula(self):
        ada = self.env["res.users"].create({"name": "Ada", "login": "kpi ada"})
        self.deal("2026-04-10 12:00:00")
        self.deal("2026-05-10 12:00:00", state="won", user_id=ada.id)
        self.deal("2026-05-11 12:00:00", user_id=ada.id)
        self.deal("2026-05-11 12:00:00", state="won")
        by = [{"path": "user_id"}]
        every = self.started(name="All", by=by)
        won = self.started(name="Won", domain="[('state', '=', 'won')]", by=by)
        self.assertEqual((every.code, won.code), ("all", "won"))
        rate = self.env["collab.kpi"].create(
            {"name": "Rate", "kind": "formula", "formula": "won / all * 100", "since": "2026-01-01"}
        )
        rate.action_start()
        self.assertEqual(self.values(rate).keys(), {"2026-04-01", "2026-05-01"})
        self.assertAlmostEqual(self.values(rate)["2026-05-01"], 200 / 3)
        # of the whole quarter, not the mean of its months
        self.assertEqual(self.values(rate, "quarter"), {"2026-04-01": 50})
        person = self.env.ref("collab_kpi.dimension_person")
        found = self.values(rate, dimension=person)
        self.assertEqual(found["2026-05-01", ada.id], 50)
        self.assertEqual(found["2026-05-01", 0], 100)
        self.assertEqual(found["2026-04-01", 0], 0)

    def test_what_it_is_made_of_is_counted_first(self):
        names = ("Third", "Second", "First")
        third, second, first = self.env["collab.kpi"].create(
            [
                {"name": name, "kind": "formula", "formula": "1", "since": "2026-01-01"}
                for name in names
            ]
        )
        self.started(name="All")
        first.formula, second.formula, third.formula = "all * 2", "first * 2", "second * 2"
        for kpi in (first, second, third):
            kpi.action_start()
        self.assertEqual((third | second | first)._inputs_first(), first | second | third)
        every = self.env["collab.kpi"]._running()
        self.assertLess(every.ids.index(first.id), every.ids.index(second.id))
        self.deal()
        third.action_count()
        self.assertEqual(self.values(third)["2026-05-01"], 8)

    def test_division_by_zero(self):
        won = self.started(name="Won", domain="[('state', '=', 'won')]")
        rate = self.env["collab.kpi"].create(
            {"name": "Rate", "kind": "formula", "formula": "1 / won", "since": "2026-01-01"}
        )
        rate.action_start()
        [value] = self.env["collab.kpi.value"].search(
            [("kpi_id", "=", rate.id), ("grain", "=", "month"), ("company_id", "=", self.here.id)]
        )
        self.assertEqual((value.value, value.lack), (0, "zero"))
        self.assertFalse(won.trouble)

    def test_circle(self):
        one = self.env["collab.kpi"].create({"name": "One", "kind": "formula", "formula": "2"})
        two = self.env["collab.kpi"].create(
            {"name": "Two", "kind": "formula", "formula": "one + 1"}
        )
        with self.assertRaisesRegex(ValidationError, "one → two → one"):
            one.formula = "two + 1"
        self.assertEqual(two.input_ids, one)

    def test_a_code_that_is_used_stays(self):
        one = self.env["collab.kpi"].create({"name": "One", "kind": "formula", "formula": "2"})
        self.env["collab.kpi"].create({"name": "Two", "kind": "formula", "formula": "one + 1"})
        with self.assertRaisesRegex(UserError, "“Two” names “One”"):
            one.code = "first"

    # -- few people --------------------------------------------------------------

    def test_few_people(self):
        people = self.env["res.users"].create(
            [{"name": f"P{number}", "login": f"kpi {number}"} for number in range(7)]
        )
        big, small = self.env["res.partner"].create([{"name": "Big"}, {"name": "Small"}])
        for index, user in enumerate(people):
            self.deal(user_id=user.id, partner_id=(small if index < 2 else big).id, amount=index)
        kpi = self.started(
            minimum=3,
            person_path="user_id",
            aggregate="avg",
            measure_path="amount",
            by=[{"path": "partner_id"}],
        )
        partner = self.env.ref("collab_kpi.dimension_partner")
        self.assertEqual(self.values(kpi)["2026-05-01"], 3)
        # the other part would tell of the small one
        self.assertEqual(self.values(kpi, dimension=partner), {})
        kpi.minimum = 8
        self.later(kpi)
        [whole] = self.env["collab.kpi.value"].search(
            [("kpi_id", "=", kpi.id), ("grain", "=", "month"), ("company_id", "=", self.here.id)]
        )
        self.assertEqual((whole.value, whole.lack), (0, "few"))

    def by_people(self, **vals):
        """Start the average of people in two parts, of three at least."""
        return self.started(
            minimum=3,
            person_path="user_id",
            aggregate="avg",
            measure_path="amount",
            by=[{"path": "partner_id"}],
            **vals,
        )

    def part(self, name):
        found = self.env["res.partner"].search([("name", "=", f"part {name}")])
        return found or found.create({"name": f"part {name}"})

    def people_deal(self, month, **numbers):
        """Enter a deal of so many people of each part in a month, of amounts that tell them apart."""
        for name, number in numbers.items():
            for index in range(number):
                login = f"kpi {name} {index}"
                user = self.env["res.users"].search([("login", "=", login)])
                self.deal(
                    f"2026-{month:02}-10 12:00:00",
                    user_id=(user or user.create({"name": login, "login": login})).id,
                    partner_id=self.part(name).id,
                    amount=month + index,
                )

    def told(self, kpi, grain, part=None):
        """Return what is kept of the whole or a part: first day → value, lack, weight, total."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT start::text, value, lack, weight, total FROM collab_kpi_value"
            " WHERE kpi_id = %s AND grain = %s AND company_id = %s AND COALESCE(res_id, 0) = %s",
            [kpi.id, grain, self.here.id, self.part(part).id if part else 0],
        )
        return {start: tuple(rest) for start, *rest in self.env.cr.fetchall()}

    def test_longer_periods_give_nothing_away(self):
        self.people_deal(1, big=2)
        self.people_deal(2, big=4, small=4)
        self.people_deal(3, big=4, small=4)
        self.people_deal(4, big=3, small=4)
        kpi = self.by_people()
        few = (None, "few", 0, None)
        months = self.told(kpi, "month")
        self.assertEqual(months["2026-01-01"], few)
        self.assertEqual(months["2026-02-01"], (3.5, None, 8, None))
        # by what is around it, January would be worked out
        self.assertEqual(self.told(kpi, "quarter")["2026-01-01"], few)
        self.assertEqual(self.told(kpi, "year")["2026-01-01"], few)
        self.assertEqual(self.told(kpi, "quarter")["2026-04-01"][2], 7)
        # so would it for who was asked in it; the others have nothing to hide
        self.assertEqual(self.told(kpi, "quarter", "big")["2026-01-01"], few)
        self.assertEqual(self.told(kpi, "year", "big")["2026-01-01"], few)
        self.assertEqual(self.told(kpi, "quarter", "small")["2026-01-01"], (4, None, 8, None))
        self.assertEqual(self.told(kpi, "year", "small")["2026-01-01"][2], 12)

    def test_longer_periods_give_no_part_away(self):
        self.people_deal(1, big=2, small=5, other=4)
        self.people_deal(2, big=4, small=4, other=4)
        self.people_deal(3, big=4, small=4, other=4)
        kpi = self.by_people()
        few = (None, "few", 0, None)
        for grain in ("quarter", "year"):
            whole = self.told(kpi, grain)["2026-01-01"]
            self.assertEqual(whole[1:3], (None, 35))
            # the part of few, and the one that is hidden with it; not the one that is shown
            self.assertEqual(self.told(kpi, grain, "big"), {"2026-01-01": few})
            self.assertEqual(self.told(kpi, grain, "other"), {"2026-01-01": few})
            self.assertEqual(self.told(kpi, grain, "small")["2026-01-01"][2], 13)

    def test_longer_periods_of_enough_people(self):
        for month in (1, 3, 5):
            self.people_deal(month, big=3, small=4)
        kpi = self.by_people()
        # nothing at all is nothing hidden
        self.assertEqual(set(self.told(kpi, "month")), {f"2026-0{one}-01" for one in (1, 3, 5)})
        for part, records in ((None, 14), ("big", 6), ("small", 8)):
            value, *rest = self.told(kpi, "quarter", part)["2026-01-01"]
            self.assertTrue(value)
            self.assertEqual(rest, [None, records, None])
            self.assertEqual(self.told(kpi, "year", part)["2026-01-01"][2], records // 2 * 3)
        # the period that runs is hidden or not as any other
        self.people_deal(6, big=2)
        self.later(kpi, "2026-06-20 10:00:00")
        self.assertEqual(self.told(kpi, "quarter")["2026-04-01"][1], "few")
        self.assertEqual(self.told(kpi, "year")["2026-01-01"][1], "few")
        self.assertEqual(self.told(kpi, "quarter")["2026-01-01"][2], 14)

    def test_numbers_of_longer_periods_give_nothing_away(self):
        self.people_deal(2, big=2)
        self.people_deal(3, big=4)
        kpi = self.started(minimum=3, person_path="user_id")
        few = (None, "few", 0, None)
        months = self.told(kpi, "month")
        # few are not nothing: history begins with them
        self.assertEqual(months["2026-02-01"], few)
        self.assertEqual((months["2026-03-01"][0], months["2026-04-01"][0]), (4, 0))
        self.assertEqual(self.told(kpi, "year"), {"2026-01-01": few})
        self.assertEqual(self.told(kpi, "quarter")["2026-04-01"][:3], (0, None, 0))

    def test_longer_periods_follow_what_is_counted_anew(self):
        for month in (1, 2, 3):
            self.people_deal(month, big=4)
        kpi = self.by_people()
        self.assertEqual(self.told(kpi, "quarter")["2026-01-01"][2], 12)
        self.deals.search([("moment", "<", "2026-02-01")], limit=2).unlink()
        # February and March are final, and not asked for
        self.recount(kpi, first="2026-01-01", last="2026-01-31")
        few = (None, "few", 0, None)
        for part in (None, "big"):
            self.assertEqual(self.told(kpi, "quarter", part)["2026-01-01"], few)
            self.assertEqual(self.told(kpi, "year", part)["2026-01-01"], few)
        self.people_deal(1, big=3)
        self.recount(kpi, first="2026-01-01", last="2026-01-31")
        for part in (None, "big"):
            self.assertEqual(self.told(kpi, "quarter", part)["2026-01-01"][1:3], (None, 13))
        # another month that was final long ago is asked about, too
        self.deals.search([("moment", "<", "2026-02-01")], limit=3).unlink()
        self.recount(kpi, first="2026-01-01", last="2026-01-31")
        self.recount(kpi, first="2026-03-01", last="2026-03-31")
        self.assertEqual(self.told(kpi, "quarter")["2026-01-01"], few)

    # -- counted anew ------------------------------------------------------------

    def recount(self, kpi, **vals):
        wizard = self.env["collab.kpi.recounting"].create(
            {
                "kpi_id": kpi.id,
                "first": "2026-04-01",
                "last": "2026-04-30",
                "reason": "late",
                **vals,
            }
        )
        wizard.action_recount()
        return kpi.recount_ids[:1]

    def test_counted_anew(self):
        self.deal("2026-03-10 12:00:00")
        self.deal("2026-04-10 12:00:00")
        kpi = self.started()
        self.deal("2026-03-11 12:00:00")
        self.deal("2026-04-11 12:00:00")
        done = self.recount(kpi)
        # March is not asked for; what April is part of is counted anew
        self.assertEqual(self.values(kpi), {"2026-03-01": 1, "2026-04-01": 2, "2026-05-01": 0})
        self.assertEqual(self.values(kpi, "quarter"), {"2026-01-01": 1, "2026-04-01": 2})
        self.assertEqual(done.reason, "late")
        self.assertEqual(
            [row[:2] for row in done.before if row[0] == "month"], [["month", "2026-04-01"]]
        )
        april = self.env["collab.kpi.value"].search(
            [
                ("kpi_id", "=", kpi.id),
                ("grain", "=", "month"),
                ("start", "=", "2026-04-01"),
                ("company_id", "=", self.here.id),
            ]
        )
        self.assertEqual(april.mapped("is_frozen"), [True])
        self.later(kpi)
        self.assertEqual(self.values(kpi)["2026-04-01"], 2)

    def test_counted_anew_for_a_reason(self):
        kpi = self.started()
        with self.assertRaisesRegex(UserError, "Say why"):
            self.recount(kpi, reason="  ")
        with self.assertRaisesRegex(UserError, "not after the last"):
            self.recount(kpi, first="2026-05-01")
        self.assertFalse(kpi.recount_ids)

    # -- amounts -----------------------------------------------------------------

    def test_amounts_at_the_rate_of_their_day(self):
        usd, eur = self.env.ref("base.USD"), self.env.ref("base.EUR")
        self.env["res.currency.rate"].search([]).unlink()
        self.here.currency_id = usd
        self.env["res.currency.rate"].create(
            [
                {"currency_id": eur.id, "name": "2026-03-01", "rate": 0.5, "company_id": False},
                {"currency_id": eur.id, "name": "2026-05-10", "rate": 0.8, "company_id": False},
                {
                    "currency_id": eur.id,
                    "name": "2026-05-01",
                    "rate": 0.25,
                    "company_id": self.east.id,
                },
            ]
        )
        deals = self.deal("2026-02-10 12:00:00", currency_id=eur.id, price=10)  # first there is
        deals |= self.deal("2026-05-09 15:59:59", currency_id=eur.id, price=10.01)
        deals |= self.deal("2026-05-09 16:00:00", currency_id=eur.id, price=10)  # the 10th here
        deals |= self.deal("2026-05-12 12:00:00", currency_id=usd.id, price=7)
        deals |= self.deal("2026-05-12 12:00:00", price=1)
        deals |= self.deal(
            "2026-05-12 12:00:00", currency_id=eur.id, price=10, company_id=self.east.id
        )
        # before all rates: by its own first, though one of all companies is earlier
        deals |= self.deal(
            "2026-02-10 12:00:00", currency_id=eur.id, price=10, company_id=self.east.id
        )
        kpi = self.started(aggregate="sum", measure_path="price", currency_id=usd.id)
        self.assertEqual(self.values(kpi)["2026-02-01"], 20)
        self.assertEqual(self.values(kpi, company=self.east)["2026-02-01"], 40)
        self.assertAlmostEqual(self.values(kpi)["2026-05-01"], 20.02 + 12.5 + 7 + 1)
        self.assertEqual(self.values(kpi, company=self.east)["2026-05-01"], 40)
        # as Odoo converts them
        zones = {self.here: 8, self.east: 12}
        for company in zones:
            total = 0
            for deal in deals.filtered(lambda one, company=company: one.company_id == company):
                moment = deal.moment.timestamp() + zones[company] * 3600
                total += (deal.currency_id or usd)._convert(
                    deal.price, usd, company, datetime.utcfromtimestamp(moment).date()
                )
            self.assertAlmostEqual(sum(self.values(kpi, company=company).values()), total)

    def test_a_currency_without_rates(self):
        usd = self.env.ref("base.USD")
        self.here.currency_id = usd
        strange = self.env["res.currency"].create({"name": "XYZ", "symbol": "x"})
        kpi = self.kpi(aggregate="sum", measure_path="price", currency_id=usd.id)
        self.deal(price=0, currency_id=strange.id)
        kpi.action_start()
        self.assertFalse(kpi.trouble)
        self.deal(price=3, currency_id=strange.id)
        kpi.action_count()
        self.assertIn("There is no rate for XYZ", kpi.trouble)
        self.env["res.currency.rate"].create(
            {"currency_id": strange.id, "rate": 2, "company_id": False}
        )
        kpi.action_count()
        self.assertFalse(kpi.trouble)
        self.assertEqual(self.values(kpi)["2026-05-01"], 1.5)

    def test_money_has_a_currency(self):
        kpi = self.kpi(aggregate="sum", measure_path="price")
        self.assertEqual(kpi.currency_id, self.env.company.currency_id)
        kpi.measure_path = "amount"
        self.assertFalse(kpi.currency_id)

    # -- working hours -----------------------------------------------------------

    def test_working_hours(self):
        # Monday to Friday, 8-12 and 13-17 in Shanghai
        def took(begun, done):
            self.deals.search([]).unlink()
            self.deal(done, begun=begun)
            kpi = self.kpi(
                aggregate="avg",
                measure="duration",
                from_path="begun",
                to_path="moment",
                unit="working_hours",
            )
            kpi.action_start()
            self.assertFalse(kpi.trouble)
            return self.values(kpi)["2026-05-01"]

        self.assertAlmostEqual(took("2026-05-11 00:00:00", "2026-05-11 04:00:00"), 4)
        self.assertAlmostEqual(took("2026-05-11 03:30:00", "2026-05-11 05:30:00"), 1)  # lunch
        self.assertAlmostEqual(took("2026-05-08 08:00:00", "2026-05-11 01:00:00"), 2)  # weekend
        self.assertAlmostEqual(took("2026-05-09 08:00:00", "2026-05-10 01:00:00"), 0)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.here.resource_calendar_id.id,
                "company_id": self.here.id,
                "date_from": "2026-05-11 00:00:00",
                "date_to": "2026-05-11 15:59:00",
            }
        )
        self.assertAlmostEqual(took("2026-05-08 08:00:00", "2026-05-12 01:00:00"), 2)

    # -- what cannot be counted --------------------------------------------------

    def test_bad_definitions(self):
        bad = [
            ({"domain": "[('nothing', '=', 1)]"}, "“nothing” of “Test Deal” is gone"),
            ({"domain": "[('user_id.nothing', '=', 1)]"}, "“nothing” of “User” is gone"),
            ({"domain": "os.system('x')"}, "cannot be read"),
            ({"domain": "{'a': 1}"}, "a list of conditions"),
            ({"domain": "[('state', '>>', 1)]"}, "cannot be counted"),
            ({"date_path": "name"}, "is no date"),
            ({"date_path": "user_id.tz"}, "is no|not stored"),
            ({"date_path": False}, "Say their date"),
            ({"aggregate": "sum"}, "Say what is measured"),
            ({"aggregate": "sum", "measure_path": "name"}, "is no number"),
            ({"aggregate": "sum", "measure_path": "user_id.child_ids.id"}, "several records|gone"),
            ({"aggregate": "avg", "measure": "duration"}, "Say from when, until when"),
            ({"minimum": 3}, "Say whose record it is"),
            ({"kind": "formula", "formula": ""}, "Enter a formula"),
            ({"kind": "formula", "formula": "1 +"}, "cannot be read"),
            ({"kind": "formula", "formula": "open('x')"}, "cannot be part of a formula"),
            ({"kind": "formula", "formula": "nobody + 1"}, "no indicator called nobody"),
            ({"kind": "method"}, "Choose what is to be counted"),
        ]
        for vals, said in bad:
            kpi = self.kpi(**vals)
            with self.subTest(vals), self.assertRaisesRegex(ValidationError, said):
                kpi.action_start()
            self.assertEqual(kpi.state, "draft")
            kpi.unlink()

    def test_bad_breakdowns(self):
        for path, said in (
            ("nothing", "gone"),
            ("state", "does not lead|no link"),
            ("company_id.child_ids", "does not lead|no link"),
        ):
            with self.subTest(path), self.assertRaisesRegex(ValidationError, said):
                self.kpi(
                    by=[
                        {
                            "path": path,
                            "dimension_id": self.env.ref("collab_kpi.dimension_person").id,
                        }
                    ]
                )

    def test_too_many_periods(self):
        with self.assertRaisesRegex(ValidationError, "more than anybody can look at"):
            self.kpi(period="day", since="2010-01-01")
        # ten years by day are no trouble
        kpi = self.kpi(period="day", since="2016-05-21")
        self.deal("2016-05-22 12:00:00")
        kpi.action_start()
        self.assertFalse(kpi.trouble)
        self.assertEqual(len(self.values(kpi)), 3651)

    def test_a_field_that_goes_away(self):
        field = self.env["ir.model.fields"].create(
            {
                "name": "x_grade",
                "field_description": "Grade",
                "ttype": "integer",
                "model_id": self.env["ir.model"]._get_id("test.collab.deal"),
            }
        )
        kpi = self.started(domain="[('x_grade', '>', 1)]")
        other = self.started(name="Other")
        field.unlink()
        self.deal()
        with self.enter_registry_test_mode():
            self.env.ref("collab_kpi.ir_cron_collab_kpi_count").method_direct_trigger()
        self.assertIn("“x_grade” of “Test Deal” is gone", kpi.trouble)
        self.assertEqual(self.values(other)["2026-05-01"], 1)

    def test_one_that_cannot_be_counted_does_not_keep_the_others(self):
        bad = self.started(name="A bad one")
        good = self.started(name="Good")
        self.env.cr.execute(
            "UPDATE collab_kpi_version SET definition = %s WHERE kpi_id = %s",
            [
                '{"kind": "method", "method": "gone", "period": "month", "company": null,'
                ' "breakdowns": [], "aggregate": "count"}',
                bad.id,
            ],
        )
        self.env.invalidate_all()
        self.deal()
        with self.enter_registry_test_mode():
            self.env.ref("collab_kpi.ir_cron_collab_kpi_count").method_direct_trigger()
        self.assertIn("gone", bad.trouble)
        self.assertEqual(self.values(good)["2026-05-01"], 1)

    def test_one_that_raises_says_so_and_the_others_live(self):
        bad, good = self.started(name="Bad"), self.started(name="Good")
        self.deal()

        def fails(kpi, whole):
            if kpi == bad:
                raise ZeroDivisionError("of an application")
            return refresh(kpi, whole)

        path = "odoo.addons.collab_kpi.models.collab_kpi_counting"
        with patch(f"{path}.refresh", fails), mute_logger(path):
            (bad | good).action_count()
        self.assertIn("of an application", bad.trouble)
        self.assertEqual(self.values(good)["2026-05-01"], 1)

    def test_what_has_figures_is_archived(self):
        kpi = self.started()
        with self.assertRaisesRegex(UserError, "archive it instead"):
            kpi.unlink()
        self.kpi(name="Draft").unlink()
        self.assertTrue(kpi.exists())

    def test_no_query_for_each_company_or_part(self):
        counts = []
        for number in (3, 30):
            partners = self.env["res.partner"].create([{"name": f"P{i}"} for i in range(number)])
            for partner in partners:
                self.deal(partner_id=partner.id)
            kpi = self.started(by=[{"path": "partner_id"}])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            kpi._refresh(whole=True)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_what_is_shipped_and_cannot_be_counted_stops_no_installation(self):
        xyz = self.env["res.currency"].create({"name": "XYZ", "symbol": "X"})
        self.deal(currency_id=xyz.id, price=10)
        self.deal(currency_id=self.here.currency_id.id, price=10)
        kpis = self.kpi(name="Count") | self.kpi(
            name="Money",
            aggregate="sum",
            measure_path="price",
            currency_id=self.here.currency_id.id,
        )
        self.env["collab.kpi"]._start_shipped(kpis.ids)
        self.assertEqual(kpis.mapped("state"), ["on", "on"])
        self.assertEqual(self.values(kpis[0])["2026-05-01"], 2)
        self.assertRegex(kpis[1].trouble, "rate")
        self.env["res.currency.rate"].create(
            {"currency_id": xyz.id, "rate": 2, "company_id": False}
        )
        kpis[1].action_count()
        self.assertFalse(kpis[1].trouble)
        self.assertEqual(self.values(kpis[1])["2026-05-01"], 15)

    def test_a_dimension_that_is_there_is_taken_when_an_application_brings_it(self):
        dimensions = self.env["collab.kpi.dimension"]
        model = self.env["ir.model"]._get_id("test.collab.deal")
        vals = {"name": "Deal", "model_id": model}
        own = dimensions.create(vals)
        found = dimensions._load_records(
            [
                {"xml_id": f"test_collab.dimension_{number}", "values": vals | name}
                for number, name in enumerate(({}, {"name": "Another"}))
            ]
        )
        self.assertEqual(found[0], own)
        self.assertEqual(found[1].name, "Another")
        self.assertEqual(self.env.ref("test_collab.dimension_0"), own)

    def test_a_code_that_somebody_has_taken_stops_no_application(self):
        own = self.kpi(code="deals", active=False)
        vals = {
            "name": "Deals",
            "code": "deals",
            "model_id": own.model_id.id,
            "date_path": "moment",
        }
        data = [{"xml_id": "test_collab.kpi_deals", "values": vals}]
        found = self.env["collab.kpi"].with_context(install_mode=True)._load_records(data)
        self.assertNotEqual(found, own)
        self.assertEqual(found.code, "deals_1")

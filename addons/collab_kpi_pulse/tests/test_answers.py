from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.fields import Date
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.collab_guard.exceptions import GuardError
from odoo.addons.collab_kpi.tests.shipped import SETTINGS, Fact, ShippedCase

CODES = {"satisfaction", "satisfaction_answers"}
ANSWERS = st.dictionaries(
    st.tuples(st.integers(0, 5), st.integers(1, 6)), st.integers(0, 5), max_size=20
)


@tagged("post_install", "-at_install")
class TestAnswers(ShippedCase):
    """What people say is theirs; what becomes of it is set against each answer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kpis = cls.env["collab.kpi"].search([("code", "in", list(CODES))])
        cls.user = cls.people[0]
        cls.admin = new_test_user(
            cls.env,
            "kpi_admin",
            "base.group_user,base.group_system,collab_base.group_collab_admin",
            company_id=cls.here.id,
            company_ids=[Command.set(cls.companies.ids)],
        )
        cls.portal = new_test_user(cls.env, "kpi_portal", "base.group_portal")

    def pulse(self, user):
        return self.env["collab.pulse"].with_user(user)

    def slow_facts(self):
        for one in self.env["collab.pulse"].search([]):
            company = one.company_id
            if one.score and one.month < Date.today().replace(day=1):
                parts = {"hr.department": one.department_id.id or 0}
                yield Fact(one.month, company, one.score, parts, one.user_id.id)

    # ------------------------------------------------------------------
    # Answering
    # ------------------------------------------------------------------

    def test_answer_and_change_it(self):
        pulse = self.pulse(self.user)
        self.assertEqual(pulse.mine(), {"month": "2026-05-01", "score": None})
        self.assertEqual(pulse.answer(4)["score"], 4)
        self.assertEqual(pulse.answer(0)["score"], 0)
        self.assertEqual(pulse.answer(2), {"month": "2026-05-01", "score": 2})
        self.assertEqual(len(self.pulse(self.user).search([])), 1)

    def test_the_month_is_that_of_where_one_works(self):
        with freeze_time("2026-05-31 20:00:00"):
            self.assertEqual(self.pulse(self.people[0]).answer(3)["month"], "2026-06-01")
            self.assertEqual(self.pulse(self.people[2]).answer(3)["month"], "2026-05-01")

    def test_it_is_from_1_to_5(self):
        for wrong in (6, -1, "3", 2.5, True, None, [3]):
            with self.subTest(wrong), self.assertRaisesRegex(UserError, "from 1 to 5"):
                self.pulse(self.user).answer(wrong)

    def test_the_card(self):
        cards = self.env["collab.card"].with_user(self.user).load(["pulse.question"])
        self.assertEqual([card["data"]["score"] for card in cards], [None])

    # ------------------------------------------------------------------
    # Attacks
    # ------------------------------------------------------------------

    def test_nobody_reads_what_others_have_said(self):
        self.pulse(self.user).answer(1)
        answer = self.env["collab.pulse"].search([("user_id", "=", self.user.id)])
        for other in (self.people[3], self.admin):
            self.assertFalse(self.pulse(other).search([]))
            with self.assertRaises(AccessError):
                answer.with_user(other).read(["score"])
            self.assertEqual(self.pulse(other)._read_group([], [], ["score:sum"]), [(0,)])
        with self.assertRaises(AccessError):
            self.pulse(self.portal).search([])

    def test_no_rule_opens_it(self):
        self.pulse(self.user).answer(1)
        answer = self.env["collab.pulse"].search([("user_id", "=", self.user.id)])
        rule = self.env.ref("collab_kpi_pulse.rule_pulse_own").with_user(self.admin)
        rule.domain_force = "[(1, '=', 1)]"
        self.assertFalse(self.pulse(self.admin).search([]))
        self.assertEqual(self.pulse(self.admin)._read_group([], [], ["score:sum"]), [(0,)])
        with self.assertRaises(AccessError):
            answer.with_user(self.admin).read(["score"])
        rule.unlink()
        self.assertFalse(self.pulse(self.admin).search([]))
        self.assertEqual(self.pulse(self.user).search([]), answer)
        self.assertEqual(answer.with_user(self.user).score, 1)

    def test_who_moves_takes_no_answer_along(self):
        people = self.env["res.users"].union(
            *(self.person(f"kpi more {number}", self.here, 0) for number in range(6))
        )
        with freeze_time("2026-04-10 09:00:00"):
            for user in people:
                self.pulse(user).answer(3)
        [kpi] = self.kpis.filtered(lambda one: one.code == "satisfaction_answers")
        before = self.counted(kpi, "month")
        employee = self.env["hr.employee"].search([("user_id", "=", people[0].id)])
        employee.department_id = self.departments[1]
        self.assertEqual(self.counted(kpi, "month"), before)

    def test_figures_of_an_indicator_of_ones_own_are_of_five_people_too(self):
        owner = new_test_user(
            self.env,
            "kpi_owner",
            "base.group_user,collab_base.group_collab_process_owner",
            company_id=self.here.id,
            company_ids=[Command.set(self.here.ids)],
        )
        kpi = (
            self.env["collab.kpi"]
            .with_user(owner)
            .create(
                {
                    "name": "Mine",
                    "kind": "method",
                    "method": "collab_kpi_pulse.score",
                    "aggregate": "avg",
                    "since": "2026-01-01",
                    "minimum": 4,
                }
            )
        )
        with self.assertRaisesRegex(UserError, "5 people"):
            kpi.action_start()

    def test_nobody_answers_for_others(self):
        self.pulse(self.user).answer(1)
        answer = self.env["collab.pulse"].search([("user_id", "=", self.user.id)])
        vals = {"user_id": self.people[1].id, "month": "2026-05-01", "score": 5}
        for other in (self.user, self.people[1], self.admin):
            with self.assertRaises(UserError):
                self.pulse(other).create(vals)
            with self.assertRaises(UserError):
                answer.with_user(other).write({"score": 5})
            with self.assertRaises(UserError):
                answer.with_user(other).unlink()
        for call in (
            lambda: self.env["collab.pulse"].create(vals),
            lambda: answer.write({"score": 5}),
            lambda: answer.unlink(),
            lambda: answer.copy(),
        ):
            with self.assertRaises(GuardError):
                call()
        for method in ("mine", "answer"):
            with self.assertRaises(AccessError):
                getattr(self.pulse(self.portal), method)(*[3] * (method == "answer"))
        forged = self.pulse(self.user).with_context(uid=self.people[1].id, default_score=5)
        forged.answer(2)
        self.assertFalse(self.pulse(self.people[1]).search([]))

    def test_no_indicator_is_made_of_answers(self):
        model = self.env["ir.model"]._get_id("collab.pulse")
        with self.assertRaises(UserError):
            self.env["collab.kpi"].with_user(self.admin).create(
                {"name": "Who said what", "model_id": model, "date_path": "month"}
            ).action_start()

    # ------------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------------

    @given(ANSWERS, st.sampled_from(["month", "quarter"]))
    @SETTINGS
    def test_figures(self, answers, grain):
        with self.env.cr.savepoint() as point:
            for (who, month), score in answers.items():
                user = self.people[who]
                self.env.cr.execute(
                    "INSERT INTO collab_pulse (user_id, month, score, company_id, department_id)"
                    " VALUES (%s, %s, %s, %s, %s)",
                    [
                        user.id,
                        date(2026, month, 1),
                        score,
                        user.company_id.id,
                        self.department(user) or None,
                    ],
                )
            self.env.invalidate_all()
            for kpi in self.kpis:
                self.assert_counted(kpi, list(self.slow_facts()), grain)
            point.rollback()
        self.env.invalidate_all()

    def test_figures_of_what_is_there(self):
        with self.later():
            for kpi in self.kpis:
                self.assert_counted(kpi, self.slow_facts())

    def test_a_running_month_tells_nothing(self):
        people = self.env["res.users"].union(
            *(self.person(f"kpi more {number}", self.here, 0) for number in range(6))
        )
        with freeze_time("2026-04-10 09:00:00"):
            for user in people:
                self.pulse(user).answer(3)
        for user in people:
            self.pulse(user).answer(5)
        self.count(self.kpis)
        for kpi in self.kpis:
            values = self.env["collab.kpi.value"].with_user(self.user)
            values = values.with_context(allowed_company_ids=self.here.ids).search(
                [("kpi_id", "=", kpi.id), ("grain", "=", "month"), ("weight", ">", 0)]
            )
            self.assertEqual({str(one.start) for one in values}, {"2026-04-01"})
            self.assertEqual(set(values.mapped("value")), {3.0 if kpi.aggregate == "avg" else 6.0})
            with self.assertRaisesRegex(UserError, "not of records|no such figure"):
                kpi.with_user(self.admin).with_context(
                    allowed_company_ids=self.here.ids
                ).action_drill("month", "2026-04-01")

    def test_few_people_tell_nothing(self):
        with freeze_time("2026-04-10 09:00:00"):
            for user in self.people:
                self.pulse(user).answer(1)
        self.count(self.kpis)
        values = self.env["collab.kpi.value"].search([("kpi_id", "in", self.kpis.ids)])
        here = values.filtered(lambda one: one.company_id in self.companies)
        self.assertFalse(here.filtered(lambda one: one.weight and not one.lack))

    def test_seen_by_company(self):
        people = self.env["res.users"].union(
            *(self.person(f"kpi more {number}", self.west, 0) for number in range(6))
        )
        with freeze_time("2026-04-10 09:00:00"):
            for user in people:
                self.pulse(user).answer(3)
        self.count(self.kpis)
        for kpi in self.kpis:
            self.assertIn(self.west.id, self.seen(kpi, people[0]))
            self.assertNotIn(self.west.id, self.seen(kpi, self.user))
            self.assertNotIn(self.west.id, self.seen(kpi, self.admin, self.here))
            with self.assertRaises(AccessError):
                self.seen(kpi, self.portal)

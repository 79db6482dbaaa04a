from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.collab_kpi.tests.shipped import MOMENTS, NOW, SETTINGS, Fact, ShippedCase

CODES = {"activities_in_time", "activity_days"}
ACTIVITIES = st.lists(
    st.tuples(
        MOMENTS,
        st.integers(0, 6),  # whose; the last one is of the portal
        st.integers(-2, 20),  # days until it is finished
        st.integers(0, 10),  # until its deadline
        st.booleans(),  # whether it is finished
    ),
    max_size=20,
)


@tagged("post_install", "-at_install")
class TestKpiActivities(ShippedCase):
    """What activities come to, set against each of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kpis = cls.env["collab.kpi"].search([("code", "in", list(CODES))])
        cls.portal = new_test_user(cls.env, "kpi_portal", "base.group_portal")
        cls.partner = cls.env["res.partner"].create({"name": "Somebody"})
        cls.model = cls.env["ir.model"]._get("res.partner")

    def activities(self, rows):
        for at, who, took, left, is_finished in rows:
            day = at.date()
            self.env.cr.execute(
                "INSERT INTO mail_activity (res_model_id, res_model, res_id, user_id, create_date,"
                " date_deadline, date_done, active) VALUES (%s, 'res.partner', %s, %s, %s, %s, %s, %s)",
                [
                    self.model.id,
                    self.partner.id,
                    (self.people | self.portal)[who].id,
                    at,
                    day + timedelta(days=left),
                    day + timedelta(days=took) if is_finished else None,
                    not is_finished,
                ],
            )
        self.env.invalidate_all()

    def slow_facts(self, code):
        activities = self.env["mail.activity"].with_context(active_test=False).search([])
        for one in activities:
            user = one.user_id
            if one.active or not one.date_done or not user or user.share or user.id == 1:
                continue
            if code == "activity_days":
                amount = max(0, (one.date_done - one.create_date.date()).days)
            else:
                amount = 100 if one.date_done <= one.date_deadline else 0
            parts = {"hr.department": self.department(user)}
            yield Fact(one.date_done, user.company_id, amount, parts, user.id)

    @given(ACTIVITIES, st.sampled_from(["week", "month"]))
    @SETTINGS
    def test_figures(self, rows, grain):
        rows = [row for row in rows if row[0] + timedelta(days=row[2]) < NOW]
        with self.env.cr.savepoint() as point:
            self.activities(rows)
            for kpi in self.kpis:
                self.assert_counted(kpi, list(self.slow_facts(kpi.code)), grain)
            point.rollback()
        self.env.invalidate_all()

    def test_figures_of_what_is_there(self):
        self.assertEqual(set(self.kpis.mapped("code")), CODES)
        self.assertEqual(set(self.kpis.mapped("state")), {"on"})
        with self.later():
            for kpi in self.kpis:
                self.assert_counted(kpi, self.slow_facts(kpi.code))

    def test_what_is_finished_the_way_people_do(self):
        activity = self.partner.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.people[0].id, date_deadline=NOW.date()
        )
        activity.with_user(self.people[0]).action_feedback()
        for kpi in self.kpis:
            counted = self.counted(kpi, "month")
            value = {"activity_days": 0, "activities_in_time": 100}[kpi.code]
            keys = [key for key in counted if key[1] == self.here.id]
            self.assertEqual({counted[key] for key in keys}, {value})
            self.assertEqual(len(keys), 2)

    def test_five_people_at_least_and_no_names(self):
        self.activities([(NOW - timedelta(days=9), who, 1, 1, True) for who in range(6)])
        self.count(self.kpis)
        values = self.env["collab.kpi.value"].search(
            [("kpi_id", "in", self.kpis.ids), ("company_id", "in", self.companies.ids)]
        )
        self.assertFalse(values.filtered(lambda one: one.weight and not one.lack))
        for kpi in self.kpis:
            with self.assertRaisesRegex(UserError, "not of records|no such figure"):
                kpi.with_user(self.people[0]).with_context(
                    allowed_company_ids=self.here.ids
                ).action_drill("month", "2026-05-01")

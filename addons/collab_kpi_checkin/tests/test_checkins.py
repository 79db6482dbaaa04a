from datetime import date, timedelta

import pytz
from hypothesis import given
from hypothesis import strategies as st

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime
from odoo.tests import new_test_user, tagged

from odoo.addons.collab_kpi.tests.shipped import NOW, SETTINGS, Fact, ShippedCase

FIRST = date(2026, 1, 20)
CHECKINS = st.sets(
    st.tuples(st.integers(0, 5), st.dates(FIRST, NOW.date() + timedelta(days=1))), max_size=40
)
LEAVES = st.lists(
    st.tuples(st.integers(0, 2), st.dates(FIRST, NOW.date()), st.integers(1, 9)),
    max_size=3,
    unique_by=lambda leave: leave[0],
)
BORN = st.lists(st.dates(date(2025, 12, 1), NOW.date()), min_size=6, max_size=6)


@tagged("post_install", "-at_install")
class TestCheckins(ShippedCase):
    """What the check-in rate comes to, set against each day of each person."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kpi = cls.env["collab.kpi"].search([("code", "=", "checkin_rate")])

    def check_in(self, checkins):
        for who, day in checkins:
            self.env.cr.execute(
                "INSERT INTO collab_checkin (user_id, day, checked_at, zone)"
                " VALUES (%s, %s, %s, 'UTC')",
                [self.people[who].id, day, NOW],
            )
        self.env.invalidate_all()

    def slow_facts(self):
        """Yield each working day of each person, by asking Odoo's calendar for that day alone."""
        checkins = self.env["collab.checkin"].search([])
        there = {(one.user_id.id, one.day) for one in checkins}
        for user in self.env["res.users"].search([("share", "=", False)]):
            company = user.company_id
            employee = self.env["hr.employee"].search(
                [("user_id", "=", user.id), ("company_id", "=", company.id)]
            )
            days = [one.day for one in checkins if one.user_id.company_id == company]
            if not employee or not days:
                continue
            zone = company._collab_calendar().zone
            today = pytz.utc.localize(Datetime.now()).astimezone(pytz.timezone(zone)).date()
            day = max(min(days), user.create_date.date())
            while day < today:
                if user._collab_working_days(day, day)[user.id]:
                    amount = 100 if (user.id, day) in there else 0
                    parts = {"hr.department": self.department(user)}
                    yield Fact(day, company, amount, parts, user.id)
                day += timedelta(days=1)

    def test_it_is_there(self):
        self.assertEqual((self.kpi.state, self.kpi.trouble), ("on", False))
        self.assertEqual((self.kpi.minimum, self.kpi.disclosure), (5, "aggregate"))

    @given(CHECKINS, LEAVES, BORN, st.sampled_from(["week", "month"]))
    @SETTINGS
    def test_figures(self, checkins, leaves, born, grain):
        with self.env.cr.savepoint() as point:
            self.check_in(checkins)
            for user, day in zip(self.people, born, strict=True):
                self.env.cr.execute(
                    "UPDATE res_users SET create_date = %s WHERE id = %s", [day, user.id]
                )
            for company, day, length in leaves:
                self.env["resource.calendar.leaves"].create(
                    {
                        "name": "Closed",
                        "calendar_id": self.companies[company].resource_calendar_id.id,
                        "company_id": self.companies[company].id,
                        "date_from": f"{day} 00:00:00",
                        "date_to": f"{day + timedelta(days=length)} 00:00:00",
                    }
                )
            self.env.invalidate_all()
            self.assert_counted(self.kpi, list(self.slow_facts()), grain)
            point.rollback()
        self.env.invalidate_all()

    def test_figures_of_what_is_there(self):
        with self.later():
            self.assert_counted(self.kpi, self.slow_facts())

    def test_figures_are_of_five_people_and_tell_of_nobody(self):
        people = self.people
        more = [self.person(f"kpi more {number}", self.here, 0) for number in range(5)]
        type(self).people = self.env["res.users"].union(*more)
        self.addCleanup(setattr, type(self), "people", people)
        self.env.cr.execute(
            "UPDATE res_users SET create_date = '2026-01-01' WHERE id = ANY(%s)",
            [(people | self.people).ids],
        )
        self.check_in([(0, date(2026, 5, 4)), (1, date(2026, 5, 5))])
        type(self).people = people
        self.check_in([(2, date(2026, 5, 4))])
        self.count(self.kpi)
        user = people[0]
        admin = new_test_user(
            self.env,
            "kpi_admin",
            "base.group_user,base.group_system,collab_base.group_collab_admin",
            company_id=self.here.id,
            company_ids=[Command.set((self.here | self.west).ids)],
        )
        # in the west they are two
        for reader in (user, admin):
            values = self.env["collab.kpi.value"].with_user(reader)
            values = values.with_context(allowed_company_ids=reader.company_ids.ids)
            values = values.search([("kpi_id", "=", self.kpi.id), ("value", "!=", False)])
            self.assertEqual(values.filtered(lambda one: not one.lack).company_id, self.here)
            self.assertLessEqual(set(values.mapped("res_id")), {0, self.departments[0].id})
            with self.assertRaisesRegex(UserError, "not of records|no such figure"):
                self.kpi.with_user(reader).with_context(
                    allowed_company_ids=self.here.ids
                ).action_drill("month", "2026-05-01")
        with self.assertRaises(AccessError):
            self.seen(self.kpi, new_test_user(self.env, "kpi_portal", "base.group_portal"))

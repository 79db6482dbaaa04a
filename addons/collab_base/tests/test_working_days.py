from datetime import date, datetime, timedelta

import pytz
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.tests import TransactionCase, new_test_user, tagged

FIRST, LAST = date(2026, 3, 20), date(2026, 4, 10)  # clocks change meanwhile, on either half
ZONES = ("Pacific/Auckland", "Asia/Shanghai", "Asia/Kathmandu", "Europe/Berlin", "America/St_Johns")
profile = settings(
    max_examples=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.differing_executors],
)
#: Weekday, from hour, for hours
hours = st.lists(
    st.tuples(st.integers(0, 6), st.integers(6, 18), st.integers(1, 4)), min_size=1, max_size=8
)
#: From when (hours after the first day began in UTC), for hours, and whether it is everybody's
leaves = st.lists(st.tuples(st.integers(-30, 520), st.integers(1, 90), st.booleans()), max_size=6)


@tagged("post_install", "-at_install")
class TestWorkingDays(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendars = cls.env["resource.calendar"]
        cls.user = new_test_user(cls.env, "worker", groups="base.group_user")
        cls.employee = cls.env["hr.employee"].create({"name": "Worker", "user_id": cls.user.id})

    def _calendar(self, attendances, zone, **values):
        lines = [
            Command.create(
                {
                    "name": "Work",
                    "dayofweek": str(weekday),
                    "hour_from": start,
                    "hour_to": start + length,
                    "day_period": "morning",
                }
            )
            for weekday, start, length in attendances
        ]
        return self.calendars.create(
            {"name": zone, "tz": zone, "attendance_ids": [Command.clear(), *lines], **values}
        )

    def _leave(self, calendar, start, length, everybody=False, resource=None):
        begin = datetime.combine(FIRST, datetime.min.time()) + timedelta(hours=start)
        values = {"name": "Away", "date_from": begin, "date_to": begin + timedelta(hours=length)}
        owner = {} if everybody else {"resource_id": (resource or self.employee.resource_id).id}
        return self.env["resource.calendar.leaves"].create(
            values | owner | {"calendar_id": calendar.id, "company_id": self.env.company.id}
        )

    def _days(self, user=None, first=FIRST, last=LAST):
        user = user or self.user
        return user._collab_working_days(first, last)[user.id]

    @profile
    @given(hours, leaves, st.sampled_from(ZONES))
    def test_half_hour_by_half_hour(self, attendances, leaves, zone):
        """Beside the obvious reference: is any half hour of the day worked."""
        # Odoo takes no hours that overlap
        clear, taken = [], set()
        for weekday, start, length in attendances:
            slots = {(weekday, hour) for hour in range(start, start + length)}
            if not taken & slots:
                taken |= slots
                clear.append((weekday, start, length))
        calendar = self._calendar(clear, zone)
        self.employee.resource_calendar_id = calendar
        self.employee.tz = zone
        self.env["resource.calendar.leaves"].search([("resource_id", "!=", False)]).unlink()
        # Odoo takes holidays to be told in the time zone of whoever enters them
        self.env.user.tz = zone
        away, holidays = [], set()
        for start, length, everybody in leaves:
            span = set(range(start, start + length + 1))
            if everybody and span & holidays:
                continue  # Odoo takes no two at once
            holidays |= span if everybody else set()
            leave = self._leave(calendar, start, length, everybody)
            away.append((leave.date_from, leave.date_to))
        expected, zone = set(), pytz.timezone(zone)
        moment = datetime(2026, 3, 18)
        while moment < datetime(2026, 4, 13):
            if not any(start <= moment < stop for start, stop in away):
                local = pytz.utc.localize(moment).astimezone(zone)
                if (local.weekday(), local.hour) in taken and FIRST <= local.date() <= LAST:
                    expected.add(local.date())
            moment += timedelta(minutes=15)
        self.assertEqual(self._days(), expected)

    def test_who_has_no_employee(self):
        """Works by the calendar of the company, and its holidays."""
        self.env.user.tz = "Asia/Shanghai"
        calendar = self._calendar([(1, 9, 4), (3, 9, 4)], "Asia/Shanghai")
        self.env.company.resource_calendar_id = calendar
        other = new_test_user(self.env, "guest_worker", groups="base.group_user")
        self.assertEqual(
            self._days(other, date(2026, 3, 23), date(2026, 3, 31)),
            {date(2026, 3, day) for day in (24, 26, 31)},
        )
        self._leave(calendar, 4 * 24 - 8, 24, everybody=True)
        self.assertEqual(
            self._days(other, date(2026, 3, 23), date(2026, 3, 31)),
            {date(2026, 3, day) for day in (26, 31)},
        )

    def test_who_has_no_fixed_hours(self):
        """Works when the company does; in one without fixed hours, from Monday to Friday."""
        week = (date(2026, 3, 23), date(2026, 3, 29))
        company = self._calendar([(1, 9, 4), (5, 9, 4)], "Asia/Shanghai")
        self.env.company.resource_calendar_id = company
        self.employee.resource_calendar_id = False
        self.employee.tz = "Asia/Shanghai"
        self.assertEqual(self._days(None, *week), {date(2026, 3, 24), date(2026, 3, 28)})
        self._leave(company, 4 * 24 - 8, 24)
        self.assertEqual(self._days(None, *week), {date(2026, 3, 28)})
        company.flexible_hours = True
        self.assertEqual(self._days(None, *week), {date(2026, 3, day) for day in (23, 25, 26, 27)})

    def test_a_calendar_that_changes(self):
        """Days before the change are worked by the calendar of that time."""
        early = self._calendar([(0, 9, 4)], "UTC")
        late = self._calendar([(2, 9, 4)], "UTC")
        self.employee.tz = "UTC"
        version = self.employee.version_id
        version.write(
            {
                "resource_calendar_id": early.id,
                "date_version": date(2026, 1, 1),
                "contract_date_start": date(2026, 1, 1),
                "contract_date_end": date(2026, 3, 31),
            }
        )
        self.employee.create_version(
            {
                "date_version": date(2026, 4, 1),
                "resource_calendar_id": late.id,
                "contract_date_start": date(2026, 4, 1),
                "contract_date_end": False,
            }
        )
        self.assertEqual(
            self._days(None, date(2026, 3, 22), date(2026, 4, 9)),
            {date(2026, 3, 23), date(2026, 3, 30), date(2026, 4, 1), date(2026, 4, 8)},
        )

    def test_who_is_employed_twice(self):
        """Works by the calendar of the company that is theirs."""
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        there = self._calendar([(2, 9, 4)], "UTC", company_id=elsewhere.id)
        self.employee.resource_calendar_id = self._calendar([(0, 9, 4)], "UTC")
        self.env["hr.employee"].create(
            {
                "name": "Worker",
                "user_id": self.user.id,
                "company_id": elsewhere.id,
                "resource_calendar_id": there.id,
            }
        )
        week = (date(2026, 3, 23), date(2026, 3, 29))
        self.assertEqual(self._days(None, *week), {date(2026, 3, 23)})
        self.user.write({"company_ids": [(4, elsewhere.id)], "company_id": elsewhere.id})
        self.assertEqual(self._days(None, *week), {date(2026, 3, 25)})

    def test_many_at_once(self):
        """Colleagues cost no queries, and nobody is told of their leave."""
        people = self.user
        for number in range(6):
            person = new_test_user(self.env, f"worker_{number}", groups="base.group_user")
            self.env["hr.employee"].create({"name": person.name, "user_id": person.id})
            people |= person
        counts = []
        for group in (people[:2], people):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            group.with_user(self.user)._collab_working_days(FIRST, LAST)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1], counts)

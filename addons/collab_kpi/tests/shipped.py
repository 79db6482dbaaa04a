"""What tests of indicators that applications bring have in common."""

import math
import statistics
from collections import defaultdict
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from unittest.mock import patch

import pytz
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from odoo.fields import Command
from odoo.tests import TransactionCase, freeze_time, new_test_user

from odoo.addons.collab_kpi.defining import definition_of
from odoo.addons.collab_kpi.formulas import figures_of
from odoo.addons.collab_kpi.windows import Window, calendars

NOW = datetime(2026, 5, 20, 9, 0)
#: After all that demonstration data are of
LATER = datetime.now().replace(microsecond=0) + timedelta(days=60)
SINCE = date(2026, 2, 1)
ZONES = {"Here": "Asia/Shanghai", "East": "Pacific/Auckland", "West": "America/New_York"}
#: Of a moment; near midnight of some company as often as not
MOMENTS = st.one_of(
    st.datetimes(datetime(2026, 1, 25), NOW),
    st.builds(
        lambda day, minutes: datetime.combine(day, time.min) + timedelta(minutes=minutes),
        st.sampled_from([date(2026, 2, 1), date(2026, 3, 1), date(2026, 3, 8), date(2026, 4, 5)]),
        st.integers(-900, 900),
    ),
).map(lambda moment: moment.replace(microsecond=0))
#: What is looked at by hypothesis within a test of Odoo: an example costs a second, so it is not made
#: smaller
SETTINGS = settings(
    max_examples=15,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Fact(NamedTuple):
    """What counts, as a slow computation finds it.

    :ivar at: moment in UTC, or a day
    :ivar company: record, or an empty one
    :ivar amount: None if it is only counted, or has nothing that is measured
    :ivar parts: name of a model → id of what it is of, 0 for none
    :ivar person: id of whose it is
    """

    at: datetime | date
    company: object
    amount: float | None
    parts: dict
    person: int | None = None


def slow_start(day, grain, week_start, year_start):
    """Return when a period begins, by going back day by day."""
    begins = {
        "day": lambda one: True,
        "week": lambda one: one.weekday() == week_start,
        "month": lambda one: one.day == 1,
        "quarter": lambda one: one.day == 1 and (one.month - year_start) % 3 == 0,
        "year": lambda one: one.day == 1 and one.month == year_start,
    }[grain]
    while not begins(day):
        day -= timedelta(days=1)
    return day


def slow_percentile(values, share):
    """Return a percentile by linear interpolation (R-7)."""
    values = sorted(values)
    at = (len(values) - 1) * share
    low, high = values[math.floor(at)], values[math.ceil(at)]
    return low + (high - low) * (at - math.floor(at))


def slow_working_hours(company, since, until):
    """Return the working hours between two moments, as Odoo's calendar counts them."""
    calendar = company.resource_calendar_id
    return calendar.get_work_hours_count(pytz.utc.localize(since), pytz.utc.localize(until))


class ShippedCase(TransactionCase):
    """Companies in three time zones with people in two departments, and a slow way to count."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.companies = cls.env["res.company"]
        for name, zone in ZONES.items():
            company = cls.env["res.company"].create({"name": name})
            company.resource_calendar_id.tz = zone
            cls.companies |= company
        cls.here, cls.east, cls.west = cls.companies
        cls.departments = cls.env["hr.department"].create(
            [{"name": name, "company_id": False} for name in ("Sales", "Stock")]
        )
        cls.people = cls.env["res.users"]
        for number in range(6):
            cls.people |= cls.person(f"kpi {number}", cls.companies[number % 3], number)

    @classmethod
    def person(cls, login, company, number=2, groups="base.group_user"):
        """Create somebody who works in a department; every third in none."""
        user = new_test_user(
            cls.env, login, groups, company_id=company.id, company_ids=[Command.set(company.ids)]
        )
        cls.env["hr.employee"].create(
            {
                "name": user.name,
                "user_id": user.id,
                "company_id": company.id,
                "department_id": [*cls.departments.ids, False][number % 3],
            }
        )
        return user

    def department(self, user):
        """Return the id of somebody's department, 0 if they have none, or are nobody."""
        if not user:
            return 0
        employees = self.env["hr.employee"].sudo().with_context(active_test=False)
        employees = employees.search([("user_id", "=", user.id)]).sorted(
            lambda one: (one.company_id != user.company_id, not one.active, one.id)
        )
        return employees[:1].department_id.id or 0

    @contextmanager
    def later(self):
        """Have it be after all that there is, demonstration data among it."""
        with freeze_time(LATER), patch(f"{__name__}.NOW", LATER):
            yield

    # ------------------------------------------------------------------
    # Counting slowly
    # ------------------------------------------------------------------

    def slow(self, facts, kpi, grain):
        """Return what facts come to: first day, company, model of a breakdown, part → value."""
        combined = {
            "count": len,
            "sum": math.fsum,
            "avg": statistics.fmean,
            "min": min,
            "max": max,
            "distinct": lambda values: len(set(values)),
            "percentile": lambda values: slow_percentile(values, kpi.percentile / 100),
        }[kpi.aggregate]
        first = self.env["res.company"].search([], order="id", limit=1)
        groups = defaultdict(list)
        for fact in facts:
            calendar = (fact.company or first)._collab_calendar()
            day = fact.at
            if isinstance(day, datetime):
                zone = pytz.timezone(calendar.zone)
                day = pytz.utc.localize(day).astimezone(zone).date()
            start = slow_start(day, grain, calendar.week_start, calendar.year_start)
            last = slow_start(NOW.date(), grain, calendar.week_start, calendar.year_start)
            if not SINCE <= start <= last:
                continue
            if fact.amount is None and kpi.aggregate != "count":
                continue
            key = start, fact.company.id or None
            groups[(*key, None, 0)].append(fact.amount)
            for line in kpi.breakdown_ids:
                model = line.dimension_id.model
                groups[(*key, model, fact.parts[model])].append(fact.amount)
        return {key: combined(values) for key, values in groups.items()}

    def counted(self, kpi, grain, **changed):
        """Return the same, as they are counted."""
        definition = definition_of(kpi) | {"minimum": 0} | changed
        day = slow_start(SINCE, grain, 0, 1)
        window = Window(grain, day, calendars(self.env), NOW.date())
        models = [one["model"] for one in definition["breakdowns"]]
        return {
            (
                one.start,
                one.company_id,
                None if one.breakdown is None else models[one.breakdown],
                one.part,
            ): one.value
            for one in figures_of(self.env, definition, window)
            if one.value is not None and (one.weight or one.value) and one.start >= SINCE
        }

    def assert_counted(self, kpi, facts, grain="month"):
        """Assert that an indicator comes to what facts come to."""
        expected = self.slow(facts, kpi, grain)
        counted = self.counted(kpi, grain)
        self.assertEqual(sorted(counted, key=repr), sorted(expected, key=repr))
        for key, value in expected.items():
            self.assertAlmostEqual(counted[key], value, places=4, msg=str((kpi.code, key)))

    # ------------------------------------------------------------------
    # Who sees it
    # ------------------------------------------------------------------

    def seen(self, kpi, user, companies=None):
        """Return of which companies somebody sees figures of an indicator, as ids."""
        companies = companies or user.company_ids
        values = self.env["collab.kpi.value"].with_user(user)
        values = values.with_context(allowed_company_ids=companies.ids)
        found = values.search([("kpi_id", "=", kpi.id)])
        self.assertEqual(found, found.filtered("version_id"))  # they can be read, too
        return found.company_id.ids

    @classmethod
    def count(cls, kpis):
        """Have indicators be counted as of now, and what is kept of them be that."""
        kpis._step({"open_from": False})
        kpis._count_now()
        for kpi in kpis:
            assert not kpi.trouble, kpi.trouble

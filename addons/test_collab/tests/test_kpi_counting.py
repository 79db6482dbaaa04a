import math
import statistics
from collections import defaultdict
from datetime import date, datetime, timedelta

import pytz
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from odoo.addons.collab_kpi.defining import definition_of
from odoo.addons.collab_kpi.formulas import figures_of
from odoo.addons.collab_kpi.tests.shipped import slow_percentile, slow_start
from odoo.addons.collab_kpi.windows import Window, calendars

from .kpi import NOW, KpiCase

#: A moment near bounds of days, months, quarters, years and clock changes, or any other
MOMENTS = st.one_of(
    st.datetimes(datetime(2025, 1, 1), NOW),
    st.builds(
        lambda day, minutes: (
            datetime.combine(day, datetime.min.time()) + timedelta(minutes=minutes)
        ),
        st.sampled_from(
            [
                date(2025, 3, 9),
                date(2025, 4, 1),
                date(2025, 4, 6),
                date(2025, 11, 2),
                date(2026, 1, 1),
                date(2026, 2, 28),
                date(2026, 3, 30),
            ]
        ),
        st.integers(-900, 900),
    ),
).map(lambda moment: moment.replace(microsecond=0))
DEALS = st.lists(
    st.tuples(
        MOMENTS,
        st.integers(0, 3),  # company, or none
        st.integers(0, 2),  # person, or none
        st.one_of(st.floats(-1e6, 1e6), st.integers(-50, 50).map(float)),
        st.integers(-100_000, 1_500_000),  # seconds it took
    ),
    max_size=25,
)


SLOW = {
    "count": len,
    "sum": math.fsum,
    "avg": statistics.fmean,
    "min": min,
    "max": max,
    "distinct": lambda values: len(set(values)),
    "percentile": lambda values: slow_percentile(values, 0.9),
}


@tagged("post_install", "-at_install")
class TestKpiCounting(KpiCase):
    """Figures are those that a slow computation over each record comes to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.east.collab_week_start = "6"
        if "fiscalyear_last_month" in cls.west._fields:
            cls.west.fiscalyear_last_month = "3"
        cls.people = cls.env["res.users"].create(
            [{"name": name, "login": f"kpi {name}"} for name in ("Ada", "Bo")]
        )
        cls.person = cls.env.ref("collab_kpi.dimension_person")

    def slow(self, rows, grain, aggregate, measure):
        """Return start, company, breakdown, part → value."""
        groups = defaultdict(list)
        companies = [None, *self.companies]
        for moment, company, person, amount, seconds in rows:
            company = companies[company]
            calendar = (
                company or self.env["res.company"].search([], order="id", limit=1)
            )._collab_calendar()
            local = pytz.utc.localize(moment).astimezone(pytz.timezone(calendar.zone)).date()
            start = slow_start(local, grain, calendar.week_start, calendar.year_start)
            value = amount
            if measure == "duration":
                if seconds < 0:
                    continue
                value = seconds / 86400
            key = start, company.id if company else None
            groups[(*key, None, 0)].append(value)
            groups[(*key, 0, self.people[person - 1].id if person else 0)].append(value)
        return {key: SLOW[aggregate](values) for key, values in groups.items()}

    @given(
        DEALS,
        st.sampled_from(["day", "week", "month", "quarter", "year"]),
        st.sampled_from(sorted(SLOW)),
        st.sampled_from(["field", "duration"]),
    )
    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    def test_figures(self, rows, grain, aggregate, measure):
        if aggregate in ("count", "distinct"):
            measure = "field"
        companies = [None, *self.companies]
        with self.env.cr.savepoint() as point:
            self.deals.create(
                [
                    {
                        "moment": moment,
                        "begun": moment - timedelta(seconds=seconds),
                        "company_id": companies[company] and companies[company].id,
                        "user_id": person and self.people[person - 1].id,
                        "amount": amount,
                    }
                    for moment, company, person, amount, seconds in rows
                ]
            )
            kpi = self.kpi(
                aggregate=aggregate,
                percentile=90,
                measure=measure,
                measure_path="amount",
                from_path="begun",
                to_path="moment",
                period=grain,
                since="2025-01-01",
                by=[{"path": "user_id"}],
            )
            definition = definition_of(kpi)
            window = Window(grain, date(2024, 12, 20), calendars(self.env), NOW.date())
            found = {
                figure.key[1:]: figure.value
                for figure in figures_of(self.env, definition, window)
                if figure.weight
            }
            expected = self.slow(rows, grain, aggregate, measure)
            self.assertEqual(found.keys(), expected.keys())
            for key, value in expected.items():
                self.assertAlmostEqual(found[key], value, delta=1e-6 * max(1, abs(value)))
            point.rollback()

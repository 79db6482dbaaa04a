import doctest
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytz
from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..core import periods
from ..core.periods import (
    GRAINS,
    LONGER,
    Calendar,
    elapsed,
    local_day,
    midnight,
    number_of,
    shift,
    start_of,
    starts,
)

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
#: Far apart, with and without daylight saving; one that has left out a midnight, one a whole day
ZONES = st.sampled_from(
    [
        "UTC",
        "Asia/Shanghai",
        "America/New_York",
        "Pacific/Auckland",
        "America/Sao_Paulo",
        "Pacific/Apia",
        "Asia/Kathmandu",
    ]
)
CALENDARS = st.builds(Calendar, ZONES, st.integers(0, 6), st.integers(1, 12))
KINDS = st.sampled_from(GRAINS)


class TestCorePeriods(BaseCase):
    def test_examples(self):
        self.assertFalse(doctest.testmod(periods).failed)

    @given(DAYS, KINDS, CALENDARS)
    def test_a_day_is_in_one_period(self, day, grain, calendar):
        start = start_of(day, grain, calendar)
        self.assertLessEqual(start, day)
        self.assertLess(day, shift(start, grain, 1))
        self.assertEqual(start_of(start, grain, calendar), start)

    @given(DAYS, KINDS, CALENDARS)
    def test_where_periods_begin(self, day, grain, calendar):
        start = start_of(day, grain, calendar)
        if grain == "week":
            self.assertEqual(start.weekday(), calendar.week_start)
        elif grain != "day":
            self.assertEqual(start.day, 1)
        if grain in ("quarter", "year"):
            months = 3 if grain == "quarter" else 12
            self.assertEqual((start.month - calendar.year_start) % months, 0)

    @given(DAYS, st.integers(0, 2000), KINDS, CALENDARS)
    def test_they_follow_each_other(self, first, days, grain, calendar):
        last = min(first + timedelta(days=days), date(2070, 1, 1))
        found = starts(first, last, grain, calendar)
        self.assertEqual(found[0], start_of(first, grain, calendar))
        self.assertEqual(found[-2], start_of(last, grain, calendar))
        self.assertEqual(len(found) - 1, number_of(first, last, grain, calendar))
        for one, following in pairwise(found):
            self.assertEqual(following, shift(one, grain, 1))

    @given(DAYS, KINDS, CALENDARS)
    def test_longer_ones_are_made_of_whole_ones(self, day, grain, calendar):
        for longer in LONGER[grain]:
            start = start_of(day, longer, calendar)
            self.assertEqual(start_of(start, grain, calendar), start)

    @given(st.datetimes(datetime(1995, 1, 1), datetime(2050, 1, 1)), ZONES)
    def test_days_begin_at_midnight(self, moment, zone):
        day = local_day(moment, zone)
        self.assertEqual(day, pytz.utc.localize(moment).astimezone(pytz.timezone(zone)).date())
        begins = midnight(day, zone)
        self.assertLessEqual(begins, moment + timedelta(hours=1))  # the hour that comes twice
        self.assertEqual(local_day(begins, zone), day)
        self.assertLess(local_day(begins - timedelta(seconds=1), zone), day)

    @given(DAYS, KINDS, CALENDARS, st.floats(0, 1))
    def test_what_is_over(self, day, grain, calendar, share):
        start = start_of(day, grain, calendar)
        until = shift(start, grain, 1)
        begin, end = midnight(start, calendar.zone), midnight(until, calendar.zone)
        moment = begin + share * (end - begin)
        self.assertAlmostEqual(elapsed(start, until, moment, calendar.zone), share, places=4)
        self.assertEqual(elapsed(start, until, begin - timedelta(days=1), calendar.zone), 0)
        self.assertEqual(elapsed(start, until, end + timedelta(days=1), calendar.zone), 1)

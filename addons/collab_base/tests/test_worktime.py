from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..core.worktime import add_work_time, merge_intervals, work_time_between

EPOCH = datetime(2026, 1, 1)
MINUTE = timedelta(minutes=1)
SPAN = 300  # minutes looked at


def moment(minute):
    return EPOCH + minute * MINUTE


pairs = st.tuples(st.integers(0, SPAN), st.integers(0, SPAN)).map(
    lambda pair: (moment(pair[0]), moment(pair[1]))
)
raw_intervals = st.lists(pairs, max_size=6)
intervals = raw_intervals.map(merge_intervals)
minutes = st.integers(-10, SPAN + 10)
profile = settings(max_examples=300, deadline=None, database=None)


def worked_minutes(intervals):
    """The obvious reference: the set of all minutes that are worked."""
    return {
        minute
        for minute in range(-20, SPAN + 20)
        if any(start <= moment(minute) < stop for start, stop in intervals)
    }


class TestWorktime(BaseCase):
    @profile
    @given(raw_intervals)
    def test_merge_keeps_every_minute(self, raw):
        merged = merge_intervals(raw)
        self.assertEqual(worked_minutes(merged), worked_minutes(raw))
        for start, stop in merged:
            self.assertLess(start, stop)
        for (_, stop), (start, _) in pairwise(merged):
            self.assertLess(stop, start)

    @profile
    @given(intervals, minutes, minutes)
    def test_between_minute_by_minute(self, intervals, start, end):
        worked = worked_minutes(intervals)
        self.assertEqual(
            work_time_between(intervals, moment(start), moment(end)) // MINUTE,
            sum(minute in worked for minute in range(start, end)),
        )

    @profile
    @given(intervals, minutes, st.integers(0, SPAN))
    def test_add_minute_by_minute(self, intervals, start, duration):
        worked = worked_minutes(intervals)
        left, minute = duration, start
        while left and minute <= SPAN + 10:
            left -= minute in worked
            minute += 1
        expected = None if left else moment(minute)
        self.assertEqual(add_work_time(intervals, moment(start), duration * MINUTE), expected)

    @profile
    @given(intervals, minutes, st.integers(0, SPAN))
    def test_add_and_between_agree(self, intervals, start, duration):
        start, duration = moment(start), duration * MINUTE
        end = add_work_time(intervals, start, duration)
        if end is None:
            everything = work_time_between(intervals, start, moment(SPAN + 20))
            self.assertLess(everything, duration)
        else:
            self.assertEqual(work_time_between(intervals, start, end), duration)

    def test_end_of_the_day(self):
        """A full day ends at closing time, not the next morning."""
        days = [(moment(0), moment(60)), (moment(120), moment(180))]
        self.assertEqual(add_work_time(days, moment(0), 60 * MINUTE), moment(60))
        self.assertEqual(add_work_time(days, moment(60), MINUTE), moment(121))
        self.assertEqual(add_work_time(days, moment(90), 0 * MINUTE), moment(90))

    def test_negative(self):
        with self.assertRaises(ValueError):
            add_work_time([], moment(0), -MINUTE)

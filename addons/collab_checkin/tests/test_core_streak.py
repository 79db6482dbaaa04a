from collections import Counter
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..core.streak import Streak, streak_of

START = date(2026, 1, 20)  # the end of a month is never far
profile = settings(max_examples=500, deadline=None, database=None)
#: Of each day: whether it is worked, and whether somebody checks in
histories = st.lists(st.tuples(st.booleans(), st.booleans()), max_size=80)
forgiving = st.integers(0, 3)


def days_of(history):
    days = [START + timedelta(days=number) for number in range(len(history))]
    working = [day for day, (works, __) in zip(days, history, strict=True) if works]
    checked = [day for day, (__, checks) in zip(days, history, strict=True) if checks]
    return checked, working


def slowly(checked, working, forgiven):
    """The obvious reference: of all stretches up to the last check-in, the longest one in which
    no month misses more than it forgives."""
    counted = [day for day in working if day in checked]
    lengths = [0]
    for first in counted:
        stretch = [day for day in working if first <= day <= counted[-1]]
        missed = Counter(day.strftime("%Y-%m") for day in stretch if day not in checked)
        if all(count <= forgiven for count in missed.values()):
            lengths.append(sum(day in checked for day in stretch))
    return max(lengths)


class TestStreak(BaseCase):
    @profile
    @given(histories, forgiving)
    def test_day_by_day(self, history, forgiven):
        checked, working = days_of(history)
        streak = streak_of(checked, working, forgiven)
        self.assertEqual(streak.length, slowly(checked, working, forgiven))
        both = sorted(set(checked) & set(working))
        self.assertEqual((streak.total, streak.last), (len(both), both[-1] if both else None))
        lengths = [
            slowly([one for one in checked if one <= day], working, forgiven) for day in both
        ]
        self.assertEqual(streak.longest, max(lengths, default=0))

    @profile
    @given(histories, forgiving)
    def test_one_after_another(self, history, forgiven):
        """What is kept and gone on with comes to the same as what is worked out anew."""
        checked, working = days_of(history)
        kept, missed = Streak(), []
        for day in working:
            if day in checked:
                kept, missed = kept.after(day, missed, forgiven), []
                until = [one for one in checked if one <= day]
                self.assertEqual(kept, streak_of(until, working, forgiven))
            elif kept.last:
                missed.append(day)

    @profile
    @given(histories, forgiving, st.data())
    def test_days_off_change_nothing(self, history, forgiven, data):
        """Whether somebody checks in on a day off or not."""
        checked, working = days_of(history)
        expected = streak_of(checked, working, forgiven)
        off = data.draw(st.integers(0, 90)) if history else 0
        other = {*checked, START + timedelta(days=off)}
        if START + timedelta(days=off) not in working:
            self.assertEqual(streak_of(other, working, forgiven), expected)

    @profile
    @given(histories, forgiving, st.integers(0, 79))
    def test_leave_never_does_harm(self, history, forgiven, number):
        """A working day without a check-in that becomes a day off, also afterwards."""
        checked, working = days_of(history)
        leave = START + timedelta(days=number)
        if leave in checked:
            return
        before = streak_of(checked, working, forgiven)
        after = streak_of(checked, [day for day in working if day != leave], forgiven)
        self.assertGreaterEqual(after.length, before.length)
        self.assertGreaterEqual(after.longest, before.longest)

    @profile
    @given(histories, forgiving)
    def test_what_it_is_now(self, history, forgiven):
        """It goes on today exactly if a check-in today would go on with it."""
        checked, working = days_of(history)
        streak = streak_of(checked, working, forgiven)
        missed = [day for day in working if streak.last and day > streak.last]
        today = START + timedelta(days=len(history) + 1)
        then = streak.after(today, missed, forgiven)
        self.assertEqual(then.length, streak.without(missed, forgiven).length + 1)

    def test_what_a_month_forgives(self):
        days = [date(2026, 3, number) for number in range(1, 12)]
        for gone, forgiven, length in (
            ((), 0, 11),
            ((3,), 0, 8),
            ((3,), 1, 10),
            ((3, 4), 1, 7),
            ((3, 6), 1, 7),  # the later one is forgiven
            ((3, 6), 2, 9),
            ((10,), 1, 10),
        ):
            checked = [day for day in days if day.day not in gone]
            self.assertEqual(streak_of(checked, days, forgiven).length, length, (gone, forgiven))
        over = [date(2026, 3, 30), date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 2)]
        self.assertEqual(streak_of([over[0], over[3]], over, 1).length, 2)
        self.assertEqual(streak_of([over[0], over[3]], over, 0).length, 1)

"""How long somebody has checked in without a gap.

A streak is the longest stretch of days up to the last check-in in which no month has more missed
working days than it forgives; its length is the number of working days checked in. Days off
(weekends, holidays, leave, what part time leaves free) are neither missed nor counted, so nobody
checks in on a Sunday for its sake, and leave that is entered later can only make it longer.

This file is plain Python: it knows neither the ORM, nor calendars, nor the clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Streak:
    """What a person's check-ins come to, up to the last one.

    :ivar total: working days ever checked in
    :ivar before: how many of them came before the streak
    :ivar longest: the longest that a streak ever was
    :ivar last: the last working day checked in
    :ivar missed: of each day of the month of `last` that is missed and forgiven, the total then
    """

    total: int = 0
    before: int = 0
    longest: int = 0
    last: date | None = None
    missed: tuple[int, ...] = ()

    @property
    def length(self) -> int:
        return self.total - self.before

    def without(self, missed: Iterable[date], forgiven: int) -> "Streak":
        """Return the streak after working days without a check-in.

        :param missed: those since the last day of the streak, earliest first
        :param forgiven: how many a month forgives
        """
        before, month, kept = self.before, self.last and self.last.replace(day=1), [*self.missed]
        for day in missed:
            if day.replace(day=1) != month:
                month, kept = day.replace(day=1), []
            kept.append(self.total)
            if len(kept) > forgiven:
                # it begins after the first day that this month does not forgive any more
                before = max(before, kept.pop(0))
        return Streak(self.total, before, self.longest, self.last, tuple(kept))

    def after(self, day: date, missed: Iterable[date], forgiven: int) -> "Streak":
        """Return the streak with one more check-in.

        :param day: a working day, later than the last one
        :param missed: the working days between the two, earliest first
        """
        missed = list(missed)
        streak = self.without(missed, forgiven)
        latest = missed[-1] if missed else self.last
        goes_on = latest is not None and latest.replace(day=1) == day.replace(day=1)
        total = streak.total + 1
        return Streak(
            total=total,
            before=streak.before,
            longest=max(streak.longest, total - streak.before),
            last=day,
            missed=streak.missed if goes_on else (),
        )


def streak_of(checked: Iterable[date], working: Iterable[date], forgiven: int) -> Streak:
    """Return the streak of a person up to their last check-in.

    :param checked: days with a check-in
    :param working: their working days, at least all from the first to the last of these
    :param forgiven: how many missed working days a month forgives
    """
    streak = Streak()
    checked = set(checked)
    missed = []
    for day in sorted(set(working)):
        if day in checked:
            streak, missed = streak.after(day, missed, forgiven), []
        elif streak.last:
            missed.append(day)
    return streak

"""Arithmetic of working time, over intervals somebody else has computed.

All functions take ``intervals``: a list of ``(start, stop)`` pairs of datetimes,
sorted, not overlapping, ``start < stop``. Datetimes are all naive or all aware;
aware ones must be in one time zone without daylight saving (UTC), because Python
subtracts two datetimes of the same zone by the wall clock.

This file is plain Python: it knows neither the ORM, nor calendars, nor the clock.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from operator import itemgetter

Interval = tuple[datetime, datetime]

_stop = itemgetter(1)


def merge_intervals(intervals: Iterable[Interval]) -> list[Interval]:
    """Return `intervals` sorted, with those that touch or overlap made one.

    Empty and backward ones are left out.

    >>> t = [datetime(2026, 1, 5, hour) for hour in range(24)]
    >>> merge_intervals([(t[13], t[17]), (t[8], t[12]), (t[12], t[13])]) == [
    ...     (t[8], t[17])
    ... ]
    True
    """
    merged = []
    for start, stop in sorted(intervals):
        if start >= stop:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
        else:
            merged.append((start, stop))
    return merged


def add_work_time(
    intervals: Sequence[Interval], start: datetime, duration: timedelta
) -> datetime | None:
    """Return the first moment at which `duration` was worked since `start`.

    Eight hours from the opening of an eight-hour day end that day at closing
    time, not the next morning. No duration at all gives `start` back, in or out
    of working hours.

    :return: ``None`` if the intervals end before the duration is used up
    :raise ValueError: if `duration` is negative

    >>> day = [(datetime(2026, 1, 5, 8), datetime(2026, 1, 5, 16))]
    >>> add_work_time(day, datetime(2026, 1, 5, 10), timedelta(hours=2))
    datetime.datetime(2026, 1, 5, 12, 0)
    >>> add_work_time(day, datetime(2026, 1, 5, 10), timedelta(hours=7)) is None
    True
    """
    if duration < timedelta(0):
        raise ValueError("the duration to add is negative")
    if not duration:
        return start
    for index in range(bisect_right(intervals, start, key=_stop), len(intervals)):
        opening, closing = intervals[index]
        begin = max(start, opening)
        available = closing - begin
        if duration <= available:
            return begin + duration
        duration -= available
    return None


def work_time_between(intervals: Sequence[Interval], start: datetime, end: datetime) -> timedelta:
    """Return how much of the time from `start` to `end` is working time.

    Zero if `end` is not after `start`.

    >>> day = [(datetime(2026, 1, 5, 8), datetime(2026, 1, 5, 16))]
    >>> work_time_between(day, datetime(2026, 1, 5, 14), datetime(2026, 1, 6, 9))
    datetime.timedelta(seconds=7200)
    """
    total = timedelta(0)
    for index in range(bisect_right(intervals, start, key=_stop), len(intervals)):
        opening, closing = intervals[index]
        if opening >= end:
            break
        total += max(timedelta(0), min(closing, end) - max(opening, start))
    return total

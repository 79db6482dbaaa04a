"""The periods that figures are for: where they begin, and what the clock says then.

This file is plain Python: it knows neither the ORM, nor the clock.
"""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import pytz
from dateutil.relativedelta import relativedelta

#: From short to long
GRAINS = ("day", "week", "month", "quarter", "year")
#: Which longer ones the periods of a kind are put together to; weeks fit into nothing
LONGER = {
    "day": ("week", "month", "quarter", "year"),
    "week": (),
    "month": ("quarter", "year"),
    "quarter": ("year",),
    "year": (),
}
_STEPS = {
    "day": relativedelta(days=1),
    "week": relativedelta(weeks=1),
    "month": relativedelta(months=1),
    "quarter": relativedelta(months=3),
    "year": relativedelta(years=1),
}


class Calendar(NamedTuple):
    """How a company divides time.

    :ivar zone: name of its time zone
    :ivar week_start: weekday on which weeks begin, 0 for Monday
    :ivar year_start: month on whose first day fiscal years begin
    """

    zone: str
    week_start: int = 0
    year_start: int = 1


def start_of(day: date, grain: str, calendar: Calendar) -> date:
    """Return the first day of the period in which a day is. Quarters are those of the fiscal year.

    >>> start_of(date(2026, 5, 20), "quarter", Calendar("UTC", year_start=4))
    datetime.date(2026, 4, 1)
    >>> start_of(date(2026, 3, 31), "year", Calendar("UTC", year_start=4))
    datetime.date(2025, 4, 1)
    >>> start_of(date(2026, 11, 28), "week", Calendar("UTC", week_start=6))
    datetime.date(2026, 11, 22)
    """
    if grain == "day":
        return day
    if grain == "week":
        return day - timedelta(days=(day.weekday() - calendar.week_start) % 7)
    months = {"month": 1, "quarter": 3, "year": 12}[grain]
    return day.replace(day=1) - relativedelta(months=(day.month - calendar.year_start) % months)


def shift(start: date, grain: str, number: int) -> date:
    """Return the first day of the period so many after the one that begins on a day; before it, if
    the number is negative."""
    return start + number * _STEPS[grain]


def starts(first: date, last: date, grain: str, calendar: Calendar) -> list[date]:
    """Return the first days of the periods from the one of a day to the one of another, and the day
    after the last of them.

    >>> starts(date(2026, 1, 5), date(2026, 2, 1), "month", Calendar("UTC"))
    [datetime.date(2026, 1, 1), datetime.date(2026, 2, 1), datetime.date(2026, 3, 1)]
    """
    start = start_of(first, grain, calendar)
    number = _count(start, last, grain)
    return [shift(start, grain, index) for index in range(number + 1)]


def _count(start: date, last: date, grain: str) -> int:
    """Return in the how manieth period from the one of a start a day is."""
    if grain in ("day", "week"):
        return (last - start).days // _STEPS[grain].days + 1
    months = (last.year - start.year) * 12 + last.month - start.month
    return months // {"month": 1, "quarter": 3, "year": 12}[grain] + 1


def number_of(first: date, last: date, grain: str, calendar: Calendar) -> int:
    """Return how many periods :func:`starts` would be of."""
    return _count(start_of(first, grain, calendar), last, grain)


def local_day(moment: datetime, zone: str) -> date:
    """Return which day it is in a time zone at a moment, naive in UTC."""
    return pytz.utc.localize(moment).astimezone(pytz.timezone(zone)).date()


def midnight(day: date, zone: str) -> datetime:
    """Return when a day begins in a time zone, naive in UTC; the first moment of it where clocks
    leave out midnight.

    >>> midnight(date(2026, 7, 1), "Asia/Shanghai")
    datetime.datetime(2026, 6, 30, 16, 0)
    """
    begins = pytz.timezone(zone).localize(datetime.combine(day, time.min))
    return begins.astimezone(pytz.utc).replace(tzinfo=None)


def elapsed(start: date, until: date, moment: datetime, zone: str) -> float:
    """Return how much of a period is over at a moment, from 0 to 1.

    >>> elapsed(date(2026, 1, 1), date(2026, 1, 3), datetime(2026, 1, 2), "UTC")
    0.5
    """
    begin, end = midnight(start, zone), midnight(until, zone)
    return min(1.0, max(0.0, (moment - begin) / (end - begin)))

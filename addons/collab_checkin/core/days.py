"""Which day a check-in is for.

A person's day is the day where they are; people move, and clocks with them. What is found here
never goes back: no day is checked in twice, and none that is over.

This file is plain Python: it knows neither the ORM, nor the clock.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

import pytz

#: How long after the last check-in a zone that is ahead of the one before counts. Nobody who flies
#: there has the next day sooner; who only says so would have two days within a minute.
MOVE = timedelta(hours=12)


class Place(NamedTuple):
    """A check-in: the day it is for, when it was (naive UTC), and in which time zone."""

    day: date
    at: datetime
    zone: str


def local_day(moment: datetime, zone: str) -> date:
    """Return which day it is in `zone` at `moment`, a naive UTC datetime."""
    return pytz.utc.localize(moment).astimezone(pytz.timezone(zone)).date()


def place_now(now: datetime, zone: str, last: Place | None) -> Place | None:
    """Return what a check-in at `now` is, ``None`` if the person has checked in for that day.

    Without a move it is the local day. After a move it is the later one of the days here and where
    the person was before: going west, the day goes on and is not checked in twice; and who says
    that they have gone west does not get a day back that is over. Going east the later day is
    the one here, which counts when enough time has passed for the journey.

    :param now: naive UTC
    :param zone: name of the time zone in which the person is
    :param last: their last check-in, if there is one
    """
    day = local_day(now, zone)
    if last is None:
        return Place(day, now, zone)
    before = local_day(now, last.zone)
    if day > before and now - last.at < MOVE:
        day, zone = before, last.zone
    day = max(day, before)
    return Place(day, now, zone) if day > last.day else None


def midnight(day: date, zone: str) -> datetime:
    """Return when a day begins in `zone`, as a naive UTC datetime; the first moment of it where
    clocks leave out midnight."""
    begins = pytz.timezone(zone).localize(datetime.combine(day, datetime.min.time()))
    return begins.astimezone(pytz.utc).replace(tzinfo=None)

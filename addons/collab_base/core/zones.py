"""What the clock says where somebody is, as spans that a query can join."""

from datetime import timedelta

import pytz

#: Finer than any change of clocks
MINUTE = timedelta(minutes=1)


def spans(name, start, end):
    """Return by how much a time zone is ahead of UTC, and from when until when it is.

    :param str name: of the zone; UTC is taken for one that nobody knows
    :param datetime start: naive, in UTC
    :param datetime end: naive, in UTC, later than `start`
    :return: list of (from, until, shift), one after another, from `start` to `end`
    """
    try:
        zone = pytz.timezone(name)
    except pytz.UnknownTimeZoneError:
        zone = pytz.utc
    found, since, here = [], start, start
    while here < end:
        there = min(here + timedelta(days=1), end)
        if _shift(zone, there) != _shift(zone, here):
            change = _change(zone, here, there)
            found.append((since, change, _shift(zone, here)))
            since = change
        here = there
    return [*found, (since, end, _shift(zone, since))]


def _shift(zone, moment):
    return pytz.utc.localize(moment).astimezone(zone).utcoffset()


def _change(zone, before, after):
    """Return when the clocks change between two moments, to the minute."""
    while after - before > MINUTE:
        middle = before + (after - before) / 2
        if _shift(zone, middle) == _shift(zone, before):
            before = middle
        else:
            after = middle
    return after.replace(second=0, microsecond=0)

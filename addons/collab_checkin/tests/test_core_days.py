from datetime import date, datetime, timedelta
from itertools import pairwise

import pytz
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..core.days import MOVE, Place, local_day, place_now

#: All around the world, with daylight saving on either half, and half and quarter hours
ZONES = (
    "Pacific/Kiritimati",
    "Pacific/Chatham",
    "Australia/Lord_Howe",
    "Asia/Shanghai",
    "Asia/Kathmandu",
    "Europe/Berlin",
    "UTC",
    "America/Sao_Paulo",
    "America/St_Johns",
    "America/Los_Angeles",
    "Pacific/Pago_Pago",
)
profile = settings(max_examples=300, deadline=None, database=None)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1))
#: How much later somebody taps, and where they say they are
taps = st.lists(st.tuples(st.integers(0, 60 * 60), st.sampled_from(ZONES)), max_size=40)


def walk(start, steps):
    """Return the check-ins of somebody who taps again and again, and with each what came before."""
    now, last, places = start, None, []
    for minutes, zone in steps:
        now += timedelta(minutes=minutes)
        place = place_now(now, zone, last)
        if place:
            places.append((last, zone, place))
            last = place
    return places


class TestDays(BaseCase):
    @profile
    @given(moments, st.sampled_from(ZONES), st.lists(st.integers(0, 60 * 60), max_size=40))
    def test_who_stays_has_their_local_days(self, start, zone, steps):
        """Each day on which they tapped, whatever the clocks do, and none else."""
        tapped, now = set(), start
        for minutes in steps:
            now += timedelta(minutes=minutes)
            tapped.add((now + pytz.timezone(zone).fromutc(now).utcoffset()).date())
        days = [place.day for __, __, place in walk(start, [(m, zone) for m in steps])]
        self.assertEqual(days, sorted(tapped))

    @profile
    @given(moments, taps)
    def test_nobody_goes_back(self, start, steps):
        """Whatever people say about where they are: no day twice, none that is over in the zone
        where they checked in last, none that has not begun where they say they are."""
        for last, zone, place in walk(start, steps):
            if last is None:
                self.assertEqual(place.day, local_day(place.at, zone))
                continue
            self.assertGreater(place.day, last.day)
            self.assertGreaterEqual(place.day, local_day(place.at, last.zone))
            self.assertLessEqual(
                place.day, max(local_day(place.at, zone), local_day(place.at, last.zone))
            )

    @profile
    @given(moments, taps)
    def test_nobody_has_more_days_than_there_were(self, start, steps):
        """Between two check-ins as many days have begun as they are apart, but for one journey."""
        places = [place for __, __, place in walk(start, steps)]
        for first, later in pairwise(places):
            if later.zone != first.zone:
                same = later.day == local_day(later.at, first.zone)
                self.assertTrue(same or later.at - first.at >= MOVE)
        if places:
            days = local_day(places[-1].at, ZONES[0]) - local_day(start, ZONES[-1])
            self.assertLessEqual(len(places), days.days + 1)

    def test_journeys(self):
        for zone, to, checked, arrived, day in (
            # west: Monday goes on, and what is Tuesday at home counts as such
            ("Asia/Shanghai", "America/Los_Angeles", "2026-03-02 01:00", "2026-03-02 18:00", 3),
            ("Asia/Shanghai", "America/Los_Angeles", "2026-03-02 01:00", "2026-03-02 15:30", None),
            # and on the next day they have their own
            ("Asia/Shanghai", "America/Los_Angeles", "2026-03-02 01:00", "2026-03-03 15:30", 3),
            # east: Tuesday, when enough time has passed for the journey
            ("America/Los_Angeles", "Asia/Shanghai", "2026-03-02 16:00", "2026-03-03 05:00", 3),
            ("America/Los_Angeles", "Asia/Shanghai", "2026-03-02 16:00", "2026-03-02 16:01", None),
            # a day that is over does not come back by a journey to the west
            ("Asia/Shanghai", "Pacific/Pago_Pago", "2026-03-02 01:00", "2026-03-04 02:00", 4),
        ):
            last = Place(date(2026, 3, 2), datetime.fromisoformat(checked), zone)
            place = place_now(datetime.fromisoformat(arrived), to, last)
            self.assertEqual(place and place.day.day, day, (zone, to, arrived))

from datetime import datetime, timedelta
from itertools import pairwise

import pytz
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..core.zones import spans

moments = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1))


class TestZones(BaseCase):
    @settings(max_examples=300, deadline=None, database=None)
    @given(
        st.sampled_from(pytz.all_timezones), moments, st.integers(1, 200 * 24 * 60), st.floats(0, 1)
    )
    def test_right_at_every_moment(self, zone, start, minutes, share):
        end = start + timedelta(minutes=minutes)
        found = spans(zone, start, end)
        self.assertEqual((found[0][0], found[-1][1]), (start, end))
        for one, other in pairwise(found):
            self.assertEqual(one[1], other[0])
        moment = start + (end - start) * share
        [shift] = [shift for since, until, shift in found if since <= moment < until] or [None]
        if shift is not None:  # at the very end there is none
            there = pytz.utc.localize(moment).astimezone(pytz.timezone(zone))
            self.assertEqual(shift, there.utcoffset())

    def test_changes_to_the_minute(self):
        [winter, summer] = spans("Europe/Berlin", datetime(2026, 3, 1), datetime(2026, 4, 30))
        self.assertEqual(winter[1:], (datetime(2026, 3, 29, 1), timedelta(hours=1)))
        self.assertEqual(summer[0::2], (datetime(2026, 3, 29, 1), timedelta(hours=2)))

    def test_unknown_zone(self):
        [(__, __, shift)] = spans("Nowhere/At all", datetime(2026, 1, 1), datetime(2026, 2, 1))
        self.assertFalse(shift)

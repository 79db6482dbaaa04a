from datetime import datetime, timedelta

from odoo import Command
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestResourceCalendar(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls._make_calendar("Berlin", "Europe/Berlin")
        cls.nobody = cls.env["resource.resource"]
        cls.resource = cls.nobody.create(
            {
                "name": "Night owl",
                "tz": "Asia/Shanghai",
                "calendar_id": cls._make_calendar("Shanghai", "Asia/Shanghai").id,
            }
        )

    @classmethod
    def _make_calendar(cls, name, tz):
        return cls.env["resource.calendar"].create(
            {
                "name": name,
                "tz": tz,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": f"{day} {period}",
                            "dayofweek": str(day),
                            "hour_from": hour,
                            "hour_to": hour + 4,
                            "day_period": period,
                        }
                    )
                    for day in range(5)
                    for period, hour in (("morning", 8), ("afternoon", 13))
                ],
            }
        )

    def _add(self, start, hours, resource=None):
        demands = [(start, hours, self.nobody if resource is None else resource)]
        return self.calendar._collab_add_hours(demands)[0]

    def test_over_the_weekend(self):
        # Friday 16:00 in Berlin, winter: UTC+1
        friday = datetime(2026, 1, 9, 15)
        self.assertEqual(self._add(friday, 1), datetime(2026, 1, 9, 16))
        self.assertEqual(self._add(friday, 2), datetime(2026, 1, 12, 8))
        self.assertEqual(self._add(friday, 0), friday)

    def test_daylight_saving(self):
        """The clocks go forward on Sunday: Monday begins an hour earlier in UTC."""
        friday = datetime(2026, 3, 27, 15)
        self.assertEqual(self._add(friday, 2), datetime(2026, 3, 30, 7))
        [hours] = self.calendar._collab_hours_between(
            [(friday, datetime(2026, 3, 30, 7), self.nobody)]
        )
        self.assertEqual(hours, 2)

    def test_public_holiday(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": datetime(2026, 1, 11, 23),
                "date_to": datetime(2026, 1, 12, 22, 59, 59),
            }
        )
        self.assertEqual(self._add(datetime(2026, 1, 9, 15), 2), datetime(2026, 1, 13, 8))

    def test_own_calendar_and_leave(self):
        # Friday 16:00 in Shanghai, UTC+8
        friday = datetime(2026, 1, 9, 8)
        self.assertEqual(self._add(friday, 2, self.resource), datetime(2026, 1, 12, 1))
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Off",
                "resource_id": self.resource.id,
                "calendar_id": self.resource.calendar_id.id,
                "date_from": datetime(2026, 1, 11, 16),
                "date_to": datetime(2026, 1, 12, 15, 59, 59),
            }
        )
        self.assertEqual(self._add(friday, 2, self.resource), datetime(2026, 1, 13, 1))

    def test_far_away(self):
        """Looks further when a month is not enough, and gives up some day."""
        start = datetime(2026, 1, 5, 7)
        self.assertEqual(self._add(start, 40 * 50), datetime(2026, 12, 18, 16))
        self.assertIsNone(self._add(start, 40 * 53 * 5))

    def test_another_time_zone(self):
        demands = [(datetime(2026, 1, 9, 22), 1, self.nobody)]
        [result] = self.calendar._collab_add_hours(demands, tz="America/New_York")
        self.assertEqual(result, datetime(2026, 1, 12, 14))

    def test_query_count(self):
        """The number of demands costs no query."""
        start = datetime(2026, 1, 5, 7)
        demands = [
            (start + timedelta(minutes=i), i % 90, (self.nobody, self.resource)[i % 2])
            for i in range(200)
        ]
        self.calendar._collab_add_hours(demands[:4])
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            few = self.calendar._collab_add_hours(demands[:4])
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            many = self.calendar._collab_add_hours(demands)
        self.assertEqual(many[:4], few)
        self.assertNotIn(None, many)

    def test_nothing_asked(self):
        self.assertEqual(self.calendar._collab_add_hours([]), [])
        self.assertEqual(self.calendar._collab_hours_between([]), [])

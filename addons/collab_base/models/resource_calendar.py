from datetime import datetime, time, timedelta

import pytz

from odoo import models
from odoo.tools.intervals import Intervals

from ..core.worktime import add_work_time, merge_intervals, work_time_between

#: Worked by people without fixed hours, in companies without any: Monday to Friday
WEEK = range(5)
#: How far to look for working time, in days; further if that was not enough.
HORIZONS = (28, 120, 400, 1100)


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def _collab_add_hours(self, demands, tz=None):
        """Return when so many hours will have been worked, for any number of demands.

        Leaves and public holidays are not worked, daylight saving is respected. The
        number of queries depends on the distinct calendars, and on how far the
        answer lies, not on the number of demands.

        :param demands: list of ``(start, hours, resource)``: a naive UTC datetime, a
            number, a ``resource.resource`` whose own calendar and leaves count, or
            an empty one for this calendar
        :param tz: name of the time zone of this calendar's hours, for demands without
            resource; the calendar's own by default
        :return: list of naive UTC datetimes; ``None`` where nobody works for three
            years
        """
        self.ensure_one()
        results = [None] * len(demands)
        pending = range(len(demands))
        for days in HORIZONS:
            horizon = timedelta(days=days)
            asked = [demands[i] for i in pending]
            intervals = self._collab_intervals(
                [(start, start + horizon, resource) for start, _, resource in asked], tz
            )
            for i, (start, hours, resource) in zip(pending, asked, strict=True):
                duration = timedelta(hours=hours)
                results[i] = add_work_time(intervals[resource.id], start, duration)
            pending = [i for i in pending if results[i] is None]
            if not pending:
                break
        return results

    def _collab_hours_between(self, spans, tz=None):
        """Return how many hours were worked in each span.

        :param spans: list of ``(start, end, resource)``, as in
            :meth:`_collab_add_hours`
        :return: list of floats
        """
        self.ensure_one()
        intervals = self._collab_intervals(spans, tz)
        return [
            work_time_between(intervals[resource.id], start, end) / timedelta(hours=1)
            for start, end, resource in spans
        ]

    def _collab_intervals(self, spans, tz=None):
        """Return the working time that covers all `spans`.

        :return: ``{resource_id: [(start, stop), ...]}`` in naive UTC, merged;
            ``False`` is the key of this calendar
        """
        if not spans:
            return {}
        start = min(span[0] for span in spans).replace(tzinfo=pytz.utc)
        end = max(max(span[:2]) for span in spans).replace(tzinfo=pytz.utc)
        resources = self.env["resource.resource"].union(*(span[2] for span in spans))
        # as superuser: colleagues' hours and leaves count, their reasons stay theirs
        work = dict(resources.sudo()._get_valid_work_intervals(start, end)[0])
        if any(not span[2] for span in spans):
            zone = tz and pytz.timezone(tz)
            work[False] = self.sudo()._work_intervals_batch(start, end, tz=zone)[False]
        keys = {span[2].id for span in spans}
        return {
            key: merge_intervals(
                (
                    begin.astimezone(pytz.utc).replace(tzinfo=None),
                    stop.astimezone(pytz.utc).replace(tzinfo=None),
                )
                for begin, stop, _attendance in work.get(key, ())
            )
            for key in keys
        }

    def _collab_plain_work(self, start, end, resources):
        """Return the working time of people by this calendar, without their leave and holidays,
        whatever calendar they have themselves.

        :param resources: key → ``resource.resource``, or an empty one
        :return: key → intervals
        """
        every = self.env["resource.resource"].union(*resources.values())
        leaves = self._leave_intervals_batch(start, end, every, tz=pytz.utc)
        hours = {}
        for zone in {resource.tz or self.tz or "UTC" for resource in resources.values()}:
            hours[zone] = self._collab_plain_hours(start, end, pytz.timezone(zone))
        return {
            key: hours[resource.tz or self.tz or "UTC"] - leaves[resource.id]
            for key, resource in resources.items()
        }

    def _collab_plain_hours(self, start, end, zone):
        if self and not self.flexible_hours:
            return self._attendance_intervals_batch(start, end, tz=zone)[False]
        days = [start.date() + timedelta(days=number) for number in range((end - start).days + 1)]
        nothing = self.env["resource.calendar.attendance"]
        return Intervals(
            [
                (
                    zone.localize(datetime.combine(day, time.min)),
                    zone.localize(datetime.combine(day, time.max)),
                    nothing,
                )
                for day in days
                if day.weekday() in WEEK
            ]
        )

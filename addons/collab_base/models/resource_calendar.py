from datetime import timedelta

import pytz

from odoo import models

from ..core.worktime import add_work_time, merge_intervals, work_time_between

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

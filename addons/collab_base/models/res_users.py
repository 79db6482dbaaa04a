from datetime import datetime, time, timedelta
from functools import cache

import pytz

from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _collab_working_days(self, first, last):
        """Return on which days people work, be it an hour: by the calendars that they have or had,
        without leave and public holidays.

        Who has no employee works by the calendar of their company; who has no fixed hours does,
        but for their leave; and if their company has none, from Monday to Friday.

        :param date first: of the days asked for
        :param date last: the last of them
        :return: user id → set of dates; the number of queries depends on that of calendars
        """
        start = pytz.utc.localize(datetime.combine(first, time.min)) - timedelta(days=1)
        end = pytz.utc.localize(datetime.combine(last, time.max)) + timedelta(days=1)
        # as superuser: colleagues' hours and leave count, their reasons stay theirs
        users = self.sudo()
        resources = users._collab_resources()
        fixed = self.env["resource.resource"].sudo().union(*resources.values())
        fixed = fixed.filtered(lambda resource: not resource._is_flexible())
        work = dict(fixed._get_valid_work_intervals(start, end)[0]) if fixed else {}
        work = {
            user.id: work[resources[user.id].id]
            for user in users
            if resources[user.id].id in fixed._ids
        }
        others = users.filtered(lambda user: user.id not in work)
        for calendar, people in others.grouped(lambda u: u.company_id.resource_calendar_id).items():
            work |= calendar._collab_plain_work(start, end, {u.id: resources[u.id] for u in people})
        dates = cache(_dates)  # most people have calendars that others have, too
        days = {}
        for user in users:
            zone = (resources[user.id] or user.company_id.resource_calendar_id).tz or "UTC"
            worked = set().union(*(dates(start, stop, zone) for start, stop, __ in work[user.id]))
            days[user.id] = {day for day in worked if first <= day <= last}
        return days

    def _collab_resources(self):
        """Return the resource of each user, of the employee in their own company if they are one in
        several: user id → ``resource.resource``."""
        employees = self.env["hr.employee"].sudo().search([("user_id", "in", self.ids)], order="id")
        found = employees.grouped("user_id")
        resources = {}
        for user in self.sudo():
            own = found.get(user, employees.browse())
            here = own.filtered(lambda one, company=user.company_id: one.company_id == company)
            resources[user.id] = (here or own)[:1].resource_id
        return resources


def _dates(start, stop, zone):
    """Return the days on which an interval is, in a time zone."""
    zone = pytz.timezone(zone)
    day, end = start.astimezone(zone), stop.astimezone(zone) - timedelta(microseconds=1)
    return [
        day.date() + timedelta(days=number) for number in range((end.date() - day.date()).days + 1)
    ]

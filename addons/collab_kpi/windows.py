"""Which time is looked at, by the calendars of companies.

Functions, not methods, as methods can be called from the code of server actions.
"""

from dataclasses import dataclass
from datetime import date

from odoo import fields
from odoo.tools import SQL

from .core.periods import Calendar, local_day, midnight, shift, start_of, starts

#: Of what is of no company
NOBODY = None


def calendars(env, company_id=None):
    """Return how companies divide time: company id → :class:`Calendar`; under None, for what is of
    no company, that of the first one.

    :param int company_id: of this one only
    """
    companies = env["res.company"].sudo().search([], order="id")
    found = {one.id: one._collab_calendar() for one in companies}
    nobody = found[company_id] if company_id else found[companies[0].id]
    chosen = {company_id: found[company_id]} if company_id else found
    return {**chosen, NOBODY: nobody}


@dataclass(frozen=True)
class Window:
    """A row of periods of one kind, for each company by its calendar.

    :ivar grain: kind of the periods
    :ivar first: a day in the first of them
    :ivar calendars: company id, or None → :class:`Calendar`
    :ivar last: a day in the last of them
    """

    grain: str
    first: date
    calendars: dict[int | None, Calendar]
    last: date

    def starts(self, company_id):
        """Return the first days of the periods of a company, and the day after the last."""
        return starts(self.first, self.last, self.grain, self.calendars[company_id])

    def bounds(self, company_id, is_timed):
        """Return the same, as moments in UTC if what is counted has a time of day."""
        zone = self.calendars[company_id].zone
        days = self.starts(company_id)
        return [midnight(day, zone) for day in days] if is_timed else days

    def lower(self, is_timed):
        """Return from when on anybody's periods are."""
        return min(self.bounds(one, is_timed)[0] for one in self.calendars)

    def upper(self, is_timed):
        """Return when the last of anybody's periods is over."""
        return max(self.bounds(one, is_timed)[-1] for one in self.calendars)

    def bucket(self, at, company, is_timed):
        """Return in the how manieth period of its company something is, as an expression: from 1 on,
        0 and more than there are for what is outside."""
        kind = SQL("timestamp[]") if is_timed else SQL("date[]")
        groups = {}
        for company_id in self.calendars:
            groups.setdefault(tuple(self.bounds(company_id, is_timed)), []).append(company_id)
        rest = next(bounds for bounds, ids in groups.items() if NOBODY in ids)
        cases = [
            SQL(
                "WHEN %s = ANY(%s) THEN width_bucket(%s, %s::%s)",
                company,
                ids,
                at,
                list(bounds),
                kind,
            )
            for bounds, ids in groups.items()
            if bounds != rest
        ]
        other = SQL("width_bucket(%s, %s::%s)", at, list(rest), kind)
        return SQL("CASE %s ELSE %s END", SQL(" ").join(cases), other) if cases else other


def today(calendar):
    """Return which day it is where a company is."""
    return local_day(fields.Datetime.now(), calendar.zone)


def running(grain, calendar, back=0):
    """Return the first day of the period that runs, or of one so many before it."""
    return shift(start_of(today(calendar), grain, calendar), grain, -back)

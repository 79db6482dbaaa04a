"""Working hours between two moments, in SQL.

Functions, not methods, as methods can be called from the code of server actions.
"""

from datetime import datetime, time, timedelta

from odoo.tools import SQL

from .windows import NOBODY

#: What began longer before the window is taken to have begun then
BEFORE = timedelta(days=731)
AFTER = timedelta(days=2)


def hours_between(env, since, until, company, window):
    """Return the working hours between two moments by the calendar of a company, without public
    holidays, as an expression.

    How much has been worked until a moment is looked up in arrays: of when work begins, when it
    ends, and how much there was before. So it costs two searches a row, whatever lies between.
    What began more than two years before the window is taken to have begun then.

    :param SQL since: moment in UTC, no array
    :param SQL until: the same
    :param SQL company: id of the company
    :param window: :class:`.windows.Window`
    """
    cases = []
    rest = None
    for company_id, arrays in _arrays(env, window).items():
        took = SQL("(%s - %s) / 3600", _worked(until, arrays), _worked(since, arrays))
        if company_id is NOBODY:
            rest = took
        else:
            cases.append(SQL("WHEN %s = %s THEN %s", company, company_id, took))
    return SQL("CASE %s ELSE %s END", SQL(" ").join(cases), rest) if cases else rest


def _worked(moment, arrays):
    """Return how many seconds have been worked until a moment."""
    begins, ends, before = arrays
    if not begins:
        return SQL("0::float8")
    at = SQL("width_bucket(%s::timestamp, %s::timestamp[])", moment, begins)
    return SQL(
        "CASE WHEN %(at)s = 0 THEN 0 ELSE (%(before)s::float8[])[%(at)s] + EXTRACT(epoch FROM"
        " LEAST(%(moment)s::timestamp, (%(ends)s::timestamp[])[%(at)s])"
        " - (%(begins)s::timestamp[])[%(at)s])::float8 END",
        at=at,
        before=before,
        moment=moment,
        ends=ends,
        begins=begins,
    )


def _arrays(env, window):
    """Return of each company when work begins and ends, and how many seconds there were before: for
    one and the same calendar once, and for what is of no company, by that of the first."""
    companies = env["res.company"].search([], order="id")
    start = datetime.combine(window.first, time.min) - BEFORE
    # not until its last day alone, which for a period that is counted again is its first
    end = datetime.combine(window.upper(False), time.max) + AFTER
    found = {}
    for company_id in window.calendars:
        company = env["res.company"].browse(company_id) if company_id else companies[:1]
        calendar = company.resource_calendar_id
        spans = (
            calendar._collab_intervals([(start, end, env["resource.resource"])])[False]
            if calendar
            else []
        )
        before, total = [], 0.0
        for begin, stop in spans:
            before.append(total)
            total += (stop - begin).total_seconds()
        found[company_id] = ([begin for begin, __ in spans], [stop for __, stop in spans], before)
    return found

"""On how many of their working days people have checked in.

Functions, not methods, as methods can be called from the code of server actions, and what they
return is run as superuser.
"""

from collections import defaultdict
from datetime import timedelta

from odoo.tools import SQL

from odoo.addons.collab_checkin.teams import staff
from odoo.addons.collab_kpi.method import Method
from odoo.addons.collab_kpi.rows import facts_of_rows
from odoo.addons.collab_kpi.windows import today

CHECKIN = "collab.checkin"


def methods(env):
    """Return what can be counted of check-ins: key → :class:`.Method`."""
    name = env._("Share of working days with a check-in")
    # no records: whether somebody was there on a day is told to nobody
    return {
        "collab_kpi_checkin.rate": Method(
            name, _rate, (CHECKIN,), {"department": "hr.department"}, minimum=5
        )
    }


def _rate(env, definition, window):
    """Return 100 for each working day of somebody on which they have checked in, 0 for the others.

    Of those who are employed today: from the day on which the first of their company has checked in,
    or they came, until yesterday.
    """
    env[CHECKIN].flush_model()
    rows = SQL(
        """
        SELECT person.user_id AS id, person.user_id, person.company_id, person.day,
               checkin.id IS NOT NULL AS is_there
          FROM (%s) person
          LEFT JOIN collab_checkin checkin
                 ON checkin.user_id = person.user_id AND checkin.day = person.day
        """,
        _days(env, window),
    )
    amount = SQL("CASE WHEN line.is_there THEN 100 ELSE 0 END::float8")
    return facts_of_rows(env, definition, window, rows, amount, "day", is_timed=False)


def _days(env, window):
    """Return the days that count, as a query: rows of ``user_id``, ``company_id`` and ``day``.

    Many people work on the same days, so each set of days is named once.
    """
    sets = defaultdict(list)
    for user_id, company_id, days in _worked(env, window):
        sets[company_id, days].append(user_id)
    rows = [
        SQL(
            "SELECT unnest(%s::int[]) AS user_id, %s AS company_id, %s::date[] AS days",
            ids,
            company_id,
            sorted(days),
        )
        for (company_id, days), ids in sets.items()
    ] or [SQL("SELECT NULL::int AS user_id, NULL::int AS company_id, NULL::date[] AS days")]
    return SQL(
        "SELECT user_id, company_id, unnest(days) AS day FROM (%s) people",
        SQL(" UNION ALL ").join(rows),
    )


def _worked(env, window):
    """Yield on which days people worked that count: user id, company id, days."""
    spans = _spans(env, window)
    if not spans:
        return
    first = min(span[0] for __, *span in spans)
    last = max(span[1] for __, *span in spans)
    users = env["res.users"].browse([user_id for (user_id, __), *__ in spans])
    working = users._collab_working_days(first, last)
    for (user_id, company_id), begins, ends in spans:
        days = frozenset(day for day in working[user_id] if begins <= day <= ends)
        if days:
            yield user_id, company_id, days


def _spans(env, window):
    """Return from when to when the days of somebody count: list of (user id, company id), first day,
    last day."""
    found = env.execute_query(
        SQL(
            """
            SELECT staff.user_id, staff.company_id, person.create_date::date, first.day
              FROM (%s) staff
              JOIN res_users person ON person.id = staff.user_id
              JOIN (
                    SELECT company_id, MIN(day) AS day
                      FROM collab_checkin
                      JOIN res_users one ON one.id = collab_checkin.user_id
                     GROUP BY company_id
                   ) first ON first.company_id = staff.company_id
            """,
            staff(env),
        )
    )
    spans = []
    for user_id, company_id, came, began in found:
        if calendar := window.calendars.get(company_id):
            begins = max(window.lower(False), came, began)
            ends = min(window.upper(False), today(calendar)) - timedelta(days=1)
            if begins <= ends:
                spans.append(((user_id, company_id), begins, ends))
    return spans

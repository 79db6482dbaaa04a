"""How many of a department take part in a week.

Functions, not methods, as methods can be called from the code of server actions.
"""

from collections import defaultdict
from datetime import timedelta

from odoo.tools import SQL

from odoo.addons.collab_base.bulk import insert_rows

from .teams import MINIMUM, minimum, staff


def count_week(env, monday):
    """Enter of each department how many of its people have taken part in a week.

    :param date monday: of a week that is over and not counted yet
    """
    sunday = monday + timedelta(days=6)
    departments = _departments(env)
    users = (
        env["res.users"].sudo().browse([one for people in departments.values() for one in people])
    )
    working = users._collab_working_days(monday, sunday)
    checked = _checked(env, users, monday, sunday)
    received = _received(env, users, monday, sunday)
    thanked = _thanked(env, users, monday)
    rows = []
    for (department_id, company_id), people in departments.items():
        # in a week that nobody works there is nothing to take part in
        if days := sum(len(working[one]) for one in people):
            done = sum(len(working[one] & checked[one]) for one in people)
            rows.append(
                {
                    "week": monday,
                    "department_id": department_id,
                    "company_id": company_id,
                    "people": len(people),
                    "share": round(done / days, 2),
                    "checked_in": sum(bool(checked[one]) for one in people),
                    "with_points": len(received.intersection(people)),
                    "gave_kudos": len(thanked.intersection(people)),
                }
            )
    return insert_rows(env["collab.participation"].sudo(), rows)


def _departments(env):
    """Return whom the departments have that have enough people: (department id, company id) → user
    ids."""
    found = env.execute_query(
        SQL(
            "SELECT department_id, company_id, array_agg(user_id) FROM (%s) staff"
            " WHERE department_id IS NOT NULL GROUP BY 1, 2 HAVING COUNT(*) >= %s ORDER BY 1, 2",
            staff(env),
            max(MINIMUM, minimum(env)),
        )
    )
    return {(department_id, company_id): people for department_id, company_id, people in found}


def _checked(env, users, monday, sunday):
    """Return on which days of the week people have checked in: user id → set of dates."""
    found = env.execute_query(
        SQL(
            "SELECT user_id, array_agg(day) FROM collab_checkin"
            " WHERE user_id = ANY(%s) AND day BETWEEN %s AND %s GROUP BY user_id",
            users.ids,
            monday,
            sunday,
        )
    )
    return defaultdict(set, {user_id: set(days) for user_id, days in found})


def _received(env, users, monday, sunday):
    """Return the ids of those who have received points, in the week where they are."""
    found = env.execute_query(
        SQL(
            """
            SELECT entry.user_id FROM collab_point_entry entry
              JOIN res_users person ON person.id = entry.user_id
              JOIN res_partner partner ON partner.id = person.partner_id
             WHERE entry.user_id = ANY(%(users)s) AND entry.kind = 'work'
               AND entry.create_date >= %(first)s AND entry.create_date < %(last)s
               AND (entry.create_date AT TIME ZONE 'UTC'
                    AT TIME ZONE COALESCE(partner.tz, 'UTC'))::date BETWEEN %(monday)s AND %(sunday)s
             GROUP BY entry.user_id HAVING SUM(entry.points) > 0
            """,
            users=users.ids,
            # what the index finds: a day more on both sides, for the time zones
            first=monday - timedelta(days=1),
            last=sunday + timedelta(days=2),
            monday=monday,
            sunday=sunday,
        )
    )
    return {row[0] for row in found}


def _thanked(env, users, monday):
    """Return the ids of those who have given kudos in the week."""
    found = env.execute_query(
        SQL(
            "SELECT DISTINCT sender_id FROM collab_kudos"
            " WHERE sender_id = ANY(%s) AND week = %s AND state <> 'withdrawn'",
            users.ids,
            monday,
        )
    )
    return {row[0] for row in found}

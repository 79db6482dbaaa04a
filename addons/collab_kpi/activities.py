"""How soon people finish the activities that are planned for them.

Odoo keeps an activity that is finished, archived, with the day on which it was. So it is counted in
days, of the clock's time zone, as Odoo has them.

Functions, not methods, as methods can be called from the code of server actions, and what they
return is run as superuser.
"""

from odoo import SUPERUSER_ID
from odoo.tools import SQL

from .method import Method
from .rows import facts_of_rows

FINISHED = SQL(
    """
    SELECT activity.id, person.company_id, activity.user_id, activity.date_done AS day,
           activity.date_deadline, activity.create_date
      FROM mail_activity activity
      JOIN res_users person ON person.id = activity.user_id AND NOT person.share
     WHERE activity.date_done IS NOT NULL AND activity.active IS NOT TRUE AND person.id <> %s
    """,
    SUPERUSER_ID,
)


def methods(env):
    """Return what can be counted of activities: key → :class:`.method.Method`."""
    named = {
        "collab_kpi.activity_days": (env._("Days until an activity is finished"), _days),
        "collab_kpi.activity_in_time": (env._("Share of activities finished in time"), _in_time),
    }
    # no records: what somebody has finished late is told to nobody
    return {
        key: Method(name, facts, ("mail.activity",), {"department": "hr.department"}, minimum=5)
        for key, (name, facts) in named.items()
    }


def _days(env, definition, window):
    """Return after how many days each activity was finished."""
    amount = SQL("GREATEST(0, line.day - line.create_date::date)::float8")
    return _facts(env, definition, window, amount)


def _in_time(env, definition, window):
    """Return 100 for each activity that was finished by its deadline, 0 for the others."""
    amount = SQL("CASE WHEN line.day <= line.date_deadline THEN 100 ELSE 0 END::float8")
    return _facts(env, definition, window, amount)


def _facts(env, definition, window, amount):
    env["mail.activity"].flush_model()
    env["res.users"].flush_model(["company_id", "share"])
    return facts_of_rows(env, definition, window, FINISHED, amount, "day", is_timed=False)

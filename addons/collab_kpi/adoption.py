"""How many people use the system: what is counted of each person in each period.

Functions, not methods, as methods can be called from the code of server actions, and what they
return is run as superuser.
"""

from itertools import pairwise

from odoo import SUPERUSER_ID
from odoo.tools import SQL

from .facts import DefinitionError, Facts, departments
from .method import Method

#: What somebody does who writes, changes something that is tracked, or finishes an activity; not what
#: is sent to them or in their name by the system
ACTIONS = ("comment", "email_outgoing", "notification")
LOGINS = SQL("SELECT create_uid AS user_id, create_date AS at FROM res_users_log")
MESSAGES = SQL(
    "SELECT create_uid AS user_id, date AS at FROM mail_message WHERE message_type = ANY(%s)",
    list(ACTIONS),
)


def methods(env):
    """Return the ways to count people: key → :class:`.method.Method`."""
    breakdowns = {"department": "hr.department"}
    named = {
        "collab_kpi.active": (env._("People who have done something"), _active),
        "collab_kpi.adoption": (env._("Share of people who have done something"), _adoption),
        "collab_kpi.logins": (env._("Days on which a person has logged in"), _login_days),
    }
    # no records: who has done something, and who has not, is told to nobody
    return {
        key: Method(name, facts, ("res.users", "mail.message"), breakdowns, minimum=5)
        for key, (name, facts) in named.items()
    }


def _active(env, definition, window):
    """Return 1 for each person who has done something in a period, nothing for the others."""
    amount = SQL("CASE WHEN done.times > 0 THEN 1 END::float8")
    return _of_people(env, definition, window, MESSAGES, SQL("COUNT(*)"), amount)


def _adoption(env, definition, window):
    """Return 100 for each person who has done something in a period, 0 for the others."""
    amount = SQL("CASE WHEN done.times > 0 THEN 100 ELSE 0 END::float8")
    return _of_people(env, definition, window, MESSAGES, SQL("COUNT(*)"), amount)


def _login_days(env, definition, window):
    """Return on how many days each person has logged in, in a period; days are those of UTC."""
    amount = SQL("COALESCE(done.times, 0)::float8")
    return _of_people(env, definition, window, LOGINS, SQL("COUNT(DISTINCT at::date)"), amount)


def _of_people(env, definition, window, events, times, amount):
    """Return a fact for each internal user and period, from the one on in which they came.

    :param SQL events: rows of ``user_id`` and ``at``
    :param SQL times: what of them is counted of a person in a period
    :param SQL amount: what is measured, of ``done.times``
    """
    for name in ("mail.message", "res.users", "res.users.log"):
        env[name].flush_model()
    parts = [_part(env, one) for one in definition["breakdowns"]]
    query = SQL(
        """
        SELECT person.id AS res_id, period.begins AS at, person.company_id, %(amount)s AS amount,
               person.id AS person_id, NULL::int AS lost%(parts)s
          FROM res_users person
          JOIN (VALUES %(periods)s) period (company_id, number, begins, ends)
            ON period.company_id = person.company_id
          LEFT JOIN (
                SELECT user_id, bucket, %(times)s AS times
                  FROM (
                        SELECT event.user_id, event.at, %(bucket)s AS bucket
                          FROM (%(events)s) event
                          JOIN res_users actor ON actor.id = event.user_id
                         WHERE event.at >= %(lower)s AND event.at < %(upper)s
                       ) bucketed
                 GROUP BY user_id, bucket
               ) done ON done.user_id = person.id AND done.bucket = period.number
          LEFT JOIN (%(departments)s) of ON of.user_id = person.id
         WHERE NOT person.share AND person.id <> %(system)s AND person.create_date < period.ends
           AND (person.active OR done.times > 0)%(company)s
        """,
        amount=amount,
        parts=SQL().join(SQL(", %s", part) for part in parts),
        periods=SQL(", ").join(_periods(window)),
        times=times,
        bucket=window.bucket(SQL("event.at"), SQL("actor.company_id"), True),
        events=events,
        lower=window.lower(True),
        upper=window.upper(True),
        departments=departments(env),
        system=SUPERUSER_ID,
        company=SQL(" AND person.company_id = %s", definition["company"])
        if definition["company"]
        else SQL(),
    )
    return Facts(query, is_timed=True)


def _periods(window):
    """Return the periods of each company: its id, their number, when they begin and end."""
    for company_id in window.calendars:
        bounds = window.bounds(company_id, True)
        for number, (begins, ends) in enumerate(pairwise(bounds), start=1):
            yield SQL(
                "(%s::int, %s, %s::timestamp, %s::timestamp)", company_id, number, begins, ends
            )


def _part(env, breakdown):
    if breakdown["path"] != "department":
        raise DefinitionError(env._("People are broken down by department alone."))
    return SQL("of.department_id AS d0")

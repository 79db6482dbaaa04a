"""Where the time of approvals goes: with those who decide, and with those who ask.

Functions, not methods, as methods can be called from the code of server actions, and what they
return is run as superuser.
"""

from functools import partial

from odoo.tools import SQL

from odoo.addons.collab_kpi.method import Method
from odoo.addons.collab_kpi.rows import DEPARTMENT, facts_of_rows
from odoo.addons.collab_kpi.windows import NOBODY
from odoo.addons.collab_kpi.worked import hours_between

REQUEST = "collab.approval.request"
TASK = "collab.approval.task"
BREAKDOWNS = {
    "department": "hr.department",
    "policy_id": "collab.approval.policy",
    "version_id": "collab.approval.policy.version",
}
#: Requests on which people have decided, and when the first of them did
DECIDED = SQL(
    """
    SELECT request.id, request.company_id, request.requester_id AS user_id, request.policy_id,
           request.version_id, request.submitted_at, request.decided_at,
           LEAST(MIN(task.decided_at), request.decided_at) AS first_at
      FROM collab_approval_request request
      LEFT JOIN collab_approval_task task
             ON task.request_id = request.id AND task.state IN ('approved', 'rejected')
            AND task.given IS NOT TRUE
     WHERE request.state IN ('approved', 'rejected')
     GROUP BY request.id
    """
)
#: Requests of documents whose last one was rejected
AGAIN = SQL(
    """
    SELECT request.id, request.company_id, request.requester_id AS user_id, request.policy_id,
           request.version_id, request.submitted_at, rejected.decided_at AS rejected_at
      FROM collab_approval_request request
      JOIN collab_approval_request rejected
        ON rejected.res_model = request.res_model AND rejected.res_id = request.res_id
       AND rejected.id < request.id AND rejected.state = 'rejected'
       AND rejected.decided_at <= request.submitted_at
     WHERE NOT EXISTS (
               SELECT FROM collab_approval_request between_them
                WHERE between_them.res_model = request.res_model
                  AND between_them.res_id = request.res_id
                  AND between_them.id > rejected.id AND between_them.id < request.id
           )
    """
)
#: What people have decided, each on what they were asked
ANSWERS = SQL(
    """
    SELECT task.id, task.company_id, task.decided_by AS user_id, request.policy_id,
           request.version_id, task.asked_at, task.decided_at
      FROM collab_approval_task task
      JOIN collab_approval_request request ON request.id = task.request_id
     WHERE task.state IN ('approved', 'rejected') AND task.given IS NOT TRUE
    """
)


def methods(env):
    """Return what can be counted of approvals: key → :class:`.Method`."""
    named = {
        "first": (
            env._("Working hours from submission to the first decision"),
            partial(_hours, of=DECIDED, since="submitted_at", until="first_at", at="decided_at"),
            REQUEST,
        ),
        "rest": (
            env._("Working hours from the first decision to the last"),
            partial(_hours, of=DECIDED, since="first_at", until="decided_at", at="decided_at"),
            REQUEST,
        ),
        "again": (
            env._("Working hours from a rejection until it is submitted again"),
            partial(_hours, of=AGAIN, since="rejected_at", until="submitted_at", at="submitted_at"),
            REQUEST,
        ),
        "within_day": (
            env._("Share of decisions within a working day"),
            _within_day,
            TASK,
        ),
    }
    return {
        f"collab_kpi_approval.{key}": Method(name, facts, (REQUEST, TASK), BREAKDOWNS, res_model)
        for key, (name, facts, res_model) in named.items()
    }


def _hours(env, definition, window, of, since, until, at):
    """Return how many working hours lie between two moments of requests.

    :param SQL of: rows of the requests
    :param str since: its column of the first moment
    :param str until: that of the second
    :param str at: that of the moment by which it is in a period
    """
    return _facts(env, definition, window, of, _took(env, window, since, until), at)


def _within_day(env, definition, window):
    """Return 100 for what was decided within as many hours as a company works on a day, else 0."""
    took = _took(env, window, "asked_at", "decided_at")
    amount = SQL("CASE WHEN %s <= %s THEN 100 ELSE 0 END::float8", took, _day(env, window))
    return _facts(env, definition, window, ANSWERS, amount, "decided_at")


def _facts(env, definition, window, rows, amount, at):
    for name in (REQUEST, TASK):
        env[name].flush_model()
    columns = BREAKDOWNS.keys() - {DEPARTMENT}
    return facts_of_rows(env, definition, window, rows, amount, at, columns)


def _took(env, window, since, until):
    return hours_between(
        env,
        SQL.identifier("line", since),
        SQL.identifier("line", until),
        SQL("line.company_id"),
        window,
    )


def _day(env, window):
    """Return how many hours a company works on a day, by that of its calendar."""
    companies = env["res.company"].search([], order="id")
    cases = [
        SQL("WHEN line.company_id = %s THEN %s", company.id, _hours_per_day(company))
        for company in companies.filtered(lambda one: one.id in window.calendars)
    ]
    nobody = _hours_per_day(companies[0]) if NOBODY in window.calendars else 0.0
    return SQL("(CASE %s ELSE %s END)::float8", SQL(" ").join(cases), nobody)


def _hours_per_day(company):
    return company.resource_calendar_id.hours_per_day

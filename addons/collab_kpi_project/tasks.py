"""Which tasks have been due, and which are done.

Of both one has to know when a task was done. ``date_end`` is set by folded stages alone, and
``date_last_stage_update`` goes on when what is done is moved to another stage. But changes of the
state are tracked: of a task that is done, the last of them is when that was. So nothing has to be
read of what is tracked but when it was: states are tracked by their names, in the language of who
changed them.

Functions, not methods, as methods can be called from the code of server actions, and what they
return is run as superuser.
"""

from datetime import timedelta

from odoo import fields
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.collab_kpi.facts import DefinitionError, Facts, departments
from odoo.addons.collab_kpi.method import Method
from odoo.addons.collab_kpi.windows import NOBODY

#: To-dos without a project are somebody's own
OF_PROJECTS = [("project_id", "!=", False)]
NO_TEMPLATES = [("project_id.is_template", "=", False), ("has_template_ancestor", "=", False)]
DONE = [("state", "=", "1_done")]
#: What is archived before it is done will not be done, as what is cancelled
DROPPED = [
    "|",
    ("state", "=", "1_canceled"),
    "&",
    ("active", "=", False),
    ("state", "!=", "1_done"),
]
#: What is tracked is noted at the end of what somebody does
LATER = timedelta(days=1)
PARTS = {
    "department": SQL("theirs.department_id"),
    "person": SQL("assignee.user_id"),
    "project": SQL("task.project_id"),
}
#: Projects often have none: then it is that of who does it, or else of who has entered it
COMPANY = SQL("COALESCE(task.company_id, person.company_id, creator.company_id)")
#: When a task was done; of one that came into the system as done, the best there is
DONE_AT = SQL("COALESCE(change.at, task.date_last_stage_update, task.create_date)")


def methods(env):
    """Return the ways to count tasks: key → :class:`odoo.addons.collab_kpi.method.Method`."""
    breakdowns = {
        "department": "hr.department",
        "person": "res.users",
        "project": "project.project",
    }
    named = {
        "collab_kpi_project.due": (env._("Tasks that were due"), _due),
        "collab_kpi_project.done": (env._("Tasks that are done"), _done),
    }
    return {
        key: Method(
            name,
            facts,
            ("project.task",),
            breakdowns,
            res_model="project.task",
            given={"project.task": OF_PROJECTS},
        )
        for key, (name, facts) in named.items()
    }


def _due(env, definition, window):
    """Return a fact for each task whose deadline's day is over: 100 if it was done until then, else 0.

    Days are those of the company.
    """
    at = SQL("task.date_deadline")
    day = _day(at, window)
    amount = SQL(
        "CASE WHEN task.state = '1_done' AND %s <= %s THEN 100 ELSE 0 END::float8",
        _day(DONE_AT, window),
        day,
    )
    is_over = SQL("%s < %s", day, _day(SQL("%s::timestamp", fields.Datetime.now()), window))
    return _of_tasks(env, definition, window, ~Domain(DROPPED), at, amount, is_over)


def _done(env, definition, window):
    """Return a fact for each task that is done: after how many days."""
    amount = SQL(
        "CASE WHEN %(at)s >= task.create_date"
        " THEN EXTRACT(epoch FROM %(at)s - task.create_date)::float8 / 86400 END",
        at=DONE_AT,
    )
    # spares looking for when those were done that have not been touched since
    touched = SQL("COALESCE(task.date_last_stage_update >= %s, TRUE)", window.lower(True) - LATER)
    return _of_tasks(env, definition, window, Domain(DONE), DONE_AT, amount, touched)


def _of_tasks(env, definition, window, domain, at, amount, condition):
    """Return a fact for each of some tasks.

    A task is somebody's if it is assigned to them alone: of several it would count more than once.
    One of no company may be read in each, so it may count for any.

    :param Domain domain: which tasks
    :param SQL at: when
    :param SQL amount: what is measured
    :param SQL condition: what else is asked of them
    """
    domain &= Domain(OF_PROJECTS) & Domain(NO_TEMPLATES)
    if definition["company"]:
        condition = SQL("%s AND %s = %s", condition, COMPANY, definition["company"])
    tasks = env["project.task"].with_context(active_test=False)._search(domain)
    parts = [_part(env, one) for one in definition["breakdowns"]]
    query = SQL(
        """
        SELECT task.id AS res_id, %(at)s AS at, %(company)s AS company_id, %(amount)s AS amount,
               assignee.user_id AS person_id, NULL::int AS lost%(parts)s
          FROM project_task task
          LEFT JOIN LATERAL (
                SELECT MAX(message.date) AS at
                  FROM mail_message message
                  JOIN mail_tracking_value tracked ON tracked.mail_message_id = message.id
                 WHERE message.model = 'project.task' AND message.res_id = task.id
                   AND tracked.field_id = %(state)s
               ) change ON task.state = '1_done'
          LEFT JOIN LATERAL (
                SELECT MIN(user_id) AS user_id
                  FROM project_task_user_rel
                 WHERE task_id = task.id
                HAVING COUNT(*) = 1
               ) assignee ON TRUE
          LEFT JOIN res_users person ON person.id = assignee.user_id
          LEFT JOIN res_users creator ON creator.id = task.create_uid
          LEFT JOIN (%(departments)s) theirs ON theirs.user_id = assignee.user_id
         WHERE task.id IN %(tasks)s AND %(condition)s AND %(at)s >= %(lower)s AND %(at)s < %(upper)s
        """,
        at=at,
        company=COMPANY,
        amount=amount,
        parts=SQL().join(SQL(", %s AS %s", *one) for one in _numbered(parts)),
        state=env["ir.model.fields"]._get("project.task", "state").id,
        departments=departments(env),
        tasks=tasks.subselect(),
        condition=condition,
        lower=window.lower(True),
        upper=window.upper(True),
    )
    return Facts(query, is_timed=True)


def _numbered(parts):
    return [(part, SQL.identifier(f"d{index}")) for index, part in enumerate(parts)]


def _part(env, breakdown):
    if breakdown["path"] not in PARTS:
        raise DefinitionError(env._("Tasks are broken down by department, person and project."))
    return PARTS[breakdown["path"]]


def _day(moment, window):
    """Return on which day of the company something is, as an expression."""
    zones = {one: calendar.zone for one, calendar in window.calendars.items()}
    rest = SQL("%s", zones.pop(NOBODY))
    if zones:
        cases = (SQL("WHEN %s THEN %s", *one) for one in zones.items())
        rest = SQL("CASE %s %s ELSE %s END", COMPANY, SQL(" ").join(cases), rest)
    return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", moment, rest)

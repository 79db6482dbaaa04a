"""People and the tasks that they have done, by the thousand, in SQL."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from rows import copy_planned

from odoo import fields
from odoo.api import Environment
from odoo.tools import SQL

PEOPLE = 10_000
TASKS = 1_000_000
#: Over how many days they were done
DAYS = 89
ENTRIES = 1_000_000
#: Of how many a department is
DEPARTMENT = 20
#: Copied for the others
PATTERN = "bench.person"
ZONE = "Asia/Shanghai"
MODEL = "project.task"
DONE = [("state", "=", "1_done")]


def load_people(env: Environment) -> None:
    """Make the people."""
    user = env["res.users"].create({"name": PATTERN, "login": PATTERN, "tz": ZONE})
    env.flush_all()
    numbers = SQL("generate_series(1, %s) AS plan(number)", PEOPLE - 1)
    name = SQL("%s || plan.number", PATTERN)
    copy_planned(
        env,
        "res_partner",
        numbers,
        SQL("res_partner.id = %s", user.partner_id.id),
        {"name": name, "complete_name": name},
        SQL("plan.number"),
    )
    copy_planned(
        env,
        "res_users",
        SQL(
            "(SELECT id AS partner, complete_name AS name FROM res_partner"
            " WHERE complete_name ~ %s) AS plan",
            f"^{PATTERN}[0-9]+$",
        ),
        SQL("res_users.id = %s", user.id),
        {"login": SQL("plan.name"), "partner_id": SQL("plan.partner")},
        SQL("plan.partner"),
    )
    for table, user_column in (
        ("res_groups_users_rel", "uid"),
        ("res_company_users_rel", "user_id"),
    ):
        copy_planned(
            env,
            table,
            SQL(
                "(SELECT id AS target FROM res_users WHERE login ~ %s) AS plan", f"^{PATTERN}[0-9]"
            ),
            SQL("%s = %s", SQL.identifier(table, user_column), user.id),
            {user_column: SQL("plan.target")},
            SQL("plan.target"),
        )


def load_staff(env: Environment) -> None:
    """Have all be employed, in departments, each led by the first of them."""
    first = people(env).ids[0]
    department = env["hr.department"].create({"name": PATTERN})
    employee = env["hr.employee"].create(
        {"name": PATTERN, "user_id": first, "department_id": department.id}
    )
    env.flush_all()
    more = SQL("generate_series(1, %s) AS plan(number)", PEOPLE // DEPARTMENT - 1)
    number = SQL("plan.number")
    copy_planned(
        env, "hr_department", more, SQL("hr_department.id = %s", department.id), {}, number
    )
    others = SQL("generate_series(%s, %s) AS plan(user_id)", first + 1, first + PEOPLE - 1)
    resource = {"user_id": SQL("plan.user_id")}
    copy_planned(
        env,
        "resource_resource",
        others,
        SQL("resource_resource.id = %s", employee.resource_id.id),
        resource,
        resource["user_id"],
    )
    resources = SQL(
        "(SELECT id AS resource_id, user_id FROM resource_resource WHERE user_id > %s) AS plan",
        first,
    )
    copy_planned(
        env,
        "hr_employee",
        resources,
        SQL("hr_employee.id = %s", employee.id),
        resource | {"resource_id": SQL("plan.resource_id")},
        resource["user_id"],
    )
    copy_planned(
        env,
        "hr_version",
        SQL("(SELECT id, user_id FROM hr_employee WHERE user_id > %s) AS plan", first),
        SQL("hr_version.id = %s", employee.version_id.id),
        {
            "employee_id": SQL("plan.id"),
            "department_id": SQL("%s + (plan.user_id - %s) / %s", department.id, first, DEPARTMENT),
        },
        SQL("plan.id"),
    )
    env.cr.execute(
        SQL(
            "UPDATE hr_employee employee SET current_version_id = version.id,"
            " parent_id = NULLIF(head.id, employee.id)"
            " FROM hr_version version, hr_employee head"
            " WHERE version.employee_id = employee.id"
            " AND head.user_id = employee.user_id - (employee.user_id - %s) %% %s",
            first,
            DEPARTMENT,
        )
    )
    env.invalidate_all()


def people(env: Environment) -> Any:
    return env["res.users"].search([("login", "=like", f"{PATTERN}%")], order="id")


def load_tasks(env: Environment) -> None:
    """Make the tasks, a hundred of each person, that their neighbour has asked for."""
    everybody = people(env).ids
    if len(everybody) != PEOPLE or everybody[-1] - everybody[0] != PEOPLE - 1:
        raise RuntimeError("the ids of the people do not follow one another")
    first = everybody[0]
    project = env["project.project"].create({"name": "Bench"})
    task = env["project.task"].create({"name": "Task", "project_id": project.id})
    env.flush_all()
    copy_planned(
        env,
        "project_task",
        SQL("generate_series(1, %s) AS plan(number)", TASKS),
        SQL("project_task.id = %s", task.id),
        {
            "state": SQL("'1_done'"),
            "create_uid": SQL("%s + (plan.number + 1) %% %s", first, PEOPLE),
            "date_end": SQL(
                "now() AT TIME ZONE 'UTC'"
                " - (plan.number::bigint * 7919 %% %s) * interval '1 minute' - interval '1 hour'",
                DAYS * 24 * 60,
            ),
            "write_date": SQL("now() AT TIME ZONE 'UTC' - interval '1 hour'"),
            "sequence": SQL("plan.number"),
        },
        SQL("plan.number"),
    )
    env.cr.execute(
        SQL(
            "INSERT INTO project_task_user_rel (task_id, user_id)"
            " SELECT id, %s + sequence %% %s FROM project_task"
            " WHERE project_id = %s AND id <> %s",
            first,
            PEOPLE,
            project.id,
            task.id,
        )
    )


def since(env: Environment) -> Any:
    """Return the day on which the rule and the goals begin."""
    return fields.Date.context_today(env.user) - timedelta(days=DAYS)


def make_rule(env: Environment) -> Any:
    """Have the tasks count: five points each, at most 300 a month."""
    field = env["ir.model.fields"]._get
    source = env["collab.work.source"].create(
        {
            "name": "Tasks done",
            "model_id": env["ir.model"]._get_id(MODEL),
            "domain": repr(DONE),
            "date_field_id": field(MODEL, "date_end").id,
            "person_field_id": field(MODEL, "user_ids").id,
            "accepted_field_id": field(MODEL, "create_uid").id,
        }
    )
    rule = env["collab.point.rule"].create(
        {"name": "Tasks done", "source_id": source.id, "since": since(env), "cap": 300}
    )
    rule.action_start()
    return rule


def make_goals(env: Environment, batch: bool = False) -> Any:
    """Give each person the goal to have done more tasks than there are.

    :param batch: have them counted by the definition's batch mode
    """
    values = {
        "name": "Tasks done",
        "computation_mode": "count",
        "model_id": env["ir.model"]._get_id(MODEL),
        "domain": repr(DONE) if batch else f"[*{DONE!r}, ('user_ids', 'in', [user.id])]",
        "field_date_id": env["ir.model.fields"]._get(MODEL, "date_end").id,
        "condition": "higher",
    }
    if batch:
        values |= {
            "batch_mode": True,
            "batch_distinctive_field": env["ir.model.fields"]._get(MODEL, "user_ids").id,
            "batch_user_expression": "user.id",
        }
    definition = env["gamification.goal.definition"].create(values)
    return env["gamification.goal"].create(
        [
            {
                "definition_id": definition.id,
                "user_id": user.id,
                "start_date": since(env),
                "target_goal": TASKS,
                "state": "inprogress",
            }
            for user in people(env)
        ]
    )


def today(env: Environment) -> Any:
    """Return which day it is where the people are."""
    return fields.Date.context_today(env.user.with_context(tz=ZONE))


def load_participants(env: Environment) -> None:
    """Have everybody have checked in yesterday, for the third time; today is a working day."""
    env.cr.execute("DELETE FROM collab_checkin; DELETE FROM collab_participant")
    env.cr.execute(
        SQL(
            "INSERT INTO collab_participant (user_id, day, checked_at, zone, due, last,"
            " total, before, longest, missed, create_date, write_date)"
            " SELECT id, %(today)s::date - 1, now() AT TIME ZONE 'UTC' - interval '1 day', %(zone)s,"
            " %(today)s, %(today)s::date - 1, 3, 0, 3, '[]', now() AT TIME ZONE 'UTC',"
            " now() AT TIME ZONE 'UTC' FROM res_users WHERE login LIKE %(pattern)s",
            today=today(env),
            zone=ZONE,
            pattern=f"{PATTERN}%",
        )
    )
    env.invalidate_all()


def load_entries(env: Environment) -> None:
    """Have points have come in all the time, a hundred entries of each person."""
    first = people(env).ids[0]
    env.cr.execute(
        SQL(
            "INSERT INTO collab_point_entry (user_id, kind, name, points, create_date)"
            " SELECT %s + number %% %s, 'work', '{\"en_US\": \"Work\"}', 1 + number %% 5,"
            " now() AT TIME ZONE 'UTC'"
            " - (number::bigint * 7919 %% %s) * interval '1 minute'"
            " FROM generate_series(1, %s) number",
            first,
            PEOPLE,
            DAYS * 24 * 60,
            ENTRIES,
        )
    )


def open_doors(env: Environment) -> None:
    """Have everybody's password be their login."""
    env.cr.execute(SQL("UPDATE res_users SET password = login WHERE login LIKE %s", f"{PATTERN}%"))

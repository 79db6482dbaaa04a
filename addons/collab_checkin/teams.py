"""Who works where and with whom, as HR has it today.

Functions, not methods, as methods can be called from the code of server actions. Employees are HR's
to read; whoever asks here answers with what colleagues may know.
"""

from odoo.tools import SQL

#: People of a department that is compared, unless the administrator says otherwise
MINIMUM = 5
#: And never fewer: of two, each would know what the other has
LEAST = 3


def minimum(env):
    """Return of how many people a department is that is compared with others."""
    value = env["ir.config_parameter"].sudo().get_param("collab_checkin.board_minimum")
    return max(LEAST, int(value)) if value and value.isdecimal() else MINIMUM


def staff(env):
    """Return who is employed where, as a query: rows of ``user_id``, ``company_id``,
    ``employee_id``, ``manager_id`` and ``department_id``; of internal users, each by the employee
    that they are in their own company, and by that employee's version of today."""
    _flush(env)
    return SQL(
        """
        SELECT person.id AS user_id, person.company_id, employee.id AS employee_id,
               employee.parent_id AS manager_id, version.department_id
          FROM res_users person
          JOIN hr_employee employee ON employee.user_id = person.id
           AND employee.company_id = person.company_id AND employee.active
          JOIN hr_version version ON version.id = employee.current_version_id
         WHERE person.active AND NOT person.share
        """
    )


def leads(user):
    """Return whether somebody leads others: manages an employee, or the department of one."""
    _flush(user.env)
    [[is_leader]] = user.env.execute_query(
        SQL(
            """
            SELECT EXISTS (
                SELECT FROM hr_employee mine
                  JOIN hr_employee other ON other.parent_id = mine.id
                 WHERE %(mine)s AND %(other)s
            ) OR EXISTS (
                SELECT FROM hr_employee mine
                  JOIN hr_department department ON department.manager_id = mine.id
                  JOIN hr_version version ON version.department_id = department.id
                  JOIN hr_employee other ON other.current_version_id = version.id
                 WHERE department.active AND %(mine)s AND %(other)s
            )
            """,
            mine=SQL("mine.user_id = %s AND mine.active", user.id),
            # nobody leads themselves, who may be an employee of several companies
            other=SQL("other.active AND other.user_id IS DISTINCT FROM mine.user_id"),
        )
    )
    return is_leader


def team(user):
    """Return somebody's team, as a query: rows of ``user_id``. It is those of their company who have
    the same manager or the same department, their manager, and those whom they manage: so whose
    team one is of is of one's own."""
    return SQL(
        """
        SELECT other.user_id
          FROM (%(staff)s) mine
          JOIN (%(staff)s) other ON other.company_id = mine.company_id
           AND (other.manager_id = mine.manager_id OR other.department_id = mine.department_id
                OR other.employee_id = mine.manager_id OR other.manager_id = mine.employee_id)
         WHERE mine.user_id = %(user)s AND other.user_id <> mine.user_id
        """,
        staff=staff(user.env),
        user=user.id,
    )


def _flush(env):
    env["res.users"].flush_model(["active", "company_id", "share"])
    env["hr.employee"].flush_model(
        ["active", "company_id", "current_version_id", "parent_id", "user_id"]
    )
    env["hr.version"].flush_model(["department_id"])
    env["hr.department"].flush_model(["active", "manager_id", "name"])

"""Facts of rows that an application selects: what methods to count are mostly made of.

Functions, not methods, as methods can be called from the code of server actions, and what they
return is run as superuser.
"""

from odoo.tools import SQL

from .facts import DefinitionError, Facts, departments

#: The one breakdown that is not a column of the rows
DEPARTMENT = "department"


def facts_of_rows(env, definition, window, rows, amount, at="at", columns=(), is_timed=True):
    """Return the facts of rows that are of a person and a company.

    The department is that of the person, today.

    :param env: of the superuser
    :param dict definition: see :class:`.method.Method`
    :param window: :class:`.windows.Window`
    :param SQL rows: query of ``id``, ``company_id``, ``user_id``, the moment, and the columns; it is
        named ``line``
    :param SQL amount: what is measured of a line
    :param str at: name of the column of the moment by which a line is in a period
    :param columns: names of those that it may be broken down by, each an id
    :param bool is_timed: whether that is a moment in UTC, and not a day
    :raise DefinitionError: if it is broken down by something else
    """
    moment = SQL.identifier("line", at)
    parts = [_part(env, one["path"], columns) for one in definition["breakdowns"]]
    query = SQL(
        """
        SELECT line.id AS res_id, %(moment)s AS at, line.company_id, %(amount)s AS amount,
               line.user_id AS person_id, NULL::int AS lost%(parts)s
          FROM (%(rows)s) line
          LEFT JOIN (%(departments)s) department ON department.user_id = line.user_id
         WHERE %(moment)s >= %(lower)s AND %(moment)s < %(upper)s%(company)s
        """,
        moment=moment,
        amount=amount,
        parts=SQL().join(
            SQL(", %s AS %s", part, SQL.identifier(f"d{number}"))
            for number, part in enumerate(parts)
        ),
        rows=rows,
        departments=departments(env),
        lower=window.lower(is_timed),
        upper=window.upper(is_timed),
        company=SQL(" AND line.company_id = %s", definition["company"])
        if definition["company"]
        else SQL(),
    )
    return Facts(query, is_timed)


def _part(env, path, columns):
    if path == DEPARTMENT:
        return SQL("department.department_id")
    if path in columns:
        return SQL.identifier("line", path)
    raise DefinitionError(env._("It cannot be broken down by “%s”.", path))

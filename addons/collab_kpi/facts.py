"""What an indicator counts, as a query (decision 0016).

Functions, not methods, as methods can be called from the code of server actions, and what they
return is run as superuser.
"""

from dataclasses import dataclass

from odoo.fields import Domain
from odoo.tools import SQL

from .amounts import converted
from .worked import hours_between

#: A person, an employee: whose department is theirs as HR has it
PEOPLE = frozenset({"res.users", "hr.employee"})
#: The department that people are in, of the employee that they are in their own company
_DEPARTMENTS = SQL(
    """
    SELECT DISTINCT ON (person.id) person.id AS user_id, version.department_id
      FROM res_users person
      JOIN hr_employee employee ON employee.user_id = person.id
      JOIN hr_version version ON version.id = employee.current_version_id
     ORDER BY person.id, (employee.company_id = person.company_id) DESC, employee.active DESC,
              employee.id
    """
)


@dataclass(frozen=True)
class Facts:
    """What is counted, before it is put into periods.

    :ivar query: rows of ``at``, ``company_id``, ``amount``, ``person_id``, ``lost`` (a currency
        without rates) and ``d0``, ``d1``, … one for each breakdown, in their order
    :ivar is_timed: whether ``at`` is a moment in UTC, and not a day
    :ivar has_company: whether it is known of which company a fact is
    """

    query: SQL
    is_timed: bool
    has_company: bool = True


class DefinitionError(Exception):
    """An indicator cannot be counted; the text says why, to people."""


def facts_of(env, definition, window):
    """Return the facts of a definition.

    :param env: of the superuser
    :param dict definition: see :func:`.defining.definition_of`
    :param window: :class:`.windows.Window` that is counted
    :raise DefinitionError: where it asks for what is not there
    """
    if definition["kind"] == "method":
        return _of_method(env, definition, window)
    model = model_of(env, definition["model"])
    query = model._search(domain_of(env, definition))
    at, field = column(model, definition["date"], query)
    if field.type not in ("date", "datetime"):
        raise DefinitionError(env._("“%s” is no date.", definition["date"]))
    is_timed = field.type == "datetime"
    query.add_where(
        SQL("%s >= %s AND %s < %s", at, window.lower(is_timed), at, window.upper(is_timed))
    )
    has_company = company_field(model) is not None
    company = (
        model._field_to_sql(model._table, "company_id", query) if has_company else SQL("NULL::int")
    )
    when = {"at": at, "is_timed": is_timed, "company": company, "window": window}
    amount, lost = _amount(model, definition, query, when)
    person = SQL("NULL::int")
    if definition.get("person"):
        person = column(model, definition["person"], query)[0]
    parts = [_part(model, one, query) for one in definition["breakdowns"]]
    return Facts(
        query.select(
            SQL("%s AS res_id", SQL.identifier(model._table, "id")),
            SQL("%s AS at", at),
            SQL("%s AS company_id", company),
            SQL("%s AS amount", amount),
            SQL("%s AS person_id", person),
            SQL("%s AS lost", lost),
            *(
                SQL("%s AS %s", part, SQL.identifier(f"d{index}"))
                for index, part in enumerate(parts)
            ),
        ),
        is_timed,
        has_company,
    )


def _of_method(env, definition, window):
    method = env["collab.kpi"]._collab_kpi_methods().get(definition["method"])
    if method is None:
        raise DefinitionError(
            env._("The application that counts “%s” is gone.", definition["method"])
        )
    return method.facts(env, definition, window)


def model_of(env, name):
    """Return a model, if it has records."""
    model = env.get(name)
    if model is None or model._abstract or model._transient or not model._auto:
        raise DefinitionError(env._("There are no records of “%s”: the application is gone.", name))
    return model


def company_field(model):
    """Return the field that tells of which company a record is, None if there is none that a query
    could ask."""
    field = model._fields.get("company_id")
    return (
        field if field is not None and field.comodel_name == "res.company" and field.store else None
    )


def domain_of(env, definition):
    """Return which records count, but for when they were.

    :raise DefinitionError: if it names a field that is not there
    """
    model = env[definition["model"]]
    domain = Domain(definition["domain"])
    for condition in domain.iter_conditions():
        field_of(model, condition.field_expr.split(":")[0], is_asked=True)
    if definition.get("company"):
        domain &= Domain("company_id", "=", definition["company"])
    return domain


def field_of(model, path, is_asked=False):
    """Return the field at the end of a path of many2one fields.

    :param bool is_asked: whether it is asked for by a domain, which may go over any link
    :raise DefinitionError: if there is none
    """
    field = None
    for name in path.split("."):
        if field is not None:
            if not field.relational or (field.type != "many2one" and not is_asked):
                # properties, parts of a date
                if is_asked:
                    return field
                raise DefinitionError(model.env._("“%s” leads to several records.", path))
            model = model.env[field.comodel_name]
        field = model._fields.get(name)
        if field is None:
            raise DefinitionError(
                model.env._(
                    "“%(field)s” of “%(model)s” is gone: choose another field.",
                    field=name,
                    model=model._description,
                )
            )
    return field


def column(model, path, query):
    """Return the column at the end of a path, and its field.

    :param query: :class:`odoo.tools.Query` of the model, to which joins are added
    :raise DefinitionError: if it is not stored
    """
    field_of(model, path)
    alias = model._table
    *steps, last = path.split(".")
    try:
        for step in steps:
            model, alias = model._fields[step].join(model, alias, query)
        return model._field_to_sql(alias, last, query), model._fields[last]
    except ValueError as error:
        raise DefinitionError(
            model.env._("“%s” is not stored: choose another field.", path)
        ) from error


def _amount(model, definition, query, when):
    """Return what is measured of a record, and the currency of it where that has no rate."""
    nothing = SQL("NULL::int")
    if definition["aggregate"] == "count":
        return SQL("NULL::float8"), nothing
    if definition["measure"] == "duration":
        since, __ = column(model, definition["from"], query)
        until, __ = column(model, definition["to"], query)
        return _duration(model.env, definition["unit"], since, until, when), nothing
    amount, field = column(model, definition["field"], query)
    if definition["aggregate"] == "distinct":
        return amount, nothing
    if field.type not in ("integer", "float", "monetary"):
        raise DefinitionError(model.env._("“%s” is no number.", definition["field"]))
    if field.type == "monetary" and definition.get("currency"):
        *steps, __ = definition["field"].split(".")
        path = ".".join([*steps, field.get_currency_field(model.env[field.model_name])])
        currency, __ = column(model, path, query)
        target = model.env["res.currency"].browse(definition["currency"])
        return converted(model.env, query, amount, currency, target, **when)
    return amount, nothing


def _duration(env, unit, since, until, when):
    """Return how long it took, in hours or days; nothing where it ended before it began."""
    if unit == "working_hours":
        took = hours_between(env, since, until, when["company"], when["window"])
    else:
        seconds = {"hours": 3600, "days": 86400}[unit]
        took = SQL(
            "EXTRACT(epoch FROM %s::timestamp - %s::timestamp)::float8 / %s", until, since, seconds
        )
    return SQL("CASE WHEN %s >= %s THEN %s END", until, since, took)


def _part(model, breakdown, query):
    """Return what a record is of, by a breakdown."""
    part, field = column(model, breakdown["path"], query)
    if field.type != "many2one":
        raise DefinitionError(model.env._("“%s” is no link to one record.", breakdown["path"]))
    if breakdown["model"] == field.comodel_name:
        return part
    if breakdown["model"] == "hr.department" and field.comodel_name in PEOPLE:
        return _department(model.env, part, field.comodel_name, query)
    raise DefinitionError(model.env._("“%s” leads to records of another kind.", breakdown["path"]))


def departments(env):
    """Return the department that users are in today, as a query: rows of ``user_id`` and
    ``department_id``."""
    env["hr.employee"].flush_model(["active", "company_id", "current_version_id", "user_id"])
    env["hr.version"].flush_model(["department_id"])
    env["res.users"].flush_model(["company_id"])
    return _DEPARTMENTS


def _department(env, person, relation, query):
    of_users = departments(env)
    alias = query.make_alias(query.table, f"department_{len(query._joins)}")
    if relation == "hr.employee":
        theirs = SQL(
            "(SELECT employee.id AS user_id, version.department_id FROM hr_employee employee"
            " JOIN hr_version version ON version.id = employee.current_version_id)"
        )
    else:
        theirs = SQL("(%s)", of_users)
    query.add_join(
        "LEFT JOIN", alias, theirs, SQL("%s = %s", SQL.identifier(alias, "user_id"), person)
    )
    return SQL.identifier(alias, "department_id")

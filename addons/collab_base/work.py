"""What counts as work, read by a query.

A function, not a method: what it returns is run as superuser.
"""

from datetime import datetime, time, timedelta

from odoo import SUPERUSER_ID, fields
from odoo.tools import SQL

from .core.zones import spans

DAY = timedelta(days=1)
EASTERNMOST = timedelta(hours=14)
#: By what a person field names users, if not by themselves
_KEYS = {
    "hr.employee": SQL("SELECT id AS key, user_id FROM hr_employee WHERE user_id IS NOT NULL"),
    "res.partner": SQL(
        "SELECT partner_id AS key, MIN(id) AS user_id FROM res_users GROUP BY partner_id"
    ),
}
_ZONES = SQL(
    "SELECT person.id AS user_id, COALESCE(partner.tz, calendar.tz, 'UTC') AS zone"
    " FROM res_users person"
    " JOIN res_partner partner ON partner.id = person.partner_id"
    " LEFT JOIN res_company company ON company.id = person.company_id"
    " LEFT JOIN resource_calendar calendar ON calendar.id = company.resource_calendar_id"
    " WHERE NOT person.share AND person.id <> %s",
    SUPERUSER_ID,
)
_LOCAL_DAY = SQL("(work.done + clock.shifts[1 + width_bucket(work.done, clock.changes)])::date")


def work_query(source, first, until=None, ids=None):
    """Return what counts as work of internal users, as a query: rows of ``res_id``, ``user_id``,
    ``day``, theirs by their time zone, and ``by_other``, whether somebody else has accepted it.

    A record has a row for each of its people, and none as long as it is still to come. Archived
    records count as others do.

    :param source: ``collab.work.source``
    :param date first: day from which on
    :param date until: day before which
    :param list ids: of these records only
    :return: :class:`odoo.tools.SQL`
    """
    # what counts does not depend on who asks
    source = source.sudo()
    source.ensure_one()
    source.env.flush_all()
    timed = source.date_field_id.ttype == "datetime"
    person_id, persons = _named(
        SQL("work.person_id"), source.person_field_id.relation, SQL("JOIN"), "person"
    )
    accepter_id, accepters = _named(
        SQL("work.accepted_id"), source.accepted_field_id.relation, SQL("LEFT JOIN"), "accepter"
    )
    people = source.person_field_id
    # one may be two employees of a record; else there is nothing to look for
    may_be_two = people.ttype == "many2many" and people.relation == "hr.employee"
    return SQL(
        "SELECT %s * FROM ("
        "SELECT work.res_id, zone.user_id, %s AS day, %s AS by_other"
        " FROM (%s) work %s"
        " JOIN (%s) zone ON zone.user_id = %s"
        # of each zone there is one; a left join lets PostgreSQL know
        " LEFT JOIN (VALUES %s) clock (zone, changes, shifts) ON clock.zone = zone.zone"
        " %s"
        ") counted WHERE day >= %s%s",
        SQL("DISTINCT") if may_be_two else SQL(),
        _LOCAL_DAY if timed else SQL("work.done"),
        _by_other(accepter_id),
        _records(source, first, until, ids),
        persons,
        _ZONES,
        person_id,
        SQL(", ").join(_clocks(source.env, first)),
        accepters,
        first,
        SQL(" AND day < %s", until) if until else SQL(),
    )


def _named(key, relation, join, alias):
    """Return which user a key names, and the join that finds out: users name themselves."""
    if relation not in _KEYS:
        return key, SQL()
    alias = SQL.identifier(alias)
    return (
        SQL("%s.user_id", alias),
        SQL("%s (%s) %s ON %s.key = %s", join, _KEYS[relation], alias, alias, key),
    )


def _by_other(accepter_id):
    """Return whether it was neither oneself nor the system."""
    return SQL(
        "(work.accepted_id IS NOT NULL AND %s IS DISTINCT FROM zone.user_id"
        " AND %s IS DISTINCT FROM %s)",
        accepter_id,
        accepter_id,
        SUPERUSER_ID,
    )


def _records(source, first, until, ids):
    """Return the records, when they were done, and of whom and by whom."""
    model = source.env[source.model]
    query = model._search(source._records_domain(), active_test=False)
    table = model._table
    done = model._field_to_sql(table, source.date_field_id.name, query)
    # a day more on either side, for people are on both sides of UTC
    query.add_where(SQL("%s >= %s", done, first - DAY))
    query.add_where(SQL("%s <= %s", done, _latest(source.date_field_id.ttype)))
    if until:
        query.add_where(SQL("%s < %s", done, until + DAY))
    if ids is not None:
        query.add_where(SQL("%s = ANY(%s)", SQL.identifier(table, "id"), list(ids)))
    return query.select(
        SQL("%s AS res_id", SQL.identifier(table, "id")),
        SQL("%s AS done", done),
        SQL("%s AS person_id", _person(model, source.person_field_id.name, query)),
        SQL("%s AS accepted_id", _person(model, source.accepted_field_id.name, query)),
    )


def latest_today():
    """Return which day it is where it is latest."""
    return (fields.Datetime.now() + EASTERNMOST).date()


def _latest(ttype):
    """Return what is not to come any more: dates are past when it is today somewhere."""
    return fields.Datetime.now() if ttype == "datetime" else latest_today()


def _person(model, name, query):
    if not name:
        return SQL("NULL::int")
    field = model._fields[name]
    if field.type == "many2many":
        alias = query.join(model._table, "id", field.relation, field.column1, name)
        return SQL.identifier(alias, field.column2)
    return model._field_to_sql(model._table, name, query)


def _clocks(env, first):
    """Return when the clocks change between a day and now, and by how much they are ahead of UTC
    before, between and after that: for each time zone that people are in."""
    now = fields.Datetime.now()
    start = datetime.combine(first, time.min) - DAY
    for [name] in env.execute_query(SQL("SELECT DISTINCT zone FROM (%s) people", _ZONES)):
        found = spans(name, start, max(now, start))
        yield SQL(
            "(%s, %s::timestamp[], %s::interval[])",
            name,
            [since for since, __, __ in found[1:]],
            [shift for __, __, shift in found],
        )

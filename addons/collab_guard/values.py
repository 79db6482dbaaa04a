"""Values of fields: how they compare, and what Odoo computes for them.

Functions, as methods can be called by code of server actions.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from math import isfinite

from odoo import SUPERUSER_ID, Command
from odoo.orm.fields import determine
from odoo.orm.identifiers import NewId
from odoo.orm.models import BaseModel
from odoo.tools import float_compare

from .exceptions import GuardError
from .guard import NUMBERS

#: Environment of whoever caused what is being computed neutrally
ORIGIN = ContextVar("origin", default=None)


def derives(records, vals):
    """Whether writing ``vals`` has the application write more on ``records``, by the inverse
    of a field. Not where they hold values for other records: what is written within then may
    be the client's own, on these same records, through a field that links them."""
    known = [(records._fields[name], vals[name]) for name in vals if name in records._fields]
    return any(field.inverse for field, __ in known) and not any(
        field.type in ("one2many", "many2many") and _holds_values(value) for field, value in known
    )


def _holds_values(value):
    """Whether an x2many value writes on the records it links, or creates them."""
    return isinstance(value, list | tuple) and any(
        isinstance(command, dict)
        or (
            isinstance(command, list | tuple)
            and command[:1]
            and command[0] in (Command.CREATE, Command.UPDATE)
        )
        for command in value
    )


def is_new(record):
    """Whether the transaction that runs has created ``record``."""
    return record._log_access and record.create_date == record.env.cr.now()


def as_plain(records, fname, value):
    """Return ``value``, as given to ``write``, as one that can be compared."""
    try:
        result = records._fields[fname].convert_to_cache(value, records[:1], validate=False)
        hash(result)
    except (KeyError, TypeError, ValueError) as error:
        raise malformed(records) from error
    return result


def is_plain(records, vals):
    """Whether ``vals`` are values as they are stored. Of a link that is given as a dict, as a
    text, as 0 or with a decimal point Odoo has something else in the cache than in the column; and a
    number that is none is neither less than a limit nor more."""
    return isinstance(vals, Mapping) and all(
        _is_plain(field, value)
        for name, value in vals.items()
        if (field := records._fields.get(name))
    )


def _is_plain(field, value):
    if field.type == "many2one":
        if type(value) is int:  # no bool
            return value > 0
        return not value or isinstance(value, NewId | BaseModel | tuple)
    if field.type in NUMBERS and isinstance(value, float | str):
        try:
            return isfinite(float(value or 0))
        except ValueError:
            return False
    return True


def malformed(records):
    """Return the refusal of what no client of good faith sends: it is not looked into."""
    model = records.env["ir.model"]._get(records._name).sudo()
    return GuardError(records.env._("These values cannot be written on “%s”.", model.name))


def plain(record, fname):
    """Return the value of a field of ``record`` as one that can be compared."""
    return record._fields[fname].convert_to_cache(record[fname], record, validate=False)


def compute_anew(records, names):
    """Have Odoo compute stored fields of ``records`` at once, and what is made of those that
    get another value."""
    if not names:
        return
    before = [[plain(record, name) for name in names] for record in records]
    for name in names:
        records.env.add_to_compute(records._fields[name], records)
    records._recompute_recordset(names)
    changed = records.browse(
        record.id
        for record, values in zip(records, before, strict=True)
        if values != [plain(record, name) for name in names]
    )
    changed.modified(names)
    changed._recompute_recordset()


def forget(env, unkept):
    """Drop from the cache what fields hold that are not kept, see ``Guard.unkept``: a client may
    have given it, or have had it computed in another context. Not what is being computed, or
    written by an inverse; lists, that Odoo drops itself then."""
    for model_name, names in unkept.items():
        for name in names:
            field = env[model_name]._fields[name]
            if field.inverse and field.type in ("one2many", "many2many"):
                continue
            computing = env._protected.get(field, ())
            ids = [i for i in field._get_all_cache_ids(env) if i not in computing]
            field._invalidate_cache(env, ids)


def compute_neutrally(records, field, unkept):
    """Compute a stored field as BaseModel does, but as superuser, in the company of each record
    and without the context: whoever caused it may have sent that, and what it makes searches
    find would make the value. Constraints are checked as they would be, as applications switch
    theirs off by the context.

    :param unkept: see :func:`forget`
    """
    env = ORIGIN.get() or records.env
    forget(env, unkept)
    origin = ORIGIN.set(env)
    try:
        for part in by_company(_neutral(records), env.company, field):
            determine(field.compute, part)
    finally:
        ORIGIN.reset(origin)
    if any(records._ids):
        fnames = [other.name for other in records.pool.field_computed[field]]
        records.with_env(env).filtered("id")._validate_fields(fnames)


def _neutral(records):
    """Return ``records`` in an environment that says nothing of whoever calls."""
    return records.with_env(records.env(user=SUPERUSER_ID, context={}, su=True))


def by_company(records, company=None, field=None):
    """Return ``records`` as parts, each in its own company.

    :param company: that of records that have none; as it is unless given
    :param field: what is being computed; the company of a record is not asked if it comes from
        that
    """
    own = records._fields.get("company_id")
    if own is None or own == field or own in records.pool.get_dependent_fields(field):
        parts = {company: records}
    else:
        parts = records.grouped(lambda r: r.company_id or company)
    return [part.with_company(company) for company, part in parts.items()]


def computed(records, fname):
    """Return record id → value that Odoo computes for a stored field of ``records``, whoever
    calls, in the company of the record. None where the compute leaves the field as it is, or
    makes its value of the old one."""
    field, result = records._fields[fname], {}
    for part in by_company(_neutral(records)):
        # with the value that it has, and without
        ways = [_on_copies(part, field, given) for given in ({}, {fname: False})]
        for record, one, other in zip(part, *ways, strict=True):
            if one == other:
                result[record.id] = field.convert_to_record(one, record)
    return result


class _CopyId(NewId):
    """Id of a copy that is equal to no other one of its record: they would share values."""

    __slots__ = ()

    def __eq__(self, other):
        return self is other

    __hash__ = object.__hash__


def _on_copies(records, field, given):
    """Compute a field on copies of ``records`` that hold the values ``given``; return what comes
    of it, in the form of the cache."""
    copies = records.browse(tuple(map(_CopyId, records._ids)))
    try:
        for copy in copies:
            copy._update_cache(given, validate=False)
        copies._compute_field_value(field)
        return [plain(copy, field.name) for copy in copies]
    finally:
        _forget(copies)


def _forget(copies):
    """Drop copies from the cache, and the copies that Odoo has made of lines and of what else
    they list: they would not follow what is written on the originals."""
    todo, seen = [copies], set()
    while todo:
        records = todo.pop()
        seen.update((records._name, id_) for id_ in records._ids)
        for field in records._fields.values():
            if field.store and field.compute:
                records.env.remove_to_compute(field, records)
            if field.type in ("one2many", "many2many"):
                listed = records.env[field.comodel_name].browse(
                    id_
                    for id_ in _cached(records, field)
                    if not id_ and (field.comodel_name, id_) not in seen
                )
                todo.extend([listed] if listed else [])
        records.invalidate_recordset(flush=False)


def _cached(records, field):
    """Return the ids that an x2many field of ``records`` has in the cache, in any context."""
    data = records.env.transaction.field_data.get(field) or {}
    caches = data.values() if field in records.env._field_depends_context else (data,)
    return {other for cache in caches for id_ in records._ids for other in cache.get(id_) or ()}


def following(records, fname, value):
    """Return those of ``records`` for which ``value`` is what Odoo computes for a field that
    it may give another value: one that is left to it, or one that nobody else gives its
    value. Applications call computes themselves when something changes that these do not
    depend on; that is a write."""
    fresh = computed(records, fname)
    return records.filtered(
        lambda record: record.id in fresh and _is_same(record, fname, value, fresh[record.id])
    )


def agrees(one, other):
    """Whether two numbers are the same but for the noise of floats."""
    return float_compare(one or 0, float(other or 0), precision_digits=6) == 0


def differs(record, fname, value):
    """Whether writing ``value`` would change the field; commands always do."""
    return fname not in record._fields or not _is_same(record, fname, value, record[fname])


def _is_same(record, fname, value, other):
    """Whether a value, as given to ``write``, is ``other``, as it is read."""
    field = record._fields[fname]
    if field.type in ("one2many", "many2many", "properties", "json", "binary"):
        return False
    try:
        cached = field.convert_to_cache(value, record, validate=False)
        return field.convert_to_record(cached, record) == other
    except (TypeError, ValueError):
        return False

"""A condition in words, as far as it is a plain one: all of its terms, each of one field."""

import ast
from decimal import Decimal

from odoo import fields
from odoo.tools import format_date, format_datetime, format_list, formatLang

#: What :func:`spell` wants to know of a field, as ``fields_get`` tells it
ATTRIBUTES = ["string", "type", "selection", "relation"]

NUMBERS = ("integer", "float", "monetary")
ORDERED = (*NUMBERS, "date", "datetime")
SIGNS = {"=": "=", "!=": "≠", ">": ">", ">=": "≥", "<": "<", "<=": "≤"}
#: Beyond it, a number is no amount of anything
LARGEST = 10**15
#: The ids that PostgreSQL knows
IDS = range(1, 2**31)


def plain(text):
    """Return the terms of a condition, ``None`` if it is more than a conjunction of them, or
    not written to its end yet."""
    try:
        domain = ast.literal_eval(text or "[]")
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    if not isinstance(domain, list | tuple):
        return None
    terms = [term for term in domain if term != "&"]
    return terms if all(map(_is_plain, terms)) else None


def ids(value):
    """Return the ids in the value of a term about a link."""
    return [one for one in _listed(value) if type(one) is int and one in IDS]


def spell(env, terms, labels, names):
    """Return terms in the language of ``env``, empty if there are none.

    :param terms: those of :func:`plain`
    :param labels: field name → :data:`ATTRIBUTES`
    :param names: (model, id) → name of a record
    :return: ``None`` if one of them cannot be put in words
    """
    if terms is None:
        return None
    said = [
        _spell_term(env, labels.get(path), operator, value, names)
        for path, operator, value in terms
    ]
    return (format_list(env, said) if said else "") if all(said) else None


def _is_plain(term):
    return (
        isinstance(term, list | tuple)
        and len(term) == 3
        and isinstance(term[0], str)
        and isinstance(term[1], str)
    )


def _spell_term(env, field, operator, value, names):
    """Return one term in words, ``None`` if that cannot be done."""
    if not field:
        return None
    operator, label, is_box = operator.lower(), field["string"], field["type"] == "boolean"
    if operator in ("=", "!=") and (value is False or (value is True and is_box)):
        return _spell_presence(env, field, (operator == "=") == value)
    if operator in ("ilike", "like", "not ilike", "not like"):
        return _spell_part(env, label, operator, value)
    values = [_spell_value(env, field, one, names) for one in _listed(value)]
    if not values or None in values:
        return None
    if len(values) == 1 and field["type"] in ORDERED and operator in SIGNS:
        return f"{label} {SIGNS[operator]} {values[0]}"
    said = {"field": label, "value": format_list(env, values, "or")}
    if operator in ("=", "in"):
        return env._("%(field)s is %(value)s", **said)
    if operator in ("!=", "not in"):
        return env._("%(field)s is not %(value)s", **said)
    return None


def _spell_presence(env, field, given):
    """Return that a field has a value, or that it has none."""
    label = field["string"]
    if field["type"] == "boolean":
        return env._("%s is ticked", label) if given else env._("%s is not ticked", label)
    return env._("%s is set", label) if given else env._("%s is not set", label)


def _spell_part(env, label, operator, value):
    """Return that a text is part of a field, or is not."""
    if not isinstance(value, str):
        return None
    said = {"field": label, "value": value}
    if operator.startswith("not"):
        return env._("%(field)s does not contain “%(value)s”", **said)
    return env._("%(field)s contains “%(value)s”", **said)


def _spell_value(env, field, value, names):
    """Return a value as people read it, ``None`` if that cannot be done."""
    kind = field["type"]
    if kind in NUMBERS:
        return _spell_number(env, value)
    if kind == "many2one":
        value = names.get((field["relation"], value)) if type(value) is int else None
    if not isinstance(value, str):
        return None
    if kind in ("date", "datetime"):
        return _spell_moment(env, kind, value)
    if kind == "selection":
        value = dict(field["selection"]).get(value)
    elif kind not in ("many2one", "char", "text", "html"):
        return None
    return value and f"“{value}”"


def _spell_number(env, value):
    """Return a number with the decimals that it was written with."""
    if type(value) not in (int, float) or not abs(value) < LARGEST:
        return None
    decimals = max(0, -Decimal(str(value)).normalize().as_tuple().exponent)
    return formatLang(env, value, digits=decimals)


def _spell_moment(env, kind, value):
    """Return a date or a time; ``None`` for one that moves, as “today”."""
    try:
        if kind == "date":
            return format_date(env, fields.Date.to_date(value))
        return format_datetime(env, fields.Datetime.to_datetime(value), dt_format="short")
    except ValueError:
        return None


def _listed(value):
    return list(value) if isinstance(value, list | tuple) else [value]

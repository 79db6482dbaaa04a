"""What a person may write as a condition: read from text, and tried before it counts."""

import ast
import re

import psycopg2

from odoo.fields import Domain
from odoo.tools import mute_logger

from odoo.addons.collab_base.text import storable

ANY = ("any", "not any", "any!", "not any!")
#: Signs “%” in a pattern. Odoo judges patterns by Python's regular expressions, and the time
#: that those take grows with the text to the power of this number.
WILDCARDS = 3


def terms(domain):
    """Yield (path, operator, value) of a domain, those of its ``any`` parts included."""
    for term in domain:
        if isinstance(term, list | tuple) and len(term) == 3 and isinstance(term[0], str):
            path, operator, value = term
            operator = operator.lower()  # as Odoo reads it
            yield path, operator, value
            if operator in ANY:
                for inner, *rest in terms(value):
                    yield f"{path}.{inner}", *rest


def read(env, text):
    """Return the domain in ``text``.

    :raise Exception: if there is none, with a text that says why
    """
    try:
        domain = ast.literal_eval(text or "[]")
    except (ValueError, TypeError):
        # what Python says of it names its own objects
        raise ValueError(
            env._("values are written out in it, as 5000 or 'draft'; nothing is computed")
        ) from None
    if not storable(domain):  # also what was written with an escape, as in "\\0"
        raise ValueError(env._("a text contains characters that cannot be stored"))
    for __, operator, value in terms(domain):
        if operator.endswith("like") and _wildcards(str(value)) > WILDCARDS:
            raise ValueError(
                env._(
                    "“%(pattern)s” has more than %(limit)s “%%”, which takes too long to compare",
                    pattern=value,
                    limit=WILDCARDS,
                )
            )
    return domain


def try_out(model, domain):
    """Raise what a domain would run into on documents of ``model``, as the user of ``model``.

    It is judged in Python, where a number is not compared with a text, and searched.
    """
    Domain(domain).validate(model)
    some = model.search([], limit=1) if model.has_access("read") else model
    with model.env.cr.savepoint(flush=False):
        (model.new() | some).filtered_domain(Domain(domain))
    for path, operator, value in terms(domain):
        if operator not in ANY:
            _try_term(model, path, operator, value)
    _try_search(model, domain)


def _try_term(model, path, operator, value):
    """Judge one term on a record that is made up, as the sample may have no lines."""
    owner, field, rest = _resolve(model, path)
    sample = owner.sudo().new({field.name: field.falsy_value})
    try:
        with model.env.cr.savepoint(flush=False):
            sample.filtered_domain(Domain(rest, operator, value))
    except (TypeError, psycopg2.Error):
        raise
    except Exception:
        return  # an empty record is no document; what else is wrong shows elsewhere


def _try_search(model, domain):
    """Search, for no record in particular, so that nothing is told."""
    with mute_logger("odoo.sql_db"):
        try:
            with model.env.cr.savepoint(flush=False):
                model.sudo().search(Domain("id", "=", 0) & Domain(domain), limit=1)
        except psycopg2.Error:
            raise
        except Exception:
            # some fields can be judged and not searched
            if all(_is_column(model, term) for term in terms(domain)):
                raise


def _is_column(model, term):
    """Whether a term compares a column with a value, and nothing else."""
    path, operator, __ = term
    owner = model
    for name in path.split("."):
        if not (field := owner._fields.get(name)) or not field.store:
            return False
        if field.relational:
            owner = owner.env[field.comodel_name]
    return operator in ANY or not field.relational


def _resolve(model, path):
    """Return what the end of a path is on: (model, field, the rest of the path)."""
    name, __, rest = path.partition(".")
    field = model._fields[name]
    if rest and field.relational:
        return _resolve(model.env[field.comodel_name], rest)
    return model, field, path


def _wildcards(pattern):
    """Return how many signs “%” of a pattern stand for any text."""
    return re.sub(r"\\.", "", pattern, flags=re.DOTALL).count("%")

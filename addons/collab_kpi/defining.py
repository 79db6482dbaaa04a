"""What an indicator counts, written down (decision 0016).

Functions, not methods, as methods can be called from the code of server actions.
"""

import ast
import hashlib
import json

from odoo.addons.collab_base.text import storable

from .core.formula import Formula, FormulaError, cycle
from .facts import DefinitionError

#: Of what there is at the most, of one kind
PERIODS = 4000


def definition_of(kpi):
    """Return what an indicator counts, as a dict that JSON can hold: the same for the same."""
    common = {
        "kind": kpi.kind,
        "period": kpi.period,
        "company": kpi.company_id.id or None,
        "breakdowns": [
            {
                "dimension": line.dimension_id.id,
                "model": line.dimension_id.model,
                "path": line.path,
            }
            for line in kpi.breakdown_ids
        ],
    }
    if kpi.kind == "formula":
        return common | _formula(kpi)
    if kpi.kind == "method":
        return common | _aggregate(kpi) | {"method": kpi.method}
    return (
        common
        | _aggregate(kpi)
        | _measure(kpi)
        | {"model": kpi.model, "domain": parsed(kpi), "date": kpi.date_path}
    )


def _aggregate(kpi):
    found = {"aggregate": kpi.aggregate}
    if kpi.aggregate == "percentile":
        found["percentile"] = kpi.percentile
    if kpi.minimum:
        found |= {"minimum": kpi.minimum, "person": kpi.person_path}
    return found


def _measure(kpi):
    if kpi.aggregate == "count":
        return {}
    if kpi.measure == "duration" and kpi.aggregate != "distinct":
        return {
            "measure": "duration",
            "from": kpi.from_path,
            "to": kpi.to_path,
            "unit": kpi.unit,
        }
    found = {"measure": "field", "field": kpi.measure_path}
    return found | ({"currency": kpi.currency_id.id} if kpi.currency_id else {})


def _formula(kpi):
    """Return the formula, and by which versions what it is over is counted."""
    return {
        "formula": read(kpi).text(),
        "inputs": {
            one.code: {"kpi": one.id, "version": one.version_id.digest or None}
            for one in kpi.input_ids.sorted("code")
        },
        # parts of what all are broken down by
        "breakdowns": [
            {"dimension": dimension.id, "model": dimension.model, "path": dimension.name}
            for dimension in shared(kpi)
        ],
    }


def shared(kpi):
    """Return the dimensions that all indicators of a formula are broken down by."""
    found = None
    for one in kpi.input_ids:
        dimensions = shared(one) if one.kind == "formula" else one.breakdown_ids.dimension_id
        found = dimensions if found is None else found & dimensions
    return (found or kpi.env["collab.kpi.dimension"]).sorted("id")


def read(kpi):
    """Return the formula of an indicator.

    :raise DefinitionError: if it is none
    """
    env = kpi.env
    try:
        return Formula(kpi.formula or "")
    except FormulaError as error:
        said = {
            "empty": env._("Enter a formula, e.g. done / due * 100."),
            "long": env._("The formula is too long: split it into two indicators."),
            "syntax": env._("The formula cannot be read: look for a bracket or a sign too many."),
            "part": env._(
                "“%s” cannot be part of a formula. It is made of codes of indicators, numbers,"
                " + - * / ( ), min, max and abs.",
                error.part,
            ),
        }
        raise DefinitionError(said[error.reason]) from error


def circle(kpi):
    """Return the codes by which an indicator is over itself, the first again at the end."""
    every = kpi.sudo().with_context(active_test=False).search([("kind", "=", "formula")]) | kpi
    return cycle({one.code: tuple(one.input_ids.mapped("code")) for one in every})


def parsed(kpi):
    """Return the domain of an indicator as a list; it is plain data, no code is run.

    :raise DefinitionError: if it is not
    """
    env = kpi.env
    try:
        domain = ast.literal_eval((kpi.domain or "[]").strip())
    except (ValueError, SyntaxError, RecursionError, MemoryError) as error:
        raise DefinitionError(
            env._("Which records count cannot be read: %s", kpi.domain)
        ) from error
    if not isinstance(domain, list) or not storable(domain):
        raise DefinitionError(env._("Which records count is a list of conditions."))
    return json.loads(json.dumps(domain))


def digest(definition):
    """Return the SHA-256 of a definition."""
    text = json.dumps(definition, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()

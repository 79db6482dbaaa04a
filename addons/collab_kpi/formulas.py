"""Formulas over the figures that are kept of other indicators.

Functions, not methods, as methods can be called from the code of server actions.
"""

from .core.formula import Formula
from .core.periods import LONGER
from .counting import FROM_ZERO, Figure, count
from .facts import DefinitionError
from .storing import kept


def figures_of(env, definition, window):
    """Count what a definition is of: facts, or what others come to.

    :param env: of the superuser
    :param window: :class:`.windows.Window`
    :return: list of :class:`.counting.Figure`
    :raise DefinitionError: where that is not possible; the text says why
    """
    if definition["kind"] == "formula":
        return _computed(env, definition, window)
    return count(env, definition, window)


def _computed(env, definition, window):
    formula = Formula(definition["formula"])
    values = {code: _kept(env, definition, code, window) for code in formula.codes}
    zeros = {code for code in formula.codes if _is_from_zero(_input(env, definition, code))}
    keys = sorted(set().union(*values.values()), key=repr)
    figures = []
    for key in keys:
        found = {
            code: kept_values.get(key, (0.0 if code in zeros and key[2] is not None else None, 0))
            for code, kept_values in values.items()
        }
        lack, value = None, None
        try:
            value = formula.value({code: one for code, (one, __) in found.items()})
        except ZeroDivisionError:
            lack = "zero"
        weight = sum(weight for __, weight in found.values())
        figures.append(Figure(window.grain, *key, value, None, weight, lack))
    return figures


def _input(env, definition, code):
    kpi = env["collab.kpi"].browse(definition["inputs"][code]["kpi"]).exists()
    if not kpi:
        raise DefinitionError(env._("“%s” is no more.", code))
    return kpi


def _is_from_zero(kpi):
    """Return whether what an indicator has no figure of is nothing, and not unknown."""
    definition = kpi.version_id.definition or {}
    return definition.get("aggregate") in FROM_ZERO and not definition.get("minimum")


def _kept(env, definition, code, window):
    """Return what is kept of an indicator of the formula: start, company, number of the breakdown,
    part → value and weight."""
    numbers = {one["dimension"]: index for index, one in enumerate(definition["breakdowns"])}
    numbers[None] = None
    first = min(window.starts(one)[0] for one in window.calendars)
    until = max(window.starts(one)[-1] for one in window.calendars)
    kpi = _input(env, definition, code)
    return {
        (start, company_id, numbers[dimension_id], part): (value, weight)
        for start, company_id, dimension_id, part, value, __, weight, __ in kept(
            kpi, window.grain, first, until
        )
        if dimension_id in numbers and company_id in window.calendars
    }


def check(kpi):
    """Refuse a formula whose periods are shorter than those of what it is over, or no parts of
    its own.

    :raise DefinitionError:
    """
    for one in kpi.input_ids:
        if kpi.period != one.period and kpi.period not in LONGER[one.period]:
            periods = dict(kpi._fields["period"]._description_selection(kpi.env))
            raise DefinitionError(
                kpi.env._(
                    "“%(input)s” is counted by another period (%(period)s): choose the same one, or"
                    " a longer one into which it fits.",
                    input=one.name,
                    period=periods[one.period],
                )
            )

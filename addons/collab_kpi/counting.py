"""How facts become figures (decision 0016).

Functions, not methods, as methods can be called from the code of server actions.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from math import isfinite

from odoo.tools import SQL

from .core.few import hidden
from .core.periods import LONGER, start_of
from .facts import DefinitionError, facts_of
from .windows import NOBODY, Window

#: What amounts are put together to that can be put together again
ADDED = frozenset({"count", "sum", "avg", "min", "max"})
#: Aggregates that are nothing, and not missing, where there is nothing to count
FROM_ZERO = frozenset({"count", "sum", "distinct"})
#: The whole, in place of a breakdown
WHOLE = None


@dataclass(frozen=True)
class Figure:
    """What an indicator comes to in a period: of a company, as a whole or for one part.

    :ivar breakdown: number of the breakdown, or None for the whole
    :ivar part: id of what the figure is for, 0 for what is of none; 0 for the whole
    :ivar total: what was added up, to be put together with others
    :ivar weight: how many facts it is of; 0 where they are of few people
    :ivar lack: why there is no value: ``zero`` (it would be divided by it), ``few`` (people)
    """

    grain: str
    start: date
    company_id: int | None
    breakdown: int | None
    part: int
    value: float | None
    total: float | None
    weight: int
    lack: str | None = None

    @property
    def key(self):
        return (self.grain, self.start, self.company_id, self.breakdown, self.part)


def is_added(definition):
    """Return whether figures of shorter periods, and of several companies, can be put together."""
    return definition.get("aggregate") in ADDED and not definition.get("minimum")


def count(env, definition, window):
    """Count facts, by one query.

    :param env: of the superuser
    :param window: :class:`.windows.Window`
    :return: list of :class:`Figure`
    :raise DefinitionError: where that is not possible; the text says why
    """
    facts = facts_of(env, definition, window)
    found = _found(env, definition, window, facts)
    figures = _many(found, definition.get("minimum") or 0)
    if definition.get("minimum") and window.grain in LONGER[definition["period"]]:
        few = _few_within(env, definition, window)
        figures = [_of_few(one) if one.key in few else one for one in figures]
    if definition["aggregate"] in FROM_ZERO:
        figures += _nothing(figures, window, facts)
    return figures


def _found(env, definition, window, facts):
    """Return the figures that facts come to, each with how many people it is of."""
    env.flush_all()
    rows = _fast(env, _grouped(definition, facts, window))
    _check_rates(env, rows)
    _check_finite(env, rows)
    starts = {company_id: window.starts(company_id) for company_id in window.calendars}
    found = []
    for company_id, bucket, grouped, *parts, value, total, weight, people, __ in rows:
        if company_id not in starts:
            continue  # of a company that has been deleted meanwhile
        if 0 < bucket < len(starts[company_id]):
            start = starts[company_id][bucket - 1]
            breakdown, part = _which(grouped, parts)
            figure = Figure(
                window.grain,
                start,
                company_id,
                breakdown,
                part,
                None if value is None else float(value),
                None if total is None else float(total),
                weight,
            )
            found.append((figure, people))
    return found


def _fast(env, query):
    """Return the rows of a query that goes through many rows to come to few.

    PostgreSQL takes periods to be as many as there are moments, so it would sort all rows rather than
    keep a few groups in memory; and it would compile for longer than it counts.
    """
    env.cr.execute(
        "SET LOCAL jit = off; SET LOCAL enable_sort = off; SET LOCAL enable_incremental_sort = off"
    )
    rows = env.execute_query(query)
    env.cr.execute(
        "SET LOCAL jit = DEFAULT; SET LOCAL enable_sort = DEFAULT;"
        " SET LOCAL enable_incremental_sort = DEFAULT"
    )
    return rows


def _grouped(definition, facts, window):
    """Return the query of figures: rows of company, number of the period, which of the parts are
    not grouped by, the parts, value, total, how many facts, how many people, a lost currency."""
    parts = [SQL.identifier(f"d{index}") for index in range(len(definition["breakdowns"]))]
    keys = [SQL("company_id"), SQL("bucket")]
    sets = SQL(", ").join(
        SQL("(%s)", SQL(", ").join([*keys, *([part] if part else [])])) for part in [None, *parts]
    )
    grouped = SQL("GROUPING(%s)", SQL(", ").join(parts)) if parts else SQL("0")
    bucketed = SQL(
        "SELECT *, %s AS bucket FROM (%s) fact",
        window.bucket(SQL("at"), SQL("company_id"), facts.is_timed),
        facts.query,
    )
    columns = SQL(", ").join([*keys, SQL("%s AS grouped", grouped), *parts])
    if not is_added(definition):
        return SQL(
            "SELECT %s, %s AS value, NULL::float8 AS total, COUNT(%s) AS weight,"
            " COUNT(DISTINCT person_id) AS people, MAX(lost) AS lost"
            " FROM (%s) fact GROUP BY GROUPING SETS (%s)",
            columns,
            _aggregate(definition),
            _counted(definition),
            bucketed,
            sets,
        )
    # once by everything, and then of the few groups that there are
    inner, outer = _ADDITIONS[definition["aggregate"]]
    total = SQL(outer)
    return SQL(
        "WITH part AS MATERIALIZED ("
        " SELECT %(all)s, COUNT(%(counted)s) AS weight, %(inner)s AS total, MAX(lost) AS lost"
        " FROM (%(bucketed)s) fact GROUP BY %(all)s"
        ") SELECT %(columns)s, %(value)s AS value, %(total)s AS total,"
        " SUM(weight)::bigint AS weight, 0 AS people, MAX(lost) AS lost"
        " FROM part GROUP BY GROUPING SETS (%(sets)s)",
        columns=columns,
        value=SQL("%s / NULLIF(SUM(weight), 0)", total)
        if definition["aggregate"] == "avg"
        else total,
        total=total,
        all=SQL(", ").join([*keys, *parts]),
        counted=_counted(definition),
        inner=SQL(inner),
        bucketed=bucketed,
        sets=sets,
    )


#: How amounts are put together, and how what they come to is
_ADDITIONS = {
    "count": ("COUNT(*)", "SUM(total)"),
    "sum": ("COALESCE(SUM(amount), 0)", "SUM(total)"),
    "avg": ("SUM(amount)", "SUM(total)"),
    "min": ("MIN(amount)", "MIN(total)"),
    "max": ("MAX(amount)", "MAX(total)"),
}


def _counted(definition):
    return SQL("*") if definition["aggregate"] == "count" else SQL("amount")


def _aggregate(definition):
    """Return what amounts come to that are not put together, as an expression."""
    aggregate = definition["aggregate"]
    if aggregate == "percentile":
        share = definition["percentile"] / 100
        return SQL("PERCENTILE_CONT(%s) WITHIN GROUP (ORDER BY amount::float8)", share)
    return {
        "count": SQL("COUNT(*)"),
        "distinct": SQL("COUNT(DISTINCT amount)"),
        "sum": SQL("COALESCE(SUM(amount), 0)"),
        "avg": SQL("AVG(amount)"),
        "min": SQL("MIN(amount)"),
        "max": SQL("MAX(amount)"),
    }[aggregate]


def _which(grouped, parts):
    """Return of which breakdown and part a row is: a bit is set for those that it is not of."""
    count = len(parts)
    for index in range(count):
        if not grouped >> (count - 1 - index) & 1:
            return index, parts[index] or 0
    return WHOLE, 0


def _check_finite(env, rows):
    """:raise DefinitionError: if something is no number that can be shown"""
    if any(one is not None and not isfinite(one) for row in rows for one in row[-5:-3]):
        raise DefinitionError(env._("There are amounts that are too large to be counted."))


def _check_rates(env, rows):
    """:raise DefinitionError: if there is a currency without rates among what is counted"""
    lost = {row[-1] for row in rows} - {None}
    if lost:
        names = env["res.currency"].browse(sorted(lost)).mapped("name")
        raise DefinitionError(
            env._("There is no rate for %s: enter one to have amounts converted.", ", ".join(names))
        )


def _many(found, minimum):
    """Return the figures that are of enough people, without parts that are not, nor those that would
    tell of these by what is missing."""
    if not minimum:
        return [figure for figure, __ in found]
    groups = defaultdict(list)
    wholes = {}
    for figure, people in found:
        key = (figure.start, figure.company_id)
        if figure.breakdown is WHOLE:
            wholes[key] = (figure, people)
        else:
            groups[key, figure.breakdown].append((figure, people))
    kept = [figure if people >= minimum else _of_few(figure) for figure, people in wholes.values()]
    for (key, __), parts in groups.items():
        few = hidden([(figure.part, people) for figure, people in parts], minimum)
        if wholes[key][1] >= minimum:
            kept += [figure for figure, __ in parts if figure.part not in few.keys]
    return kept


def _of_few(figure):
    """Return a figure without anything that tells of the few people it is of."""
    return replace(figure, value=None, total=None, weight=0, lack="few")


def _few_within(env, definition, window):
    """Return the keys of longer figures with one of the indicator's own periods in them that is
    hidden: less the others, which are shown, they would tell what that one is.

    This asks the facts as they are now, not what is kept, as it is of them that the longer ones are.
    A longer one that is final already stays as it is when one in it is hidden later.
    """
    bounds = [window.starts(one) for one in window.calendars]
    first = min(starts[0] for starts in bounds)
    last = max(starts[-1] for starts in bounds) - timedelta(days=1)
    shorter = Window(definition["period"], first, window.calendars, last)
    found = _found(env, definition, shorter, facts_of(env, definition, shorter))
    shown = {one.key for one in _many(found, definition["minimum"]) if not one.lack}
    return {
        replace(one, grain=window.grain, start=start).key
        for one, __ in found
        if one.key not in shown
        for start in [start_of(one.start, window.grain, window.calendars[one.company_id])]
    }


def _nothing(figures, window, facts):
    """Return a figure of zero for each period of each company in which there was nothing, from the
    first one in which there was something on."""
    there = {figure.key for figure in figures if figure.breakdown is WHOLE}
    if facts.has_company:
        companies = [one for one in window.calendars if one is not NOBODY]
    else:
        companies = [NOBODY]
    return [
        figure
        for company_id in companies
        for start in window.starts(company_id)[:-1]
        for figure in [Figure(window.grain, start, company_id, WHOLE, 0, 0.0, 0.0, 0)]
        if figure.key not in there
    ]


def put_together(definition, figures, grain, calendars):
    """Return the figures of longer periods, made of those of shorter ones.

    :param figures: of whole longer periods
    :param str grain: of the longer ones
    :param dict calendars: company id → :class:`.core.periods.Calendar`
    """
    aggregate = definition["aggregate"]
    groups = defaultdict(list)
    longer = cache(lambda start, company_id: start_of(start, grain, calendars[company_id]))
    for figure in figures:
        start = longer(figure.start, figure.company_id)
        groups[start, figure.company_id, figure.breakdown, figure.part].append(figure)
    return [combined(aggregate, grain, *key, parts) for key, parts in groups.items()]


def combined(aggregate, grain, start, company_id, breakdown, part, figures):
    """Return the figure that several come to, which :func:`is_added` says is possible."""
    totals = [figure.total for figure in figures if figure.total is not None]
    weight = sum(figure.weight for figure in figures)
    total = _TOGETHER[aggregate](totals) if totals else None
    value = total / weight if aggregate == "avg" and total is not None and weight else total
    if aggregate == "avg" and not weight:
        value = None
    return Figure(grain, start, company_id, breakdown, part, value, total, weight)


_TOGETHER = {"count": sum, "sum": sum, "avg": sum, "min": min, "max": max}

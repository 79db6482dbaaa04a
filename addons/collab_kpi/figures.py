"""The figures that are kept of many indicators, read at once, and put together for the companies
that somebody looks at.

Functions and classes, not methods of models, as those can be called from the code of server actions.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any, NamedTuple

from odoo.tools import SQL

from odoo.addons.collab_base.own import is_kept

from .core.formula import Formula
from .counting import FROM_ZERO, Figure, combined, is_added


class Wanted(NamedTuple):
    """Figures of an indicator that are needed: of periods that begin between two days.

    :ivar kpi: :class:`.known.Known`
    :ivar dimension: id, or None for the whole
    """

    kpi: Any
    grain: str
    dimension: int | None
    first: date
    last: date


@dataclass(frozen=True)
class Seen:
    """A figure as somebody sees it.

    :ivar version: id of the version by which it was counted; of several, of the newest
    """

    value: float | None = None
    weight: int = 0
    lack: str | None = None
    version: int | None = None
    is_frozen: bool = False


NOTHING = Seen()


class Shelf:
    """Figures of the companies that the reader has chosen, by one query.

    :ivar companies: id of an indicator → ids of the companies of which there are figures, or None
    """

    def __init__(self, env, kpis, wanted):
        """:param env: of the reader
        :param dict kpis: all that are asked for, and what they are made of, see :mod:`.known`
        :param wanted: iterable of :class:`Wanted`
        """
        self.env = env
        self.kpis = kpis
        self.definitions = {kpi.id: kpi.definition for kpi in kpis.values() if kpi.definition}
        self.rows = defaultdict(list)
        self.companies = defaultdict(set)
        self._names = {}
        self._read(list(self._with_inputs(wanted)))

    # -- reading ---------------------------------------------------------------

    def _with_inputs(self, wanted):
        """Add what formulas are over: figures of several companies are put together of theirs."""
        for one in wanted:
            yield one
            yield from self._with_inputs(
                one._replace(kpi=self.kpis[kpi]) for kpi in one.kpi.input_ids
            )

    def _read(self, wanted):
        self.env["collab.kpi.value"].flush_model()
        wanted = list(
            dict.fromkeys((w.kpi.id, w.grain, w.dimension or 0, w.first, w.last) for w in wanted)
        )
        columns = list(map(list, zip(*wanted, strict=True))) if wanted else [[]] * 5
        for kpi_id, grain, start, company_id, dimension_id, part, *rest in self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT value.kpi_id, value.grain, value.start, value.company_id,
                       value.dimension_id, COALESCE(value.res_id, 0), value.value, value.total,
                       value.weight, value.lack, value.version_id, value.is_frozen
                  FROM unnest(%s::int[], %s::text[], %s::int[], %s::date[], %s::date[])
                       wanted (kpi_id, grain, dimension_id, first, last)
                  JOIN collab_kpi_value value ON value.kpi_id = wanted.kpi_id
                   AND value.grain = wanted.grain
                   AND COALESCE(value.dimension_id, 0) = wanted.dimension_id
                   AND value.start BETWEEN wanted.first AND wanted.last
                 WHERE COALESCE(value.company_id, 0) = ANY(%s)
                """,
                *columns,
                [0, *self.env.companies.ids],
            )
        ):
            self.rows[kpi_id, grain, start, dimension_id, part].append((company_id, *rest))
            self.companies[kpi_id].add(company_id)
        self.by_dimension = defaultdict(set)
        for kpi_id, grain, start, dimension_id, part in self.rows:
            self.by_dimension[kpi_id, grain, start, dimension_id].add(part)

    # -- putting together ------------------------------------------------------

    def problem(self, kpi, grain):
        """Return why figures cannot be put together, in a sentence."""
        companies = self.companies[kpi.id]
        if len(companies) < 2:
            return None
        calendars = [
            self.env["res.company"].browse(one)._collab_calendar() for one in companies if one
        ]
        divided = {"week": 1, "quarter": 2, "year": 2}.get(grain)
        if divided and len({calendar[divided] for calendar in calendars}) > 1:
            return self.env._("These companies divide time otherwise: choose one of them.")
        if not self._is_together(kpi.id):
            return self.env._(
                "This cannot be put together from several companies: choose one of them."
            )
        return None

    def _is_together(self, kpi_id):
        definition = self.definitions.get(kpi_id)
        if not definition:
            return False
        if definition["kind"] == "formula":
            return all(self._is_together(one["kpi"]) for one in definition["inputs"].values())
        return is_added(definition)

    def figure(self, kpi, grain, start, dimension=None, part=0):
        """Return a figure as the reader sees it: :class:`Seen`."""
        return self._seen(kpi.id, grain, start, dimension, part)

    def parts(self, kpi, grain, start, dimension):
        """Return the figures of a breakdown in a period: part → :class:`Seen`."""
        keys = self.by_dimension.get((kpi.id, grain, start, dimension), ())
        return {part: self._seen(kpi.id, grain, start, dimension, part) for part in keys}

    def _seen(self, kpi_id, grain, start, dimension, part):
        rows = self.rows.get((kpi_id, grain, start, dimension, part), ())
        if not rows:
            return NOTHING
        if len(rows) == 1:
            [(__, value, __, weight, lack, version, is_frozen)] = rows
            return Seen(value, weight, lack, version, is_frozen)
        definition = self.definitions[kpi_id]
        version = max(row[5] for row in rows)
        is_frozen = all(row[6] for row in rows)
        if definition["kind"] == "formula":
            value, lack = self._computed(definition, grain, start, dimension, part)
            return Seen(value, sum(row[3] for row in rows), lack, version, is_frozen)
        figures = [
            Figure(grain, start, company_id, dimension, part, value, total, weight, lack)
            for company_id, value, total, weight, lack, __, __ in rows
        ]
        whole = combined(definition["aggregate"], grain, start, None, dimension, part, figures)
        value = whole.value if whole.value is None or isfinite(whole.value) else None
        return Seen(value, whole.weight, None, version, is_frozen)

    def _computed(self, definition, grain, start, dimension, part):
        formula = Formula(definition["formula"])
        values = {}
        for code, one in definition["inputs"].items():
            seen = self._seen(one["kpi"], grain, start, dimension, part)
            aggregate = self.definitions[one["kpi"]].get("aggregate")
            is_zero = seen is NOTHING and dimension is not None and aggregate in FROM_ZERO
            values[code] = 0.0 if is_zero else seen.value
        try:
            return formula.value(values), None
        except ZeroDivisionError:
            return None, "zero"

    # -- names -----------------------------------------------------------------

    def names(self, dimension, parts):
        """Return what parts are called: part → name.

        :param tuple dimension: id and name of the model that it is over
        """
        if dimension not in self._names:
            every = {
                part
                for (__, __, __, by), found in self.by_dimension.items()
                if by == dimension[0]
                for part in found
            }
            self._names[dimension] = names_of(self.env, dimension[1], every - {0})
        found = self._names[dimension]
        return {part: found.get(part) or self.env._("None") for part in parts}


def names_of(env, model, ids):
    """Return what records are called: id → name, of those that are there. Whoever may see a figure may
    see what it is of."""
    if not is_kept(env, model):
        return {}
    # without what they are in: there is room for a name, not for a path
    records = env[model].sudo().with_context(active_test=False, hierarchical_naming=False)
    found = records.search_fetch([("id", "in", list(ids))], ["display_name"])
    return {record.id: record.display_name for record in found}

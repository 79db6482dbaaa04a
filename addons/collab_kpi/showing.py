"""What a dashboard shows its reader: all of its tiles, by a number of queries that depends neither
on theirs nor on that of the figures kept.

Functions and classes, not methods of models, as those can be called from the code of server actions.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import psycopg2

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import get_lang

from .aims import aim_text
from .core.forecast import PERIODS, forecast
from .core.periods import GRAINS, LONGER, elapsed, shift, start_of
from .core.status import assess
from .drilling import opens
from .figures import Shelf, Wanted
from .known import known
from .labels import Labels
from .looks import text_of, writer
from .reading import Sight
from .windows import today

_logger = logging.getLogger(__name__)

#: Periods of a trend, and of a heat map
TREND = 13
MAP = 6
#: How many of a ranking are shown, and rows of a heat map
TOP = 8
ROWS = 20
#: How far back one can look
BACK = 400
SHADES = 5


def show(dashboard, grain, back, is_whole):
    """Return what a dashboard shows: see the client's ``dashboard_loader``.

    :param dashboard: ``collab.dashboard`` that the reader may read
    :param str grain: kind of the periods
    :param int back: how many of them ago
    :param bool is_whole: whether also what the reader has hidden
    """
    if grain not in GRAINS or type(back) is not int or not 0 <= back <= BACK:
        raise UserError(dashboard.env._("There is no such period."))
    tiles, is_arranged = tiles_of(dashboard, is_whole)
    shown = Board(dashboard.env, tiles, grain, back)
    return {
        "id": dashboard.id,
        "name": dashboard.name,
        "can_edit": dashboard.has_access("write"),
        "is_arranged": is_arranged,
        "grain": grain,
        "grains": _grains(dashboard.env),
        "back": back,
        "period": {
            "start": fields.Date.to_string(shown.start(grain)),
            "label": shown.labels(grain).long(shown.start(grain)),
            "is_open": not back,
        },
        "companies": dashboard.env.companies.mapped("name"),
        "at": shown.at(),
        "tiles": [
            shown.safe_tile(tile) | ({"is_hidden": tile.is_hidden} if is_whole else {})
            for tile in tiles
        ],
    }


def _grains(env):
    names = [env._("Days"), env._("Weeks"), env._("Months"), env._("Quarters"), env._("Years")]
    return [{"value": value, "label": label} for value, label in zip(GRAINS, names, strict=True)]


@dataclass(frozen=True)
class Tile:
    """What is to be shown of which indicator.

    :ivar stack_ids: of those that follow it in a bottleneck
    :ivar dimension: id and name of the model, or None
    """

    id: int
    kpi_id: int
    kind: str
    width: int = 2
    title: str | None = None
    stack_ids: tuple = ()
    dimension: tuple | None = None
    is_hidden: bool = False

    @property
    def kpi_ids(self):
        return (self.kpi_id, *self.stack_ids)


def tiles_of(dashboard, is_whole=False):
    """Return the tiles as the reader has them, and whether they have arranged them."""
    env = dashboard.env
    for name in ("collab.dashboard.tile", "collab.dashboard.layout", "collab.kpi.dimension"):
        env[name].flush_model()
    rows = env.execute_query_dict(
        SQL(
            """
            SELECT tile.id, tile.kpi_id, tile.kind, tile.width, dimension.id AS dimension_id,
                   dimension.model, COALESCE(tile.name->>%s, tile.name->>'en_US') AS title,
                   ARRAY(SELECT collab_kpi_id FROM collab_dashboard_tile_collab_kpi_rel
                          WHERE collab_dashboard_tile_id = tile.id ORDER BY 1) AS stack_ids,
                   (SELECT layout FROM collab_dashboard_layout
                     WHERE dashboard_id = tile.dashboard_id AND user_id = %s) AS layout
              FROM collab_dashboard_tile tile
              LEFT JOIN collab_kpi_dimension dimension ON dimension.id = tile.dimension_id
             WHERE tile.dashboard_id = %s ORDER BY tile.sequence, tile.id
            """,
            get_lang(env).code,
            env.uid,
            dashboard.id,
        )
    )
    layout = rows[0]["layout"] if rows else None
    order = {one["id"]: index for index, one in enumerate(layout or ())}
    widths = {one["id"]: one["width"] for one in layout or ()}
    tiles = [
        Tile(
            row["id"],
            row["kpi_id"],
            row["kind"],
            widths.get(row["id"], row["width"]),
            row["title"],
            tuple(row["stack_ids"]),
            (row["dimension_id"], row["model"]) if row["dimension_id"] else None,
            layout is not None and row["id"] not in widths,
        )
        for row in rows
    ]
    tiles.sort(key=lambda tile: order.get(tile.id, len(order)))
    return [one for one in tiles if is_whole or not one.is_hidden], layout is not None


class Live:
    """What tiles are made of, as it is now, for one reader.

    :ivar companies: ids of those that are looked at
    :ivar today: the day that it is
    :ivar kpis: see :mod:`.known`
    :ivar sight: what the reader may see
    """

    def __init__(self, env, tiles):
        self.env = env
        self.companies = env.companies.ids
        self.calendar = env.company._collab_calendar()
        self.today = today(self.calendar)
        self.kpis = known(env, {one for tile in tiles for one in tile.kpi_ids})
        self.sight = Sight(env, self.kpis)

    def shelf(self, wanted):
        """Return the figures that are needed."""
        return Shelf(self.env, self.kpis, wanted)


class Board:
    """Tiles of one reader and one period."""

    def __init__(self, env, tiles, grain, back, source=None):
        """:param env: of the reader
        :param list tiles: of :class:`Tile`
        :param str grain: kind of the periods, for indicators that have such
        :param int back: how many of them ago
        :param source: what they are made of; :class:`Live` by default
        """
        self.env = env
        self.grain = grain
        self.back = back
        source = source or Live(env, tiles)
        self.companies = source.companies
        self.calendar = source.calendar
        self.today = source.today
        self.kpis = source.kpis
        self.sight = source.sight
        self.labels = cache(lambda grain: Labels(env, grain, self.calendar))
        self.writer = cache(lambda kpi_id: writer(env, self.kpis[kpi_id].look))
        self.starts = cache(self._starts)
        self.shelf = source.shelf(self._wanted(tiles))

    # -- periods ---------------------------------------------------------------

    def grain_of(self, kpi):
        """Return the periods that an indicator is shown by: those asked for, if there are any."""
        return self.grain if self.grain in (kpi.period, *LONGER[kpi.period]) else kpi.period

    def start(self, grain):
        """Return the first day of the period that is looked at; of another kind, the one in which
        that ends."""
        start = shift(start_of(self.today, self.grain, self.calendar), self.grain, -self.back)
        if grain == self.grain:
            return start
        last = min(shift(start, self.grain, 1) - timedelta(days=1), self.today)
        return start_of(last, grain, self.calendar)

    def _starts(self, grain, number):
        """Return the first days of so many periods, until the one that is looked at."""
        last = self.start(grain)
        return [shift(last, grain, index - number + 1) for index in range(number)]

    def _is_running(self, grain):
        return start_of(self.today, grain, self.calendar) == self.start(grain)

    def _wanted(self, tiles):
        for tile in tiles:
            for kpi_id in tile.kpi_ids:
                kpi = self.kpis[kpi_id]
                grain = self.grain_of(kpi)
                starts = self.starts(grain, TREND)
                yield Wanted(kpi, grain, None, starts[0], starts[-1])
                if tile.dimension:
                    starts = starts[-MAP if tile.kind == "heatmap" else -1 :]
                    yield Wanted(kpi, grain, tile.dimension[0], starts[0], starts[-1])

    def at(self):
        """Return when the oldest of the figures was counted."""
        counted = [kpi.counted_at for kpi in self.kpis.values() if kpi.counted_at]
        return fields.Datetime.to_string(min(counted)) if counted else False

    # -- a tile ----------------------------------------------------------------

    def safe_tile(self, tile):
        """Return what a tile shows; of one that cannot be shown, that it cannot."""
        try:
            return self.tile(tile)
        except psycopg2.Error:
            raise  # nothing more can be read
        except Exception:
            _logger.exception("Tile %s of a dashboard cannot be shown", tile.id)
            said = self._said(tile)
            return said | {
                "error": self.env._("This cannot be shown. The others are not affected.")
            }

    def tile(self, tile):
        """Return what a tile shows."""
        kpi, said = self.kpis[tile.kpi_id], self._said(tile)
        grain = said["grain"]
        if said["withheld"]:
            return said
        problems = (self.shelf.problem(self.kpis[one], grain) for one in tile.kpi_ids)
        if problem := next(filter(None, problems), None):
            return said | {"error": said["error"] or problem}
        draw = {"heatmap": self._heatmap, "ranking": self._ranking, "bottleneck": self._bottleneck}
        return said | draw.get(tile.kind, self._line)(tile, kpi, grain)

    def _said(self, tile):
        """Return what is said of a tile, but for its figures."""
        kpi = self.kpis[tile.kpi_id]
        grain = self.grain_of(kpi)
        is_own = kpi.id in self.sight.own
        return {
            "id": tile.id,
            "kind": tile.kind,
            "width": tile.width,
            # also what an indicator is called is for its readers
            "title": tile.title or (kpi.name if is_own else self.env._("Not for you")),
            "note": kpi.note if is_own else "",
            "kpi_id": kpi.id,
            "format": kpi.look,
            "grain": grain,
            "period_label": self.labels(grain).long(self.start(grain)),
            "dimension_id": tile.dimension and tile.dimension[0],
            "error": kpi.trouble if is_own else None,
            "withheld": self._withheld(tile),
            "is_authorised": kpi.disclosure == "aggregate",
            "opens_nothing": not opens(self.env, kpi.definition),
        }

    def _withheld(self, tile):
        """Return why the reader does not see a tile."""
        env = self.env
        for kpi_id in tile.kpi_ids:
            kpi = self.kpis[kpi_id]
            if not kpi.active or kpi.state != "on":
                return env._("This indicator does not run.")
            companies = self.shelf.companies[kpi_id] or {None}
            if not all(self.sight.sees(kpi_id, one) for one in companies):
                return env._("You may not see this: it is over records that you may not all open.")
        return None

    def _line(self, tile, kpi, grain):
        """Return the figure of the period, with what there is to compare it with, and the trend."""
        labels, text = self.labels(grain), self.writer(kpi.id)
        starts = self.starts(grain, TREND)
        found = [self.shelf.figure(kpi, grain, start) for start in starts]
        values = [one.value for one in found]
        versions = [one.version for one in found]
        figure = None
        if values[-1] is not None or found[-1].lack:
            figure = self.figure(kpi, grain, found[-1], found[-2])
        aims = [self._aim(kpi, grain, start) for start in starts]
        expected = self._forecast(kpi, grain, values) if self._is_running(grain) else None
        return {
            "figure": figure,
            "target": aims[-1] and self._target(kpi, grain, aims[-1], values[-1]),
            "forecast": expected
            and {
                "text": text(expected.value),
                "range_text": self.env._(
                    "%(low)s to %(high)s", low=text(expected.low), high=text(expected.high)
                ),
            },
            "trend": {
                "labels": [labels.short(start, not index) for index, start in enumerate(starts)],
                "long_labels": [labels.long(start) for start in starts],
                "starts": [fields.Date.to_string(start) for start in starts],
                "values": values,
                "texts": [text(value) for value in values],
                "target": [aim and aim.line for aim in aims],
                "warn": [aim and aim.warning for aim in aims],
                "forecast": expected
                and {"low": expected.low, "value": expected.value, "high": expected.high},
                "changes": [
                    index
                    for index in range(1, TREND)
                    if versions[index]
                    and versions[index - 1]
                    and versions[index] != versions[index - 1]
                ],
            },
        }

    def figure(self, kpi, grain, now, before):
        """Return what is said of a figure, and how it has changed: both :class:`.figures.Seen`."""
        env, text = self.env, self.writer(kpi.id)
        lacks = {
            "zero": env._("No figure: it would be divided by zero"),
            "few": env._("No figure: it is of too few people"),
        }
        is_running = self._is_running(grain)
        said = {
            "value": now.value,
            "text": lacks.get(now.lack) or text(now.value),
            "previous_text": "" if before.value is None else text(before.value),
            "change_text": "",
            "is_good": None,
            "is_running": is_running,
        }
        if now.value is None or not before.value:
            return said
        change = (now.value - before.value) / abs(before.value)
        percent = text_of(env, {"digits": 0, "unit": "%", "currency": None}, 100 * change)
        said["change_text"] = f"+{percent}" if change > 0 else percent
        direction = kpi.look["direction"]
        # what adds up is not over: that it is less than the whole one before says nothing
        if change and direction != "none" and not (is_running and _adds_up(kpi)):
            said["is_good"] = (change > 0) == (direction == "up")
        return said

    # -- targets and forecasts ---------------------------------------------------

    def _aim(self, kpi, grain, start):
        """Return the target of a period, if all that is looked at has the same one."""
        companies = self.companies
        for aim in kpi.aims:
            if aim.grain == grain and aim.since <= start:
                if aim.company_id is None:
                    # what adds up of several companies is not what one of them should come to
                    is_one = len(companies) == 1 or not _adds_up(kpi)
                    return aim if is_one else None
                if companies == [aim.company_id]:
                    return aim
        return None

    def _target(self, kpi, grain, aim, value):
        env, text = self.env, self.writer(kpi.id)
        is_running = self._is_running(grain)
        status = None
        if not is_running or aim.is_running:
            start = self.start(grain)
            kept = {
                status
                for company_id, (of, status) in aim.statuses.items()
                if of == start and company_id in (None, *self.companies)
            }
            status = kept.pop() if len(kept) == 1 else assess(aim.target, value)
        said = {
            None: env._("So far") if is_running else "",
            "good": env._("On target"),
            "warning": env._("Close to target"),
            "bad": env._("Off target"),
        }
        return {
            "value": aim.line,
            "text": aim_text(env, aim, text),
            "status": status,
            "status_text": said[status],
        }

    def _forecast(self, kpi, grain, values):
        """Return what the period that runs is expected to come to."""
        calendar, start = self.calendar, self.start(grain)
        share = elapsed(start, shift(start, grain, 1), fields.Datetime.now(), calendar.zone)
        adds_up = _adds_up(kpi)
        so_far = values[-1]
        # amounts may be taken back, but of nothing there is less than there was
        only_grows = adds_up and not any((one or 0) < 0 for one in values)
        kind = "sum" if adds_up else "level"
        return forecast(values[:-1][-PERIODS:], so_far, share, kind, only_grows)

    # -- parts -------------------------------------------------------------------

    def _heatmap(self, tile, kpi, grain):
        """Return rows of parts by periods."""
        labels, starts = self.labels(grain), self.starts(grain, MAP)
        columns = [self.shelf.parts(kpi, grain, start, tile.dimension[0]) for start in starts]
        names = self.shelf.names(tile.dimension, set().union(*columns))
        values = [
            one.value for column in columns for one in column.values() if one.value is not None
        ]
        bounds = min(values, default=0), max(values, default=0)
        order = sorted(names, key=lambda part: (part == 0, names[part]))
        return {
            "heatmap": {
                "labels": [labels.short(start) for start in starts],
                "starts": [fields.Date.to_string(start) for start in starts],
                "rows": [
                    {
                        "res_id": part,
                        "name": names[part],
                        "cells": [self._cell(kpi, column.get(part), *bounds) for column in columns],
                    }
                    for part in order[:ROWS]
                ],
                "more": max(0, len(order) - ROWS),
            }
        }

    def _cell(self, kpi, figure, low, high):
        if figure is None or figure.value is None:
            return {"value": None, "text": "–", "level": None}
        share = (figure.value - low) / (high - low) if high > low else 0.5
        return {
            "value": figure.value,
            "text": self.writer(kpi.id)(figure.value),
            "level": min(SHADES - 1, int(share * SHADES)),
        }

    def _ranking(self, tile, kpi, grain):
        """Return the parts of the period, the best first."""
        start, text = self.start(grain), self.writer(kpi.id)
        parts = self.shelf.parts(kpi, grain, start, tile.dimension[0])
        parts = {part: one.value for part, one in parts.items() if one.value is not None}
        names = self.shelf.names(tile.dimension, parts)
        sign = 1 if kpi.look["direction"] == "down" else -1
        order = sorted(parts, key=lambda part: (sign * parts[part], names[part]))
        most = max(map(abs, parts.values()), default=0) or 1
        return {
            "ranking": {
                "start": fields.Date.to_string(start),
                "rows": [
                    {
                        "res_id": part,
                        "name": names[part],
                        "value": parts[part],
                        "text": text(parts[part]),
                        "share": abs(parts[part]) / most,
                        "status": None,
                    }
                    for part in order[:TOP]
                ],
                "more": max(0, len(order) - TOP),
            }
        }

    def _bottleneck(self, tile, kpi, grain):
        """Return of each part what several indicators come to, one after another."""
        start, text = self.start(grain), self.writer(kpi.id)
        kpis = [self.kpis[one] for one in tile.kpi_ids]
        found = [self.shelf.parts(one, grain, start, tile.dimension[0]) for one in kpis]
        rows = []
        for part, name in self.shelf.names(tile.dimension, set().union(*found)).items():
            values = [(one[part].value if part in one else None) or 0.0 for one in found]
            rows.append(
                {
                    "res_id": part,
                    "name": name,
                    "values": values,
                    "texts": [text(value) for value in values],
                    "text": text(sum(values)),
                }
            )
        rows.sort(key=lambda row: (-sum(row["values"]), row["name"]))
        return {
            "bottleneck": {
                "start": fields.Date.to_string(start),
                "parts": [
                    {"key": str(one.id), "kpi_id": one.id, "label": one.name} for one in kpis
                ],
                "rows": rows[:ROWS],
            }
        }


def _adds_up(kpi):
    """Return whether figures of the parts of a period are added up."""
    return (kpi.definition or {}).get("aggregate") in ("count", "sum")

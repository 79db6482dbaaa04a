"""What a dashboard shows its reader: all of its tiles, by a number of queries that depends neither
on theirs nor on that of the figures kept.

Functions, not methods, as methods can be called from the code of server actions.
"""

from collections import defaultdict
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import SQL

from .core.periods import GRAINS, LONGER, elapsed, shift, start_of
from .figures import Shelf, Wanted
from .labels import Labels
from .looks import look_of, text_of
from .reading import Sight
from .windows import today

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
    return _Show(dashboard, grain, back, is_whole).answer()


class _Show:
    def __init__(self, dashboard, grain, back, is_whole):
        self.env = dashboard.env
        self.dashboard = dashboard
        self.grain = grain
        self.back = back
        self.is_whole = is_whole
        self.calendar = self.env.company._collab_calendar()
        self.today = today(self.calendar)

    def answer(self):
        """Return the whole answer."""
        env, dashboard = self.env, self.dashboard
        tiles, is_arranged = self._tiles()
        kpis = self._kpis(tiles)
        self.sight = Sight(env, kpis)
        self.shelf = Shelf(env, kpis, self._wanted(tiles))
        labels = Labels(env, self.grain, self.calendar)
        start = self._start(self.grain)
        return {
            "id": dashboard.id,
            "name": dashboard.name,
            "can_edit": dashboard.has_access("write"),
            "is_arranged": is_arranged,
            "grain": self.grain,
            "grains": _grains(env),
            "back": self.back,
            "period": {
                "start": fields.Date.to_string(start),
                "label": labels.long(start),
                "is_open": not self.back,
            },
            "companies": env.companies.mapped("name"),
            "at": self._at(kpis),
            "tiles": [self._tile(tile) for tile in tiles],
        }

    # -- what there is ---------------------------------------------------------

    def _tiles(self):
        """Return the tiles as the reader has them, and whether they have arranged them."""
        tiles = self.env["collab.dashboard.tile"].sudo()
        tiles = tiles.search([("dashboard_id", "=", self.dashboard.id)])
        layout = self.env["collab.dashboard.layout"].sudo().search_fetch(
            [("dashboard_id", "=", self.dashboard.id), ("user_id", "=", self.env.uid)], ["layout"]
        )
        found = [_Tile(tile, tile.width, False) for tile in tiles]
        if not layout:
            return found, False
        widths = {one["id"]: one["width"] for one in layout.layout}
        order = {one["id"]: index for index, one in enumerate(layout.layout)}
        found = [
            _Tile(one.record, widths.get(one.record.id, one.width), one.record.id not in widths)
            for one in found
        ]
        found.sort(key=lambda one: order.get(one.record.id, len(order)))
        return [one for one in found if self.is_whole or not one.is_hidden], True

    def _kpis(self, tiles):
        """Return the indicators of tiles, and what they are made of."""
        kpis = self.env["collab.kpi"].sudo().union(
            *(tile.record.kpi_id | tile.record.stack_ids for tile in tiles)
        )
        return kpis._with_inputs()

    def _wanted(self, tiles):
        for tile in tiles:
            for kpi in tile.record.kpi_id | tile.record.stack_ids:
                grain = self._grain(kpi)
                last = self._start(grain)
                yield Wanted(kpi, grain, None, shift(last, grain, 1 - TREND), last)
                if dimension := tile.record.dimension_id:
                    number = MAP if tile.record.kind == "heatmap" else 1
                    yield Wanted(kpi, grain, dimension.id, shift(last, grain, 1 - number), last)

    def _grain(self, kpi):
        """Return the periods that an indicator is shown by: those asked for, if there are any."""
        return self.grain if self.grain in (kpi.period, *LONGER[kpi.period]) else kpi.period

    def _start(self, grain):
        """Return the first day of the period that is looked at; of another kind, the one in which
        that ends."""
        start = shift(start_of(self.today, self.grain, self.calendar), self.grain, -self.back)
        if grain == self.grain:
            return start
        last = min(shift(start, self.grain, 1) - timedelta(days=1), self.today)
        return start_of(last, grain, self.calendar)

    def _at(self, kpis):
        counted = [kpi.counted_at for kpi in kpis if kpi.counted_at]
        return fields.Datetime.to_string(min(counted)) if counted else False

    # -- a tile ----------------------------------------------------------------

    def _tile(self, tile):
        record, kpi = tile.record, tile.record.kpi_id
        grain = self._grain(kpi)
        labels = Labels(self.env, grain, self.calendar)
        look = look_of(kpi)
        is_own = kpi.id in self.sight.own
        said = {
            "id": record.id,
            "kind": record.kind,
            "width": tile.width,
            # also what an indicator is called is for its readers
            "title": record.name or (kpi.name if is_own else self.env._("Not for you")),
            "note": kpi.note or "" if is_own else "",
            "kpi_id": kpi.id,
            "format": look,
            "grain": grain,
            "period_label": labels.long(self._start(grain)),
            "dimension_id": record.dimension_id.id or None,
            "error": kpi.trouble or None if is_own else None,
            "withheld": self._withheld(record),
            "is_authorised": kpi.disclosure == "aggregate",
        }
        if self.is_whole:
            said["is_hidden"] = tile.is_hidden
        if said["withheld"]:
            return said
        if problem := self.shelf.problem(kpi, grain):
            return said | {"error": said["error"] or problem}
        draw = {"heatmap": self._heatmap, "ranking": self._ranking, "bottleneck": self._bottleneck}
        if record.kind in draw:
            return said | draw[record.kind](record, grain, look, labels)
        return said | self._line(kpi, grain, look, labels)

    def _withheld(self, record):
        """Return why the reader does not see a tile."""
        env = self.env
        for kpi in record.kpi_id | record.stack_ids:
            if not kpi.active or kpi.state != "on":
                return env._("This indicator does not run.")
            if any(not self.sight.sees(kpi, one) for one in self.shelf.companies[kpi.id] or {None}):
                return env._("You may not see this: it is over records that you may not all open.")
        return None

    def _line(self, kpi, grain, look, labels):
        """Return the figure of the period, with what there is to compare it with, and the trend."""
        last = self._start(grain)
        starts = [shift(last, grain, number - TREND + 1) for number in range(TREND)]
        found = [self.shelf.figure(kpi, grain, start) for start in starts]
        values = [one.value for one in found]
        versions = [one.version for one in found]
        is_running = start_of(self.today, grain, self.calendar) == last
        figure = None
        if values[-1] is not None or found[-1].lack:
            figure = self._figure(look, found[-1], found[-2], is_running)
        target = self._target(kpi, grain, look, last, values[-1])
        forecast = self._forecast(kpi, grain, look, last, values) if is_running else None
        return {
            "figure": figure,
            "target": target and target["said"],
            "forecast": forecast and forecast["said"],
            "trend": {
                "labels": [labels.short(start) for start in starts],
                "long_labels": [labels.long(start) for start in starts],
                "starts": [fields.Date.to_string(start) for start in starts],
                "values": values,
                "texts": [text_of(self.env, look, value) for value in values],
                "target": [target["value"] if target else None for __ in starts],
                "warn": [target["warn"] if target else None for __ in starts],
                "forecast": forecast and forecast["range"],
                "changes": [
                    index
                    for index in range(1, TREND)
                    if versions[index] and versions[index - 1] and versions[index] != versions[index - 1]
                ],
            },
        }

    def _figure(self, look, now, before, is_running):
        env = self.env
        lacks = {
            "zero": env._("No figure: it would be divided by zero"),
            "few": env._("No figure: it is of too few people"),
        }
        said = {
            "value": now.value,
            "text": lacks.get(now.lack) or text_of(env, look, now.value),
            "previous_text": text_of(env, look, before.value),
            "change_text": "",
            "is_good": None,
            "is_running": is_running,
        }
        if now.value is None or not before.value:
            return said
        change = (now.value - before.value) / abs(before.value)
        percent = text_of(env, {"digits": 0, "unit": "%", "currency": None}, 100 * change)
        said["change_text"] = f"+{percent}" if change > 0 else percent
        # what runs is not over: that it is less than the whole one before says nothing
        if change and look["direction"] != "none" and not is_running:
            said["is_good"] = (change > 0) == (look["direction"] == "up")
        return said

    def _target(self, kpi, grain, look, start, value):
        return None

    def _forecast(self, kpi, grain, look, start, values):
        return None

    def _parts(self, kpi, grain, dimension, starts):
        """Return the parts of a breakdown in periods: part → list of figures."""
        found = defaultdict(lambda: [None] * len(starts))
        for index, start in enumerate(starts):
            for part, figure in self.shelf.parts(kpi, grain, start, dimension.id).items():
                found[part][index] = figure
        return found

    def _heatmap(self, record, grain, look, labels):
        """Return rows of parts by periods, the greatest of the last one first."""
        last = self._start(grain)
        starts = [shift(last, grain, number - MAP + 1) for number in range(MAP)]
        parts = self._parts(record.kpi_id, grain, record.dimension_id, starts)
        names = self.shelf.names(record.dimension_id, parts)
        values = [one.value for row in parts.values() for one in row if one and one.value is not None]
        low, high = min(values, default=0), max(values, default=0)
        order = sorted(parts, key=lambda part: (part == 0, names[part]))
        return {
            "heatmap": {
                "labels": [labels.short(start) for start in starts],
                "starts": [fields.Date.to_string(start) for start in starts],
                "rows": [
                    {
                        "res_id": part,
                        "name": names[part],
                        "cells": [self._cell(look, one, low, high) for one in parts[part]],
                    }
                    for part in order[:ROWS]
                ],
                "more": max(0, len(order) - ROWS),
            }
        }

    def _cell(self, look, figure, low, high):
        if figure is None or figure.value is None:
            return {"value": None, "text": "–", "level": None}
        share = (figure.value - low) / (high - low) if high > low else 0.5
        return {
            "value": figure.value,
            "text": text_of(self.env, look, figure.value),
            "level": min(SHADES - 1, int(share * SHADES)),
        }

    def _ranking(self, record, grain, look, labels):
        """Return the parts of the period, the best first."""
        start = self._start(grain)
        parts = self.shelf.parts(record.kpi_id, grain, start, record.dimension_id.id)
        parts = {part: one for part, one in parts.items() if one.value is not None}
        names = self.shelf.names(record.dimension_id, parts)
        is_down = look["direction"] == "down"
        order = sorted(
            parts, key=lambda part: (parts[part].value * (1 if is_down else -1), names[part])
        )
        most = max((abs(one.value) for one in parts.values()), default=0) or 1
        return {
            "ranking": {
                "rows": [
                    {
                        "res_id": part,
                        "name": names[part],
                        "value": parts[part].value,
                        "text": text_of(self.env, look, parts[part].value),
                        "share": abs(parts[part].value) / most,
                        "status": None,
                    }
                    for part in order[:TOP]
                ],
                "more": max(0, len(order) - TOP),
                "start": fields.Date.to_string(start),
            }
        }

    def _bottleneck(self, record, grain, look, labels):
        """Return of each part what several indicators come to, one after another."""
        start = self._start(grain)
        kpis = record.kpi_id | record.stack_ids
        found = [self.shelf.parts(kpi, grain, start, record.dimension_id.id) for kpi in kpis]
        names = self.shelf.names(record.dimension_id, set().union(*found))
        rows = []
        for part, name in names.items():
            values = [(one[part].value or 0.0) if part in one else 0.0 for one in found]
            rows.append(
                {
                    "res_id": part,
                    "name": name,
                    "values": values,
                    "texts": [text_of(self.env, look, value) for value in values],
                    "text": text_of(self.env, look, sum(values)),
                }
            )
        rows.sort(key=lambda row: (-sum(row["values"]), row["name"]))
        return {
            "bottleneck": {
                "parts": [{"key": str(kpi.id), "kpi_id": kpi.id, "label": kpi.name} for kpi in kpis],
                "rows": rows[:ROWS],
                "start": fields.Date.to_string(start),
            }
        }


class _Tile:
    """A tile as its reader has it."""

    __slots__ = ("is_hidden", "record", "width")

    def __init__(self, record, width, is_hidden):
        self.record = record
        self.width = width
        self.is_hidden = is_hidden


def _grains(env):
    names = [env._("Days"), env._("Weeks"), env._("Months"), env._("Quarters"), env._("Years")]
    return [{"value": value, "label": label} for value, label in zip(GRAINS, names, strict=True)]

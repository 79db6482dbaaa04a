"""Where the marks of a chart with a row for each department are; see `chart.py`.

This file is plain Python: it knows neither the ORM, nor QWeb, nor colours.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import ceil
from operator import itemgetter

from .axis import (
    GAP,
    Numbers,
    Scale,
    fitted,
    is_known,
    known,
    path,
    place,
    thinned,
    tidy,
    widest,
    width_of,
)

ROW = 28  # a bar or cell, and the gap to the next
STATUSES = ("good", "warning", "bad")
LEVELS = 5  # from a pale cell to a strong one


def bars(rows: Sequence[dict], width: float = 720) -> dict:
    """Lay out a horizontal bar for each row.

    :param rows: with name, value, text; they may have a target, and a status
    """
    numbers = known([0], *([row["value"], row.get("target")] for row in rows))
    names, room = _room_for_names(rows, width), _room_for_texts(rows, width)
    left = names + (room if any(is_known(row["value"]) and row["value"] < 0 for row in rows) else 0)
    scale = Scale(min(numbers), max(numbers), left, width - room)
    drawn = []
    for row, y in _middles(rows):
        start, end = scale(0), scale(row["value"] if is_known(row["value"]) else 0)
        target = scale(row["target"]) if is_known(row.get("target")) else None
        way = -1 if end < start else 1
        text = fitted(row["text"], 0, y, room - 3 * GAP)
        # the text does not cover the target
        past = 0 if target is None else (target - end) * way
        tip = target if 0 < past < width_of(text.text) + 2 * GAP else end
        drawn.append(
            {
                "x": min(start, end),
                "y": y,
                "width": place(abs(end - start)),
                "target": target,
                "name": fitted(row["name"], 0, y, names - GAP),
                "text": text._replace(x=place(tip + way * GAP)),
                "is_negative": way < 0,
                "is_known": is_known(row["value"]),
                "status": row.get("status"),
            }
        )
    has_targets = any(row["target"] is not None for row in drawn)
    statuses = [key for key in STATUSES if any(row["status"] == key for row in drawn)]
    return {
        "width": width,
        "height": _height(rows) + (3 * GAP if has_targets or statuses else 0),
        "zero": scale(0),
        "rows": drawn,
        "left": names,
        "has_targets": has_targets,
        "statuses": statuses,
    }


def _middles(rows, top=0) -> list[tuple[dict, int]]:
    """Return each row with the middle of where it is."""
    return [(row, top + ROW * number + ROW // 2) for number, row in enumerate(rows)]


def _height(rows) -> int:
    return ROW * max(len(rows), 2)


def _room_for_names(rows, width) -> int:
    return ceil(min(widest(row["name"] for row in rows) + GAP, width * 0.3))


def _room_for_texts(rows, width) -> int:
    """Room for the longest text, with a sign after it."""
    return ceil(min(widest(row["text"] for row in rows), width / 5) + 3 * GAP)


def stacked(rows: Sequence[dict], width: float = 720) -> dict:
    """Lay out a horizontal bar of several parts for each row.

    :param rows: with name, values and texts of the parts, and a text of all together
    """
    whole = [[max(value, 0) if is_known(value) else 0 for value in row["values"]] for row in rows]
    names, room = _room_for_names(rows, width), _room_for_texts(rows, width)
    scale = Scale(0, max(map(sum, whole), default=0), names, width - room)
    drawn = []
    for (row, y), values in zip(_middles(rows), whole, strict=True):
        ends = [scale(end) for end in accumulate(values, initial=0)]
        parts = [
            {
                "x": start,
                "width": place(end - start),
                "part": part,
                "text": text if width_of(text) + GAP < end - start else "",
                "title": text,
            }
            for part, ((start, end), text) in enumerate(
                zip(pairwise(ends), map(tidy, row["texts"]), strict=True)
            )
            if end > start
        ]
        drawn.append(
            {
                "y": y,
                "name": fitted(row["name"], 0, y, names - GAP),
                "parts": parts,
                "text": fitted(row["text"], ends[-1] + GAP, y, room - GAP),
            }
        )
    return {"width": width, "height": _height(rows) + 3 * GAP, "rows": drawn}


def levels(values: Numbers) -> list[int | None]:
    """Return how strong each value's cell is, from 0 to ``LEVELS`` - 1."""
    low, high = min(known(values), default=0), max(known(values), default=0)
    if low == high:
        return [LEVELS // 2 if is_known(value) else None for value in values]
    share = Scale(low, high, 0, 0).share
    return [
        min(int(share(value) * LEVELS), LEVELS - 1) if is_known(value) else None for value in values
    ]


def heatmap(rows: Sequence[dict], labels: Sequence[str], width: float = 720) -> dict:
    """Lay out a cell for each row and period.

    :param rows: with name and cells; each cell with value and text, and a level unless it is to
        be told from all values
    """
    cells = [cell for row in rows for cell in row["cells"]]
    told = iter(levels([cell["value"] for cell in cells]))
    names, top = _room_for_names(rows, width), 3 * GAP
    side = min((width - names) / max(len(labels), 1), 96)
    xs = [place(names + side * index) for index in range(len(labels) + 1)]
    drawn = []
    for row, y in _middles(rows, top):
        marks = []
        for (x, end), label, cell in zip(pairwise(xs), labels, row["cells"], strict=True):
            level, text = next(told), tidy(cell["text"])
            box = (x, y - ROW // 2 + 1, place(end - x - min(2, side / 4)), ROW - 2)
            marks.append(
                {
                    "box": box,
                    "x": place(x + box[2] / 2),
                    "level": level if cell.get("level") is None else cell["level"],
                    "hatch": level is None and _hatch(*box),
                    "text": text if width_of(text) < box[2] else "",
                    "title": tidy(f"{row['name']}, {label}: {text}"),
                }
            )
        drawn.append({"y": y, "name": fitted(row["name"], 0, y, names - GAP), "cells": marks})
    full = sorted((cell for cell in cells if is_known(cell["value"])), key=itemgetter("value"))
    return {
        "width": width,
        "height": top + _height(rows) + 3 * GAP,
        "labels": thinned(labels, [x + side / 2 for x in xs[:-1]], top - GAP, width),
        "left": names,
        "rows": drawn,
        "ends": [tidy(cell["text"]) for cell in (*full[:1], *full[-1:])],
        "has_gaps": len(full) < len(cells),
    }


def _hatch(x: float, y: float, width: float, height: float) -> str:
    """Return the path of slanting lines in a box."""
    return "".join(
        path(
            (
                (place(x + max(way - height, 0)), place(y + min(way, height))),
                (place(x + min(way, width)), place(y + max(way - width, 0))),
            )
        )
        for way in range(4, int(width + height), 6)
    )

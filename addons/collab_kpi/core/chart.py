"""Where the marks of a chart over periods are.

Numbers, labels and texts go in; what a template draws comes out, in the chart's own units. Always
the same for the same figures, as reports are hashed when they are issued. ``None`` is a gap,
never a zero.

This file is plain Python: it knows neither the ORM, nor QWeb, nor colours.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from . import axis
from .axis import GAP, SIZE, Numbers, Scale, Text, fitted, is_known, known, path, place


def trend(
    values: Numbers,
    labels: Sequence[str],
    texts: Sequence[str],
    *,
    limits: Sequence[dict] = (),
    forecast: dict | None = None,
    changes: Iterable[int] = (),
    tick_text: Callable[[float], str] = axis.plain,
    width: float = 720,
    height: float = 240,
) -> dict:
    """Lay out a line over periods.

    :param texts: of the values
    :param limits: lines to reach or to stay under; their kind, label, and values by period
    :param forecast: low, value, high and text of what the last period will come to. Its value
        until now then stands alone: it cannot be compared with those before.
    :param changes: the indices of periods from which on it was counted by another formula
    """
    expected = known(forecast[key] for key in ("low", "value", "high")) if forecast else []
    if not labels or len(expected) < 3:
        forecast, expected = None, []
    shown = known(values, expected, *(limit["values"] for limit in limits))
    marks = axis.ticks(shown, tick_text)
    left = min(axis.widest(map(tick_text, marks)) + GAP, width / 4)
    side = min(axis.widest(limit["label"] for limit in limits) + GAP, width / 4)
    right, top = width - max(side, 2 * GAP), 3 * GAP
    bottom = height - (5 if forecast or changes else 3) * GAP
    scale = Scale(*((marks[0], marks[-1]) if marks else (0, 1)), bottom, top)
    half = (right - left) / 2 / max(len(labels), 1)
    xs = [place(left + half * (2 * index + 1)) for index in range(len(labels))]
    stretches = axis.lines(values[:-1] if forecast else values, xs, scale)
    # an area says how much there is, so it goes down to zero or is not there
    has_area = marks and marks[0] <= 0 <= marks[-1]
    dots = [
        {"x": x, "y": scale(value), "text": text, "title": axis.tidy(f"{label}: {text}")}
        for x, value, label, text in zip(xs, values, labels, texts, strict=True)
        if is_known(value)
    ]
    open_dots = dots[-1:] if forecast and is_known(values[-1]) else []
    return {
        "width": width,
        "height": height,
        "left": place(left),
        "right": place(right),
        "top": top,
        "bottom": bottom,
        "zero": scale(0) if has_area else bottom,
        "ticks": [fitted(tick_text(mark), left - GAP, scale(mark), left - GAP) for mark in marks],
        "labels": axis.thinned(labels, xs, bottom + 2 * GAP, width),
        "lines": [path(points) for points in stretches if len(points) > 1],
        "areas": [
            axis.band([(x, scale(0)) for x, __ in points], points)
            for points in stretches
            if has_area and len(points) > 1
        ],
        "dots": dots[: len(dots) - len(open_dots)],
        "open_dots": open_dots,
        "is_dense": half < GAP,
        "last_text": dots and not forecast and _last_text(dots, bottom, right + GAP),
        "limits": _limits(limits, xs, half, scale, right + GAP, side - GAP),
        "forecast": forecast and _forecast(forecast, stretches, xs, scale, right + GAP),
        "changes": [place(xs[index] - half) for index in changes],
        "is_empty": not known(values, expected),
    }


def _limits(limits, xs, half, scale, left, room) -> list[dict]:
    drawn = []
    for limit in limits:
        stretches = [
            [(place(x + side), y) for x, y in points for side in (-half, half)]
            for points in axis.lines(limit["values"], xs, scale)
        ]
        if stretches:
            y = stretches[-1][-1][1]
            label = fitted(limit["label"], left, y, room)
            drawn.append({**limit, "path": "".join(map(path, stretches)), "label": label})
    for above, below in pairwise(sorted(drawn, key=lambda limit: limit["label"].y)):
        y = max(below["label"].y, above["label"].y + SIZE + 2)
        below["label"] = below["label"]._replace(y=place(y))
    return drawn


def _last_text(dots, bottom, end) -> Text:
    """Return what is written at the last dot: on the side where the line does not come from."""
    dot, y = dots[-1], dots[-1]["y"]
    below = y + GAP + SIZE
    falls = len(dots) > 1 and dots[-2]["y"] < y and below < bottom
    return axis.centred(dot["text"], dot["x"], below if falls else y - GAP, end)


def _forecast(forecast, stretches, xs, scale, end) -> dict:
    x = xs[-1]
    low, value, high = (scale(forecast[key]) for key in ("low", "value", "high"))
    before = [points[-1] for points in stretches[-1:] if points[-1][0] == xs[-2]]
    return {
        "x": x,
        "low": low,
        "value": value,
        "high": high,
        "line": before and path([*before, (x, value)]),
        "band": before and axis.band([*before, (x, low)], [*before, (x, high)]),
        "text": axis.centred(forecast["text"], x, high - GAP, end),
    }


def spark(values: Numbers, width: float = 120, height: float = 28) -> dict:
    """Lay out a line as small as a word."""
    low, high = min(known(values), default=0), max(known(values), default=0)
    # without a difference it runs in the middle
    scale = Scale(low, high, height - GAP / 2 if low < high else height / 2, GAP / 2)
    half = (width - GAP) / 2 / max(len(values), 1)
    xs = [GAP / 2 + half * (2 * index + 1) for index in range(len(values))]
    stretches = axis.lines(values, xs, scale)
    return {
        "width": width,
        "height": height,
        "lines": [path(points) for points in stretches if len(points) > 1],
        "dots": [points[0] for points in stretches[:-1] if len(points) == 1],
        "last": [points[-1] for points in stretches[-1:]],
    }

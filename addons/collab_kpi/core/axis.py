"""What charts have in common: axes, lines along them, texts that fit.

Coordinates are rounded, so that the same figures make the same picture to the byte. How wide
a text is can only be estimated, rather too wide: others set it.

This file is plain Python: it knows neither the ORM, nor QWeb, nor colours.
"""

import math
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

SIZE = 11  # of a text
GAP = 8  # between two texts, and between a text and its mark
LARGEST = 1e280  # what is larger would overflow on the way

Numbers = Sequence[float | None]


class Text(NamedTuple):
    """A text, shortened to what fits, and the whole of it."""

    x: float
    y: float
    text: str
    whole: str


def known(*rows: Numbers) -> list[float]:
    """Return the values that can be drawn."""
    return [value for row in rows for value in row if is_known(value)]


def is_known(value: float | None) -> bool:
    return value is not None and abs(value) <= LARGEST


def place(coordinate: float) -> float:
    coordinate = round(coordinate, 1)
    return int(coordinate) if coordinate == int(coordinate) else coordinate


def path(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in points)


def plain(value: float) -> str:
    return f"{value:,.12g}"


def widest(texts: Iterable[str]) -> float:
    return max(map(width_of, texts), default=0)


def width_of(text: str) -> float:
    return SIZE * sum(map(_width_of_char, text))


def _width_of_char(char: str) -> float:
    if unicodedata.east_asian_width(char) in "WF":
        return 1
    if char in " -.,:;!|'()[]fijltI":
        return 0.36
    if char in "mwMW%@":
        return 0.95
    return 0.74 if char.isupper() else 0.6


def tidy(text: str) -> str:
    """Return `text` without what no XML may contain."""
    bad = "\ufffe\uffff"
    return "".join(
        " " if unicodedata.category(char) in ("Cc", "Cs") or char in bad else char for char in text
    )


def fitted(text: str, x: float, y: float, room: float) -> Text:
    whole = shown = tidy(text)
    if width_of(whole) > room:
        shown, left = "", room - SIZE
        for char in whole:
            left -= SIZE * _width_of_char(char)
            if left < 0:
                break
            shown += char
        shown = shown.rstrip() + "…"
    return Text(place(x), place(y), shown, whole)


def centred(text: str, x: float, y: float, end: float) -> Text:
    """Return the text around `x`, or as near to it as it fits between 0 and `end`."""
    text = fitted(text, x, y, min(110, end))
    half = width_of(text.text) / 2
    return text._replace(x=place(min(max(x, half), end - half)))


def thinned(labels: Sequence[str], xs: Sequence[float], y: float, end: float) -> list[Text]:
    """Return the labels of an axis that do not overlap: every second, third, ... counted from the
    last one, which is always there."""
    texts = [centred(label, x, y, end) for label, x in zip(labels, xs, strict=True)]
    for every in range(1, len(texts) + 1):
        shown = texts[::-1][::every][::-1]
        if all(
            then.x - text.x >= (width_of(text.text) + width_of(then.text)) / 2 + GAP
            for text, then in pairwise(shown)
        ):
            return shown
    return []


def ticks(values: Numbers, text: Callable[[float], str] = plain) -> list[float]:
    """Return three to seven round numbers in steps of 1, 2 or 5 times a power of ten, from the
    lowest value or below to the highest or above; none without values.

    Zero is among them, unless the lowest is at least half as far from it as the highest: what they
    differ by would hardly be seen.

    :param text: writes a number; no two are written the same way
    """
    numbers = known(values)
    if not numbers:
        return []
    low, high = min(numbers), max(numbers)
    near, far = sorted((abs(low), abs(high)))
    if near < far / 2 or high - low <= far * 1e-9:
        low, high = min(low, 0), max(high, 0)
    if high - low < 1 / LARGEST:
        low, high = 0, 1
    power = math.floor(math.log10(high - low)) - 1
    found = []
    for exponent, digit in ((power + more, digit) for more in range(16) for digit in (1, 2, 5)):
        step = float(f"{digit}e{exponent}")
        # a hair's breadth past a tick is rounding
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first > 6:
            continue
        numbers = range(first, max(last, first + 2) + 1)
        found.append([float(f"{number * digit}e{exponent}") for number in numbers])
        if len(set(map(text, found[-1]))) == len(numbers):
            return found[-1]
    return found[0]


class Scale(NamedTuple):
    """From numbers between `low` and `high` to coordinates between `start` and `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        return place(self.start + self.share(value) * (self.end - self.start))

    def share(self, value: float) -> float:
        return (value - self.low) / ((self.high - self.low) or 1)


def lines(values: Numbers, xs: Sequence[float], scale: Scale) -> list[list[tuple[float, float]]]:
    """Return the points of each stretch of values without a gap."""
    found = [[]]
    for value, x in zip(values, xs, strict=False):
        if is_known(value):
            found[-1].append((place(x), scale(value)))
        elif found[-1]:
            found.append([])
    return [points for points in found if points]


def band(low: Sequence[tuple], high: Sequence[tuple]) -> str:
    """Return the path around what is between two lines."""
    return path([*high, *reversed(low)]) + "Z"

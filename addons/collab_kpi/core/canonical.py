"""Figures as a text that is the same for the same figures, and what is other in two of them.

This file is plain Python: it knows nothing of the ORM.
"""

import hashlib
import json
import math
from collections.abc import Iterator
from typing import Any

#: Digits of a number that count: sums of the same amounts differ in the last ones, by their order
DIGITS = 10


def rounded(value: Any) -> Any:
    """Return a value of JSON with its numbers rounded to the digits that count.

    >>> rounded([0.1 + 0.2, 3.0, 12345678901.25, None])
    [0.3, 3, 12345678900, None]
    """
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, dict):
        return {str(key): rounded(one) for key, one in value.items()}
    return [rounded(one) for one in value]


def _number(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("a figure is no number")
    short = float(f"{value:.{DIGITS - 1}e}")
    return int(short) if short.is_integer() else short


def text(value: Any) -> str:
    """Return the one text of a value of JSON.

    >>> text({"b": 1.0, "a": [None, "é"]})
    '{"a":[null,"é"],"b":1}'
    """
    return json.dumps(
        rounded(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def digest(value: Any) -> str:
    """Return the SHA-256 of that text."""
    return hashlib.sha256(text(value).encode()).hexdigest()


def differences(before: Any, after: Any, path: tuple = ()) -> Iterator[tuple[tuple, Any, Any]]:
    """Return where two values of JSON differ: path, and what there is in each, None for nothing.

    >>> list(differences({"a": [1, 2]}, {"a": [1, 3], "b": 0}))
    [(('a', 1), 2, 3), (('b',), None, 0)]
    """
    if isinstance(before, dict) and isinstance(after, dict):
        pairs = [(key, before, after) for key in sorted(before.keys() | after.keys())]
    elif isinstance(before, list) and isinstance(after, list):
        ours, theirs = dict(enumerate(before)), dict(enumerate(after))
        pairs = [(key, ours, theirs) for key in range(max(len(before), len(after)))]
    else:
        if text(before) != text(after):
            yield path, before, after
        return
    for key, one, other in pairs:
        if key in one and key in other:
            yield from differences(one[key], other[key], (*path, key))
        else:
            yield (*path, key), one.get(key), other.get(key)

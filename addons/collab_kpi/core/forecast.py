"""What a running period may come to in the end.

The figures of closed periods are smoothed exponentially with a damped trend (Gardner and McKenzie,
"Forecasting Trends in Time Series", Management Science 31, 1985): that is simple, does well over few
figures, and does not run away. How far off it may be is what it was off by in the past.

This file is plain Python: it knows neither the ORM, nor the clock.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

#: Closed periods that are looked at
MEMORY = 12
#: And how many there have to be
LEAST = 3
#: How much each figure counts for level and trend, and how much of the trend is left a period later
ALPHA, BETA, PHI = 0.4, 0.2, 0.8
#: Of Student's t distribution, for an interval of 80 %, by degrees of freedom
_T80 = (3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372, 1.363, 1.356)


@dataclass(frozen=True)
class Forecast:
    """What is expected, and between what it will be in four of five cases."""

    low: float
    value: float
    high: float


def forecast(
    closed: Sequence[float | None],
    so_far: float | None,
    elapsed: float,
    kind: Literal["sum", "level"],
    floor: float | None = None,
) -> Forecast | None:
    """Return what the running period is expected to end with; None if too little is known.

    :param closed: figures of the periods before, the oldest first; None where there is none
    :param so_far: what there is of the running one
    :param elapsed: how much of it is over, from 0 to 1
    :param kind: ``sum`` of what adds up in the period, ``level`` of what does not (averages, shares)
    :param floor: below which it cannot end, e.g. what has been counted already

    >>> forecast([10, 10, 10], 5, 0.5, "sum")
    Forecast(low=10.0, value=10.0, high=10.0)
    """
    known = [float(value) for value in closed if value is not None][-MEMORY:]
    if len(known) < LEAST:
        return None
    expected, errors = _smoothed(known)
    rest = 1.0 - elapsed
    begun = so_far or 0.0
    if kind == "sum":
        value = begun + rest * expected
        width = math.sqrt(rest)
    elif so_far is None:
        value, width = expected, 1.0
    else:
        value = elapsed * begun + rest * expected
        width = math.sqrt(rest)
    spread = width * _spread(errors)
    low, high = value - spread, value + spread
    if min(known) >= 0 and begun >= 0:
        low = max(low, 0.0)
        value = max(value, 0.0)
    if floor is not None:
        low, value, high = (max(one, floor) for one in (low, value, high))
    return Forecast(low, value, high)


def _smoothed(known: list[float]) -> tuple[float, list[float]]:
    """Return what is expected next, and by how much each figure was off from what had been."""
    level, trend = known[0], 0.0
    errors = []
    for value in known[1:]:
        expected = level + PHI * trend
        errors.append(value - expected)
        level_before = level
        level = ALPHA * value + (1 - ALPHA) * expected
        trend = BETA * (level - level_before) + (1 - BETA) * PHI * trend
    return level + PHI * trend, errors


def _spread(errors: list[float]) -> float:
    """Return half the width of the interval."""
    mean_square = sum(error * error for error in errors) / len(errors)
    return _T80[min(len(errors), len(_T80)) - 1] * math.sqrt(mean_square)

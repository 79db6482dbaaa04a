"""What a running period will come to in the end, and between which bounds.

What is still to come is expected to be as a *typical* period. That is told by the Theta method, which
won the M3 competition of forecasts (Assimakopoulos & Nikolopoulos 2000): exponential smoothing that
drifts by half the slope of the trend (Hyndman & Billah, *Unmasking the Theta method*, 2003). The
slope is the median of all slopes between two periods (Theil 1950, Sen 1968), so that one odd period
does not turn the trend. It knows no seasons: a year of history is too little to tell them. So early
in a period with a strong season, the last closed period may well be nearer.

The bounds are those of about 80 %: the same method is asked for each closed period by those before
it, and its errors there, by Student's t, are those to expect here.

This file is plain Python: it knows neither the ORM, nor the clock.
"""

from collections.abc import Sequence
from math import sqrt
from statistics import fmean, median
from typing import Literal, NamedTuple

#: How many closed periods are looked at, and how many figures there have to be
PERIODS, ENOUGH = 12, 3
#: Of how much a new figure weighs against the ones before, the one is taken that would have erred least
WEIGHTS = (0.1, 0.3, 0.5, 0.7, 0.9)
#: 90 % quantiles of Student's t, by degrees of freedom from 1: with those below, 80 % are between
STUDENT = (3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372, 1.363)

Points = Sequence[tuple[int, float]]


class Forecast(NamedTuple):
    """The expected end value, and the bounds that it is likely between."""

    value: float
    low: float
    high: float


def forecast(
    closed: Sequence[float | None],
    so_far: float | None,
    elapsed: float,
    kind: Literal["sum", "level"],
    floor: bool = False,
) -> Forecast | None:
    """Return what the running period will come to.

    Of a sum, the rest of a typical period is added to what is there; of a level (an average, a
    percentile, a ratio) the two are weighed by time. Either way the rest is uncertain by the square
    root of its share, as what happens is added up or averaged over time. History without a
    negative figure is taken to mean that there are none.

    :param closed: figures of the closed periods, oldest first, ``None`` where there is none
    :param so_far: figure of the running period until now, ``None`` if there is none yet
    :param elapsed: how much of the period is over, from 0 to 1
    :param floor: whether the figure cannot become less than it is, as of a count
    :return: ``None`` if fewer than three of the last twelve closed periods have a figure, or if
        there is still none at the end; just `so_far` at the end otherwise

    >>> forecast([60, 60, 60], 20, 0.5, "sum")
    Forecast(value=50.0, low=50.0, high=50.0)
    >>> forecast([60, 60, 60], 20, 0.5, "level").value
    40.0
    >>> forecast([60, 60], 20, 0.5, "sum") is None
    True
    """
    recent = closed[-PERIODS:]
    points = [(at, figure) for at, figure in enumerate(recent) if figure is not None]
    if len(points) < ENOUGH or (so_far is None and elapsed >= 1):
        return None
    positive = min(figure for __, figure in points) >= 0 and (so_far is None or so_far >= 0)
    lowest = 0.0 if positive else float("-inf")
    typical, spread = max(lowest, _typical(points, len(recent))), _spread(points)
    if kind == "sum":
        value = (so_far or 0.0) + (1 - elapsed) * typical
    else:
        # nothing known of a level weighs nothing, however late it is
        elapsed = 0.0 if so_far is None else elapsed
        value = elapsed * (so_far or 0.0) + (1 - elapsed) * typical
    if floor and so_far is not None:
        lowest = max(lowest, so_far)
    spread *= sqrt(1 - elapsed)
    return Forecast(*(float(max(lowest, end)) for end in (value, value - spread, value + spread)))


def _typical(points: Points, position: int) -> float:
    """Return the figure to expect at `position`, which is after all `points`."""
    drift = _slope(points) / 2
    return min(_smooth(points, position, drift, weight) for weight in WEIGHTS)[1]


def _slope(points: Points) -> float:
    slopes = [
        (later - earlier) / (then - at)
        for index, (at, earlier) in enumerate(points)
        for then, later in points[index + 1 :]
    ]
    # two points are no trend
    return median(slopes) if len(points) > 2 else 0.0


def _smooth(points: Points, position: int, drift: float, weight: float) -> tuple[float, float]:
    """Return how much smoothing by `weight` has erred, and what it expects at `position`."""
    (at, level), erred = points[0], 0.0
    for count, (then, figure) in enumerate(points[1:], 2):
        expected = level + drift * (then - at)
        erred += abs(figure - expected)
        # the first ones weigh the same, as in a mean: the very first is as good as any
        at, level = then, expected + max(weight, 1 / count) * (figure - expected)
    return erred, level + drift * (position - at)


def _spread(points: Points) -> float:
    """Return how far off the typical figure is likely to be, either way."""
    errors = [
        figure - _typical(points[:count], at) for count, (at, figure) in enumerate(points) if count
    ]
    return STUDENT[len(errors) - 1] * sqrt(fmean(error**2 for error in errors))

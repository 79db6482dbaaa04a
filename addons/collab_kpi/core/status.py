"""How a figure stands to a target, and when somebody is told.

This file is plain Python: it knows neither the ORM, nor the clock.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

Status = Literal["good", "warning", "bad"]
#: From the best to the worst
ORDER: tuple[Status, ...] = ("good", "warning", "bad")


@dataclass(frozen=True)
class Target:
    """What a figure is to come to.

    :ivar direction: ``up`` (at least ``value``), ``down`` (at most ``value``), ``band`` (from ``low``
        to ``high``)
    :ivar warning: by how much the target may be missed for a warning
    :ivar hysteresis: by how much better than a line a figure has to be for the status to get better
    """

    direction: Literal["up", "down", "band"]
    value: float = 0.0
    low: float = 0.0
    high: float = 0.0
    warning: float = 0.0
    hysteresis: float = 0.0


def missed_by(target: Target, figure: float) -> float:
    """Return by how much a figure misses its target; 0 or less if it does not."""
    if target.direction == "up":
        return target.value - figure
    if target.direction == "down":
        return figure - target.value
    return max(target.low - figure, figure - target.high)


def assess(target: Target, figure: float | None, before: Status | None = None) -> Status | None:
    """Return the status of a figure; None if there is no figure, which says nothing.

    It gets worse at once, and better only when the figure is better than the line by the hysteresis,
    so that a figure which trembles on a line has one status and not two.

    >>> line = Target("up", value=100, warning=10, hysteresis=2)
    >>> assess(line, 100), assess(line, 95), assess(line, 80)
    ('good', 'warning', 'bad')
    >>> assess(line, 101, before="warning"), assess(line, 102, before="warning")
    ('warning', 'good')
    """
    if figure is None:
        return None
    missed = missed_by(target, figure)
    plain = _by_lines(missed, target)
    if before is None or ORDER.index(plain) >= ORDER.index(before):
        return plain
    # better than before: only as far as it is so by the hysteresis
    steady = _by_lines(missed + target.hysteresis, target)
    return max(plain, min(steady, before, key=ORDER.index), key=ORDER.index)


def _by_lines(missed: float, target: Target) -> Status:
    if missed <= 0:
        return "good"
    return "warning" if missed <= target.warning else "bad"


@dataclass(frozen=True)
class Watch:
    """What is remembered between looks.

    :ivar bad_since: day since when it has been off target
    :ivar is_told: whether somebody has been told
    """

    bad_since: date | None = None
    is_told: bool = False


def watch(
    state: Watch, status: Status | None, day: date, grace: int
) -> tuple[Watch, Literal["raise", "clear"] | None]:
    """Return what is to be remembered after a look, and what to do: ``raise`` an alert when it has
    been off target at each look for so many days, once; ``clear`` it when it is so no more.

    A look without a figure changes nothing.

    :param grace: days; 0 to raise it at once

    >>> state, deed = watch(Watch(), "bad", date(2026, 5, 1), grace=2)
    >>> deed, watch(state, "bad", date(2026, 5, 3), grace=2)[1]
    (None, 'raise')
    """
    if status is None:
        return state, None
    if status != "bad":
        return Watch(), "clear" if state.is_told else None
    state = replace(state, bad_since=state.bad_since or day)
    if state.is_told or (day - state.bad_since).days < grace:
        return state, None
    return replace(state, is_told=True), "raise"

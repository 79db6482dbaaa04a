"""How an indicator stands against its target, and when that is worth an alert.

Whatever the direction, all is measured by how far a figure is *ahead* of the target: negative where
it falls short. There are two lines: at the target (good), and the warning margin before it (bad
beyond). A figure that wobbles around a line would change its status at each look; so a status gets
worse at once, but better only when the line is passed by the hysteresis, as with a thermostat.

This file is plain Python: it knows neither the ORM, nor the clock.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Status = Literal["good", "warning", "bad"]

#: From worst to best
STATUSES = ("bad", "warning", "good")


@dataclass(frozen=True, slots=True)
class Target:
    """What an indicator should reach.

    :ivar direction: "up" (more is better), "down" (less is better), "band" (between two)
    :ivar value: the target of "up" and "down"
    :ivar low: with `high`, the target of "band"; both ends are good
    :ivar warning: how much a figure may fall short before it is bad; at least 0
    :ivar hysteresis: how far it has to pass a line to get better; at least 0, in a band at most
        half its width, as nothing would ever be good again otherwise
    :raise ValueError: if the numbers do not go together
    """

    direction: Literal["up", "down", "band"]
    value: float | None = None
    low: float | None = None
    high: float | None = None
    warning: float = 0.0
    hysteresis: float = 0.0

    def __post_init__(self):
        ends = (self.low, self.high) if self.direction == "band" else (self.value,)
        if self.direction not in ("up", "down", "band") or None in ends:
            raise ValueError("the target has no direction or no value")
        if self.warning < 0 or self.hysteresis < 0:
            raise ValueError("a margin is negative")
        if round(2 * self.hysteresis - (ends[-1] - ends[0]), 9) > 0 and len(ends) == 2:
            raise ValueError("the band is narrower than twice the hysteresis")

    def ahead(self, figure: float) -> float:
        """Return how far `figure` is better than the target; negative if it falls short."""
        if self.direction == "up":
            return figure - self.value
        if self.direction == "down":
            return self.value - figure
        return min(figure - self.low, self.high - figure)


def assess(target: Target, figure: float | None, before: Status | None = None) -> Status | None:
    """Return the status of `figure`.

    :param before: the status at the last look that had a figure, ``None`` if there was none or the
        target is a new one
    :return: ``None`` if there is no figure; whoever calls this then keeps `before` for the next look

    >>> target = Target("up", value=90, warning=10, hysteresis=2)
    >>> [assess(target, figure) for figure in (90, 80, 79, None)]
    ['good', 'warning', 'bad', None]
    >>> [assess(target, figure, "warning") for figure in (91, 92)]
    ['warning', 'good']
    """
    if figure is None:
        return None
    ahead = target.ahead(figure)
    now = _rank(target, ahead)
    if before is not None:
        # where it would be if all lines were further off: that much better it is for sure
        sure = _rank(target, ahead - target.hysteresis)
        now = min(now, max(sure, STATUSES.index(before)))
    return STATUSES[now]


def _rank(target: Target, ahead: float) -> int:
    # rounded, for 1.1 - 0.1 is more than 1.0 to a computer
    return (round(ahead + target.warning, 9) >= 0) + (round(ahead, 9) >= 0)


@dataclass(frozen=True, slots=True)
class Watch:
    """What is known of a target between two looks.

    :ivar since: the first day of those on which it has been bad, if it is
    :ivar raised: whether there is an alert
    """

    since: date | None = None
    raised: bool = False


def watch(
    state: Watch, status: Status | None, day: date, grace: int
) -> tuple[Watch, Literal["raise", "clear"] | None]:
    """Return the state after a look, and what to do with the alert.

    It is raised once, when every look has been bad for `grace` days; cleared when one is not.
    A look without a figure changes nothing: the days go on, but nothing is raised on that day.

    :param status: as `assess` tells it
    :param day: of the look, never before that of an earlier one
    :param grace: days between the first bad look and the alert, 0 for at once
    """
    if status is None:
        return state, None
    if status != "bad":
        return Watch(), "clear" if state.raised else None
    since = state.since or day
    due = not state.raised and (day - since).days >= grace
    return Watch(since, state.raised or due), "raise" if due else None

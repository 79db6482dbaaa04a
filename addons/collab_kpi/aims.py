"""Targets, as they are read, drawn and said.

Functions and classes, not methods of models, as those can be called from the code of server actions.
"""

from dataclasses import dataclass, field
from datetime import date

from .core.status import Target


@dataclass(frozen=True)
class Aim:
    """A target, and how figures of companies stood to it when last looked at.

    :ivar statuses: company id, or None → (first day of the period, status)
    """

    grain: str
    since: date
    company_id: int | None
    kind: str
    target: Target
    is_running: bool
    statuses: dict = field(default_factory=dict)

    @property
    def line(self):
        """Where it is drawn: of two bounds, at the lower one."""
        return self.target.low if self.target.direction == "band" else self.target.value

    @property
    def warning(self):
        """Where it begins to be missed by more than a little, None if that is the same."""
        if not self.target.warning:
            return None
        return self.line + self.target.warning * (1 if self.target.direction == "down" else -1)


def target_of(row):
    """Return a target as the core takes it, from its columns."""
    margins = {name: row[name] or 0.0 for name in ("warning", "hysteresis")}
    value = row["value"] or 0.0
    if row["kind"] == "between":
        return Target("band", low=value, high=row["upper"] or 0.0, **margins)
    return Target("down" if row["kind"] == "at_most" else "up", value, **margins)


def aim_text(env, aim, text):
    """Return what a target says, to people.

    :param text: function that writes a figure
    """
    target = aim.target
    if aim.kind == "between":
        return env._("%(low)s to %(high)s", low=text(target.low), high=text(target.high))
    if aim.kind == "at_most":
        return env._("at most %s", text(target.value))
    return env._("at least %s", text(target.value))

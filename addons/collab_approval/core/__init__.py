"""What decides, in plain Python: no ORM, no clock, no input or output."""

from .flow import (
    Asked,
    Flow,
    Mode,
    Move,
    Outcome,
    Repeat,
    Stage,
    State,
    Step,
    Task,
    advance,
    standings,
)
from .plan import FALLBACK, Facts, Plan, Planned, StepSpec, make_plan

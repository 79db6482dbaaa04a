"""The plan of a request as the request keeps it: written once, read by every decision."""

import json
from functools import lru_cache

from psycopg2.extras import Json

from .core import Flow, Mode, Repeat, Stage, Step


class PlanJson:
    """Writes plans as JSON, the same plan once."""

    def __init__(self, spec):
        self._stages = {
            step["key"]: stage["id"] for stage in spec.snapshot["stages"] for step in stage["steps"]
        }
        self._steps = {step["key"]: step for step in spec.steps}
        self._known = {}

    def of(self, plan):
        """Return the part of a plan that the request keeps, as the column takes it."""
        if plan not in self._known:
            why = {planned.key: planned.why for planned in plan.steps}
            self._known[plan] = Json(
                {
                    "repeat": plan.flow.repeat.value,
                    "stages": [
                        {
                            "id": self._stages.get(stage.steps[0].key),
                            "steps": [self._step(step, why[step.key]) for step in stage.steps],
                        }
                        for stage in plan.flow.stages
                    ],
                }
            )
        return self._known[plan]

    def _step(self, step, why):
        return {
            "key": step.key,
            "mode": step.mode.value,
            "quorum": step.quorum,
            "percent": step.percent,
            "why": why,
            "comment": self._steps.get(step.key, {}).get("comment", False),
        }


@lru_cache(1024)
def stored_flow(text):
    """Return the flow of a plan, as JSON text, for the core, and the keys of the steps on
    which a decision needs a comment."""
    plan = json.loads(text)
    return read_flow(plan), wanting_comment(plan)


def read_flow(plan):
    """Return the flow of a plan for the core. Who is asked is in the tasks."""
    stages = [
        Stage(
            tuple(
                Step(step["key"], Mode(step["mode"]), (), step["quorum"], step["percent"])
                for step in stage["steps"]
            )
        )
        for stage in plan["stages"]
    ]
    return Flow(tuple(stages), Repeat(plan["repeat"]))


def wanting_comment(plan):
    """Return the keys of the steps of a plan on which any decision needs a comment."""
    return frozenset(
        step["key"] for stage in plan["stages"] for step in stage["steps"] if step["comment"]
    )

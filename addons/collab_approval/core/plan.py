"""Who will be asked: from what a policy says and what is true of a record to a flow.

The same function makes the preview, the request and the back-test, so that what
is previewed is what happens.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from .flow import Asked, Flow, Mode, Repeat, Stage, Step


@dataclass(frozen=True)
class StepSpec:
    """A step as the policy has it, before it is known whom it asks."""

    key: Hashable
    mode: Mode = Mode.ALL
    quorum: int = 1
    percent: bool = False


@dataclass(frozen=True)
class Facts:
    """What is true of one step for one record.

    :param applies: whether the step's condition holds
    :param asked: whom its source names, in order; may name people twice
    """

    applies: bool = True
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True)
class Planned:
    """What became of one step.

    :param why: ``condition`` (left out), ``source`` (asks whom it names),
        ``fallback`` (asks the fallback, as nobody else was left), ``nobody``
    :param barred: people who were named but may not decide on their own case
    """

    key: Hashable
    why: str
    asked: tuple[Asked, ...] = ()
    barred: tuple[Asked, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A flow and how it came about.

    :param dead_end: key of a step for which nobody can be asked; a request with
        one must not start. ``""`` when no step applies and there is no fallback.
    """

    flow: Flow
    steps: tuple[Planned, ...]
    dead_end: Hashable | None = None


#: Key of the step that asks the fallback when the condition of no step holds
FALLBACK = "fallback"


def make_plan(
    stages: Sequence[Sequence[StepSpec]],
    facts: Mapping[Hashable, Facts],
    *,
    barred: Iterable[int] = (),
    fallback: Sequence[Asked] = (),
    members: Mapping[int, frozenset[int]] | None = None,
    repeat: Repeat = Repeat.ASK,
) -> Plan:
    """Return the plan of one record.

    :param stages: the policy's steps, by stage
    :param facts: step key → facts
    :param barred: ids of the users who may not decide, as it is their own case
    :param fallback: asked where nobody else is left
    :param members: group id → ids of the users who could decide for it
    """
    barred = frozenset(barred)
    members = members or {}
    fallback, __ = _able(fallback, barred, members)
    planned, flow_stages, dead_end = [], [], None
    for specs in stages:
        steps = []
        for spec in specs:
            result = _plan_step(spec, facts.get(spec.key, Facts()), barred, fallback, members)
            planned.append(result)
            if result.why == "nobody" and dead_end is None:
                dead_end = spec.key
            if result.asked:
                steps.append(Step(spec.key, spec.mode, result.asked, spec.quorum, spec.percent))
        if steps:
            flow_stages.append(Stage(tuple(steps)))
    if not flow_stages and dead_end is None:
        # the record is governed but no step wants it: never pass silently
        planned.append(Planned(FALLBACK, "fallback" if fallback else "nobody", fallback))
        if fallback:
            flow_stages.append(Stage((Step(FALLBACK, Mode.ANY, fallback),)))
        else:
            dead_end = FALLBACK
    return Plan(Flow(tuple(flow_stages), repeat), tuple(planned), dead_end)


def _plan_step(spec, facts, barred, fallback, members):
    if not facts.applies:
        return Planned(spec.key, "condition")
    asked, out = _able(facts.asked, barred, members)
    if asked:
        return Planned(spec.key, "source", asked, out)
    return Planned(spec.key, "fallback" if fallback else "nobody", fallback, out)


def _able(asked, barred, members):
    """Split ``asked`` into those who can decide and those who may not; no doubles."""
    able, out = [], []
    for one in dict.fromkeys(asked):
        people = {one.id} if one.kind == "user" else members.get(one.id, frozenset())
        if people - barred:
            able.append(one)
        elif people:
            out.append(one)
    return tuple(able), tuple(out)

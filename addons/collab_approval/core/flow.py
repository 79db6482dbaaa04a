"""How a request moves: given who has decided what, who is asked next.

``advance`` is the whole of it. It is called after every decision with the flow and
all its tasks, and tells what has changed; it keeps nothing.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from enum import Enum


class _Word(str, Enum):
    """A word that is kept and compared as text; ``StrEnum`` is not in Python 3.10."""

    __str__ = str.__str__
    __format__ = str.__format__


class Mode(_Word):
    """How the people asked by one step decide together."""

    ALL = "all"  # 会签: everybody approves, the first rejection ends it
    ANY = "any"  # 或签: the first decision is the decision
    QUORUM = "quorum"  # a number or a share of them approves
    IN_TURN = "in_turn"  # 依次: one after another


class State(_Word):
    """State of a task."""

    WAITING = "waiting"  # its turn has not come
    PENDING = "pending"  # somebody is asked
    APPROVED = "approved"
    REJECTED = "rejected"
    CLOSED = "closed"  # nobody's decision is needed any more


class Outcome(_Word):
    """State of a whole flow."""

    RUNNING = "running"
    APPROVED = "approved"
    REJECTED = "rejected"


class Repeat(_Word):
    """Who has approved already and comes up again: is the approval taken as given?"""

    ASK = "ask"  # no: asked each time
    CONSECUTIVE = "consecutive"  # if it was in the stage just before
    EARLIER = "earlier"  # if it was in any stage before


@dataclass(frozen=True)
class Asked:
    """A person, or a group of which any member may decide."""

    kind: str  # "user" or "group"
    id: int


@dataclass(frozen=True)
class Step:
    """People asked together.

    :param quorum: approvals needed in the mode ``QUORUM``; a share in percent if
        ``percent``, rounded up. At least one and at most as many as are asked.
    """

    key: Hashable
    mode: Mode = Mode.ALL
    asked: tuple[Asked, ...] = ()
    quorum: int = 1
    percent: bool = False

    def needed(self, count: int) -> int:
        """Return how many approvals make a quorum of ``count`` people."""
        number = -(-self.quorum * count // 100) if self.percent else self.quorum
        return max(1, min(number, count))


@dataclass(frozen=True)
class Stage:
    """Steps that run side by side; the next stage starts when all are approved."""

    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Flow:
    stages: tuple[Stage, ...]
    repeat: Repeat = Repeat.ASK

    def tasks(self) -> list["Task"]:
        """Return a waiting task for everybody who may be asked, in order."""
        return [
            Task((number, step.key, turn), number, step.key, turn, asked)
            for number, stage in enumerate(self.stages)
            for step in stage.steps
            for turn, asked in enumerate(step.asked)
        ]


@dataclass(frozen=True)
class Task:
    """One person or group asked by one step.

    :param id: whatever the caller knows it by
    :param stage: number of the stage in the flow, from 0
    :param turn: place among the people of the step, from 0
    :param decided_by: id of the user who decided
    """

    id: Hashable
    stage: int
    step: Hashable
    turn: int
    asked: Asked
    state: State = State.WAITING
    decided_by: int | None = None


@dataclass(frozen=True)
class Move:
    """What ``advance`` found to change.

    :param stage: number of the stage that is open, or ``None`` at the end
    :param open: ids of tasks that become pending
    :param close: ids of tasks that are not needed any more
    :param given: ids of tasks whose approval is taken as given, with the user
    """

    outcome: Outcome
    stage: int | None
    open: tuple[Hashable, ...] = ()
    close: tuple[Hashable, ...] = ()
    given: tuple[tuple[Hashable, int], ...] = ()


def advance(flow: Flow, tasks: Iterable[Task]) -> Move:
    """Return what follows from the decisions in ``tasks``.

    Calling it again after its move was carried out changes nothing more.
    """
    now = {task.id: task for task in tasks}
    before = dict(now)
    given: list[tuple[Hashable, int]] = []
    outcome, stage = _walk(flow, now, given)
    return Move(
        outcome,
        stage,
        open=_changed(before, now, State.PENDING),
        close=_changed(before, now, State.CLOSED),
        given=tuple(given),
    )


def standings(flow: Flow, tasks: Iterable[Task]) -> list[State]:
    """Return where each stage stands: approved or rejected, pending as long as somebody is
    asked, waiting before its turn, closed if it is not needed any more."""
    now = {task.id: task for task in tasks}
    return [_standing(number, stage, now) for number, stage in enumerate(flow.stages)]


def _standing(number, stage, now):
    outcome = _stage_outcome([_verdict(step, _of_step(now, number, step)) for step in stage.steps])
    if outcome != Outcome.RUNNING:
        return State(outcome.value)
    states = {task.state for task in now.values() if task.stage == number}
    return next((s for s in (State.PENDING, State.WAITING) if s in states), State.CLOSED)


def _changed(before, now, state):
    return tuple(
        task.id for task in now.values() if task.state == state and before[task.id].state != state
    )


def _walk(flow, now, given):
    """Bring the tasks in ``now`` up to date, stage by stage."""
    for number, stage in enumerate(flow.stages):
        verdict = _settle_stage(flow, number, stage, now, given)
        if verdict == Outcome.REJECTED:
            _close(now, lambda task: True)
            return Outcome.REJECTED, None
        if verdict == Outcome.RUNNING:
            return Outcome.RUNNING, number
    return Outcome.APPROVED, None


def _settle_stage(flow, number, stage, now, given):
    """Open what may be open in a stage and return its outcome."""
    verdicts = []
    for step in stage.steps:
        verdict = _verdict(step, _of_step(now, number, step))
        while verdict == Outcome.RUNNING and _open_next(flow, number, step, now, given):
            verdict = _verdict(step, _of_step(now, number, step))
        if verdict != Outcome.RUNNING:
            key = step.key
            _close(now, lambda task: task.stage == number and task.step == key)  # noqa: B023
        verdicts.append(verdict)
    return _stage_outcome(verdicts)


def _stage_outcome(verdicts):
    if Outcome.REJECTED in verdicts:
        return Outcome.REJECTED
    if Outcome.RUNNING in verdicts:
        return Outcome.RUNNING
    return Outcome.APPROVED


def _of_step(now, number, step):
    return sorted(
        (task for task in now.values() if task.stage == number and task.step == step.key),
        key=lambda task: task.turn,
    )


def _open_next(flow, number, step, now, given):
    """Open the tasks whose turn it is; return whether one was taken as given."""
    waiting = [t for t in _of_step(now, number, step) if t.state == State.WAITING]
    if step.mode == Mode.IN_TURN:
        if any(t.state == State.PENDING for t in _of_step(now, number, step)):
            return False
        waiting = waiting[:1]
    taken = False
    for task in waiting:
        if _has_approved(flow, task, now):
            now[task.id] = replace(task, state=State.APPROVED, decided_by=task.asked.id)
            given.append((task.id, task.asked.id))
            taken = True
        else:
            now[task.id] = replace(task, state=State.PENDING)
    return taken


def _has_approved(flow, task, now):
    """Whether the person that ``task`` asks has approved in a stage that counts."""
    if flow.repeat == Repeat.ASK or task.asked.kind != "user":
        return False
    oldest = task.stage - 1 if flow.repeat == Repeat.CONSECUTIVE else 0
    return any(
        other.decided_by == task.asked.id
        and other.state == State.APPROVED
        and oldest <= other.stage < task.stage
        for other in now.values()
    )


def _verdict(step, tasks):
    approved = sum(task.state == State.APPROVED for task in tasks)
    rejected = sum(task.state == State.REJECTED for task in tasks)
    needed = {
        Mode.ANY: 1,
        Mode.QUORUM: step.needed(len(tasks)),
    }.get(step.mode, max(1, len(tasks)))  # with nobody left to ask, nothing is approved
    bearable = max(0, len(tasks) - needed) if step.mode == Mode.QUORUM else 0
    if rejected > bearable:
        return Outcome.REJECTED
    return Outcome.APPROVED if approved >= needed else Outcome.RUNNING


def _close(now, concerns):
    for task in list(now.values()):
        if task.state in (State.WAITING, State.PENDING) and concerns(task):
            now[task.id] = replace(task, state=State.CLOSED)

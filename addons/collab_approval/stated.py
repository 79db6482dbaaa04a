"""What the log states of how a request was planned, and whether that is what is stored.

Each planning of a request (its submission, a move to another version) has a row in the log;
:class:`Statements` makes what its detail says, :func:`is_as_stated` compares it with what
was read from the tables. Functions of plain values: nothing rests on the ORM's caches.
"""

import json
from collections import namedtuple
from functools import lru_cache

from odoo.addons.collab_base.core.chain import digest

from .core import Asked, Outcome, State, Task, advance
from .stored_plan import stored_flow

#: What the decisions have come to, by the state of a request. In one that was withdrawn
#: tasks were closed whatever the decisions.
OUTCOMES = {
    "running": Outcome.RUNNING,
    "approved": Outcome.APPROVED,
    "lapsed": Outcome.APPROVED,
    "rejected": Outcome.REJECTED,
}
DECIDED = (State.APPROVED, State.REJECTED)

#: What is stated of one planning, as texts; ``None`` in rows older than that
Stated = namedtuple("Stated", "snapshot plan tasks barred_user_id barred_owner_id")

#: A stored task: the first five say where it is in the flow and whom it asks
Stored = namedtuple(
    "Stored",
    "stage step turn user_id group_id state decided_by barred_user_id barred_owner_id round",
)


class Statements:
    """What is stated of requests that are planned under one version."""

    def __init__(self, spec, plan_json):
        self._plan_json = plan_json
        self._version = {
            "version": spec.version_id,
            "policy": spec.policy_id or None,
            "snapshot": digest(spec.snapshot),
        }
        self._known = {}

    def of(self, case, company_id):
        """Return what is stated of one case. Its plan is digested once, however many cases
        share it."""
        plan = case.plan
        if plan not in self._known:
            self._known[plan] = {
                "plan": digest(self._plan_json.of(plan).adapted),
                "tasks": digest(tuple(map(_place, plan.flow.tasks()))),
            }
        return {
            **self._version,
            **self._known[plan],
            "owner": case.owner.id or None,
            "company": company_id,
            "barred": list(case.barred),
        }


@lru_cache(1024)
def text_digest(text):
    """Return the digest of JSON text; ``None`` if it cannot be read."""
    try:
        return digest(json.loads(text))
    except (RecursionError, TypeError, ValueError):
        return None


def is_as_stated(state, plan, planned, tasks):
    """Tell whether the plan and the tasks of a request are as its log states.

    :param plan: the JSON text that is stored
    :param planned: a :class:`Stated` for each planning, in order
    :param tasks: all tasks as :class:`Stored`, in the order in which they were made
    """
    rounds = [[] for __ in planned]
    for task in tasks:
        if not 0 <= task.round < len(rounds):
            return False
        rounds[task.round].append(task)
    if not all(map(_asks_as_stated, planned, rounds)):
        return False
    if not planned or planned[-1].plan is None:
        return True
    if planned[-1].plan != text_digest(plan):
        return False
    return state not in OUTCOMES or _has_come_to(state, plan, tuple(rounds[-1]))


def _asks_as_stated(stated, tasks):
    """Tell whether the tasks of one round ask whom they were made to ask."""
    if stated.tasks is None:
        return True
    barred = {(task.barred_user_id, task.barred_owner_id) for task in tasks}
    return (
        barred == {(stated.barred_user_id, stated.barred_owner_id)}
        and _places_digest(tuple(task[:5] for task in tasks)) == stated.tasks
    )


_places_digest = lru_cache(1024)(digest)


@lru_cache(1024)
def _has_come_to(state, plan, tasks):
    """Tell whether the decisions in a round make the state of the request and of the other
    tasks: what is open and what is closed follows from them."""
    try:
        before = [_task(place, task) for place, task in enumerate(tasks)]
        move = advance(stored_flow(plan)[0], before)
    except (LookupError, TypeError, ValueError):
        return False  # not what the engine writes
    due = {
        **{task.id: task.state.value for task in before},
        **dict.fromkeys(move.open, State.PENDING.value),
        **dict.fromkeys(move.close, State.CLOSED.value),
    }
    return (
        move.outcome == OUTCOMES[state]
        and not move.given
        and list(due.values()) == [task.state for task in tasks]
    )


def _task(place, stored):
    """Return a stored task for the core, as if nothing had followed from any decision."""
    kind, id_ = ("user", stored.user_id) if stored.user_id else ("group", stored.group_id)
    state = State(stored.state)
    return Task(
        place,
        stored.stage,
        stored.step,
        stored.turn,
        Asked(kind, id_),
        state if state in DECIDED else State.WAITING,
        stored.decided_by,
    )


def _place(task):
    """Return the first five values of :class:`Stored` for a task of the core."""
    user_id, group_id = (
        task.asked.id if task.asked.kind == kind else None for kind in ("user", "group")
    )
    return task.stage, str(task.step), task.turn, user_id, group_id

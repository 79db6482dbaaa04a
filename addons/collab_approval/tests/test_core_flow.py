"""How a flow goes on, against references that are slow and obvious, on random flows."""

import math
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase

from odoo.addons.collab_approval.core import (
    Flow,
    Mode,
    Outcome,
    Repeat,
    Stage,
    State,
    Step,
    advance,
    standings,
)

from .core_common import GROUPS, PROFILE, USERS, user

OPEN = (State.WAITING, State.PENDING)
#: Who may decide for a group
MEMBERS = {1: frozenset({1, 2}), 2: frozenset({3, 4, 5})}


@st.composite
def flows(draw, repeat=None):
    stages, key = [], 0
    for __ in range(draw(st.integers(1, 4))):
        steps = []
        for __ in range(draw(st.integers(1, 3))):
            key += 1
            asked = draw(st.lists(st.one_of(USERS, GROUPS), min_size=1, max_size=4, unique=True))
            percent = draw(st.booleans())
            steps.append(
                Step(
                    str(key),
                    draw(st.sampled_from(list(Mode))),
                    tuple(asked),
                    draw(st.integers(1, 120 if percent else 6)),
                    percent,
                )
            )
        stages.append(Stage(tuple(steps)))
    return Flow(tuple(stages), repeat or draw(st.sampled_from(list(Repeat))))


def apply(flow, tasks):
    """Carry out what the core says; return the tasks and the outcome."""
    move = advance(flow, tasks)
    given_ids = dict(move.given)
    result = []
    for task in tasks:
        if task.id in given_ids:
            task = replace(task, state=State.APPROVED, decided_by=given_ids[task.id])
        elif task.id in move.open:
            task = replace(task, state=State.PENDING)
        elif task.id in move.close:
            task = replace(task, state=State.CLOSED)
        result.append(task)
    return result, move


def decide(tasks, task_id, state, by):
    return [
        replace(task, state=state, decided_by=by) if task.id == task_id else task for task in tasks
    ]


def deciders(task):
    return [task.asked.id] if task.asked.kind == "user" else sorted(MEMBERS[task.asked.id])


def run(data, flow, weight=3):
    """Walk a flow with random decisions; yield (tasks, move) after every move.

    :param int weight: of so many decisions about one is a rejection
    """
    tasks, move = apply(flow, flow.tasks())
    yield tasks, move
    while move.outcome == Outcome.RUNNING:
        pending = [task for task in tasks if task.state == State.PENDING]
        task = data.draw(st.sampled_from(pending))
        by = data.draw(st.sampled_from(deciders(task)))
        reject = data.draw(st.integers(1, weight)) == 1
        tasks = decide(tasks, task.id, State.REJECTED if reject else State.APPROVED, by)
        tasks, move = apply(flow, tasks)
        yield tasks, move


def step_verdict(step, tasks):
    """The obvious reference: the outcome of one step by what was decided in it."""
    yes = [task for task in tasks if task.state == State.APPROVED]
    no = [task for task in tasks if task.state == State.REJECTED]
    count = len(tasks)
    if step.mode == Mode.ANY:
        return Outcome.REJECTED if no else Outcome.APPROVED if yes else Outcome.RUNNING
    if step.mode in (Mode.ALL, Mode.IN_TURN):
        if no:
            return Outcome.REJECTED
        return Outcome.APPROVED if len(yes) == count else Outcome.RUNNING
    wanted = math.ceil(step.quorum * count / 100) if step.percent else step.quorum
    wanted = min(max(wanted, 1), count)
    if len(yes) >= wanted:
        return Outcome.APPROVED
    return Outcome.REJECTED if count - len(no) < wanted else Outcome.RUNNING


def of_step(tasks, number, step):
    return [task for task in tasks if task.stage == number and task.step == step.key]


class TestAdvance(BaseCase):
    @PROFILE
    @given(st.data())
    def test_ends(self, data):
        """As many decisions as there are people suffice, and one is always possible."""
        flow = data.draw(flows())
        decisions = -1
        for tasks, move in run(data, flow):
            decisions += 1
            if move.outcome == Outcome.RUNNING:
                self.assertTrue(any(task.state == State.PENDING for task in tasks))
        self.assertLessEqual(decisions, len(flow.tasks()))
        self.assertNotEqual(move.outcome, Outcome.RUNNING)
        self.assertIsNone(move.stage)
        self.assertFalse([task for task in tasks if task.state in OPEN])

    @PROFILE
    @given(st.data())
    def test_again_changes_nothing(self, data):
        flow = data.draw(flows())
        for tasks, move in run(data, flow):
            again = advance(flow, tasks)
            self.assertEqual((again.outcome, again.stage), (move.outcome, move.stage))
            self.assertEqual((again.open, again.close, again.given), ((), (), ()))

    @PROFILE
    @given(st.data())
    def test_order_in_which_tasks_are_given(self, data):
        flow = data.draw(flows())
        for tasks, _move in run(data, flow):
            shuffled = data.draw(st.permutations(tasks))
            one, other = advance(flow, tasks), advance(flow, shuffled)
            self.assertEqual((one.outcome, one.stage), (other.outcome, other.stage))
            for name in ("open", "close", "given"):
                self.assertEqual(set(getattr(one, name)), set(getattr(other, name)))

    @PROFILE
    @given(st.data())
    def test_decisions_are_not_touched(self, data):
        """What was decided or closed stays; nobody is asked twice by one task."""
        flow = data.draw(flows())
        last = {}
        for tasks, __ in run(data, flow):
            for task in tasks:
                before = last.get(task.id, State.WAITING)
                if before not in OPEN:
                    self.assertEqual(task.state, before)
                if before == State.PENDING:
                    self.assertNotEqual(task.state, State.WAITING)
            last = {task.id: task.state for task in tasks}

    @PROFILE
    @given(st.data())
    def test_against_the_reference(self, data):
        """Stage after stage, by the verdict of each step."""
        flow = data.draw(flows())
        for tasks, move in run(data, flow):
            expected, stage = Outcome.APPROVED, None
            for number, steps in enumerate(flow.stages):
                verdicts = [step_verdict(s, of_step(tasks, number, s)) for s in steps.steps]
                if Outcome.REJECTED in verdicts:
                    expected = Outcome.REJECTED
                    break
                if Outcome.RUNNING in verdicts:
                    expected, stage = Outcome.RUNNING, number
                    break
            self.assertEqual((move.outcome, move.stage), (expected, stage))

    @PROFILE
    @given(st.data())
    def test_who_is_asked(self, data):
        """Exactly the people of the undecided steps of the open stage; in turn one."""
        flow = data.draw(flows())
        for tasks, move in run(data, flow):
            asked = {task.id for task in tasks if task.state == State.PENDING}
            expected = set()
            if move.outcome == Outcome.RUNNING:
                for step in flow.stages[move.stage].steps:
                    found = of_step(tasks, move.stage, step)
                    if step_verdict(step, found) != Outcome.RUNNING:
                        continue
                    left = [
                        task.id
                        for task in sorted(found, key=lambda task: task.turn)
                        if task.state not in (State.APPROVED, State.REJECTED)
                    ]
                    expected |= set(left[:1] if step.mode == Mode.IN_TURN else left)
            self.assertEqual(asked, expected)
            later = [task for task in tasks if move.stage is not None and task.stage > move.stage]
            self.assertEqual({task.state for task in later} - {State.WAITING}, set())

    @PROFILE
    @given(st.data())
    def test_given_approvals(self, data):
        """Taken as given is an approval of the same person, in a stage that counts."""
        flow = data.draw(flows())
        for tasks, move in run(data, flow, weight=20):
            for task_id, by in move.given:
                [task] = [task for task in tasks if task.id == task_id]
                self.assertNotEqual(flow.repeat, Repeat.ASK)
                self.assertEqual(task.asked, user(by))
                earlier = {
                    other.stage
                    for other in tasks
                    if other.decided_by == by
                    and other.state == State.APPROVED
                    and other.stage < task.stage
                }
                if flow.repeat == Repeat.CONSECUTIVE:
                    earlier &= {task.stage - 1}
                self.assertTrue(earlier)

    @PROFILE
    @given(st.data())
    def test_nobody_is_asked_who_has_approved(self, data):
        flow = data.draw(flows(repeat=Repeat.EARLIER))
        for tasks, __ in run(data, flow, weight=20):
            for task in tasks:
                if task.state != State.PENDING or task.asked.kind != "user":
                    continue
                self.assertFalse(
                    [
                        other
                        for other in tasks
                        if other.decided_by == task.asked.id
                        and other.state == State.APPROVED
                        and other.stage < task.stage
                    ]
                )

    @PROFILE
    @given(flows())
    def test_a_stage_that_lost_its_tasks_is_not_approved(self, flow):
        self.assertEqual(advance(flow, []).outcome, Outcome.RUNNING)

    @PROFILE
    @given(st.data())
    def test_standings(self, data):
        """Stages before the open one are approved, those after it wait; once rejected,
        one stage is to blame and those after it are not needed."""
        flow = data.draw(flows())
        for tasks, move in run(data, flow):
            found = standings(flow, tasks)
            if move.outcome == Outcome.RUNNING:
                self.assertEqual(
                    found,
                    [State.APPROVED] * move.stage
                    + [State.PENDING]
                    + [State.WAITING] * (len(flow.stages) - move.stage - 1),
                )
            elif move.outcome == Outcome.APPROVED:
                self.assertEqual(set(found), {State.APPROVED})
            else:
                blamed = found.index(State.REJECTED)
                self.assertEqual(set(found[:blamed]) - {State.APPROVED}, set())
                self.assertEqual(set(found[blamed + 1 :]) - {State.CLOSED}, set())

    @PROFILE
    @given(st.data())
    def test_order_of_decisions_in_a_stage(self, data):
        """Decisions of people who are asked at the same time give the same outcome in
        whatever order they come in, unless the first one ends it."""
        step_flow = data.draw(flows(repeat=Repeat.ASK))
        steps = tuple(
            replace(step, mode=data.draw(st.sampled_from([Mode.ALL, Mode.QUORUM])))
            for step in step_flow.stages[0].steps
        )
        flow = Flow((Stage(steps),))
        opened, __ = apply(flow, flow.tasks())
        verdicts = {
            task.id: data.draw(st.sampled_from([State.APPROVED, State.REJECTED])) for task in opened
        }
        outcomes = set()
        for __ in range(3):
            tasks, move = list(opened), None
            for task_id in data.draw(st.permutations(list(verdicts))):
                [task] = [task for task in tasks if task.id == task_id]
                if task.state == State.PENDING:
                    by = deciders(task)[0]
                    tasks, move = apply(flow, decide(tasks, task_id, verdicts[task_id], by))
            outcomes.add(move.outcome)
        self.assertEqual(len(outcomes), 1)

    @PROFILE
    @given(st.integers(1, 300), st.integers(1, 30), st.booleans())
    def test_quorum_rounds_up(self, quorum, count, percent):
        needed = Step("x", Mode.QUORUM, (), quorum, percent).needed(count)
        exact = quorum * count / 100 if percent else quorum
        self.assertGreaterEqual(needed, 1)
        self.assertLessEqual(needed, count)
        if 1 <= exact <= count:
            self.assertGreaterEqual(needed, exact)
            self.assertLess(needed - 1, exact)


class TestRepeat(BaseCase):
    """A, A, B, A: who comes up again."""

    def _clicks(self, repeat, *people):
        flow = Flow(
            tuple(Stage((Step(str(n), Mode.ALL, (user(p),)),)) for n, p in enumerate(people)),
            repeat,
        )
        tasks, move = apply(flow, flow.tasks())
        clicks = []
        while move.outcome == Outcome.RUNNING:
            [task] = [task for task in tasks if task.state == State.PENDING]
            clicks.append(task.asked.id)
            tasks, move = apply(flow, decide(tasks, task.id, State.APPROVED, task.asked.id))
        self.assertEqual(move.outcome, Outcome.APPROVED)
        return clicks

    def test_aaba(self):
        self.assertEqual(self._clicks(Repeat.ASK, 1, 1, 2, 1), [1, 1, 2, 1])
        self.assertEqual(self._clicks(Repeat.CONSECUTIVE, 1, 1, 2, 1), [1, 2, 1])
        self.assertEqual(self._clicks(Repeat.EARLIER, 1, 1, 2, 1), [1, 2])

    def test_a_row_of_the_same(self):
        self.assertEqual(self._clicks(Repeat.CONSECUTIVE, 1, 1, 1, 1), [1])

    @PROFILE
    @given(st.lists(st.integers(1, 3), min_size=1, max_size=8))
    def test_reference(self, people):
        self.assertEqual(self._clicks(Repeat.ASK, *people), people)
        self.assertEqual(
            self._clicks(Repeat.CONSECUTIVE, *people),
            [p for n, p in enumerate(people) if n == 0 or people[n - 1] != p],
        )
        self.assertEqual(self._clicks(Repeat.EARLIER, *people), list(dict.fromkeys(people)))

    def test_in_the_same_stage_both_are_asked(self):
        stage = Stage((Step("a", Mode.ALL, (user(1),)), Step("b", Mode.ALL, (user(1),))))
        __, move = apply(Flow((stage,), Repeat.EARLIER), Flow((stage,)).tasks())
        self.assertEqual(len(move.open), 2)

    def test_a_rejection_is_not_taken_as_given(self):
        flow = Flow(
            (
                Stage((Step("a", Mode.QUORUM, (user(1), user(2)), 1),)),
                Stage((Step("b", Mode.ALL, (user(1),)),)),
            ),
            Repeat.EARLIER,
        )
        tasks, __ = apply(flow, flow.tasks())
        tasks, __ = apply(flow, decide(tasks, tasks[0].id, State.REJECTED, 1))
        tasks, move = apply(flow, decide(tasks, tasks[1].id, State.APPROVED, 2))
        self.assertEqual((move.outcome, len(move.open)), (Outcome.RUNNING, 1))

"""Who is asked, against a reference that is slow and obvious, for random policies."""

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase

from odoo.addons.collab_approval.core import (
    Asked,
    Facts,
    Mode,
    Outcome,
    Repeat,
    StepSpec,
    advance,
    make_plan,
)

from .core_common import GROUPS, PROFILE, USERS, user


@st.composite
def policies(draw):
    """Return (stages, facts, barred, fallback, members)."""
    key, stages, facts = 0, [], {}
    for __ in range(draw(st.integers(0, 3))):
        specs = []
        for __ in range(draw(st.integers(0, 3))):
            key += 1
            specs.append(
                StepSpec(
                    str(key),
                    draw(st.sampled_from(list(Mode))),
                    draw(st.integers(1, 5)),
                    draw(st.booleans()),
                )
            )
            facts[str(key)] = Facts(
                draw(st.booleans()),
                tuple(draw(st.lists(st.one_of(USERS, GROUPS), max_size=5))),
            )
        stages.append(specs)
    barred = draw(st.sets(st.integers(1, 5), max_size=3))
    fallback = tuple(draw(st.lists(USERS, max_size=2)))
    members = {group: frozenset(draw(st.sets(st.integers(1, 5), max_size=4))) for group in (1, 2)}
    return stages, facts, barred, fallback, members


class TestPlan(BaseCase):
    def _plan(self, policy, **kwargs):
        stages, facts, barred, fallback, members = policy
        return make_plan(stages, facts, barred=barred, fallback=fallback, members=members, **kwargs)

    def _can(self, asked, policy):
        """Whether somebody who is not barred could decide."""
        *__, barred, _fallback, members = policy
        people = {asked.id} if asked.kind == "user" else members.get(asked.id, frozenset())
        return bool(people - set(barred))

    @PROFILE
    @given(policies())
    def test_only_people_who_may(self, policy):
        plan = self._plan(policy)
        for stage in plan.flow.stages:
            self.assertTrue(stage.steps)
            for step in stage.steps:
                self.assertTrue(step.asked)
                self.assertEqual(len(set(step.asked)), len(step.asked), "nobody twice")
                for asked in step.asked:
                    self.assertTrue(self._can(asked, policy))

    @PROFILE
    @given(policies())
    def test_reference(self, policy):
        """Every step by itself: left out, its people, the fallback, or a dead end."""
        stages, facts, *__ = policy
        plan = self._plan(policy)
        fallback = list(dict.fromkeys(a for a in policy[3] if self._can(a, policy)))
        expected, dead = [], []
        for specs in stages:
            steps = []
            for spec in specs:
                if not facts[spec.key].applies:
                    continue
                able = [a for a in dict.fromkeys(facts[spec.key].asked) if self._can(a, policy)]
                if able or fallback:
                    steps.append((spec.key, able or fallback))
                else:
                    dead.append(spec.key)
            if steps:
                expected.append(steps)
        if not expected and not dead:
            if fallback:
                expected.append([("fallback", fallback)])
            else:
                dead.append("fallback")
        self.assertEqual(
            [[(s.key, list(s.asked)) for s in stage.steps] for stage in plan.flow.stages], expected
        )
        self.assertEqual(plan.dead_end, dead[0] if dead else None)

    @PROFILE
    @given(policies(), st.sampled_from(list(Repeat)))
    def test_never_silently_approved(self, policy, repeat):
        """A plan asks somebody, or says that it is a dead end."""
        plan = self._plan(policy, repeat=repeat)
        if plan.dead_end is None:
            move = advance(plan.flow, plan.flow.tasks())
            self.assertEqual(move.outcome, Outcome.RUNNING)
            self.assertTrue(move.open)
            self.assertFalse(move.given)

    @PROFILE
    @given(policies())
    def test_what_is_told(self, policy):
        """One line for each step, in order, and it says what happened to it."""
        stages, facts, *__ = policy
        plan = self._plan(policy)
        told = [planned for planned in plan.steps if planned.key != "fallback"]
        self.assertEqual([p.key for p in told], [s.key for specs in stages for s in specs])
        asked = {s.key: s.asked for stage in plan.flow.stages for s in stage.steps}
        for planned in told:
            self.assertEqual(planned.asked, asked.get(planned.key, ()))
            self.assertEqual(planned.why == "condition", not facts[planned.key].applies)
            if planned.why == "source":
                self.assertTrue(set(planned.asked) <= set(facts[planned.key].asked))
            if planned.why == "nobody":
                self.assertIsNotNone(plan.dead_end)
            self.assertFalse(set(planned.barred) & set(planned.asked) - set(policy[3]))

    def test_barred_member_of_a_group_does_not_bar_the_group(self):
        spec = [[StepSpec("a")]]
        facts = {"a": Facts(True, (Asked("group", 1),))}
        plan = make_plan(spec, facts, barred=[1], members={1: frozenset({1, 2})})
        self.assertIsNone(plan.dead_end)
        plan = make_plan(spec, facts, barred=[1, 2], members={1: frozenset({1, 2})})
        self.assertEqual(plan.dead_end, "a")

    def test_empty_group(self):
        facts = {"a": Facts(True, (Asked("group", 1),))}
        self.assertEqual(make_plan([[StepSpec("a")]], facts).dead_end, "a")
        plan = make_plan([[StepSpec("a")]], facts, fallback=(user(9),))
        self.assertEqual(plan.flow.stages[0].steps[0].asked, (user(9),))

    def test_nothing_at_all(self):
        self.assertEqual(make_plan([], {}).dead_end, "fallback")
        plan = make_plan([], {}, fallback=(user(9),))
        self.assertEqual(plan.flow.stages[0].steps[0].asked, (user(9),))

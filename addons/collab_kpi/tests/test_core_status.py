import doctest
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..core import status as status_module
from ..core.status import STATUSES, Target, Watch, assess, watch

START = date(2026, 2, 20)
profile = settings(max_examples=500, deadline=None, database=None)
#: Quarters: exact to a computer, and often right on a line
figures = st.integers(-60, 60).map(lambda number: number / 4)
margins = st.integers(0, 20).map(lambda number: number / 4)
befores = st.sampled_from((None, *STATUSES))
looks = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from((None, "bad", "bad", *STATUSES))), max_size=25
)
graces = st.integers(0, 9)


@st.composite
def targets(draw, directions=("up", "down", "band")):
    direction, warning, hysteresis = draw(st.sampled_from(directions)), draw(margins), draw(margins)
    if direction != "band":
        return Target(direction, draw(figures), warning=warning, hysteresis=hysteresis)
    low = draw(figures)
    high = low + 2 * hysteresis + draw(margins)
    return Target("band", low=low, high=high, warning=warning, hysteresis=hysteresis)


def rank(status):
    return STATUSES.index(status)


def one_by_one(target, figures, before):
    """The statuses that a row of figures goes through."""
    statuses = []
    for figure in figures:
        before = assess(target, figure, before) or before
        statuses.append(before)
    return statuses


def dated(looks):
    day = START
    for days, status in looks:
        day += timedelta(days=days)
        yield day, status


def watched(looks, grace):
    """What each look comes to: day, status, what to do."""
    state, done = Watch(), []
    for day, status in dated(looks):
        state, todo = watch(state, status, day, grace)
        done.append((day, status, todo))
    return done


class TestStatus(BaseCase):
    @profile
    @given(targets(), figures, figures, befores)
    def test_monotone(self, target, one, other, before):
        """What is ahead is never worse, nor is what was better before."""
        worse, better = sorted((one, other), key=target.ahead)
        self.assertLessEqual(
            rank(assess(target, worse, before)), rank(assess(target, better, before))
        )
        row = [rank(assess(target, one, status)) for status in STATUSES]
        self.assertEqual(row, sorted(row))

    @profile
    @given(targets(), figures)
    def test_lines(self, target, figure):
        """On a line is on its better side."""
        if target.direction == "band":
            short = max(target.low - figure, figure - target.high)
        else:
            short = (target.value - figure) * (1 if target.direction == "up" else -1)
        expected = "good" if short <= 0 else "warning" if short <= target.warning else "bad"
        self.assertEqual(assess(target, figure), expected)
        # it gets worse at once
        for before in STATUSES:
            if rank(before) >= rank(expected):
                self.assertEqual(assess(target, figure, before), expected)
        # and better when it is past the line by the hysteresis
        self.assertEqual(assess(target, figure, "bad") == "good", short <= -target.hysteresis)
        self.assertEqual(
            assess(target, figure, "bad") != "bad", short <= target.warning - target.hysteresis
        )

    @profile
    @given(targets(), figures, befores)
    def test_without_hysteresis(self, target, figure, before):
        plain = Target(
            target.direction, target.value, target.low, target.high, target.warning, hysteresis=0
        )
        self.assertEqual(assess(plain, figure, before), assess(plain, figure))

    @profile
    @given(targets(("up", "down")), befores, st.booleans(), st.data())
    def test_wobbling(self, target, before, at_target, data):
        """Around one line, less than the hysteresis past it: at most one change."""
        line = 0 if at_target else -target.warning
        first, after = int(line * 4) - 12, int((line + target.hysteresis) * 4) - 1
        if at_target:
            first = max(first, int(-target.warning * 4))  # the other line is not touched
        else:
            after = min(after, -1)
        if first > after:
            return
        ahead = data.draw(st.lists(st.integers(first, after).map(lambda n: n / 4), max_size=12))
        sign = 1 if target.direction == "up" else -1
        row = one_by_one(target, [target.value + sign * one for one in ahead], before)
        # the first look may be a change from `before`; that one is not the wobbling's
        self.assertLessEqual(sum(one != other for one, other in pairwise(row)), 1)

    @profile
    @given(targets(), befores, figures, st.data())
    def test_narrow(self, target, before, start, data):
        """Whatever figures are nearer to each other than the hysteresis never go to and fro."""
        steps = st.integers(0, max(0, int(target.hysteresis * 4) - 1)).map(lambda n: n / 4)
        row = one_by_one(target, [start + one for one in data.draw(st.lists(steps))], before)
        ranks = [rank(status) for status in row]
        if target.hysteresis:
            self.assertIn(ranks, (sorted(ranks), sorted(ranks, reverse=True)))

    @profile
    @given(targets(("band",)), figures, befores)
    def test_band_is_two_sides(self, target, figure, before):
        margins = {"warning": target.warning, "hysteresis": target.hysteresis}
        sides = [
            assess(Target("up", target.low, **margins), figure, before),
            assess(Target("down", target.high, **margins), figure, before),
        ]
        self.assertEqual(assess(target, figure, before), min(sides, key=rank))
        nearer = sides[figure > (target.low + target.high) / 2]
        self.assertEqual(assess(target, figure, before), nearer)

    @profile
    @given(targets(), befores)
    def test_no_figure(self, target, before):
        self.assertIsNone(assess(target, None, before))

    def test_margins_as_written(self):
        self.assertEqual(assess(Target("up", 1.1, warning=0.1), 1.0), "warning")
        self.assertEqual(assess(Target("down", 0.3), 0.1 + 0.2), "good")
        self.assertEqual(assess(Target("up", 1.0, hysteresis=0.1), 1.1, "bad"), "good")
        Target("band", low=0.1, high=0.3, hysteresis=0.1)

    def test_senseless_targets(self):
        for fields in (
            {"direction": "sideways", "value": 1},
            {"direction": "up"},
            {"direction": "band", "value": 1, "low": 1},
            {"direction": "band", "low": 2, "high": 1},
            {"direction": "band", "low": 1, "high": 2, "hysteresis": 0.6},
            {"direction": "up", "value": 1, "warning": -1},
            {"direction": "up", "value": 1, "hysteresis": -1},
        ):
            with self.subTest(fields), self.assertRaises(ValueError):
                Target(**fields)

    def test_doctests(self):
        self.assertEqual(doctest.testmod(status_module).failed, 0)


class TestWatch(BaseCase):
    @profile
    @given(looks, graces)
    def test_raise_and_clear_take_turns(self, looks, grace):
        done = [todo for __, __, todo in watched(looks, grace) if todo]
        self.assertEqual(done, (["raise", "clear"] * len(done))[: len(done)])

    @profile
    @given(looks, graces)
    def test_look_by_look(self, looks, grace):
        """Against the obvious reference, which looks at all of the past each time."""
        raised, past = False, []
        for day, status, todo in watched(looks, grace):
            if status is None:
                self.assertIsNone(todo)
                continue
            past.append((day, status))
            good = [index for index, (__, one) in enumerate(past) if one != "bad"]
            bad = past[good[-1] + 1 if good else 0 :]
            expected = None
            if raised and not bad:
                expected, raised = "clear", False
            elif not raised and bad and day >= bad[0][0] + timedelta(days=grace):
                expected, raised = "raise", True
            self.assertEqual(todo, expected)

    @profile
    @given(looks, graces)
    def test_no_figure_changes_nothing(self, looks, grace):
        done = watched(looks, grace)
        kept = [one for one in dated(looks) if one[1]]
        state, again = Watch(), []
        for day, status in kept:
            state, todo = watch(state, status, day, grace)
            again.append((day, status, todo))
        self.assertEqual(again, [one for one in done if one[1]])

    @profile
    @given(looks, graces)
    def test_same_again(self, looks, grace):
        self.assertEqual(watched(looks, grace), watched(looks, grace))
        # and a look done twice the same day does nothing the second time
        state = Watch()
        for day, status in dated(looks):
            state, __ = watch(state, status, day, grace)
            self.assertEqual(watch(state, status, day, grace), (state, None))

    def test_grace(self):
        for grace in range(5):
            days = [todo for __, __, todo in watched([(0, "bad")] + [(1, "bad")] * 6, grace)]
            self.assertEqual(days, [None] * grace + ["raise"] + [None] * (6 - grace))
        late = [todo for __, __, todo in watched([(0, "bad"), (9, "bad"), (1, "warning")], 3)]
        self.assertEqual(late, [None, "raise", "clear"])

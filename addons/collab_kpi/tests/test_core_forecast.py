import doctest
from math import exp, inf, pi, sin, sqrt
from random import Random
from statistics import fmean

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..core import forecast as forecast_module
from ..core.forecast import _slope, _smooth, forecast

profile = settings(max_examples=300, deadline=None, database=None)
numbers = st.integers(-500, 500).map(lambda number: number / 4)
amounts = st.integers(0, 500).map(lambda number: number / 4)
kinds = st.sampled_from(("sum", "level"))
shares = st.integers(0, 16).map(lambda number: number / 16)


def histories(figures):
    return st.lists(st.none() | figures, min_size=3, max_size=18)


def width(made):
    return made.high - made.low


class TestForecast(BaseCase):
    @profile
    @given(histories(numbers), st.none() | numbers, shares, kinds, st.booleans())
    def test_when_there_is_one(self, closed, so_far, elapsed, kind, floor):
        made = forecast(closed, so_far, elapsed, kind, floor)
        enough = sum(figure is not None for figure in closed[-12:]) >= 3
        self.assertEqual(made is not None, enough and not (so_far is None and elapsed == 1))
        if made:
            self.assertLessEqual(made.low, made.value)
            self.assertLessEqual(made.value, made.high)
            self.assertLess(made.high, inf)
            self.assertGreater(made.low, -inf)
            self.assertEqual(made, forecast(closed, so_far, elapsed, kind, floor))

    @profile
    @given(histories(numbers), numbers, kinds, st.booleans())
    def test_the_end_is_what_is_there(self, closed, so_far, kind, floor):
        made = forecast(closed, so_far, 1, kind, floor)
        assume(made)
        self.assertEqual(made, (so_far, so_far, so_far))

    @profile
    @given(numbers, st.integers(3, 15), numbers, shares, kinds)
    def test_constant_history(self, figure, count, so_far, elapsed, kind):
        made = forecast([figure] * count, so_far, elapsed, kind)
        there = so_far if kind == "sum" else elapsed * so_far
        expected = there + (1 - elapsed) * figure
        self.assertEqual(made, (expected, expected, expected))

    @profile
    @given(histories(amounts), st.none() | amounts, shares, kinds)
    def test_bounds(self, closed, so_far, elapsed, kind):
        made = forecast(closed, so_far, elapsed, kind)
        assume(made)
        self.assertGreaterEqual(made.low, 0)
        counted = forecast(closed, so_far, elapsed, "sum", floor=True)
        self.assertGreaterEqual(counted.low, so_far or 0)
        self.assertGreaterEqual(counted.value, so_far or 0)

    @profile
    @given(histories(numbers), numbers, shares, shares, kinds)
    def test_narrower_by_what_is_left(self, closed, so_far, one, other, kind):
        closed = [-1, *closed[-11:]]  # no bound
        made, later = (forecast(closed, so_far, share, kind) for share in sorted((one, other)))
        assume(made)
        self.assertLessEqual(width(later), width(made) + 1e-9)
        full = width(forecast(closed, so_far, 0, kind))
        self.assertAlmostEqual(width(made), full * sqrt(1 - min(one, other)), places=6)

    @profile
    @given(histories(numbers), numbers, shares, kinds)
    def test_scale(self, closed, so_far, elapsed, kind):
        """In another unit it is the same."""
        made = forecast(closed, so_far, elapsed, kind)
        assume(made)
        scaled = [None if figure is None else figure * 4 for figure in closed]
        self.assertEqual(
            forecast(scaled, so_far * 4, elapsed, kind), tuple(4 * figure for figure in made)
        )

    @profile
    @given(histories(numbers), numbers, shares, kinds, st.lists(numbers, max_size=5))
    def test_only_the_last_twelve(self, closed, so_far, elapsed, kind, older):
        recent = ([0] * 12 + closed)[-12:]
        self.assertEqual(
            forecast(older + recent, so_far, elapsed, kind),
            forecast(recent, so_far, elapsed, kind),
        )

    def test_nothing_yet(self):
        self.assertEqual(forecast([8, 8, 8], None, 0.25, "sum").value, 6)
        self.assertEqual(forecast([8, 8, 8], None, 0.25, "level").value, 8)
        history = [8, 6, 9, 7]
        self.assertEqual(forecast(history, None, 0.75, "level"), forecast(history, 0, 0, "level"))

    def test_one_odd_period(self):
        """It does not turn the trend, wherever it is."""
        usual = [(at, 100.0 + at) for at in range(12)]
        for at in range(12):
            odd = [*usual[:at], (at, 900.0), *usual[at + 1 :]]
            self.assertAlmostEqual(_slope(odd), 1)

    def test_trend(self):
        """It is followed, also over a gap, if not all the way."""
        rising = [10 * number for number in range(12)]
        for closed in (rising, [*rising[:5], None, None, *rising[7:]]):
            self.assertGreater(forecast(closed, 0, 0, "sum").value, 112)
            self.assertLess(forecast(closed, 0, 0, "sum").value, 120)
        # a period without a figure is a period all the same
        late = [forecast([*rising[:10], *gap], 0, 0, "sum").value for gap in ([], [None])]
        self.assertAlmostEqual(late[1] - late[0], 5)
        # and not below nothing
        falling = [100, 60, 20, 1]
        self.assertGreaterEqual(forecast(falling, 3, 0.5, "sum").value, 3)

    def test_smoothing(self):
        """A line that drifts as expected is never erred about, gaps or not; and the first few
        weigh the same."""
        self.assertEqual(_smooth([(0, 0), (1, 10), (4, 40)], 6, 10, 0.3), (0, 60))
        self.assertAlmostEqual(_smooth([(0, 3), (1, 5), (2, 10)], 3, 0, 0.1)[1], 6)

    def test_errors_are_of_what_was_known(self):
        """The last period is a surprise by 30, though it would not be one afterwards."""
        made = forecast([10, 10, 10, 40], 0, 0, "sum")
        self.assertAlmostEqual(made.high - made.value, 1.638 * sqrt((0 + 0 + 30**2) / 3))

    def test_doctests(self):
        self.assertEqual(doctest.testmod(forecast_module).failed, 0)


class TestBackTest(BaseCase):
    """Seeded series, of which the end is known."""

    DAYS = 20
    ROUNDS = 400

    def level(self, shape, at, start, random):
        """What a period is about; of the noisy ones, how it happened to be."""
        if shape == "trend":
            return 100 + (start - 0.5) * 12 * at
        if shape == "season":
            return 100 + 40 * sin(2 * pi * (at / 12 + start))
        if shape == "noisy":
            return 100 * exp(random.gauss(0, 0.4))
        return 100

    def series(self, shape, random):
        """Return the days of some closed periods and of the running one."""
        start, count = random.random(), random.choice((4, 6, 9, 12, 15))
        return [
            [random.gauss(level, 40) for __ in range(self.DAYS)]
            for level in (self.level(shape, at, start, random) for at in range(count + 1))
        ]

    def back_test(self, shape, kind, seed):
        """Return how often the end is between the bounds, and how far off the forecast is,
        as a share of how far off the last closed period is."""
        random = Random(seed)
        total = sum if kind == "sum" else fmean
        within, erred, naive = [], [], []
        for __ in range(self.ROUNDS):
            *closed, running = self.series(shape, random)
            closed = [total(days) for days in closed]
            over = random.randrange(1, self.DAYS)
            made = forecast(closed, total(running[:over]), over / self.DAYS, kind)
            end = total(running)
            within.append(made.low <= end <= made.high)
            erred.append(abs(made.value - end))
            naive.append(abs(closed[-1] - end))
        return fmean(within), fmean(erred) / fmean(naive)

    def test_covers_and_beats_the_last_period(self):
        for shape in ("flat", "trend", "season", "noisy"):
            for kind in ("sum", "level"):
                with self.subTest(shape=shape, kind=kind):
                    covered, erred = self.back_test(shape, kind, seed=11)
                    self.assertGreaterEqual(covered, 0.65)
                    self.assertLessEqual(covered, 0.95)
                    self.assertLess(erred, 1)

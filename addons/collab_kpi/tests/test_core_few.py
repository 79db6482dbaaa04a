import doctest
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..core import few
from ..core.few import Hidden, hidden

profile = settings(max_examples=500, deadline=None, database=None)
minimums = st.integers(0, 8)
breakdowns = st.lists(st.integers(0, 12), max_size=7).map(lambda counts: list(enumerate(counts)))


def people(parts, keys):
    return sum(count for key, count in parts if key in keys)


def allowed(parts, keys, minimum):
    """The rule itself: whether it is all right to leave out just `keys`, and show the total."""
    shown = [count for key, count in parts if key not in keys]
    together = people(parts, keys)
    return all(not 0 < count < minimum for count in shown) and not 0 < together < minimum


def fewest(parts, minimum):
    """The obvious reference: of all sets that may be left out, those with the fewest keys, of them
    the people of the smallest; ``None`` if there is no such set."""
    keys = [key for key, __ in parts]
    for size in range(len(keys) + 1):
        found = [one for one in combinations(keys, size) if allowed(parts, one, minimum)]
        if found:
            return size, min(people(parts, one) for one in found)
    return None


class TestFew(BaseCase):
    @profile
    @given(breakdowns, minimums)
    def test_nothing_is_told_of_few(self, parts, minimum):
        keys, total = hidden(parts, minimum)
        if total:
            self.assertEqual(keys, {key for key, __ in parts})
        else:
            self.assertTrue(allowed(parts, keys, minimum))
        everybody = people(parts, {key for key, __ in parts})
        self.assertEqual(total, 0 < everybody < minimum)

    @profile
    @given(breakdowns, minimums)
    def test_never_more_than_needed(self, parts, minimum):
        """No set with fewer keys would do, nor one with as many keys and fewer people."""
        keys, total = hidden(parts, minimum)
        expected = fewest(parts, minimum)
        if total:
            # even all parts together are too few to be left out under a total that is shown
            self.assertIsNone(expected)
        else:
            self.assertEqual((len(keys), people(parts, keys)), expected)

    @profile
    @given(breakdowns, minimums, st.randoms(use_true_random=False))
    def test_order_only_decides_ties(self, parts, minimum, random):
        shuffled = random.sample(parts, len(parts))
        one, other = hidden(parts, minimum), hidden(shuffled, minimum)
        sizes = dict(parts)
        self.assertEqual(sorted(map(sizes.get, one.keys)), sorted(map(sizes.get, other.keys)))
        self.assertEqual(one.total, other.total)
        if len(set(sizes.values())) == len(sizes):
            self.assertEqual(one, other)

    def test_examples(self):
        self.assertEqual(hidden([], 5), Hidden())
        self.assertEqual(hidden([("a", 0), ("b", 0)], 5), Hidden())
        self.assertEqual(hidden([("a", 1), ("b", 6)], 0), Hidden())
        self.assertEqual(hidden([("a", 4), ("b", 0)], 5), Hidden(frozenset("ab"), True))
        self.assertEqual(hidden([("a", 3), ("b", 2), ("c", 5)], 5), Hidden(frozenset("ab")))
        # of equal ones the first
        self.assertEqual(hidden([("a", 4), ("b", 6), ("c", 6)], 5), Hidden(frozenset("ab")))
        self.assertEqual(hidden([("c", 6), ("b", 6), ("a", 4)], 5), Hidden(frozenset("ac")))
        # a part of nobody would cover nothing
        self.assertEqual(hidden([("z", 0), ("a", 4), ("b", 6)], 5), Hidden(frozenset("ab")))

    def test_doctests(self):
        self.assertEqual(doctest.testmod(few).failed, 0)

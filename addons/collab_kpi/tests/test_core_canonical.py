import doctest
import json

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..core import canonical
from ..core.canonical import DIGITS, differences, digest, rounded, text

JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**12), 10**12),
        st.floats(allow_nan=False, allow_infinity=False, width=32),
        st.text(max_size=8),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


class TestCoreCanonical(BaseCase):
    def test_examples(self):
        self.assertFalse(doctest.testmod(canonical).failed)

    @given(JSON)
    def test_the_same_is_the_same(self, value):
        again = json.loads(json.dumps(value))
        self.assertEqual(digest(value), digest(again))
        self.assertEqual(text(value), text(rounded(value)))
        self.assertEqual(text(value), text(json.loads(text(value))))
        self.assertFalse(list(differences(value, again)))

    @given(st.dictionaries(st.text(max_size=4), st.integers(), min_size=1))
    def test_order_does_not_count(self, value):
        backwards = dict(reversed(value.items()))
        self.assertEqual(digest(value), digest(backwards))

    @given(JSON, JSON)
    def test_what_differs_is_told(self, one, other):
        self.assertEqual(text(one) == text(other), not list(differences(one, other)))

    @given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=30))
    def test_the_order_of_a_sum_does_not_count(self, values):
        one, other = sum(values), sum(sorted(values))
        # but where all but nothing is left of great numbers
        if abs(one) > 1e-4 * max(map(abs, values)):
            self.assertAlmostEqual(
                rounded(one), rounded(other), delta=abs(one) * 10 ** (1 - DIGITS)
            )

    @given(st.floats(-1e15, 1e15, allow_nan=False))
    def test_numbers_keep_the_digits_that_count(self, value):
        self.assertAlmostEqual(rounded(value), value, delta=abs(value) * 10 ** (1 - DIGITS))

    def test_what_is_no_number(self):
        for value in (float("nan"), float("inf"), -float("inf")):
            with self.assertRaises(ValueError):
                digest([value])

import doctest
import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..core import formula as module
from ..core.formula import Formula, FormulaError, cycle, ordered

CODES = ("done", "due", "x1")
NUMBERS = st.one_of(st.integers(-1000, 1000), st.floats(-1e6, 1e6))
VALUES = st.fixed_dictionaries({code: st.floats(-1e9, 1e9) for code in CODES})


def _text(number):
    return f"({number})" if number < 0 else repr(number)


#: Texts of formulas, each with a function that computes the same
FORMULAS = st.recursive(
    st.one_of(
        NUMBERS.map(lambda number: (_text(number), lambda values: number)),
        st.sampled_from(CODES).map(lambda code: (code, lambda values: values[code])),
    ),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(
            lambda two: (f"({two[0][0]} + {two[1][0]})", lambda v: two[0][1](v) + two[1][1](v))
        ),
        st.tuples(inner, inner).map(
            lambda two: (f"{two[0][0]}*({two[1][0]})", lambda v: two[0][1](v) * two[1][1](v))
        ),
        st.tuples(inner, inner).map(
            lambda two: (f"({two[0][0]} - {two[1][0]})", lambda v: two[0][1](v) - two[1][1](v))
        ),
        st.tuples(inner, inner).map(
            lambda two: (f"({two[0][0]}) / {two[1][0]}", lambda v: two[0][1](v) / two[1][1](v))
        ),
        st.tuples(inner, inner).map(
            lambda two: (
                f"max({two[0][0]}, {two[1][0]})",
                lambda v: max(two[0][1](v), two[1][1](v)),
            )
        ),
        inner.map(lambda one: (f"abs({one[0]})", lambda v: abs(one[1](v)))),
    ),
    max_leaves=6,
).map(lambda pair: (f"({pair[0]})", pair[1]))


class TestCoreFormula(BaseCase):
    def test_examples(self):
        self.assertFalse(doctest.testmod(module).failed)

    @given(FORMULAS.filter(lambda pair: len(pair[0]) < 500 and "/" not in pair[0]), VALUES)
    def test_what_it_comes_to(self, pair, values):
        text, expected = pair
        formula = Formula(text)
        found, wanted = formula.value(values), expected(values)
        if math.isfinite(wanted):
            self.assertTrue(math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-6))
        # however it is written
        again = Formula(formula.text())
        self.assertEqual(again.codes, formula.codes)
        self.assertEqual(again.value(values), found)
        self.assertEqual(again.text(), formula.text())

    @given(FORMULAS.filter(lambda pair: len(pair[0]) < 500), VALUES)
    def test_nothing_but_a_number_or_nothing(self, pair, values):
        try:
            found = Formula(pair[0]).value(values)
        except ZeroDivisionError:
            return
        self.assertTrue(found is None or math.isfinite(found))

    @given(FORMULAS.filter(lambda pair: len(pair[0]) < 500), VALUES, st.sampled_from(CODES))
    def test_what_is_missing(self, pair, values, code):
        formula = Formula(pair[0])
        if code in formula.codes:
            self.assertIsNone(formula.value(values | {code: None}))

    @given(st.text(max_size=60))
    def test_any_text(self, text):
        try:
            formula = Formula(text)
        except FormulaError as error:
            self.assertIn(error.reason, ("empty", "long", "syntax", "part"))
        else:
            self.assertTrue(all(code.isidentifier() for code in formula.codes))

    def test_nothing_is_run(self):
        for text in (
            "__import__('os').system('x')",
            "().__class__",
            "a.b",
            "a[0]",
            "[a for a in b]",
            "(lambda: 1)()",
            "a ** 9",
            "a if b else c",
            "f'{a}'",
            "max(*a)",
            "max(a, key=b)",
            "a := 1",
            "9e99999",
            "min",
            "max(a)",
            "abs(a, b)",
            "print(a)",
            "1j",
            "a == b",
            "not a",
            "await a",
            "+" * 600 + "a",
            "(" * 400 + "a" + ")" * 400,
        ):
            with self.subTest(text[:30]), self.assertRaises(FormulaError):
                Formula(text)

    @given(
        st.dictionaries(
            st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=3).map(tuple)
        )
    )
    def test_circles(self, needs):
        found = cycle(needs)
        if not found:
            order = ordered(needs)
            for code, over in needs.items():
                for one in over:
                    self.assertLess(order.index(one), order.index(code))
            return
        self.assertEqual(found[0], found[-1])
        for code, following in pairwise(found):
            self.assertIn(following, needs[code])

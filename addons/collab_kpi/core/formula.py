"""Formulas of indicators: arithmetic over the codes of others.

This file is plain Python: it knows nothing of the ORM, and nothing is run but what it names.
"""

import ast
import math
import operator
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

#: Longer ones are hard to read, and deep ones to compute
LONGEST = 500
_TWO = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_ONE = {ast.UAdd: operator.pos, ast.USub: operator.neg}
_CALLS = {"min": min, "max": max, "abs": abs}
#: How many values a function takes, at least and at most
_TAKES = {"min": (2, 20), "max": (2, 20), "abs": (1, 1)}
RESERVED = frozenset(_CALLS)


class FormulaError(ValueError):
    """A text is not a formula. ``reason`` is one of ``empty``, ``long``, ``syntax``, ``part``, and
    ``part`` what of the text it is about."""

    def __init__(self, reason: str, part: str = "") -> None:
        super().__init__(f"{reason}: {part}" if part else reason)
        self.reason = reason
        self.part = part


class Formula:
    """A formula that has been read.

    :ivar codes: of the indicators that it is over, sorted

    >>> formula = Formula("done / due * 100")
    >>> formula.codes
    ('done', 'due')
    >>> formula.value({"done": 3.0, "due": 4.0})
    75.0
    """

    def __init__(self, text: str) -> None:
        """:raise FormulaError:"""
        if not text or not text.strip():
            raise FormulaError("empty")
        if len(text) > LONGEST:
            raise FormulaError("long")
        try:
            self._tree = ast.parse(" ".join(text.split()), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise FormulaError("syntax") from None
        codes: set[str] = set()
        _check(self._tree, codes)
        self.codes = tuple(sorted(codes))

    def value(self, values: Mapping[str, float | None]) -> float | None:
        """Return what it comes to; None where a value that it needs is missing, and where the result
        is no number any more.

        :param values: code → value, None where there is none
        :raise ZeroDivisionError:
        """
        if any(values.get(code) is None for code in self.codes):
            return None
        try:
            result = float(_value(self._tree, values))
        except OverflowError:
            return None
        return result if math.isfinite(result) else None

    def text(self) -> str:
        """Return it in the one way to write it, whatever blanks and brackets were typed."""
        return ast.unparse(self._tree)


def _check(node: ast.expr, codes: set[str]) -> None:
    """Add the codes that a node is over to those known.

    :raise FormulaError: where it is nothing that a formula is made of
    """
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            if abs(number) > 1e15:
                raise FormulaError("part", ast.unparse(node))
        case ast.Name(id=name) if name not in RESERVED:
            codes.add(name)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _TWO:
            _check(left, codes)
            _check(right, codes)
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _ONE:
            _check(operand, codes)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _CALLS:
            least, most = _TAKES[name]
            if not least <= len(args) <= most:
                raise FormulaError("part", ast.unparse(node))
            for one in args:
                _check(one, codes)
        case _:
            raise FormulaError("part", ast.unparse(node))


def _value(node: ast.expr, values: Mapping[str, float | None]) -> float:
    match node:
        case ast.Constant(value=number):
            return number
        case ast.Name(id=name):
            return values[name]
        case ast.BinOp(left=left, op=op, right=right):
            return _TWO[type(op)](_value(left, values), _value(right, values))
        case ast.UnaryOp(op=op, operand=operand):
            return _ONE[type(op)](_value(operand, values))
        case ast.Call(func=ast.Name(id=name), args=args):
            return _CALLS[name](*(_value(one, values) for one in args))


def ordered(needs: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return codes such that each comes after those that it needs.

    :param needs: code → codes that it is over
    :raise CycleError: see :func:`cycle`

    >>> ordered({"rate": ("done", "due"), "done": (), "due": ()})[-1]
    'rate'
    """
    return list(
        TopologicalSorter(
            {code: sorted(over) for code, over in sorted(needs.items())}
        ).static_order()
    )


def cycle(needs: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return codes that need each other in a circle, the first again at the end; none if there is no
    such circle.

    >>> cycle({"a": ("b",), "b": ("a",)})
    ['a', 'b', 'a']
    """
    try:
        ordered(needs)
    except CycleError as error:
        # named the other way round: who is needed comes first there
        found = list(reversed(error.args[1]))[:-1]
        first = found.index(min(found))
        return [*found[first:], *found[:first], found[first]]
    return []

"""Which parts of a total tell too much about too few people.

A part of few people is left out. Where the total is shown, what is left out can still be worked out
together, as the total less the parts shown: so it has to be of enough people too, and one more part
is left out where it is not. Statistical offices call the two primary and secondary (complementary)
cell suppression, here under a threshold rule (Hundepool et al., *Statistical Disclosure Control*,
Wiley 2012, chapter 4).

This is about one breakdown, in which nobody is in two parts. It knows of no other breakdown,
period or total that might be set beside it.

This file is plain Python: it knows neither the ORM, nor the clock.
"""

from collections.abc import Hashable, Sequence
from typing import NamedTuple


class Hidden(NamedTuple):
    """What to leave out.

    :ivar keys: of the parts
    :ivar total: whether the total is left out too; then all parts are
    """

    keys: frozenset[Hashable] = frozenset()
    total: bool = False


def hidden(parts: Sequence[tuple[Hashable, int]], minimum: int) -> Hidden:
    """Return what to leave out so that nothing is told of fewer than `minimum` people.

    Parts of nobody tell of nobody: they are shown, unless everything is left out. A part that has
    to be added is never added in vain: it has the minimum by itself, so one is always enough. It
    is the smallest one, of equal ones the first. So no fewer parts could be left out, and with as
    few parts no fewer people.

    :param parts: the key of each part, and how many people it is made of; no key twice
    :param minimum: 0 or 1 leaves out nothing

    >>> hidden([("sales", 9), ("stock", 2), ("board", 4)], 5) == Hidden({"stock", "board"})
    True
    >>> sorted(hidden([("sales", 9), ("stock", 7), ("board", 4)], 5).keys)
    ['board', 'stock']
    >>> hidden([("sales", 3), ("stock", 0)], 5).total
    True
    """
    few = [(key, people) for key, people in parts if 0 < people < minimum]
    if not few:
        return Hidden()
    if sum(people for __, people in parts) < minimum:
        return Hidden(frozenset(key for key, __ in parts), total=True)
    if sum(people for __, people in few) < minimum:
        enough = [part for part in parts if part[1] >= minimum]
        few.append(min(enough, key=lambda part: part[1]))
    return Hidden(frozenset(key for key, __ in few))

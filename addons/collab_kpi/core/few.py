"""Which figures must be left out because they are of too few people.

This file is plain Python: it knows nothing of the ORM.
"""

from collections.abc import Hashable, Iterable


def hidden(parts: Iterable[tuple[Hashable, int]], minimum: int) -> set[Hashable]:
    """Return which parts of a total are to be left out: those of fewer people than the minimum, and
    the smallest of the others as long as the total without those that are shown would tell of fewer.

    Nobody is in two parts. What is shown is of at least the minimum of people, and what is left out is
    so altogether, or nothing is, or everything.

    :param parts: key and number of people of each; of as many people, the first are left out first
    :param minimum: of people

    >>> sorted(hidden([("a", 9), ("b", 2), ("c", 5), ("d", 6)], 3))
    ['b', 'c']
    >>> sorted(hidden([("a", 9), ("b", 2), ("c", 1)], 3))
    ['b', 'c']
    >>> hidden([("a", 9), ("b", 3)], 3)
    set()
    """
    ordered = sorted(((key, people) for key, people in parts if people), key=lambda one: one[1])
    left_out: set[Hashable] = set()
    together = 0
    for key, people in ordered:
        if people >= minimum and not 0 < together < minimum:
            break
        left_out.add(key)
        together += people
    return left_out

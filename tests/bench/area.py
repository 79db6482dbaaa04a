"""What is measured together: databases with the same data, one for each side."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from report import Row


@dataclass(frozen=True)
class Area:
    """A section of the page.

    :ivar name: by which it is chosen: `make bench AREA=name`
    :ivar peers: the packages that it is measured against
    :ivar databases: the names of those that ``prepare`` makes
    :ivar prepare: makes them, and returns what the cases work with; its ``ours.database`` is
        that of Collab
    :ivar cases: one function each; their docstrings are printed under the table
    :ivar method: how all of them were measured
    """

    name: str
    title: str
    peers: Collection[str]
    databases: Collection[str]
    prepare: Callable[[], Any]
    cases: Sequence[Callable[[Any], list[Row]]]
    method: str

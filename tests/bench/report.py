"""The table, on the terminal and as a page."""

from __future__ import annotations

import datetime
import inspect
import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from measure import Figure

HEADER = ("case", "ours", "queries", "peer", "queries", "ratio", "goal", "met")


@dataclass(frozen=True)
class Row:
    """One measured case.

    :param records: how many records one call was for; queries are shown by record
    :param ratio: what is compared, in words
    """

    case: str
    records: int
    ours: Figure
    peer: Figure
    ratio: str
    goal: str
    met: bool

    def cells(self) -> tuple[str, ...]:
        return (
            self.case,
            *self._figure(self.ours),
            *self._figure(self.peer),
            self.ratio,
            self.goal,
            "yes" if self.met else "NO",
        )

    def _figure(self, figure: Figure) -> tuple[str, str]:
        queries = f"{figure.queries:.0f}"
        if self.records > 1:
            queries += f" ({figure.queries / self.records:.3g} a record)"
        return f"{duration(figure.seconds)} ±{figure.spread:.0%}", queries


def duration(seconds: float) -> str:
    if seconds < 0.0005:
        return f"{seconds * 1e6:.0f} µs"
    return f"{seconds * 1e3:.{0 if seconds > 0.1 else 2}f} ms"


def table(rows: Sequence[Row]) -> str:
    lines = [HEADER, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def page(
    rows: Sequence[Row],
    cases: Sequence[Callable[..., object]],
    versions: dict[str, str],
    seconds: float,
) -> str:
    """Return the table and how it came about, in Markdown."""
    lines = [HEADER, ("---",) * len(HEADER), *(row.cells() for row in rows)]
    measured = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    explained = "\n\n".join(f"**{_title(case)}.** {_text(case)}" for case in cases)
    return f"""\
# Benchmark

Written by `make bench` on {datetime.date.today().isoformat()}; it took {seconds / 60:.0f} minutes.
The same command repeats it, drops its databases at the end, and writes this page anew.

{measured}

±: half of what lies between the quartiles, by the median. Ratio: the peer's time by ours.

## What it ran on

{chr(10).join(f"- {name}: {version}" for name, version in versions.items())}
- Machine: {platform.machine()}, {os.cpu_count()} cores, PostgreSQL on the same machine, load
  average at the end {os.getloadavg()[2]:.1f} (the run alone makes about 1)

## How it was measured

One database with the purchase app, without demo data, is filled with users, vendors,
products and purchase orders of three lines, and copied twice; Collab goes into one copy, the
peer into the other. So both have the same orders, under the same ids. Both copies are served
by one Odoo process and one PostgreSQL server, each with the same flow: three persons approve,
one after another, every order above an amount. Calls alternate between the two, the one that
goes first in turn; what is shown is the median. A call is timed as a request would make it: a
new transaction, an empty record cache, then the public method as an ordinary user, then
flush, commit and what hangs on the commit. Registry caches are warm. Queries are all
statements of the process, on every cursor. Each case checks afterwards that the work was done.

{explained}

The peer's addons are fetched from PyPI into a folder that git ignores, and measured only.
"""


def _title(case: Callable[..., object]) -> str:
    return case.__name__.replace("_", " ").capitalize()


def _text(case: Callable[..., object]) -> str:
    return " ".join((inspect.getdoc(case) or "").split())

"""The table, on the terminal and as a page."""

from __future__ import annotations

import datetime
import inspect
import os
import platform
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from measure import Figure

if TYPE_CHECKING:
    from area import Area

HEADER = ("case", "ours", "queries", "peer", "queries", "ratio", "goal", "met")

HEAD = """\
# Benchmark

Written by `make bench`, which drops its databases at the end. `make bench AREA=documents` measures
one area and writes its section anew; the others stay as they were, with the day they are of.

All databases are served by one Odoo process and one PostgreSQL server. Calls alternate between
the sides, the one that goes first in turn; what is shown is the median. A call is timed as a
request would make it: a new transaction, an empty record cache, then the public method as an
ordinary user, then flush, commit and what hangs on the commit. Registry caches are warm. Queries
are all statements of the process, on every cursor. Each case checks afterwards that the work was
done. The peers' addons are fetched from PyPI into a folder that git ignores, and measured only.

±: half of what lies between the quartiles, by the median. Ratio: the peer's time by ours, if
nothing else is said."""


@dataclass(frozen=True)
class Row:
    """One measured case.

    :param records: how many records one call was for; queries are shown by record
    :param ours: a figure, or what was found, in words
    :param peer: that of the peer; empty if there is none
    :param ratio: what is compared, in words
    :param met: whether the goal is; ``None`` if there is none
    """

    case: str
    records: int
    ours: Figure | str
    peer: Figure | str
    ratio: str
    goal: str
    met: bool | None

    def cells(self) -> tuple[str, ...]:
        return (
            self.case,
            *self._figure(self.ours),
            *self._figure(self.peer),
            self.ratio,
            self.goal,
            {True: "yes", False: "NO", None: "-"}[self.met],
        )

    def _figure(self, figure: Figure | str) -> tuple[str, str]:
        if isinstance(figure, str):
            return figure, ""
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


def section(area: Area, rows: Sequence[Row], versions: Mapping[str, str], seconds: float) -> str:
    """Return the table of an area and how it came about, in Markdown."""
    lines = [HEADER, ("---",) * len(HEADER), *(row.cells() for row in rows)]
    measured = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    explained = "\n\n".join(f"**{_title(case)}.** {_text(case)}" for case in area.cases)
    return f"""\
## {area.title}

Measured on {datetime.date.today().isoformat()} in {seconds / 60:.0f} minutes.

{measured}

### {area.title}: what it ran on

{chr(10).join(f"- {name}: {version}" for name, version in versions.items())}
- Machine: {platform.machine()}, {os.cpu_count()} cores, PostgreSQL on the same machine, load
  average at the end {os.getloadavg()[2]:.1f} (the run alone makes about 1)

### {area.title}: how it was measured

{area.method}

{explained}
"""


def page(old: str, titles: Sequence[str], new: str) -> str:
    """Return the page with a section put in its place; the others stay as they are.

    :param old: the page there was
    :param titles: of all sections, in their order
    :param new: the section
    """
    sections = {}
    for text in [*re.split(r"^(?=## )", old, flags=re.MULTILINE), new]:
        title = text.partition("\n")[0].removeprefix("## ")
        if title in titles:
            sections[title] = text.strip()
    return "\n\n".join([HEAD, *(sections[title] for title in titles if title in sections)]) + "\n"


def say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


def _title(case: Callable[..., object]) -> str:
    return case.__name__.replace("_", " ").capitalize()


def _text(case: Callable[..., object]) -> str:
    return " ".join((inspect.getdoc(case) or "").split())

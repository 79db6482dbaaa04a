"""One run: for each area make its databases, measure every case and drop them; show the tables
and write the page."""

from __future__ import annotations

import gc
import platform
import time
import traceback
from typing import Any

import approvals
import documents
import kpi
import peers
import points
import report
import server
from area import Area
from report import say
from settings import ROOT, Settings

import odoo.release

AREAS = (approvals.AREA, documents.AREA, points.AREA, kpi.AREA)
PAGE = ROOT / "docs" / "benchmark.md"


def run(settings: Settings, only: str) -> int:
    """Measure everything, or the area ``only``; return the exit code."""
    chosen = [area for area in AREAS if only in ("", area.name)]
    if not chosen:
        names = ", ".join(area.name for area in AREAS)
        print(f"bench: there is no area {only!r}. There are: {names}")
        return 1
    server.start(settings, peers.provide())
    failed = []
    for area in chosen:
        failed += _run(area)
    if failed:
        print(f"bench: not measured: {', '.join(failed)}")
        return 1
    print(f"bench: written to {PAGE.relative_to(ROOT)}")
    return 0


def _run(area: Area) -> list[str]:
    """Measure an area, and write its section of the page if all of it could be.

    :return: the cases that could not
    """
    start = time.perf_counter()
    server.drop(area.databases)  # of a run that was killed
    try:
        bench = area.prepare()
        rows, failed = _measure(area, bench)
        versions = _versions(area, bench)
    finally:
        server.drop(area.databases)
    print(f"\n{report.table(rows)}\n")
    if not failed:
        section = report.section(area, rows, versions, time.perf_counter() - start)
        page = PAGE.read_text() if PAGE.exists() else ""
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(report.page(page, [one.title for one in AREAS], section))
    return failed


def _measure(area: Area, bench: Any) -> tuple[list[report.Row], list[str]]:
    gc.collect()
    gc.freeze()  # not to walk through all code before each sample
    rows: list[report.Row] = []
    failed = []
    for case in area.cases:
        say(case.__name__.replace("_", " "))
        try:
            found = case(bench)
        except Exception:
            traceback.print_exc()
            failed.append(case.__name__)
        else:
            say("; ".join(f"{row.case}: {row.ratio}" for row in found))
            rows += found
    return rows, failed


def _versions(area: Area, bench: Any) -> dict[str, str]:
    with bench.ours.database.environment() as env:
        env.cr.execute("SHOW server_version")
        [postgresql] = env.cr.fetchone()
    return {
        "Odoo": odoo.release.version,
        "PostgreSQL": postgresql.split()[0],
        "Python": platform.python_version(),
        **{name: peers.PACKAGES[name] for name in area.peers},
    }

"""One run: make the databases, measure every case, show the table, drop the databases."""

from __future__ import annotations

import gc
import platform
import sys
import time
import traceback

import cases
import data
import peers
import report
import server
from settings import ROOT, Settings
from sides import Ours, Peer, Side

import odoo.release

ORDERS = 16_000
DATABASES = ("origin", "ours", "peer")
#: What both sides run on: the apps that either of them needs
APPS = ("purchase", "hr", "sms")


def run(settings: Settings) -> int:
    """Measure everything; return the exit code."""
    start = time.perf_counter()
    server.start(settings, peers.provide())
    server.drop(DATABASES)  # of a run that was killed
    try:
        bench = _prepare()
        rows, failed = _measure(bench)
        versions = _versions(bench.ours.database)
    finally:
        server.drop(DATABASES)
    print(f"\n{report.table(rows)}\n")
    if failed:
        print(f"bench: not measured: {', '.join(failed)}")
        return 1
    page = report.page(rows, cases.CASES, versions, time.perf_counter() - start)
    target = ROOT / "docs" / "benchmark.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text(page)
    print(f"bench: written to {target.relative_to(ROOT)}")
    return 0


def _prepare() -> cases.Bench:
    _say("a database with the apps and the data")
    origin = server.create("origin")
    origin.install(APPS)
    with origin.environment() as env:
        data.load(env, ORDERS)
    arms = []
    for name, side in (("ours", Ours()), ("peer", Peer())):
        _say(f"a copy with {', '.join(side.modules)}")
        arms.append(_arm(origin, name, side))
    with arms[0].database.environment() as env:
        orders = env["purchase.order"].search([], order="id").ids
    return cases.Bench(*arms, fresh=iter(orders))


def _arm(origin: server.Database, name: str, side: Side) -> cases.Arm:
    database = server.clone(origin, name)
    database.install(side.modules)
    with database.environment() as env:
        side.configure(env)
    database.analyze()
    return cases.Arm(side, database)


def _measure(bench: cases.Bench) -> tuple[list[report.Row], list[str]]:
    gc.collect()
    gc.freeze()  # not to walk through all code before each sample
    rows: list[report.Row] = []
    failed = []
    for case in cases.CASES:
        _say(case.__name__.replace("_", " "))
        try:
            found = case(bench)
        except Exception:
            traceback.print_exc()
            failed.append(case.__name__)
        else:
            _say("; ".join(f"{row.case}: {row.ratio}" for row in found))
            rows += found
    return rows, failed


def _versions(database: server.Database) -> dict[str, str]:
    with database.environment() as env:
        env.cr.execute("SHOW server_version")
        [postgresql] = env.cr.fetchone()
    return {
        "Odoo": odoo.release.version,
        "PostgreSQL": postgresql.split()[0],
        "Python": platform.python_version(),
        **peers.PACKAGES,
    }


def _say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)

"""What is measured: one function a case, and what its figures mean.

Their docstrings are printed under the table.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from measure import Figure, Sample, Work, alternate, once
from report import Row
from server import Database

from odoo.api import Environment
from odoo.tools import SQL

from . import data
from .data import INDICATORS, MONTHS, ORDERS, READER, SHARE, TEAMS, YEARS

TILES = 40
#: As what the tiles show, in turn: the last ones show parts
KINDS = ("trend", "number", "trend", "heatmap", "ranking")
#: Months of a trend and of a heat map
TREND, MAP = 13, 6
#: Orders that come in between two refreshes
NEW = 100
SAME = f"{TEAMS} sums × {MONTHS} months over {ORDERS:,} orders"


@dataclass
class Bench:
    """:ivar kpis: what it is called here → ids of indicators of ours
    :ivar board_id: dashboard of the indicators that are kept for long
    :ivar sums_id: dashboard of those of each team
    """

    database: Database
    pattern: int
    teams: Sequence[int]
    board_id: int
    sums_id: int
    oca_ids: Sequence[int]
    history_ids: Sequence[int]
    mis_id: int
    tiles: Sequence[tuple[int, str]]
    kpis: dict[str, list[int]] = field(default_factory=dict)

    @property
    def ours(self) -> Bench:
        return self

    def time(self, work: Work, number: int = 0, login: str | None = None) -> Sample:
        return once(self.database, login, work, number)

    def count(self, name: str, number: int) -> Sample:
        """Count indicators from their beginning, as when they have just been started."""
        self.forget(name)
        return self.refresh(name, number)

    def refresh(self, name: str, number: int) -> Sample:
        """Count what is open of indicators, as the cron of each hour does."""
        return self.time(
            lambda env, __: env["collab.kpi"].browse(self.kpis[name])._count_each(whole=False),
            number,
        )

    def forget(self, name: str) -> None:
        """Have indicators be as if they had never been counted."""
        with self.database.environment() as env:
            env.cr.execute(
                SQL("DELETE FROM collab_kpi_value WHERE kpi_id = ANY(%s)", self.kpis[name])
            )
            env.cr.execute(
                SQL(
                    "UPDATE collab_kpi SET open_from = NULL, days_version_id = NULL,"
                    " counted_at = NULL, whole_at = NULL WHERE id = ANY(%s)",
                    self.kpis[name],
                )
            )

    def show(self, dashboard_id: int) -> Work:
        """Ask for all that a dashboard shows, as the one request of its client does."""

        def work(env: Environment, __: int) -> dict:
            return env["collab.dashboard"].browse(dashboard_id)._show("month", 0, False)

        return work

    def shown(self, work: Work) -> Any:
        """Return what the reader is shown, untimed."""
        with self.database.environment(READER) as env:
            return work(env, 0)

    def come_in(self) -> None:
        """Have new orders come in."""
        with self.database.environment() as env:
            data.add_orders(env, self.pattern, self.teams, NEW)

    def wholes(self, name: str) -> dict:
        """Return what is kept of indicators as a whole: indicator, first day of a month → figure."""
        return self._kept(name, SQL("value.kpi_id, value.start"), SQL("dimension_id IS NULL"))

    def parts(self, name: str) -> dict:
        """Return what is kept of an indicator by team: first day of a month, team → figure."""
        return self._kept(name, SQL("value.start, value.res_id"), SQL("dimension_id IS NOT NULL"))

    def _kept(self, name: str, key: SQL, which: SQL) -> dict:
        rows = self.ask(
            SQL(
                "SELECT %s, value.value FROM collab_kpi_value value WHERE grain = 'month'"
                " AND kpi_id = ANY(%s) AND %s",
                key,
                self.kpis[name],
                which,
            )
        )
        return {(one, other): figure for one, other, figure in rows}

    def by_hand(self, figure: SQL) -> dict:
        """Return what there is to be counted: first day of a month there, team → figure."""
        rows = self.ask(
            SQL(
                "SELECT %s::date, team_id, %s FROM sale_order WHERE name LIKE 'B%%' GROUP BY 1, 2",
                data.MONTH,
                figure,
            )
        )
        return {(month, team): float(one) for month, team, one in rows}

    def ask(self, query: SQL) -> list[tuple]:
        with self.database.environment() as env:
            return env.execute_query(query)


def make(
    env: Environment, database: Database, pattern: int, teams: Sequence[int], kept: Sequence[int]
) -> Bench:
    """Make what is measured, of all sides."""
    tiles = [(kpi, KINDS[number % len(KINDS)]) for number, kpi in enumerate(kept[:TILES])]
    few = repr([("origin", "=", data.ORIGIN)])
    kpis = {
        "count": data.make_kpi(env, "Orders"),
        "refreshed": data.make_kpi(env, "Orders refreshed"),
        "sum": data.make_sum(env, "Sales"),
        "sum refreshed": data.make_sum(env, "Sales refreshed"),
        "few": data.make_kpi(env, "A share of the orders", domain=few),
        "teams": data.make_sums(env, teams),
        "teams refreshed": data.make_sums(env, teams),
    }
    for one in kpis.values():
        one.action_start()
    oca = data.make_oca_kpis(env, [data.team_code(team) for team in teams])
    history = data.make_oca_kpis(env, ["SELECT 1 AS value"] * INDICATORS)
    data.load_history(env, history.ids)
    return Bench(
        database,
        pattern,
        teams,
        board_id=data.make_dashboard(env, tiles),
        sums_id=data.make_dashboard(env, [(one, "trend") for one in kpis["teams"].ids]),
        oca_ids=oca.ids,
        history_ids=history.ids,
        mis_id=data.make_mis(env, teams),
        tiles=tiles,
        kpis={name: one.ids for name, one in kpis.items()},
    )


def _same(found: dict, wanted: dict, what: str) -> None:
    """Make sure that figures are those that they should be."""
    differing = [key for key in found.keys() | wanted.keys() if found.get(key) != wanted.get(key)]
    if differing or not wanted:
        key = min(differing, default=None)
        raise RuntimeError(
            f"{what}: {len(differing)} of {len(wanted)} figures differ:"
            f" {key}: {found.get(key)}, not {wanted.get(key)}"
        )


def count_all(bench: Bench) -> list[Row]:
    """An indicator over all orders by month and team, counted from its beginning: `_count_each`, as the
    cron calls it, after its figures were removed. Everything is written: the figure of each month, as a
    whole and of each team, the quarters and years, and what is over is closed. "Bare" is one SQL
    statement by hand, `GROUP BY date_trunc('month', date_order), team_id`, without a condition: its
    months are those of UTC, it has no totals, and writes nothing. The sum is of amounts of money,
    which ours converts at the rate of their day, and the bare statement takes as they are."""
    return [
        _count_all(bench, "count", "number", SQL("COUNT(*)")),
        _count_all(bench, "sum", "sum", SQL("SUM(amount_untaxed)")),
    ]


def _count_all(bench: Bench, name: str, title: str, figure: SQL) -> Row:
    query = SQL(
        "SELECT date_trunc('month', date_order), team_id, %s FROM sale_order GROUP BY 1, 2", figure
    )
    ours, peer = alternate(
        15,
        2,
        lambda number: bench.count(name, number),
        lambda number: bench.time(lambda env, __: env.execute_query(query), number),
    )
    _same(bench.parts(name), bench.by_hand(figure), name)
    mine, bare = Figure.of(ours), Figure.of(peer)
    times = mine.seconds / bare.seconds
    return Row(
        f"{title} of {ORDERS:,} orders by month and team, beside bare SQL",
        1,
        mine,
        bare,
        f"{times:.2f}× the bare",
        "≤ 1.3×",
        times <= 1.3,
    )


def refresh(bench: Bench) -> list[Row]:
    """`_count_each`, as the cron of each hour calls it, after 100 orders have come in: the orders of
    today and yesterday are counted, and the month that runs is put together of its days. Beside it,
    in the same rounds, a second indicator of the same definition is counted from its beginning. The
    goal is a share of that."""
    return [
        _refresh(bench, "refreshed", "count", "number", SQL("COUNT(*)")),
        _refresh(bench, "sum refreshed", "sum", "sum", SQL("SUM(amount_untaxed)")),
    ]


def _refresh(bench: Bench, name: str, full: str, title: str, figure: SQL) -> Row:
    bench.refresh(name, 0)  # counts the days of the month

    def hourly(number: int) -> Sample:
        bench.come_in()
        return bench.refresh(name, number)

    ours, whole = alternate(10, 2, hourly, lambda number: bench.count(full, number))
    _same(bench.parts(name), bench.by_hand(figure), name)
    mine, peer = Figure.of(ours), Figure.of(whole)
    share = mine.seconds / peer.seconds
    return Row(
        f"{title}: an hour later, beside all of it",
        1,
        mine,
        peer,
        f"{share:.1%} of the full count",
        "≤ 5 %",
        share <= 0.05,
    )


def dashboard(bench: Bench) -> list[Row]:
    """All that a dashboard of 40 tiles shows (`_show`, which the client's one request calls), when there are
    200 indicators with figures of 60 months, the whole and 20 teams: 16 trends and 8 numbers with 13
    months each, 8 heat maps of 6 months × 20 teams, 8 rankings of 20 teams. What the reader may see is
    decided, texts and labels are made, forecasts are computed. Four of the queries ask who the reader is, of
    which groups, and for the company and its time zone; they are counted, as a call begins with
    an empty record cache. "Bare" is one SQL statement by hand that
    reads the same figures by the ids of the indicators; it makes nothing of them."""
    query = _bare_board(bench)
    show = bench.show(bench.board_id)
    _check_board(bench, query)
    ours, peer = alternate(
        20,
        3,
        lambda number: bench.time(show, number, READER),
        lambda number: bench.time(lambda env, __: env.execute_query(query), number, READER),
    )
    mine, bare = Figure.of(ours), Figure.of(peer)
    return [
        Row(
            f"dashboard of {TILES} tiles of {INDICATORS} indicators, {YEARS} years",
            1,
            mine,
            bare,
            f"{mine.seconds / bare.seconds:.1f}× the bare",
            "≤ 6 queries",
            mine.queries <= 6,
        )
    ]


def _bare_board(bench: Bench) -> SQL:
    maps = [kpi for kpi, kind in bench.tiles if kind == "heatmap"]
    rankings = [kpi for kpi, kind in bench.tiles if kind == "ranking"]
    return SQL(
        "SELECT kpi_id, start, dimension_id, res_id, value FROM collab_kpi_value"
        " WHERE grain = 'month' AND (dimension_id IS NULL AND kpi_id = ANY(%s) AND start >= %s"
        " OR dimension_id IS NOT NULL AND kpi_id = ANY(%s) AND start >= %s"
        " OR dimension_id IS NOT NULL AND kpi_id = ANY(%s) AND start >= %s)",
        [kpi for kpi, __ in bench.tiles],
        data.month(TREND - 1),
        maps,
        data.month(MAP - 1),
        rankings,
        data.month(0),
    )


def _check_board(bench: Bench, query: SQL) -> None:
    """Make sure that everything is shown that the bare statement reads."""
    shown = bench.shown(bench.show(bench.board_id))
    months = {
        (tile["kpi_id"], start): value
        for tile in shown["tiles"]
        if "trend" in tile
        for start, value in zip(tile["trend"]["starts"], tile["trend"]["values"], strict=True)
    }
    lines = {kpi for kpi, kind in bench.tiles if kind in ("trend", "number")}
    wanted = {
        (kpi, str(start)): value
        for kpi, start, dimension, __, value in bench.ask(query)
        if kpi in lines and not dimension
    }
    _same(months, wanted, "the trends")
    rows = [len(tile["heatmap"]["rows"]) for tile in shown["tiles"] if "heatmap" in tile]
    ranked = [tile["ranking"]["more"] for tile in shown["tiles"] if "ranking" in tile]
    if set(rows) != {TEAMS} or len(rows + ranked) != TILES - len(lines) or 0 in ranked:
        raise RuntimeError(f"heat maps of {rows} rows, rankings with {ranked} more")


def beside_kpi(bench: Bench) -> list[Row]:
    """OCA's kpi: a statement in SQL for each indicator, the value of which is kept with its date. *The same
    figures*: what each of 20 teams has sold this month. Theirs: `compute_kpi_value` of 20 indicators
    of type SQL, each with a statement of its own. Ours, first: `_count_each`, as each hour, of 20
    indicators, which also convert amounts, put together quarters and years, and keep 12 months; then
    of one indicator that is broken down by team. 100 orders come in before each. *Reading*: theirs are
    200 indicators with 60 values each, of which 40 are read by `web_read`, the last value with its
    color and all values with their dates, as their form shows them. Ours, first: the dashboard of the case
    above, which shows 13 months and not 60, but parts, texts and forecasts; then the same 40 × 60
    figures as plain rows, `search_read` of what is kept."""
    bench.refresh("teams refreshed", 0)

    def theirs(number: int) -> Sample:
        bench.come_in()
        return bench.time(
            lambda env, __: env["kpi"].browse(bench.oca_ids).compute_kpi_value(), number
        )

    def ours(name: str):
        def work(number: int) -> Sample:
            bench.come_in()
            return bench.refresh(name, number)

        return work

    each, broken, peer = alternate(7, 2, ours("teams refreshed"), ours("sum refreshed"), theirs)
    bench.refresh("teams refreshed", 0)
    bench.refresh("sum refreshed", 0)
    bench.time(lambda env, __: env["kpi"].browse(bench.oca_ids).compute_kpi_value())
    _check_kpi(bench)
    title = f"this month of {TEAMS} teams, beside OCA kpi"
    return [
        _times(f"{title}: {TEAMS} indicators", each, peer, records=TEAMS),
        _times(f"{title}: one indicator by team", broken, peer, records=TEAMS),
        *_read_kpi(bench),
    ]


def _check_kpi(bench: Bench) -> None:
    """Make sure that both sides have come to the same."""
    last = bench.ask(
        SQL(
            "SELECT DISTINCT ON (kpi_id) kpi_id, value FROM kpi_history WHERE kpi_id = ANY(%s)"
            " ORDER BY kpi_id, id DESC",
            bench.oca_ids,
        )
    )
    theirs = dict(zip(bench.teams, [value for __, value in last], strict=True))
    now = data.this_month()
    wholes = bench.wholes("teams refreshed")
    ours = [wholes[kpi, now] for kpi in bench.kpis["teams refreshed"]]
    parts = bench.parts("sum refreshed")
    _same(dict(zip(bench.teams, ours, strict=True)), theirs, "indicators of teams")
    _same({team: parts[now, team] for team in bench.teams}, theirs, "an indicator by team")


def _read_kpi(bench: Bench) -> list[Row]:
    shown = {"date": {}, "value": {}, "color": {}}
    wanted = {
        "name": {},
        "value": {},
        "color": {},
        "last_execution": {},
        "history_ids": {"fields": shown},
    }

    def theirs(env: Environment, __: int) -> None:
        found = env["kpi"].browse(bench.history_ids[:TILES]).web_read(wanted)
        _check_number(sum(len(one["history_ids"]) for one in found))

    def ours(env: Environment, __: int) -> None:
        domain = [
            ("kpi_id", "in", [kpi for kpi, __ in bench.tiles]),
            ("grain", "=", "month"),
            ("dimension_id", "=", False),
        ]
        _check_number(
            len(env["collab.kpi.value"].search_read(domain, ["kpi_id", "start", "value"]))
        )

    board, rows, peer = alternate(
        10,
        2,
        lambda number: bench.time(bench.show(bench.board_id), number, READER),
        lambda number: bench.time(ours, number, READER),
        lambda number: bench.time(theirs, number, READER),
    )
    return [
        _times(f"reading: a dashboard of {TILES} tiles, beside {TILES} of OCA kpi", board, peer),
        _times(f"reading: {TILES} indicators × {YEARS * 12} values, beside OCA kpi", rows, peer),
    ]


def _check_number(found: int) -> None:
    if found != TILES * YEARS * 12:
        raise RuntimeError(f"{found} values have been read")


def _times(title: str, ours: Sequence[Sample], peer: Sequence[Sample], records: int = 1) -> Row:
    mine, theirs = Figure.of(ours), Figure.of(peer)
    times = theirs.seconds / mine.seconds
    return Row(title, records, mine, theirs, f"{times:.1f}×", "≥ 10×", times >= 10)


def beside_mis_builder(bench: Bench) -> list[Row]:
    """OCA's mis_builder: a report of 20 rows, what each team has sold, and 12 columns, the months, each row a
    query of sale orders of its own, `sum` of a stored field. It keeps no figures: `compute` of the report
    asks the orders each time. *Reading*: its `compute` beside our dashboard of 20 trends of the
    same figures (13 months each), which are kept. *Counting*: its `compute` again beside what it takes us
    to count the same 12 × 20 figures from the beginning, and to keep them, with their quarters and
    years: by one indicator that is broken down by team, and by an indicator for each team. Of the
    latter each reads the orders of its team."""

    def theirs(env: Environment, __: int) -> dict:
        return env["mis.report.instance"].browse(bench.mis_id).compute()

    ours = bench.show(bench.sums_id)
    bench.count("teams", 0)
    bench.count("sum", 0)
    _check_mis(bench, ours, theirs)
    read, broken, each, peer = alternate(
        5,
        1,
        lambda number: bench.time(ours, number, READER),
        lambda number: bench.count("sum", number),
        lambda number: bench.count("teams", number),
        lambda number: bench.time(theirs, number, READER),
    )
    return [
        _times(f"reading {SAME}, beside mis_builder", read, peer),
        _times(f"counting {SAME}, one indicator, beside mis_builder", broken, peer),
        _times(f"counting {SAME}, {TEAMS} indicators, beside mis_builder", each, peer),
    ]


def _check_mis(bench: Bench, ours: Work, theirs: Work) -> None:
    """Make sure that both sides show the same."""
    tiles, body = bench.shown(ours)["tiles"], bench.shown(theirs)["body"]
    values = [tile["trend"]["values"][-MONTHS:] for tile in tiles]
    wanted = [[cell["val"] for cell in row["cells"]] for row in body]
    _same(dict(enumerate(values)), dict(enumerate(wanted)), "the report")
    by_hand = bench.by_hand(SQL("SUM(amount_untaxed)"))
    _same(bench.parts("sum"), by_hand, "an indicator by team")


def memory(bench: Bench) -> list[Row]:
    """What Python holds at most, more than before, while an indicator is counted from its beginning:
    over 1,000,000 orders, and over a tenth of them, of the same months and teams. Measured by
    `tracemalloc`, which sees what Python allocates, rows that are fetched among it, but not what
    PostgreSQL does."""
    many, few = (min(_peak(bench, name) for __ in range(3)) for name in ("count", "few"))
    counted = {name: sum(bench.wholes(name).values()) for name in ("count", "few")}
    if not counted["few"] == ORDERS / SHARE < counted["count"] / 2:
        raise RuntimeError(f"counted: {counted}")
    ratio = many / few
    return [
        Row(
            f"memory to count {ORDERS:,} orders, beside {ORDERS // SHARE:,}",
            1,
            f"{many / 2**20:.2f} MB",
            f"{few / 2**20:.2f} MB",
            f"{ratio:.2f}×",
            "≤ 1.2×",
            ratio <= 1.2,
        )
    ]


def _peak(bench: Bench, name: str) -> int:
    bench.count(name, 0)  # what is made once is there
    bench.forget(name)
    gc.collect()
    tracemalloc.start()
    try:
        bench.refresh(name, 0)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


CASES = (count_all, refresh, dashboard, beside_kpi, beside_mis_builder, memory)

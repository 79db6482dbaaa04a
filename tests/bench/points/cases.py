"""What is measured: one function a case, and what its figures mean.

Their docstrings are printed under the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from measure import Figure, Sample, Work, alternate, once
from report import Row
from server import Database
from serving import serve

from odoo.api import Environment
from odoo.tools import SQL

from . import data
from .crowd import Crowd
from .data import PATTERN, PEOPLE, TASKS

#: Of what is changed between two runs: many, and as many as people who do 1,000,000 tasks in 89 days
#: of eight hours finish in the ten minutes between two runs
CHANGES = (1_000, 250)
CHECKINS = 40
#: How often a leaderboard is looked at
LOOKS = 20
#: Processes that answer at nine o'clock, and within how many seconds all come
WORKERS = 4
SECONDS = 60
#: How many come
CROWD = 2_000


@dataclass
class Bench:
    """:ivar first: the seconds that it took to count everything when nothing had been counted
    :ivar goals: what it took the peer to update all goals
    """

    database: Database
    rule_id: int
    goal_ids: Sequence[int]
    batch_goal_ids: Sequence[int]
    first: float | None = None
    goals: Figure | None = None

    @property
    def ours(self) -> Bench:
        return self

    def count(self, whole: bool) -> Work:
        """Count the rule as its cron does."""

        def work(env: Environment, __: int) -> None:
            env["collab.point.rule"].browse(self.rule_id)._count_each(whole)

        return work

    def update(self, goal_ids: Sequence[int]) -> Work:
        return lambda env, __: env["gamification.goal"].browse(goal_ids).update_goal()

    def time(self, work: Work, number: int = 0, login: str | None = None) -> Sample:
        return once(self.database, login, work, number)

    def counted(self) -> int:
        """Return how many tasks have counted."""
        with self.database.environment() as env:
            [[number]] = env.execute_query(
                SQL(
                    "SELECT COALESCE(SUM(cardinality(res_ids)), 0)"
                    " FROM collab_point_tally WHERE rule_id = %s",
                    self.rule_id,
                )
            )
        return number

    def points(self, login: str = f"{PATTERN}%") -> int:
        """Return how many points have been entered."""
        with self.database.environment() as env:
            [[points]] = env.execute_query(
                SQL(
                    "SELECT COALESCE(SUM(points), 0) FROM collab_point_entry entry"
                    " JOIN res_users person ON person.id = entry.user_id WHERE login LIKE %s",
                    login,
                )
            )
        return points


def count_all(bench: Bench) -> list[Row]:
    """Everything that the rule counts: `_count_each`, as the cron of the night calls it, and
    `update_goal` of a goal for each person. "At first" is once, when nothing has been counted:
    ours notes which tasks count, for each person and month, and enters the points; the peer
    writes a number on each goal. Then both are called again, which is what they do every night.
    In its batch mode the peer asks one query, and then looks for each goal through what came of
    all of them. "Bare" is one SQL statement by hand that counts the tasks of each person and
    month in Shanghai, for people who are all there; it knows no other time zones, nobody's
    acceptance, and writes nothing; it sorts in the 4 MB that PostgreSQL gives it, where ours
    takes 64. What it takes to read and join the tasks and their people is
    most of what ours takes: it is not twenty times as fast as the peer either."""
    first = bench.time(bench.count(whole=True)), bench.time(bench.update(bench.goal_ids))
    bench.database.vacuum()
    ours, peer, bare = alternate(
        3,
        0,
        lambda number: bench.time(bench.count(whole=True), number),
        lambda number: bench.time(bench.update(bench.goal_ids), number),
        lambda number: bench.time(_bare, number),
    )
    batch = [bench.time(bench.update(bench.batch_goal_ids))]
    _check(bench)
    bench.first, bench.goals, full = first[0].seconds, Figure.of(peer), Figure.of(ours)
    title = f"rule for {PEOPLE:,} people over {TASKS:,} tasks"
    rows = [
        _beside_peer(f"{title}, at first", [first[0]], [first[1]], "-", None),
        _beside_peer(title, ours, peer, "≥ 20×", 20),
        _beside_peer(f"{title}, peer in batch mode", ours, batch, "-", None),
    ]
    times = full.seconds / Figure.of(bare).seconds
    return [
        *rows,
        Row(
            f"{title}, beside bare SQL",
            1,
            full,
            Figure.of(bare),
            f"{times:.2f}× the bare",
            "-",
            None,
        ),
    ]


def _bare(env: Environment, __: int) -> None:
    env.execute_query(_bare_query(env))


def _bare_query(env: Environment) -> SQL:
    return SQL(
        "SELECT link.user_id, date_trunc('month', date_end + interval '8 hours'), COUNT(*)"
        " FROM project_task task JOIN project_task_user_rel link ON link.task_id = task.id"
        " WHERE state = '1_done' AND date_end >= %s::timestamp - interval '8 hours'"
        " AND date_end <= now() AT TIME ZONE 'UTC' GROUP BY 1, 2",
        data.since(env),
    )


def _check(bench: Bench) -> None:
    """Make sure that all sides have counted the same."""
    with bench.database.environment() as env:
        goals = env["gamification.goal"]
        found = {
            "bare": sum(row[2] for row in env.execute_query(_bare_query(env))),
            "goals": sum(goals.browse(bench.goal_ids).mapped("current")),
            "goals in batch mode": sum(goals.browse(bench.batch_goal_ids).mapped("current")),
        }
    counted = bench.counted()
    # goals begin at midnight in UTC
    wrong = {name: number for name, number in found.items() if abs(number / counted - 1) > 0.01}
    if wrong or counted != found["bare"]:
        raise RuntimeError(f"{counted} tasks have counted, and {found}")
    if bench.points() != counted * 5:
        raise RuntimeError(f"{bench.points()} points for {counted} tasks")


def count_changes(bench: Bench) -> list[Row]:
    """`_count_each`, as the cron of every ten minutes calls it, after 1,000 tasks, each of somebody
    else, were reopened in SQL, or done again: 1,000 persons' months are other ones. Then with 250,
    which is what 10,000 people who do a million tasks in 89 days of eight hours finish in ten
    minutes. Beside it everything is counted anew, in the same rounds, when nothing has changed.
    The share is that of the former in the latter, and in what the first count took. The peer looks
    at all of its goals whatever has changed: what that took above stands beside it. Most of it is to find, write and index anew the
    months concerned, with all tasks that count in them."""
    return [row for number in CHANGES for row in _count_some(bench, number)]


def _count_some(bench: Bench, tasks: int) -> list[Row]:
    before = bench.points()

    def changes(number: int) -> Sample:
        state = ("01_in_progress", "1_done")[number % 2]
        _set_state(bench.database, state, tasks)
        sample = bench.time(bench.count(whole=False), number)
        lost = before - bench.points()
        if (lost > 0) != (state != "1_done"):
            raise RuntimeError(f"{lost} points less when the tasks are {state}")
        return sample

    ours, full = alternate(
        8, 2, changes, lambda number: bench.time(bench.count(whole=True), number)
    )
    figure, whole = Figure.of(ours), Figure.of(full)
    share = figure.seconds / whole.seconds
    return [
        Row(
            f"{tasks:,} changed tasks, beside all of them",
            1,
            figure,
            whole,
            f"{share:.1%} of the full run, {figure.seconds / bench.first:.1%} of the first",
            "≤ 2 % of the full run",
            share <= 0.02,
        ),
        Row(
            f"{tasks:,} changed tasks, beside the goals",
            1,
            figure,
            bench.goals,
            f"{bench.goals.seconds / figure.seconds:.0f}×",
            "-",
            None,
        ),
    ]


def _set_state(database: Database, state: str, tasks: int) -> None:
    with database.environment() as env:
        env.cr.execute(
            SQL(
                "UPDATE project_task SET state = %s, write_date = now() AT TIME ZONE 'UTC'"
                " WHERE sequence BETWEEN %s AND %s",
                state,
                TASKS // 2 + 1,
                TASKS // 2 + tasks,
            )
        )
        if env.cr.rowcount != tasks:
            raise RuntimeError(f"{env.cr.rowcount} tasks have changed")


def check_in(bench: Bench) -> list[Row]:
    """`check_in`, as 40 people, who have checked in the day before and whose next working day is
    known; each has asked for their card before (`today`), as whoever sees the button has. The
    check-in, its point and the streak are written, and what the card shows is returned. One of
    the queries asks for the time of the transaction, which a test's cursor knows already."""
    with bench.database.environment() as env:
        data.load_participants(env)

    def call(number: int) -> Sample:
        login = f"{PATTERN}{number + 1}"
        before = bench.points(login)
        bench.time(lambda env, __: env["collab.participant"].today(), number, login)
        sample = bench.time(lambda env, __: env["collab.checkin"].check_in(), number, login)
        if bench.points(login) != before + 1:
            raise RuntimeError(f"{login} has no point for the check-in")
        return sample

    [samples] = alternate(CHECKINS, 3, call)
    figure = Figure.of(samples)
    return [Row("check in", 1, figure, "", "-", "≤ 6 queries", figure.queries <= 6)]


def leaderboard(bench: Bench) -> list[Row]:
    """`top`, as one of 10,000 people, when a million entries have come in over three months: the
    ten who have received most in a week, a month and a quarter, and what the reader has. "Bare" is
    one SQL statement by hand that adds up the points of everybody since that day and sorts them;
    it asks neither who is still there, nor who has left the boards, nor who reads. Each has
    done something else before, as whoever has come to a page has."""
    with bench.database.environment() as env:
        data.load_entries(env)
    bench.database.vacuum()
    rows = []
    for span in ("week", "month", "quarter"):
        firsts = []

        def look(number: int, span: str = span, firsts: list[str] = firsts) -> Sample:
            def work(env: Environment, __: int) -> None:
                board = env["collab.leaderboard"].top(span)
                firsts.append(board["first"])
                if len(board["rows"]) != 10:
                    raise RuntimeError(f"{len(board['rows'])} people on the board")

            login = f"{PATTERN}{number + 1}"
            bench.time(_arrive, number, login)
            return bench.time(work, number, login)

        def bare(number: int, firsts: list[str] = firsts) -> Sample:
            return bench.time(lambda env, __: env.execute_query(_top_query(firsts[-1])), number)

        look(0)
        ours, peer = alternate(LOOKS, 3, look, bare)
        mine, theirs = Figure.of(ours), Figure.of(peer)
        rows.append(
            Row(
                f"leaderboard of {PEOPLE:,} people, a {span}",
                1,
                mine,
                theirs,
                f"{mine.seconds / theirs.seconds:.2f}× the bare",
                "≤ 3 queries",
                mine.queries <= 3,
            )
        )
    return rows


def _arrive(env: Environment, __: int) -> None:
    """Do what any page does: ask what its reader may, and for which companies."""
    if not env.user._is_internal() or not env.companies.ids:
        raise RuntimeError("nobody is there")


def _top_query(first: str) -> SQL:
    return SQL(
        "SELECT user_id, SUM(points) FROM collab_point_entry"
        " WHERE create_date >= %s AND kind = 'work' GROUP BY 1 ORDER BY 2 DESC LIMIT 10",
        first,
    )


def nine_o_clock(bench: Bench) -> list[Row]:
    """2,000 people who are logged in check in within a minute, each at some moment of it, on a real
    server of four processes; Locust is the crowd, on the same machine. Right after the tap the card
    is read anew (`load`), as the client does. Before that or after it, by lot, each reads 80 contacts
    as Odoo's list does (`web_search_read`). Shown is what 95 of 100 waited for less than, ours and that of Odoo's list,
    in the same run."""
    with bench.database.environment() as env:
        data.load_participants(env)
        data.open_doors(env)
    crowd = Crowd(bench.database, CROWD, SECONDS)
    with serve(bench.database, WORKERS) as server:
        waits = crowd.come(server.url)
    with bench.database.environment() as env:
        [[there]] = env.execute_query(
            SQL("SELECT COUNT(*) FROM collab_participant WHERE day = %s", data.today(env))
        )
    failed = sum(wait.failures for wait in waits.values())
    if there < CROWD:
        raise RuntimeError(f"{there} of {CROWD} have checked in, {failed} requests failed")
    plain = waits["list"].p95
    return [
        Row(
            f"{CROWD:,} people in a minute: {title}",
            1,
            f"{1000 * waits[name].p95:.0f} ms (p95)",
            f"{1000 * plain:.0f} ms (p95)",
            f"{waits[name].p95 / plain:.2f}× Odoo's list",
            "no error",
            not waits[name].failures,
        )
        for name, title in (("tap", "check in"), ("card", "the card"))
    ]


def _beside_peer(
    title: str, ours: Sequence[Sample], peer: Sequence[Sample], goal: str, ratio: float | None
) -> Row:
    mine, theirs = _figure(ours), _figure(peer)
    times = theirs.seconds / mine.seconds
    met = None if ratio is None else times >= ratio
    return Row(title, 1, mine, theirs, f"{times:.1f}×", goal, met)


def _figure(samples: Sequence[Sample]) -> Figure:
    """Return what came of samples, or of the only one."""
    if len(samples) == 1:
        return Figure(samples[0].seconds, samples[0].queries, 0)
    return Figure.of(samples)


CASES = (count_all, count_changes, check_in, leaderboard, nine_o_clock)

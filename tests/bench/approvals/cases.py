"""What is measured: one function a case, and what its figures mean.

Their docstrings are printed under the table.
"""

from __future__ import annotations

import gc
import math
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field

from measure import Figure, Sample, Work, alternate, once
from report import Row, duration
from server import Database

from odoo.api import Environment

from .data import APPROVERS, BUYER
from .idle import hook_off
from .sides import FREE_FIELD, MODEL, Side

FIRST, SECOND, THIRD = APPROVERS
MANY = 1_000
BACKLOG = 10_000


@dataclass(frozen=True)
class Arm:
    """A side with its database."""

    side: Side
    database: Database

    def count(self, login: str) -> int:
        with self.database.environment(login) as env:
            return self.side.count(env)

    def handles(self, orders: Sequence[int]) -> list[int]:
        with self.database.environment() as env:
            return self.side.handles(env, orders)


@dataclass
class Bench:
    ours: Arm
    peer: Arm
    fresh: Iterator[int]  # orders that nobody has touched, the same on both sides
    submitted: list[list[int]] = field(default_factory=list)

    @property
    def arms(self) -> tuple[Arm, Arm]:
        return self.ours, self.peer

    def take(self, number: int) -> list[int]:
        return [next(self.fresh) for __ in range(number)]


def idle_write(bench: Bench) -> list[Row]:
    """`write` and flush of one field of one record, on two models that nobody guards: a
    partner, whose `write` does a lot, and a bank, whose `write` does nothing of its own.
    "Peer" is the same registry and the same record with the hook of `collab_guard` taken off
    its class, so nothing else differs. A sample is the mean of 100 writes, one a record, whose
    values are in the cache; then they are rolled back. The extra time is the median over 100
    pairs of samples taken one after the other; ± is its 95 % interval."""
    return [
        _idle(bench.ours.database, "res.partner", "function", "write, nobody guards: partner"),
        _idle(bench.ours.database, "res.bank", "phone", "write, nobody guards: bank"),
    ]


def _idle(database: Database, model: str, fname: str, title: str) -> Row:
    with database.environment() as env:
        records = env[model].search([], order="id desc", limit=100)

        def write(value: str) -> None:
            for record in records:
                record.write({fname: value})
                env.flush_all()

        def sample(hook: bool) -> Sample:
            thread = threading.current_thread()
            with nullcontext() if hook else hook_off():
                write("a")  # fills the caches, and Python's of the classes that were changed
                gc.collect()
                thread.query_count = 0  # type: ignore[attr-defined]
                start = time.perf_counter()
                write("b")
                seconds = time.perf_counter() - start
                queries = thread.query_count  # type: ignore[attr-defined]
            env.cr.rollback()
            return Sample(seconds / len(records), queries // len(records))

        on, off = alternate(100, 2, lambda __: sample(True), lambda __: sample(False))
    extra, noise = _excess(on, off)
    with_hook, without = Figure.of(on), Figure.of(off)
    queries = with_hook.queries - without.queries
    return Row(
        title,
        1,
        with_hook,
        without,
        f"{extra:+.1%} ±{noise:.1%}, {queries:+.0f} queries",
        "no query, < 2 % time",
        queries == 0 and extra < 0.02,
    )


def _excess(samples: Sequence[Sample], others: Sequence[Sample]) -> tuple[float, float]:
    """Return by how much ``samples`` take longer, each by the one measured beside it: the
    median, and half of its 95 % interval (1.57 IQR / √n)."""
    pairs = zip(samples, others, strict=True)
    ratios = [one.seconds / other.seconds for one, other in pairs]
    low, median, high = statistics.quantiles(ratios, n=4)
    return median - 1, 1.57 * (high - low) / math.sqrt(len(ratios))


def submit(bench: Bench) -> list[Row]:
    """The buyer submits 1,000 draft orders in one call: `collab.approval.request.submit`,
    and `request_validation` on the peer. Both write three tasks for each order and tell the
    first approver's client."""
    rounds, warm_up = 5, 1
    batches = [bench.take(50)] + [bench.take(MANY) for __ in range(rounds)]
    ours, peer = _compare(
        bench, BUYER, lambda arm: lambda env, n: arm.side.submit(env, batches[n]), rounds, warm_up
    )
    _expect(bench, FIRST, sum(map(len, batches)))
    bench.submitted = batches
    return [
        _row(
            f"submit {MANY:,} orders, 3 steps",
            MANY,
            ours,
            peer,
            "≤ 0.1 query a record, ≥ 10×",
            0.1 * MANY,
            10,
        )
    ]


def write_governed(bench: Bench) -> list[Row]:
    """The buyer writes a field that stays editable on 1,000 orders under review, in one
    call. Both gates look at every order and let it through; on the peer by its "tier
    validation exception" for that field. Odoo alone reads the orders in one query and writes
    them by the hundred; what the gate adds to that is found by the same call, in the same
    rounds, with the hook taken off."""
    orders = bench.submitted[-1]

    def write(env: Environment, number: int) -> None:
        env[MODEL].browse(orders).write({FREE_FIELD: f"offer {number}"})

    def on(arm: Arm) -> Callable[[int], Sample]:
        return lambda number: once(arm.database, BUYER, write, number)

    def off(number: int) -> Sample:
        with hook_off():
            return once(bench.ours.database, BUYER, write, number)

    ours, peer, bare = map(Figure.of, alternate(5, 1, *map(on, bench.arms), off))
    queries = ours.queries - bare.queries
    extra = ours.seconds / bare.seconds - 1
    ratio = f"{peer.seconds / ours.seconds:.1f}× (the gate: {queries:+.0f} queries, {extra:+.0%})"
    title = f"write on {MANY:,} governed orders"
    return [Row(title, MANY, ours, peer, ratio, "gate ≤ 3 queries in all", queries <= 3)]


def approve_one(bench: Bench) -> list[Row]:
    """The first approver approves one order, which brings it to the second:
    `action_approve` on the request, `validate_tier` on the peer's order. Every call is for
    another order. Both tell the second approver's client at once and write to them: the peer
    within the call, Collab by a cron that looks every minute and gathers; what that takes
    afterwards, for each task, is given beside the ratio. The second row is the peer as it is
    installed, which writes to nobody."""
    rounds, warm_up = 30, 3
    orders = iter(bench.submitted[-1])
    rows = []
    for tells in (True, False):
        batches = [[next(orders)] for __ in range(rounds + warm_up)]
        ours, peer, extra = _approve(bench, batches, rounds, warm_up, tells)
        goal = ("≤ 10 queries, ≥ 3×", 10, 3) if tells else ("≤ 10 queries", 10, None)
        title = "approve one order, one step" + ("" if tells else ", peer writes to nobody")
        rows.append(_row(title, 1, ours, peer, *goal, extra))
    return rows


def approve_many(bench: Bench) -> list[Row]:
    """The first approver approves 1,000 orders: in one call of `action_approve`, and order
    by order in one transaction on the peer, whose method takes only one. Both tell the second
    approver, in the same two ways as for one."""
    warm, *thousands = bench.submitted
    rows = []
    for tells, warm_up, counted in (
        (True, warm[:20], thousands[:2]),
        (False, warm[20:40], thousands[2:4]),
    ):
        batches = [warm_up, *counted]
        ours, peer, extra = _approve(bench, batches, 2, 1, tells)
        title = f"approve {MANY:,} orders, one step" + ("" if tells else ", peer writes to nobody")
        goal = ("works, ≥ 20×", None, 20) if tells else ("works", None, None)
        rows.append(_row(title, MANY, ours, peer, *goal, extra))
    return rows


def inbox_count(bench: Bench) -> list[Row]:
    """How many orders wait for the third approver: what the client asks to show the number
    (`_count_mine`, which Odoo's activity menu calls; `review_user_count`, which the peer's
    menu calls), with 100 and with 10,000 waiting. One order is brought to the third approver
    by the public methods, then what they have written is copied for the others in SQL, and
    the tables are analyzed."""
    pattern, *others = bench.take(BACKLOG)
    for arm in bench.arms:
        with arm.database.environment(BUYER) as env:
            arm.side.submit(env, [pattern])
        for login in (FIRST, SECOND):
            with arm.database.environment(login) as env:
                arm.side.approve(env, arm.handles([pattern]))
    rows, pending = [], 1
    for orders, rounds in ((others[:99], 15), (others[99:], 5)):
        for arm in bench.arms:
            with arm.database.environment() as env:
                arm.side.load_pending(env, pattern, orders)
            arm.database.analyze()
        pending = _expect(bench, THIRD, pending + len(orders))
        ours, peer = _compare(
            bench, THIRD, lambda arm: lambda env, __: arm.side.count(env), rounds, 1
        )
        title, goal = f"inbox count, {pending:,} pending", "1 query, flat, ≥ 10×"
        rows.append(_row(title, 1, ours, peer, goal, 1, 10))
    return rows


def _compare(
    bench: Bench, login: str, work: Callable[[Arm], Work], rounds: int, warm_up: int
) -> tuple[Figure, Figure]:
    """Have both sides do their ``work`` as the user ``login``."""

    def call(arm: Arm) -> Callable[[int], Sample]:
        todo = work(arm)
        return lambda number: once(arm.database, login, todo, number)

    ours, peer = alternate(rounds, warm_up, *map(call, bench.arms))
    return Figure.of(ours), Figure.of(peer)


def _approve(
    bench: Bench, batches: Sequence[Sequence[int]], rounds: int, warm_up: int, tells: bool
) -> tuple[Figure, Figure, str]:
    """Have the first approver approve one batch of orders a round, and make sure that it was
    done.

    :param tells: whether the peer writes to the second approver
    :return: the figures, and how long our cron writes afterwards, in words
    """
    for arm in bench.arms:
        with arm.database.environment() as env:
            arm.side.tell(env, tells)
    before = _expect(bench, SECOND, bench.ours.count(SECOND))
    _write_messages(bench)

    def work(arm: Arm) -> Work:
        handles = [arm.handles(batch) for batch in batches]
        return lambda env, number: arm.side.approve(env, handles[number])

    figures = _compare(bench, FIRST, work, rounds, warm_up)
    done = sum(map(len, batches))
    _expect(bench, SECOND, before + done)
    return *figures, f"the cron: {duration(_write_messages(bench) / done)} a task"


def _write_messages(bench: Bench) -> float:
    """Have our cron write to people; return how many seconds that took."""
    with bench.ours.database.environment() as env:
        start = time.perf_counter()
        teller = env["collab.approval.teller"]
        while tasks := teller._untold():
            teller._tell(tasks)
        env.flush_all()
        return time.perf_counter() - start


def _expect(bench: Bench, login: str, pending: int) -> int:
    """Make sure that on both sides so many orders wait for a user: that the work was done."""
    for arm in bench.arms:
        if (found := arm.count(login)) != pending:
            raise RuntimeError(
                f"{arm.database.name}: {found} orders wait for {login}, not {pending}"
            )
    return pending


def _row(
    title: str,
    records: int,
    ours: Figure,
    peer: Figure,
    goal: str,
    queries: float | None,
    ratio: float | None,
    extra: str = "",
) -> Row:
    """Compare two figures.

    :param queries: how many ours may cost in all, to meet the goal
    :param ratio: how many times faster than the peer's it must be
    :param extra: shown beside the ratio
    """
    times = peer.seconds / ours.seconds
    met = (queries is None or ours.queries <= queries) and (ratio is None or times >= ratio)
    shown = f"{times:.1f}×" + (f" ({extra})" if extra else "")
    return Row(title, records, ours, peer, shown, goal, met)


CASES = (idle_write, submit, write_governed, approve_one, approve_many, inbox_count)

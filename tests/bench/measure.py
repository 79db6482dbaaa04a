"""Timing calls, and bringing several of them to the same conditions."""

from __future__ import annotations

import gc
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server import Database

from odoo.api import Environment

#: Does the work in an environment, for the round of this number
Work = Callable[[Environment, int], object]


@dataclass(frozen=True)
class Sample:
    seconds: float
    queries: int


@dataclass(frozen=True)
class Figure:
    """What came of several samples."""

    seconds: float
    queries: float
    spread: float  # half of what lies between the quartiles, as a share of the median

    @classmethod
    def of(cls, samples: Sequence[Sample]) -> Figure:
        times = sorted(sample.seconds for sample in samples)
        median = statistics.median(times)
        low, __, high = statistics.quantiles(times, n=4, method="inclusive")
        queries = statistics.median(sample.queries for sample in samples)
        return cls(median, queries, (high - low) / 2 / median)


def once(database: Database, login: str, work: Work, number: int) -> Sample:
    """Time one call as a web request would make it: a new transaction, an empty cache, at
    the end everything flushed and committed, with what hangs on the commit.

    Queries are counted on every cursor of this thread.
    """
    thread = threading.current_thread()
    with database.environment(login) as env:
        gc.collect()
        thread.query_count = 0  # type: ignore[attr-defined]
        start = time.perf_counter()
        work(env, number)
        env.cr.commit()
        return Sample(time.perf_counter() - start, thread.query_count)  # type: ignore[attr-defined]


def alternate(
    rounds: int, warm_up: int, *calls: Callable[[int], Sample]
) -> tuple[list[Sample], ...]:
    """Make each call once a round, in an order that turns around, so that what else
    the machine does falls on all alike. The first rounds only warm up.

    :return: for each call its samples
    """
    samples: tuple[list[Sample], ...] = tuple([] for __ in calls)
    for number in range(warm_up + rounds):
        turn = list(zip(calls, samples, strict=True))
        for call, kept in turn if number % 2 else reversed(turn):
            sample = call(number)
            if number >= warm_up:
                kept.append(sample)
    return samples

"""What came of a suite of tests: counts, failures to show, and how they are printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from .say import block, line


@dataclass(frozen=True)
class Failure:
    name: str
    detail: str = ""


@dataclass
class Outcome:
    suite: str
    passed: int = 0
    skipped: int = 0
    failures: list[Failure] = field(default_factory=list)
    known: list[Failure] = field(default_factory=list)  # Odoo's own, listed with a reason
    warnings: list[str] = field(default_factory=list)
    log: Path | None = None
    seconds: float = 0

    @property
    def failed(self) -> int:
        return len(self.failures)

    def counts(self) -> str:
        known = f", {len(self.known)} known" if self.known else ""
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped{known}"


def set_known_apart(outcome: Outcome, known: dict[str, str]) -> Outcome:
    """Take failures listed as not ours out of the count; they are still printed, with the reason."""
    ours = [failure for failure in outcome.failures if failure.name not in known]
    theirs = [Failure(one.name, known[one.name]) for one in outcome.failures if one.name in known]
    return replace(outcome, failures=ours, known=theirs)


def read_known(path: Path) -> dict[str, str]:
    """The list of known failures: `module:Class.method  # reason` a line."""
    found: dict[str, str] = {}
    if path.exists():
        for row in path.read_text().splitlines():
            name, _, reason = row.partition("#")
            if name.strip():
                found[name.strip()] = reason.strip()
    return found


def report(outcomes: Iterable[Outcome]) -> int:
    """Print failures and the one line that sums up; the exit code to leave with."""
    outcomes = list(outcomes)
    for outcome in outcomes:
        if outcome.warnings:
            line()
            line(f"{outcome.suite}: {len(outcome.warnings)} different warnings in the log")
            block("\n".join(outcome.warnings[:20]))
        for failure in outcome.known:
            line(f"KNOWN {outcome.suite}: {failure.name}: {failure.detail}")
    for outcome in outcomes:
        for failure in outcome.failures:
            line()
            line(f"FAILED {outcome.suite}: {failure.name}")
            block(failure.detail.rstrip())
    line()
    for outcome in outcomes:
        log = f"  {outcome.log}" if outcome.failures and outcome.log else ""
        line(f"{outcome.suite:<24} {outcome.counts()}  ({outcome.seconds:.0f} s){log}")
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    skipped = sum(outcome.skipped for outcome in outcomes)
    line(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0

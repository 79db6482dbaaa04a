"""Reading what Odoo's test runner logs.

The runner (odoo/tests/result.py) keeps counts only, and of errors rather than of tests:
a test with three failing subtests is three failures of one test, a class whose set-up fails
is an error of no test. So tests are counted here by their own lines, and the runner's sum is
used to see that none was missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .outcome import Failure, Outcome

_ENTRY = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ (?P<level>[A-Z]+) (?P<db>\S+) (?P<logger>[\w.]+): "
)
_STARTING = re.compile(r"Starting (\S+) \.\.\.$")
_SKIPPED = re.compile(r"skipped (.+?) : ")
_FAILED = re.compile(r"(?:FAIL|ERROR): (.+)")
_SUBTEST = re.compile(r"Subtest (\S+) ")
_CLASS_LEVEL = re.compile(r"(setUpClass|tearDownClass) \(odoo\.addons\.(\w+)\.tests\.\w+\.(.+)\)")
_MODULE = re.compile(r"odoo\.addons\.(\w+)\.tests\b")
_SUM = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading database")
_HOOT = re.compile(
    r"\[HOOT\] (?:Passed (?P<passed>\d+) tests|Failed (?P<failed>\d+) tests \((?P<others>\d+) passed)"
)
_HOOT_TEST = re.compile(r'\[HOOT\] Test "(.+?)" failed')
# Sums of failures that have an entry of their own.
_CONSEQUENCE = re.compile(
    r"Module \w+: \d+ failures, \d+ errors of \d+ tests|At least one test failed when loading"
    r"|\d+ failed, \d+ error\(s\) of \d+ tests when loading"
)


@dataclass
class _Test:
    failed: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)  # logged while it ran, though it may pass
    skipped: bool = False
    started: bool = True
    hoot: list[str] = field(default_factory=list)
    hoot_passed: int = 0


def entries(text: str) -> Iterator[tuple[str, str, str]]:
    """The log's entries as (level, logger, message with its further lines)."""
    level = logger = ""
    rows: list[str] = []
    for row in text.splitlines():
        found = _ENTRY.match(row)
        if found:
            if rows:
                yield level, logger, "\n".join(rows)
            level, logger = found["level"], found["logger"]
            rows = [row[found.end() :].rstrip()]  # Odoo ends every message with a space
        elif rows:
            rows.append(row)
    if rows:
        yield level, logger, "\n".join(rows)


def read(suite: str, text: str, code: int | None) -> Outcome:
    """The outcome of one run of Odoo that logged `text` and left with `code` (None: timed out)."""
    tests: dict[str, _Test] = {}
    outside: list[Failure] = []
    warnings: dict[str, None] = {}
    runs = 0  # how often a test was started, to compare with the runner's own sum
    current = ""  # the test that runs
    loaded = summed = False
    for level, logger, message in entries(text):
        first = message.partition("\n")[0]
        if found := _STARTING.match(first):
            current = _name(logger, found[1])
            runs += 1
            while current in tests:  # the same test started again, with other parameters
                current += "'"
            tests[current] = _Test()
        elif found := _SKIPPED.match(first):
            _get(tests, _name(logger, found[1]), current).skipped = True
        elif level == "ERROR" and (found := _FAILED.match(first)):
            _get(tests, _name(logger, found[1]), current).failed.append(message)
        elif found := _SUM.match(first):
            summed = True
            if int(found[3]) != runs:
                outside.append(
                    Failure(
                        "the count",
                        f"Odoo ran {found[3]} tests, its log shows {runs}: read the log.",
                    )
                )
        elif _CONSEQUENCE.match(first):
            loaded = True
        elif level in ("ERROR", "CRITICAL"):
            hoot = _HOOT_TEST.search(first)
            if current:
                test = tests[current]
                test.errors.append(message)
                if hoot:
                    test.hoot.append(message)
            else:
                outside.append(Failure(f"log of {logger}", message))
        elif level == "WARNING":
            warnings[f"{logger}: {first}"] = None
        elif logger in ("odoo.modules.loading", "odoo.registry", "odoo.service.server"):
            current = ""
            loaded = loaded or first == "Modules loaded."
        if current and (found := _HOOT.search(first)):
            tests[current].hoot_passed = int(found["passed"] or found["others"])

    outcome = Outcome(suite, warnings=list(warnings))
    for name, test in tests.items():
        _count(outcome, name, test)
    outcome.failures += outside
    if code is None:
        outcome.failures.append(
            Failure("the run", f"took too long and was ended; last: {current or 'loading'}")
        )
    elif not loaded:
        outcome.failures.append(Failure("the run", "the modules were not loaded:\n" + _tail(text)))
    elif not summed:
        outcome.failures.append(Failure("the run", "ended before its tests did:\n" + _tail(text)))
    elif code and not outcome.failures:
        outcome.failures.append(Failure("the run", f"exit code {code}:\n" + _tail(text)))
    return outcome


def _count(outcome: Outcome, name: str, test: _Test) -> None:
    if test.hoot or test.hoot_passed:  # one test of Odoo's that ran many of the web client's
        outcome.passed += test.hoot_passed
        for message in test.hoot:
            found = _HOOT_TEST.search(message)
            outcome.failures.append(Failure(f"{name} {found[1] if found else ''}", message))
        if test.hoot:
            return
    if test.failed or test.errors:
        logged = ["It passed, but an error was logged while it ran:"] if not test.failed else []
        outcome.failures.append(Failure(name, "\n".join([*test.failed, *logged, *test.errors])))
    elif test.skipped:
        outcome.skipped += 1
    elif test.started and not test.hoot_passed:
        outcome.passed += 1


def _get(tests: dict[str, _Test], name: str, current: str) -> _Test:
    """The test a result speaks of: the one that runs, or one that could not start."""
    if current.rstrip("'") == name:
        return tests[current]
    return tests.setdefault(name, _Test(started=False))


def _name(logger: str, described: str) -> str:
    """`module:Class.method`, as `--test-tags` takes it."""
    if found := _SUBTEST.match(described):
        described = found[1]
    if found := _CLASS_LEVEL.match(described):
        return f"{found[2]}:{found[3]}.{found[1]}"
    module = _MODULE.match(logger)
    return f"{module[1] if module else logger}:{described}"


def _tail(text: str) -> str:
    return "\n".join(text.splitlines()[-25:])

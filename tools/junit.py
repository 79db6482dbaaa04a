"""Reading pytest's report. Its XML says what each test came to, its terminal output only looks."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

from .outcome import Failure, Outcome


def read(suite: str, path: Path, code: int | None, log: str) -> Outcome:
    """The outcome of one run of pytest with this report, exit code (None: timed out) and output."""
    outcome = Outcome(suite)
    tail = "\n".join(log.splitlines()[-25:])
    if code is None:
        outcome.failures.append(Failure("the run", f"took too long and was ended:\n{tail}"))
    if not path.exists():
        if code is not None:
            outcome.failures.append(
                Failure("the run", f"pytest left with code {code} and no report:\n{tail}")
            )
        return outcome
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        name = f"{case.get('classname', '')}.{case.get('name', '')}".lstrip(".")
        wrong = [*case.findall("failure"), *case.findall("error")]
        if wrong:
            detail = "\n".join(part.text or part.get("message", "") for part in wrong)
            outcome.failures.append(Failure(name, detail))
        elif case.find("skipped") is not None:
            outcome.skipped += 1
        else:
            outcome.passed += 1
    if code not in (0, None) and not outcome.failures:
        outcome.failures.append(Failure("the run", f"pytest left with code {code}:\n{tail}"))
    return outcome

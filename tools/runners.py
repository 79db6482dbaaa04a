"""Running one suite: Odoo's test runner or pytest, from a start to an outcome."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from . import junit, odoo_log, process, templates
from .odoo import Odoo
from .outcome import Outcome
from .say import step

MINUTE = 60


def run_odoo(
    odoo: Odoo,
    suite: str,
    database: str,
    options: Sequence[str],
    program: Sequence[str] = ("-m", "odoo"),
) -> Outcome:
    log = odoo.project.logs / f"test-{suite}.log"
    command = odoo.command(
        database,
        *options,
        *("--stop-after-init", "--max-cron-threads", "0", "--workers", "0"),
        *("--http-port", str(process.free_port())),
        *("--screenshots", str(odoo.project.logs / "screenshots")),
        program=program,
    )
    return _timed(
        suite,
        log,
        partial(process.run, command, log, odoo.environment, odoo.project.root, 35 * MINUTE),
        lambda code: odoo_log.read(suite, log.read_text(errors="replace"), code),
    )


def run_pytest(odoo: Odoo, folder: str, env: dict[str, str]) -> Outcome:
    log = odoo.project.logs / f"test-{folder}.log"
    result = odoo.project.logs / f"test-{folder}.xml"
    result.unlink(missing_ok=True)
    command = [str(odoo.env.python), "-m", "pytest", f"tests/{folder}", f"--junitxml={result}"]
    return _timed(
        folder,
        log,
        partial(
            process.run,
            command,
            log,
            {**odoo.environment, "PYTHONPATH": "", **env},
            odoo.project.root,
            30 * MINUTE,
        ),
        lambda code: junit.read(folder, result, code, log.read_text(errors="replace")),
    )


def _timed(
    suite: str, log: Path, work: Callable[[], int | None], read: Callable[[int | None], Outcome]
) -> Outcome:
    step(f"{suite}: started ({log})")
    started = time.monotonic()
    outcome = read(work())
    outcome.seconds = time.monotonic() - started
    outcome.log = log
    step(f"{suite}: {outcome.counts()} in {outcome.seconds:.0f} s")
    return outcome


class Scratch:
    """A copy of a template for one suite, dropped after it."""

    def __init__(self, odoo: Odoo, template: str, suite: str) -> None:
        self.odoo = odoo
        self.template = template
        self.name = f"{templates.SCRATCH}{suite}_{os.getpid()}"

    def __enter__(self) -> str:
        self.odoo.databases.clone(self.template, self.name)
        return self.name

    def __exit__(self, *_error: object) -> None:
        self.odoo.databases.drop(self.name)

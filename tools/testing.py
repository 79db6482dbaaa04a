"""`make test`: every runner there is, two lanes at a time, one sum at the end."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from . import addons, debian, junit, odoo_log, process, templates
from .house import opened
from .odoo import Odoo
from .outcome import Failure, Outcome, read_known, report, set_known_apart
from .project import Project
from .say import Stop, step

# Folders of tests/ that are not suites of their own here.
NOT_SUITES = {"tools", "bench", "load", "native"}
MINUTE = 60
# Odoo's own tests, run with Collab installed: those of the apps we guard ...
NATIVE_TAGS = "/purchase,/hr_expense,/hr_holidays,/mail/tests/test_mail_activity.py"
# ... and those of activities, tracked writes and the rights of messages, which Odoo keeps in an
# addon of throw-away models.
MAIL_ADDON = "test_mail"
MAIL_TAGS = ",".join(
    f"/{MAIL_ADDON}/tests/{name}.py"
    for name in (
        "test_mail_activity",
        "test_mail_activity_mixin",
        "test_mail_activity_plan",
        "test_mail_message_security",
        "test_mail_scheduled_message",
        "test_message_track",
    )
)


def run(project: Project, only: str) -> int:
    chosen = addons.pick(addons.read(project.addons), only) if only else None
    with opened(project, tests=True) as odoo:
        outcomes = _odoo(odoo, chosen, "--skip-auto-install") if chosen else _everything(odoo)
    return report(outcomes)


def _everything(odoo: Odoo) -> list[Outcome]:
    templates.native(odoo)
    with ThreadPoolExecutor(2) as pool:
        try:
            lanes = [pool.submit(lane, odoo) for lane in (_first_lane, _second_lane)]
            return [outcome for lane in lanes for outcome in lane.result()]
        except BaseException:
            process.end_all()  # else leaving the pool waits for the lanes to finish
            raise


def _first_lane(odoo: Odoo) -> list[Outcome]:
    ours = list(addons.read(odoo.project.addons).values())
    outcomes = (
        [_pytest(odoo, "tools", {})] if _has_tests(odoo.project.root / "tests" / "tools") else []
    )
    return outcomes + (_odoo(odoo, ours) if ours else [])


def _second_lane(odoo: Odoo) -> list[Outcome]:
    try:
        template = templates.suite(odoo)
    except Stop as stop:
        return [Outcome("template", failures=[Failure("all of Collab in one database", str(stop))])]
    folders = sorted(path.name for path in (odoo.project.root / "tests").glob("*/"))
    suites = [
        name
        for name in folders
        if name not in NOT_SUITES and _has_tests(odoo.project.root / "tests" / name)
    ]
    env = contract(odoo, template)
    return [*_native(odoo, template), *(_pytest(odoo, name, env) for name in suites)]


def contract(odoo: Odoo, template: str) -> dict[str, str]:
    """What suites outside Odoo are given to start a server of their own."""
    cluster = odoo.databases.cluster
    return {
        "COLLAB_PYTHON": str(odoo.env.python),
        "COLLAB_ODOO_PATH": str(odoo.source.pythonpath),
        "COLLAB_ADDONS_PATH": odoo.addons_path,
        "COLLAB_PG_HOST": str(cluster.host),
        "COLLAB_PG_PORT": cluster.environment["PGPORT"],
        "COLLAB_PG_USER": cluster.environment["PGUSER"],
        "COLLAB_PG_BIN": str(cluster.programs),
        "COLLAB_DATA_DIR": str(odoo.project.data),
        "COLLAB_TEMPLATE_DB": template,
        "CHROMIUM": debian.chromium() or "",
    }


def _odoo(odoo: Odoo, chosen: Sequence[addons.Addon], *options: str) -> list[Outcome]:
    """The tests of our addons, in a database where they are installed to be tested."""
    names = [addon.name for addon in chosen]
    with _Scratch(odoo, templates.native(odoo), "odoo") as database:
        tags = ",".join(f"/{name}" for name in names)
        install = ["-i", ",".join(names), *options, "--test-tags", tags]
        outcomes = [_run_odoo(odoo, "odoo", database, install)]
        lacking = sorted(set(names) - odoo.databases.installed(database))
        outcomes[0].failures += [
            Failure(name, "was not installed; the log says why") for name in lacking
        ]
        hoot = ",".join(f"@{addon.name}" for addon in chosen if addon.has_hoot_tests)
        if hoot and not lacking:
            # Odoo's `web` runs the JavaScript tests of all addons; in brackets, whose.
            tags = f"/web:WebSuite.test_unit_desktop[{hoot}]"
            outcomes.append(_run_odoo(odoo, "hoot", database, ["--test-tags", tags]))
    return outcomes


def _native(odoo: Odoo, template: str) -> list[Outcome]:
    known = read_known(odoo.project.root / "tests" / "native" / "known_failures.txt")
    runs = {"native": ["--test-tags", NATIVE_TAGS]}
    if any((folder / MAIL_ADDON).is_dir() for folder in odoo.source.addons):
        runs["native-mail"] = ["-i", MAIL_ADDON, "--test-tags", MAIL_TAGS]
    outcomes = []
    with _Scratch(odoo, template, "native") as database:
        for suite, options in runs.items():
            outcome = _run_odoo(odoo, suite, database, options)
            outcome.warnings.clear()  # Odoo's
            outcomes.append(set_known_apart(outcome, known))
    return outcomes


def _run_odoo(odoo: Odoo, suite: str, database: str, options: Sequence[str]) -> Outcome:
    log = odoo.project.logs / f"test-{suite}.log"
    command = odoo.command(
        database,
        *options,
        *("--stop-after-init", "--max-cron-threads", "0", "--workers", "0"),
        *("--http-port", str(process.free_port())),
        *("--screenshots", str(odoo.project.logs / "screenshots")),
    )
    return _timed(
        suite,
        log,
        partial(process.run, command, log, odoo.environment, odoo.project.root, 35 * MINUTE),
        lambda code: odoo_log.read(suite, log.read_text(errors="replace"), code),
    )


def _pytest(odoo: Odoo, folder: str, env: dict[str, str]) -> Outcome:
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
            20 * MINUTE,
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


class _Scratch:
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


def _has_tests(folder: Path) -> bool:
    return next(folder.rglob("test_*.py"), None) is not None

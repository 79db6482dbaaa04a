"""`make test`: every runner there is, two lanes at a time, one sum at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from . import addons, debian, native, process, templates
from .house import opened
from .odoo import Odoo
from .outcome import Failure, Outcome, report
from .project import Project
from .runners import Scratch, run_odoo, run_pytest
from .say import Stop

# Folders of tests/ that are not suites of their own here.
NOT_SUITES = {"tools", "bench", "load", "native"}


def run(project: Project, only: str) -> int:
    chosen = addons.pick(addons.read(project.addons), only) if only else None
    with opened(project, tests=True) as odoo:
        outcomes = (
            _odoo(odoo, {"odoo": chosen}, "--skip-auto-install") if chosen else _everything(odoo)
        )
    return report(outcomes)


def _everything(odoo: Odoo) -> list[Outcome]:
    templates.native(odoo)
    with ThreadPoolExecutor(2) as pool:
        try:
            # whichever of the two lanes is free takes the next
            jobs = [pool.submit(job, odoo) for job in _jobs(odoo.project.root / "tests")]
            return [outcome for job in jobs for outcome in job.result()]
        except BaseException:
            process.end_all()  # else leaving the pool waits for the lanes to finish
            raise


def _jobs(root: Path) -> list[Callable[[Odoo], list[Outcome]]]:
    """What there is to run: the short one first, then what probably takes longest."""
    folders = [path for path in root.glob("*/") if _has_tests(path) and path.name not in NOT_SUITES]
    suites = [partial(_suite, path.name) for path in sorted(folders, key=_length, reverse=True)]
    tools = [lambda odoo: [run_pytest(odoo, "tools", {})]] if _has_tests(root / "tools") else []
    return [*tools, _ours, native.run, *suites]


def _ours(odoo: Odoo) -> list[Outcome]:
    ours = list(addons.read(odoo.project.addons).values())
    # the bridges last, as what they lead to changes what the others are tested on
    parts = {
        "odoo": [addon for addon in ours if not addon.is_bridge],
        "bridges": [addon for addon in ours if addon.is_bridge],
    }
    return _odoo(odoo, {suite: part for suite, part in parts.items() if part})


def _suite(name: str, odoo: Odoo) -> list[Outcome]:
    """A folder of tests/ that starts servers of its own, with all of Collab."""
    try:
        return [run_pytest(odoo, name, contract(odoo, templates.suite(odoo)))]
    except Stop as stop:
        failure = Failure("all of Collab in one database", str(stop))
        return [Outcome(name, failures=[failure])]


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


def _odoo(odoo: Odoo, suites: Mapping[str, Sequence[addons.Addon]], *options: str) -> list[Outcome]:
    """The tests of our addons, in a database where they are installed to be tested.

    One suite of them after the other, each on top of what is installed by then.
    """
    outcomes = []
    with Scratch(odoo, templates.native(odoo), "odoo") as database:
        for suite, chosen in suites.items():
            names = [addon.name for addon in chosen]
            tags = ",".join(f"/{name}" for name in names)
            install = ["-i", ",".join(names), *options, "--test-tags", tags]
            outcome = run_odoo(odoo, suite, database, install)
            outcomes.append(outcome)
            lacking = sorted(set(names) - odoo.databases.installed(database))
            outcome.failures += [
                Failure(name, "was not installed; the log says why") for name in lacking
            ]
            hoot = ",".join(f"@{addon.name}" for addon in chosen if addon.has_hoot_tests)
            if hoot and not lacking:
                # Odoo's `web` runs the JavaScript tests of all addons; in brackets, whose.
                tags = f"/web:WebSuite.test_unit_desktop[{hoot}]"
                outcomes.append(run_odoo(odoo, "hoot", database, ["--test-tags", tags]))
    return outcomes


def _has_tests(folder: Path) -> bool:
    return next(folder.rglob("test_*.py"), None) is not None


def _length(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.py"))

"""`make bench`: run tests/bench with the same environment that the test suites are given."""

from __future__ import annotations

import subprocess

from . import templates
from .house import opened
from .project import Project
from .say import Stop, step
from .testing import contract

REQUIREMENTS = "tools/requirements/bench.txt"


def run(project: Project, area: str) -> int:
    """:param area: the only one to measure, of those in tests/bench; all if empty"""
    folder = project.root / "tests" / "bench"
    if not (folder / "__main__.py").exists():
        raise Stop("There is no tests/bench/__main__.py to run.")
    with opened(project, tests=True, more=[REQUIREMENTS]) as odoo:
        env = {**odoo.environment, **contract(odoo, templates.suite(odoo))}
        del env["PYTHONPATH"]
        step("bench: started")
        # In the foreground, with the terminal: it prints its table itself.
        return subprocess.run(
            [odoo.env.python, folder, area], env=env, cwd=project.root, check=False
        ).returncode

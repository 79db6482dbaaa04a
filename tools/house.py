"""Everything in place and running: what `run`, `test` and `bench` start from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from . import debian, odoo_source, postgres, python_env
from .databases import Databases
from .odoo import Odoo
from .project import Project
from .say import step
from .templates import SCRATCH, tidy

RUNTIME = "requirements.txt"
TESTS = "tools/requirements/test.txt"


@contextmanager
def opened(project: Project, *, tests: bool, more: Sequence[str] = ()) -> Iterator[Odoo]:
    """Odoo with its Python and a running PostgreSQL; fetched and made where missing.

    :param more: further files of requirements
    """
    project.prepare()
    with project.locked("setup"):
        source = odoo_source.provide(project)
        debian.provide(["libmagic1", "libcairo2"], "file types and bar codes")
        debian.provide(["wkhtmltopdf", "fonts-noto-cjk"], "PDF reports")
        if tests:
            debian.provide(["chromium"], "tests in the browser")
        env = python_env.provide(project, RUNTIME, *([TESTS] if tests else []), *more)
        cluster = postgres.provide(project, env)
    databases = Databases(cluster, project.data)
    step(f"Odoo {source.version}, {env.version()}, PostgreSQL {cluster.version()}")
    with postgres.in_use(project, cluster, at_rest=lambda: tidy(databases, SCRATCH)):
        yield Odoo(project, source, env, databases)

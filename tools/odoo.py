"""Odoo's command line, for everything here that runs it."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

from . import process
from .databases import Databases
from .odoo_source import OdooSource
from .project import Project
from .python_env import PythonEnv
from .say import Stop, block, line

# Odoo and libpq read these too, and they would speak of another server.
_FOREIGN = ("ODOO_RC", "PGDATABASE", "PGPASSWORD", "PGHOST_REPLICA", "PGPORT_REPLICA")


@dataclass(frozen=True)
class Odoo:
    project: Project
    source: OdooSource
    env: PythonEnv
    databases: Databases

    @property
    def addons_path(self) -> str:
        folders = [*self.source.addons]
        if any(self.project.addons.glob("*/__manifest__.py")):  # Odoo refuses a path without addons
            folders.append(self.project.addons)
        return ",".join(map(str, folders))

    @property
    def environment(self) -> dict[str, str]:
        return {
            **{
                key: value for key, value in self.project.environment.items() if key not in _FOREIGN
            },
            **self.databases.cluster.environment,
            "PYTHONPATH": str(self.source.pythonpath),
            "PYTHONUNBUFFERED": "1",
            "PATH": f"{self.databases.cluster.programs}:{os.environ.get('PATH', '')}",
        }

    def command(
        self, database: str, *options: str, program: Sequence[str] = ("-m", "odoo")
    ) -> list[str]:
        """A server for one database, on this machine only; `program` is what Python is to run."""
        common = self._common(database)
        only = ["--db-filter", f"^{re.escape(database)}$", "--http-interface", "127.0.0.1"]
        return [str(self.env.python), *program, "server", *common, *only, *options]

    def shell(self, database: str) -> list[str]:
        """Odoo's shell on a database; it runs what it reads from standard input."""
        python = [str(self.env.python), "-m", "odoo", "shell"]
        return [*python, *self._common(database), "--no-http"]

    def _common(self, database: str) -> list[str]:
        cluster = self.databases.cluster
        return [
            *("-c", str(self.project.config)),
            *("--addons-path", self.addons_path),
            *("--data-dir", str(self.project.data)),
            *("--db_host", str(cluster.host), "--db_port", cluster.environment["PGPORT"]),
            *("--db_user", cluster.environment["PGUSER"]),
            *("-d", database),
        ]

    def change(self, database: str, options: Sequence[str], log_name: str, what: str) -> None:
        """Install or update addons, then leave. An error in Odoo's log counts as failed."""
        log = self.project.logs / f"{log_name}.log"
        command = self.command(
            database, *options, "--stop-after-init", "--no-http", "--max-cron-threads", "0"
        )
        code = process.run(command, log, self.environment, self.project.root)
        text = log.read_text(errors="replace")
        errors = errors_in(text)
        if code or errors or "Modules loaded." not in text:
            line(f"{what} failed. Odoo's log says:")
            block("\n".join(errors[:5]) or "\n".join(text.splitlines()[-15:]))
            raise Stop(
                f"{what} failed. Correct what is shown above and run the same command again. Full log: {log}"
            )


def errors_in(text: str) -> list[str]:
    """The ERROR and CRITICAL entries of a log, each with its traceback.

    Odoo works without the extensions it asks a new database for; PostgreSQL's wheel has none.
    """
    entries = re.split(r"\n(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} )", text)
    found = [
        entry
        for entry in entries
        if re.match(r"\S+ \S+ \d+ (ERROR|CRITICAL) ", entry) and "CREATE EXTENSION" not in entry
    ]
    if not found and "Traceback (most recent call last)" in text:  # before logging is set up
        found = [text[text.index("Traceback (most recent call last)") :]]
    return found

"""Odoo in this process, with databases that are dropped at the end.

All databases are served by one process and one PostgreSQL, so that what is compared runs
under the same conditions, minute by minute.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from settings import Settings

from odoo import api, sql_db
from odoo.modules.registry import Registry
from odoo.service import db as service
from odoo.service.server import load_server_wide_modules
from odoo.tools import config

PREFIX = "bench_"


def start(settings: Settings, peers: Path) -> None:
    """Set Odoo up as its server would, without a server."""
    config.parse_config(
        [
            *("--addons-path", f"{settings.addons_path},{peers}"),
            *("--data-dir", settings.data_dir),
            *("--db_host", settings.pg_host),
            *("--db_port", settings.pg_port),
            *("--db_user", settings.pg_user),
            *("--db-filter", f"^{PREFIX}"),
            *("--http-interface", "127.0.0.1"),  # nothing is served; it warns otherwise
            *("--log-level", "warn"),
        ],
        setup_logging=True,
    )
    load_server_wide_modules()


@dataclass(frozen=True)
class Database:
    name: str

    @property
    def registry(self) -> Registry:
        return Registry(self.name)

    def install(self, modules: Collection[str]) -> None:
        Registry.new(self.name, update_module=True, install_modules=modules, new_db_demo=False)
        lacking = set(modules) - set(self.registry._init_modules)
        if lacking:
            raise RuntimeError(f"{', '.join(sorted(lacking))} could not be installed")

    @contextmanager
    def environment(self, login: str | None = None) -> Iterator[api.Environment]:
        """Yield a fresh environment of a user, the superuser by default; commit at the end."""
        threading.current_thread().dbname = self.name
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            if login:
                user = env["res.users"].search([("login", "=", login)])
                env = api.Environment(cr, user.id, user.context_get())
                cr.rollback()  # a call starts with nothing in its cache
                env.invalidate_all()
            yield env

    @property
    def addons_path(self) -> str:
        """Where the addons are that it may have, for a server of its own."""
        return ",".join(config["addons_path"])

    def vacuum(self) -> None:
        with closing(sql_db.db_connect(self.name).cursor()) as cr:
            cr._cnx.autocommit = True
            cr.execute("VACUUM (ANALYZE)")

    def analyze(self) -> None:
        with closing(sql_db.db_connect(self.name).cursor()) as cr:
            cr.execute("ANALYZE")
            cr.commit()


def create(name: str) -> Database:
    """Make an empty database."""
    service._create_empty_database(PREFIX + name)
    return Database(PREFIX + name)


def clone(original: Database, name: str) -> Database:
    service.exp_duplicate_database(original.name, PREFIX + name)
    return Database(PREFIX + name)


def drop(names: Collection[str]) -> None:
    """Drop those of our databases that are there."""
    there = service.list_dbs(force=True)
    for name in names:
        if PREFIX + name in there:
            Registry.delete(PREFIX + name)
            service.exp_drop(PREFIX + name)

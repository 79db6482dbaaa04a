"""What `make bench` gives us: where Odoo, its addons and PostgreSQL are."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Settings:
    odoo_path: str
    addons_path: str
    data_dir: str
    pg_host: str
    pg_port: str
    pg_user: str

    @classmethod
    def from_environment(cls) -> Settings:
        names = {
            "odoo_path": "COLLAB_ODOO_PATH",
            "addons_path": "COLLAB_ADDONS_PATH",
            "data_dir": "COLLAB_DATA_DIR",
            "pg_host": "COLLAB_PG_HOST",
            "pg_port": "COLLAB_PG_PORT",
            "pg_user": "COLLAB_PG_USER",
        }
        missing = [name for name in names.values() if not os.environ.get(name)]
        if missing:
            raise SystemExit(f"bench: {', '.join(missing)} not set. Run it by `make bench`.")
        return cls(**{field: os.environ[name] for field, name in names.items()})

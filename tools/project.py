"""Where things lie. Everything the tools fetch or make is under `.local/`, which git ignores."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .say import Stop, step

GIB = 1024**3


@dataclass(frozen=True)
class Project:
    root: Path

    @property
    def local(self) -> Path:
        return self.root / ".local"

    @property
    def addons(self) -> Path:
        return self.root / "addons"

    @property
    def config(self) -> Path:
        return self.root / "odoo.conf"

    @property
    def data(self) -> Path:
        """Odoo's data directory: filestores and sessions."""
        return self.local / "data"

    @property
    def environment(self) -> dict[str, str]:
        """That of a program in Python: its bytecode is kept, but not beside our sources.

        Where nothing is kept, each start of Odoo compiles more than a thousand files.
        """
        kept = {"PYTHONPYCACHEPREFIX": str(self.local / "pycache")}
        return {
            key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"
        } | kept

    @property
    def logs(self) -> Path:
        return self.local / "log"

    def prepare(self) -> None:
        """Make the folders, and say early if the disk can't hold what is to come."""
        for folder in (self.local, self.data, self.logs):
            folder.mkdir(parents=True, exist_ok=True)
        # Odoo unpacked 1.2 GB, its archive, two template databases, the browser.
        needed = 0.5 if (self.local / "odoo").exists() else 3
        check_disk(self.local, needed)

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Let one command at a time do what `name` says; the kernel frees it if we die."""
        path = self.local / f"{name}.lock"
        with path.open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                step(f"waiting for another command of this project ({name})")
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def check_disk(folder: Path, needed_gib: float) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed_gib * GIB:
        raise Stop(
            f"Disk: {free / GIB:.1f} GB free at {folder}, {needed_gib:g} GB needed. "
            "Free some space, then run the same command again."
        )

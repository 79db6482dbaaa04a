"""The Python that runs Odoo: a virtual environment with pinned packages, made by uv."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from . import debian, process
from .project import Project
from .say import Stop, step
from .trouble import explain

# Odoo 19 runs on 3.10 to 3.13. In the order we like them; 3.12 is what Odoo's own images use.
VERSIONS = ((3, 12), (3, 13), (3, 11), (3, 10))


@dataclass(frozen=True)
class PythonEnv:
    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    def version(self) -> str:
        return process.output("Asking Python for its version", [self.python, "-V"]).strip()


def choose(found: Mapping[tuple[int, int], str]) -> str | None:
    """Of the Pythons of a machine (version -> path), the one to use."""
    return next((found[version] for version in VERSIONS if version in found), None)


def pythons(uv: list[str]) -> dict[tuple[int, int], str]:
    """The Pythons of this machine. uv also knows those that are not on PATH."""
    found: dict[tuple[int, int], str] = {}
    for version in VERSIONS:
        name = ".".join(map(str, version))
        command = [*uv, "python", "find", "--system", "--no-python-downloads", name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            found[version] = done.stdout.strip()
    return found


def provide(project: Project, *lots: str) -> PythonEnv:
    """The environment with the packages of these requirement files in it."""
    env = PythonEnv(project.local / "venv")
    stamp = env.folder / ".installed.json"
    wanted = {lot: _digest(project.root / lot) for lot in lots}
    installed = _read(stamp) if env.python.exists() else {}
    lacking = [lot for lot in lots if installed.get(lot) != wanted[lot]]
    if not lacking:
        return env
    uv = provide_uv(project)
    if not _works(env.python):
        python = choose(pythons(uv))
        if python is None:
            raise Stop(
                "Odoo 19 needs Python 3.10, 3.11, 3.12 or 3.13, and there is none here. "
                "Install one (Debian: apt-get install python3), then run the same command again."
            )
        step(f"Python: making an environment from {python}")
        shutil.rmtree(env.folder, ignore_errors=True)
        process.output(
            "Making the Python environment", [*uv, "venv", "-q", "--python", python, env.folder]
        )
    step(f"Python: installing {', '.join(lacking)}")
    install(uv, env, [part for lot in lacking for part in ("-r", str(project.root / lot))])
    stamp.write_text(json.dumps({**installed, **wanted}))
    return env


def install(uv: list[str], env: PythonEnv, arguments: list[str]) -> None:
    """The lists are complete and pinned, so nothing is resolved again (`--no-deps`).

    Compiled at once: what reads the files of strangers starts for each, and writes no bytecode.
    """
    options = ["-q", "--no-deps", "--compile-bytecode", "--python", env.python]
    process.output(
        "Installing Python packages",
        [*uv, "pip", "install", *options, *arguments],
        env=_uv_environment(),
        cwd=env.folder.parent,
    )


def compile_lists(project: Project) -> None:
    """Write each list of pinned packages anew from the short list beside it."""
    uv = provide_uv(project)
    folder = project.root / "tools" / "requirements"
    # The first is a constraint of the others, so it comes first.
    for source in (project.root / "requirements.in", *sorted(folder.glob("*.in"))):
        target = source.with_suffix(".txt")
        step(f"Python: resolving {source.relative_to(project.root)}")
        options = ["-q", "--universal", "--no-header", "--no-annotate", "--upgrade"]
        options += ["--python-version", ".".join(map(str, min(VERSIONS)))]
        options += ["--overrides", str(folder / "overrides.txt"), "-o", str(target)]
        command = [*uv, "pip", "compile", *options, source]
        process.output(f"Resolving {source.name}", command, _uv_environment(), project.root)
        listed = target.read_text()
        target.write_text(f"# Written by `make requirements` from {source.name}.\n{listed}")


def provide_uv(project: Project) -> list[str]:
    """The command for uv: the machine's, or one from PyPI under `.local/`."""
    own = project.local / "uv"
    for candidate in (shutil.which("uv"), str(own / "bin" / "uv")):
        if candidate and _works(Path(candidate), "--version"):
            return [candidate]
    step("Python: getting uv from PyPI")
    shutil.rmtree(own, ignore_errors=True)
    if importlib.util.find_spec("pip"):
        # --target also works where the system's Python refuses a plain `pip install`.
        command = [sys.executable, "-m", "pip", "install", "-q", "--target", str(own), "uv"]
        process.output("Getting uv", command)
    else:
        if not (importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv")):
            debian.install(["python3-venv"], needed_for="making a Python environment")
        process.output("Making an environment for uv", [sys.executable, "-m", "venv", own])
        process.output("Getting uv", [own / "bin" / "python", "-m", "pip", "install", "-q", "uv"])
    return [str(own / "bin" / "uv")]


def _works(program: Path, argument: str = "-V") -> bool:
    try:
        return subprocess.run([program, argument], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _uv_environment() -> dict[str, str]:
    """Let uv trust what the machine trusts, and ask the mirror that pip is told of."""
    environment = {"UV_NATIVE_TLS": "1", **os.environ}
    if mirror := os.environ.get("PIP_INDEX_URL"):
        environment.setdefault("UV_DEFAULT_INDEX", mirror)
    return environment


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise explain(f"Reading {path.name}", str(error)) from None


def _read(stamp: Path) -> dict[str, str]:
    try:
        return json.loads(stamp.read_text())
    except (OSError, ValueError):
        return {}

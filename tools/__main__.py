"""What the Makefile's targets call: `python3 -m tools run|test|lint|...`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path

from . import process
from .project import Project
from .say import Stop, line
from .trouble import explain


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="tools", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("run", "upgrade-code", "requirements", "stop", "clean"):
        commands.add_parser(name)
    for name in ("test", "lint", "format"):
        commands.add_parser(name).add_argument("addon", nargs="?", default="")
    commands.add_parser("bench").add_argument("area", nargs="?", default="")
    chosen = parser.parse_args(arguments)
    project = Project(Path(__file__).resolve().parent.parent)
    signal.signal(signal.SIGINT, _interrupt)  # also where a shell started us with it ignored
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    try:
        _have_a_home(project)
        return _dispatch(project, chosen) or 0
    except Stop as stop:
        line(f"{chosen.command}: {stop}")
        return 1
    except KeyboardInterrupt:
        line(f"{chosen.command}: stopped")
        return 0 if chosen.command == "run" else 130
    except OSError as error:
        line(f"{chosen.command}: {explain(error.filename or 'A file', f'error: {error}')}")
        return 1
    finally:
        process.end_all()


def _dispatch(project: Project, chosen: argparse.Namespace) -> int | None:
    # Imported when used: `make run` must not fail for something only `make test` needs.
    if chosen.command == "run":
        from . import serve

        return serve.run(project)
    if chosen.command == "test":
        from . import testing

        return testing.run(project, chosen.addon)
    if chosen.command == "bench":
        from . import bench

        return bench.run(project, chosen.area)
    if chosen.command in ("lint", "format"):
        from . import lint

        return getattr(lint, chosen.command)(project, chosen.addon)
    if chosen.command == "upgrade-code":
        from . import lint

        return lint.upgrade_code(project)
    if chosen.command == "requirements":
        from . import python_env

        return python_env.compile_lists(project)
    from . import tidy

    return getattr(tidy, chosen.command)(project)


def _have_a_home(project: Project) -> None:
    """uv, npm, Chromium and fontconfig write below HOME; service users often have none."""
    if not os.access(os.environ.get("HOME", ""), os.W_OK):
        home = project.local / "home"
        home.mkdir(parents=True, exist_ok=True)
        os.environ["HOME"] = str(home)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main(sys.argv[1:]))

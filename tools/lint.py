"""`make lint` and `make format`: pre-commit over what git knows or would add."""

from __future__ import annotations

import subprocess

from . import addons, debian, odoo_source, process, python_env
from .house import RUNTIME
from .project import Project
from .say import Stop, line, step

LINT = "tools/requirements/lint.txt"
NODE_HOOKS = "prettier,eslint,prettier-fix,eslint-fix"
# Our code starts at Odoo 19; what upgrade_code would rewrite came from an older habit.
UPGRADE_FROM = "17.0"


def lint(project: Project, only: str) -> int:
    return _pre_commit(project, only, "pre-commit")


def format(project: Project, only: str) -> int:
    return _pre_commit(project, only, "manual")


def upgrade_code(project: Project) -> int:
    """The hook: Odoo's own rewriting of old idioms, as a check."""
    ours = addons.read(project.addons)
    source = odoo_source.provide(project)
    env = python_env.provide(project, RUNTIME)
    failed = 0
    for name in ours:
        command = [env.python, "-m", "odoo", "upgrade_code", "--from", UPGRADE_FROM, "--dry-run"]
        command += ["--addons-path", project.addons, "--glob", f"{name}/**/*"]
        done = subprocess.run(
            command,
            env={**project.environment, "PYTHONPATH": str(source.pythonpath)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            failed += 1
            line(f"{name}:\n{done.stdout.rstrip()}")
    return 1 if failed else 0


def _pre_commit(project: Project, only: str, stage: str) -> int:
    project.prepare()
    with project.locked("setup"):
        odoo_source.provide(project)
        env = python_env.provide(project, RUNTIME, LINT)
        has_node = debian.provide(["nodejs", "npm"], "prettier and eslint")
    chosen = addons.pick(addons.read(project.addons), only) if only else []
    files = _files(project, [f"addons/{addon.name}" for addon in chosen])
    environ = {**project.environment, "PRE_COMMIT_HOME": str(project.local / "pre-commit")}
    if not has_node:
        environ["SKIP"] = NODE_HOOKS
    step(f"pre-commit on {len(files)} files")
    command = [env.python, "-m", "pre_commit", "run", "--hook-stage", stage, "--files", *files]
    return subprocess.run(command, cwd=project.root, env=environ, check=False).returncode


def _files(project: Project, folders: list[str]) -> list[str]:
    """Files in git or about to be, so that a new file is checked before it is added."""
    if not (project.root / ".git").exists():
        raise Stop("lint works on a git checkout, and this folder is none.")
    command = ["git", "ls-files", "-co", "--exclude-standard", "--deduplicate", "--", *folders]
    names = process.output("Listing the files in git", command, cwd=project.root).splitlines()
    return [name for name in names if (project.root / name).is_file()]

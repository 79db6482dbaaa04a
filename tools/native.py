"""Odoo's own tests, run with Collab installed: what it must not break.

Installed, but with no policy in force and without Collab's demo data: a policy that makes a
leave wait for an approval is meant to, and the tests of leaves know nothing of it.
"""

from __future__ import annotations

from dataclasses import replace

from . import addons, process, templates
from .odoo import Odoo
from .outcome import Failure, Outcome, read_known, set_known_apart
from .runners import MINUTE, Scratch, run_odoo
from .say import Stop, step

# The apps Collab guards or counts in ...
APP_TAGS = (
    "/purchase,/hr_expense,/hr_holidays,/mail/tests/test_mail_activity.py,"
    "/gamification,/hr_gamification,/resource"
)
# ... and activities, tracked writes and the rights of messages, whose tests Odoo keeps in an
# addon of throw-away models.
MAIL_ADDON = "test_mail"
MAIL_TAGS = ",".join(
    f"/{MAIL_ADDON}/tests/{name}.py"
    for name in (
        "test_mail_activity",
        "test_mail_activity_mixin",
        "test_mail_activity_plan",
        "test_mail_message_security",
        "test_mail_scheduled_message",
        "test_message_track",
    )
)


def run(odoo: Odoo) -> list[Outcome]:
    folder = odoo.project.root / "tests" / "native"
    known = read_known(folder / "known_failures.txt")
    runs = {"native": ["--test-tags", APP_TAGS]}
    if any((path / MAIL_ADDON).is_dir() for path in odoo.source.addons):
        runs["native-mail"] = ["-i", MAIL_ADDON, "--test-tags", MAIL_TAGS]
    outcomes = []
    with Scratch(odoo, templates.native(odoo), "native") as database:
        try:
            _install(odoo, database)
        except Stop as stop:
            return [
                Outcome("native", failures=[Failure("all of Collab in one database", str(stop))])
            ]
        for suite, options in runs.items():
            outcome = run_odoo(odoo, suite, database, options, [str(folder / "late.py")])
            # The warnings are Odoo's.
            outcomes.append(replace(set_known_apart(outcome, known), warnings=[]))
    return outcomes


def _install(odoo: Odoo, database: str) -> None:
    ours = [addon.name for addon in addons.read(odoo.project.addons).values() if addon.is_offered]
    if not ours:
        return
    step(f"native: installing {len(ours)} addons of Collab")
    sql = odoo.databases.cluster.sql
    # Odoo loads an addon's demo data where those it depends on have theirs.
    sql("UPDATE ir_module_module SET demo = false WHERE demo", database)
    odoo.change(database, ["-i", ",".join(ours)], "native-install", "Installing Collab")
    names = ", ".join(f"'{name}'" for name in ours)
    sql(
        f"UPDATE ir_module_module SET demo = true WHERE state = 'installed' AND name NOT IN ({names})",
        database,
    )
    script = odoo.project.root / "tests" / "native" / "prepare.py"
    log = odoo.project.logs / "native-prepare.log"
    code = process.run(
        odoo.shell(database), log, odoo.environment, odoo.project.root, 5 * MINUTE, script
    )
    if code or "prepared:" not in log.read_text():  # the shell leaves with 0 if it reads nothing
        raise Stop(f"tests/native/prepare.py failed. Full log: {log}")

"""Databases made once and copied per suite: installing takes minutes, copying half a second."""

from __future__ import annotations

import hashlib

from . import addons
from .databases import Databases
from .odoo import Odoo
from .say import step

NATIVE_APPS = (
    "mail",
    "hr_holidays",
    "hr_expense",
    "purchase",
    "sale_management",
    "project",
    "project_todo",
    "calendar",
    "gamification",
    "survey",
    "sms",
)
NATIVE = "collab_native_"
SUITE = "collab_suite_"
# Databases of one run; whoever leaves last drops those that a killed run left behind.
SCRATCH = "collab_test_"


def native(odoo: Odoo) -> str:
    """Odoo with demo data and the native apps Collab works on, without Collab."""
    key = _key(odoo.source.version, *NATIVE_APPS)
    options = ["-i", ",".join(NATIVE_APPS), "--with-demo"]
    return _provide(
        odoo, NATIVE + key, None, options, "Template with the native apps (about 3 minutes, once)"
    )


def suite(odoo: Odoo) -> str:
    """The native apps and all of Collab, with demo data and Chinese; follows the addons' code."""
    ours = [addon for addon in addons.read(odoo.project.addons).values() if addon.is_offered]
    base = native(odoo)
    if not ours:
        return base
    key = _key(base, *(f"{addon.name}={addon.digest()}" for addon in ours))
    options = ["-i", ",".join(addon.name for addon in ours), "--with-demo", "--load-language=zh_CN"]
    return _provide(odoo, SUITE + key, base, options, "Template with all of Collab")


def tidy(databases: Databases, scratch: str) -> None:
    databases.drop_like(scratch)


def _provide(odoo: Odoo, name: str, template: str | None, options: list[str], what: str) -> str:
    databases = odoo.databases
    if databases.exists(name):  # the lanes of a test run ask for it side by side
        return name
    kind = name.rsplit("_", 1)[0]
    with odoo.project.locked(kind):
        if databases.exists(name):
            return name
        step(what)
        part = f"{name}_part"
        if template:
            databases.clone(template, part)
        else:
            databases.drop(part)
        odoo.change(part, options, kind, what.split(" (")[0])
        databases.rename(part, name)
        databases.drop_like(f"{kind}_", keep=name)  # what it replaces
    return name


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:10]

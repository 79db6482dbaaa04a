"""Our addons as they lie on disk: manifests, what depends on what, what changed."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .say import Stop

# Changes to these need no update of a database: the web client's files are read when served.
_NOT_LOADED = {"static", "tests", "readme", "__pycache__"}


@dataclass(frozen=True)
class Addon:
    name: str
    path: Path
    depends: tuple[str, ...]
    installable: bool
    #: Installs itself where apps are that it lies between, some of them not ours.
    is_bridge: bool = False

    @property
    def is_offered(self) -> bool:
        """Whether it is installed to show Collab."""
        return not self.for_tests and not self.is_bridge

    @property
    def for_tests(self) -> bool:
        """Addons of throw-away models, as Odoo's own `test_*`; never in a demo or release."""
        return self.name.startswith("test_")

    @property
    def has_hoot_tests(self) -> bool:
        return next((self.path / "static" / "tests").rglob("*.test.js"), None) is not None

    def digest(self) -> str:
        """A mark of what a database takes over from this addon when it is installed or updated."""
        mark = hashlib.sha256()
        for path in sorted(self.path.rglob("*")):
            inner = path.relative_to(self.path)
            if path.is_file() and not _NOT_LOADED.intersection(inner.parts):
                mark.update(f"{inner}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
        return mark.hexdigest()


def read(folder: Path) -> dict[str, Addon]:
    """Our addons by name, those that can be installed."""
    found: dict[str, Addon] = {}
    for manifest in sorted(folder.glob("*/__manifest__.py")):
        try:
            values = ast.literal_eval(manifest.read_text())
        except (SyntaxError, ValueError) as error:
            raise Stop(f"{manifest.relative_to(folder.parent)} can't be read: {error}") from None
        addon = Addon(
            manifest.parent.name,
            manifest.parent,
            tuple(values.get("depends", ())),
            values.get("installable", True),
            isinstance(values.get("auto_install"), list),
        )
        if addon.installable:
            found[addon.name] = addon
    return found


def pick(addons: Mapping[str, Addon], names: str) -> list[Addon]:
    """The addons named in `ADDON=a,b`."""
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in addons]
    if unknown:
        raise Stop(
            f"ADDON: no installable addon {', '.join(unknown)} in addons/. There are: {', '.join(addons)}"
        )
    return [addons[name] for name in wanted]


@dataclass(frozen=True)
class Plan:
    """What a database needs to be level with the code."""

    install: tuple[str, ...]
    update: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.install or self.update)

    @property
    def options(self) -> list[str]:
        """The same, as options for Odoo."""
        chosen = (("-i", self.install), ("-u", self.update))
        return [part for option, names in chosen if names for part in (option, ",".join(names))]


def plan(now: Mapping[str, str], then: Mapping[str, str], installed: Iterable[str]) -> Plan:
    """Compare digests of the addons now and at the last update of the database."""
    there = set(installed)
    return Plan(
        install=tuple(name for name in now if name not in there),
        update=tuple(name for name in now if name in there and now[name] != then.get(name)),
    )

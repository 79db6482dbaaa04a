"""Debian's archives: unpacking packages without root, and installing the system's own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from . import process
from .say import Stop, step

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
MIRROR = "http://deb.debian.org/debian"

# What the tools use of the system: command or library -> Debian package.
COMMANDS = {"chromium": "chromium", "wkhtmltopdf": "wkhtmltopdf", "node": "nodejs", "npm": "npm"}
# Files that show that a package without a command is there.
FILES = {
    "fonts-noto-cjk": ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",),
    "libmagic1": ("/usr/lib/*/libmagic.so.1", "/usr/lib/libmagic.so.1", "/usr/lib64/libmagic.so.1"),
    "libcairo2": ("/usr/lib/*/libcairo.so.2", "/usr/lib/libcairo.so.2", "/usr/lib64/libcairo.so.2"),
}
ALTERNATIVES = {
    "chromium": ("chromium", "google-chrome", "chromium-browser", "google-chrome-stable")
}


class Archive:
    """apt with all of its state in a folder of ours: no root, no change to the system."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lists = folder / "lists"
        self.sources = folder / "debian.sources"

    def _options(self) -> list[str]:
        pairs = {
            "Dir::State": self.folder,
            "Dir::State::lists": self.lists,
            "Dir::State::status": self.folder / "status",
            "Dir::Cache": self.folder / "cache",
            "Dir::Etc::sourcelist": self.sources,
            "Dir::Etc::sourceparts": "-",
            "Dir::Etc::preferences": "-",
            "Dir::Etc::preferencesparts": "-",
            "Acquire::Languages": "none",
            "Acquire::Retries": "2",
        }
        if os.geteuid() == 0:
            pairs["APT::Sandbox::User"] = "root"  # `_apt` can't write below a home folder
        return [part for key, value in pairs.items() for part in ("-o", f"{key}={value}")]

    def update(self, suites: Sequence[str]) -> None:
        """Read the index of these suites. apt warns where others would fail: then nothing is read."""
        if not shutil.which("apt-get") or not shutil.which("dpkg"):
            raise Stop(
                "Odoo 19 comes as a Debian package, and this system has no apt-get. Point "
                "ODOO_SOURCE to an Odoo 19 checkout, or use docker/ (see README)."
            )
        if not KEYRING.exists():
            install(["debian-archive-keyring"], needed_for="checking Debian's signatures")
        for folder in (self.lists / "partial", self.folder / "cache" / "archives" / "partial"):
            folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "status").touch()
        self.sources.write_text(
            "Types: deb\n"
            f"URIs: {os.environ.get('DEBIAN_MIRROR') or MIRROR}\n"
            f"Suites: {' '.join(suites)}\n"
            "Components: main\n"
            f"Signed-By: {KEYRING}\n"
        )
        process.output(
            "Reading Debian's package index",
            ["apt-get", *self._options(), "-qq", "-o", "APT::Update::Error-Mode=any", "update"],
        )

    def download(self, packages: Iterable[str], folder: Path) -> list[Path]:
        """Download packages (`name/suite`) into `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        process.output(
            "Downloading Debian packages",
            ["apt-get", *self._options(), "-q", "download", *packages],
            cwd=folder,
        )
        return sorted(folder.glob("*.deb"))

    def version(self, package: str) -> str:
        shown = process.output(
            "Reading Debian's package index",
            ["apt-cache", *self._options(), "show", "--no-all-versions", package],
        )
        for row in shown.splitlines():
            if row.startswith("Version: "):
                return row.removeprefix("Version: ")
        return "?"


def unpack(archive: Path, folder: Path) -> None:
    process.output(f"Unpacking {archive.name}", ["dpkg", "-x", archive, folder])


def missing(packages: Iterable[str]) -> list[str]:
    """Which of these system packages are not there (by what they provide, not by apt's records)."""
    return [package for package in packages if not _present(package)]


def _present(package: str) -> bool:
    if package in FILES:
        return any(
            next(Path("/").glob(pattern.lstrip("/")), None) is not None
            for pattern in FILES[package]
        )
    names = ALTERNATIVES.get(package) or tuple(
        command for command, owner in COMMANDS.items() if owner == package
    )
    return any(shutil.which(name) for name in names)


def provide(packages: Sequence[str], needed_for: str) -> bool:
    """Have these system packages: install them as root, else say what to install. False if some lack."""
    lacking = missing(packages)
    if not lacking:
        return True
    if os.geteuid() == 0 and shutil.which("apt-get"):
        try:
            install(lacking, needed_for)
            return True
        except Stop as stop:
            step(f"without {', '.join(lacking)} ({needed_for}): {stop}")
            return False
    step(f"for {needed_for}, have an administrator run: apt-get install {' '.join(lacking)}")
    return False


def install(packages: Sequence[str], needed_for: str) -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Stop(
            f"{' '.join(packages)} needed for {needed_for}. As an administrator run: "
            f"apt-get install {' '.join(packages)}"
        )
    step(f"installing {' '.join(packages)} ({needed_for})")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "-qq", "-y", "--no-install-recommends", "install", *packages]
    what = f"Installing {' '.join(packages)}"
    try:
        process.output(what, command, env)
    except Stop:  # most often the index is missing or too old
        process.output("Reading the system's package index", ["apt-get", "-qq", "update"], env)
        process.output(what, command, env)


def chromium() -> str | None:
    """The browser the tests drive."""
    return next((found for name in ALTERNATIVES["chromium"] if (found := shutil.which(name))), None)

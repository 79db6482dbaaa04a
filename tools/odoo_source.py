"""Odoo 19 itself: a checkout the user names, or Debian's package unpacked under `.local/`."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import debian
from .project import Project
from .say import Stop, step

PACKAGE = "odoo-19"
# Debian's package replaces copies of these by links to their own packages. Without
# jquery every public page is an error 500.
LINKED = (
    "fonts-glyphicons-halflings",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
# Odoo draws its icons by the code points of Font Awesome 4.7; sid has 7.
FONT_AWESOME = "fonts-font-awesome/bookworm"
# Left out of Debian's package for its licence. Every backend page loads it, and a page
# that misses a file fails every tour. Only the blurring of video backgrounds uses it.
BLUR = Path("mail/static/lib/selfie_segmentation/selfie_segmentation.js")


@dataclass(frozen=True)
class OdooSource:
    pythonpath: Path
    addons: tuple[Path, ...]
    version: str


def provide(project: Project) -> OdooSource:
    """The Odoo to run, fetched first if there is none yet."""
    named = os.environ.get("ODOO_SOURCE")
    if named:
        return read_source(Path(named).expanduser().resolve(), "ODOO_SOURCE")
    root = project.local / "odoo"
    if not root.exists():
        _fetch(project, root)
    return read_source(root / "usr/lib/python3/dist-packages", str(root))


def read_source(folder: Path, name: str) -> OdooSource:
    """Check that `folder` holds an Odoo 19, and find its addons."""
    release = folder / "odoo" / "release.py"
    if not release.is_file():
        raise Stop(f"{name}: no Odoo in {folder} (odoo/release.py is missing).")
    found = re.search(r"^version_info = \((\d+), (\d+), (\d+)", release.read_text(), re.MULTILINE)
    if not found or found[1] != "19":
        raise Stop(f"{name}: {folder} is not Odoo 19. Collab runs on Odoo 19 only.")
    # In a checkout `addons` is beside `odoo`; Debian has a stray, empty one there.
    addons = tuple(
        path for path in (folder / "addons", folder / "odoo" / "addons") if (path / "web").is_dir()
    )
    if not addons:
        raise Stop(f"{name}: no addon `web` below {folder}; the checkout is not complete.")
    return OdooSource(folder, addons, ".".join(found.groups()))


def _fetch(project: Project, root: Path) -> None:
    archive = debian.Archive(project.local / "apt")
    step("Odoo 19: reading the index of Debian sid")
    archive.update(["sid", "bookworm"])
    step(f"Odoo 19: downloading {PACKAGE} {archive.version(PACKAGE)} (about 120 MB)")
    debs = project.local / "debs"
    shutil.rmtree(debs, ignore_errors=True)
    wanted = [f"{package}/sid" for package in (PACKAGE, *LINKED)]
    packages = archive.download([*wanted, FONT_AWESOME], debs)
    step("Odoo 19: unpacking")
    # Unpacked aside and renamed when whole: an interrupted run leaves nothing half done.
    part = root.with_name("odoo.part")
    shutil.rmtree(part, ignore_errors=True)
    for package in packages:
        debian.unpack(package, part)
    blur = part / "usr/lib/python3/dist-packages/odoo/addons" / BLUR
    blur.parent.mkdir(parents=True, exist_ok=True)
    blur.touch()
    part.rename(root)
    shutil.rmtree(debs)

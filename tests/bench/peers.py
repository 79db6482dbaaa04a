"""The addons that Collab is measured against. They are fetched, measured and never copied
from: most are AGPL."""

from __future__ import annotations

import shutil
from importlib import metadata
from pathlib import Path

from settings import ROOT

from tools.project import Project
from tools.python_env import PythonEnv, install, provide_uv

PACKAGES = {
    "odoo-addon-base-external-dbsource": "19.0.1.0.0.6",
    "odoo-addon-base-tier-validation": "19.0.1.4.6",
    "odoo-addon-date-range": "19.0.1.0.1",
    "odoo-addon-dms": "19.0.1.1.6",
    "odoo-addon-kpi": "19.0.1.0.1",
    "odoo-addon-mis-builder": "19.0.1.2.1",
    "odoo-addon-purchase-tier-validation": "19.0.1.0.0.4",
    "odoo-addon-report-xlsx": "19.0.1.0.2.2",
}


def provide() -> Path:
    """Return the folder of the peers' addons; fetched once, outside of the environment."""
    project = Project(ROOT)
    folder = project.local / "peers"
    if _versions(folder) != PACKAGES:
        shutil.rmtree(folder, ignore_errors=True)
        pinned = [f"{name}=={version}" for name, version in PACKAGES.items()]
        environment = PythonEnv(project.local / "venv")
        install(provide_uv(project), environment, ["--target", str(folder), *pinned])
    return folder / "odoo" / "addons"


def _versions(folder: Path) -> dict[str, str]:
    found = metadata.distributions(path=[str(folder)])
    return {d.metadata["Name"].replace("_", "-"): d.version for d in found}

"""Measure Collab and its peers side by side: `make bench`, or one area: `make bench AREA=name`.

Exit code 1 if something could not be measured; a goal that is missed is only shown.
"""

from __future__ import annotations

import importlib
import sys

from settings import ROOT, Settings


def main() -> int:
    settings = Settings.from_environment()
    # what follows imports Odoo, which is not installed as a package, and the project's tools
    sys.path[1:1] = [settings.odoo_path, str(ROOT)]
    importlib.import_module("odoo.init")  # comes first: it completes the package
    return importlib.import_module("suite").run(settings, *sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

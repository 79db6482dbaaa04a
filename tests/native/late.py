"""Odoo's command line, by which tests of an addon run after all that depends on it is loaded.

Odoo runs most of them before, so that they would see nothing of Collab.
"""

import odoo.cli
from odoo.tests import loader

make_suite = loader.make_suite


def make_late_suite(names, position="at_install"):
    suite = make_suite([] if position == "at_install" else names, position)
    if position == "post_install":
        suite.addTests(make_suite(names, "at_install"))
    return suite


loader.make_suite = make_late_suite
odoo.cli.main()

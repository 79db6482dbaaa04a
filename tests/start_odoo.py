"""Odoo's command line as a file: of several processes it starts the one for the websocket by it."""

import odoo.cli

odoo.cli.main()

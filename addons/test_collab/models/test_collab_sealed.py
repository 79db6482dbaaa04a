from odoo import fields, models


class TestCollabSealed(models.Model):
    """A record that only an engine writes."""

    _name = "test.collab.sealed"
    _description = "Test Sealed Record"
    _inherit = ["collab.sealed.mixin"]

    name = fields.Char()

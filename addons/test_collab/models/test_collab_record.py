from odoo import fields, models


class TestCollabRecord(models.Model):
    """A record that a log can belong to."""

    _name = "test.collab.record"
    _description = "Test Record"

    name = fields.Char(required=True)
    user_id = fields.Many2one("res.users")
    date = fields.Date()
    log_ids = fields.One2many("test.collab.log", "record_id")

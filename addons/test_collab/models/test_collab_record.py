from odoo import api, fields, models


class TestCollabRecord(models.Model):
    """A record that a log can belong to."""

    _name = "test.collab.record"
    _description = "Test Record"

    name = fields.Char(required=True)
    user_id = fields.Many2one("res.users")
    date = fields.Date()
    log_ids = fields.One2many("test.collab.log", "record_id")

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._notify_card()
        return records

    def unlink(self):
        self._notify_card()
        return super().unlink()

    def _notify_card(self):
        """Have the users' workbenches show what has changed for them."""
        self.env["collab.card"]._notify(self.user_id, "test.records")

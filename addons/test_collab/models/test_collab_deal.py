from odoo import fields, models


class TestCollabDeal(models.Model):
    """Something that is counted: with all that an indicator may ask for."""

    _name = "test.collab.deal"
    _description = "Test Deal"

    name = fields.Char()
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True)
    user_id = fields.Many2one("res.users")
    employee_id = fields.Many2one("hr.employee")
    partner_id = fields.Many2one("res.partner")
    state = fields.Selection([("open", "Open"), ("won", "Won")], default="open")
    day = fields.Date(index=True)
    moment = fields.Datetime(index=True)
    begun = fields.Datetime()
    amount = fields.Float()
    currency_id = fields.Many2one("res.currency")
    price = fields.Monetary()
    secret = fields.Float(groups="base.group_system")

from odoo import fields, models


class TestCollabJob(models.Model):
    """Work that counts, told of people in each way that there is."""

    _name = "test.collab.job"
    _description = "Test Job"

    name = fields.Char()
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company")
    is_done = fields.Boolean()
    done_at = fields.Datetime()
    done_on = fields.Date()
    user_id = fields.Many2one("res.users")
    user_ids = fields.Many2many("res.users", string="Users")
    employee_id = fields.Many2one("hr.employee")
    partner_id = fields.Many2one("res.partner")
    accepted_by_id = fields.Many2one("res.users")
    accepted_employee_id = fields.Many2one("hr.employee")
    accepted_partner_id = fields.Many2one("res.partner")

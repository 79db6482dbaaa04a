from odoo import fields, models


class CollabKudosValue(models.Model):
    """What people are thanked for: something that the company cares for."""

    _name = "collab.kudos.value"
    _description = "Kudos Value"
    _inherit = ["collab.text.mixin"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    emoji = fields.Char(size=8, help="A sign for it, as phones have them.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: of every company.")

from odoo import fields, models


class TestCollabLog(models.Model):
    """A log with one hashed field of every type that can be hashed."""

    _name = "test.collab.log"
    _description = "Test Log"
    _inherit = ["collab.chain.mixin"]

    _chain_parent = "record_id"
    _chain_fields = (
        "name",
        "text",
        "number",
        "amount",
        "ratio",
        "total",
        "flag",
        "kind",
        "date",
        "moment",
        "content",
        "partner_id",
        "res_model",
        "res_id",
        "reference",
    )

    record_id = fields.Many2one("test.collab.record", required=True, ondelete="restrict")
    name = fields.Char(default="not added")
    text = fields.Text()
    number = fields.Integer()
    amount = fields.Float(digits=(16, 2))
    ratio = fields.Float()
    currency_id = fields.Many2one("res.currency")
    total = fields.Monetary()
    flag = fields.Boolean()
    kind = fields.Selection([("a", "A"), ("b", "B")])
    date = fields.Date()
    moment = fields.Datetime()
    content = fields.Json()
    partner_id = fields.Many2one("res.partner", ondelete="restrict")
    res_model = fields.Char()
    res_id = fields.Many2oneReference(model_field="res_model")
    reference = fields.Reference([("res.partner", "Contact")])
    free = fields.Char(help="Not hashed.")

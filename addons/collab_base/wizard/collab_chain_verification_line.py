from odoo import fields, models


class CollabChainVerificationLine(models.TransientModel):
    """One finding of a verification."""

    _name = "collab.chain.verification.line"
    _description = "Audit Log Finding"
    _inherit = ["collab.text.mixin"]

    verification_id = fields.Many2one(
        "collab.chain.verification", required=True, readonly=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [
            ("altered", "Row changed"),
            ("missing", "Row missing"),
            ("inserted", "Row put in"),
            ("tail_missing", "End missing"),
            ("chain_missing", "Log missing"),
            ("anchor_altered", "Anchor changed"),
            ("anchor_missing", "Anchor missing"),
            ("contradicted", "Record changed"),
            ("unreadable", "Unreadable"),
        ],
        required=True,
        readonly=True,
    )
    message = fields.Char(string="Finding", required=True, readonly=True)
    res_model = fields.Char(string="Log", readonly=True)
    row_id = fields.Integer(string="Database ID", readonly=True, aggregator=None)

from odoo import fields, models


class CollabApprovalLog(models.Model):
    """What has happened to a request, row after row, each bound to the one before."""

    _name = "collab.approval.log"
    _description = "Approval Log"
    _inherit = ["collab.chain.mixin"]
    _order = "request_id, chain_index"

    _chain_parent = "request_id"
    _chain_fields = ("request_id", "at", "event", "user_id", "comment", "detail")

    request_id = fields.Many2one(
        "collab.approval.request", required=True, readonly=True, ondelete="restrict"
    )
    at = fields.Datetime(string="When", required=True, readonly=True)
    event = fields.Selection(
        [
            ("submitted", "Submitted"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("given", "Approved by an earlier decision"),
            ("withdrawn", "Withdrawn"),
            ("approved_all", "Request approved"),
            ("rejected_all", "Request rejected"),
            ("used", "Document went through"),
            ("moved", "Moved to another version"),
            ("effect_failed", "Follow-up failed"),
        ],
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one("res.users", string="Who", readonly=True, ondelete="restrict")
    comment = fields.Text(readonly=True)
    detail = fields.Json(readonly=True)

    def _rows(self):
        """Return the rows for the client."""
        labels = dict(self._fields["event"]._description_selection(self.env))
        return [
            {
                "index": row.chain_index,
                "at": fields.Datetime.to_string(row.at),
                "event": row.event,
                "label": labels[row.event],
                "user_id": row.user_id.id,
                "who": row.user_id.name,
                "comment": row.comment or "",
            }
            for row in self.sorted("chain_index")
        ]

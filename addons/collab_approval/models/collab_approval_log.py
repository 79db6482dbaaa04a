from odoo import api, fields, models
from odoo.tools import SQL


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

    @api.model
    def _chain_contradicted(self, limit):
        """Find requests whose state, and tasks whose decision, are not in the log."""
        for model in ("collab.approval.request", "collab.approval.task"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT r.id
                  FROM collab_approval_request r
             LEFT JOIN LATERAL (
                        SELECT l.event
                          FROM collab_approval_log l
                         WHERE l.request_id = r.id
                           AND l.event IN ('approved_all', 'rejected_all', 'withdrawn', 'moved')
                      ORDER BY l.chain_index DESC
                         LIMIT 1
                       ) turn ON TRUE
                 WHERE NOT EXISTS (SELECT 1 FROM collab_approval_log l
                                    WHERE l.request_id = r.id AND l.event = 'submitted'
                                      AND l.user_id = r.requester_id)
                    OR r.state <> CASE turn.event
                                  WHEN 'approved_all' THEN 'approved'
                                  WHEN 'rejected_all' THEN 'rejected'
                                  WHEN 'withdrawn' THEN 'withdrawn'
                                  ELSE 'running' END
                 UNION
                SELECT t.request_id
                  FROM collab_approval_task t
                 WHERE t.state IN ('approved', 'rejected')
                   AND NOT EXISTS (SELECT 1 FROM collab_approval_log l
                                    WHERE l.request_id = t.request_id
                                      AND l.event = CASE WHEN t.given THEN 'given' ELSE t.state END
                                      AND l.user_id = t.decided_by
                                      AND (l.detail->>'task')::int = t.id)
              ORDER BY 1
                 LIMIT %s
                """,
                limit,
            )
        )
        return [request_id for [request_id] in rows]

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

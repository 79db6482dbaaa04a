from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column


class CollabApprovalRequest(models.Model):
    _inherit = "collab.approval.request"

    complete_by_id = fields.Many2one(
        "res.users",
        string="Found Complete by",
        compute="_compute_complete_by_id",
        store=True,
        help="Who approved it last, if it was approved without being rejected or withdrawn before.",
    )

    # what was asked for the same document before
    _earlier_idx = models.Index("(res_model, res_id, policy_id, id)")

    def _auto_init(self):
        # what was approved before the installation stays as it is
        if not column_exists(self.env.cr, self._table, "complete_by_id"):
            create_column(self.env.cr, self._table, "complete_by_id", "int4")
        return super()._auto_init()

    @api.depends("state")
    def _compute_complete_by_id(self):
        approved = self.filtered(lambda request: request.state == "approved")
        found = approved._last_deciders()
        for request in self:
            request.complete_by_id = found.get(request.id)

    def _last_deciders(self):
        """Return who decided last on those requests that are complete, somebody other than the
        requester if there is one: request id → user id."""
        if not self:
            return {}
        # all of it is written by statements: there is nothing to flush
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT request.id, decision.decided_by
                      FROM collab_approval_request request
                     CROSS JOIN LATERAL (
                        SELECT task.decided_by FROM collab_approval_task task
                         WHERE task.request_id = request.id AND task.state = 'approved'
                           AND task.given IS NOT TRUE
                         ORDER BY task.decided_by = request.requester_id,
                                  task.decided_at DESC, task.id DESC
                         LIMIT 1) decision
                     WHERE request.id = ANY(%s) AND COALESCE((
                        SELECT earlier.state IN ('approved', 'lapsed')
                          FROM collab_approval_request earlier
                         WHERE earlier.res_model = request.res_model
                           AND earlier.res_id = request.res_id
                           AND earlier.policy_id = request.policy_id
                           AND earlier.id < request.id
                         ORDER BY earlier.id DESC LIMIT 1), TRUE)
                    """,
                    list(self.ids),
                )
            )
        )

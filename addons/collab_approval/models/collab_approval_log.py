from itertools import islice

from odoo import api, fields, models
from odoo.tools import SQL

from ..stated import Stated, Stored, is_as_stated, text_digest

#: Requests that the verifier reads at a time
BATCH = 1_000


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
            ("approved_all", "Approval granted"),
            ("rejected_all", "Approval refused"),
            ("used", "Approval used"),
            ("lapsed", "Approval lapsed"),
            ("moved", "Moved to another version"),
            ("effect_failed", "Follow-up failed"),
        ],
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one("res.users", string="Who", readonly=True, ondelete="restrict")
    comment = fields.Text(readonly=True)
    detail = fields.Json(readonly=True)

    # -- for the verifier ------------------------------------------------------------
    #
    # Nothing here may fail on a row that was altered, as the others would not be looked at
    # then: values of JSON are compared as JSON or as text, never cast, and what Python is
    # given to read are numbers and texts.

    @api.model
    def _chain_contradicted(self, limit):
        """Find requests and tasks that are not as the log tells."""
        for model in ("request", "task", "policy.version"):
            self.env[f"collab.approval.{model}"].flush_model()
        found = {
            request_id
            for query in (self._untold_requests_sql(), *self._untold_tasks_sql())
            for [request_id] in self.env.execute_query(SQL("%s ORDER BY 1 LIMIT %s", query, limit))
        }
        found.update(islice(self._planned_otherwise(), limit))
        return sorted(found)[:limit]

    @api.model
    def _untold_requests_sql(self):
        """Return a query of requests that differ from what their log says of them."""
        return SQL(
            """
            SELECT r.id
              FROM collab_approval_request r
         LEFT JOIN collab_approval_policy_version v ON v.id = r.version_id
         LEFT JOIN LATERAL (
                    SELECT l.event
                      FROM collab_approval_log l
                     WHERE l.request_id = r.id
                       AND l.event IN (
                           'approved_all', 'rejected_all', 'withdrawn', 'moved', 'lapsed')
                  ORDER BY l.chain_index DESC
                     LIMIT 1
                   ) turn ON TRUE
         LEFT JOIN LATERAL (
                    SELECT l.chain_index, l.detail, l.detail ? 'version' AS is_stated
                      FROM collab_approval_log l
                     WHERE l.request_id = r.id AND l.event IN ('submitted', 'moved')
                  ORDER BY l.chain_index DESC
                     LIMIT 1
                   ) planned ON TRUE
             WHERE NOT EXISTS (SELECT 1 FROM collab_approval_log l
                                WHERE l.request_id = r.id AND l.event = 'submitted'
                                  AND l.user_id = r.requester_id AND l.at = r.submitted_at
                                  AND l.comment IS NOT DISTINCT FROM r.note)
                OR r.state <> CASE turn.event
                              WHEN 'approved_all' THEN 'approved'
                              WHEN 'rejected_all' THEN 'rejected'
                              WHEN 'withdrawn' THEN 'withdrawn'
                              WHEN 'lapsed' THEN 'lapsed'
                              ELSE 'running' END
                OR r.round <> (SELECT COUNT(*) FROM collab_approval_log l
                                WHERE l.request_id = r.id AND l.event = 'moved')
                OR (r.used_at IS NULL) = EXISTS (SELECT 1 FROM collab_approval_log l
                                                  WHERE l.request_id = r.id AND l.event = 'used')
                -- any row, not the last one: later ones repeat what the request says by then
                OR EXISTS (SELECT 1 FROM collab_approval_log l
                            WHERE l.request_id = r.id AND l.detail ? 'document'
                              AND (l.detail->'document' <> jsonb_build_array(r.res_model, r.res_id)
                                   OR l.chain_index >= planned.chain_index
                                  AND l.detail->>'fingerprint' IS DISTINCT FROM r.fingerprint))
                OR r.policy_id IS DISTINCT FROM v.policy_id
                OR planned.is_stated AND (
                   planned.detail->>'version' IS DISTINCT FROM r.version_id::text
                   OR planned.detail->>'owner' IS DISTINCT FROM r.owner_id::text
                   OR planned.detail->>'company' IS DISTINCT FROM r.company_id::text
                   -- none once the policy was deleted
                   OR planned.detail->>'policy' <> r.policy_id::text)
            """
        )

    @api.model
    def _untold_tasks_sql(self):
        """Return queries of requests with a task that differs from what the log says of it,
        and of requests with a decision in the log that no task shows."""
        same = SQL(
            """
            l.request_id = t.request_id AND l.detail->>'task' = t.id::text
            AND l.detail->>'stage' = t.stage::text AND l.detail->>'step' = t.step
            AND l.event = CASE WHEN t.given AND t.state = 'approved' THEN 'given' ELSE t.state END
            AND l.user_id = t.decided_by AND l.at = t.decided_at
            AND l.comment IS NOT DISTINCT FROM t.comment
            """
        )
        tasks = SQL(
            """
            SELECT DISTINCT t.request_id
              FROM collab_approval_task t
              JOIN collab_approval_request r ON r.id = t.request_id
             WHERE t.company_id IS DISTINCT FROM r.company_id
                OR t.state IN ('waiting', 'pending')
                   AND (r.state <> 'running' OR t.round <> r.round)
                OR (t.state IN ('approved', 'rejected') OR t.decided_by IS NOT NULL)
                   AND NOT EXISTS (SELECT 1 FROM collab_approval_log l
                                    WHERE l.event IN ('approved', 'rejected', 'given') AND %s)
            """,
            same,
        )
        decisions = SQL(
            """
            SELECT DISTINCT l.request_id
              FROM collab_approval_log l
             WHERE l.event IN ('approved', 'rejected', 'given')
               AND NOT EXISTS (SELECT 1 FROM collab_approval_task t WHERE %s)
            """,
            same,
        )
        return tasks, decisions

    @api.model
    def _planned_otherwise(self):
        """Yield ids of requests whose plan or tasks are not as stated when they were
        planned, and of one request for each version that was changed since."""
        snapshots, told = self._snapshots(), set()
        for request_id, state, version_id, plan, planned, tasks in self._read_planned():
            planned = [Stated(*row) for row in planned]
            if not is_as_stated(state, plan, planned, [Stored(*task) for task in tasks]):
                yield request_id
            said = planned and planned[-1].snapshot
            if said and said != snapshots.get(version_id) and version_id not in told:
                told.add(version_id)
                yield request_id

    @api.model
    def _snapshots(self):
        """Return version id → digest of its snapshot."""
        rows = self.env.execute_query(
            SQL("SELECT id, snapshot::text FROM collab_approval_policy_version")
        )
        return {version_id: text_digest(text) for version_id, text in rows}

    @api.model
    def _read_planned(self):
        """Yield all requests, for :meth:`_planned_otherwise`, batch by batch."""
        last = 0
        while batch := self.env.execute_query(
            SQL(
                """
                SELECT r.id, r.state, r.version_id, r.plan::text,
                       ARRAY(SELECT ARRAY[l.detail->>'snapshot', l.detail->>'plan',
                                          l.detail->>'tasks', l.detail->'barred'->>0,
                                          l.detail->'barred'->>1]
                               FROM collab_approval_log l
                              WHERE l.request_id = r.id AND l.event IN ('submitted', 'moved')
                           ORDER BY l.chain_index),
                       ARRAY(SELECT jsonb_build_array(
                                    t.stage, t.step, t.turn, t.user_id, t.group_id, t.state,
                                    t.decided_by, t.barred_user_id::text, t.barred_owner_id::text,
                                    t.round)
                               FROM collab_approval_task t
                              WHERE t.request_id = r.id
                           ORDER BY t.id)
                  FROM collab_approval_request r
                 WHERE r.id > %(last)s
              ORDER BY r.id
                 LIMIT %(limit)s
                """,
                last=last,
                limit=BATCH,
            )
        ):
            yield from batch
            last = batch[-1][0]

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

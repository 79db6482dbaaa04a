from odoo import models
from odoo.tools import SQL


class CollabDocumentRights(models.AbstractModel):
    """Whoever is asked to approve a publication sees what it is about, while they are asked."""

    _inherit = "collab.document.rights"

    def _condition_sees_drafts(self, alias, level):
        return self._or_asked(super()._condition_sees_drafts(alias, level), alias)

    def _condition_can_read(self, alias, level):
        return self._or_asked(super()._condition_can_read(alias, level), alias)

    def _or_asked(self, condition, alias):
        self.env["collab.approval.task"].flush_model(["state"])
        return SQL(
            """
            (%s OR %s IN (
                SELECT request.res_id
                  FROM collab_approval_task task
                  JOIN collab_approval_request request ON request.id = task.request_id
                 WHERE task.state = 'pending' AND request.res_model = 'collab.document'
                   AND (task.user_id = %s OR task.group_id = ANY(%s))))
            """,
            condition,
            SQL.identifier(alias, "id"),
            self.env.uid,
            list(self.env.user._get_group_ids()),
        )

from odoo import api, fields, models

from ..weighing import weigh_requests, weigh_tasks

#: Records in a transaction
BATCH = 1000


class CollabApprovalTask(models.Model):
    _inherit = "collab.approval.task"

    prompt_for_id = fields.Many2one(
        "res.users",
        string="Decided in Time for",
        readonly=True,
        help="Who asked, if it was decided by the end of the next working day of who decided.",
    )
    weighed = fields.Boolean(readonly=True, help="Whether it is known if it was decided in time.")

    _unweighed_idx = models.Index("(id) WHERE decided_at IS NOT NULL AND weighed IS NOT TRUE")

    @api.model
    def _cron_weigh(self):
        """Find out what was decided in time and what was complete, the newest first."""
        cron = self.env["ir.cron"]
        for model, weigh in (
            (self.sudo(), weigh_tasks),
            (self.env["collab.approval.request"].sudo(), weigh_requests),
        ):
            unweighed = [("decided_at", "!=", False), ("weighed", "=", False)]
            while found := model.search(unweighed, order="id desc", limit=BATCH):
                weigh(found)
                if not cron._commit_progress(len(found)):
                    return

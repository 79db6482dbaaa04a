from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column

from odoo.addons.collab_checkin.core.days import local_day


class CollabApprovalTask(models.Model):
    _inherit = "collab.approval.task"

    prompt_for_id = fields.Many2one(
        "res.users",
        string="Decided in Time for",
        compute="_compute_prompt_for_id",
        store=True,
        help="Who asked, if it was decided by the end of the next working day of who decided.",
    )

    def _auto_init(self):
        # what was decided before the installation stays as it is
        if not column_exists(self.env.cr, self._table, "prompt_for_id"):
            create_column(self.env.cr, self._table, "prompt_for_id", "int4")
        return super()._auto_init()

    @api.depends("decided_at")
    def _compute_prompt_for_id(self):
        prompt = self.filtered(lambda task: task.decided_by and task.asked_at and not task.given)
        prompt -= prompt._late()
        for task in self:
            task.prompt_for_id = task in prompt and task.request_id.requester_id

    def _late(self):
        """Return those between whose day of asking and day of decision there is a working day."""
        days = {task: task._decider_days() for task in self}
        # the next day is in time whatever the calendar says, and most are decided by then
        slow = self.filtered(lambda task: (days[task][1] - days[task][0]).days > 1)
        if not slow:
            return slow
        asked, decided = zip(*(days[task] for task in slow), strict=True)
        working = slow.decided_by._collab_working_days(min(asked), max(decided))
        return slow.filtered(
            lambda task: any(
                days[task][0] < day < days[task][1] for day in working[task.decided_by.id]
            )
        )

    def _decider_days(self):
        """Return on which days it was asked and decided, where the decider is."""
        user = self.decided_by
        zone = user.tz or user.company_id.resource_calendar_id.tz or "UTC"
        return local_day(self.asked_at, zone), local_day(self.decided_at, zone)

from odoo import api, fields, models

from odoo.addons.collab_guard.exceptions import GuardError

from ..closing import closed, note_closing

#: What the system notes, and nobody else says
NOTED = frozenset(
    {"collab_closed_by_id", "collab_closed_at", "collab_closed_for_ids", "collab_for_others"}
)


class ProjectTask(models.Model):
    """Tasks note who closes them: Odoo knows when at most, and of folded stages only."""

    _inherit = "project.task"

    collab_closed_by_id = fields.Many2one(
        "res.users", string="Closed by", readonly=True, copy=False, help="Who set it to done."
    )
    collab_closed_at = fields.Datetime(string="Closed on", readonly=True, copy=False)
    collab_closed_for_ids = fields.Many2many(
        "res.users",
        "collab_task_closed_for_rel",
        "task_id",
        "user_id",
        string="Closed for",
        readonly=True,
        copy=False,
        help="Who was assigned when it was closed. Who joins later has not done it.",
    )
    collab_for_others = fields.Boolean(
        string="Given to Others",
        compute="_compute_collab_for_others",
        store=True,
        help="It is assigned to somebody other than who created it.",
    )

    # what has changed is looked for every ten minutes, among all tasks that there are
    _collab_changed_idx = models.Index("(write_date)")

    @api.depends("user_ids")
    def _compute_collab_for_others(self):
        for task in self:
            task.collab_for_others = bool(task.user_ids - task.create_uid)

    @api.model
    def default_get(self, fields):
        # a context could tell them, and a default of one's own
        return super().default_get([name for name in fields if name not in NOTED])

    @api.model_create_multi
    def create(self, vals_list):
        self._check_not_noted(name for vals in vals_list for name in vals)
        tasks = super().create(vals_list)
        note_closing(tasks.sudo(), tasks.browse())
        return tasks

    def write(self, vals):
        self._check_not_noted(vals)
        if "state" not in vals:
            # what else changes the state writes it in turn
            return super().write(vals)
        tasks = self.sudo()
        before = closed(tasks)
        result = super().write(vals)
        note_closing(tasks, before)
        return result

    def _check_not_noted(self, names):
        if noted := NOTED.intersection(names):
            for name in noted:
                # what portal users may not write at all, Odoo says
                self._check_field_access(self._fields[name], "write")
            raise GuardError(
                self.env._("Who closed a task, and when, is noted when it is closed: not by hand.")
            )

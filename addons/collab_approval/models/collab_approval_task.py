from odoo import api, fields, models

from ..core import Asked, State, Task
from ..stored_plan import wanting_comment


class CollabApprovalTask(models.Model):
    """One person, or any of a group, asked to decide on one step of a request."""

    _name = "collab.approval.task"
    _description = "Approval Task"
    _inherit = ["collab.sealed.mixin"]
    _order = "request_id, round, stage, step, turn"

    request_id = fields.Many2one(
        "collab.approval.request", required=True, readonly=True, ondelete="restrict", index=True
    )
    # that of the request, for the inbox to be counted from one table
    company_id = fields.Many2one("res.company", readonly=True, ondelete="restrict")
    round = fields.Integer(readonly=True)
    stage = fields.Integer(readonly=True)
    step = fields.Char(readonly=True, required=True)
    turn = fields.Integer(readonly=True)
    user_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    group_id = fields.Many2one("res.groups", readonly=True, ondelete="restrict")
    barred_user_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    barred_owner_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    state = fields.Selection(
        [
            (State.WAITING.value, "Later"),
            (State.PENDING.value, "To Decide"),
            (State.APPROVED.value, "Approved"),
            (State.REJECTED.value, "Rejected"),
            (State.CLOSED.value, "Not Needed"),
        ],
        required=True,
        readonly=True,
    )
    asked_at = fields.Datetime(readonly=True)
    decided_by = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    decided_at = fields.Datetime(readonly=True)
    comment = fields.Text(readonly=True)
    given = fields.Boolean(
        readonly=True, help="Approved by an earlier decision of the same person."
    )
    told = fields.Boolean(readonly=True, help="Whether who is asked has been told.")

    # the inbox: counts and lists cost the same however many others have pending
    _user_inbox_idx = models.Index("(user_id) WHERE state = 'pending'")
    _group_inbox_idx = models.Index("(group_id) WHERE state = 'pending'")
    _untold_idx = models.Index("(id) WHERE state = 'pending' AND told IS NOT TRUE")
    _asked_one = models.Constraint(
        "CHECK((user_id IS NULL) <> (group_id IS NULL))", "A task asks a person or a group."
    )

    @api.model
    def _mine(self):
        """Return the domain of the tasks that wait for the current user."""
        return [
            ("state", "=", "pending"),
            "|",
            ("user_id", "=", self.env.uid),
            "&",
            ("group_id", "in", self.env.user._get_group_ids()),
            "&",
            ("barred_user_id", "!=", self.env.uid),
            ("barred_owner_id", "!=", self.env.uid),
        ]

    @api.model
    def _count_mine(self):
        """Return how many requests wait for the current user."""
        # as superuser, so that one query suffices; companies as in the list
        companies = ("company_id", "in", [*self.env.companies.ids, False])
        [[count]] = self.sudo()._read_group(
            [*self._mine(), companies], [], ["request_id:count_distinct"]
        )
        return count

    def _wants_comment(self):
        """Whether deciding these tasks needs a comment, even to approve."""
        return any(task.step in wanting_comment(task.request_id.plan) for task in self)

    def _core(self):
        """Return the tasks as the core takes them."""
        return [
            Task(
                task.id,
                task.stage,
                task.step,
                task.turn,
                Asked("user", task.user_id.id)
                if task.user_id
                else Asked("group", task.group_id.id),
                State(task.state),
                task.decided_by.id or None,
            )
            for task in self
        ]

    def _people(self):
        """Return everybody who could decide these tasks."""
        source = self.env["collab.approval.source"]
        return source._able(self.user_id | self.group_id.all_user_ids)

    def _asked_name(self):
        self.ensure_one()
        return self.user_id.name or self.group_id.display_name

    def _person(self):
        """Return the task for the client, see ``collab.approval.request._path``."""
        self.ensure_one()
        return {
            "name": self._asked_name(),
            "user_id": self.user_id.id,
            "state": self.state,
            "decided_by": self.decided_by.name or "",
            "decided_at": self.decided_at and fields.Datetime.to_string(self.decided_at),
            "comment": self.comment or "",
            "given": self.given,
        }

    @api.model
    def _preview_people(self, asked):
        """Return whom → how the client shows them, for an iterable of ``Asked``."""
        asked, names = set(asked), {}
        for kind, model in (("user", "res.users"), ("group", "res.groups")):
            records = self.env[model].sudo().browse(one.id for one in asked if one.kind == kind)
            names.update({(kind, record.id): record.display_name for record in records})
        return {
            one: {
                "name": names[one.kind, one.id],
                "user_id": one.id if one.kind == "user" else False,
                "state": "waiting",
            }
            for one in asked
        }

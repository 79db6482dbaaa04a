from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.collab_guard.seal import unsealed

from ..core import Asked, State, Task

#: Tasks told of in one batch of the cron
TELL_BATCH = 500


class CollabApprovalTask(models.Model):
    """One person, or any of a group, asked to decide on one step of a request."""

    _name = "collab.approval.task"
    _description = "Approval Task"
    _inherit = ["collab.sealed.mixin"]
    _order = "request_id, round, stage, step, turn"

    request_id = fields.Many2one(
        "collab.approval.request", required=True, readonly=True, ondelete="restrict", index=True
    )
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
        companies = ("request_id.company_id", "in", [*self.env.companies.ids, False])
        [[count]] = self.sudo()._read_group(
            [*self._mine(), companies], [], ["request_id:count_distinct"]
        )
        return count

    @api.model
    def _of(self, requests):
        """Return the tasks of ``requests`` as they are planned now, in one query."""
        tasks = self.search_fetch(
            [("request_id", "in", requests.ids)],
            [
                "request_id",
                "round",
                "stage",
                "step",
                "turn",
                "user_id",
                "group_id",
                "state",
                "decided_by",
            ],
            order="id",
        )
        return tasks.filtered(lambda task: task.round == task.request_id.round)

    def _event(self, event, user_id, comment=None):
        """Return a row of the log about one task."""
        return {
            "request_id": self.request_id.id,
            "event": event,
            "user_id": user_id,
            "comment": comment or False,
            "detail": {"task": self.id, "stage": self.stage, "step": self.step},
        }

    def _core(self):
        """Return the tasks for the core."""
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

    # -- telling people -----------------------------------------------------------

    @api.model
    def _cron_tell(self):
        """Write to those who are asked, and to requesters whose request has ended.

        What came together makes one message. Each batch is committed by itself;
        somebody who cannot be written to does not keep the others waiting.
        """
        cron = self.env["ir.cron"]
        while batch := self._untold():
            batch._tell()
            if not cron._commit_progress(len(batch), remaining=len(self._untold(1))):
                return
        requests = self.env["collab.approval.request"]
        while ended := requests.search([("told", "=", False)], limit=TELL_BATCH):
            self._tell_ends(ended)
            if not cron._commit_progress(len(ended)):
                return

    @api.model
    def _untold(self, limit=TELL_BATCH):
        return self.search(
            [("state", "=", "pending"), ("told", "=", False)], limit=limit, order="id"
        )

    def _tell(self):
        by_user = defaultdict(self.browse)
        for task in self:
            for user in task._people() - task.barred_user_id - task.barred_owner_id:
                by_user[user] |= task
        for user, tasks in by_user.items():
            requests = tasks.request_id.with_context(lang=user.lang)
            requests._message(
                user,
                requests.env._("To decide: %s", requests[0].res_name)
                if len(requests) == 1
                else requests.env._("%s documents wait for your decision", len(requests)),
                requests.env._("Your decision is needed."),
            )
        unsealed(self).write({"told": True})

    @api.model
    def _tell_ends(self, requests):
        for (user, state), ended in requests.grouped(lambda r: (r.requester_id, r.state)).items():
            ended = ended.with_context(lang=user.lang)
            words = {
                "approved": ended.env._("Your request is approved."),
                "rejected": ended.env._("Your request is rejected."),
            }.get(state)
            if words:
                ended._message(
                    user,
                    f"{ended[0].res_name}: {words}"
                    if len(ended) == 1
                    else ended.env._("%s of your requests have ended", len(ended)),
                    words,
                )
        unsealed(requests).write({"told": True})


def insert_tasks(env, rows):
    """Insert the tasks of requests and return those that are open.

    In SQL, as there are several for each request and none has anything to compute. Not a
    method, as methods can be called from the code of server actions.

    :param list[dict] rows: column → value, the same columns in each
    """
    tasks, now = env["collab.approval.task"], env.cr.now()
    names = [*rows[0], "create_uid", "create_date", "write_uid", "write_date"]
    types = [tasks._fields[name].column_type[1] for name in names]
    audit = [env.uid, now, env.uid, now]
    columns = zip(*([*row.values(), *audit] for row in rows), strict=True)
    inserted = env.execute_query(
        SQL(
            "INSERT INTO collab_approval_task (%s) SELECT * FROM unnest(%s) RETURNING id, state",
            SQL(", ").join(map(SQL.identifier, names)),
            SQL(", ").join(
                SQL("%s::%s[]", list(column), SQL(kind))
                for column, kind in zip(columns, types, strict=True)
            ),
        )
    )
    return tasks.browse(task_id for task_id, state in inserted if state == "pending")

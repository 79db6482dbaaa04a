"""What the engine writes, for many requests at once, see ``docs/decisions/0007``.

Functions and not methods: methods can be called from the code of server actions, with
whatever arguments.
"""

from collections import defaultdict

from odoo import fields

from odoo.addons.collab_base.bulk import insert_rows, update_each, update_rows
from odoo.addons.collab_base.log import append

from .core import Asked, Outcome, State, Task, advance
from .stated import Statements
from .stored_plan import PlanJson


class Changes:
    """What a call of ``_decide`` changes, gathered to be written at once.

    ``tasks``: new values, as items → ids. ``asked``: whom the changed tasks ask.
    ``events``: rows of the log. ``ended``: outcome → rows of ``_lock``.
    """

    def __init__(self, uid, now):
        self.uid, self.now = uid, now
        self.tasks, self.asked, self.events = defaultdict(list), set(), []
        self.ended = defaultdict(list)
        self._moves = {}

    def decide(self, task, verdict, comment):
        """Note the decision of the user on a task."""
        self._change(
            task, state=verdict.value, decided_by=self.uid, decided_at=self.now, comment=comment
        )
        detail = _task_detail(task)
        self.events.append(log_row(task["request_id"], verdict.value, self.uid, comment, detail))

    def follow(self, row, flow):
        """Note what follows from the decisions on a request, as the core says."""
        tasks = row.tasks
        move = self._move(flow, tasks)
        for place in move.open:
            self._change(tasks[place], state=State.PENDING.value, asked_at=self.now, told=False)
        for place in move.close:
            self._change(tasks[place], state=State.CLOSED.value)
        for place, user_id in move.given:
            self._change(
                tasks[place],
                state=State.APPROVED.value,
                decided_by=user_id,
                decided_at=self.now,
                given=True,
            )
            self.events.append(log_row(row.id, "given", user_id, None, _task_detail(tasks[place])))
        if move.outcome != Outcome.RUNNING:
            self.ended[move.outcome.value].append(row)
            detail = request_detail(row.res_model, row.res_id, row.fingerprint)
            self.events.append(log_row(row.id, f"{move.outcome.value}_all", self.uid, None, detail))

    def _change(self, task, **values):
        task |= values
        self.tasks[tuple(values.items())].append(task["id"])
        self.asked.add(_asked(task))

    def _move(self, flow, tasks):
        """Return the core's move, with places in ``tasks`` as ids: requests that stand
        alike share one."""
        position = tuple(
            (t["stage"], t["step"], t["turn"], _asked(t), State(t["state"]), t["decided_by"])
            for t in tasks
        )
        if (flow, position) not in self._moves:
            moved = [Task(place, *values) for place, values in enumerate(position)]
            self._moves[flow, position] = advance(flow, moved)
        return self._moves[flow, position]


def insert_tasks(env, planned, now):
    """Insert the tasks of requests, the first ones opened.

    :param planned: iterable of (request id, its company's id, its round,
        :class:`.models.collab_approval_source.Case`)
    :return: who is asked now, as a set of ``Asked``
    """
    rows, asked, first_moves = [], set(), {}
    for request_id, company_id, number, case in planned:
        flow = case.plan.flow
        if flow not in first_moves:
            tasks = flow.tasks()
            first_moves[flow] = tasks, set(advance(flow, tasks).open)
        tasks, opened = first_moves[flow]
        requester, owner, *__ = [*case.barred, None, None]
        for task in tasks:
            pending = task.id in opened
            if pending:
                asked.add(task.asked)
            rows.append(
                {
                    "request_id": request_id,
                    "company_id": company_id,
                    "round": number,
                    "stage": task.stage,
                    "step": str(task.step),
                    "turn": task.turn,
                    "user_id": task.asked.id if task.asked.kind == "user" else None,
                    "group_id": task.asked.id if task.asked.kind == "group" else None,
                    "barred_user_id": requester,
                    "barred_owner_id": owner,
                    "state": (State.PENDING if pending else State.WAITING).value,
                    "asked_at": now if pending else None,
                    "told": not pending,
                }
            )
    insert_rows(env["collab.approval.task"], rows)
    return asked


def store(engine, changes):
    """Write what a decision has changed: one statement for each kind of change."""
    tasks = engine.env["collab.approval.task"]
    for values, ids in changes.tasks.items():
        update_rows(tasks.browse(ids), dict(values))
    for outcome, rows in changes.ended.items():
        values = {"state": outcome, "decided_at": changes.now, "told": False}
        update_rows(engine.browse(row.id for row in rows), values)


def _close_open_tasks(requests):
    """Close what nobody has decided yet; return whom it asked, as a set of ``Asked``."""
    tasks = requests.task_ids.filtered(lambda t: t.state in ("waiting", "pending"))
    update_rows(tasks, {"state": State.CLOSED.value})
    return {_asked({"user_id": t.user_id.id, "group_id": t.group_id.id}) for t in tasks}


def plan_anew(requests, spec, documents, cases):
    """Start requests again under another version.

    :param documents: those of the requests, in the same order
    :param dict cases: document id → :class:`.models.collab_approval_source.Case`
    :return: whom that concerns, as a set of ``Asked``
    """
    env, now = requests.env, fields.Datetime.now()
    before = [(request.version_id.number, request.round + 1) for request in requests]
    cases = [cases[document.id] for document in documents]
    plan_json = PlanJson(spec)
    statements = Statements(spec, plan_json)
    fingerprints = env["collab.approval.binding"]._fingerprints(spec, documents)
    asked = _close_open_tasks(requests)
    rows = [
        {
            "version_id": spec.version_id,
            "owner_id": case.owner.id or None,
            "plan": plan_json.of(case.plan),
            "fingerprint": fingerprints[document.id],
            "round": number,
        }
        for document, case, (__, number) in zip(documents, cases, before, strict=True)
    ]
    update_each(requests, rows)
    planned, events = [], []
    for request, case, (old, number) in zip(requests, cases, before, strict=True):
        company_id = request.company_id.id or None
        planned.append((request.id, company_id, number, case))
        comment = f"{old} → {request.version_id.number}"
        events.append(_request_row(request, "moved", comment, statements.of(case, company_id)))
    append_log(env, events, now)
    return asked | insert_tasks(env, planned, now)


def take_back(env, ids, comment):
    """Withdraw the requests with these ids."""
    requests = env["collab.approval.engine"]._requests(ids)
    if not requests:
        return
    values = {"state": "withdrawn", "decided_at": fields.Datetime.now()}
    # requests first, as whoever decides on one locks it before its tasks
    for is_own, part in requests.grouped(lambda r: r.requester_id == env.user).items():
        update_rows(part, values | {"told": is_own})
    asked = _close_open_tasks(requests)
    _log(requests, "withdrawn", comment)
    env["collab.approval.engine"]._refresh_cards(asked, concerned(requests))


def lapse(env, ids):
    """Note that approvals count no more, as the documents that went through by them begin
    again."""
    requests = env["collab.approval.engine"]._requests(ids)
    if requests:
        update_rows(requests, {"state": "lapsed", "decided_at": fields.Datetime.now()})
        _log(requests, "lapsed")
        env["collab.approval.engine"]._refresh_cards(set(), concerned(requests))


def use(env, ids):
    """Note that documents have gone through by the approvals with these ids."""
    requests = env["collab.approval.engine"]._requests(ids)
    if requests:
        update_rows(requests, {"used_at": fields.Datetime.now()})
        _log(requests, "used")


def concerned(requests):
    """Return ids of the users whose requests these are."""
    return set((requests.requester_id | requests.owner_id).ids)


def _log(requests, event, comment=None):
    """Append one row about each of ``requests`` as a whole."""
    rows = [_request_row(request, event, comment, {}) for request in requests]
    append_log(requests.env, rows, fields.Datetime.now())


def _request_row(request, event, comment, stated):
    """Return a row of the log about a request as a whole.

    :param dict stated: what else its detail says, see :class:`.stated.Statements`
    """
    detail = request_detail(request.res_model, request.res_id, request.fingerprint)
    return log_row(request.id, event, request.env.uid, comment, detail | stated)


def append_log(env, events, at):
    append(env["collab.approval.log"], [event | {"at": at} for event in events])


def _asked(task):
    if task["user_id"]:
        return Asked("user", task["user_id"])
    return Asked("group", task["group_id"])


def log_row(request_id, event, user_id, comment, detail):
    """Return a row of the log."""
    return {
        "request_id": request_id,
        "event": event,
        "user_id": user_id,
        "comment": comment or False,
        "detail": detail,
    }


def request_detail(res_model, res_id, fingerprint):
    return {"document": [res_model, res_id], "fingerprint": fingerprint}


def _task_detail(task):
    return {"task": task["id"], "stage": task["stage"], "step": task["step"]}

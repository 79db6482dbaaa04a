import logging
import unicodedata
from collections import defaultdict, namedtuple
from itertools import repeat

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, MissingError, RedirectWarning, UserError
from odoo.tools import SQL

from odoo.addons.collab_base.bulk import insert_rows

from ..core import State
from ..stated import Statements
from ..stored_plan import PlanJson, stored_flow
from ..writing import (
    Changes,
    append_log,
    concerned,
    insert_tasks,
    log_row,
    plan_anew,
    request_detail,
    store,
    take_back,
)

_logger = logging.getLogger(__name__)

#: Characters of a note or a comment: it is shown, sent and kept for good
TEXT_LIMIT = 10_000

#: Who may withdraw the requests of others
ADMINISTRATOR = "collab_base.group_collab_admin"

#: Follow-ups that failed, of which whoever decides is warned one by one; the rest is a number
WARNINGS = 5

#: Events of the log by which somebody gives a request the state that it has in the end
DECISIVE = ("approved", "rejected", "withdrawn", "lapsed")

#: What the engine keeps of the caller's context: ``default_*`` and the like would
#: put words into its records.
CONTEXT_KEPT = ("allowed_company_ids", "lang", "tz")

#: A request as :meth:`CollabApprovalEngine._lock` reads it: ``plan`` is the JSON text;
#: ``tasks`` those of the round, as dicts with :data:`TASK_FIELDS` and ``mine``, which says
#: whether the task waits for the caller
Locked = namedtuple(
    "Locked", "id res_model res_id requester_id owner_id version_id plan fingerprint tasks"
)
TASK_FIELDS = (
    *("id", "request_id", "stage", "step", "turn", "user_id", "group_id"),
    *("state", "decided_by"),
)


class CollabApprovalEngine(models.AbstractModel):
    """Moves requests: starts them, takes decisions, plans them anew, takes them back.

    Called by the public methods of ``collab.approval.request``, in the environment of
    the user who acts. What is written for every document is written in one statement
    for all of them, see ``docs/decisions/0007``.
    """

    _name = "collab.approval.engine"
    _description = "Approval Engine"

    @api.model
    def _requests(self, ids=()):
        """Return requests for the engine: nothing but the user remains of what the
        caller could choose."""
        kept = {key: self.env.context[key] for key in CONTEXT_KEPT if key in self.env.context}
        requests = self.env["collab.approval.request"].sudo()
        return requests.with_context(kept).browse(ids)  # pylint: disable=context-overridden

    # -- submitting ------------------------------------------------------------------

    @api.model
    def _submit(self, spec, documents, note=None):
        """Start a request for each of ``documents``, all governed by ``spec``.

        :return: the requests, in the environment of the caller
        """
        documents = documents.sudo()
        requester = self.env.user
        cases = self.env["collab.approval.source"]._cases(spec, documents, requester)
        for document in documents:
            if problem := self._unreachable(spec, cases[document.id], document):
                raise UserError(problem)
        fingerprints = self.env["collab.approval.binding"]._fingerprints(spec, documents)
        engine, now = self._requests(), fields.Datetime.now()
        plan_json = PlanJson(spec)
        statements = Statements(spec, plan_json)
        has_company = "company_id" in documents._fields
        rows = [
            {
                "res_model": spec.model,
                "res_id": document.id,
                "res_name": document.display_name,
                "policy_id": spec.policy_id or None,
                "version_id": spec.version_id,
                "company_id": (has_company and document.company_id.id) or None,
                "requester_id": requester.id,
                "owner_id": cases[document.id].owner.id or None,
                "note": note or None,
                "state": "running",
                "submitted_at": now,
                "round": 0,
                "plan": plan_json.of(cases[document.id].plan),
                "fingerprint": fingerprints[document.id],
                "told": True,
            }
            for document in documents
        ]
        requests = insert_rows(engine, rows)
        companies = [row["company_id"] for row in rows]
        planned = zip(requests.ids, companies, repeat(0), cases.values(), strict=False)
        asked = insert_tasks(engine.env, planned, now)
        append_log(
            self.env,
            [
                log_row(
                    request_id,
                    "submitted",
                    self.env.uid,
                    note,
                    request_detail(row["res_model"], row["res_id"], row["fingerprint"])
                    | statements.of(cases[row["res_id"]], row["company_id"]),
                )
                for request_id, row in zip(requests.ids, rows, strict=True)
            ],
            now,
        )
        self._replace_activities(spec, documents)
        owners = {case.owner.id for case in cases.values() if case.owner}
        self._refresh_cards(asked, {requester.id} | owners)
        return self.env["collab.approval.request"].browse(requests.ids)

    @api.model
    def _unreachable(self, spec, case, document):
        """Return the sentence that says which step of a document's plan has nobody to ask;
        ``None`` if each has."""
        if case.plan.dead_end is None:
            return None
        labels = self.env["collab.approval.presenter"]._labels(spec.snapshot, spec.policy_id)
        return self._dead_end(spec, case, document, labels)

    @api.model
    def _dead_end(self, spec, case, document, labels):
        """Say which step has nobody to ask, and why."""
        values = {
            "document": document.display_name,
            "step": labels["steps"][case.plan.dead_end],
            "policy": labels["policy"],
        }
        if people := self._barred_names(spec, case):
            return self.env._(
                "%(document)s cannot be submitted: for the step “%(step)s” of the policy"
                " “%(policy)s” there is nobody to ask but %(people)s, and nobody decides on"
                " their own case. Ask a process owner to name a fallback.",
                people=people,
                **values,
            )
        return self.env._(
            "%(document)s cannot be submitted: for the step “%(step)s” of the policy"
            " “%(policy)s” there is nobody to ask. Ask a process owner to name a fallback.",
            **values,
        )

    @api.model
    def _barred_names(self, spec, case):
        """Return the names of those who would be asked where the plan of ``case`` ends,
        were it not their own case."""
        step = next(step for step in case.plan.steps if step.key == case.plan.dead_end)
        barred = {*step.barred, *(one for one in spec.fallback if one.id in case.barred)}
        people = self.env["collab.approval.task"]._preview_people(barred)
        return ", ".join(sorted(person["name"] for person in people.values()))

    @api.model
    def _replace_activities(self, spec, documents):
        """Drop the app's own activities that ask for the decision we now ask for."""
        if types := spec.snapshot["replaces"]:
            self.env["mail.activity"].sudo().search(
                [
                    ("res_model", "=", spec.model),
                    ("res_id", "in", documents.ids),
                    ("activity_type_id", "in", types),
                ]
            ).unlink()

    # -- deciding --------------------------------------------------------------------

    @api.model
    def _lock(self, requests):
        """Return ``requests`` as :class:`Locked`, by id; nobody else can move them now.

        Who comes second waits here. Under PostgreSQL's repeatable read it then fails,
        Odoo runs the whole call again, and it finds what the first one did.
        """
        if not requests.ids:
            return []
        tasks = self.env["collab.approval.task"].sudo()
        requests.env["collab.approval.request"].flush_model()
        tasks.flush_model()
        # only what the caller may see: strangers learn nothing, and block nobody
        visible = requests._search([("id", "in", requests.ids)])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, res_model, res_id, requester_id, owner_id, version_id, plan::text,
                       fingerprint,
                       ARRAY(SELECT jsonb_build_array(%s, t.id IN %s)
                               FROM collab_approval_task t
                              WHERE t.request_id = r.id AND t.round = r.round
                           ORDER BY t.id)
                  FROM collab_approval_request r
                 WHERE id IN %s
              ORDER BY id
                   FOR UPDATE
                """,
                SQL(", ").join(SQL.identifier("t", name) for name in TASK_FIELDS),
                tasks._search([("request_id", "in", requests.ids), *tasks._mine()]).subselect(),
                visible.subselect(),
            )
        )
        if len(rows) != len(set(requests.ids)):
            requests.check_access("read")
            raise MissingError(self.env._("A request does not exist any more."))
        return [
            Locked(*row, [dict(zip((*TASK_FIELDS, "mine"), task, strict=True)) for task in tasks])
            for *row, tasks in rows
        ]

    @api.model
    def _locked(self, requests):
        """Return ``requests`` for the engine, see :meth:`_lock`."""
        locked = self._requests([row.id for row in self._lock(requests)])
        locked.invalidate_recordset()
        return locked

    @api.model
    def _decide(self, requests, verdict, comment=None):
        """Carry out the caller's own decision on all of ``requests``."""
        rows = self._lock(requests)
        if not rows:
            return
        comment = clean_text(self.env, comment)
        changes = Changes(self.env.uid, fields.Datetime.now())
        for row in rows:
            flow, wanting = stored_flow(row.plan)
            mine = [task for task in row.tasks if task["mine"]]
            if not mine:
                raise UserError(self._not_asked(self._requests(row.id)))
            if not comment and _must_say(verdict, wanting, mine):
                name = self._requests(row.id).res_name
                raise UserError(self.env._("Say in a comment why, for %s.", name))
            for task in mine:
                changes.decide(task, verdict, comment)
            changes.follow(row, flow)
        store(self._requests(), changes)
        requests.invalidate_recordset(flush=False)
        append_log(self.env, changes.events, changes.now)
        people = {user_id for row in rows for user_id in (row.requester_id, row.owner_id)}
        self._refresh_cards(changes.asked, people - {None})
        for outcome, done in changes.ended.items():
            self._run_effects(done, f"{outcome}_action", comment or "")

    @api.model
    def _not_asked(self, request):
        """Say why the caller cannot decide: who did, or who is asked."""
        if request.state != "running":
            states = dict(request._fields["state"]._description_selection(self.env))
            return self.env._(
                "%(document)s is not under review any more: %(state)s by %(who)s.",
                document=request.res_name,
                state=states[request.state],
                who=request.log_ids.sorted("chain_index")
                .filtered(lambda row: row.event in DECISIVE)[-1:]
                .user_id.name
                or request.requester_id.name,
            )
        message = self.env._(
            "You are not asked about %(document)s now; it waits for %(people)s.",
            document=request.res_name,
            people=request._waiting_for(),
        )
        user, tasks = self.env.user, request.task_ids.filtered(lambda t: t.round == request.round)
        mine = tasks.filtered(lambda t: t.user_id == user or t.group_id.id in user._get_group_ids())
        if user in tasks.decided_by:
            return message + " " + self.env._("You have decided already.")
        for task in mine.filtered(lambda t: t.state == "closed"):
            siblings = tasks.filtered(lambda t: t.decided_by and t.step == task.step)  # noqa: B023
            if siblings:
                return (
                    message
                    + " "
                    + self.env._("%s has decided before you could.", siblings[-1].decided_by.name)
                )
        return message

    @api.model
    def _run_effects(self, rows, name, comment):
        """Run the server action of the policy on the documents of ``rows``, one by one.

        An action that fails does not undo the decision: it is logged, whoever has decided
        is told, and the document can still be moved on by hand.
        """
        failed = [(row, reason) for row in rows if (reason := self._run_effect(row, name, comment))]
        append_log(
            self.env,
            [
                log_row(
                    row.id,
                    "effect_failed",
                    self.env.uid,
                    reason,
                    request_detail(row.res_model, row.res_id, row.fingerprint),
                )
                for row, reason in failed
            ],
            fields.Datetime.now(),
        )
        self._warn(failed)

    @api.model
    def _run_effect(self, row, name, comment):
        """Run the server action, if there is one, on one document; return why it failed, as a
        sentence for everybody involved, or ``None``."""
        action = self._effect(row, name)
        if not action:
            return None
        reason = None
        try:
            with self.env.cr.savepoint():
                action.with_context(
                    active_model=row.res_model,
                    active_id=row.res_id,
                    active_ids=[row.res_id],
                    collab_comment=comment,
                ).run()
            return None
        except psycopg2.OperationalError:
            raise  # a conflict with another transaction: Odoo tries again
        except (UserError, RedirectWarning) as error:
            reason = clean_text(self.env, str(error.args[0])[:TEXT_LIMIT])
        except Exception:  # whatever the action's code runs into; it tells of the inside
            _logger.exception("The follow-up of request %s failed", row.id)
        return reason or self.env._(
            "Something unexpected went wrong. The server's log has the details (request %s).",
            row.id,
        )

    @api.model
    def _effect(self, row, name):
        spec = self.env["collab.approval.spec"]._of(row.version_id)
        action_id = spec and spec.snapshot[name]
        return self._requests().env["ir.actions.server"].browse(action_id or ()).exists()

    @api.model
    def _warn(self, failed):
        """Tell whoever has decided, at once, which follow-ups failed and why.

        :param failed: [(row of :meth:`_lock`, reason)]
        """
        requests = self._requests([row.id for row, __ in failed])
        messages = [
            self.env._(
                "%(document)s: your decision counts, but the follow-up failed. %(reason)s",
                document=request.res_name,
                reason=reason,
            )
            for request, (__, reason) in zip(requests, failed[:WARNINGS], strict=False)
        ]
        if len(failed) > WARNINGS:
            messages.append(self.env._("The follow-up of %s more failed.", len(failed) - WARNINGS))
        for message in messages:
            self.env.user._bus_send(
                "simple_notification", {"type": "warning", "message": message, "sticky": True}
            )

    # -- the rest of a request's life ------------------------------------------------

    @api.model
    def _withdraw(self, requests, comment=None):
        """Take requests back, as the one who submitted them or as an administrator."""
        comment = clean_text(self.env, comment)
        requests = self._locked(requests)
        documents = requests._documents_by_id()
        for request in requests:
            self._check_withdrawing(request, comment)
            if not request._is_withdrawable(documents):
                raise UserError(request._too_late())
        take_back(self.env, requests.ids, comment)

    @api.model
    def _check_withdrawing(self, request, comment):
        user = self.env.user
        if request._is_free_to(user):
            return
        if not user.has_group(ADMINISTRATOR) and request._is_of(user):
            raise UserError(request._too_late())
        if not user.has_group(ADMINISTRATOR):
            raise AccessError(
                self.env._(
                    "Only %(requester)s or an administrator of Collab can withdraw the"
                    " request for %(document)s.",
                    requester=request.requester_id.name,
                    document=request.res_name,
                )
            )
        if not comment:
            raise UserError(self.env._("Say in a comment why, for %s.", request.res_name))

    @api.model
    def _move(self, requests):
        """Let requests that run go on under the version that is in force now, as a process
        owner; they are planned anew.

        :return: request id → why it stays where it is, as a sentence
        """
        if not self.env.user.has_group("collab_base.group_collab_process_owner"):
            raise AccessError(self.env._("Only process owners move requests to a new version."))
        requests.check_access("read")
        requests = self._locked(requests)
        documents = requests._documents_by_id()
        specs = self._newer_specs(requests, documents)
        stay = {request.id: self._not_for(request) for request in requests if request not in specs}
        moving = requests.filtered(lambda r: r in specs)
        for (spec, requester), part in moving.grouped(lambda r: (specs[r], r.requester_id)).items():
            stay |= self._move_to(spec, requester, part, documents)
        return stay

    @api.model
    def _not_for(self, request):
        """Say why a request cannot be moved."""
        version = request.policy_id.version_id
        if request.state == "running" and version and version != request.version_id:
            return self.env._(
                "%(document)s stays under version %(old)s: version %(new)s is not for it.",
                document=request.res_name,
                old=request.version_id.number,
                new=version.number,
            )
        return self.env._("There is no newer version for %s to go on with.", request.res_name)

    @api.model
    def _newer_specs(self, requests, documents):
        """Return request → the spec by which it can go on, of those that have one.

        :param documents: see :meth:`.CollabApprovalRequest._documents_by_id`
        """
        running = requests.filtered(
            lambda r: r.state == "running" and (r.res_model, r.res_id) in documents
        )
        governing = defaultdict(list)
        for res_model, part in running.grouped("res_model").items():
            found = self.env[res_model].browse(part.mapped("res_id"))
            for spec, governed in self.env["collab.approval.binding"]._governing(found):
                for document in governed:
                    governing[res_model, document.id].append(spec)
        return {
            request: spec
            for request in running
            for spec in governing[request.res_model, request.res_id]
            if spec.policy_id == request.policy_id.id and spec.version_id != request.version_id.id
        }

    @api.model
    def _move_to(self, spec, requester, requests, documents):
        """Plan requests of one requester anew; return what :meth:`_move` does."""
        documents = requests.env[spec.model].union(
            *(documents[request.res_model, request.res_id] for request in requests)
        )
        cases = self.env["collab.approval.source"]._cases(spec, documents, requester)
        problems = {
            document.id: self._unreachable(spec, cases[document.id], document)
            for document in documents
        }
        moving = requests.filtered(lambda r: not problems[r.res_id])
        if moving:
            documents = documents.browse(moving.mapped("res_id"))
            asked = plan_anew(moving, spec, documents, cases)
            self._refresh_cards(asked, concerned(moving))
        return {request.id: problems[request.res_id] for request in requests - moving}

    # -- telling ---------------------------------------------------------------------

    @api.model
    def _refresh_cards(self, asked, people):
        """Have the workbenches of everybody concerned show the new state.

        :param asked: set of ``Asked``, whose tasks changed
        :param people: ids of users whose own requests changed
        """
        users, card = self.env["res.users"].sudo(), self.env["collab.card"]
        groups = {one.id for one in asked if one.kind == "group"}
        deciders = users.browse({one.id for one in asked if one.kind == "user"})
        if groups:
            deciders |= self.env["res.groups"].sudo().browse(groups).all_user_ids
        card._notify(deciders, "approval.todo")
        card._notify(users.browse(people), "approval.mine")


def clean_text(env, text):
    """Return what somebody has typed, ``None`` if nothing of it can be seen."""
    if text is not None and text is not False and not isinstance(text, str):
        raise UserError(env._("A note or a comment is a text."))
    # neither the sign of the code 0 nor half of a surrogate pair can be stored
    text = (text or "").encode(errors="ignore").decode().replace("\0", "").strip()
    if len(text) > TEXT_LIMIT:
        raise UserError(
            env._(
                "A note or a comment has at most %(limit)s characters; this one has %(length)s.",
                limit=TEXT_LIMIT,
                length=len(text),
            )
        )
    # spaces and signs of no width are no reason
    return text if any(unicodedata.category(sign)[0] not in "CZ" for sign in text) else None


def _must_say(verdict, wanting, tasks):
    """Whether a decision on ``tasks`` needs a comment: a rejection always does."""
    return verdict == State.REJECTED or any(task["step"] in wanting for task in tasks)

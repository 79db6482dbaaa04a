from odoo import api, fields, models
from odoo.exceptions import MissingError, UserError
from odoo.tools import format_date, format_datetime, format_list, formatLang, html2plaintext

from ..core import FALLBACK, Mode, State, Step, standings
from ..stored_plan import read_flow
from .collab_approval_engine import ADMINISTRATOR, clean_text

#: The greatest integer that PostgreSQL takes for an id
MAX_ID = 2**31 - 1


class CollabApprovalRequest(models.Model):
    """One document on its way through one policy version.

    Only the methods below move it, each as the user who calls; the record itself
    is sealed. The methods without underscore are the public interface, the same
    for the web client, RPC and Python.
    """

    _name = "collab.approval.request"
    _description = "Approval Request"
    _inherit = ["collab.sealed.mixin"]
    _order = "id desc"
    _rec_name = "res_name"

    res_model = fields.Char(string="Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", required=True, readonly=True
    )
    res_name = fields.Char(string="Name", readonly=True)
    model_name = fields.Char(string="Kind", compute="_compute_model_name")
    policy_id = fields.Many2one(
        "collab.approval.policy", readonly=True, ondelete="set null", index="btree_not_null"
    )
    version_id = fields.Many2one(
        "collab.approval.policy.version",
        string="Policy Version",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one("res.company", readonly=True, ondelete="restrict")
    requester_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="restrict", index=True
    )
    owner_id = fields.Many2one(
        "res.users", string="On Behalf Of", readonly=True, ondelete="restrict"
    )
    note = fields.Text(readonly=True)
    state = fields.Selection(
        [
            ("running", "Under Review"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("withdrawn", "Withdrawn"),
            ("lapsed", "Lapsed"),
        ],
        required=True,
        readonly=True,
        default="running",
    )
    submitted_at = fields.Datetime(string="Submitted On", readonly=True, required=True)
    decided_at = fields.Datetime(string="Ended On", readonly=True)
    used_at = fields.Datetime(
        string="Used On", readonly=True, help="When the document went through by this approval."
    )
    round = fields.Integer(readonly=True, help="Counts how often the request was planned anew.")
    plan = fields.Json(readonly=True, help="The flow as it was planned at submission.")
    fingerprint = fields.Char(readonly=True, help="Digest of what is being approved.")
    told = fields.Boolean(readonly=True, default=True, help="Whether the requester knows the end.")
    task_ids = fields.One2many("collab.approval.task", "request_id", readonly=True)
    log_ids = fields.One2many("collab.approval.log", "request_id", readonly=True)

    waiting_for = fields.Char(compute="_compute_waiting_for")
    summary = fields.Json(compute="_compute_summary")
    my_turn = fields.Boolean(compute="_compute_my_turn", search="_search_my_turn")
    can_withdraw = fields.Boolean(compute="_compute_can_withdraw")
    is_own = fields.Boolean(compute="_compute_can_withdraw")
    is_outdated = fields.Boolean(compute="_compute_is_outdated")

    _one_running = models.UniqueIndex(
        "(res_model, res_id, policy_id) WHERE state = 'running'",
        "This document is under review already.",
    )
    # what the gate asks at each write on a governed model
    _document_idx = models.Index("(res_model, res_id) WHERE state IN ('running', 'approved')")
    # what the cron that tells people looks for
    _untold_idx = models.Index("(id) WHERE told IS NOT TRUE")

    # -- computes --------------------------------------------------------------

    @api.depends("res_model")
    def _compute_model_name(self):
        for request in self:
            model = self.env["ir.model"]._get(request.res_model)
            request.model_name = model.sudo().name or request.res_model

    @api.depends("res_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        # not the document's name alone: its own page is beside it in the breadcrumbs
        for request in self:
            request.display_name = self.env._("Approval of %s", request.res_name or "")

    def _compute_waiting_for(self):
        for request, stored in self._with_stored():
            request.waiting_for = stored and stored._waiting_for()

    def _compute_summary(self):
        pairs = self._with_stored()
        documents = self._documents_of(pairs)
        for request, stored in pairs:
            document = stored and documents.get((stored.res_model, stored.res_id))
            request.summary = stored._summarise(document) if document else []

    def _with_stored(self):
        """Return [(request, the same as it is in the database, as superuser)]; ``None``
        where there is none that the user may read. The form of a dialog may hold requests
        that a client has made up or changed."""
        stored = {request.id: request.sudo() for request in self._origin._filtered_access("read")}
        return [(request, stored.get(request._origin.id)) for request in self]

    @api.model
    def _documents_of(self, pairs):
        return (
            self.browse()
            .sudo()
            .union(*(stored for __, stored in pairs if stored))
            ._documents_by_id()
        )

    @api.depends_context("uid")
    def _compute_my_turn(self):
        tasks = self.env["collab.approval.task"].sudo()
        mine = tasks.search([("request_id", "in", self._origin.ids), *tasks._mine()]).request_id
        for request in self:
            request.my_turn = request._origin.id in mine.ids

    @api.model
    def _search_my_turn(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        tasks = self.env["collab.approval.task"].sudo()
        return [("id", "in", tasks._search(tasks._mine()).subselect("request_id"))]

    @api.depends_context("uid")
    @api.depends("state")
    def _compute_can_withdraw(self):
        pairs = self._with_stored()
        documents = self._documents_of(pairs)
        for request, stored in pairs:
            request.is_own = bool(stored and stored._is_free_to(self.env.user))
            request.can_withdraw = bool(stored and stored._may_withdraw(self.env.user, documents))

    @api.depends("state", "version_id.in_force", "policy_id.version_ids.in_force")
    def _compute_is_outdated(self):
        for request, stored in self._with_stored():
            request.is_outdated = bool(
                stored
                and stored.state == "running"
                and not stored.version_id.in_force
                and stored.policy_id.version_id
            )

    # -- public: submitting ---------------------------------------------------------

    @api.model
    def submit(self, res_model, res_ids, note=None):
        """Submit documents for approval, each under the first policy that wants it.

        :param str res_model: model of the documents
        :param list[int] res_ids: their ids; the caller may write on all of them, or
            reads them and they are the caller's own
        :param str note: what the approvers should know
        :return: the requests
        :raise UserError: if one of the documents needs no approval, is under review
            already, or nobody could be asked; none is submitted then
        """
        documents = self._documents(res_model, res_ids)
        note = clean_text(self.env, note)
        requests = self.browse()
        for spec, governed in self._to_submit(documents):
            (governed - self._own_or_writable(spec, governed)).check_access("write")
            requests |= self.env["collab.approval.engine"]._submit(spec, governed, note)
        return requests

    @api.model
    def preview(self, res_model, res_ids):
        """Tell who would be asked, and why, if the documents were submitted now.

        :return: a list of dicts: ``res_id``, ``name``, ``policy``, ``stages`` (see
            ``_path``), ``problem`` (a sentence, or ``False``)
        """
        documents = self._documents(res_model, res_ids)
        result = []
        for spec, governed in self._to_submit(documents):
            cases = self.env["collab.approval.source"]._cases(spec, governed, self.env.user)
            labels = self._labels(spec.snapshot, spec.policy_id)
            people = self.env["collab.approval.task"]._preview_people(
                one
                for case in cases.values()
                for step in case.plan.steps
                for one in (*step.asked, *step.barred)
            )
            for document in governed:
                case = cases[document.id]
                result.append(
                    {
                        "res_id": document.id,
                        "name": document.display_name,
                        "policy": labels["policy"],
                        "stages": self._preview_path(spec, case.plan, labels, people),
                        "problem": case.plan.dead_end is not None
                        and self.env["collab.approval.engine"]._dead_end(
                            spec, case, document, labels
                        ),
                    }
                )
        return result

    @api.model
    def panel(self, res_model, res_id):
        """Return what the approval bar on a document shows to the caller.

        :return: a dict; empty when no policy concerns the document
        """
        document = self._documents(res_model, [res_id])
        gate = self.env["collab.approval.gate"]
        request = self.sudo().search(
            [("res_model", "=", res_model), ("res_id", "=", res_id)], limit=1
        )
        wanted = [
            spec
            for spec, governed in gate._governing(document)
            if not spec.settled(document) and not gate._approved(spec, governed)
        ]
        if not request and not wanted:
            return {}
        result = {"can_submit": False, "request": False}
        if request:
            result["request"] = request.with_env(self.env)._panel_request()
            result["earlier"] = self.search_count(
                [("res_model", "=", res_model), ("res_id", "=", res_id), ("id", "<", request.id)]
            )
        if wanted and request.state != "running":
            spec = next((spec for spec in wanted if spec.submits(document)), wanted[0])
            result.update(self._panel_wanted(spec, document, request))
        return result

    # -- public: deciding --------------------------------------------------------

    def action_approve(self, comment=None):
        """Approve, as one of those who are asked now. All of ``self``, or none."""
        self._check_named()
        self.env["collab.approval.engine"]._decide(self, State.APPROVED, comment)
        return True

    def action_reject(self, comment=None):
        """Reject, as one of those who are asked now. All of ``self``, or none."""
        self._check_named()
        self.env["collab.approval.engine"]._decide(self, State.REJECTED, comment)
        return True

    def action_withdraw(self, comment=None):
        """Take the requests back, as the one who submitted them.

        Possible while a request runs, and after it was approved as long as the
        document has not gone on. An administrator of Collab may, too, who has to say
        why in the comment.
        """
        self._check_named()
        self.env["collab.approval.engine"]._withdraw(self, comment)
        return True

    def action_move(self):
        """Let requests that run go on under the version that is in force now.

        They are planned anew, from the start; decisions made so far stay in the log.
        For process owners.
        """
        self._check_named()
        self.env["collab.approval.engine"]._move(self)
        return True

    def action_open_document(self):
        """Return the action that opens the document."""
        self._check_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
            "target": "current",
        }

    def action_approve_or_ask(self):
        """Approve, after asking for a comment where a step wants one; for buttons."""
        self._check_named()
        tasks = self.env["collab.approval.task"].sudo()
        mine = tasks.search([("request_id", "in", self.ids), *tasks._mine()])
        if mine._wants_comment():
            return self.with_context(collab_decision="approve").action_open_decision()
        return self.action_approve()

    def action_open_decision(self):
        """Return the action that asks for a comment before approving or rejecting."""
        self._check_named()
        titles = {
            "approve": self.env._("Approve"),
            "reject": self.env._("Reject"),
            "withdraw": self.env._("Withdraw"),
        }
        decision = self.env.context.get("collab_decision")
        if decision not in titles:
            decision = "approve"
        return {
            "type": "ir.actions.act_window",
            "name": titles[decision],
            "res_model": "collab.approval.decide",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_request_ids": self.ids,
                "default_decision": decision,
            },
        }

    # -- submitting ---------------------------------------------------------------------

    @api.model
    def _documents(self, res_model, res_ids):
        """Return documents that the caller names and may read."""
        self.check_access("read")  # not for portal users, who may read documents
        model = self.env.get(res_model) if isinstance(res_model, str) else None
        if model is None or model._abstract:
            raise UserError(self.env._("There is no document model “%s”.", res_model))
        if not isinstance(res_ids, list | tuple) or not all(map(_is_id, res_ids)):
            raise UserError(self.env._("Documents are named by a list of their ids."))
        ids = list(dict.fromkeys(res_ids))
        documents = model.browse(ids)
        documents.check_access("read")
        if len(documents.exists()) != len(ids):
            raise MissingError(self.env._("A document does not exist any more."))
        return documents

    @api.model
    def _own_or_writable(self, spec, documents):
        """Return those of ``documents`` that the caller may submit: apps often take the
        right to write on a document from the person whose case it is."""
        writable = documents._filtered_access("write")
        others = documents - writable
        if not others:
            return writable
        owners = self.env["collab.approval.source"]._owners(spec, others.sudo(), self.env.user)
        return writable | others.filtered(
            lambda d: spec.snapshot["beneficiary"] and owners[d.id][0] == self.env.user
        )

    @api.model
    def _to_submit(self, documents):
        """Return [(spec, documents)], every document once, or raise why it cannot be."""
        gate = self.env["collab.approval.gate"]
        running = {
            row.res_id for row in gate._open_requests(documents._name, documents.ids, ("running",))
        }
        if busy := documents.filtered(lambda d: d.id in running):
            raise UserError(self.env._("%s is under review already.", busy[0].display_name))
        result, left, approved = [], documents, documents.browse()
        for spec, governed in gate._governing(documents):
            ready = (governed & left).filtered(
                lambda d: not spec.settled(d) and (spec.submits(d) or spec.begins(d))  # noqa: B023
            )
            done = gate._approved(spec, ready)
            approved |= done
            if ready := ready - done:
                result.append((spec, ready.with_env(documents.env)))
                left -= ready
        if left:
            document = left[0].display_name
            if left[0] in approved:
                raise UserError(self.env._("%s is approved already.", document))
            raise UserError(self.env._("%s does not need an approval, as it is now.", document))
        return result

    # -- withdrawing -------------------------------------------------------------------------

    def _documents_by_id(self):
        """Return (model, id) → document, of those that exist."""
        result = {}
        for res_model, requests in self.grouped("res_model").items():
            if (model := self.env.get(res_model)) is not None:
                for document in model.sudo().browse(requests.mapped("res_id")).exists():
                    result[res_model, document.id] = document
        return result

    def _is_of(self, user):
        """Whether it is the user's own: submitted by them, or on their behalf."""
        return user in self.requester_id | self.owner_id

    def _is_free_to(self, user):
        """Whether the user may withdraw it without giving reasons. What has been used binds
        what has gone on: only an administrator frees that, where a document is stuck."""
        return self._is_of(user) and not self.used_at

    def _may_withdraw(self, user, documents):
        may = self._is_free_to(user) or user.has_group(ADMINISTRATOR)
        return may and self._is_withdrawable(documents)

    def _is_withdrawable(self, documents):
        if self.state == "running":
            return True
        return self.state == "approved" and not self._is_settled(documents)

    def _is_past(self, documents):
        """Whether the document went through by this approval, and is there no more."""
        return bool(self.state == "approved" and self.used_at and not self._is_settled(documents))

    def _is_settled(self, documents):
        document = documents.get((self.res_model, self.res_id))
        spec = self.env["collab.approval.gate"]._spec(self.version_id.id)
        return bool(document and spec and spec.settled(document))

    def _too_late(self):
        self.ensure_one()
        if self.state == "approved":
            return self.env._(
                "The approval of %s has been used, so it cannot be withdrawn any more.",
                self.res_name,
            )
        return self.env._("The request for %s has ended already.", self.res_name)

    # -- showing -------------------------------------------------------------------------------

    def _failures(self, documents):
        """Return request id → why the follow-up of the decision failed, of those whose
        document has not gone through all the same.

        :param documents: see :meth:`_documents_by_id`
        """
        ended = self.filtered(lambda r: r.state in ("approved", "rejected") and not r.used_at)
        rows = self.env["collab.approval.log"].sudo()
        rows = rows.search([("request_id", "in", ended.ids), ("event", "=", "effect_failed")])
        return {
            row.request_id.id: row.comment
            for row in rows
            if row.request_id.state == "rejected" or row.request_id._is_withdrawable(documents)
        }

    def _ending(self):
        """Return who has withdrawn the request, or begun its document again, when and why, in
        the shape of a decision; ``False`` if it ended by one or runs."""
        row = self.log_ids.sorted("chain_index").filtered(
            lambda row: row.event in ("withdrawn", "lapsed")
        )[-1:]
        return bool(row) and {
            "decided_by": row.sudo().user_id.name,
            "decided_at": fields.Datetime.to_string(row.at),
            "comment": row.comment or "",
        }

    def _waiting_for(self):
        """Return the names of those who are asked now."""
        pending = self.task_ids.filtered(lambda task: task.state == "pending")
        return ", ".join(task._asked_name() for task in pending)

    def _guard_button(self):
        """Return the arguments of a refusal that make it offer the request."""
        if not self:
            return ()
        return (
            self.env.ref("collab_approval.action_collab_approval_request_open").id,
            self.env._("Open the request"),
            {"collab_request_id": self.id},
        )

    def _summarise(self, document):
        """Return [[label, value]] of the fields that the policy shows to approvers."""
        self.ensure_one()
        if not document:
            return []
        names = [n for n in self.version_id.snapshot["summary"] if n in document._fields]
        document = document.with_context(lang=self.env.lang)
        labels = document.fields_get(names, ["string"])
        return [[labels[name]["string"], self._format(document, name)] for name in names]

    @api.model
    def _format(self, document, name):
        value, field = document[name], document._fields[name]
        if field.type == "monetary":
            currency = document[field.get_currency_field(document)]
            return currency.format(value) if currency else str(value)
        if isinstance(value, models.BaseModel):
            return format_list(self.env, value.mapped("display_name")) if value else ""
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if not value and field.type not in ("integer", "float"):
            return ""
        if field.type == "date":
            return format_date(self.env, value)
        if field.type == "datetime":
            return format_datetime(self.env, value, dt_format="short")
        if field.type == "float":
            digits = field.get_digits(self.env)
            return formatLang(self.env, value, digits=digits[1] if digits else 2)
        return html2plaintext(value) if field.type == "html" else str(value)

    def _card_rows(self):
        """Return the requests for the cards of the workbench."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        mine = self.env["collab.approval.task"].sudo()
        mine = mine.search([("request_id", "in", self.ids), *mine._mine()]).grouped("request_id")
        return [
            {
                "id": request.id,
                "name": request.res_name,
                "kind": request.model_name,
                "res_model": request.res_model,
                "res_id": request.res_id,
                "requester": {
                    "id": request.requester_id.id,
                    "name": request.sudo().requester_id.name,
                },
                "note": request.note or "",
                "state": request.state,
                "state_label": labels[request.state],
                "submitted_at": fields.Datetime.to_string(request.submitted_at),
                "decided_at": request.decided_at and fields.Datetime.to_string(request.decided_at),
                "waiting_for": request.waiting_for,
                "summary": request.summary,
                "needs_comment": request in mine and mine[request]._wants_comment(),
            }
            for request in self
        ]

    @api.model
    def _labels(self, snapshot, policy_id):
        """Return the names of a version, translated as long as the draft has not
        been renamed: ``policy``, ``stages`` by id, ``steps`` by key."""

        stages, steps = (
            snapshot["stages"],
            [step for stage in snapshot["stages"] for step in stage["steps"]],
        )
        policy = self._names("collab.approval.policy", {policy_id: snapshot["name"]})
        return {
            "policy": policy[policy_id],
            "stages": self._names("collab.approval.stage", {s["id"]: s["name"] for s in stages}),
            "steps": {
                str(step_id): name
                for step_id, name in self._names(
                    "collab.approval.step", {int(step["key"]): step["name"] for step in steps}
                ).items()
            }
            | {FALLBACK: self.env._("Fallback")},
        }

    @api.model
    def _policy_name(self, spec):
        name = {spec.policy_id: spec.name}
        return self._names("collab.approval.policy", name)[spec.policy_id]

    @api.model
    def _names(self, model, names):
        """Return the ``names`` (by id) of a version, in the language of the reader where
        the draft still has them."""
        records = self.env[model].sudo().browse(filter(None, names)).exists()
        source = records.with_context(lang=None)
        return names | {
            record.id: record.name
            for record, original in zip(records, source, strict=True)
            if original.name == names[record.id]
        }

    def _version_labels(self):
        return self._labels(self.version_id.snapshot, self.policy_id.id)

    def _path(self):
        """Return the stages of the request, for the client.

        :return: list of ``{name, state, steps: [{name, mode, why, people: [{name,
            user_id, state, decided_by, decided_at, comment, given}]}]}``
        """
        self.ensure_one()
        request = self.sudo()
        labels = request._version_labels()
        tasks = request.task_ids.filtered(lambda t: t.round == request.round)
        by_step = tasks.grouped("step")
        states = standings(read_flow(request.plan), tasks._core())
        return [
            {
                "name": labels["stages"].get(stage["id"], ""),
                "state": state.value,
                "steps": [
                    {
                        "key": step["key"],
                        "name": labels["steps"].get(step["key"], ""),
                        "mode": step["mode"],
                        "needed": self._needed(step, len(by_step.get(step["key"], ()))),
                        "why": step["why"],
                        "people": [task._person() for task in by_step.get(step["key"], ())],
                    }
                    for step in stage["steps"]
                ],
            }
            for stage, state in zip(request.plan["stages"], states, strict=True)
        ]

    @api.model
    def _needed(self, step, count):
        return Step(step["key"], Mode(step["mode"]), (), step["quorum"], step["percent"]).needed(
            count
        )

    @api.model
    def _preview_path(self, spec, plan, labels, people):
        """Return a plan in the shape of :meth:`_path`, with what was left out.

        :param dict people: whom → how the client shows them
        """
        planned = {step.key: step for step in plan.steps}

        def show(key, name, mode, needed):
            step = planned[key]
            return {
                "key": key,
                "name": name,
                "mode": mode,
                "needed": needed,
                "why": step.why,
                "people": [people[one] for one in step.asked],
                "barred": [people[one]["name"] for one in step.barred],
            }

        stages = [
            {
                "name": labels["stages"][stage["id"]],
                "state": "waiting",
                "steps": [
                    show(
                        step["key"],
                        labels["steps"][step["key"]],
                        step["mode"],
                        self._needed(step, len(planned[step["key"]].asked)),
                    )
                    for step in stage["steps"]
                ],
            }
            for stage in spec.snapshot["stages"]
        ]
        if FALLBACK in planned:
            name = labels["steps"][FALLBACK]
            stages.append(
                {"name": name, "state": "waiting", "steps": [show(FALLBACK, "", "any", 1)]}
            )
        return stages

    def path(self):
        """Return the path of one request, see ``_path``, with its log."""
        self._check_one()
        self.check_access("read")
        return self._panel_request() | {"log": self.sudo().log_ids._rows()}

    def _check_named(self):
        """Refuse what cannot be the ids of requests, before the database is asked. Portal
        users, who have no requests, are refused whatever the ids."""
        self.browse().check_access("read")
        if not all(map(_is_id, self._ids)):
            raise UserError(self.env._("Requests are named by a list of their ids."))

    def _check_one(self):
        self._check_named()
        if len(self) != 1 or not self.exists():
            raise UserError(self.env._("Choose one request that exists."))

    @api.model
    def _panel_wanted(self, spec, document, request):
        """Return what the bar shows of a policy that wants ``document`` approved; nothing
        where it was decided on, and is not back where it could be submitted again.

        :param request: the last one for the document, if any
        """
        submits = spec.submits(document)
        if request and not submits and not spec.begins(document):
            return {}
        how = "" if submits else self.env["collab.approval.gate"]._submits_itself(spec, document)
        return {
            "can_submit": bool(submits and self._own_or_writable(spec, document)),
            "policy": self._labels(spec.snapshot, spec.policy_id)["policy"],
            "how": how,
        }

    def _panel_request(self):
        self.ensure_one()
        request = self.sudo()
        user = self.env.user
        mine = request.task_ids.filtered_domain(request.task_ids._mine())
        documents = request._documents_by_id()
        return {
            "id": request.id,
            "state": request.state,
            "state_label": dict(self._fields["state"]._description_selection(self.env))[
                request.state
            ],
            "policy": request._version_labels()["policy"],
            "version": request.version_id.number,
            "document": request.res_name,
            "requester": {"id": request.requester_id.id, "name": request.requester_id.name},
            "note": request.note or "",
            "submitted_at": fields.Datetime.to_string(request.submitted_at),
            "decided_at": request.decided_at and fields.Datetime.to_string(request.decided_at),
            "waiting_for": request._waiting_for(),
            "ending": request._ending(),
            "failure": request._failures(documents).get(request.id, ""),
            "stages": self._path(),
            "can_decide": bool(mine),
            "needs_comment": mine._wants_comment(),
            "can_withdraw": request._may_withdraw(user, documents),
            "is_past": request._is_past(documents),
            "is_own": request._is_free_to(user),
        }


def _is_id(value):
    return type(value) is int and 0 < value <= MAX_ID

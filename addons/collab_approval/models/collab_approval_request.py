from odoo import api, fields, models
from odoo.exceptions import MissingError, UserError

from ..core import State
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
    submitted_at = fields.Datetime(string="Submitted on", readonly=True, required=True)
    decided_at = fields.Datetime(string="Ended on", readonly=True)
    used_at = fields.Datetime(
        string="Used on", readonly=True, help="When the document went through by this approval."
    )
    round = fields.Integer(readonly=True, help="Counts how often the request was planned anew.")
    plan = fields.Json(readonly=True, help="The flow as it was planned at submission.")
    fingerprint = fields.Char(readonly=True, help="Digest of what is being approved.")
    told = fields.Boolean(readonly=True, default=True, help="Whether the requester knows the end.")
    task_ids = fields.One2many("collab.approval.task", "request_id", readonly=True)
    log_ids = fields.One2many("collab.approval.log", "request_id", readonly=True)

    waiting_for = fields.Char(compute="_compute_waiting_for")
    summary = fields.Json(compute="_compute_summary")
    about = fields.Char(compute="_compute_summary")
    my_turn = fields.Boolean(compute="_compute_my_turn", search="_search_my_turn")
    can_withdraw = fields.Boolean(compute="_compute_can_withdraw")
    is_own = fields.Boolean(compute="_compute_can_withdraw")
    is_outdated = fields.Boolean(compute="_compute_is_outdated")
    can_open = fields.Boolean(compute="_compute_can_open")

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
        presenter = self.env["collab.approval.presenter"]
        ended = self._origin.filtered(lambda request: request.state != "running")
        # as the document is now: nothing for those who took part once and see it no longer
        hidden = ended - ended._filtered_access("read")._readable()
        for request, stored in pairs:
            if request._origin in hidden:
                stored = None
            document = stored and documents.get((stored.res_model, stored.res_id))
            lines = presenter._summarise(stored, document)
            request.summary = lines
            request.about = presenter._about(lines)

    @api.depends_context("uid")
    def _compute_can_open(self):
        readable = self._origin._filtered_access("read")._readable()
        for request in self:
            request.can_open = request._origin in readable

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

    # -- public: submitting, seeing ---------------------------------------------------------

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
        result, presenter = [], self.env["collab.approval.presenter"]
        for spec, governed in self._to_submit(documents):
            cases = self.env["collab.approval.source"]._cases(spec, governed, self.env.user)
            labels = presenter._labels(spec.snapshot, spec.policy_id)
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
                        "stages": presenter._preview_path(spec, case.plan, labels, people),
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
        binding = self.env["collab.approval.binding"]
        request = self.sudo().search(
            [("res_model", "=", res_model), ("res_id", "=", res_id)], limit=1
        )
        wanted, approved = [], []
        for spec, governed in binding._governing(document):
            if not spec.settled(document):
                (approved if binding._approved(spec, governed) else wanted).append(spec)
        if not request and not wanted:
            return {}
        result, presenter = (
            {"can_submit": False, "request": False},
            self.env["collab.approval.presenter"],
        )
        if request:
            result["request"] = presenter._panel_request(request.with_env(self.env))
            result["earlier"] = self.search_count(
                [("res_model", "=", res_model), ("res_id", "=", res_id), ("id", "<", request.id)]
            )
        if approved and not request.used_at:
            result["next"] = presenter._panel_next(approved[0], document)
        if wanted and request.state != "running":
            spec = next((spec for spec in wanted if spec.submits(document)), wanted[0])
            result.update(presenter._panel_wanted(spec, document, request))
        return result

    def path(self):
        """Return the path of one request, see ``_path``, with its log."""
        self._check_one()
        self.check_access("read")
        return self.env["collab.approval.presenter"]._panel_request(self) | {
            "log": self.sudo().log_ids._rows()
        }

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

        They are planned anew, from the start; decisions made so far stay in the log. All of
        ``self``, or none. For process owners.
        """
        self._check_named()
        if stay := self.env["collab.approval.engine"]._move(self):
            raise UserError("\n".join(stay.values()))
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
        self.action_approve()
        return self._acknowledge("approve")

    def _acknowledge(self, decision):
        """Return the action that tells the caller what they have decided, and closes."""
        close = {"type": "ir.actions.act_window_close", "infos": {"collab_decided": True}}
        if not (message := self._decided_text(decision)):
            return close
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message, "next": close},
        }

    def _decided_text(self, decision):
        """Return what the caller has decided, as a sentence; nothing for other decisions."""
        name, count = self[:1].res_name, len(self)
        texts = {
            "approve": (
                self.env._("%s approved.", name),
                self.env._("%s requests approved.", count),
            ),
            "reject": (
                self.env._("%s rejected.", name),
                self.env._("%s requests rejected.", count),
            ),
        }
        return texts[decision][count != 1] if decision in texts else ""

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
        binding = self.env["collab.approval.binding"]
        running = {
            row.res_id
            for row in binding._open_requests(documents._name, documents.ids, ("running",))
        }
        if busy := documents.filtered(lambda d: d.id in running):
            raise UserError(self.env._("%s is under review already.", busy[0].display_name))
        result, left, approved = [], documents, documents.browse()
        for spec, governed in binding._governing(documents):
            ready = (governed & left).filtered(
                lambda d: not spec.settled(d) and (spec.submits(d) or spec.begins(d))  # noqa: B023
            )
            done = binding._approved(spec, ready)
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

    def _readable(self):
        """Return those whose document the current user may read."""
        ids = {}
        for res_model, requests in self.grouped("res_model").items():
            if (model := self.env.get(res_model)) is not None:
                documents = model.browse(requests.mapped("res_id")).exists()
                ids[res_model] = set(documents._filtered_access("read").ids)
        return self.filtered(lambda r: r.res_id in ids.get(r.res_model, ()))

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
        spec = self.env["collab.approval.spec"]._of(self.version_id.id)
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


def _is_id(value):
    return type(value) is int and 0 < value <= MAX_ID

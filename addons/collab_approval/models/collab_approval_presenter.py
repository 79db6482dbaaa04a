from odoo import api, fields, models
from odoo.tools import format_date, format_datetime, format_list, formatLang, html2plaintext

from ..core import FALLBACK, Mode, Step, standings
from ..stored_plan import read_flow


class CollabApprovalPresenter(models.AbstractModel):
    """What the client shows of requests: the bar on a document, the path of a request, the
    rows of cards. In the language of whoever reads; whether they may is asked before."""

    _name = "collab.approval.presenter"
    _description = "Approval Presenter"

    @api.model
    def _ending(self, request):
        """Return who has withdrawn the request, or begun its document again, when and why, in
        the shape of a decision; ``False`` if it ended by one or runs."""
        row = request.log_ids.sorted("chain_index").filtered(
            lambda row: row.event in ("withdrawn", "lapsed")
        )[-1:]
        return bool(row) and {
            "decided_by": row.sudo().user_id.name,
            "decided_at": fields.Datetime.to_string(row.at),
            "comment": row.comment or "",
        }

    @api.model
    def _summarise(self, request, document):
        """Return [[label, value]] of the fields that the policy shows to approvers."""
        if not document:
            return []
        names = [n for n in request.version_id.snapshot["summary"] if n in document._fields]
        document = document.with_context(lang=self.env.lang)
        labels = document.fields_get(names, ["string"])
        return [[labels[name]["string"], self._format(document, name)] for name in names]

    @api.model
    def _about(self, summary):
        """Return what :meth:`_summarise` does in one line, without what is empty."""
        return " · ".join(
            self.env._("%(label)s: %(value)s", label=label, value=value)
            for label, value in summary
            if value
        )

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

    @api.model
    def _card_rows(self, requests):
        """Return the requests for the cards of the workbench."""
        labels = self._state_labels()
        mine = self.env["collab.approval.task"].sudo()
        mine = mine.search([("request_id", "in", requests.ids), *mine._mine()]).grouped(
            "request_id"
        )
        readable = requests._readable()
        return [
            {
                "id": request.id,
                "name": request.res_name,
                "kind": request.model_name,
                "res_model": request.res_model,
                "res_id": request.res_id,
                "can_open": request in readable,
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
                "summary": request.summary or [],
                "needs_comment": request in mine and mine[request]._wants_comment(),
            }
            for request in requests
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

    @api.model
    def _version_labels(self, request):
        return self._labels(request.version_id.snapshot, request.policy_id.id)

    @api.model
    def _path(self, request):
        """Return the stages of the request, for the client.

        :return: list of ``{name, state, steps: [{name, mode, why, people: [{name,
            user_id, state, decided_by, decided_at, comment, given}]}]}``
        """
        request = request.sudo()
        labels = self._version_labels(request)
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

    @api.model
    def _panel_wanted(self, spec, document, request):
        """Return what the bar shows of a policy that wants ``document`` approved; nothing
        where it was decided on, and is not back where it could be submitted again.

        :param request: the last one for the document, if any
        """
        submits = spec.submits(document)
        if request and not submits and not spec.begins(document):
            return {}
        how = "" if submits else self.env["collab.approval.refusal"]._submits_itself(spec, document)
        return {
            "can_submit": bool(
                submits and self.env["collab.approval.request"]._own_or_writable(spec, document)
            ),
            "policy": self._labels(spec.snapshot, spec.policy_id)["policy"],
            "how": how,
        }

    @api.model
    def _panel_next(self, spec, document):
        """Say what can be done with ``document``, as it is approved."""
        fname, value = spec.transition
        refusal = self.env["collab.approval.refusal"]
        return self.env._(
            "%(document)s can become “%(value)s” now.",
            document=document.display_name,
            value=refusal._value_label(document, fname, value),
        )

    @api.model
    def _panel_request(self, request):
        request = request.sudo()
        user = self.env.user
        mine = request.task_ids.filtered_domain(request.task_ids._mine())
        documents = request._documents_by_id()
        return {
            "id": request.id,
            "state": request.state,
            "state_label": self._state_labels()[request.state],
            "policy": self._version_labels(request)["policy"],
            "version": request.version_id.number,
            "document": request.res_name,
            "requester": {"id": request.requester_id.id, "name": request.requester_id.name},
            "note": request.note or "",
            "submitted_at": fields.Datetime.to_string(request.submitted_at),
            "decided_at": request.decided_at and fields.Datetime.to_string(request.decided_at),
            "waiting_for": request._waiting_for(),
            "ending": self._ending(request),
            "failure": request._failures(documents).get(request.id, ""),
            "stages": self._path(request),
            "can_decide": bool(mine),
            "can_withdraw": request._may_withdraw(user, documents),
            "is_past": request._is_past(documents),
            "is_own": request._is_free_to(user),
        }

    @api.model
    def _state_labels(self):
        field = self.env["collab.approval.request"]._fields["state"]
        return dict(field._description_selection(self.env))

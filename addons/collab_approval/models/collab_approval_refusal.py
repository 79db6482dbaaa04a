from odoo import api, models
from odoo.tools import format_list

from odoo.addons.collab_guard.exceptions import GuardError


class CollabApprovalRefusal(models.AbstractModel):
    """The sentences that say why a document may not be changed, or not go on, and what to do.

    Each is a refusal with the button that leads on, if there is one.
    """

    _name = "collab.approval.refusal"
    _description = "Approval Refusals"

    @api.model
    def _lock_error(self, record, names):
        # a running request first: it is what has to be ended
        open_ones = [("state", "in", ("running", "approved"))]
        request = self._last_request(record, open_ones, "state desc, id desc")
        what = (
            self.env._("%s cannot be changed", self._field_labels(names))
            if names
            else self.env._("nothing can be added to it or deleted")
        )
        documents = request._documents_by_id()
        values = {
            "document": record.display_name,
            "what": what,
            "requester": request.requester_id.name,
        }
        if request.state != "running" and (bare := self._bare_sentence(record, request, values)):
            return GuardError(bare)
        if request.state == "running" and request._is_of(self.env.user):
            message = self.env._(
                "%(document)s is under review, so %(what)s. Withdraw the request first.", **values
            )
        elif request.state == "running":
            message = self.env._(
                "%(document)s is under review, so %(what)s. It can again if it is rejected, or"
                " %(requester)s withdraws the request.",
                **values,
            )
        elif request._is_free_to(self.env.user) and request._is_withdrawable(documents):
            message = self.env._(
                "%(document)s has been approved as it is, so %(what)s. Withdraw the approval"
                " first, and submit it again.",
                **values,
            )
        elif not request.used_at and request._is_withdrawable(documents):
            message = self.env._(
                "%(document)s has been approved as it is, so %(what)s. %(requester)s can"
                " withdraw the approval, and submit it again.",
                **values,
            )
        else:
            message = self.env._(
                "%(document)s has been approved as it is and has gone on, so %(what)s. Take it"
                " back to where it began first.",
                **values,
            )
        return GuardError(message, *request._guard_button())

    @api.model
    def _bare_sentence(self, record, request, values):
        """Return why a document is locked that has a guarded value without the approval that it
        needs, or needed when this call began; nothing if it is not one of these.

        :param dict values: what the sentence names: ``document``, ``what``
        """
        binding = self.env["collab.approval.binding"]
        governing = [
            spec
            for spec, governed in binding._governing(record)
            if not binding._approvals(spec, governed)
        ]
        in_force = self.env["collab.approval.spec"]._by_model().get(record._name, ())
        others = [spec for spec, force in in_force if force and not request]
        for spec in filter(lambda spec: spec.settled(record), governing + others):
            fname, value = spec.transition
            return self.env._(
                "%(document)s is “%(value)s” without the approval that it needs (policy"
                " “%(policy)s”), so %(what)s. Take it back to where it began first, and"
                " submit it for approval.",
                policy=self.env["collab.approval.presenter"]._policy_name(spec),
                value=self._value_label(record, fname, value),
                **values,
            )
        return ""

    @api.model
    def _entry_error(self, records, fname, value, entering=False, created=False):
        record = records[:1]
        [(spec, __)] = self.env["collab.approval.binding"]._governing(record, fname, value)
        values = {
            "document": record.display_name,
            "policy": self.env["collab.approval.presenter"]._policy_name(spec),
            "value": self._value_label(record, fname, value),
        }
        if created:
            message = self.env._(
                "A document cannot be created as “%(value)s”: the policy “%(policy)s” wants it"
                " approved first. Create it, then submit it for approval.",
                **values,
            )
            return GuardError(message)
        if not entering:
            message = self.env._(
                "%(document)s is “%(value)s” already: with this change it would need an approval"
                " (policy “%(policy)s”). Take it back first, change it, and submit it.",
                **values,
            )
            return GuardError(message)
        request = self._last_request(record, [("policy_id", "=", spec.policy_id)])
        if request.state == "approved" and not self.env["collab.approval.binding"]._is_for(
            request.version_id.id, spec
        ):
            request = request.browse()
        if request.state in ("running", "approved"):
            return GuardError(self._not_yet(request, values), *request._guard_button())
        values["more"] = (
            self.env._(" This also concerns %s other documents.", len(records) - 1)
            if len(records) > 1
            else ""
        )
        message = self.env._(
            "%(document)s needs an approval before it can become “%(value)s”"
            " (policy “%(policy)s”). Submit it for approval first.%(more)s",
            **values,
        )
        return GuardError(
            message,
            self.env.ref("collab_approval.action_collab_approval_submit").id,
            self.env._("Submit for approval"),
            {"active_model": records._name, "active_ids": records.ids, "active_id": record.id},
        )

    @api.model
    def _not_yet(self, request, values):
        """Return why a document may not go on although there is ``request``.

        :param dict values: what the sentences name: ``document``, ``policy``, ``value``
        """
        if request.state == "running" and request.my_turn:
            return self.env._(
                "%(document)s cannot become “%(value)s” yet: you have to approve it first, in the"
                " bar above it or in the workbench (policy “%(policy)s”).",
                **values,
            )
        if request.state == "running":
            return self.env._(
                "%(document)s cannot become “%(value)s” yet: it waits for %(people)s to"
                " approve it (policy “%(policy)s”).",
                people=request._waiting_for(),
                **values,
            )
        if request.used_at:
            return self.env._(
                "%(document)s went through by its approval once, so it cannot become “%(value)s”"
                " again (policy “%(policy)s”). Take it back to where it began, and submit it"
                " again.",
                **values,
            )
        return self.env._(
            "%(document)s is not any more what was approved, so it cannot become"
            " “%(value)s” (policy “%(policy)s”). Withdraw the approval and submit it again.",
            **values,
        )

    @api.model
    def _last_request(self, record, domain, order="id desc"):
        """Return the first request of a document, in this order, that ``domain`` is true of."""
        domain = [("res_model", "=", record._name), ("res_id", "=", record.id), *domain]
        return self.env["collab.approval.request"].sudo().search(domain, order=order, limit=1)

    @api.model
    def _field_labels(self, names):
        labels = []
        for model_name, fname in names:
            label = self.env[model_name].fields_get([fname], ["string"])[fname]["string"]
            labels.append(f"“{label}”")
        return format_list(self.env, labels)

    @api.model
    def _value_label(self, record, fname, value):
        field = record._fields[fname]
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        if field.type == "many2one":
            return self.env[field.comodel_name].browse(value).sudo().display_name
        return record.fields_get([fname], ["string"])[fname]["string"]

    @api.model
    def _submits_itself(self, spec, document):
        """Return when the application has ``document`` submitted, as a sentence."""
        fname, value = spec.snapshot["auto"]
        return self.env._(
            "It is submitted by itself when %(field)s becomes “%(value)s”.",
            field=self._field_labels([(document._name, fname)]),
            value=self._value_label(document, fname, value),
        )

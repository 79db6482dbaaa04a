import hashlib
import json
from collections import defaultdict, namedtuple

from odoo import api, models, tools
from odoo.models import MAGIC_COLUMNS
from odoo.tools import SQL, format_list

from odoo.addons.collab_guard.exceptions import GuardError
from odoo.addons.collab_guard.guard import Lock, frozen, is_derived
from odoo.addons.collab_guard.models.collab_guard import computed

from ..condition import terms
from ..fingerprint import Held, fingerprint, is_covered
from ..spec import EMPTY, UNJUDGED, Spec, filtered, neutral_env
from .collab_approval_engine import lapse, take_back, use

#: Fields that come from these are never locked: talking about a document and
#: looking at it goes on while it is reviewed.
FREE_MIXINS = (
    "mail.thread",
    "mail.activity.mixin",
    "mail.tracking.duration.mixin",
    "portal.mixin",
    "rating.mixin",
    "utm.mixin",
)
#: Key in the cursor's cache: what documents were when they left a guarded value
LEFT = "collab_approval.left"
#: Key in the data of what runs before the commit: whose signals are to be followed
SIGNALLED = "collab_approval.signalled"
#: A request that runs, or is approved, as the gate reads it
Open = namedtuple("Open", "res_id id state version_id policy_id fingerprint is_used")
NUMBERS = ("float", "integer", "monetary")
MOMENTS = ("date", "datetime")
FREE_COMODELS = ("ir.attachment", "mail.activity", "mail.message", "mail.followers")


class CollabApprovalGate(models.AbstractModel):
    """The keeper of the documents that policies govern.

    It answers from two things: the published policies (cached, see ``_spec``), and
    the requests that run or are approved (one query).
    """

    _name = "collab.approval.gate"
    _inherit = "collab.guard.keeper"
    _description = "Approval Gate"

    # -- published policies, cached -------------------------------------------

    @api.model
    @tools.ormcache(cache="stable")
    def _specs_by_model(self):
        """Return model name → list of (:class:`..spec.Spec`, in force), by sequence.

        Versions that are not in force are listed while requests run under them.
        """
        # plain SQL, as a search would flush, and flushing may ask the gate
        rows = self.env.execute_query(
            SQL(
                """
                SELECT v.id, v.in_force
                  FROM collab_approval_policy_version v
             LEFT JOIN collab_approval_policy p ON p.id = v.policy_id
                 WHERE v.in_force
                    OR EXISTS (SELECT 1 FROM collab_approval_request r
                                WHERE r.version_id = v.id AND r.state = 'running')
              ORDER BY p.sequence, v.policy_id, v.id
                """
            )
        )
        result = defaultdict(list)
        for version_id, in_force in rows:
            if spec := self._spec(version_id):
                # a field may be gone with its app, and its documents be still locked
                in_force = in_force and spec.transition[0] in self.env[spec.model]._fields
                result[spec.model].append((spec, in_force))
        return frozen(result)

    @api.model
    @tools.ormcache("version_id", cache="stable")
    def _spec(self, version_id):
        """Return the spec of a version; ``None`` when its model is gone."""
        [[policy_id, snapshot]] = self.env.execute_query(
            SQL(
                "SELECT policy_id, snapshot FROM collab_approval_policy_version WHERE id = %s",
                version_id,
            )
        )
        model = self.env.get(snapshot["model"])
        if model is None:
            return None
        lines = self._line_models(model)
        targets = self._targets(model, lines, self._decisive(snapshot))
        inputs = self._inputs(model, lines, targets)
        for name, fnames in by_model(snapshot["material"], model._name).items():
            inputs[name] = inputs.get(name, EMPTY) | fnames
            targets.update(self.env[name]._fields[fname] for fname in fnames)
        free = by_model(snapshot["free"], model._name)
        if auto := snapshot["auto"]:
            # what submits a document is not free: to change it takes the request back
            free[model._name] = free.get(model._name, EMPTY) - {auto[0]}
        following = self._following(inputs, free, targets)
        figures = {
            name: self._figures(self.env[name], inputs[name], model, snapshot["field"])
            for name in (model._name, *lines)
        }
        left_to_odoo = {
            name: following[name] | {n for n in fnames if self.env[name]._fields[n].type in MOMENTS}
            for name, fnames in figures.items()
        }
        return Spec(
            version_id=version_id,
            policy_id=policy_id or 0,
            snapshot=snapshot,
            lines=lines,
            inputs=inputs,
            bound={
                name: frozenset(
                    fname
                    for fname in fnames - following[name]
                    if _is_entered(self.env[name]._fields[fname])
                )
                for name, fnames in inputs.items()
            },
            following=following,
            figures={name: fnames - left_to_odoo[name] for name, fnames in figures.items()},
            left=left_to_odoo,
            review={
                name: (self._editable(self.env[name]) | inputs.get(name, EMPTY))
                - (free.get(name, EMPTY) - following[name])
                for name in (model._name, *lines)
            },
        )

    @api.model
    def _line_models(self, model):
        """Return line model → its parent field, for what a document is made of: rows
        that belong to one document and are deleted with it."""
        lines = {}
        for field in model._fields.values():
            if field.type != "one2many" or field.comodel_name in FREE_COMODELS:
                continue
            comodel = self.env.get(field.comodel_name)
            inverse = comodel._fields.get(field.inverse_name) if comodel is not None else None
            if (
                inverse is not None
                and inverse.type == "many2one"
                and inverse.store
                and inverse.required
                and inverse.ondelete == "cascade"
                and not comodel._transient
                and field.comodel_name != model._name
            ):
                lines[field.comodel_name] = field.inverse_name
        return lines

    @api.model
    def _editable(self, model):
        """Return names of the stored fields that say what the document is, whatever the
        policy asks for."""
        free = {
            name for mixin in FREE_MIXINS if mixin in self.env for name in self.env[mixin]._fields
        }
        return {f.name for f in self._own_fields(model) if f.store and f.name not in free}

    @api.model
    def _own_fields(self, model):
        """Return the fields whose values a record holds itself."""
        return [
            field
            for name, field in model._fields.items()
            if name not in MAGIC_COLUMNS
            and field.type != "one2many"
            and field.comodel_name not in FREE_COMODELS
        ]

    @api.model
    def _decisive(self, snapshot):
        """Return the field paths on which a policy's domain and conditions rest."""
        paths = set(_paths(snapshot["domain"]))
        for stage in snapshot["stages"]:
            for step in stage["steps"]:
                paths.update(_paths(step["domain"]))
                if step["source"] == "field":
                    paths.add(step["field"])
        if snapshot["beneficiary"]:
            paths.add(snapshot["beneficiary"])
        if snapshot["companies"]:
            paths.add("company_id")
        return paths

    @api.model
    def _inputs(self, model, lines, targets):
        """Return model → fields of the document and its lines from which the fields
        ``targets`` are made, themselves included.

        Also those that are not stored, if they can be written: by the time that they write
        the stored ones, they have their new value, and judging would take it for the old.
        """
        result = {}
        for name in (model._name, *lines):
            fields = [f for f in self._own_fields(self.env[name]) if f.store or f.inverse]
            result[name] = frozenset(field.name for field in self._behind(targets, fields))
        return result

    @api.model
    def _targets(self, model, lines, paths):
        """Return the fields of the document and its lines that ``paths`` name."""
        targets = set()
        for path in paths:
            owner = model
            for name in path.split("."):
                if not (field := owner._fields.get(name)):
                    break
                targets.add(field)
                if field.comodel_name in lines:
                    owner = self.env[field.comodel_name]
                elif lines.get(owner._name) == name:
                    owner = model
                else:
                    break  # what follows is another record's
        return targets

    @api.model
    def _behind(self, targets, fields):
        """Return those of ``fields`` from which ``targets`` are made, themselves included."""
        return {
            field
            for field in fields
            if field in targets
            or any(dependent in targets for dependent in self.pool.get_dependent_fields(field))
        }

    @api.model
    def _following(self, inputs, free, targets):
        """Return those of ``inputs`` that a policy leaves to Odoo, see ``Spec.following``."""
        return {
            name: frozenset(
                fname
                for fname in fnames & free.get(name, EMPTY)
                if (field := self.env[name]._fields[fname]).compute and field not in targets
            )
            for name, fnames in inputs.items()
        }

    @api.model
    def _figures(self, model, inputs, document, guarded):
        """Return the stored fields of a document or its lines that only Odoo writes, see
        ``Spec.figures``: what decides, and what tells the guarded field under another name,
        as applications look at that. And all numbers: what one is computed from is not
        always declared."""
        guarded = document._fields.get(guarded)
        told = set(self.pool.get_dependent_fields(guarded)) if guarded else ()
        return frozenset(
            name
            for name in self._editable(model)
            if is_derived(field := model._fields[name])
            and (field.type in NUMBERS or name in inputs or field in told)
        )

    # -- which policy is for a document -------------------------------------------

    @api.model
    def _governing(self, records, fname=None, value=None):
        """Return [(spec, records)]: for each guarded value the first policy that is
        for a record. Restricted to one guarded value if ``fname`` is given."""
        result = []
        remaining = {}
        records = records.sudo()
        for spec, in_force in self._specs_by_model().get(records._name, ()):
            if not in_force or (fname and spec.transition != (fname, value)):
                continue
            left = remaining.get(spec.transition, records)
            if governed := spec.governed(left):
                result.append((spec, governed))
                remaining[spec.transition] = left - governed
        return result

    @api.model
    def _fingerprints(self, spec, records, follows=True):
        """Return record id → what an approval binds, see :mod:`..fingerprint`.

        :param follows: whether to find out what is as Odoo computes it, which may cost
            queries for each record; else nothing is said to be
        """
        records = records.with_env(neutral_env(records.env))
        held = {record.id: Held([], set(), []) for record in records}
        for step in spec.steps:
            for record in self._wanting(step, records):
                held[record.id].steps.add(step["key"])
        self._hold(spec, records, held, lambda record: record.id, follows)
        for line_model, parent in spec.lines.items():
            if spec.bound.get(line_model) or spec.following.get(line_model):
                lines = records.env[line_model].search([(parent, "in", records.ids)], order="id")
                self._hold(spec, lines, held, lambda line: line[parent].id, follows)  # noqa: B023
        return {record_id: fingerprint(one) for record_id, one in held.items()}

    @api.model
    def _wanting(self, step, records):
        """Return those of ``records`` that want a conditional step; all of them if that cannot
        be said any more."""
        if not step["domain"]:
            return records.browse()
        try:
            return filtered(records, step["domain"])
        except UNJUDGED:
            return records

    @api.model
    def _hold(self, spec, records, held, owner_id, follows):
        """Add the values of documents, or of lines, to what documents hold.

        :param dict held: document id → :class:`..fingerprint.Held`, which is added to
        :param owner_id: function that returns the id of the document of a record
        """
        names = spec.bound.get(records._name, EMPTY)
        for record in records:
            content = [records._name, record.id, _values(record, names)]
            held[owner_id(record)].content.append(content)
        for name in sorted(spec.following.get(records._name, EMPTY)):
            fresh = computed(records, name) if follows else {}
            for record in records:
                value = _canonical(record, name)
                same = record.id in fresh and value == _canonical(fresh[record.id], name)
                held[owner_id(record)].left.append((value, same))

    @api.model
    def _open_requests(self, model_name, ids, states=("running", "approved")):
        """Return the requests of documents as :data:`Open`."""
        if not ids:
            return []
        request = self.env["collab.approval.request"]
        request.flush_model(
            [
                *("res_model", "res_id", "state", "version_id", "policy_id", "fingerprint"),
                "used_at",
            ]
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT res_id, id, state, version_id, policy_id, fingerprint, used_at IS NOT NULL
                  FROM collab_approval_request
                 WHERE res_model = %s AND res_id IN %s AND state IN %s
                   AND state IN ('running', 'approved')
                """,
                model_name,
                tuple(ids),
                states,
            )
        )
        return [Open(*row) for row in rows]

    # -- keeper -----------------------------------------------------------------

    @api.model
    def _guard_locks(self, records):
        by_id = {record.id: record for record in records}
        locks = {}
        for row, spec in self._locking(records):
            # what has gone through and left again, its application may delete
            deletion = not row.is_used or spec.settled(by_id[row.res_id])
            lock = self._lock(row.version_id, row.state, self.env.su, deletion)
            locks.setdefault(row.res_id, []).append(lock)
        return {res_id: _merge(found) for res_id, found in locks.items()}

    @api.model
    def _locking(self, records):
        """Yield (request as :data:`Open`, its spec), of those that lock their document: what
        runs, and what was approved for what a policy in force guards."""
        in_force = {
            (spec.policy_id, spec.transition)
            for spec, force in self._specs_by_model().get(records._name, ())
            if force
        }
        for row in self._open_requests(records._name, records.ids):
            spec = self._spec(row.version_id)
            if spec and (row.state == "running" or (row.policy_id, spec.transition) in in_force):
                yield row, spec

    @api.model
    @tools.ormcache("version_id", "state", "su", "deletion", cache="stable")
    def _lock(self, version_id, state, su, deletion):
        spec = self._spec(version_id)
        if state == "running":
            fields = dict(spec.review)
            if su and (auto := spec.snapshot["auto"]):
                # the application may take it out of review, see _end_signalled
                fields[spec.model] -= {auto[0]}
            return Lock(fields, frozenset(spec.lines), deletion, spec.following)
        rows = frozenset(name for name in spec.lines if spec.inputs.get(name))
        return Lock(spec.inputs, rows, deletion, spec.following)

    @api.model
    def _guard_lock_error(self, record, names):
        # a running request first: it is what has to be ended
        request = (
            self.env["collab.approval.request"]
            .sudo()
            .search(
                [
                    ("res_model", "=", record._name),
                    ("res_id", "=", record.id),
                    ("state", "in", ("running", "approved")),
                ],
                order="state desc, id desc",
                limit=1,
            )
        )
        what = (
            self.env._("%s cannot be changed", self._field_labels(names))
            if names
            else self.env._("nothing can be added to it or deleted")
        )
        values = {
            "document": record.display_name,
            "what": what,
            "requester": request.requester_id.name,
        }
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
        elif not request.used_at and request._is_withdrawable(request._documents_by_id()):
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
    def _field_labels(self, names):
        labels = []
        for model_name, fname in names:
            label = self.env[model_name].fields_get([fname], ["string"])[fname]["string"]
            labels.append(f"“{label}”")
        return format_list(self.env, labels)

    @api.model
    def _guard_uncovered(self, records, fname, value, entering=False):
        refused = records.browse()
        # what an application does to what has been let in, as superuser, may make it want
        # more steps: a public holiday that is taken back adds a day to a leave
        may_grow = self.env.su and not entering
        for spec, governed in self._governing(records, fname, value):
            refused |= governed - self._approved(spec, governed, entering, may_grow)
        return refused - self._back_again(refused, fname, value)

    @api.model
    def _guard_leaving(self, records, fname):
        left = self.env.cr.cache.setdefault(LEFT, {})
        for spec, governed in self._governing(records):
            inside = governed.filtered(spec.settled)
            if spec.transition[0] == fname and inside:
                covered = set(self._approved(spec, inside, may_grow=self.env.su).ids)
                for record_id, held in self._fingerprints(spec, inside, False).items():
                    left[self._passage(spec, record_id)] = held, record_id in covered

    @api.model
    def _back_again(self, records, fname, value):
        """Return those of ``records`` that had the guarded value before in this very
        transaction, and are what they were then. Odoo takes approved leaves back and forth
        when a public holiday changes; a policy that came later has no say in that.

        What was there by an approval is only let back by it: it may have ended meanwhile.
        """
        left = self.env.cr.cache.get(LEFT)
        back = records.browse()
        for spec, governed in self._governing(records, fname, value) if left else ():
            known = governed.filtered(lambda r: self._passage(spec, r.id) in left)  # noqa: B023
            if known:
                now = self._fingerprints(spec, known, False)
                covered = self._approved(spec, known, may_grow=self.env.su)
                for record in known:
                    then, was_covered = left[self._passage(spec, record.id)]
                    if (
                        record in covered
                        if was_covered
                        else is_covered(then, now[record.id], may_grow=self.env.su)
                    ):
                        back |= record
        return back

    @api.model
    def _passage(self, spec, record_id):
        return self.env.cr.now(), spec.version_id, record_id

    @api.model
    def _approved(self, spec, records, unused=False, may_grow=False):
        """Return those of ``records`` that are approved, and as they are now.

        :param unused: whether only approvals count by which nothing went through yet
        :param may_grow: see :func:`..fingerprint.is_covered`
        """
        rows = [row for row in self._approvals(spec, records) if not (unused and row.is_used)]
        return records.browse({row.res_id for row in self._covering(records, rows, may_grow)})

    @api.model
    def _covering(self, records, rows, may_grow):
        """Return those of ``rows``, requests as :data:`Open`, that cover what their documents
        are now."""
        found = []
        for version_id, part in tools.groupby(rows, lambda row: row.version_id):
            spec = self._spec(version_id)
            # what is as it was need not be computed; the rest may have followed
            for follows in (False, True) if any(spec.following.values()) else (False,):
                if not part:
                    break
                documents = records.browse({row.res_id for row in part}).exists()
                now = self._fingerprints(spec, documents, follows)
                covering = [
                    row
                    for row in part
                    if is_covered(row.fingerprint, now.get(row.res_id), may_grow)
                ]
                found.extend(covering)
                part = [row for row in part if row not in covering]
        return found

    @api.model
    def _guard_outgrown(self, records):
        rows = [row for row, __ in self._locking(records)]
        covering = self._covering(records, rows, self.env.su)
        return records.browse({row.res_id for row in rows if row not in covering})

    @api.model
    def _approvals(self, spec, records):
        """Return the approvals of ``records`` by a policy, as :data:`Open`. They are for one
        transition, whatever the policy guards by now."""
        return [
            row
            for row in self._open_requests(records._name, records.ids, ("approved",))
            if row.policy_id == spec.policy_id and self._is_for(row.version_id, spec)
        ]

    @api.model
    def _is_for(self, version_id, spec):
        """Whether a version of a policy guards the same transition as ``spec``."""
        old = self._spec(version_id)
        return bool(old and old.transition == spec.transition)

    @api.model
    def _guard_entry_error(self, records, fname, value, entering=False, created=False):
        record = records[:1]
        [(spec, __)] = self._governing(record, fname, value)
        values = {
            "document": record.display_name,
            "policy": self.env["collab.approval.request"]._policy_name(spec),
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
        request = (
            self.env["collab.approval.request"]
            .sudo()
            .search(
                [
                    ("res_model", "=", record._name),
                    ("res_id", "=", record.id),
                    ("policy_id", "=", spec.policy_id),
                ],
                order="id desc",
                limit=1,
            )
        )
        if request.state == "approved" and not self._is_for(request.version_id.id, spec):
            request = request.browse()
        if request.state == "running":
            message = self.env._(
                "%(document)s cannot become “%(value)s” yet: it waits for %(people)s to"
                " approve it (policy “%(policy)s”).",
                people=request._waiting_for(),
                **values,
            )
            return GuardError(message, *request._guard_button())
        values["more"] = (
            self.env._(" This also concerns %s other documents.", len(records) - 1)
            if len(records) > 1
            else ""
        )
        if request.state == "approved" and request.used_at:
            message = self.env._(
                "%(document)s went through by its approval once, so it cannot become “%(value)s”"
                " again (policy “%(policy)s”). Take it back to where it began, and submit it"
                " again.",
                **values,
            )
            return GuardError(message, *request._guard_button())
        if request.state == "approved":
            message = self.env._(
                "%(document)s is not any more what was approved, so it cannot become"
                " “%(value)s” (policy “%(policy)s”). Withdraw the approval and submit it again.",
                **values,
            )
            return GuardError(message, *request._guard_button())
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
    def _submits_itself(self, spec, document):
        """Return when the application has ``document`` submitted, as a sentence."""
        fname, value = spec.snapshot["auto"]
        return self.env._(
            "It is submitted by itself when %(field)s becomes “%(value)s”.",
            field=self._field_labels([(document._name, fname)]),
            value=self._value_label(document, fname, value),
        )

    @api.model
    def _guard_passed(self, records, fname, value):
        """Note on the approvals that they were used, and by whom.

        The write also makes the database refuse that somebody withdraws an approval
        and somebody else uses it at the same moment.
        """
        ids = []
        for spec, governed in self._governing(records, fname, value):
            governed = governed.filtered(spec.settled)
            ids.extend(row.id for row in self._approvals(spec, governed) if not row.is_used)
        use(self.env, ids)

    @api.model
    def _value_label(self, record, fname, value):
        field = record._fields[fname]
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        if field.type == "many2one":
            return self.env[field.comodel_name].browse(value).sudo().display_name
        return record.fields_get([fname], ["string"])[fname]["string"]

    # -- following the document ------------------------------------------------------

    @api.model
    def _guard_signal(self, records, fname):
        # when everything else of this call is done, as the app may go on to write
        precommit = self.env.cr.precommit
        signalled = precommit.data.setdefault(SIGNALLED, {})
        if not signalled:
            precommit.add(self._follow_signalled)
        signalled.setdefault((self.env.uid, records._name), set()).update(records.ids)

    @api.model
    def _follow_signalled(self):
        """Look at all documents that were signalled since this was done last."""
        for (uid, model_name), ids in self.env.cr.precommit.data.pop(SIGNALLED, {}).items():
            gate = self
            if uid != self.env.uid:
                gate = self.with_env(self.env(user=uid, context={}))
            records = gate.env[model_name].sudo().browse(sorted(ids)).exists()
            gate._end_signalled(records)
            gate._submit_signalled(records)

    @api.model
    def _end_signalled(self, records):
        """End what documents have left behind, see ``docs/decisions/0008``: the approvals of
        those that begin again, and the requests of those that left the value at which they
        were submitted by themselves."""
        by_id = {record.id: record for record in records}
        lapsed, left = [], []
        for row in self._open_requests(records._name, records.ids):
            spec, document = self._spec(row.version_id), by_id[row.res_id]
            if spec is None or spec.settled(document):
                continue
            if row.state == "approved" and row.is_used and spec.begins(document):
                lapsed.append(row.id)
            elif row.state == "running" and not spec.submits(document):
                left.append(row.id)
        lapse(self.env, lapsed)
        take_back(self.env, left, self.env._("The application took the document out of review."))

    @api.model
    def _end_unseen(self, policy):
        """End the approvals of documents that began again while a policy was retired."""
        used = [("policy_id", "=", policy.id), ("state", "=", "approved"), ("used_at", "!=", False)]
        requests = self.env["collab.approval.request"].sudo().search(used)
        for model_name, part in requests.grouped("res_model").items():
            if model_name in self.env:
                records = self.env[model_name].sudo().browse(part.mapped("res_id"))
                self._end_signalled(records.exists())

    @api.model
    def _submit_signalled(self, records):
        specs = self._specs_by_model().get(records._name, ())
        if not any(in_force and spec.snapshot["auto"] for spec, in_force in specs):
            return
        for spec, governed in self._governing(records):
            if not spec.snapshot["auto"]:
                continue
            ready = governed.filtered(lambda r: spec.submits(r) and not spec.settled(r))  # noqa: B023
            ready -= self._approved(spec, ready)
            running = {r.res_id for r in self._open_requests(ready._name, ready.ids, ("running",))}
            ready = ready.filtered(lambda r: r.id not in running)  # noqa: B023
            if ready:
                self.env["collab.approval.engine"]._submit(spec, ready)

    @api.model
    @tools.ormcache(cache="stable")
    def _replaced_activity_types(self):
        """Return ids of the activity types that requests stand in for."""
        return frozenset(
            type_id
            for specs in self._specs_by_model().values()
            for spec, __ in specs
            for type_id in spec.snapshot["replaces"]
        )


def _is_entered(field):
    """Whether a field keeps what people enter."""
    return field.store and not is_derived(field)


def by_model(names, model_name):
    """Return model → fields, for what a policy lists: [model, field], or a field of the
    document."""
    result = defaultdict(set)
    for name in names:
        line_model, fname = (model_name, name) if isinstance(name, str) else name
        result[line_model].add(fname)
    return {name: frozenset(fnames) for name, fnames in result.items()}


def _merge(locks):
    if len(locks) == 1:
        return locks[0]
    names = {name for lock in locks for name in lock.fields}
    return Lock(
        {
            name: frozenset().union(*(lock.fields.get(name, EMPTY) for lock in locks))
            for name in names
        },
        frozenset().union(*(lock.rows for lock in locks)),
        any(lock.deletion for lock in locks),
        {
            name: frozenset.intersection(*(lock.following.get(name, EMPTY) for lock in locks))
            for name in names
        },
    )


def _values(record, names):
    return [[name, _canonical(record, name)] for name in sorted(names)]


def _paths(domain):
    """Yield the field paths of a domain, those of its ``any`` parts included."""
    return (path for path, *__ in terms(domain))


def _canonical(record, name):
    """Return the value of a field as JSON that is the same in every session."""
    if record._fields[name].company_dependent and "company_id" in record._fields:
        record = record.with_company(record.company_id)
    value = record[name]
    if isinstance(value, models.BaseModel):
        return sorted(value.ids)
    if isinstance(value, float):
        return format(value, ".10g")
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, bool | int | str) or value is None:
        return str(value) if isinstance(value, str) else value
    return json.loads(json.dumps(value, sort_keys=True, default=str))

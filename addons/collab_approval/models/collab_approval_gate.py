from odoo import api, models, tools

from odoo.addons.collab_guard.guard import Lock

from ..fingerprint import is_covered
from ..spec import EMPTY
from ..writing import lapse, take_back, use

#: Key in the cursor's cache: what documents were when they left a guarded value
LEFT = "collab_approval.left"
#: Key in the data of what runs before the commit: whose signals are to be followed
SIGNALLED = "collab_approval.signalled"


class CollabApprovalGate(models.AbstractModel):
    """The keeper of the documents that policies govern.

    It answers from two things: the published policies (cached, see ``collab.approval.spec``), and
    the requests that run or are approved (one query).
    """

    _name = "collab.approval.gate"
    _inherit = "collab.guard.keeper"
    _description = "Approval Gate"

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
            for spec, force in self.env["collab.approval.spec"]._by_model().get(records._name, ())
            if force
        }
        for row in self.env["collab.approval.binding"]._open_requests(records._name, records.ids):
            spec = self.env["collab.approval.spec"]._of(row.version_id)
            if spec and (row.state == "running" or (row.policy_id, spec.transition) in in_force):
                yield row, spec

    @api.model
    @tools.ormcache("version_id", "state", "su", "deletion", cache="stable")
    def _lock(self, version_id, state, su, deletion):
        spec = self.env["collab.approval.spec"]._of(version_id)
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
        return self.env["collab.approval.refusal"]._lock_error(record, names)

    @api.model
    def _guard_entry_error(self, records, fname, value, entering=False, created=False):
        return self.env["collab.approval.refusal"]._entry_error(
            records, fname, value, entering, created
        )

    @api.model
    def _guard_uncovered(self, records, fname, value, entering=False):
        refused = records.browse()
        # what an application does to what has been let in, as superuser, may make it want
        # more steps: a public holiday that is taken back adds a day to a leave
        may_grow = self.env.su and not entering
        for spec, governed in self.env["collab.approval.binding"]._governing(records, fname, value):
            refused |= governed - self.env["collab.approval.binding"]._approved(
                spec, governed, entering, may_grow
            )
        return refused - self._back_again(refused, fname, value)

    @api.model
    def _guard_bare_locks(self, records, fname, value):
        if self.env.su:
            return super()._guard_bare_locks(records, fname, value)  # accruals go on, say
        # as if they were approved, by every policy: which one is for them, other records may say,
        # and what they lack for one value would hide what they come to lack for another
        specs = self.env["collab.approval.spec"]._by_model().get(records._name, ())
        locks = [
            self._lock(spec.version_id, "approved", False, False)
            for spec, in_force in specs
            if in_force
        ]
        return dict.fromkeys(records.ids, _merge(locks))

    @api.model
    def _guard_leaving(self, records, fname):
        left = self.env.cr.cache.setdefault(LEFT, {})
        for spec, governed in self.env["collab.approval.binding"]._governing(records):
            inside = governed.filtered(spec.settled)
            if spec.transition[0] == fname and inside:
                covered = set(
                    self.env["collab.approval.binding"]
                    ._approved(spec, inside, may_grow=self.env.su)
                    .ids
                )
                for record_id, held in (
                    self.env["collab.approval.binding"]._fingerprints(spec, inside, False).items()
                ):
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
        for spec, governed in (
            self.env["collab.approval.binding"]._governing(records, fname, value) if left else ()
        ):
            known = governed.filtered(lambda r: self._passage(spec, r.id) in left)  # noqa: B023
            if known:
                now = self.env["collab.approval.binding"]._fingerprints(spec, known, False)
                covered = self.env["collab.approval.binding"]._approved(
                    spec, known, may_grow=self.env.su
                )
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
    def _guard_outgrown(self, records, followed):
        rows = [row for row, __ in self._locking(records)]
        outgrown = self.env["collab.approval.binding"]._outgrown(records, rows, followed)
        return records.browse({row.res_id for row in outgrown})

    @api.model
    def _guard_passed(self, records, fname, value):
        """Note on the approvals that they were used, and by whom.

        The write also makes the database refuse that somebody withdraws an approval
        and somebody else uses it at the same moment.
        """
        ids = []
        for spec, governed in self.env["collab.approval.binding"]._governing(records, fname, value):
            governed = governed.filtered(spec.settled)
            ids.extend(
                row.id
                for row in self.env["collab.approval.binding"]._approvals(spec, governed)
                if not row.is_used
            )
        use(self.env, ids)

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
        for row in self.env["collab.approval.binding"]._open_requests(records._name, records.ids):
            spec, document = self.env["collab.approval.spec"]._of(row.version_id), by_id[row.res_id]
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
        specs = self.env["collab.approval.spec"]._by_model().get(records._name, ())
        if not any(in_force and spec.snapshot["auto"] for spec, in_force in specs):
            return
        for spec, governed in self.env["collab.approval.binding"]._governing(records):
            if not spec.snapshot["auto"]:
                continue
            ready = governed.filtered(lambda r: spec.submits(r) and not spec.settled(r))  # noqa: B023
            ready -= self.env["collab.approval.binding"]._approved(spec, ready)
            running = {
                r.res_id
                for r in self.env["collab.approval.binding"]._open_requests(
                    ready._name, ready.ids, ("running",)
                )
            }
            ready = ready.filtered(lambda r: r.id not in running)  # noqa: B023
            if ready:
                self.env["collab.approval.engine"]._submit(spec, ready)


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

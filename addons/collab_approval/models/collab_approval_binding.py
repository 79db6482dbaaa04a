import hashlib
import json
from collections import namedtuple

from odoo import api, models, tools
from odoo.tools import SQL

from odoo.addons.collab_guard.values import computed, forget

from ..fingerprint import Held, fingerprint, is_covered, is_outgrown
from ..spec import EMPTY, UNJUDGED, filtered, neutral_env

#: A request that runs, or is approved, as the gate reads it
Open = namedtuple("Open", "res_id id state version_id policy_id fingerprint is_used")


class CollabApprovalBinding(models.AbstractModel):
    """What binds documents: the policies that are for them, and the approvals that cover what
    they are now."""

    _name = "collab.approval.binding"
    _description = "Approval Binding"

    @api.model
    def _governing(self, records, fname=None, value=None):
        """Return [(spec, records)]: for each guarded value the first policy that is
        for a record. Restricted to one guarded value if ``fname`` is given."""
        result = []
        remaining = {}
        records = records.sudo()
        for spec, in_force in self.env["collab.approval.spec"]._by_model().get(records._name, ()):
            if not in_force or (fname and spec.transition != (fname, value)):
                continue
            forget(self.env, spec.unkept)
            left = remaining.get(spec.transition, records)
            if governed := spec.governed(left):
                result.append((spec, governed))
                remaining[spec.transition] = left - governed
        return result

    @api.model
    def _fingerprints(self, spec, records, follows=True):
        """Return record id → what an approval binds, as text, see :meth:`_held`."""
        held = self._held(spec, records, follows)
        return {record_id: fingerprint(one) for record_id, one in held.items()}

    @api.model
    def _held(self, spec, records, follows):
        """Return record id → :class:`..fingerprint.Held`.

        :param follows: whether to find out what is as Odoo computes it, which may cost
            queries for each record; else nothing is said to be
        """
        forget(self.env, spec.unkept)
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
        return held

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
                same = record.id in fresh and value == _as_json(fresh[record.id])
                left = value, same, (records._name, name)
                held[owner_id(record)].left.append(left)

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
            spec = self.env["collab.approval.spec"]._of(version_id)
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
    def _outgrown(self, records, rows, followed):
        """Return those of ``rows``, requests as :data:`Open`, whose documents are more by now
        than what was submitted.

        :param dict followed: record id → (model, name) of fields that have just followed
        """
        found = []
        for version_id, part in tools.groupby(rows, lambda row: row.version_id):
            spec = self.env["collab.approval.spec"]._of(version_id)
            documents = records.browse({row.res_id for row in part}).exists()
            held = self._held(spec, documents, False)
            found.extend(
                row
                for row in part
                if row.res_id in held
                and is_outgrown(
                    row.fingerprint, held[row.res_id], followed[row.res_id], self.env.su
                )
            )
        return found

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
        old = self.env["collab.approval.spec"]._of(version_id)
        return bool(old and old.transition == spec.transition)


def _values(record, names):
    return [[name, _canonical(record, name)] for name in sorted(names)]


def _canonical(record, name):
    """Return the value of a field as JSON, see :func:`_as_json`."""
    if record._fields[name].company_dependent and "company_id" in record._fields:
        record = record.with_company(record.company_id)
    return _as_json(record[name])


def _as_json(value):
    """Return a value of a record as JSON that is the same in every session."""
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

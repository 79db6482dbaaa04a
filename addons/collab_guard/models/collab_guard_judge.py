from collections import defaultdict
from contextvars import ContextVar
from functools import partial

from odoo import api, models
from odoo.http import request
from odoo.tools import SQL

from ..exceptions import GuardError
from ..guard import EMPTY
from ..values import as_plain, is_new, plain

#: (model, ids) of the guarded records whose lines are being written with them: they are judged
#: at the end
JUDGED = ContextVar("judged", default=(None, EMPTY))

#: Key in the data of what runs before the commit: records whose lines have changed
TOUCHED = "collab_guard.touched"

#: Key in the cursor's cache: records that were refused what they have, whoever swallowed it
REFUSED = "collab_guard.refused"


class CollabGuardJudge(models.AbstractModel):
    """Judging whether records may be in a guarded value: what goes there, what is there, and
    what lines that change make of it."""

    _name = "collab.guard.judge"
    _description = "Guarded Values"

    @api.model
    def _check_entering(self, guard, records, vals):
        """Refuse records that ``vals`` would bring into a guarded value unallowed.

        :return: callables that tell the keeper of those that were let in
        """
        keeper = self.env[guard.keeper]
        result = []
        for fname in guard.transitions.keys() & vals.keys():
            values = guard.transitions[fname]
            value = as_plain(records, fname, vals[fname])
            leaving = records.filtered(lambda r: value != plain(r, fname) in values)  # noqa: B023
            if leaving := self._not_refused(leaving):
                keeper._guard_leaving(leaving, fname)
            if value not in values:
                continue
            entering = records.filtered(lambda r: plain(r, fname) != value)  # noqa: B023
            if not entering:
                continue
            self._read_anew(guard, entering)
            if refused := keeper._guard_uncovered(entering, fname, value, entering=True):
                raise self._entry_error(guard, refused, fname, value, entering=True)
            if any(self.env._protected.get(field) for field in self._unkept_fields(guard)):
                # it was judged by what is being written, which may not be kept
                self._doom(partial(self._check_settled, guard, entering, {}))
            result.append(partial(keeper._guard_passed, entering, fname, value))
        return result

    @api.model
    def _watch(self, guard, records):
        """Return a check that no record of ``records`` came to need a permission
        meanwhile that it does not have; those that lacked it before are left alone, as long as
        there is no more reason than before."""
        known = {}
        for refused, fname, value in self._uncovered(guard, records):
            known |= self.env[guard.keeper]._guard_reasons(refused, fname, value)
        return partial(self._check_settled, guard, records, known)

    @api.model
    def _check_settled(self, guard, records, known, entering=False, created=False, stored=True):
        """Refuse records that are in a guarded value without permission.

        :param dict known: record id → reasons for which it lacked permission before
        """
        for refused, fname, value in self._uncovered(guard, records.exists(), entering, stored):
            if any(record_id in known for record_id in refused._ids):
                reasons = self.env[guard.keeper]._guard_reasons(refused, fname, value)
                refused = refused.filtered(
                    lambda r: r.id not in known or reasons[r.id] - known[r.id]  # noqa: B023
                )
            if refused:
                self._doom(partial(self._check_settled, guard, refused, {}, entering, created))
                self._refusals().update((refused._name, record_id) for record_id in refused.ids)
                raise self._entry_error(guard, refused, fname, value, entering, created)

    @api.model
    def _uncovered(self, guard, records, entering=False, stored=True):
        """Yield (records, field, value) that are in a guarded value although the
        keeper would not have them there as they are now.

        :param entering: whether they have just got it
        :param stored: whether they are as they will be stored: not while Odoo computes
        """
        keeper = self.env[guard.keeper]
        for fname, values in guard.transitions.items():
            by_value = defaultdict(records.browse)
            for record in records:
                if (value := plain(record, fname)) in values:
                    by_value[value] |= record
            for value, inside in by_value.items():
                if stored:
                    self._read_anew(guard, inside)
                if refused := keeper._guard_uncovered(inside, fname, value, entering):
                    yield refused, fname, value

    @api.model
    def _read_anew(self, guard, records):
        """Have what the keeper looks at read from the database: in the cache it can be something
        else, as a client gave it a shape that Odoo does not store."""
        for model_name, names in guard.inputs.items():
            part = records
            if parent := guard.lines.get(model_name):
                part = self._lines(records, model_name, parent)
                names -= {parent}  # by which they have just been found
            part.invalidate_recordset([name for name in names if part._fields[name].store])

    @api.model
    def _lines(self, owners, model_name, parent):
        """Return the lines of a model that ``owners`` have, as they are in the database."""
        names = [
            field.name
            for field in owners._fields.values()
            if field.type == "one2many"
            and (field.comodel_name, field.inverse_name) == (model_name, parent)
        ]
        owners = owners.with_context(active_test=False)
        owners.invalidate_recordset(names)
        return owners.env[model_name].union(*(owners[name] for name in names))

    @api.model
    def _unkept_fields(self, guard):
        for model_name, names in guard.unkept.items():
            yield from (self.env[model_name]._fields[name] for name in names)

    @api.model
    def _judge(self, guard, owners, checks):
        """Have the owners of lines that change judged, unless they are written themselves: that
        judges them once, when all of their lines are written."""
        model_name, ids = JUDGED.get()
        if model_name != guard.model or not ids.issuperset(owners._ids):
            checks.append(self._watch(guard, owners))
        self._touch(owners)

    @api.model
    def _touch(self, owners):
        """Have the database refuse that the lines of ``owners`` change while somebody else lets
        these through: that one writes the owner only, and neither sees the other."""
        if owners:
            precommit = self.env.cr.precommit
            touched = precommit.data.setdefault(TOUCHED, {})
            if not touched:
                precommit.add(self._touch_owners)
            touched.setdefault(owners._name, set()).update(owners.ids)

    @api.model
    def _touch_owners(self):
        for model_name, ids in self.env.cr.precommit.data.pop(TOUCHED, {}).items():
            self.env.cr.execute(
                SQL(
                    "UPDATE %(table)s SET id = id WHERE id IN %(ids)s",
                    table=SQL.identifier(self.env[model_name]._table),
                    ids=tuple(sorted(ids)),
                )
            )

    @api.model
    def _refusals(self):
        """Return (model, id) of what was refused in this transaction after it was written."""
        return self.env.cr.cache.setdefault(REFUSED, {}).setdefault(self.env.cr.now(), set())

    @api.model
    def _not_refused(self, records):
        refused = self._refusals()
        return records.filtered(lambda r: (r._name, r.id) not in refused)

    @api.model
    def _doom(self, check):
        """Have ``check`` run once more before the commit.

        The refusal comes after the write here: code that swallows it would keep
        what it refused. A savepoint that is rolled back takes the check with it.
        """
        self.env.cr.precommit.add(check)

    @api.model
    def _entry_error(self, guard, records, fname, value, entering, created=False):
        # lines are created within the creation of what they belong to
        created = created or all(is_new(record) for record in records)
        error = self.env[guard.keeper]._guard_entry_error(records, fname, value, entering, created)
        return self._told(records, error)

    @api.model
    def _told(self, records, error):
        """Return the refusal for the user: who may not read the records learns nothing of
        them, and people from outside not what goes on inside."""
        outside = self._is_outside()
        if not outside and records.with_env(self.env(su=False)).has_access("read"):
            return error
        name = (
            records[0].display_name
            if outside
            else self.env["ir.model"]._get(records._name).sudo().name
        )
        return GuardError(self.env._("%s cannot be changed at the moment.", name))

    @api.model
    def _is_outside(self):
        """Whether somebody from outside is behind this call. The portal acts as superuser
        where the visitor has the link to a document."""
        visitor = request.env.user if request and request.env else self.env.user
        return self.env.user.share or visitor.share

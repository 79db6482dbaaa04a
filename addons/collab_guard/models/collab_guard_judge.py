from collections import defaultdict, namedtuple
from functools import partial

from odoo import api, models
from odoo.http import request
from odoo.tools import SQL

from ..exceptions import GuardError
from ..values import as_plain, is_new, plain

#: Key in the data of what runs before the commit: owners of lines that have changed
TOUCHED = "collab_guard.touched"

#: Owners of lines that have changed: their ids; and, of all that were looked at before anything
#: was written, id → lock (or None), see :meth:`_bare`
Touched = namedtuple("Touched", "guard ids bare")

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
            self._judge_leaving(guard, leaving)
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
                self._doom(partial(self._check_settled, guard, entering, ()))
            result.append(partial(keeper._guard_passed, entering, fname, value))
        return result

    @api.model
    def _bare(self, guard, records):
        """Return record id → lock, of those that have a guarded value without the permission
        that they need: as they had it before somebody guarded it, or as another record has
        changed. They are left alone, but for what their keeper locks."""
        bare = {}
        # what is being created is judged when it is
        known = records.filtered(lambda r: not is_new(r))
        for refused, fname, value in self._uncovered(guard, known):
            bare |= self.env[guard.keeper]._guard_bare_locks(refused, fname, value)
        return bare

    @api.model
    def _check_settled(self, guard, records, known, entering=False, created=False, stored=True):
        """Refuse records that are in a guarded value without permission.

        :param known: ids of those that lacked it before
        """
        for refused, fname, value in self._uncovered(guard, records.exists(), entering, stored):
            if refused := refused.filtered(lambda r: r.id not in known):
                self._doom(partial(self._check_settled, guard, refused, (), entering, created))
                self._refuse(refused)
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
        names = self._lists(owners, model_name, parent)
        owners = owners.with_context(active_test=False)
        owners.invalidate_recordset(names)
        return owners.env[model_name].union(*(owners[name] for name in names))

    @api.model
    def _lists(self, owners, model_name, parent):
        """Return the names of the fields in which ``owners`` list these lines."""
        return [
            field.name
            for field in owners._fields.values()
            if field.type == "one2many"
            and (field.comodel_name, field.inverse_name) == (model_name, parent)
        ]

    @api.model
    def _unkept_fields(self, guard):
        for model_name, names in guard.unkept.items():
            yield from (self.env[model_name]._fields[name] for name in names)

    @api.model
    def _touched(self, guard):
        """Return the :class:`Touched` records of this user since what waits for the commit was
        done last."""
        precommit = self.env.cr.precommit
        if TOUCHED not in precommit.data:
            precommit.add(self._judge_touched)  # what is known here is forgotten afterwards
        touched = precommit.data.setdefault(TOUCHED, {})
        key = self.env.uid, self.env.su, guard.keeper, guard.model
        return touched.setdefault(key, Touched(guard, set(), {}))

    @api.model
    def _known(self, guard, records):
        """Return record id → lock, of those of ``records`` that lacked a permission before they
        or their lines were about to change, and still have the guarded value."""
        known = self._touched(guard).bare
        if new := records.filtered(lambda r: r.id not in known):
            known |= dict.fromkeys(new.ids) | self._bare(guard, new)
        return {
            record.id: known[record.id]
            for record in records
            if known[record.id] and self._is_inside(guard, record)
        }

    @api.model
    def _judge(self, guard, owners):
        """Have owners of lines that change judged before the commit: once, however many lines
        change one by one, as imports and applications do it.

        :return: as :meth:`_known`
        """
        if not owners:
            return {}
        known = self._known(guard, owners)
        self._touched(guard).ids.update(owners.ids)
        return known

    @api.model
    def _judge_touched(self):
        """Judge the owners of lines that have changed, and have the database refuse it if
        somebody else lets these through meanwhile: that one writes the owner only, and neither
        sees the other."""
        if touched := self._all_touched():
            self._doom(self._judge_touched)  # should somebody swallow the refusal
        for (uid, su, *__), (guard, ids, bare) in touched:
            owners = self.env[guard.model].sudo().browse(sorted(ids)).exists()
            known = [record_id for record_id, lock in bare.items() if lock]
            self.with_env(self.env(user=uid, su=su))._check_settled(guard, owners, known)
            if owners:
                self.env.cr.execute(
                    SQL(
                        "UPDATE %s SET id = id WHERE id IN %s",
                        SQL.identifier(owners._table),
                        owners._ids,
                    )
                )
        self.env.cr.precommit.data.pop(TOUCHED, None)

    @api.model
    def _all_touched(self):
        touched = self.env.cr.precommit.data.get(TOUCHED, {})
        return [(key, one) for key, one in touched.items() if one.ids]

    @api.model
    def _judge_leaving(self, guard, records):
        """Note which of ``records``, that are about to leave a guarded value, lines that have
        changed made something that may not come back to it."""
        for (uid, su, *__), (other, ids, bare) in self._all_touched():
            if other == guard and (touched := records.filtered(lambda r: r.id in ids)):  # noqa: B023
                judge = self.with_env(self.env(user=uid, su=su))
                for refused, *__ in judge._uncovered(guard, touched):
                    self._refuse(refused.filtered(lambda r: not bare.get(r.id)))  # noqa: B023

    @api.model
    def _is_inside(self, guard, record):
        return any(plain(record, fname) in values for fname, values in guard.transitions.items())

    @api.model
    def _refusals(self):
        """Return (model, id) of what was refused in this transaction after it was written, or
        would have been."""
        return self.env.cr.cache.setdefault(REFUSED, {}).setdefault(self.env.cr.now(), set())

    @api.model
    def _refuse(self, records):
        self._refusals().update((records._name, record_id) for record_id in records.ids)

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

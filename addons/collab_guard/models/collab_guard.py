from collections import defaultdict, namedtuple
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import partial

from odoo import api, fields, models, tools
from odoo.http import request
from odoo.tools import SQL

from ..exceptions import GuardError
from ..guard import EMPTY, NUMBERS, build_map, is_derived
from ..values import (
    agrees,
    as_plain,
    compute_anew,
    computed,
    differs,
    following,
    is_new,
    plain,
)

#: (model, ids) of the guarded write that is going on, if fields' inverses write within it
WRITING = ContextVar("writing", default=(None, EMPTY))

#: (model, ids) of the guarded records whose lines are being written with them: they are judged
#: at the end
JUDGED = ContextVar("judged", default=(None, EMPTY))

#: Names of fields left to Odoo: those that get what it computes, and those that do not
Left = namedtuple("Left", "follows strays")

#: A record of which locked fields are to change: their names, and those that may follow
Change = namedtuple("Change", "record owner names following")

#: Key in the data of what runs before the commit: records whose lines have changed
TOUCHED = "collab_guard.touched"

#: Key in the cursor's cache: records that were refused what they have, whoever swallowed it
REFUSED = "collab_guard.refused"

#: database → when this process last changed its map, for threads that began before
_changed_at = {}


class CollabGuard(models.AbstractModel):
    """The map of what is guarded, and the checks around a write.

    Whatever wants writes refused overrides :meth:`_collab_guards`, names a keeper
    (``collab.guard.keeper``) and calls :meth:`_changed` when its answer changes.
    """

    _name = "collab.guard"
    _description = "Guard Map"

    # -- the map -------------------------------------------------------------

    @api.model
    def _collab_guards(self):
        """Return the list of :class:`..guard.Guard` in force; to be extended."""
        return []

    @api.model
    @tools.ormcache(cache="stable")
    def _map(self):
        """Return model name → :class:`..guard.Entry`."""
        cr = self.env.cr
        if cr.now() <= _changed_at.get(cr.dbname, datetime.min):
            # this transaction may not see the last change: what it caches must not stay
            for callbacks in (cr.postcommit, cr.postrollback):
                callbacks.add(partial(self.env.registry.clear_cache, "stable", "templates"))
        return build_map(self._collab_guards())

    @api.model
    def _changed(self):
        """Forget the map, and the forms made from it, in every worker at commit."""
        registry, dbname = self.env.registry, self.env.cr.dbname

        def clear():
            _changed_at[dbname] = fields.Datetime.now() + timedelta(seconds=1)
            registry.clear_cache("stable", "templates")

        clear()
        # another thread may fill the cache from what is committed until then
        self.env.cr.postcommit.add(clear)

    @api.model
    def _decorate_form(self, model_name, arch):
        """Add to the form ``arch`` (an etree, changed in place) of a model what
        those who guard it show there; to be extended."""

    # -- around a write: refuse before, judge again after ----------------------

    @api.model
    def _before_write(self, entry, records, vals):
        """Refuse what can be refused before anything is written.

        :return: the checks to run afterwards, as callables, and record id → names of fields
            that are not to be written, see :meth:`_check_fields`
        """
        names = vals.keys()
        computing, checks, idle = [], [], defaultdict(frozenset)
        records = records.sudo().filtered("id")
        unkept = entry.unkept.get(records._name, EMPTY) & names
        unkept = {name for name in unkept if not records._fields[name].inverse}
        for guard in entry.guards:
            # first what people ask for by name: a lock on the field would say less
            checks.extend(self._check_entering(guard, records, vals))
            left = self._written_left(guard, records, vals, idle)
            checks.extend(self._check_fields(guard, records, records, vals, left, idle))
            computing.extend(self._check_figures(guard, records, records, vals, left))
            if names & guard.inputs.get(records._name, EMPTY) or self._lines_in(guard, names):
                checks.append(self._watch(guard, records))
            checks.extend(self._signals(guard, records, vals))
        for guard, parent in entry.parents:
            owners = records[parent]
            left = self._written_left(guard, records, vals, idle)
            checks.extend(self._check_fields(guard, owners, records, vals, left, idle))
            computing.extend(self._check_figures(guard, owners, records, vals, left))
            moved = records.browse()
            if parent in names:
                moved = records.filtered(lambda r: differs(r, parent, vals[parent]))  # noqa: B023
            if moved:
                joined = self._owners(moved, parent, [vals])
                self._check_rows(guard, records._name, moved[parent] | joined)
                owners |= joined
            if moved or names & guard.inputs.get(records._name, EMPTY):
                self._judge(guard, owners, checks)
        if unkept:
            self._drop_unkept(records, unkept, idle)
        return computing + checks, idle

    @api.model
    def _drop_unkept(self, records, names, idle):
        """Have fields that are not kept computed anew instead of written, and what is made of
        them; unless they are locked, and as they would be written.

        :param dict idle: record id → names of fields that are not to be written, is added to
        """
        fresh = records.filtered(lambda r: names - idle[r.id])
        fresh.invalidate_recordset(names, flush=False)
        fresh.modified(names)
        for record in records:
            idle[record.id] |= names

    @api.model
    def _lines_in(self, guard, names):
        """Return those of ``names`` that list the lines of guarded records."""
        fields = self.env[guard.model]._fields
        return [
            name
            for name in names
            if name in fields
            and fields[name].type == "one2many"
            and fields[name].comodel_name in guard.lines
        ]

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
    def _before_create(self, entry, model, vals_list):
        """Refuse what can be refused before anything is created.

        :return: the checks to run afterwards, as callables, and model name → ids of the owners
            of lines that they judge
        """
        checks, known = [], {}
        for guard, parent in entry.parents:
            owners = self._owners(model, parent, vals_list)
            self._check_rows(guard, model._name, owners)
            self._judge(guard, owners, checks)
            known[guard.model] = owners.ids
        return checks, known

    @api.model
    def _after_create(self, entry, records, known):
        """Judge what was created.

        :param dict known: model name → ids of the owners of lines that are judged already
        """
        records = records.sudo()
        for guard in (*entry.guards, *(guard for guard, __ in entry.parents)):
            compute_anew(records, guard.left.get(records._name, EMPTY))
        for guard, parent in entry.parents:
            # the parent may have come from a default or from a compute
            self._check_rows(guard, records._name, records[parent], created=records)
            if late := records[parent] - records[parent].browse(known.get(guard.model, ())):
                self._check_settled(guard, late, {})
                self._touch(late)
        for guard in entry.guards:
            self._check_settled(guard, records, {}, entering=True, created=True)
            for fname, values in guard.signals.items():
                self._signal(guard, records.filtered(lambda r: plain(r, fname) in values), fname)  # noqa: B023

    @api.model
    def _before_unlink(self, entry, records):
        records = records.sudo().filtered("id")
        checks = []
        for guard in entry.guards:
            for record_id, lock in self._locks(guard, records).items():
                if lock.deletion:
                    raise self._lock_error(guard, records.browse(record_id))
        for guard, parent in entry.parents:
            self._check_rows(guard, records._name, records[parent])
            self._judge(guard, records[parent], checks)
        return checks

    @api.model
    def _after_compute(self, entry, records, fname, before):
        """Judge records whose stored computed field just got another value.

        :param dict before: record id → value that the column had
        """
        changed = records.sudo().filtered(lambda r: r.id and before.get(r.id) != plain(r, fname))
        for guard in entry.guards:
            values = guard.transitions.get(fname, EMPTY)
            entered = changed.filtered(lambda r: plain(r, fname) in values)  # noqa: B023
            self._check_settled(guard, entered, {}, entering=True, stored=False)
            for value, records in entered.grouped(lambda r: plain(r, fname)).items():
                self.env[guard.keeper]._guard_passed(records, fname, value)
            told = guard.signals.get(fname, EMPTY)
            moved = changed.filtered(lambda r: {plain(r, fname), before.get(r.id)} & told)  # noqa: B023
            self._signal(guard, moved, fname)

    # -- locks -----------------------------------------------------------------

    @api.model
    def _locks(self, guard, records):
        """Return record id → :class:`..guard.Lock`, for the records that have one."""
        return self.env[guard.keeper]._guard_locks(records) if records else {}

    @api.model
    def _lock_error(self, guard, record, names=()):
        return self._told(record, self.env[guard.keeper]._guard_lock_error(record, names))

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

    @api.model
    def _written_left(self, guard, records, vals, idle):
        """Return the names of fields left to Odoo to which ``vals`` gives another value, as
        :class:`Left`.

        :param dict idle: record id → those to which it gives the value that they have, is
            added to: Odoo would compute what is made of them, and not them
        """
        follows, strays = set(), set()
        for name in guard.left.get(records._name, EMPTY) & vals.keys():
            moved = records.filtered(lambda r: differs(r, name, vals[name]))  # noqa: B023
            for record in records - moved:
                idle[record.id] |= {name}
            if moved:
                is_same = following(moved, name, vals[name]) == moved
                (follows if is_same else strays).add(name)
        return Left(follows, strays)

    @api.model
    def _check_fields(self, guard, owners, records, vals, left, idle):
        """Refuse to change locked fields of ``records``, whose locks ``owners`` hold.

        :param left: what of ``vals`` is left to Odoo, as :class:`Left`
        :param dict idle: record id → the locked fields that are as ``vals`` says already, is
            added to: to write them would have Odoo compute anew what is made of them
        :return: callables to run right after the write
        """
        locks = self._locks(guard, owners)
        if not locks:
            return []
        parent = None if records is owners else guard.lines[records._name]
        changes = []
        for record in records:
            owner = record[parent] if parent else record
            if not (lock := locks.get(owner.id)):
                continue
            locked = lock.fields.get(records._name, EMPTY) & vals.keys()
            names = {name for name in locked if differs(record, name, vals[name])}
            if not left.follows:
                # else it is the application that writes, for what else is made of that
                idle[record.id] |= locked - names
            may_follow = lock.following.get(records._name, EMPTY)
            changes.append(Change(record, owner, names, may_follow))
        self._check_following(guard, records, changes, vals)
        followed = defaultdict(set)
        for change in changes:
            if names := change.names & change.following:
                followed[change.owner] |= names
        return [partial(self._check_followed, guard, records._name, followed)] if followed else []

    @api.model
    def _check_following(self, guard, records, changes, vals):
        """Refuse that locked fields of ``records`` become anything but what Odoo computes, where
        they may become that.

        :param changes: list of :class:`Change`
        """
        candidates = defaultdict(records.browse)
        for change in changes:
            for name in change.names:
                if name in change.following or is_derived(records._fields[name]):
                    candidates[name] |= change.record
        follow = {name: following(part, name, vals[name]) for name, part in candidates.items()}
        for record, owner, names, __ in changes:
            if touched := [n for n in names if record not in follow.get(n, records.browse())]:
                raise self._lock_error(guard, owner, [(records._name, n) for n in touched])

    @api.model
    def _check_followed(self, guard, model_name, followed):
        """Refuse that fields followed what Odoo computes for them, if that is too much.

        :param followed: owner → names of what followed in it, or in its lines
        """
        owners = self.env[guard.model].sudo().union(*followed)
        fields = {
            owner.id: [(model_name, name) for name in sorted(names)]
            for owner, names in followed.items()
        }
        for owner in self.env[guard.keeper]._guard_outgrown(owners, fields):
            self._doom(partial(self._check_followed, guard, model_name, followed))
            raise self._lock_error(guard, owner, fields[owner.id])

    @api.model
    def _check_rows(self, guard, line_model, owners, created=None):
        """Refuse to add, move or delete lines of owners whose rows are locked."""
        for owner_id, lock in self._locks(guard, owners).items():
            if line_model in lock.rows:
                if created is not None:
                    self._doom(partial(self._check_rows_gone, guard, created))
                raise self._lock_error(guard, owners.browse(owner_id))

    @api.model
    def _check_rows_gone(self, guard, created):
        if rows := created.exists():
            self._check_rows(guard, rows._name, rows[guard.lines[rows._name]], created=rows)

    @api.model
    def _owners(self, lines, parent, vals_list):
        """Return the guarded records that ``vals_list`` makes owners of lines."""
        default = lines.env.context.get(f"default_{parent}")
        ids = {as_plain(lines, parent, vals.get(parent, default) or None) for vals in vals_list}
        owners = self.env[lines._fields[parent].comodel_name].sudo()
        ids = [i for i in ids if isinstance(i, int)]
        return owners.browse(ids).exists() if ids else owners

    @api.model
    def _check_figures(self, guard, owners, records, vals, left):
        """Have what Odoo computes computed anew where ``vals`` gives it a value, as the column
        would say what is not so. People are refused what is something else then, as forms
        send numbers along with what these are computed from. Applications may write it, in
        superuser mode, and what is left to Odoo everybody.

        :return: callables to run right after the write
        """
        names = guard.figures.get(records._name, EMPTY) & vals.keys()
        model_name, ids = WRITING.get()
        if model_name == records._name and ids.issuperset(records._ids):
            # numbers that the application derives from the write that is going on, other
            # than those by which it is judged
            asked = guard.asked.get(records._name, EMPTY)
            names = {n for n in names if n in asked or records._fields[n].type not in NUMBERS}
        if not names and not left.follows and not left.strays:
            return []
        self._check_computing(records, names, vals)
        given = {}
        for name in names if not self.env.su else ():
            part = records.filtered(lambda r: differs(r, name, vals[name]))  # noqa: B023
            if part and records._fields[name].type not in NUMBERS:
                raise self._computed_error(part[0], name)
            given[name] = part, vals[name]
        return [partial(self._compute_figures, guard, records, owners, names, left.strays, given)]

    @api.model
    def _check_computing(self, records, names, vals):
        """Refuse another value for what is being computed: an automation that is told of it
        writes then, and it would be kept, or computed and written for ever."""
        for name in names:
            for record in records:
                is_computing = self.env.is_protected(records._fields[name], record)
                if is_computing and differs(record, name, vals[name]):
                    raise self._computed_error(record, name)

    @api.model
    def _compute_figures(self, guard, records, owners, names, strays, given):
        """Compute anew what was written: the figures ``names``, and all that is left to Odoo if
        ``strays`` of it were, as one is computed from the other.

        :param given: name → (records that people gave it to, the value)
        """
        compute_anew(records, names | guard.left[records._name] if strays else names)
        for part in (records, owners):
            # at once, as the application may have switched its own checks off in this context
            names = guard.figures.get(part._name, EMPTY) | guard.left.get(part._name, EMPTY)
            part._recompute_recordset(names)
        self._check_given(given)

    @api.model
    def _check_given(self, given):
        """Refuse numbers that are not what Odoo computes, or that it leaves as they are."""
        for name, (part, value) in given.items():
            part = part.exists()
            fresh = computed(part, name)
            if wrong := part.filtered(
                lambda r: r.id not in fresh or not agrees(fresh[r.id], value)  # noqa: B023
            ):
                self._doom(partial(self._check_given, {name: (wrong, value)}))
                raise self._computed_error(wrong[0], name)

    @api.model
    def _computed_error(self, record, name):
        return GuardError(
            self.env._(
                "“%(field)s” of %(document)s is computed by Odoo: it cannot be written."
                " Change what it is computed from.",
                field=record.fields_get([name], ["string"])[name]["string"],
                document=record.display_name,
            )
        )

    # -- guarded values ----------------------------------------------------------

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
    def _unkept_fields(self, guard):
        for model_name, names in guard.unkept.items():
            yield from (self.env[model_name]._fields[name] for name in names)

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

    # -- signals -----------------------------------------------------------------

    @api.model
    def _signals(self, guard, records, vals):
        """Return callables that tell the keeper of the values that ``vals`` brings or takes."""
        result = []
        for fname in guard.signals.keys() & vals.keys():
            value = as_plain(records, fname, vals[fname])
            values = guard.signals[fname]
            moved = records.filtered(
                lambda r: (old := plain(r, fname)) != value and {old, value} & values  # noqa: B023
            )
            result.append(partial(self._signal, guard, moved, fname))
        return result

    @api.model
    def _signal(self, guard, records, fname):
        if records:
            self.env[guard.keeper]._guard_signal(records, fname)

from collections import defaultdict, namedtuple
from contextvars import ContextVar
from functools import partial

from odoo import api, models

from ..exceptions import GuardError
from ..guard import EMPTY, NUMBERS, is_derived
from ..values import agrees, compute_anew, computed, differs, following

#: (model, ids) of the guarded write that is going on, if fields' inverses write within it
WRITING = ContextVar("writing", default=(None, EMPTY))

#: Names of fields left to Odoo: those that get what it computes, and those that do not
Left = namedtuple("Left", "follows strays")

#: A record of which locked fields are to change: their names, and those that may follow
Change = namedtuple("Change", "record owner names following")


class CollabGuardLocks(models.AbstractModel):
    """Locked fields and lines, and what Odoo computes."""

    _name = "collab.guard.locks"
    _inherit = "collab.guard.judge"
    _description = "Locked Fields"

    @api.model
    def _locks(self, guard, records):
        """Return record id → :class:`..guard.Lock`, for the records that have one."""
        return self.env[guard.keeper]._guard_locks(records) if records else {}

    @api.model
    def _lock_error(self, guard, record, names=()):
        return self._told(record, self.env[guard.keeper]._guard_lock_error(record, names))

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
    def _check_fields(self, guard, owners, records, vals, left, idle, locks):
        """Refuse to change locked fields of ``records``, whose locks ``owners`` hold.

        :param dict locks: owner id → :class:`..guard.Lock`
        :param left: what of ``vals`` is left to Odoo, as :class:`Left`
        :param dict idle: record id → the locked fields that are as ``vals`` says already, is
            added to: to write them would have Odoo compute anew what is made of them
        :return: callables to run right after the write
        """
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
    def _check_rows_of(self, guard, line_model, owners):
        """Refuse to add or delete lines of owners whose rows are locked, and have the others
        judged before the commit."""
        locks = self._judge(guard, owners) | self._locks(guard, owners)
        self._check_rows(guard, line_model, owners, locks)

    @api.model
    def _check_rows(self, guard, line_model, owners, locks, created=None):
        """Refuse to add, move or delete lines of owners whose rows are locked.

        :param dict locks: owner id → :class:`..guard.Lock`
        :param created: the lines, if they are there already
        """
        for owner in owners:
            if owner.id in locks and line_model in locks[owner.id].rows:
                if created is not None:
                    self._doom(partial(self._check_rows_gone, guard, created))
                raise self._lock_error(guard, owner)

    @api.model
    def _check_rows_gone(self, guard, created):
        if rows := created.exists():
            self._check_rows_of(guard, rows._name, rows[guard.lines[rows._name]])

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

from collections import defaultdict
from datetime import datetime, timedelta
from functools import partial

from odoo import api, fields, models, tools
from odoo.tools import SQL

from ..guard import EMPTY, build_cascades, build_map
from ..values import as_plain, compute_anew, differs, plain

#: database → when this process last changed its map, for threads that began before
_changed_at = {}


class CollabGuard(models.AbstractModel):
    """The map of what is guarded, and the checks around a write.

    Whatever wants writes refused overrides :meth:`_collab_guards`, names a keeper
    (``collab.guard.keeper``) and calls :meth:`_changed` when its answer changes.
    """

    _name = "collab.guard"
    _inherit = "collab.guard.locks"
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
    @tools.ormcache(cache="stable")
    def _cascades(self):
        """Return what :func:`..guard.build_cascades` does, of all models."""
        links = [
            (name, field.name, field.comodel_name)
            for name, model in self.env.items()
            if model._auto and not model._abstract
            for field in model._fields.values()
            if field.type == "many2one"
            and field.store
            and field.ondelete == "cascade"
            and not field.company_dependent  # which are no links in the database
        ]
        return build_cascades(self._collab_guards(), links)

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
        """Add to the form ``arch`` (an etree, changed in place) of a model, guarded or not,
        what belongs there without a view for each model; to be extended.

        Forms are cached for all users: what only some of them shall see is added with the
        attribute ``groups``.
        """

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
            bare = {}
            if names & guard.inputs.get(records._name, EMPTY) or self._lines_in(guard, names):
                bare = self._known(guard, records)
                checks.append(partial(self._check_settled, guard, records, bare))
            left = self._written_left(guard, records, vals, idle)
            locks = bare | self._locks(guard, records)
            checks.extend(self._check_fields(guard, records, records, vals, left, idle, locks))
            computing.extend(self._check_figures(guard, records, records, vals, left))
            checks.extend(self._signals(guard, records, vals))
        for guard, parent in entry.parents:
            owners = records[parent]
            moved = records.browse()
            if parent in names:
                moved = records.filtered(lambda r: differs(r, parent, vals[parent]))  # noqa: B023
            joined = self._owners(moved, parent, [vals]) if moved else owners.browse()
            locks = {}
            if moved or names & guard.inputs.get(records._name, EMPTY):
                locks = self._judge(guard, owners | joined)
            locks |= self._locks(guard, owners | joined)
            left = self._written_left(guard, records, vals, idle)
            checks.extend(self._check_fields(guard, owners, records, vals, left, idle, locks))
            computing.extend(self._check_figures(guard, owners, records, vals, left))
            self._check_rows(guard, records._name, moved[parent] | joined, locks)
        if unkept:
            self._drop_unkept(records, unkept, idle)
        return computing + checks, idle

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
    def _before_create(self, entry, model, vals_list):
        """Refuse what can be refused before anything is created.

        :return: model name → ids of the owners of lines that are judged
        """
        known = {}
        for guard, parent in entry.parents:
            owners = self._owners(model, parent, vals_list)
            self._check_rows_of(guard, model._name, owners)
            known[guard.model] = owners.ids
        return known

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
            if late := records[parent] - records[parent].browse(known.get(guard.model, ())):
                self._check_settled(guard, late, ())
            locks = self._judge(guard, late) | self._locks(guard, records[parent])
            self._check_rows(guard, records._name, records[parent], locks, created=records)
        for guard in entry.guards:
            self._check_settled(guard, records, (), entering=True, created=True)
            for fname, values in guard.signals.items():
                self._signal(guard, records.filtered(lambda r: plain(r, fname) in values), fname)  # noqa: B023

    @api.model
    def _before_unlink(self, records):
        """Refuse to delete ``records`` if they are locked, or something that the database deletes
        with them: that is no ``unlink``.

        :return: a callable to run afterwards
        """
        doomed = self._doomed(records)
        owners = []
        for name, entry in self._map().items():
            rows = self.env[name].sudo().browse(sorted(doomed.get(name, ())))
            for guard in entry.guards:
                for record_id, lock in self._locks(guard, rows).items():
                    if lock.deletion:
                        raise self._lock_error(guard, rows.browse(record_id))
            for guard, parent in entry.parents:
                gone = doomed.get(guard.model, ())
                left = rows[parent].filtered(lambda r: r.id not in gone)  # noqa: B023
                self._check_rows_of(guard, name, left)
                owners.append((left, name, parent))
        return partial(self._lines_gone, owners)

    @api.model
    def _doomed(self, records):
        """Return model name → ids of what the database deletes with ``records``, and of these."""
        doomed, found = defaultdict(set), [(records._name, set(records.ids))]
        while found:
            name, ids = found.pop()
            if ids := ids - doomed[name]:
                doomed[name] |= ids
                for model_name, fname in self._cascades().get(name, ()):
                    model = self.env[model_name]
                    model.flush_model([fname])
                    query = SQL(
                        "SELECT id FROM %s WHERE %s IN %s",
                        SQL.identifier(model._table),
                        SQL.identifier(fname),
                        tuple(ids),
                    )
                    found.append((model_name, {id_ for [id_] in self.env.execute_query(query)}))
        return doomed

    @api.model
    def _lines_gone(self, owners):
        """Have computed anew what owners make of lines that the database has deleted: Odoo does
        not know of it.

        :param owners: list of (owners, model name of the lines, name of their many2one)
        """
        for records, model_name, parent in owners:
            records = records.exists()
            records.modified(self._lists(records, model_name, parent))

    @api.model
    def _after_compute(self, entry, records, fname, before):
        """Judge records whose stored computed field just got another value.

        :param dict before: record id → value that the column had
        """
        changed = records.sudo().filtered(lambda r: r.id and before.get(r.id) != plain(r, fname))
        for guard in entry.guards:
            values = guard.transitions.get(fname, EMPTY)
            entered = changed.filtered(lambda r: plain(r, fname) in values)  # noqa: B023
            self._check_settled(guard, entered, (), entering=True, stored=False)
            for value, records in entered.grouped(lambda r: plain(r, fname)).items():
                self.env[guard.keeper]._guard_passed(records, fname, value)
            told = guard.signals.get(fname, EMPTY)
            moved = changed.filtered(lambda r: {plain(r, fname), before.get(r.id)} & told)  # noqa: B023
            self._signal(guard, moved, fname)

    @api.model
    def _owners(self, lines, parent, vals_list):
        """Return the guarded records that ``vals_list`` makes owners of lines."""
        default = lines.env.context.get(f"default_{parent}")
        ids = {as_plain(lines, parent, vals.get(parent, default) or None) for vals in vals_list}
        owners = self.env[lines._fields[parent].comodel_name].sudo()
        ids = [i for i in ids if isinstance(i, int)]
        return owners.browse(ids).exists() if ids else owners

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

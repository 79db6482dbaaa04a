from odoo import api, models
from odoo.tools import SQL

from ..guard import EMPTY
from ..values import compute_neutrally, derives, is_plain, malformed
from .collab_guard import CollabGuard
from .collab_guard_locks import WRITING

# pylint: disable=consider-merging-classes-inherited


#: The key of the map in Odoo's cache. It is looked up there and not by calling the method,
#: as ``ormcache`` takes twice the time of all the rest of the hook.
MAP = CollabGuard._map.__cache__.key(CollabGuard)


class Base(models.AbstractModel):
    """The gate. Models that nobody guards pay one cached look-up a write."""

    _inherit = "base"

    def _collab_guard_entry(self):
        """Return what the gate knows of this model, or ``None``.

        The gate is open while the registry loads: modules that are installed,
        upgraded or uninstalled write their own data.
        """
        pool = self.pool
        if not pool.ready:
            return None
        try:
            return pool._Registry__caches["stable"][MAP].get(self._name)
        except KeyError:
            return self.env["collab.guard"]._map().get(self._name)

    @api.model_create_multi
    def create(self, vals_list):
        entry = self._collab_guard_entry()
        if entry is None:
            return super().create(vals_list)
        if not isinstance(vals_list, list | tuple):
            raise malformed(self)
        if not all(is_plain(self, vals) for vals in vals_list):
            raise malformed(self)
        self.browse().check_access("create")  # before the gate says what it knows
        guard = self.env["collab.guard"]
        known = guard._before_create(entry, self, vals_list)
        records = super().create(vals_list)
        guard._after_create(entry, records, known)
        return records

    def write(self, vals):
        entry = self._collab_guard_entry()
        if entry is None:
            return super().write(vals)
        if not is_plain(self, vals):
            raise malformed(self)
        self.check_access("write")
        guard = self.env["collab.guard"]
        checks, idle = guard._before_write(entry, self, vals)
        ids = frozenset(self._ids)
        outer = WRITING.set((self._name, ids if derives(self, vals) else EMPTY))
        try:
            if any(idle.values()):
                for names, records in self.grouped(lambda r: idle.get(r.id, EMPTY)).items():
                    rest = {fname: value for fname, value in vals.items() if fname not in names}
                    super(Base, records).write(rest)
                result = True
            else:
                result = super().write(vals)
        finally:
            WRITING.reset(outer)
        for check in checks:
            check()
        return result

    def unlink(self):
        # not @api.ondelete: the context key that switches those methods off may come from a client
        guard = self.env["collab.guard"]
        if self._collab_guard_entry() is None and not (
            self.pool.ready and self._name in guard._cascades()
        ):
            return super().unlink()
        self.check_access("unlink")
        after = guard._before_unlink(self)
        result = super().unlink()
        after()
        return result

    def _compute_field_value(self, field):
        # stored computed fields reach the database without a write()
        entry = self._collab_guard_entry() if field.store else None
        if entry is None:
            return super()._compute_field_value(field)
        together = self.pool.field_computed.get(field, (field,))
        watched = [other for other in together if other.store and entry.watches(other.name)]
        before = {other: self._collab_column(other) for other in watched}
        if any(other.name in entry.neutral for other in together):
            compute_neutrally(self, field, entry.unkept)
        else:
            super()._compute_field_value(field)
        for other, values in before.items():
            self.env["collab.guard"]._after_compute(entry, self, other.name, values)

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        # writes the column in SQL
        entry = self._collab_guard_entry()
        if entry is not None:
            if not isinstance(field_name, str) or field_name not in self._fields:
                raise malformed(self)
            # the gate need not know which: a text that no field has
            vals = {field_name: "\0"}
            checks, __ = self.env["collab.guard"]._before_write(entry, self, vals)
            result = super()._update_field_translations(
                field_name, translations, digest, source_lang
            )
            for check in checks:
                check()
            return result
        return super()._update_field_translations(field_name, translations, digest, source_lang)

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        # what this returns is cached: it costs nothing but when a form is built
        if view_type == "form" and self.pool.ready:
            self.env["collab.guard"]._decorate_form(self._name, arch)
        return arch, view

    def _collab_column(self, field):
        """Return record id → value of ``field`` in the database."""
        if not (ids := tuple(self._origin.ids)):
            return {}
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT id, %s FROM %s WHERE id IN %s",
                    SQL.identifier(field.name),
                    SQL.identifier(self._table),
                    ids,
                )
            )
        )

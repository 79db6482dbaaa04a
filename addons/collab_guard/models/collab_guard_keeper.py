from odoo import api, models

from ..guard import Lock


class CollabGuardKeeper(models.AbstractModel):
    """What a model answers to be the keeper of a guard.

    The methods are called inside ``create``, ``write`` and ``unlink`` of guarded
    models, with any number of records in superuser mode. They cost a number of
    queries that does not grow with the records; those that answer write nothing.
    """

    _name = "collab.guard.keeper"
    _description = "Guard Keeper"

    @api.model
    def _guard_locks(self, records):
        """Return record id → :class:`..guard.Lock`, for the records that have one."""
        return {}

    @api.model
    def _guard_lock_error(self, record, names):
        """Return the exception that says why the fields ``names`` (none: lines, or
        the record itself) of ``record`` are locked."""
        raise NotImplementedError

    @api.model
    def _guard_uncovered(self, records, fname, value, entering=False):
        """Return those of ``records`` that may not have ``value`` in the field
        ``fname``, judged by what else is in them now.

        :param entering: whether they are about to get it; else they have it
        """
        return records.browse()

    @api.model
    def _guard_entry_error(self, records, fname, value, entering=False, created=False):
        """Return the exception that says why ``records`` may not have ``value``.

        :param entering: whether they did not have it before
        :param created: whether the refusal undoes their creation
        """
        raise NotImplementedError

    @api.model
    def _guard_bare_locks(self, records, fname, value):
        """Return record id → :class:`..guard.Lock` for all of ``records``, that have ``value``
        without permission, and had it before: what may not be changed on them."""
        return dict.fromkeys(records.ids, Lock({}, frozenset()))

    @api.model
    def _guard_outgrown(self, records, followed):
        """Return those of ``records`` that may not be as they are, after locked fields of
        theirs, or of their lines, became what Odoo computes (see ``Lock.following``).

        :param dict followed: record id → (model, name) of these fields
        """
        return records.browse()

    @api.model
    def _guard_passed(self, records, fname, value):
        """Take note that ``records`` were let in: they have ``value`` now."""

    @api.model
    def _guard_leaving(self, records, fname):
        """Take note that ``records`` are about to lose the guarded value they have."""

    @api.model
    def _guard_signal(self, records, fname):
        """Take note that ``records`` got, or lost, a value that the guard signals."""

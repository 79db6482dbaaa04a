from odoo import api, models

from ..defaults import own_defaults
from ..exceptions import GuardError
from ..seal import spend


class CollabSealedMixin(models.AbstractModel):
    """Records that only their own engine writes.

    Access rights alone would leave them open to ``sudo()`` and to administrators,
    so ``create``, ``write`` and ``unlink`` are refused to everybody unless the
    recordset carries the engine's one-time pass (:func:`..seal.unsealed`).
    """

    _name = "collab.sealed.mixin"
    _description = "Sealed Record"

    #: See ``ir.model.fields``
    _collab_kept = True

    @api.model
    def default_get(self, fields):  # pylint: disable=method-required-super
        """Return what the model itself says: the engine creates as superuser, and people would
        have a say by the context or by a default of their own."""
        own = own_defaults(self)
        return self._convert_to_write({name: own[name] for name in fields if own.get(name)})

    @api.model_create_multi
    def create(self, vals_list):
        if not vals_list:
            return self.browse()
        return super(CollabSealedMixin, self._break_seal()).create(vals_list)

    def write(self, vals):
        return super(CollabSealedMixin, self._break_seal()).write(vals)

    def unlink(self):
        if not self:
            return True
        return super(CollabSealedMixin, self._break_seal()).unlink()

    def copy(self, default=None):  # pylint: disable=method-required-super
        raise self._seal_error()

    def _break_seal(self):
        if not self.pool.ready:
            # installing, upgrading and uninstalling modules
            return self
        records = spend(self)
        if records is None:
            raise self._seal_error()
        return records

    def _seal_error(self):
        return GuardError(
            self.env._(
                "%(model)s is kept by the system: it cannot be created, changed or"
                " deleted by hand. Use the buttons of the document instead.",
                model=self.env["ir.model"]._get(self._name).sudo().name,
            )
        )

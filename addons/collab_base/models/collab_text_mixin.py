from odoo import api, models
from odoo.exceptions import UserError

from ..text import storable


class CollabTextMixin(models.AbstractModel):
    """Says in a sentence that a text cannot be stored, before PostgreSQL fails on it."""

    _name = "collab.text.mixin"
    _description = "Texts That Can Be Stored"

    @api.model
    def _add_missing_default_values(self, values):
        # all that is created comes by here, also what the context of a client adds
        values = super()._add_missing_default_values(values)
        self._check_texts(values)
        return values

    def write(self, vals):
        self._check_texts(vals)
        return super().write(vals)

    @api.model
    def _check_texts(self, values):
        if not storable(values):
            raise UserError(self.env._("A text contains characters that cannot be stored."))

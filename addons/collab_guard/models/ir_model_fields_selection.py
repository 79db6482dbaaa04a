from odoo import models

from ..exceptions import GuardError


class IrModelFieldsSelection(models.Model):
    _inherit = "ir.model.fields.selection"

    def write(self, vals):
        if "value" in vals:
            self._collab_check_watched(vals["value"])
        return super().write(vals)

    def unlink(self):
        self._collab_check_watched()
        return super().unlink()

    def _collab_check_watched(self, *values):
        """Refuse to delete values that somebody guards, or to rename them or others to them
        (``values``): Odoo then changes the column of the records in SQL."""
        for selection in self:
            watched = selection.field_id._collab_watched()
            if not watched or values == (selection.value,):
                continue
            # what is no text becomes one in the column only
            if not all(isinstance(v, str) and v not in watched for v in (selection.value, *values)):
                raise GuardError(
                    self.env._(
                        "“%(value)s” cannot be renamed or deleted: documents would get or lose a"
                        " value of “%(field)s” that is guarded, and nobody would be asked. End"
                        " what guards it first, e.g. retire the policy.",
                        value=selection.name,
                        field=selection.field_id.field_description,
                    )
                )

from odoo import api, models
from odoo.exceptions import ValidationError


class IrModelFields(models.Model):
    _inherit = "ir.model.fields"

    @api.constrains("model", "ttype", "on_delete", "state")
    def _check_kept_models(self):
        """A custom link that goes, or empties, with what it points to would delete or change
        rows that nobody may delete or change."""
        for field in self:
            model = self.env.get(field.model)
            if (
                field.state == "manual"
                and field.ttype == "many2one"
                and field.on_delete != "restrict"
                and getattr(model, "_collab_kept", False)
            ):
                raise ValidationError(
                    self.env._(
                        "“%s” is kept by the system: a link on it must not delete or empty"
                        " anything. Choose to restrict the deletion.",
                        model._description,
                    )
                )

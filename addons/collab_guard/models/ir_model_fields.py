from odoo import api, models
from odoo.exceptions import ValidationError

from ..exceptions import GuardError
from ..guard import EMPTY

#: Models of Odoo that hold what records of any other say or bear, and show it to those only who
#: may read these
BEARERS = frozenset({"ir.attachment", "mail.message"})


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
                        field.model_id.name,
                    )
                )

    @api.constrains("model", "related", "state")
    def _check_kept_paths(self):
        """A custom field reads what it is related to as superuser, and shows it to whoever sees
        the field."""
        for field in self.filtered(lambda field: field.state == "manual" and field.related):
            model = self.env.get(field.model)
            for name in field.related.split("."):
                if getattr(model, "_collab_kept", False) or (
                    model is not None and model._name in BEARERS
                ):
                    raise ValidationError(
                        self.env._(
                            "“%s” is kept by the system: a custom field cannot be related to what"
                            " is in it, as people would see it who may not.",
                            self.env["ir.model"]._get(model._name).name,
                        )
                    )
                step = model._fields.get(name) if model is not None else None
                model = self.env.get(step.comodel_name) if step and step.relational else None

    def write(self, vals):
        if "name" in vals:
            self.filtered(lambda field: field.name != vals["name"])._collab_check_watched()
        return super().write(vals)

    def unlink(self):
        self._collab_check_watched()
        return super().unlink()

    def _collab_check_watched(self):
        """Refuse to delete or rename custom fields that somebody guards: the guard would not
        know them any more."""
        for field in self:
            if field._collab_watched():
                raise GuardError(
                    self.env._(
                        "“%s” has values that are guarded, so the field cannot be renamed or"
                        " deleted. End what guards it first, e.g. retire the policy.",
                        field.field_description,
                    )
                )

    def _collab_watched(self):
        """Return the values of the field of which a guard wants to know."""
        self.ensure_one()
        model = self.env.get(self.model)
        entry = model._collab_guard_entry() if model is not None else None
        guards = entry.guards if entry else ()
        return EMPTY.union(
            *(kind.get(self.name, EMPTY) for g in guards for kind in (g.transitions, g.signals))
        )

from odoo import models

#: Fields in which messages, activities, ratings and the like say what they are about
NAMING = frozenset({"record_name", "res_name"})


class Base(models.AbstractModel):
    _inherit = "base"

    def _compute_field_value(self, field):
        result = super()._compute_field_value(field)
        if field.name in NAMING:
            self._collab_hide_names(field)
        return result

    def _collab_hide_names(self, field):
        """Take out the names of records of Collab that the current user may not read.

        Odoo asks for them as superuser, also in a form that was never saved: whoever opens one
        would read the name of any record.
        """
        # nobody is asked what they think of a record of Collab
        asking = self if self._name == "rating.rating" else self.filtered(lambda r: not r._origin)
        for name, reference in self._fields.items():
            if reference.type != "many2one_reference":
                continue
            for record in asking:
                model_name = record[reference.model_field] or ""
                if model_name.startswith("collab.") and model_name in self.env:
                    named = self.env[model_name].browse(record[name])
                    if not named.with_user(self.env.user).has_access("read"):
                        record[field.name] = False

from collections import defaultdict

from odoo import models

from ..own import is_kept, is_own

#: Fields in which messages, activities, ratings and the like say what they are about
NAMING = frozenset({"record_name", "res_name", "parent_res_name"})
#: Of ratings, what that which is rated belongs to: no reference for Odoo, but two columns
PARENT = ("parent_res_model", "parent_res_id")


class Base(models.AbstractModel):
    _inherit = "base"

    def _compute_field_value(self, field):
        result = super()._compute_field_value(field)
        if field.name in NAMING:
            self._collab_hide_names(field)
        return result

    def _collab_hide_names(self, field):
        """Take out the names of records of Collab that the current user may not read.

        Odoo asks for them as superuser, also in a form that says anything and is never saved.
        """
        # what an activity is about is looked at when it is written, and its name then kept
        asking = self.filtered(lambda one: not one.id) if self._name == "mail.activity" else self
        for model_column, id_column in self._collab_references(field):
            named = defaultdict(dict)
            for record in asking:
                model_name = record[model_column]
                if is_own(model_name) and is_kept(self.env, model_name):
                    named[model_name].setdefault(record[id_column], []).append(record)
            for model_name, records in named.items():
                there = self.env[model_name].browse(filter(None, records)).exists()
                readable = there.with_user(self.env.user)._filtered_access("read")
                for hidden in records.keys() - set(readable.ids):
                    for record in records[hidden]:
                        record[field.name] = False

    def _collab_references(self, field):
        """Return the pairs of columns that say what is named: model and id."""
        if field.name == "parent_res_name":
            return [PARENT] if set(PARENT) <= self._fields.keys() else []
        return [
            (one.model_field, name)
            for name, one in self._fields.items()
            if one.type == "many2one_reference"
        ]

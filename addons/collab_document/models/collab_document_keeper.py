from odoo import api, models
from odoo.tools import SQL

from odoo.addons.collab_guard.exceptions import GuardError
from odoo.addons.collab_guard.guard import Guard, Lock


class CollabDocumentKeeper(models.AbstractModel):
    """Refuses to delete records to which documents on legal hold are linked."""

    _name = "collab.document.keeper"
    _description = "Keeper of Records with Documents on Hold"
    _inherit = ["collab.guard.keeper"]

    @api.model
    def _guards(self):
        """Return a guard for each model with such records."""
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT link.res_model FROM collab_document_link link"
                " JOIN collab_document document ON document.id = link.document_id WHERE %s",
                self.env["collab.document.hold"]._held("document"),
            )
        )
        return [Guard(name, self._name, {}) for [name] in rows if name in self.env]

    @api.model
    def _guard_locks(self, records):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT link.res_id
                  FROM collab_document_link link
                  JOIN collab_document document ON document.id = link.document_id
                 WHERE link.res_model = %s AND link.res_id = ANY(%s) AND %s
                """,
                records._name,
                list(records.ids),
                self.env["collab.document.hold"]._held("document"),
            )
        )
        return {res_id: Lock({}, frozenset()) for [res_id] in rows}

    @api.model
    def _guard_lock_error(self, record, names):
        return GuardError(
            self.env._(
                "“%s” cannot be deleted: a document on legal hold is linked to it.",
                record.sudo().display_name,
            )
        )

    @api.model
    def _changed(self):
        """Have the models be found anew; for when holds, or links of what is held, change."""
        self.env["collab.guard"]._changed()

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.collab_base.bulk import update_rows

from ..events import tell


class CollabDocumentHold(models.Model):
    """That documents must not be lost, as they may be evidence.

    It beats the trash, what the folder says of keeping, and quotas. It ends when somebody lifts
    it, and stays on record.
    """

    _name = "collab.document.hold"
    _description = "Legal Hold"
    _collab_kept = True  # see ir.model.fields in collab_guard
    _inherit = ["collab.document.told"]
    _order = "lifted_at desc nulls first, id desc"

    name = fields.Char(string="Matter", required=True, tracking=True)
    reason = fields.Text(tracking=True)
    # also what is in the trash
    document_ids = fields.Many2many(
        "collab.document", string="Documents", context={"active_test": False}
    )
    folder_ids = fields.Many2many(
        "collab.folder",
        string="Folders",
        context={"active_test": False},
        help="All that is in them, or comes to be in them.",
    )
    lifted_at = fields.Datetime(string="Lifted", readonly=True, copy=False, tracking=True)
    lifted_uid = fields.Many2one("res.users", string="Lifted by", readonly=True, copy=False)

    # ------------------------------------------------------------------
    # What is held
    # ------------------------------------------------------------------

    @api.model
    def _held(self, alias):
        """Return the condition under which a document is on hold.

        :param alias: of ``collab_document`` in the query
        """
        self.flush_model(["lifted_at"])
        self.env["collab.document"].flush_model(["folder_id"])
        return SQL(
            """
            (EXISTS (SELECT FROM collab_document_collab_document_hold_rel held
                       JOIN collab_document_hold hold ON hold.id = held.collab_document_hold_id
                      WHERE held.collab_document_id = %(document)s AND hold.lifted_at IS NULL)
             OR %(folder)s IN (
                    SELECT below.id
                      FROM collab_document_hold_collab_folder_rel held
                      JOIN collab_document_hold hold ON hold.id = held.collab_document_hold_id
                      JOIN collab_folder folder ON folder.id = held.collab_folder_id
                      JOIN collab_folder below
                        ON below.parent_path LIKE folder.parent_path || '%%'
                     WHERE hold.lifted_at IS NULL))
            """,
            document=SQL.identifier(alias, "id"),
            folder=SQL.identifier(alias, "folder_id"),
        )

    def _documents(self):
        """Return the documents that these holds hold, as superuser."""
        holds = self.sudo().with_context(active_test=False)
        documents = holds.env["collab.document"]
        return holds.document_ids | documents.search(
            [("folder_id", "child_of", holds.folder_ids.ids)]
        )

    # ------------------------------------------------------------------
    # Placing and lifting
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_vals(vals)
        # by no default of the caller's either
        new = {"lifted_at": False, "lifted_uid": False}
        holds = super().create([vals | new for vals in vals_list])
        for hold in holds:
            hold._hold(hold._documents())
        self._holds_changed()
        return holds

    def write(self, vals):
        self._check_vals(vals)
        if {"document_ids", "folder_ids"}.isdisjoint(vals):
            return super().write(vals)
        if lifted := self.filtered("lifted_at"):
            raise UserError(self.env._("“%s” was lifted: place a new hold.", lifted[0].name))
        before = {hold: hold._documents() for hold in self}
        result = super().write(vals)
        for hold, documents in before.items():
            after = hold._documents()
            hold._hold(after - documents)
            hold._tell(documents - after, "unheld")
        self._holds_changed()
        return result

    def unlink(self):
        # not @api.ondelete: the context key that switches those methods off may come from a client
        if self.pool.ready:
            self.check_access("unlink")
            self._check_none()
        return super().unlink()

    def _check_none(self):
        if self:
            raise UserError(self.env._("Holds stay on record: lift it instead."))

    def action_lift(self):
        """End the holds."""
        self.check_access("write")
        holds = self.filtered(lambda hold: not hold.lifted_at)
        for hold in holds:
            hold._tell(hold._documents(), "unheld")
        update_rows(holds, {"lifted_at": fields.Datetime.now(), "lifted_uid": self.env.uid})
        for hold in holds:
            hold.message_post(body=self.env._("The hold was lifted."))
        self._holds_changed()
        return True

    def _check_vals(self, vals):
        if not {"lifted_at", "lifted_uid"}.isdisjoint(vals):
            raise UserError(self.env._("A hold is lifted by its button."))

    def _hold(self, documents):
        """Have the documents be held, whoever is about to delete them."""
        # what was begun before the hold fails, as it cannot see it: also what moves folders
        folders = self.sudo().with_context(active_test=False).folder_ids
        self.env["collab.folder.role"]._claim(folders)
        self.env.cr.execute(
            SQL(
                "UPDATE collab_document SET active = active WHERE id = ANY(%s)", list(documents.ids)
            )
        )
        self._tell(documents, "held")

    def _tell(self, documents, kind):
        if documents:
            tell(documents.sudo(False), kind, about=self)

    def _holds_changed(self):
        """Have the records be guarded anew to which documents on hold are linked."""
        self.env["collab.document"].invalidate_model(["on_hold"])
        self.env["collab.document.keeper"]._changed()

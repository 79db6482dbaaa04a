import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError


class CollabDocumentPlace(models.Model):
    """Where documents go that people add to the records of a model."""

    _name = "collab.document.place"
    _description = "Place for Documents of Records"
    _inherit = ["collab.document.ruled"]
    _order = "id"
    _rec_name = "model_id"

    model_id = fields.Many2one(
        "ir.model",
        string="Records",
        required=True,
        ondelete="cascade",
        domain=[("transient", "=", False)],
    )
    folder_id = fields.Many2one("collab.folder", required=True, ondelete="cascade")

    _model_uniq = models.UniqueIndex("(model_id)", "There is a place for these records already.")

    @api.model
    def default_get(self, fields):
        defaults = super().default_get(fields)
        # the name of a folder that is chosen is shown
        self.env["collab.folder"].browse(defaults.get("folder_id") or ()).check_access("read")
        return defaults

    @api.model_create_multi
    def create(self, vals_list):
        places = super().create(vals_list)
        places._check_folders()
        return places

    def write(self, vals):
        result = super().write(vals)
        if "folder_id" in vals:
            self._check_folders()
        return result

    def _check_folders(self):
        # what people add goes there by way of this, and the name of the folder is shown
        self.folder_id._check_role("contributor")

    @api.model
    def _folder(self, model_name):
        """Return the folder for documents of a model's records, made if there is none, as
        superuser."""
        places = self.sudo()
        place = places.search([("model_id.model", "=", model_name)], limit=1)
        if not place:
            try:
                place = self._make(model_name)
            except psycopg2.errors.UniqueViolation as error:
                raise ConcurrencyError("The same place was made meanwhile") from error
        return place.folder_id

    @api.model
    def _make(self, model_name):
        model = self.env["ir.model"].sudo()._get(model_name)
        folder = (
            self.env["collab.folder"]
            .sudo()
            .create({"name": model.name, "parent_id": self._root().id})
        )
        return self.sudo().create({"model_id": model.id, "folder_id": folder.id})

    @api.model
    def _root(self):
        """Return the folder in which such folders are made.

        It grants nothing but to administrators: rights follow the records.
        """
        folder = self.env.ref("collab_document.folder_records", raise_if_not_found=False)
        if folder:
            return folder.sudo()
        folder = (
            self.env["collab.folder"]
            .sudo()
            .create(
                {
                    "name": self.env._("Records"),
                    "sequence": 90,
                    "access_ids": [
                        fields.Command.create(
                            {
                                "group_id": self.env.ref("collab_base.group_collab_admin").id,
                                "role": "owner",
                            }
                        )
                    ],
                }
            )
        )
        self.env["ir.model.data"].sudo()._update_xmlids(
            [
                {
                    "xml_id": "collab_document.folder_records",
                    "record": folder,
                    "noupdate": True,
                }
            ]
        )
        return folder

from odoo import api, fields, models


class CollabDocumentFinding(models.Model):
    """A file that the verifier has found missing or altered."""

    _name = "collab.document.finding"
    _description = "Finding about a File"
    _inherit = ["collab.sealed.mixin"]
    _order = "id"
    _rec_name = "version_id"

    check_id = fields.Many2one(
        "collab.document.check", required=True, readonly=True, ondelete="cascade", index=True
    )
    document_id = fields.Many2one("collab.document", readonly=True, ondelete="cascade")
    version_id = fields.Many2one("collab.document.version", readonly=True, ondelete="cascade")
    problem = fields.Selection(
        [("missing", "The file is missing"), ("altered", "The file was altered")],
        required=True,
        readonly=True,
    )
    place = fields.Char(
        string="File in the Store",
        compute="_compute_place",
        compute_sudo=True,
        help="Below the file store of this database: what to look for in a backup.",
    )

    @api.depends("version_id")
    def _compute_place(self):
        for finding in self:
            finding.place = finding.version_id.attachment_id.store_fname

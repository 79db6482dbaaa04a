from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CollabFolder(models.Model):
    _inherit = "collab.folder"

    approver_id = fields.Many2one(
        "res.users",
        string="Publication Approved by",
        domain=[("share", "=", False)],
        tracking=True,
        help="Asked before drafts in this folder, and in those below that inherit its rights, are"
        " published. Empty: as the folder above says, if this one inherits its rights; if none says"
        " so, drafts are published without approval.",
    )

    @api.constrains("approver_id")
    def _check_approver(self):
        if self.approver_id.filtered("share"):
            raise ValidationError(self.env._("Only internal users approve publications."))

from odoo import fields, models


class CollabKudosHiding(models.TransientModel):
    """Asks why kudos are taken off the wall."""

    _name = "collab.kudos.hiding"
    _description = "Hide Kudos"
    _inherit = ["collab.text.mixin"]

    kudos_ids = fields.Many2many("collab.kudos", required=True, readonly=True)
    reason = fields.Char(required=True, help="Sender and receiver see it.")

    def action_hide(self):
        self.ensure_one()
        self.kudos_ids.hide(self.reason)
        return {"type": "ir.actions.act_window_close"}

from odoo import fields, models


class CollabPracticePublishing(models.TransientModel):
    """Asks where the documents of a practice go that is published."""

    _name = "collab.practice.publishing"
    _description = "Publish a Best Practice"

    practice_id = fields.Many2one(
        "collab.practice", required=True, readonly=True, ondelete="cascade"
    )
    folder_id = fields.Many2one(
        "collab.folder",
        domain=[("can_edit", "=", True)],
        ondelete="cascade",
        help="Its text and its files go there as documents. Whoever reads the practice reads them.",
    )

    def action_publish(self):
        self.ensure_one()
        self.practice_id.publish()
        if self.folder_id:
            self.practice_id._file(self.folder_id)
        return {"type": "ir.actions.act_window_close"}

from odoo import fields, models


class CollabDocumentEvent(models.Model):
    """What has happened to a document, who read it, and by which link."""

    _name = "collab.document.event"
    _description = "Document Event"
    _inherit = ["collab.document.ruled", "collab.document.about", "collab.sealed.mixin"]
    _order = "id desc"
    _rec_name = "kind"
    _log_access = True

    document_id = fields.Many2one(
        "collab.document",
        ondelete="cascade",
        index=True,
        help="None, once it was deleted for good: what is left is that.",
    )
    company_id = fields.Many2one(
        "res.company",
        readonly=True,
        ondelete="set null",
        help="Of the folder of a document that was deleted.",
    )
    version_id = fields.Many2one("collab.document.version", ondelete="set null")
    kind = fields.Selection(
        [
            ("created", "Created"),
            ("checked_in", "Version added"),
            ("published", "Published"),
            ("restored", "Older version restored"),
            ("checked_out", "Checked out"),
            ("released", "Check-out ended"),
            ("broken", "Check-out broken"),
            ("renamed", "Renamed"),
            ("moved", "Moved"),
            ("copied", "Copied"),
            ("linked", "Linked"),
            ("unlinked", "Link removed"),
            ("trashed", "Moved to the trash"),
            ("untrashed", "Taken out of the trash"),
            ("held", "Put on hold"),
            ("unheld", "Hold lifted"),
            ("thinned", "Bytes of old drafts deleted"),
            ("shared", "Link shared"),
            ("revoked", "Shared link revoked"),
            ("opened", "Opened"),
            ("downloaded", "Downloaded"),
            ("asked", "Asked to read"),
            ("confirmed", "Reading confirmed"),
            ("purged", "Deleted for good"),
        ],
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one("res.users", string="Who", ondelete="restrict", readonly=True)
    share_id = fields.Many2one(
        "collab.document.share", string="By Link", ondelete="set null", readonly=True
    )
    note = fields.Char(readonly=True)
    about = fields.Char(
        readonly=True,
        groups="collab_base.group_collab_auditor",
        help="The folder it came from, the record it is linked to, the matter of the hold: its name"
        " then.",
    )
    about_model = fields.Char(string="About (model)", readonly=True, groups=fields.NO_ACCESS)
    about_id = fields.Integer(string="About (id)", readonly=True, groups=fields.NO_ACCESS)

    _of_something = models.Constraint(
        "CHECK (document_id IS NOT NULL OR about IS NOT NULL)", "An event is about a document."
    )
    _recent_idx = models.Index("(user_id, id DESC)")

    def _abouts(self):
        """Return event id → the name of what it has to do with, where the current user may read
        that."""
        names = {}
        for model_name, events in self.sudo().grouped("about_model").items():
            if model_name in self.env:
                records = self.env[model_name].browse(events.mapped("about_id")).exists()
                readable = records._filtered_access("read")
                shown = {record.id: record.display_name for record in readable}
                names |= {event.id: shown.get(event.about_id) for event in events}
        return names

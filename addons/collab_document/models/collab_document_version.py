from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, get_lang

from odoo.addons.collab_base.bulk import update_rows
from odoo.addons.collab_guard.seal import unsealed

from ..core.sizes import size_text
from ..storage import HEAD, Stored, bytes_open


class CollabDocumentVersion(models.Model):
    """One state of a document; only added, never changed.

    Drafts that were thinned out keep their row and lose their bytes.
    """

    _name = "collab.document.version"
    _description = "Document Version"
    _inherit = ["collab.document.ruled", "collab.sealed.mixin"]
    _order = "document_id, id desc"
    _rec_name = "number"

    document_id = fields.Many2one(
        "collab.document", required=True, readonly=True, ondelete="cascade"
    )
    major = fields.Integer(readonly=True)
    minor = fields.Integer(readonly=True)
    number = fields.Char(string="Version", required=True, readonly=True)
    name = fields.Char(string="File", required=True, readonly=True)
    note = fields.Char(readonly=True, help="What has changed, said by whoever added it.")
    origin = fields.Selection(
        [
            ("uploaded", "Uploaded"),
            ("published", "Published"),
            ("restored", "Restored"),
            ("copied", "Copied"),
            ("mailed", "By e-mail"),
            ("taken", "Taken from a record"),
        ],
        required=True,
        readonly=True,
    )
    source_id = fields.Many2one(
        "collab.document.version",
        string="From",
        readonly=True,
        ondelete="set null",
        # a reader is not told of the drafts before what they see
        groups="collab_base.group_collab_auditor",
        help="The version whose bytes were published or restored, or on which somebody worked.",
    )
    author_id = fields.Many2one(
        "res.users",
        readonly=True,
        ondelete="set null",
        help="Who wrote it. Of a version that was published, whose draft it was.",
    )
    sha256 = fields.Char(string="SHA-256", required=True, readonly=True)
    size = fields.Integer(required=True, readonly=True)
    kind = fields.Char(string="Type", required=True, readonly=True, help="Told by the content.")
    attachment_id = fields.Many2one(
        "ir.attachment",
        readonly=True,
        ondelete="restrict",
        # so that nobody gets the bytes by the attachment: not past the log, nor the watermark
        groups=fields.NO_ACCESS,
    )
    pinned = fields.Boolean(
        readonly=True, help="An approval rests on these bytes: they are never thinned out."
    )
    thinned_at = fields.Datetime(readonly=True)
    can_read = fields.Boolean(compute="_compute_can_read", search="_search_can_read")

    is_published = fields.Boolean(
        compute="_compute_is_published",
        search="_search_is_published",
        help="It is the version that readers see.",
    )

    _number_uniq = models.UniqueIndex(
        "(document_id, major, minor)", "There is a version of this number already."
    )
    _sha256_idx = models.Index("(sha256)")
    _attachment_idx = models.Index("(attachment_id) WHERE attachment_id IS NOT NULL")

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_can_read(self):
        readable = self.sudo().search([("id", "in", self.ids), ("can_read", "=", True)])
        for version in self:
            version.can_read = version._origin in readable

    def _search_can_read(self, operator, value):
        """Editors read all versions; readers the latest that is published, and no older one."""
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        rights = self.env["collab.document.rights"]
        document = SQL.identifier("document")
        return Domain(
            "document_id",
            "in",
            SQL(
                "(SELECT document.id FROM collab_document %s WHERE %s)",
                document,
                rights._documents("sees_drafts", "document"),
            ),
        ) | Domain(
            "id",
            "in",
            SQL(
                "(SELECT document.published_id FROM collab_document %s WHERE %s)",
                document,
                rights._documents("can_read", "document"),
            ),
        )

    def _compute_is_published(self):
        for version in self:
            version.is_published = version.document_id.published_id == version

    def _search_is_published(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        self.env["collab.document"].flush_model(["published_id"])
        return Domain("id", "in", SQL("(SELECT published_id FROM collab_document)"))

    # ------------------------------------------------------------------
    # Bytes
    # ------------------------------------------------------------------

    def _stored(self):
        """Return the :class:`..storage.Stored` of the version's bytes, to use them once more."""
        self.ensure_one()
        attachment = self.attachment_id
        stored = Stored(
            self.sha256, attachment.checksum, self.size, attachment.store_fname or None, b""
        )
        if not stored.store_fname:
            with bytes_open():
                data = attachment.raw
            return stored._replace(head=data[:HEAD], data=data)
        return stored._replace(head=attachment._file_read(stored.store_fname, HEAD))

    def _drop_bytes(self, thinned_at=None):
        """Delete the bytes of the versions; nothing is checked here.

        :param thinned_at: when that was, if the versions themselves stay
        """
        versions = self.sudo()
        attachments = versions.attachment_id
        update_rows(versions, {"attachment_id": None, "thinned_at": thinned_at})
        if attachments:
            unsealed(attachments).unlink()

    def _size_text(self):
        return size_text(self.size, get_lang(self.env).code)

    def _content(self):
        """Return what was read in the file of the version, as superuser."""
        self.ensure_one()
        version = self.sudo()
        return version.env["collab.document.content"].search(
            [("sha256", "=", version.sha256), ("kind", "=", version.kind)], limit=1
        )

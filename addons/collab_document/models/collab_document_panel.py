from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..arguments import checked_ids
from ..core.kinds import icon_of, preview_of

#: Versions and events that the panel shows; the rest are in their lists
SHOWN = 50
#: Characters of each of two versions that are compared in the client
COMPARED = 400_000


class CollabDocumentPanel(models.AbstractModel):
    """What the client shows beside a document."""

    _name = "collab.document.panel"
    _description = "Panel of a Document"

    icon = fields.Char(string="File Icon", compute="_compute_icon")
    preview = fields.Char(compute="_compute_icon")
    has_thumbnail = fields.Boolean(compute="_compute_has_thumbnail")

    @api.depends("kind")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_icon(self):
        """Set the name of the icon, and as what a browser can show the file, if it can."""
        for kind, documents in self.grouped("kind").items():
            documents.icon = icon_of(kind or "")
            documents.preview = preview_of(kind or "") or False

    @api.depends("version_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_has_thumbnail(self):
        """Set whether there is a picture of what the current user sees; one query for all."""
        self.env["ir.attachment"].flush_model(["res_model", "res_field", "res_id"])
        query = SQL(
            """
            SELECT version.id
              FROM collab_document_version version
              JOIN collab_document_content content
                ON content.sha256 = version.sha256 AND content.kind = version.kind
              JOIN ir_attachment picture
                ON picture.res_model = 'collab.document.content'
               AND picture.res_field = 'thumbnail' AND picture.res_id = content.id
             WHERE version.id = ANY(%s)
            """,
            list(self.version_id.ids),
        )
        found = {row[0] for row in self.env.execute_query(query)}
        for document in self:
            has_one = document.version_id.id in found
            document.has_thumbnail = has_one and not document._bears_mark()

    def _bears_mark(self):
        """Whether the current user gets pictures of the document with a watermark only."""
        return self.folder_id.sudo().watermark and not self.can_edit

    @api.readonly
    def details(self):
        """Return what the panel of one document shows, as the current user may see it.

        :return: dict of the document's own values; ``versions``, ``links``, ``events`` (for
            editors), ``shares`` (for editors), ``readings`` (for editors), ``my_reading``
        """
        self.ensure_one()
        self.check_access("read")
        [values] = self.read(
            [
                "name",
                "description",
                "number",
                "state",
                "kind",
                "icon",
                "preview",
                "has_thumbnail",
                "size",
                "version_id",
                "version_date",
                "version_author_id",
                "folder_id",
                "owner_id",
                "tag_ids",
                "active",
                "trashed_at",
                "changed_at",
                "is_favorite",
                "is_checked_out",
                "is_mine",
                "checkout_user_id",
                "checkout_until",
                "is_under_review",
                "on_hold",
                "can_read",
                "sees_drafts",
                "can_edit",
                "can_manage",
            ]
        )
        values |= {
            "is_controlled": self.folder_id.sudo().is_controlled,
            "allow_sharing": self.folder_id.sudo().allow_sharing,
            "published": self.published_id.sudo().number,
            "tag_names": self.tag_ids.mapped("name"),
            "versions": self._versions_shown(),
            "links": self._links_shown(),
            "my_reading": self._my_reading(),
            "deleted_on": fields.Date.to_string(self.sudo()._deleted_on()) or False,
            "shares": [],
            "events": [],
            "readings": [],
        }
        if self.sees_drafts:
            values |= {
                "shares": self._shares_shown(),
                "events": self._events_shown(),
                "readings": self._readings_shown(),
            }
        return values

    def _versions_shown(self):
        versions = self.env["collab.document.version"].search(
            [("document_id", "=", self.id)], limit=SHOWN
        )
        names = ["number", "name", "note", "origin", "size", "kind", "sha256", "author_id"]
        names += ["create_date", "thinned_at", "pinned"]
        return [
            values | {"preview": preview_of(values["kind"]) or False}
            for values in versions.read(names)
        ]

    def _links_shown(self):
        links = self.env["collab.document.link"].search(
            [("document_id", "=", self.id)], limit=SHOWN
        )
        return [
            {
                "id": link.id,
                "res_model": link.res_model,
                "res_id": link.res_id,
                "res_name": link.res_name,
                "model_name": self.env["ir.model"]._get(link.res_model).sudo().name,
                "role": link.role,
            }
            for link in links
        ]

    def _events_shown(self):
        events = self.env["collab.document.event"].search(
            [("document_id", "=", self.id)], limit=SHOWN
        )
        labels = dict(events._fields["kind"]._description_selection(self.env))
        abouts = events._abouts()
        return [
            {
                "id": event.id,
                "kind": event.kind,
                "label": labels[event.kind],
                "who": event.user_id.sudo().name,
                "at": fields.Datetime.to_string(event.create_date),
                "version": event.version_id.sudo().number,
                "note": event.note or abouts.get(event.id) or False,
            }
            for event in events
        ]

    def _shares_shown(self):
        shares = self.env["collab.document.share"].search([("document_id", "=", self.id)])
        return shares.read(
            [
                "label",
                "state",
                "has_password",
                "expires_at",
                "max_downloads",
                "download_count",
                "create_uid",
                "create_date",
            ]
        )

    def _readings_shown(self):
        readings = self.env["collab.document.reading"].search(
            [("version_id", "=", self.published_id.id)]
        )
        return readings.read(["user_id", "due", "read_at"])

    def _my_reading(self):
        """Return what the current user was asked to read of the document and has not confirmed;
        ``False`` if nothing."""
        readings = self.env["collab.document.reading"]
        mine = readings.search(
            readings._waiting() & fields.Domain("document_id", "=", self.id), limit=1
        )
        return mine.read(["due", "asked_uid"])[0] if mine else False

    # ------------------------------------------------------------------
    # Comparing
    # ------------------------------------------------------------------

    @api.readonly
    def compare(self, left_id, right_id):
        """Return two versions of the document to be compared.

        :return: dict of ``left`` and ``right``, each a dict of ``number``, ``name``, ``size``,
            ``sha256``, ``author``, ``date``, and ``text`` (``False`` if there is none); and
            ``reason``, a sentence, where the texts cannot be compared, and ``cut``, whether they
            are longer than what is compared
        """
        self.ensure_one()
        self.check_access("read")
        versions = self.env["collab.document.version"].browse(
            checked_ids(self.env, [left_id, right_id])
        )
        versions.check_access("read")
        if versions.sudo().document_id != self or len(versions) != 2 or left_id == right_id:
            raise UserError(self.env._("Choose two versions of this document."))
        left, right = versions
        sides = [self._side(left), self._side(right)]
        cut = any(len(side["text"] or "") > COMPARED for side in sides)
        for side in sides:
            side["text"] = side["text"] and side["text"][:COMPARED]
        return {
            "left": sides[0],
            "right": sides[1],
            "cut": cut,
            "reason": self._incomparable(left, right),
        }

    def _side(self, version):
        content = version._content()
        return {
            "id": version.id,
            "number": version.number,
            "name": version.name,
            "size": version.size,
            "sha256": version.sha256,
            "kind": version.kind,
            "author": version.author_id.sudo().name,
            "date": fields.Datetime.to_string(version.create_date),
            "text": content.text if content.state == "read" else False,
        }

    def _incomparable(self, left, right):
        """Return why the texts of two versions cannot be compared; ``False`` if they can."""
        states = {left._content().state, right._content().state}
        if states == {"read"}:
            return False
        if "waiting" in states or False in states:
            return self.env._("The text is being read: try again in a minute.")
        if "failed" in states:
            return self.env._("One of the files could not be read.")
        if "empty" in states:
            return self.env._("There is no text in one of the files; it may be a scan.")
        return self.env._("Files of this type are compared by their facts only.")

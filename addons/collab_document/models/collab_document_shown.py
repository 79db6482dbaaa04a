from odoo import api, fields, models
from odoo.tools import SQL

from .collab_document_rights import RIGHTS

#: Fields that are computed together, in the order of the query's columns
SHOWN = (
    *RIGHTS,
    "version_id",
    "number",
    "kind",
    "size",
    "version_date",
    "version_author_id",
    "author",
    "owner",
    "is_favorite",
    "on_hold",
    "is_under_review",
)


class CollabDocumentShown(models.AbstractModel):
    """What the current user sees of documents, and what they can do: one query for all of it, as
    lists ask for all of it."""

    _name = "collab.document.shown"
    _description = "What is Shown of Documents"

    # -- the latest version, or the one published
    version_id = fields.Many2one(
        "collab.document.version", string="Shown Version", compute="_compute_shown"
    )
    number = fields.Char(string="Version", compute="_compute_shown")
    kind = fields.Char(string="Type", compute="_compute_shown")
    size = fields.Integer(compute="_compute_shown")
    version_date = fields.Datetime(compute="_compute_shown")
    version_author_id = fields.Many2one("res.users", compute="_compute_shown")
    # -- names only: lists would ask for people one table after another
    author = fields.Char(string="By", compute="_compute_shown")
    owner = fields.Char(string="Added by", compute="_compute_shown")

    can_read = fields.Boolean(compute="_compute_shown", search="_search_can_read")
    sees_drafts = fields.Boolean(compute="_compute_shown", search="_search_sees_drafts")
    can_edit = fields.Boolean(compute="_compute_shown", search="_search_can_edit")
    can_manage = fields.Boolean(compute="_compute_shown", search="_search_can_manage")
    is_favorite = fields.Boolean(compute="_compute_shown", search="_search_is_favorite")
    on_hold = fields.Boolean(compute="_compute_shown", search="_search_on_hold")
    # for those who see the draft: it is of no concern to readers
    is_under_review = fields.Boolean(compute="_compute_shown")

    @api.depends("latest_id", "published_id", "folder_id", "owner_id", "favorite_user_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_shown(self):
        ids = [document_id for document_id in self._origin._ids if document_id]
        found = {row[0]: row[1:] for row in self.env.execute_query(self._shown_query(ids))}
        names = self.env["collab.folder"]._fields["name"]
        folders = {row[-2]: row[-1] for row in found.values()}
        names._insert_cache(self.env["collab.folder"].browse(folders), folders.values())
        nothing = (False,) * len(RIGHTS) + (None,) * (len(SHOWN) - len(RIGHTS) - 3) + (False,) * 3
        # of a record that is yet to be saved, the one it is of, if any
        rows = [found.get(one or getattr(one, "origin", None), nothing) for one in self._ids]
        # values as the cache has them, straight into it: a page of a list has a thousand
        for name, column in zip(SHOWN, zip(*rows, strict=True), strict=False):
            cache = self._fields[name]._get_cache(self.env)
            cache.update(zip(self._ids, column, strict=True))

    @api.model
    def _under_review(self, alias):
        """Return the condition under which somebody decides on the latest version of a document:
        until they have, none is added, and none published; to extend.

        :param alias: of ``collab_document`` in the query
        """
        return SQL("FALSE")

    def _shown_query(self, ids):
        """Return the query of id, :data:`SHOWN`, and id and name of the folder."""
        rights = self.env["collab.document.rights"]
        level = SQL.identifier("asked", "level")
        return SQL(
            """
            WITH asked AS MATERIALIZED (
                SELECT document.id, document.folder_id, document.owner_id, document.active,
                       document.latest_id, document.published_id, %(level)s AS level
                  FROM collab_document document
                 WHERE document.id = ANY(%(ids)s)
            ),
            shown AS MATERIALIZED ( -- or all versions are read
                SELECT asked.id, asked.folder_id, asked.owner_id, asked.latest_id,
                       asked.published_id, %(rights)s
                  FROM asked
            )
            SELECT shown.id, %(names)s,
                   version.id, version.number, version.kind, COALESCE(version.size, 0),
                   version.create_date, version.author_id, author_partner.name,
                   owner_partner.name,
                   EXISTS (SELECT FROM collab_document_favorite favorite
                            WHERE favorite.document_id = shown.id AND favorite.user_id = %(user)s),
                   %(held)s,
                   shown.sees_drafts AND %(under_review)s,
                   folder.id, folder.name
              FROM shown
              JOIN collab_folder folder ON folder.id = shown.folder_id
         LEFT JOIN collab_document_version version
                ON version.id = CASE WHEN shown.sees_drafts THEN shown.latest_id
                                     ELSE shown.published_id END
         LEFT JOIN res_users author ON author.id = version.author_id
         LEFT JOIN res_partner author_partner ON author_partner.id = author.partner_id
         LEFT JOIN res_users owner ON owner.id = shown.owner_id
         LEFT JOIN res_partner owner_partner ON owner_partner.id = owner.partner_id
            """,
            level=rights._level("document"),
            ids=ids,
            rights=SQL(", ").join(
                SQL(
                    "COALESCE(%s, FALSE) AS %s",
                    rights._documents(right, "asked", level),
                    SQL.identifier(right),
                )
                for right in RIGHTS
            ),
            names=SQL(", ").join(SQL.identifier("shown", right) for right in RIGHTS),
            user=self.env.uid,
            held=self.env["collab.document.hold"]._held("shown"),
            under_review=self._under_review("shown"),
            to_flush=self.env["collab.folder"]._fields["name"],
        )

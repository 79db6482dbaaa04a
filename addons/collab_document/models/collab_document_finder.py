from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.kinds import icon_of
from ..core.words import marks, snippet

#: Hits that are ranked; of a word that is everywhere, those changed last
RANKED = 5_000
#: A word is rare if it is in so few documents, and everywhere if it is in more than so many
FEW, MANY = 500, 4 * RANKED
#: Characters of a text in which the first word is looked for, and of what lies around it, in
#: which the best passage is
LOOKED_THROUGH, AROUND = 200_000, 6_000
#: Of what the current user has done last, events that say which documents are recent
RECENT = 200


class CollabDocumentFinder(models.AbstractModel):
    """Finding documents by what is in them."""

    _name = "collab.document.finder"
    _description = "Finding Documents"

    content = fields.Char(
        string="Name or Content", compute="_compute_content", search="_search_content"
    )

    is_recent = fields.Boolean(
        string="Recent", compute="_compute_is_recent", search="_search_is_recent"
    )

    @api.depends_context("uid")
    def _compute_is_recent(self):
        recent = self.sudo().with_context(active_test=False)
        recent = recent.search([("id", "in", self.ids), ("is_recent", "=", True)])
        for document in self:
            document.is_recent = document._origin in recent

    def _search_is_recent(self, operator, value):
        """Find what the current user has opened, added or changed last."""
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        recent = SQL(
            "(SELECT document_id FROM (SELECT document_id FROM collab_document_event"
            " WHERE user_id = %s AND document_id IS NOT NULL ORDER BY id DESC LIMIT %s) mine)",
            self.env.uid,
            RECENT,
        )
        return Domain("id", "in", recent)

    def _compute_content(self):
        self.content = False

    def _search_content(self, operator, value):
        """Find by the words in the name and in what the current user may see of the file."""
        if operator not in ("ilike", "=", "in") or not value:
            return NotImplemented
        index = self.env["collab.document.index"]
        texts = [value] if isinstance(value, str) else value
        typed = [words for text in texts if (words := index._words(text))]
        return Domain.OR(
            Domain.custom(
                to_sql=lambda model, alias, query, words=words: index._matching(words, alias)
            )
            for words in typed
        )

    @api.model
    @api.readonly
    def search_text(self, text, domain=None, offset=0, limit=20):
        """Find documents by their words, best first.

        The rights of the current user are part of the query, so nothing is counted that they do
        not see.

        :param text: what they have typed
        :param domain: which documents it is to be
        :return: dict of ``length``, the number of hits (at most one more than are ranked), and
            ``records``: ``id``, ``name``, ``number``, ``kind``, ``folder``, ``changed_at`` and
            ``passage``, a list of pairs of a text and whether it is what was looked for
        """
        words = self.env["collab.document.index"]._words(text)
        if words is None:
            return {"length": 0, "records": []}
        if type(offset) is not int or type(limit) is not int or not 0 <= limit <= 200:
            raise UserError(self.env._("At most 200 hits are shown at once."))
        offset = max(0, min(offset, RANKED))
        needles = marks(text)
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT best.total, document.id, document.name, version.number, version.kind,
                       version.id AS version_id, folder.id AS folder_id,
                       folder.name AS folder_name, document.changed_at,
                       substr(text.looked, GREATEST(1, strpos(lower(text.looked), %s) - %s), %s)
                       AS passage
                  FROM (SELECT hit.document_id, hit.version_id, COUNT(*) OVER () AS total,
                               ROW_NUMBER() OVER (
                                   ORDER BY ts_rank(hit.vector, %s::tsquery) DESC,
                                            hit.changed_at DESC, hit.document_id DESC) AS place
                          FROM (%s) hit
                      ORDER BY place
                        OFFSET %s LIMIT %s) best
                  JOIN collab_document document ON document.id = best.document_id
                  JOIN collab_document_version version ON version.id = best.version_id
                  JOIN collab_folder folder ON folder.id = document.folder_id
             LEFT JOIN collab_document_content content
                    ON content.sha256 = version.sha256 AND content.kind = version.kind
     LEFT JOIN LATERAL (SELECT left(content.text, %s) AS looked) text ON TRUE
              ORDER BY best.place
                """,
                needles[0],
                AROUND // 4,
                AROUND,
                words,
                self._hits(words, Domain(domain or [])),
                offset,
                limit,
                LOOKED_THROUGH,
            )
        )
        return {
            "length": rows[0]["total"] if rows else 0,
            "records": [self._hit(row, needles) for row in rows],
        }

    @api.model
    def _hits(self, words, domain):
        """Return a query of ``document_id``, ``version_id``, ``vector`` and ``changed_at`` of the
        documents of a domain that the current user finds, the latest.

        PostgreSQL does not know how rare a word is when it plans, nor that rights are looked for
        once and not for each document: by itself it would look at all documents for a rare word,
        and at all places of a word that is everywhere.
        """
        index = self.env["collab.document.index"]
        documents = self._search(domain)
        document = SQL.identifier(documents.table, "id")
        changed_at = SQL.identifier(documents.table, "changed_at")
        documents.order = SQL("%s DESC", changed_at)
        rows = self.env.execute_query(
            SQL(
                "SELECT id, document_id FROM collab_document_index"
                " WHERE vector @@ %s::tsquery LIMIT %s",
                words,
                FEW + 1,
            )
        )
        matched = SQL("indexed.vector @@ %s::tsquery", words)
        if len(rows) <= FEW:
            # these rows, and no others
            matched = SQL("indexed.id = ANY(%s)", [row_id for row_id, __ in rows])
            documents.add_where(SQL("%s = ANY(%s)", document, [row[1] for row in rows]))
        elif index._estimate(words) > MANY:
            # from the latest document on, until there are enough
            drafts = self.env["collab.document.rights"]._documents("sees_drafts", documents.table)
            return SQL(
                """
                SELECT latest.id AS document_id, found.version_id, found.vector, latest.changed_at
                  FROM (%s OFFSET 0) latest
    CROSS JOIN LATERAL (SELECT indexed.version_id, indexed.vector
                          FROM collab_document_index indexed
                         WHERE indexed.document_id = latest.id AND %s AND %s
                        OFFSET 0) found
                 LIMIT %s
                """,
                documents.select(
                    SQL("%s AS id", document),
                    SQL("%s AS changed_at", changed_at),
                    SQL("%s AS drafts", drafts),
                ),
                matched,
                index._shown("indexed", SQL.identifier("latest", "drafts")),
                RANKED + 1,
            )
        documents.add_join(
            "JOIN",
            "indexed",
            "collab_document_index",
            SQL("%s = indexed.document_id", document),
        )
        documents.add_where(matched)
        drafts = self.env["collab.document.rights"]._documents("sees_drafts", documents.table)
        documents.add_where(index._shown("indexed", drafts))
        documents.limit = RANKED + 1
        return documents.select(
            SQL("indexed.document_id"),
            SQL("indexed.version_id"),
            SQL("indexed.vector"),
            SQL("%s AS changed_at", changed_at),
        )

    @api.model
    def _hit(self, row, needles):
        folder = [row.pop("folder_id"), row.pop("folder_name")]
        passage = row.pop("passage")
        del row["total"]
        return row | {
            "icon": icon_of(row["kind"]),
            "folder": folder,
            "changed_at": fields.Datetime.to_string(row["changed_at"]),
            "passage": [] if passage is None else snippet(passage, needles),
        }

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.words import marks, snippet

#: Hits that are ranked; of a word that is everywhere, those changed last
RANKED = 5_000
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
            " WHERE user_id = %s ORDER BY id DESC LIMIT %s) mine)",
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
        index = self.env["collab.document.index"]
        words = index._words(text)
        if words is None:
            return {"length": 0, "records": []}
        if type(offset) is not int or type(limit) is not int or not 0 <= limit <= 200:
            raise UserError(self.env._("At most 200 hits are shown at once."))
        documents = self._search(Domain(domain or []))
        table = documents.table
        documents.add_join(
            "JOIN",
            "indexed",
            "collab_document_index",
            SQL("%s = indexed.document_id", SQL.identifier(table, "id")),
        )
        documents.add_where(SQL("indexed.vector @@ %s::tsquery", words))
        documents.add_where(index._shown("indexed", table))
        documents.order = SQL("%s DESC", SQL.identifier(table, "changed_at"))
        documents.limit = RANKED + 1
        hits = documents.select(
            SQL("indexed.document_id"),
            SQL("indexed.version_id"),
            SQL("indexed.vector"),
            SQL("%s AS changed_at", SQL.identifier(table, "changed_at")),
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT hit.document_id, hit.version_id, COUNT(*) OVER () AS total
                  FROM (%s) hit
              ORDER BY ts_rank(hit.vector, %s::tsquery) DESC, hit.changed_at DESC,
                       hit.document_id DESC
                OFFSET %s LIMIT %s
                """,
                hits,
                words,
                offset,
                limit,
            )
        )
        passages = self._passages(text, [version_id for __, version_id, __ in rows])
        records = self.browse([row[0] for row in rows])
        return {
            "length": rows[0][2] if rows else 0,
            "records": [
                record._hit() | {"passage": passages.get(row[1], [])}
                for record, row in zip(records, rows, strict=True)
            ],
        }

    def _hit(self):
        return {
            "id": self.id,
            "name": self.name,
            "number": self.number,
            "kind": self.kind,
            "icon": self.icon,
            "version_id": self.version_id.id,
            "folder": [self.folder_id.id, self.folder_id.sudo().name],
            "changed_at": fields.Datetime.to_string(self.changed_at),
        }

    @api.model
    def _passages(self, text, version_ids):
        """Return version id → the passage of its text in which the words are."""
        needles = marks(text)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT version.id,
                       substr(text.looked, GREATEST(1, strpos(lower(text.looked), %s) - %s), %s)
                  FROM collab_document_version version
                  JOIN collab_document_content content
                    ON content.sha256 = version.sha256 AND content.kind = version.kind
    CROSS JOIN LATERAL (SELECT left(content.text, %s) AS looked) text
                 WHERE version.id = ANY(%s) AND content.text IS NOT NULL
                """,
                needles[0],
                AROUND // 4,
                AROUND,
                LOOKED_THROUGH,
                list(version_ids),
            )
        )
        return {version_id: snippet(body, needles) for version_id, body in rows}

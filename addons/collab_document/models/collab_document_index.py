from odoo import api, fields, models
from odoo.tools import SQL

from ..core.words import query, vector


class CollabDocumentIndex(models.Model):
    """The words by which documents are found: of their latest and their published version.

    Nobody reads this model; searching joins it, with the version that the person may see.
    """

    _name = "collab.document.index"
    _description = "Search Index of Documents"
    _inherit = ["collab.sealed.mixin"]
    _log_access = False
    _rec_name = "document_id"

    document_id = fields.Many2one("collab.document", required=True, ondelete="cascade", index=True)
    version_id = fields.Many2one("collab.document.version", required=True, ondelete="cascade")
    is_latest = fields.Boolean(required=True)
    is_published = fields.Boolean(required=True)

    _version_uniq = models.UniqueIndex("(version_id)")

    def init(self):
        # not a type that fields have
        self.env.cr.execute(
            """
            ALTER TABLE collab_document_index ADD COLUMN IF NOT EXISTS vector tsvector;
            CREATE INDEX IF NOT EXISTS collab_document_index_vector_idx
                ON collab_document_index USING gin (vector)
            """
        )

    @api.model
    def _replace(self, documents):
        """Index the titles of `documents` and what is read of their two versions."""
        if not documents:
            return
        documents = documents.sudo()
        documents.flush_recordset(["name", "latest_id", "published_id"])
        ids = list(documents.ids)
        titles = [vector(document.name, "") for document in documents]
        self.env.cr.execute(
            SQL("DELETE FROM collab_document_index WHERE document_id = ANY(%s)", ids)
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO collab_document_index
                            (document_id, version_id, is_latest, is_published, vector)
                SELECT document.id, version.id,
                       version.id = document.latest_id,
                       version.id IS NOT DISTINCT FROM document.published_id,
                       titled.title::tsvector || COALESCE(content.vector, '')
                  FROM unnest(%s, %s) AS titled(id, title)
                  JOIN collab_document document ON document.id = titled.id
                  JOIN collab_document_version version
                    ON version.id IN (document.latest_id, document.published_id)
             LEFT JOIN collab_document_content content
                    ON content.sha256 = version.sha256 AND content.kind = version.kind
                """,
                ids,
                titles,
            )
        )

    @api.model
    def _refresh(self, contents):
        """Index what was read anew."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT indexed.document_id
                  FROM collab_document_index indexed
                  JOIN collab_document_version version ON version.id = indexed.version_id
                  JOIN collab_document_content content
                    ON content.sha256 = version.sha256 AND content.kind = version.kind
                 WHERE content.id = ANY(%s)
                """,
                list(contents.ids),
            )
        )
        self._replace(self.env["collab.document"].browse([row[0] for row in rows]))

    @api.model
    def _words(self, text):
        """Return the ``tsquery`` of what somebody has typed; ``None`` if there is no word."""
        return query(text) if isinstance(text, str) else None

    @api.model
    def _estimate(self, words):
        """Return in how many rows `words` are, as PostgreSQL's statistics say."""
        found = SQL("SELECT FROM collab_document_index WHERE vector @@ %s::tsquery", words)
        [[[explained]]] = self.env.execute_query(SQL("EXPLAIN (FORMAT JSON) %s", found))
        return explained["Plan"]["Plan Rows"]

    @api.model
    def _shown(self, indexed, drafts):
        """Return the condition under which a row is of the version that the current user sees.

        :param indexed: alias of the row
        :param drafts: the condition under which they see drafts of its document
        """
        latest = SQL.identifier(indexed, "is_latest")
        published = SQL.identifier(indexed, "is_published")
        # a row that is but one of the two: the latest for who sees drafts, or the published one
        return SQL(
            "(%(latest)s AND %(published)s OR %(latest)s = (%(drafts)s))",
            latest=latest,
            published=published,
            drafts=drafts,
        )

    @api.model
    def _matching(self, words, document):
        """Return the condition under which a document has `words` in what the current user may
        see of it.

        :param words: what :meth:`_words` has returned
        :param document: alias of the document
        """
        drafts = self.env["collab.document.rights"]._documents("sees_drafts", document)
        parts = [
            # by itself each is one look into the index, whatever the rights
            SQL(
                "%s IN (SELECT document_id FROM collab_document_index WHERE vector @@ %s::tsquery"
                " AND %s)",
                SQL.identifier(document, "id"),
                words,
                which,
            )
            for which in (
                SQL("is_latest AND is_published"),
                SQL("is_latest AND NOT is_published"),
                SQL("is_published AND NOT is_latest"),
            )
        ]
        return SQL(
            "(%s OR %s AND %s OR %s AND NOT %s)", parts[0], parts[1], drafts, parts[2], drafts
        )

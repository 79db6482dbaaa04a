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
                INSERT INTO collab_document_index (document_id, version_id, vector)
                SELECT document.id, version.id,
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
    def _found(self, text):
        """Return a query of document id and vector of the documents that have the words of
        `text` in what the current user may see of them; ``None`` if there are no words in it.

        Rights are not all in it: it is to be joined with documents that the user can read.
        """
        words = self._words(text)
        if not words:
            return None
        return SQL(
            """
            SELECT indexed.document_id, indexed.version_id, indexed.vector
              FROM collab_document_index indexed
              JOIN collab_document document ON document.id = indexed.document_id
             WHERE indexed.vector @@ %s::tsquery
               AND indexed.version_id = CASE WHEN %s THEN document.latest_id
                                             ELSE document.published_id END
            """,
            words,
            self.env["collab.document.rights"]._documents("sees_drafts", "document"),
        )

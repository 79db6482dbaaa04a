"""The search as somebody would write it for one person, by hand."""

from __future__ import annotations

from odoo.api import Environment
from odoo.tools import SQL


def by_hand(env: Environment, term: str) -> SQL:
    """Return the statement that finds what `search_text` finds for the user of ``env``, who
    reads by the roles of folders alone: of the latest hits the best twenty."""
    return SQL(
        """
        SELECT hit.id, hit.name, hit.folder_id, hit.changed_at, version.number, version.kind,
               hit.total
          FROM (SELECT latest.*, COUNT(*) OVER () AS total
                  FROM (SELECT document.id, document.name, document.folder_id,
                               document.changed_at, indexed.version_id, indexed.vector
                          FROM collab_document document
                          JOIN collab_document_index indexed
                            ON indexed.document_id = document.id
                         WHERE indexed.vector @@ %(words)s::tsquery
                           AND indexed.is_published
                           AND document.active
                           AND document.folder_id IN (
                               SELECT folder_id FROM collab_folder_role
                                WHERE user_id = %(user)s OR group_id = ANY(%(groups)s))
                      ORDER BY document.changed_at DESC
                         LIMIT 5001) latest
              ORDER BY ts_rank(latest.vector, %(words)s::tsquery) DESC, latest.changed_at DESC,
                       latest.id DESC
                 LIMIT 20) hit
          JOIN collab_document_version version ON version.id = hit.version_id
      ORDER BY ts_rank(hit.vector, %(words)s::tsquery) DESC, hit.changed_at DESC, hit.id DESC
        """,
        words=env["collab.document.index"]._words(term),
        user=env.uid,
        groups=list(env.user._get_group_ids()),
    )

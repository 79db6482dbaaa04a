"""How documents are used: by others than who made them, and in which version.

Functions, not methods, as methods can be called from the code of server actions, and what they
return is run as superuser.
"""

from odoo.tools import SQL

from odoo.addons.collab_kpi.method import Method
from odoo.addons.collab_kpi.rows import facts_of_rows

EVENT = "collab.document.event"
MODELS = (EVENT, "collab.document", "collab.document.version")
BREAKDOWNS = {"department": "hr.department", "folder_id": "collab.folder"}
#: That somebody of the company has opened or downloaded a document which is still there
USES = SQL(
    """
    SELECT event.id, folder.company_id, event.user_id, event.create_date AS at, folder.id AS folder_id,
           event.document_id, version.id AS version_id, version.major,
           event.user_id IS DISTINCT FROM document.owner_id
           AND event.user_id IS DISTINCT FROM version.author_id AS is_again
      FROM collab_document_event event
      JOIN res_users person ON person.id = event.user_id AND NOT person.share
      JOIN collab_document document ON document.id = event.document_id
      JOIN collab_folder folder ON folder.id = document.folder_id
      LEFT JOIN collab_document_version version ON version.id = event.version_id
     WHERE event.kind IN ('opened', 'downloaded') AND event.share_id IS NULL
    """
)
#: Whether something newer had been published when a version was used: those are the whole numbers
OUTDATED = SQL(
    """
    EXISTS (
        SELECT FROM collab_document_version newer
         WHERE newer.document_id = line.document_id AND newer.minor = 0
           AND newer.major > line.major AND newer.create_date <= line.at
    )
    """
)


def methods(env):
    """Return what can be counted of documents: key → :class:`.Method`."""
    named = {
        "reused": (env._("Documents used by others than who made them"), _reused),
        "reuses": (env._("Share of uses by others than who made the document"), _reuses),
        "outdated": (env._("Share of uses of a version that a newer one replaced"), _outdated),
    }
    # no records: who has read what is told to nobody
    return {
        f"collab_kpi_document.{key}": Method(name, facts, MODELS, BREAKDOWNS, minimum=5)
        for key, (name, facts) in named.items()
    }


def _reused(env, definition, window):
    """Return the document of each use by somebody who has not made it."""
    rows = SQL("SELECT * FROM (%s) used WHERE is_again", USES)
    return _facts(env, definition, window, rows, SQL("line.document_id"))


def _reuses(env, definition, window):
    """Return 100 for each use by somebody who has not made the document, else 0."""
    return _facts(env, definition, window, USES, _share(SQL("line.is_again")))


def _outdated(env, definition, window):
    """Return 100 for each use of a version after a newer one was published, else 0."""
    rows = SQL("SELECT * FROM (%s) used WHERE version_id IS NOT NULL", USES)
    return _facts(env, definition, window, rows, _share(OUTDATED))


def _share(condition):
    return SQL("CASE WHEN %s THEN 100 ELSE 0 END::float8", condition)


def _facts(env, definition, window, rows, amount):
    for name in (*MODELS, "collab.folder"):
        env[name].flush_model()
    return facts_of_rows(env, definition, window, rows, amount, columns=("folder_id",))

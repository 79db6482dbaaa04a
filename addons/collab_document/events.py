"""The one way into the events of documents.

A function, not a method, as methods can be called from the code of server actions.
"""

from odoo.tools import SQL

from odoo.addons.collab_base.bulk import insert_rows


def tell_purged(documents):
    """Note that `documents` are deleted for good, by the current user. This stays, and so does what
    was noted of them, for auditors: with what the document was called."""
    events = documents.env["collab.document.event"]
    events.flush_model()
    events.env.cr.execute(
        SQL(
            """
            UPDATE collab_document_event event
               SET document_id = NULL, version_id = NULL, company_id = folder.company_id,
                   about = concat_ws(' ', folder.name || ' / ' || document.name,
                                     (SELECT number FROM collab_document_version version
                                       WHERE version.id = event.version_id),
                                     NULLIF('(' || event.about || ')', '()'))
              FROM collab_document document
              JOIN collab_folder folder ON folder.id = document.folder_id
             WHERE event.document_id = document.id AND document.id = ANY(%s)
            """,
            list(documents.ids),
        )
    )
    events.invalidate_model(flush=False)
    insert_rows(
        documents.env["collab.document.event"],
        [
            {
                "company_id": document.folder_id.company_id.id or None,
                "kind": "purged",
                "user_id": documents.env.uid,
                "about": f"{document.folder_id.name} / {document.name}",
            }
            for document in documents.sudo()
        ],
    )


def tell(documents, kind, note=None, versions=None, share=None, about=None):
    """Note that something has happened to `documents`, by the current user.

    :param documents: recordset, in the environment of who did it
    :param versions: the version concerned of each, in the same order
    :param note: text for all, or a dict of document id → text
    :param share: the link by which it happened
    :param about: a record that it has to do with, for all, or a dict of document id → record. Its
        name is shown to those who may read it.
    """
    notes = note if isinstance(note, dict) else dict.fromkeys(documents.ids, note)
    records = about if isinstance(about, dict) else dict.fromkeys(documents.ids, about)
    version_ids = versions.ids if versions else [None] * len(documents)
    insert_rows(
        documents.env["collab.document.event"],
        [
            {
                "document_id": document_id,
                "version_id": version_id,
                "kind": kind,
                "user_id": documents.env.uid,
                "share_id": share.id if share else None,
                "note": notes.get(document_id) or None,
                "about": records[document_id] and records[document_id].sudo().display_name,
                "about_model": records[document_id] and records[document_id]._name,
                "about_id": records[document_id] and records[document_id].id,
            }
            for document_id, version_id in zip(documents.ids, version_ids, strict=True)
        ],
    )

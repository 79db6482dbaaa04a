from odoo import api, models
from odoo.exceptions import UserError

from ..arguments import checked_ids
from .collab_document_versioned import File

#: Documents that the panel of a record lists
LISTED = 80


class CollabDocumentRecord(models.AbstractModel):
    """Documents of the records of the ERP."""

    _name = "collab.document.record"
    _description = "Documents of Records"

    @api.model
    @api.readonly
    def of_record(self, res_model, res_id):
        """Return what the form of a record shows of its documents.

        :return: dict of ``count``, ``documents``, ``can_add`` and ``attachments``, how many files
            of the record are none yet
        """
        link = self.env["collab.document.link"]
        record = link._checked_record(res_model, res_id, "read")
        domain = [("link_ids", "any", [("res_model", "=", res_model), ("res_id", "=", record.id)])]
        documents = self.search(domain, limit=LISTED)
        return {
            "count": self.search_count(domain) if len(documents) == LISTED else len(documents),
            "documents": self._listed(documents, record),
            "can_add": record.has_access("write"),
            "attachments": self._attachments_of(record, count=True),
        }

    @api.model
    def _listed(self, documents, record):
        links = self.env["collab.document.link"].search(
            [
                ("document_id", "in", documents.ids),
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
            ]
        )
        link_ids = {link.document_id.id: link.id for link in links}
        names = ["name", "number", "state", "icon", "preview", "size", "changed_at"]
        names += ["version_id", "can_edit"]
        return [
            values | {"link_id": link_ids.get(values["id"], False)}
            for values in documents.read(names, load=None)
        ]

    @api.private
    def add_to_record(self, res_model, res_id, files, origin="uploaded"):
        """Add documents to a record, as the current user, who can change it.

        They go to the place for such records and follow the rights of the record: whoever reads
        it reads them, whoever changes it changes them.

        :param files: list of :class:`File`
        :return: the documents
        """
        link = self.env["collab.document.link"]
        record = link._checked_record(res_model, res_id)
        folder = self.env["collab.document.place"]._folder(res_model)
        # as superuser: the right to add comes from the record, not from a role in the folder
        documents = self.sudo().add_files(folder, files, origin=origin).sudo(False)
        link._link(documents, record, "editor")
        return documents

    @api.model
    def take_attachments(self, res_model, res_id, attachment_ids=None, folder_id=None):
        """Make documents of files that are attached to a record.

        The attachments stay where they are, in their messages; the bytes are on disk once.

        :param attachment_ids: all that are none yet, by default
        :param folder_id: a folder in which the user is contributor; the place for such records,
            by default
        :return: ids of the documents
        """
        link = self.env["collab.document.link"]
        record = link._checked_record(res_model, res_id)
        attachments = self._attachments_of(record)
        if attachment_ids is not None:
            chosen = set(checked_ids(self.env, attachment_ids))
            attachments = attachments.filtered(lambda one: one.id in chosen)
        if not attachments:
            raise UserError(self.env._("There are no files to take."))
        files = [File(one.name, one.raw) for one in attachments]
        if not folder_id:
            return self.add_to_record(res_model, res_id, files, origin="taken").ids
        folder = self.env["collab.folder"].browse(checked_ids(self.env, [folder_id]))
        documents = self.add_files(folder, files, origin="taken")
        link._link(documents, record)
        return documents.ids

    @api.model
    def _attachments_of(self, record, count=False):
        """Return the files attached to a record that are no document yet, or their number."""
        attachments = self.env["ir.attachment"].search(
            [
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("res_field", "=", False),
                ("type", "=", "binary"),
                ("file_size", ">", 0),
            ]
        )
        known = (
            self.env["collab.document.version"]
            .sudo()
            ._read_group(
                [
                    ("attachment_id.checksum", "in", attachments.mapped("checksum")),
                    (
                        "document_id.link_ids",
                        "any",
                        [("res_model", "=", record._name), ("res_id", "=", record.id)],
                    ),
                ],
                ["attachment_id"],
            )
        )
        checksums = {attachment.checksum for [attachment] in known}
        new = attachments.filtered(lambda one: one.checksum not in checksums)
        return len(new) if count else new

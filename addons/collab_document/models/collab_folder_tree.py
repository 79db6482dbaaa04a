from odoo import api, models
from odoo.tools import SQL

from ..core.roles import LEVELS


class CollabFolderTree(models.AbstractModel):
    """The folders as the client shows them beside the documents."""

    _name = "collab.folder.tree"
    _description = "Tree of Folders"

    @api.model
    @api.readonly
    def tree(self):
        """Return the folders that the current user sees, with how much they see in them.

        Two queries, whatever their number.

        :return: list of dicts ``id``, ``name``, ``parent_id`` (``False`` where they do not see
            it), ``role``, ``color``, ``is_controlled``, ``count`` and ``size``, of the documents
            right in it
        """
        rights = self.env["collab.document.rights"]
        folders = self._search([], order=self._order)
        id_ = SQL.identifier(folders.table, "id")
        levels = SQL(" + ").join(
            SQL("(%s IN (%s))::int", id_, rights._folders(role)) for role in LEVELS
        )
        names = ("id", "name", "parent_id", "color", "is_controlled", "company_id")
        columns = [SQL.identifier(folders.table, name) for name in names]
        rows = self.env.execute_query(folders.select(*columns, levels))
        counted = self._counts()
        seen = {row[0] for row in rows}
        roles = [False, *LEVELS]
        return [
            {
                **dict(zip(names, row, strict=False)),
                "parent_id": row[2] if row[2] in seen else False,
                "role": roles[row[-1]],
                "count": counted.get(row[0], (0, 0))[0],
                "size": counted.get(row[0], (0, 0))[1],
            }
            for row in rows
        ]

    @api.model
    def _counts(self):
        """Return folder id → number and bytes of the documents that the current user sees."""
        documents = self.env["collab.document"]._search([])
        table = documents.table
        size = SQL(
            "CASE WHEN %s THEN %s ELSE %s END",
            self.env["collab.document.rights"]._documents("sees_drafts", table),
            SQL.identifier(table, "latest_size"),
            SQL.identifier(table, "published_size"),
        )
        folder = SQL.identifier(table, "folder_id")
        documents.groupby = folder
        rows = self.env.execute_query(
            documents.select(folder, SQL("COUNT(*)"), SQL("COALESCE(SUM(%s), 0)", size))
        )
        return {folder_id: (count, int(size)) for folder_id, count, size in rows}

from odoo import api, fields, models
from odoo.tools import SQL

from ..core.roles import LEVELS


class CollabFolderRole(models.Model):
    """What each folder grants in the end: its own grants and those it inherits.

    Written by :meth:`_rebuild` alone. A grant belongs to a user, a group or a department; who is
    in these is found when somebody asks (``collab.document.rights``).
    """

    _name = "collab.folder.role"
    _description = "Effective Folder Role"
    _inherit = ["collab.sealed.mixin"]
    _log_access = False
    _rec_name = "folder_id"

    folder_id = fields.Many2one("collab.folder", required=True, ondelete="cascade", index=True)
    user_id = fields.Many2one("res.users", ondelete="cascade")
    group_id = fields.Many2one("res.groups", ondelete="cascade")
    department_id = fields.Many2one("hr.department", ondelete="cascade")
    level = fields.Integer(required=True)

    _user_idx = models.Index("(user_id, level, folder_id) WHERE user_id IS NOT NULL")
    _group_idx = models.Index("(group_id, level, folder_id) WHERE group_id IS NOT NULL")
    _department_idx = models.Index(
        "(department_id, level, folder_id) WHERE department_id IS NOT NULL"
    )

    @api.model
    def _claim(self, folders):
        """Have other transactions that change the rights of the same trees wait, and fail.

        Each of two might see the tree without what the other does to it.
        """
        roots = {int(path.split("/", 1)[0]) for path in folders.mapped("parent_path") if path}
        if roots:
            self.env.cr.execute(
                SQL(
                    "UPDATE collab_folder SET rights_version = rights_version + 1"
                    " WHERE id IN (SELECT id FROM collab_folder WHERE id = ANY(%s)"
                    " ORDER BY id FOR NO KEY UPDATE)",
                    sorted(roots),
                )
            )

    @api.model
    def _rebuild(self, folders):
        """Work out what `folders` grant, and all folders below them."""
        if not folders:
            return
        self._claim(folders)
        self.env["collab.folder"].flush_model()
        self.env["collab.folder.access"].flush_model()
        below = SQL(
            "SELECT DISTINCT below.id, below.parent_path FROM collab_folder below"
            " JOIN collab_folder changed ON changed.id = ANY(%s)"
            " AND below.parent_path LIKE changed.parent_path || '%%'",
            list(folders.ids),
        )
        self.env.cr.execute(
            SQL("DELETE FROM collab_folder_role WHERE folder_id IN (SELECT id FROM (%s) t)", below)
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO collab_folder_role (folder_id, user_id, group_id, department_id, level)
                WITH folder AS (%(below)s),
                line AS ( -- each folder with those above it, and how deep these are
                    SELECT folder.id, above.id::int AS above_id, above.depth
                      FROM folder,
                           unnest(string_to_array(rtrim(folder.parent_path, '/'), '/'))
                           WITH ORDINALITY AS above(id, depth)
                ),
                cut AS ( -- the deepest that inherits nothing
                    SELECT line.id, MAX(line.depth) AS depth
                      FROM line
                      JOIN collab_folder above ON above.id = line.above_id
                     WHERE NOT above.inherit_access
                  GROUP BY line.id
                )
                SELECT line.id, access.user_id, access.group_id, access.department_id,
                       MAX(CASE access.role %(levels)s END)
                  FROM line
                  JOIN collab_folder_access access ON access.folder_id = line.above_id
             LEFT JOIN cut ON cut.id = line.id
                 WHERE line.depth >= COALESCE(cut.depth, 0)
              GROUP BY line.id, access.user_id, access.group_id, access.department_id
                """,
                below=below,
                levels=SQL(" ").join(
                    SQL("WHEN %s THEN %s", role, level) for role, level in LEVELS.items()
                ),
            )
        )
        self.invalidate_model(flush=False)
        self.env["collab.document.rights"]._forget()

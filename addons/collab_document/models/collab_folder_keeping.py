from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, get_lang

from ..core.sizes import size_text


class CollabFolderKeeping(models.AbstractModel):
    """How long a folder has its documents kept, how much room there is, and its trash."""

    _name = "collab.folder.keeping"
    _description = "Keeping of a Folder"

    trashed_with_id = fields.Many2one(
        "collab.folder", readonly=True, copy=False, ondelete="set null", index="btree_not_null"
    )
    keep_days = fields.Integer(
        string="Keep for",
        tracking=True,
        help="Days after its last change that nobody can delete a document. Of this folder and "
        "those above, the longest time counts.",
    )
    dispose_days = fields.Integer(
        string="To the Trash after",
        tracking=True,
        help="Days after its last change that a document goes to the trash by itself. 0: as the "
        "folder above says, if this one inherits its rights.",
    )
    thin_days = fields.Integer(
        string="Thin out Drafts after",
        tracking=True,
        help="Days after which the files of drafts are deleted that were followed by another "
        "version; published versions are always kept. 0: as the folder above says, if this one "
        "inherits its rights.",
    )
    quota_mb = fields.Integer(
        string="Room (MB)",
        tracking=True,
        help="For all versions in the folder and those below it. 0: no limit of its own.",
    )
    quota_version = fields.Integer(
        readonly=True,
        copy=False,
        help="Counts what is added under a quota, so that no two pass each other.",
    )

    # more days than that, counted back from today, are no date of PostgreSQL's or Python's
    _days_in_range = models.Constraint(
        "CHECK (keep_days BETWEEN 0 AND 36500 AND dispose_days BETWEEN 0 AND 36500"
        " AND thin_days BETWEEN 0 AND 36500 AND quota_mb >= 0)",
        "Days are 0 to 36,500, which is a hundred years, and room cannot be negative.",
    )

    # ------------------------------------------------------------------
    # What the nearest folder says
    # ------------------------------------------------------------------

    @api.model
    def _rules_query(self, name):
        """Return a query of folder id and what holds there of `name`.

        Of how long documents are kept it is the longest that the folder or one above says, so
        that nobody below shortens it. Of all else it is what the nearest says, as far up as rights
        are inherited: whoever owns a folder has no say in one that is cut off.
        """
        self.flush_model(["parent_path", "inherit_access", name])
        above = SQL(
            """
              FROM collab_folder folder
              JOIN collab_folder above ON above.id = ANY(
                   string_to_array(rtrim(folder.parent_path, '/'), '/')::int[])
             WHERE above.%(name)s > 0
            """,
            name=SQL.identifier(name),
        )
        if name == "keep_days":
            return SQL(
                "SELECT folder.id AS folder_id, MAX(above.keep_days) AS value %s GROUP BY folder.id",
                above,
            )
        return SQL(
            """
            SELECT DISTINCT ON (folder.id) folder.id AS folder_id, above.%(name)s AS value
                   %(above)s
               AND NOT EXISTS (
                   SELECT FROM collab_folder cut
                    WHERE cut.id = ANY(
                          string_to_array(rtrim(folder.parent_path, '/'), '/')::int[])
                      AND length(cut.parent_path) > length(above.parent_path)
                      AND NOT cut.inherit_access)
          ORDER BY folder.id, length(above.parent_path) DESC
            """,
            name=SQL.identifier(name),
            above=above,
        )

    @api.model
    def _rules(self, name, folders):
        """Return folder id → the same, of `folders`."""
        rules = SQL(
            "SELECT folder_id, value FROM (%s) rule WHERE folder_id = ANY(%s)",
            self._rules_query(name),
            list(folders.ids),
        )
        return dict(self.env.execute_query(rules))

    def _check_still_kept(self, target):
        """Raise an error if what is in these folders would come to `target` from what a folder
        says of keeping, and the current user does not own that one: else whoever owns a folder
        below could take out what is to be kept, and delete it.
        """
        if self.env.su:
            return
        line = {int(one) for folder in self.sudo() for one in folder.parent_path.split("/")[:-1]}
        left = self.browse(line - target._paths())
        left.filtered(lambda folder: folder.sudo().keep_days)._check_role("owner")

    # ------------------------------------------------------------------
    # Room
    # ------------------------------------------------------------------

    def _paths(self):
        """Return the ids of the folders in which all of these are, themselves among them."""
        paths = [
            {int(folder_id) for folder_id in folder.parent_path.split("/")[:-1]}
            for folder in self.sudo()
        ]
        return set.intersection(*paths) if paths else set()

    def _check_quota(self, added, besides=()):
        """Raise an error if the folder, or one above it, has no room for `added` bytes.

        :param besides: ids of folders that are not looked at
        """
        self.flush_model(["quota_mb", "parent_path"])
        self.env["collab.document"].flush_model(["folder_id"])
        above = sorted(self._paths().difference(besides))
        # whoever adds at the same time has to see this, and begins anew
        limited = self.env.execute_query(
            SQL(
                "UPDATE collab_folder SET quota_version = COALESCE(quota_version, 0) + 1"
                " WHERE id = ANY(%s) AND quota_mb > 0"
                " RETURNING id, quota_mb::bigint * 1048576, parent_path",
                above,
            )
        )
        for folder_id, quota, path in limited:
            [[used]] = self.env.execute_query(
                SQL(
                    # the same bytes are there once: publishing what is there takes no room
                    "SELECT COALESCE(SUM(size), 0)::bigint"
                    " FROM (SELECT DISTINCT version.sha256, version.size"
                    " FROM collab_document_version version"
                    " JOIN collab_document document ON document.id = version.document_id"
                    " JOIN collab_folder folder ON folder.id = document.folder_id"
                    " WHERE folder.parent_path LIKE %s AND version.attachment_id IS NOT NULL) file",
                    f"{path}%",
                )
            )
            if used + added > quota:
                locale = get_lang(self.env).code
                raise UserError(
                    self.env._(
                        "There is no room in “%(folder)s”: %(used)s of %(quota)s are used.",
                        folder=self.browse(folder_id).sudo().name,
                        used=size_text(used, locale),
                        quota=size_text(quota, locale),
                    )
                )

    # ------------------------------------------------------------------
    # Trash
    # ------------------------------------------------------------------

    def _check_active(self):
        if closed := self.sudo().filtered(lambda folder: not folder.active):
            raise UserError(self.env._("The folder “%s” is in the trash.", closed[0].name))

    def action_trash(self):
        """Move the folders with all that is in them to the trash."""
        self._check_role("owner")
        for folder in self.filtered("active"):
            below = self.sudo().search([("id", "child_of", folder.id)])
            # also of what is cut off below
            below.sudo(self.env.su)._check_role("owner")
            documents = self.env["collab.document"].sudo()
            documents = documents.search([("folder_id", "in", below.ids)])
            documents._lock()
            documents._check_check_out()
            documents._trash(folder)
            below.write({"active": False, "trashed_with_id": folder.id})
        return True

    def action_archive(self):
        """As everywhere in Odoo: here that is the trash."""
        return self.action_trash()

    def action_unarchive(self):
        """As everywhere in Odoo: here that is out of the trash."""
        return self.action_untrash()

    def action_untrash(self):
        """Take the folders out of the trash, with what came there with them."""
        self._check_role("owner")
        for folder in self.filtered(lambda folder: not folder.active):
            if folder.parent_id and not folder.sudo().parent_id.active:
                raise UserError(
                    self.env._(
                        "Take the folder “%s” out of the trash first.",
                        folder.sudo().parent_id.name,
                    )
                )
            everything = self.sudo().with_context(active_test=False)
            below = everything.search([("trashed_with_id", "=", folder.id)])
            below.write({"active": True, "trashed_with_id": False})
            documents = self.env["collab.document"].sudo().with_context(active_test=False)
            documents.search([("trashed_with_id", "=", folder.id)])._untrash()
        return True

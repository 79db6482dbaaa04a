from odoo import api, models
from odoo.tools import SQL, ormcache

from ..core.roles import LEVELS

#: Fields that say what the current user can do; computed and searched by what is here
RIGHTS = ("can_read", "sees_drafts", "can_edit", "can_manage")

#: Fields of documents on which rights rest
DECISIVE = ["folder_id", "owner_id", "active", "published_id", "latest_id"]


class CollabDocumentRights(models.AbstractModel):
    """What the current user can do in the document centre, in SQL.

    Always for the user of the environment, also in superuser mode: record rules are checked in
    that mode. See ``docs/decisions/0011-who-may-read.md``.
    """

    _name = "collab.document.rights"
    _description = "Document Rights"

    # ------------------------------------------------------------------
    # Folders
    # ------------------------------------------------------------------

    @api.model
    def _folders(self, role):
        """Return a query of the ids of folders in which the user has `role`, or more."""
        if self.env.user.has_group("collab_base.group_collab_admin"):
            return SQL("SELECT id FROM collab_folder")
        if role == "reader" and self._reads_all():
            return SQL("SELECT id FROM collab_folder")
        return SQL(
            "SELECT folder_id FROM collab_folder_role WHERE level >= %s AND %s",
            LEVELS[role],
            self._granted(),
        )

    @api.model
    def _level(self, alias):
        """Return the level of the user's role in the folder of a document; 0 if they have none.

        For few documents: it looks for each of them.

        :param alias: of ``collab_document`` in the query
        """
        if self.env.user.has_group("collab_base.group_collab_admin"):
            return SQL("%s", LEVELS["owner"])
        return SQL(
            "GREATEST(%s, (SELECT MAX(level) FROM collab_folder_role WHERE folder_id = %s AND %s))",
            LEVELS["reader"] if self._reads_all() else 0,
            SQL.identifier(alias, "folder_id"),
            self._granted(),
        )

    @api.model
    def _granted(self):
        """Return the condition under which a row of ``collab_folder_role`` is for the user."""
        return SQL(
            # the last is an array too, so that each of the three is a look into its index
            "(user_id = %s OR group_id = ANY(%s) OR department_id = ANY(ARRAY(%s)))",
            self.env.uid,
            list(self.env.user._get_group_ids()),
            self._departments(),
        )

    @api.model
    def _departments(self):
        """Return a query of the ids of the departments of the user, and those above them."""
        return SQL(
            """
            SELECT unnest(string_to_array(rtrim(department.parent_path, '/'), '/'))::int
              FROM hr_employee employee
              JOIN hr_version version ON version.id = employee.current_version_id
              JOIN hr_department department ON department.id = version.department_id
             WHERE employee.user_id = %s AND employee.active
            """,
            self.env.uid,
        )

    @api.model
    def _reads_all(self):
        return self.env.user.has_group("collab_base.group_collab_auditor")

    # ------------------------------------------------------------------
    # Documents
    # ------------------------------------------------------------------

    @api.model
    def _documents(self, right, alias, level=None):
        """Return the condition under which the user has `right` on a document.

        :param right: one of :data:`RIGHTS`
        :param alias: of ``collab_document`` in the query
        :param level: what :meth:`_level` says of it, if the query has it; by default folders are
            looked for, once for all documents
        """
        self.env["collab.document"].flush_model(DECISIVE)
        return getattr(self, f"_condition_{right}")(alias, level)

    def _has(self, role, alias, level):
        """Return the condition under which the user has `role` in the folder of a document."""
        if level is not None:
            return SQL("%s >= %s", level, LEVELS[role])
        return SQL("%s IN (%s)", SQL.identifier(alias, "folder_id"), self._folders(role))

    def _condition_can_manage(self, alias, level):
        return self._has("owner", alias, level)

    def _condition_can_edit(self, alias, level):
        conditions = [
            self._has("editor", alias, level),
            SQL(
                "%s = %s AND %s",
                SQL.identifier(alias, "owner_id"),
                self.env.uid,
                self._has("contributor", alias, level),
            ),
        ]
        if linked := self._linked("write"):
            conditions.append(SQL("%s IN (%s)", SQL.identifier(alias, "id"), linked))
        return SQL("(%s)", SQL(" OR ").join(conditions))

    def _condition_sees_drafts(self, alias, level):
        return SQL("TRUE") if self._reads_all() else self._condition_can_edit(alias, level)

    def _condition_can_read(self, alias, level):
        if self._reads_all():
            return SQL("TRUE")
        reads = [self._has("reader", alias, level)]
        if linked := self._linked("read"):
            reads.append(SQL("%s IN (%s)", SQL.identifier(alias, "id"), linked))
        return SQL(
            "(%s AND %s IS NOT NULL AND (%s) OR %s)",
            SQL.identifier(alias, "active"),
            SQL.identifier(alias, "published_id"),
            SQL(" OR ").join(reads),
            self._condition_can_edit(alias, level),
        )

    # ------------------------------------------------------------------
    # Records that documents are linked to
    # ------------------------------------------------------------------

    @api.model
    def _linked(self, operation):
        """Return a query of the ids of documents that the user can read, or change, because of
        a record they are linked to; ``None`` if there can be none."""
        found = []
        for model_name in self._linked_models():
            records = self._records(model_name, operation)
            if records is not None:
                found.append(
                    SQL(
                        "SELECT document_id FROM collab_document_link"
                        " WHERE res_model = %s AND res_id IN %s%s",
                        model_name,
                        records,
                        SQL(" AND role = 'editor'") if operation == "write" else SQL(),
                    )
                )
        return SQL(" UNION ALL ").join(found) if found else None

    @api.model
    def _records(self, model_name, operation):
        """Return a query, in parentheses, of the records of a model that the user can read, or
        change; ``None`` if none."""
        # of records whose own rights rest on those of documents none counts while it is asked
        # for these: the one would ask the other for ever
        asked = self.env.cr.cache.setdefault("collab_document_rights", set())
        if model_name in asked:
            return None
        asked.add(model_name)
        try:
            return self._query_records(model_name, operation)
        finally:
            asked.discard(model_name)

    @api.model
    def _query_records(self, model_name, operation):
        # nothing of the caller's context but the companies they work in
        context = {"allowed_company_ids": self.env.context.get("allowed_company_ids") or []}
        context = {key: value for key, value in context.items() if value}
        model = (
            self.env[model_name].with_user(self.env.user).with_context(context, active_test=False)
        )
        if not model.has_access("read"):
            return None
        query = model._search([])
        if operation == "write":
            if not model.has_access("write"):
                return None
            rules = self.env["ir.rule"].with_env(model.env)._compute_domain(model_name, "write")
            may_write = model.sudo()._search(rules)
            if may_write.is_empty():
                return None
            query.add_where(
                SQL("%s IN %s", SQL.identifier(query.table, "id"), may_write.subselect())
            )
        # a query, also where the model has found its records by itself
        return None if query.is_empty() else query.subselect(SQL.identifier(query.table, "id"))

    @api.model
    @ormcache()
    def _linked_models(self):
        """Return the names of the models that any document is linked to."""
        rows = self.env.execute_query(SQL("SELECT DISTINCT res_model FROM collab_document_link"))
        return tuple(sorted(name for [name] in rows if name in self.env))

    # ------------------------------------------------------------------
    # The cache
    # ------------------------------------------------------------------

    @api.model
    def _forget(self):
        """Forget what the cache knows of rights: nothing tells it that they have changed."""
        for model_name in ("collab.document", "collab.document.version", "collab.folder"):
            model = self.env[model_name]
            names = [name for name in (*RIGHTS, "role") if name in model._fields]
            model.invalidate_model(names, flush=False)

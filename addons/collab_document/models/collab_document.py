import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.collab_guard.exceptions import GuardError
from odoo.addons.collab_guard.seal import spend

from ..arguments import checked_ids
from ..core.names import NameRefused, clean_name, with_extension
from ..events import tell

#: What people write directly; all else is written by the methods of the document
FREE = frozenset({"name", "folder_id", "description", "tag_ids", "owner_id"})


class CollabDocument(models.Model):
    """A file with its history, in a folder that says who may do what with it."""

    _name = "collab.document"
    _description = "Document"
    _inherit = [
        "collab.document.ruled",
        "collab.document.shown",
        "collab.document.versioned",
        "collab.document.checkout",
        "collab.document.keeping",
        "collab.document.record",
        "collab.document.finder",
        "collab.document.panel",
        "collab.document.told",
        "mail.activity.mixin",
    ]
    _order = "changed_at desc, id desc"
    _collab_kept = True  # see ir.model.fields in collab_guard
    #: Unlike other models of Collab it is work, and may be put under approval
    _collab_governable = True
    # readers may take part in the conversation about a document
    _mail_post_access = "read"

    name = fields.Char(required=True)
    folder_id = fields.Many2one("collab.folder", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="folder_id.company_id")
    owner_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
        help="Who added it: may go on with it as a contributor of its folder.",
    )
    description = fields.Text()
    tag_ids = fields.Many2many("collab.document.tag", string="Tags")
    favorite_user_ids = fields.Many2many(
        "res.users", "collab_document_favorite", "document_id", "user_id", groups=fields.NO_ACCESS
    )
    link_ids = fields.One2many("collab.document.link", "document_id", string="Records")

    _name_not_blank = models.Constraint("CHECK (btrim(name) <> '')", "A document needs a name.")
    _list_idx = models.Index("(changed_at DESC, id DESC) WHERE active IS TRUE")
    _folder_idx = models.Index("(folder_id, changed_at DESC, id DESC)")

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------

    def _search_can_read(self, operator, value):
        return self._search_right("can_read", operator, value)

    def _search_sees_drafts(self, operator, value):
        return self._search_right("sees_drafts", operator, value)

    def _search_can_edit(self, operator, value):
        return self._search_right("can_edit", operator, value)

    def _search_can_manage(self, operator, value):
        return self._search_right("can_manage", operator, value)

    def _search_right(self, right, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        rights = self.env["collab.document.rights"]
        return Domain.custom(to_sql=lambda model, alias, query: rights._documents(right, alias))

    def _check_right(self, right):
        """Raise an error if the current user lacks `right` on one of the documents.

        Unlike record rules this holds in superuser mode too, for the user whose mode it is:
        methods that people call check here what they may do, and go on as superuser.
        """
        self.check_access("read")
        self.env["collab.document.rights"]._forget()
        if lacking := self.filtered(lambda document: not document[right]):
            raise self._right_error(lacking[0], right)

    # ------------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not vals_list:
            return self.browse()
        return super(CollabDocument, self._break_seal("create")).create(vals_list)

    def write(self, vals):
        if not vals.keys() <= FREE:
            return super(CollabDocument, self._break_seal("write")).write(vals)
        vals = self._checked_vals(vals)
        renamed, moved = self._changed_by(vals)
        folder = self.env["collab.folder"].browse(vals.get("folder_id"))
        moved._check_move(folder)
        # whoever works on one must go on finding it
        moved._check_check_out()
        before = moved.folder_id._paths()
        names = {document.id: document.name for document in renamed}
        places = {document.id: document.folder_id for document in moved}
        result = super().write(vals)
        renamed._was_renamed(names)
        moved._was_moved(places)
        if moved:
            folder._check_quota(0, besides=before)
        return result

    def unlink(self):
        if not self:
            return True
        return super(CollabDocument, self._break_seal("unlink")).unlink()

    def _break_seal(self, operation):
        if not self.pool.ready:
            return self
        records = spend(self)
        if records is None:
            raise self._sealed_error(operation)
        return records

    def _checked_vals(self, vals):
        """Return `vals`, which people may write, as they are stored."""
        if "owner_id" in vals and not self.env.su:
            self._check_right("can_manage")
        if "folder_id" in vals:
            checked_ids(self.env, [vals["folder_id"]])
        if "name" in vals:
            # of a file, what is before a slash is where it comes from; here a person writes it
            name = vals["name"]
            name = re.sub(r"\s*[/\\]\s*", "-", name) if isinstance(name, str) else name
            return vals | {"name": self._checked_name(name)}
        return vals

    def _changed_by(self, vals):
        """Return those of the documents that `vals` rename, and those that they move."""
        return (
            self.filtered(lambda document: "name" in vals and document.name != vals["name"]),
            self.filtered(
                lambda document: "folder_id" in vals and document.folder_id.id != vals["folder_id"]
            ),
        )

    def _was_renamed(self, names):
        if self:
            tell(self, "renamed", names)
            self._title_changed()

    def _was_moved(self, places):
        if self:
            self.env["collab.document.rights"]._forget()
            tell(self, "moved", about=places)
            self._held_links_changed(Domain("id", "in", self.ids))

    def _check_move(self, folder):
        """Raise an error if the current user may not move the documents to `folder`."""
        if not self:
            return
        self._check_right("can_edit")
        if not self.env.su:
            own = self.filtered(lambda document: document.owner_id == self.env.user)
            own.folder_id._check_role("contributor")
            # whoever may change a document by a record it is linked to may not take it away
            (self - own).folder_id._check_role("editor")
            self.folder_id._check_still_kept(folder)
        folder._check_role("contributor")
        folder._check_active()
        self._check_not_held()

    @api.model
    def _checked_name(self, name):
        """Return `name` as it is stored; raise a sentence if it cannot be."""
        try:
            return clean_name(name if isinstance(name, str) else "")
        except NameRefused as error:
            raise self._name_error(error) from None

    def copy(self, default=None):  # pylint: disable=method-required-super
        """Add a copy of what the current user sees of each document, to the same folder."""
        copies = self.browse()
        for document in self:
            folder_id = (default or {}).get("folder_id") or document.folder_id.id
            folder = self.env["collab.folder"].browse(checked_ids(self.env, [folder_id]))
            copies |= document._copy_to(folder)
        return copies

    def _read_group_groupby(self, alias, groupby_spec, query):
        # Odoo does not ask who may read the field of a many2many
        if field := self._fields.get(groupby_spec):
            self._check_field_access(field, "read")
        return super()._read_group_groupby(alias, groupby_spec, query)

    # ------------------------------------------------------------------
    # Favourites
    # ------------------------------------------------------------------

    def _search_is_favorite(self, operator, value):
        if operator != "in":
            return NotImplemented
        marked = SQL(
            "(SELECT document_id FROM collab_document_favorite WHERE user_id = %s)", self.env.uid
        )
        return Domain("id", "in" if True in value else "not in", marked)

    def toggle_favorite(self):
        """Mark the documents as favourites of the current user, or no longer."""
        self.check_access("read")
        for favorite, documents in self.grouped("is_favorite").items():
            documents._set_favorite(not favorite)

    def _set_favorite(self, favorite):
        # in SQL, as a reader's mark is no change of the document
        if favorite:
            query = SQL(
                "INSERT INTO collab_document_favorite (document_id, user_id)"
                " SELECT unnest(%s::int[]), %s ON CONFLICT DO NOTHING",
                list(self.ids),
                self.env.uid,
            )
        else:
            query = SQL(
                "DELETE FROM collab_document_favorite WHERE document_id = ANY(%s) AND user_id = %s",
                list(self.ids),
                self.env.uid,
            )
        self.env.cr.execute(query)
        self.invalidate_recordset(["favorite_user_ids", "is_favorite"], flush=False)

    # ------------------------------------------------------------------
    # Sentences
    # ------------------------------------------------------------------

    def _sealed_error(self, operation):
        if operation == "create":
            message = self.env._("A document begins with a file: upload one to the folder.")
        elif operation == "unlink":
            message = self.env._("Move the document to the trash; from there it can be deleted.")
        else:
            message = self.env._(
                "This is kept by the document itself: it changes by checking in, publishing and"
                " the other actions of the document."
            )
        return GuardError(message)

    def _name_error(self, error):
        if error.reason == "too_long":
            return UserError(
                self.env._("The name is too long: it may have 200 characters at most.")
            )
        return UserError(self.env._("The document needs a name."))

    def _right_error(self, document, right):
        if right == "can_manage":
            return UserError(
                self.env._("Only owners of the folder can do that with “%s”.", document.name)
            )
        return UserError(
            self.env._("Only editors of the folder can do that with “%s”.", document.name)
        )

    def _file_name(self, version):
        """Return the name under which the file of `version` is saved."""
        return with_extension(self.name, version.sudo().name)

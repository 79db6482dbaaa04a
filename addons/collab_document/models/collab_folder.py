from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from odoo.addons.collab_guard.defaults import own_defaults

from ..arguments import checked_ids
from ..core.roles import LEVELS
from .collab_folder_access import PRINCIPALS

#: What an editor may change of a folder; the rest is for its owners
FREE = frozenset({"name", "description", "color", "sequence"})
#: What the folder keeps by itself, and nobody writes
KEPT = frozenset({"active", "trashed_with_id", "quota_version", "rights_version", "parent_path"})
#: What a new folder takes from the one it is in
LIKE_ABOVE = ("is_controlled", "allow_sharing", "watermark")


class CollabFolder(models.Model):
    """A place for documents that says who may do what with them."""

    _name = "collab.folder"
    _description = "Folder"
    _inherit = [
        "collab.document.ruled",
        "collab.folder.keeping",
        "collab.folder.tree",
        "collab.folder.mail",
    ]
    _parent_store = True
    _collab_kept = True  # see ir.model.fields in collab_guard
    #: Conditions of approval policies may ask for it
    _collab_governable = True
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=False, tracking=True)
    description = fields.Text()
    color = fields.Integer()
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    parent_id = fields.Many2one(
        "collab.folder", string="In Folder", ondelete="restrict", index=True, tracking=True
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("collab.folder", "parent_id", string="Folders in It")
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        recursive=True,
        readonly=False,
        index=True,
        help="Only for people who work in this company. What is in a folder belongs to the "
        "company of the folder.",
    )
    inherit_access = fields.Boolean(
        string="Inherit Rights",
        default=True,
        tracking=True,
        help="Also grants what the folder above grants.",
    )
    access_ids = fields.One2many("collab.folder.access", "folder_id", string="Rights")
    is_controlled = fields.Boolean(
        string="Drafts First",
        tracking=True,
        help="What is checked in is a draft, which editors see, until somebody publishes it. "
        "Otherwise it is published at once.",
    )
    allow_sharing = fields.Boolean(
        string="Sharing by Links",
        default=True,
        tracking=True,
        help="Editors may make links by which people outside get what is published.",
    )
    watermark = fields.Boolean(
        tracking=True,
        help="PDF files and pictures bear the company, the reader and the time, where they are"
        " shown, and where readers download them. Other files are as they are.",
    )
    document_ids = fields.One2many("collab.document", "folder_id", string="Documents")
    rights_version = fields.Integer(
        readonly=True, copy=False, help="Counts changes of rights, so that no two pass each other."
    )

    inherited_rights = fields.Text(compute="_compute_inherited_rights", compute_sudo=True)
    role = fields.Selection(
        selection=lambda self: (
            self.env["collab.folder.access"]._fields["role"]._description_selection(self.env)
        ),
        string="My Role",
        compute="_compute_role",
    )
    can_read = fields.Boolean(compute="_compute_role", search="_search_can_read")
    can_edit = fields.Boolean(compute="_compute_role", search="_search_can_edit")
    can_manage = fields.Boolean(compute="_compute_role", search="_search_can_manage")

    _name_not_blank = models.Constraint("CHECK (btrim(name) <> '')", "A folder needs a name.")

    @api.depends("parent_id.company_id")
    def _compute_company_id(self):
        for folder in self:
            folder.company_id = folder.parent_id.company_id or folder.company_id

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_role(self):
        """Set the strongest role of the current user; none where they have none."""
        rights = self.env["collab.document.rights"]
        levels = dict.fromkeys(self._ids, 0)
        ids = [folder_id for folder_id in self._origin._ids if folder_id]
        for role, level in LEVELS.items():
            query = SQL(
                "SELECT id FROM collab_folder WHERE id = ANY(%s) AND id IN (%s)",
                ids,
                rights._folders(role),
            )
            levels.update(dict.fromkeys((row[0] for row in self.env.execute_query(query)), level))
        names = [False, *LEVELS]
        for folder in self:
            level = levels.get(folder._origin.id, 0)
            folder.role = names[level]
            folder.can_read = level >= LEVELS["reader"]
            folder.can_edit = level >= LEVELS["editor"]
            folder.can_manage = level >= LEVELS["owner"]

    @api.depends("parent_id", "inherit_access", "access_ids")
    @api.depends_context("lang")
    def _compute_inherited_rights(self):
        """Set what the folders above grant here, a line each: who, as what, by which folder."""
        for folder in self:
            # as it is stored: a form may name any folder above
            lines, above = [], folder._origin
            while above.inherit_access and (above := above.parent_id):
                lines += [
                    self.env._(
                        "%(who)s: %(role)s, by “%(folder)s”",
                        who=access._principal().display_name,
                        role=access._role_name(),
                        folder=above.name,
                    )
                    for access in above.access_ids
                ]
            folder.inherited_rights = "\n".join(lines)

    def _search_can_read(self, operator, value):
        return self._search_role("reader", operator, value)

    def _search_can_edit(self, operator, value):
        return self._search_role("editor", operator, value)

    def _search_can_manage(self, operator, value):
        return self._search_role("owner", operator, value)

    def _search_role(self, role, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        folders = self.env["collab.document.rights"]._folders(role)
        return Domain("id", "in", SQL("(%s)", folders))

    def _check_role(self, role):
        """Raise an error if the current user lacks `role` in one of the folders."""
        if self.env.su or not self:
            return
        query = SQL(
            "SELECT id FROM unnest(%s) AS id WHERE id NOT IN (%s) OR id IN ("
            "SELECT id FROM collab_folder WHERE company_id <> ALL(%s))",
            list(self.ids),
            self.env["collab.document.rights"]._folders(role),
            list(self.env.companies.ids),
        )
        if lacking := self.env.execute_query(query):
            folder = self.browse(lacking[0]).sudo()
            if not folder.with_user(self.env.user).has_access("read"):
                raise AccessError(self.env._("You have no access to this folder."))
            texts = {
                "reader": self.env._("You have no access to this folder."),
                "contributor": self.env._(
                    "Only contributors of the folder “%s” can do that.", folder.name
                ),
                "editor": self.env._("Only editors of the folder “%s” can do that.", folder.name),
                "owner": self.env._("Only owners of the folder “%s” can do that.", folder.name),
            }
            raise AccessError(texts[role])

    def _check_owned(self):
        """Raise an error if one of the folders grants nobody the role of an owner.

        A folder that inherits is owned by whoever owns the one above.
        """
        tops = self.filtered(lambda folder: not folder.parent_id or not folder.inherit_access)
        if not tops:
            return
        owned = (
            self.env["collab.folder.access"]
            .sudo()
            ._read_group([("folder_id", "in", tops.ids), ("role", "=", "owner")], ["folder_id"])
        )
        for folder in tops - self.browse([folder.id for [folder] in owned]):
            raise ValidationError(
                self.env._(
                    "The folder “%s” needs an owner: give somebody that role first.", folder.name
                )
            )

    # ------------------------------------------------------------------
    # Making and changing
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._completed(vals) for vals in vals_list]
        self._check_alias_values(vals_list)
        parents = self.browse({vals["parent_id"] for vals in vals_list if vals.get("parent_id")})
        parents._check_role("editor")
        parents._check_active()
        if any(not vals.get("parent_id") for vals in vals_list):
            self._check_topmost()
        if any(vals.get("trashed_with_id") for vals in vals_list):
            self._check_kept({"trashed_with_id"})
        self._check_deviations(vals_list)
        # rights are granted last, by whoever has the right to by then
        granted = [vals.get("access_ids") for vals in vals_list]
        folders = super().create(
            [
                {name: value for name, value in vals.items() if name != "access_ids"}
                for vals in vals_list
            ]
        )
        # what the system makes for all belongs to whom it says, not to who happens to be there
        theirs = {
            folder
            for folder, commands in zip(folders, granted, strict=True)
            if self.env.su and self._names_owner(commands)
        }
        own = folders.filtered(
            lambda f: f not in theirs and (not f.parent_id or not f.inherit_access)
        )
        own._own()
        self.env["collab.folder.role"]._rebuild(folders)
        for folder, commands in zip(folders, granted, strict=True):
            # who makes it owns it already
            commands = [c for c in commands or () if folder not in own or not self._is_mine(c)]
            if commands:
                folder.write({"access_ids": commands})
        return folders

    @api.model
    def _names_owner(self, commands):
        """Whether commands make a row for an owner."""
        return any(
            command[0] == Command.CREATE and command[2].get("role") == "owner"
            for command in commands or ()
        )

    def _is_mine(self, command):
        """Whether a command makes a row for the current user."""
        return command[0] == Command.CREATE and command[2].get("user_id") == self.env.uid

    @api.model
    def default_get(self, fields):
        defaults = super().default_get(fields)
        # the name of a folder that is chosen is shown
        for name in ("parent_id", "trashed_with_id"):
            self.browse(defaults.get(name) or ()).check_access("read")
        return defaults

    @api.onchange("parent_id")
    def _onchange_parent_id(self):
        if self.parent_id and not self._origin:
            above = self.parent_id.sudo()
            self.update({name: above[name] for name in LIKE_ABOVE})

    @api.model
    def _completed(self, vals):
        """Return `vals` with all that a new folder gets: from the one it is in, and by default.

        Defaults come from the context and from people too: they are checked as what is given.
        """
        parent_id = vals.get("parent_id", self.default_get(["parent_id"]).get("parent_id"))
        above = self.browse(checked_ids(self.env, [parent_id] if parent_id else [])).sudo()
        vals = {name: above[name] for name in LIKE_ABOVE if above} | vals
        missing = [name for name in own_defaults(self) if name not in vals]
        return self.default_get(missing) | vals

    @api.model
    def _check_deviations(self, vals_list):
        """Raise an error if somebody who does not own the folder above makes one that is
        otherwise: it would not be what its owners have decided."""
        defaults = own_defaults(self)
        for vals in vals_list:
            above = self.browse(vals.get("parent_id") or ())
            usual = defaults | {name: above.sudo()[name] for name in LIKE_ABOVE if above}
            if any(
                (value or False) != (usual.get(name) or False)
                for name, value in vals.items()
                if name not in FREE | {"parent_id", "access_ids"}
            ):
                above._check_role("owner")

    def write(self, vals):
        self._check_alias_of(vals)
        if vals.keys() <= FREE:
            try:
                # as the rule of the model asks for an editor too
                return super().write(vals)
            except AccessError:
                self._check_role("editor")
                raise
        self._check_role("owner")
        self._check_kept(vals.keys())
        if vals.get("parent_id"):
            checked_ids(self.env, [vals["parent_id"]])
        moved = self.filtered(
            lambda folder: "parent_id" in vals and folder.sudo().parent_id.id != vals["parent_id"]
        )
        before = moved._paths()
        moved._check_move(self.browse(vals.get("parent_id") or ()))
        changed = moved or "inherit_access" in vals
        if changed:
            self.env["collab.folder.role"]._claim(self)
        if vals.get("inherit_access") is False:
            self._own()
        result = super().write(vals)
        if changed:
            self._rights_changed()
        moved._was_moved(before)
        return result

    def _check_kept(self, names):
        if not self.env.su and not KEPT.isdisjoint(names):
            raise UserError(self.env._("The folder keeps this by itself: use its buttons."))

    def _check_topmost(self):
        if not (self.env.su or self.env.user.has_group("collab_base.group_collab_process_owner")):
            raise AccessError(
                self.env._("A process owner makes the topmost folders; make this one in a folder.")
            )

    def _check_move(self, parent):
        """Raise an error if the current user may not move the folders into `parent`.

        A folder brings along what its owners have decided, and leaves what those above have: so
        it takes the owners of both.
        """
        if not self:
            return
        (self.sudo().parent_id.sudo(False) | parent)._check_role("owner")
        self.sudo().parent_id.sudo(self.env.su)._check_still_kept(parent)
        parent._check_active()
        if not parent:
            self._check_topmost()
        # a hold on a folder is on all that is in it
        self.env["collab.document"]._check_none_held(Domain("folder_id", "child_of", self.ids))

    def _was_moved(self, before):
        """Do what comes with another place.

        :param before: what :meth:`_paths` returned of the place before
        """
        if self:
            self[0]._check_quota(0, besides=before)
            # what is in it may be on hold by where it is now, and what it is linked to then
            self.env["collab.document"]._held_links_changed(
                Domain("folder_id", "child_of", self.ids)
            )

    def _own(self):
        """Make the current user owner of those of the folders that grant nobody that role."""
        access = self.env["collab.folder.access"].sudo()
        owned = access.search([("folder_id", "in", self.ids), ("role", "=", "owner")]).folder_id
        mine = access.search(
            [("folder_id", "in", (self - owned).ids), ("user_id", "=", self.env.uid)]
        )
        mine.write({"role": "owner"})
        access.create(
            [
                {"folder_id": folder.id, "user_id": self.env.uid, "role": "owner"}
                for folder in self - owned - mine.folder_id
            ]
        )

    def _rights_changed(self):
        self.env["collab.folder.role"]._rebuild(self)
        self._check_owned()

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A folder cannot be in itself."))

    @api.constrains("company_id", "parent_id")
    def _check_company_of_parent(self):
        for folder in self.sudo():
            company = folder.parent_id.company_id
            if company and folder.company_id != company:
                raise ValidationError(
                    self.env._(
                        "The folder “%(folder)s” belongs to %(company)s, as the folder it is in.",
                        folder=folder.name,
                        company=company.name,
                    )
                )

    def unlink(self):
        # not @api.ondelete: the context key that switches those methods off may come from a client
        if self.pool.ready:
            self.check_access("unlink")
            self._check_not_on_hold()
            self._check_empty()
        return super().unlink()

    def _check_not_on_hold(self):
        holds = self.env["collab.document.hold"].sudo()
        if holds.search_count([("folder_ids", "in", self.ids), ("lifted_at", "=", False)], limit=1):
            raise UserError(
                self.env._("The folder is on legal hold: it stays until that is lifted.")
            )

    def _check_empty(self):
        within = self.env["collab.document"].sudo().with_context(active_test=False)
        if within.search_count([("folder_id", "child_of", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "There are documents in it, perhaps in the trash: move or delete them first."
                )
            )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        names = [*PRINCIPALS, "role"]
        for folder, vals in zip(self, vals_list, strict=True):
            vals["name"] = self.env._("%s (copy)", folder.name)
            vals["access_ids"] = [
                (
                    0,
                    0,
                    {
                        name: row[name][0] if isinstance(row[name], tuple) else row[name]
                        for name in names
                    },
                )
                for row in folder.access_ids.read(names)
            ]
        return vals_list

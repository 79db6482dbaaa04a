from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..arguments import checked_ids

PRINCIPALS = ("user_id", "group_id", "department_id")


class CollabFolderAccess(models.Model):
    """A role that a folder grants to a person, a group or a department."""

    _name = "collab.folder.access"
    _collab_kept = True  # see ir.model.fields in collab_guard
    _description = "Folder Access"
    _inherit = ["collab.document.ruled"]
    _order = "folder_id, level desc, id"

    folder_id = fields.Many2one("collab.folder", required=True, ondelete="cascade", index=True)
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        ondelete="cascade",
        index="btree_not_null",
        domain=[("share", "=", False)],
    )
    group_id = fields.Many2one("res.groups", ondelete="cascade", index="btree_not_null")
    department_id = fields.Many2one(
        "hr.department",
        ondelete="cascade",
        index="btree_not_null",
        help="Whoever works in it, or in a department below it.",
    )
    role = fields.Selection(
        [
            ("reader", "Reader"),
            ("contributor", "Contributor"),
            ("editor", "Editor"),
            ("owner", "Owner"),
        ],
        required=True,
        default="reader",
        help="Reader: reads what is published. Contributor: adds documents and goes on with "
        "their own. Editor: sees drafts and changes all documents. Owner: also decides on rights, "
        "keeping and deletion.",
    )
    level = fields.Integer(compute="_compute_level", store=True)

    _one_principal = models.Constraint(
        "CHECK (num_nonnulls(user_id, group_id, department_id) = 1)",
        "Choose either a person, a group or a department.",
    )
    _principal_uniq = models.UniqueIndex(
        "(folder_id, COALESCE(user_id, 0), COALESCE(group_id, 0), COALESCE(department_id, 0))",
        "This person, group or department has a role in this folder already.",
    )

    def _principal(self):
        """Return the person, the group or the department."""
        return self.user_id or self.group_id or self.department_id

    def _role_name(self):
        return dict(self._fields["role"]._description_selection(self.env))[self.role]

    @api.depends("role")
    def _compute_level(self):
        roles = [role for role, __ in self._fields["role"].selection]
        for access in self:
            access.level = roles.index(access.role) + 1 if access.role else 0

    @api.depends("role", *PRINCIPALS)
    def _compute_display_name(self):
        labels = dict(self._fields["role"]._description_selection(self.env))
        for access in self:
            # whoever may see the rights of a folder may know for whom they are
            who = next(
                (access[name].sudo().display_name for name in PRINCIPALS if access[name]), ""
            )
            access.display_name = f"{who}: {labels.get(access.role, '')}"

    @api.constrains("user_id")
    def _check_user(self):
        if self.sudo().user_id.filtered("share"):
            raise ValidationError(
                self.env._("Only internal users have a role in a folder; share a link with others.")
            )

    @api.model
    def default_get(self, fields):
        defaults = super().default_get(fields)
        # the name of a folder that is chosen is shown
        self.env["collab.folder"].browse(defaults.get("folder_id") or ()).check_access("read")
        return defaults

    # -- whatever changes is worked out at once ------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # first, so that nobody else is told what there is
        folder_ids = [vals["folder_id"] for vals in vals_list if vals.get("folder_id")]
        folders = self.env["collab.folder"].browse(set(checked_ids(self.env, folder_ids)))
        folders._check_role("owner")
        records = super().create(vals_list)
        records._rights_changed(records.folder_id)
        return records

    def write(self, vals):
        folders = self.folder_id
        if "folder_id" in vals:
            # of both: the rules ask for the folder that it leaves, not for where it goes
            (folders | folders.browse(vals["folder_id"]))._check_role("owner")
        result = super().write(vals)
        self._rights_changed(folders | self.folder_id)
        return result

    def unlink(self):
        folders = self.folder_id
        result = super().unlink()
        self._rights_changed(folders)
        return result

    def _rights_changed(self, folders):
        folders = folders.exists()
        self.env["collab.folder.role"]._rebuild(folders)
        folders._check_owned()

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.collab_guard.exceptions import GuardError


class CollabDocument(models.Model):
    _inherit = "collab.document"

    approver_id = fields.Many2one(
        "res.users",
        string="Publication Approved by",
        compute="_compute_approver_id",
        search="_search_approver_id",
        compute_sudo=True,
    )

    @api.depends("folder_id.approver_id", "folder_id.parent_path")
    def _compute_approver_id(self):
        """Set who approves what is published in the folder: the nearest one that says so."""
        approvers = self.env["collab.folder"]._rules("approver_id", self.folder_id)
        for document in self:
            document.approver_id = approvers.get(document.folder_id.id, False)

    def _search_approver_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        rules = self.env["collab.folder"]._rules_query("approver_id")
        wanted = [one for one in value if one]
        with_one = fields.Domain(
            "folder_id",
            "in",
            SQL("(SELECT folder_id FROM (%s) rule WHERE value = ANY(%s))", rules, wanted),
        )
        if False not in value:
            return with_one
        without = fields.Domain(
            "folder_id", "not in", SQL("(SELECT folder_id FROM (%s) rule)", rules)
        )
        return without | with_one

    def _check_move(self, folder):
        """What is published elsewhere comes to where publications are approved by its owners
        only: they decide who approves."""
        result = super()._check_move(folder)
        if self and not self.env.su:
            approvers = self.env["collab.folder"]._rules("approver_id", self.folder_id | folder)
            approver = approvers.get(folder.id)
            if approver and any(
                document.published_id and approvers.get(document.folder_id.id) != approver
                for document in self
            ):
                folder._check_role("owner")
        return result

    def _reopen(self):
        result = super()._reopen()
        # at once, not at the end of the call: what comes next is no longer what was approved
        self.env["collab.approval.gate"]._end_signalled(self.sudo())
        return result

    def _pinned(self):
        """What was approved is never thinned out."""
        approved = (
            self.env["collab.approval.request"]
            .sudo()
            ._read_group(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("state", "=", "approved"),
                ],
                ["res_id"],
            )
        )
        return super()._pinned() | self.browse([res_id for [res_id] in approved])

    @api.model
    def _under_review(self, alias):
        self.env["collab.approval.request"].flush_model(["res_model", "res_id", "state"])
        return SQL(
            "(%s OR EXISTS (SELECT FROM collab_approval_request request"
            " WHERE request.res_model = 'collab.document' AND request.res_id = %s"
            " AND request.state = 'running'))",
            super()._under_review(alias),
            SQL.identifier(alias, "id"),
        )

    @api.private
    def add_version(self, file, base, publish=None, origin="uploaded", source=None):
        if self.is_under_review:
            # the gate would speak of fields that nobody has heard of
            raise GuardError(
                self.env._(
                    "“%s” is under review: a new version can be added once that is decided, or"
                    " withdrawn.",
                    self.name,
                )
            )
        return super().add_version(file, base, publish, origin, source)

    @api.readonly
    def details(self):
        return super().details() | {"approver": self.approver_id.sudo().name}

from odoo import models
from odoo.exceptions import UserError


class CollabRedemption(models.Model):
    """What is under review is decided there."""

    _inherit = "collab.redemption"

    def _compute_for_me(self):
        result = super()._compute_for_me()
        for redemption in self._reviewed():
            redemption.can_decide = False
        return result

    def _check_decides(self):
        self.check_access("read")
        if reviewed := self._reviewed()[:1]:
            raise UserError(
                self.env._(
                    "“%s” is under review: approve or reject it there.", reviewed.display_name
                )
            )
        return super()._check_decides()

    def _reviewed(self):
        rows = self.env["collab.approval.binding"]._open_requests(
            self._name, self.ids, ("running",)
        )
        return self.browse(row.res_id for row in rows)

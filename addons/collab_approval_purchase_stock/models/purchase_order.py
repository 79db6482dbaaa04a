from odoo import api, fields, models
from odoo.fields import Domain


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    is_in_approval = fields.Boolean(
        string="Under Review or Approved",
        compute="_compute_is_in_approval",
        search="_search_is_in_approval",
        compute_sudo=True,
    )

    def _compute_is_in_approval(self):
        inside = self.search([("id", "in", self.ids), ("is_in_approval", "=", True)])
        for order in self:
            order.is_in_approval = order._origin in inside

    @api.model
    def _search_is_in_approval(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        if False in value:
            return Domain.TRUE
        requests = self.env["collab.approval.request"].sudo()
        open_ones = requests._search(
            [("res_model", "=", self._name), ("state", "in", ("running", "approved"))]
        )
        return [("id", "in", open_ones.subselect("res_id"))]

from odoo import models


class StockRule(models.Model):
    _inherit = "stock.rule"

    def _make_po_get_domain(self, company_id, values, partner):
        """Odoo adds new needs to a draft order of the vendor. What is under review, or approved
        and not confirmed yet, stays as it is: they go to another order."""
        domain = super()._make_po_get_domain(company_id, values, partner)
        return (*domain, ("is_in_approval", "=", False))

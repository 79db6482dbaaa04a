from odoo import models
from odoo.exceptions import UserError

#: What of a source says which work counts, and whose it is
WHAT = frozenset(
    {"accepted_field_id", "company_id", "date_field_id", "domain", "model_id", "person_field_id"}
)


class CollabWorkSource(models.Model):
    _inherit = "collab.work.source"

    def write(self, vals):
        if not WHAT.isdisjoint(vals):
            self._check_no_points(
                self.env._(
                    "The rule “%s” gives points for this work as it is: make another source."
                )
            )
        return super().write(vals)

    def unlink(self):
        # not @api.ondelete: the context key that switches it off may come from a client
        if self.pool.ready:
            self._check_no_points(
                self.env._("The rule “%s” gives points for this work: archive it instead.")
            )
        return super().unlink()

    def _check_no_points(self, sentence):
        rules = self.env["collab.point.rule"].sudo().with_context(active_test=False)
        if rule := rules.search([("source_id", "in", self.ids), ("state", "!=", "draft")], limit=1):
            raise UserError(sentence % rule.name)

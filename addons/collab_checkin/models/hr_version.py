from odoo import api, models

#: Of a contract, what says by which calendar somebody works when
WHEN = frozenset(
    {"contract_date_end", "contract_date_start", "date_version", "resource_calendar_id"}
)


class HrVersion(models.Model):
    _inherit = "hr.version"

    @api.model_create_multi
    def create(self, vals_list):
        versions = super().create(vals_list)
        versions._collab_changed()
        return versions

    def write(self, vals):
        result = super().write(vals)
        if not WHEN.isdisjoint(vals):
            self._collab_changed()
        return result

    def unlink(self):
        self._collab_changed()
        return super().unlink()

    def _collab_changed(self):
        if users := self.sudo().employee_id.user_id:
            self.env["collab.participant"]._calendars_changed(users)

from odoo import api, models
from odoo.exceptions import AccessError

#: Who is away when
WHEN = frozenset({"calendar_id", "company_id", "date_from", "date_to", "resource_id", "time_type"})


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._collab_check_not_own()
        leaves._collab_changed()
        return leaves

    def write(self, vals):
        concerned = not WHEN.isdisjoint(vals)
        if concerned:
            self._collab_check_not_own()
            self._collab_changed()
        result = super().write(vals)
        if concerned:
            self._collab_check_not_own()
            self._collab_changed()
        return result

    def unlink(self):
        self._collab_check_not_own()
        self._collab_changed()
        return super().unlink()

    def _collab_check_not_own(self):
        """Odoo lets everybody write when they themselves are away, past what grants them time off:
        a streak would have no gaps, and no decision would be late."""
        if self.env.su or self.env["resource.calendar"].has_access("write"):
            return
        if self.env.user in self.sudo().resource_id.user_id:
            raise AccessError(self.env._("When you are away is entered by asking for time off."))

    def _collab_changed(self):
        """Have the streaks of those whose leave it is worked out anew; of all for a holiday."""
        if self:
            resources = self.sudo().resource_id
            everybody = any(not leave.resource_id for leave in self.sudo())
            users = None if everybody else resources.user_id | resources.employee_id.user_id
            self.env["collab.participant"]._calendars_changed(users)

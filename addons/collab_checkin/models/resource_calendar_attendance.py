from odoo import api, models


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        attendances = super().create(vals_list)
        self.env["collab.participant"]._calendars_changed()
        return attendances

    def write(self, vals):
        result = super().write(vals)
        self.env["collab.participant"]._calendars_changed()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["collab.participant"]._calendars_changed()
        return result

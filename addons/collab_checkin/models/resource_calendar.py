from odoo import models

#: Of a calendar, what says which days are worked
DAYS = frozenset({"flexible_hours", "two_weeks_calendar", "tz"})


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def write(self, vals):
        result = super().write(vals)
        if not DAYS.isdisjoint(vals):
            self.env["collab.participant"]._calendars_changed()
        return result

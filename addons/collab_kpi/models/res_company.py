from odoo import fields, models

from ..core.periods import Calendar

WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]


class ResCompany(models.Model):
    _inherit = "res.company"

    collab_week_start = fields.Selection(
        WEEKDAYS, string="Weeks Begin On", required=True, default="0"
    )

    def _collab_calendar(self):
        """Return how the company divides time: the zone is that of its working hours, the fiscal
        year that of its accounting, from the nearest first day of a month on."""
        self.ensure_one()
        company = self.sudo()
        last_month = 12
        if "fiscalyear_last_month" in company._fields:
            month, day = int(company.fiscalyear_last_month), company.fiscalyear_last_day
            last_month = month if day > 14 else month - 1
        return Calendar(
            company.resource_calendar_id.tz or company.partner_id.tz or "UTC",
            int(company.collab_week_start),
            last_month % 12 + 1,
        )

from odoo import models

#: Of a resource, what says whose calendar it gives; an employee's user, archive flag and time zone
#: are those of the resource
WHOSE = frozenset({"active", "calendar_id", "company_id", "tz", "user_id"})


class ResourceResource(models.Model):
    _inherit = "resource.resource"

    def write(self, vals):
        if WHOSE.isdisjoint(vals):
            return super().write(vals)
        # who has it no longer works by another calendar, too
        users = self.sudo().user_id
        result = super().write(vals)
        users |= self.sudo().user_id
        if users:
            self.env["collab.participant"]._calendars_changed(users)
        return result

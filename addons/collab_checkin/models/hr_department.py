from odoo import api, models


class HrDepartment(models.Model):
    _inherit = "hr.department"

    @api.model_create_multi
    def create(self, vals_list):
        departments = super().create(vals_list)
        if departments.manager_id:
            self._collab_managers_changed()
        return departments

    def write(self, vals):
        result = super().write(vals)
        if "manager_id" in vals:
            self._collab_managers_changed()
        return result

    def _collab_managers_changed(self):
        """Menus are kept by user, and whether there is one for participation depends on this."""
        self.env.registry.clear_cache()

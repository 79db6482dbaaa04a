from odoo import models

from ..teams import leads


class ResUsers(models.Model):
    _inherit = "res.users"

    def _collab_leads(self):
        """Return whether somebody leads others, for whose kudos come first on the wall."""
        self.ensure_one()
        return leads(self)

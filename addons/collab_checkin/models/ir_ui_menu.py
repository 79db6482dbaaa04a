from odoo import models


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        """Who is responsible for nobody has no participation to look at."""
        hidden = super()._load_menus_blacklist()
        if not self.env["collab.participation"]._is_for_user():
            menu = self.env.ref("collab_checkin.menu_collab_participation", False)
            hidden.extend(menu.ids if menu else [])
        return hidden

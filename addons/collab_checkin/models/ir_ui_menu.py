from odoo import models


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        """Who is responsible for nobody has no participation to look at, and who is for no reward
        has no redemptions."""
        hidden = super()._load_menus_blacklist()
        for name in ("participation", "redemption"):
            if not self.env[f"collab.{name}"]._is_for_user():
                menu = self.env.ref(f"collab_checkin.menu_collab_{name}", False)
                hidden.extend(menu.ids if menu else [])
        return hidden

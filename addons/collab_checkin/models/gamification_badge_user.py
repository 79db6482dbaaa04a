from odoo import models


class GamificationBadgeUser(models.Model):
    _inherit = "gamification.badge.user"

    def write(self, vals):
        if not self.env.su and not {"badge_id", "user_id"}.isdisjoint(vals):
            # Odoo asks who may grant a badge when it is given, and everybody may write on those
            # that there are: one for a favour would become one for a hundred days.
            for badge in self.badge_id | self.badge_id.browse(vals.get("badge_id")):
                badge.check_granting()
        return super().write(vals)

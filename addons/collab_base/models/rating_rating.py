from odoo import api, models
from odoo.exceptions import ValidationError

from ..own import is_own


class RatingRating(models.Model):
    """Nothing of Collab is rated: who has the link of a rating reads the name of what it is of, and
    writes there, as superuser."""

    _inherit = "rating.rating"

    @api.constrains("res_model_id", "parent_res_model_id", "message_id")
    def _check_not_collab(self):
        for rating in self.sudo():
            about = (rating.res_model, rating.parent_res_model, rating.message_id.model)
            if any(map(is_own, about)):
                raise ValidationError(self.env._("This is not rated."))

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

#: What Collab counts for goals, all of them at once
OURS = ("collab_source", "collab_streak")


class GamificationGoalDefinition(models.Model):
    _inherit = "gamification.goal.definition"

    computation_mode = fields.Selection(
        selection_add=[
            ("collab_source", "Automatic: pieces of work"),
            ("collab_streak", "Automatic: longest streak of check-ins"),
        ],
        # by hand, as is the default: goals outlive what has counted for them
        ondelete=dict.fromkeys(OURS, "set default"),
    )
    collab_source_id = fields.Many2one(
        "collab.work.source", string="Work", ondelete="restrict", index="btree_not_null"
    )
    collab_by_other = fields.Boolean(
        string="Accepted by Somebody Else",
        default=True,
        help="Only work counts that somebody else has accepted, closed or asked for.",
    )

    @api.constrains("computation_mode", "collab_source_id", "collab_by_other")
    def _check_collab_source(self):
        for definition in self.filtered(lambda one: one.computation_mode == "collab_source"):
            source = definition.collab_source_id.sudo()
            if not source:
                raise ValidationError(
                    self.env._("Choose which work the goal “%s” counts.", definition.name)
                )
            if definition.collab_by_other and not source.accepted_field_id:
                raise ValidationError(
                    self.env._(
                        "“%(work)s” does not say who accepts it. Say so there, or have “%(rule)s” "
                        "count what nobody else has accepted.",
                        work=source.name,
                        rule=definition.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        definitions = super().create(vals_list)
        definitions._check_not_private()
        return definitions

    def write(self, vals):
        result = super().write(vals)
        if "model_id" in vals:
            self._check_not_private()
        return result

    def _check_not_private(self):
        """Raise an error if Odoo is to count what people keep to themselves: it does so as
        superuser, and whoever makes challenges sees how far everybody is."""
        for model in [] if self.env.su else self.sudo().model_id:
            if getattr(self.env.get(model.model), "_collab_private", False):
                raise AccessError(
                    self.env._(
                        "“%s” is what people keep to themselves: no goal counts it.", model.name
                    )
                )

from babel.dates import format_skeleton

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import babel_locale_parse, format_date, get_lang

KINDS = [("work", "Work"), ("reward", "Reward")]


class CollabPointEntry(models.Model):
    """Points given, or taken back: what somebody has is the sum of their entries.

    Entries are only ever added, by ``counting`` and its like.
    """

    _name = "collab.point.entry"
    _description = "Point Entry"
    _inherit = ["collab.sealed.mixin"]
    #: See ``collab_base.asking``
    _collab_private = True
    _order = "id desc"

    user_id = fields.Many2one(
        "res.users", string="Person", required=True, readonly=True, ondelete="cascade"
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    name = fields.Char(string="For", required=True, readonly=True, translate=True)
    points = fields.Integer(required=True, readonly=True)
    # empty once the rule's application is uninstalled
    rule_id = fields.Many2one("collab.point.rule", readonly=True, ondelete="set null")
    redemption_id = fields.Many2one(
        "collab.redemption", readonly=True, ondelete="set null", index="btree_not_null"
    )
    period = fields.Date(
        string="First Day", readonly=True, help="Of the day, week or month it is for."
    )

    period_name = fields.Char(string="Period", compute="_compute_period_name")

    # the balance from the index alone
    _balance_idx = models.Index("(user_id) INCLUDE (points)")
    _group_idx = models.Index("(rule_id, period, user_id) INCLUDE (points)")
    # what came in lately, of whom
    _recent_idx = models.Index("(create_date) INCLUDE (user_id, points, kind)")

    @api.depends("period", "rule_id")
    @api.depends_context("lang")
    def _compute_period_name(self):
        for entry in self:
            entry.period_name = entry.period and entry._name_of_period()

    def _name_of_period(self):
        kind = self.rule_id.sudo().period
        if kind == "month":
            locale = babel_locale_parse(get_lang(self.env).code)
            return format_skeleton("yMMMM", self.period, locale=locale)
        day = format_date(self.env, self.period)
        return self.env._("Week of %s", day) if kind == "week" else day

    @api.model
    @api.readonly
    def balance(self):
        """Return how many points the current user has."""
        [[points]] = self.sudo()._read_group(
            [("user_id", "=", self.env.uid)], aggregates=["points:sum"]
        )
        return points or 0

    def action_open_records(self):
        """Open the records that count for the entry's rule, person and period; of these, the ones
        that the user may read."""
        self.ensure_one()
        self.check_access("read")
        rule = self.rule_id.sudo()
        model = rule.source_id.model
        if not model or not self.env[model].has_access("read"):
            raise UserError(self.env._("You may not see the records that “%s” counts.", self.name))
        tally = self.env["collab.point.tally"].search(
            [
                ("rule_id", "=", rule.id),
                ("user_id", "=", self.user_id.id),
                ("period", "=", self.period),
            ]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": model,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", tally._records().get(tally.id, []))],
            "context": {"active_test": False, "create": False},
        }

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..baseline import baselines
from ..core.periods import LONGER
from .collab_kpi_value import PERIODS


class CollabKpiTarget(models.Model):
    """What an indicator is to come to, from a day on."""

    _name = "collab.kpi.target"
    _description = "KPI Target"
    _inherit = ["collab.text.mixin"]
    _order = "kpi_id, since desc, id desc"

    kpi_id = fields.Many2one(
        "collab.kpi", string="KPI", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", help="Empty: of each company.")
    grain = fields.Selection(
        PERIODS,
        string="Period",
        required=True,
        compute="_compute_grain",
        store=True,
        readonly=False,
        precompute=True,
    )
    since = fields.Date(
        string="Valid From",
        required=True,
        default=lambda self: fields.Date.today().replace(month=1, day=1),
        help="For periods that begin then or later, until there is another target.",
    )
    kind = fields.Selection(
        [("at_least", "At least"), ("at_most", "At most"), ("between", "Between")],
        string="Aim",
        required=True,
        compute="_compute_kind",
        store=True,
        readonly=False,
        precompute=True,
    )
    value = fields.Float(string="Target", required=True)
    upper = fields.Float(string="And")
    warning = fields.Float(
        string="Warning Margin",
        help="By how much the target may be missed for a warning; by more it is a breach.",
    )
    hysteresis = fields.Float(
        string="Steadiness",
        help="By how much better than the line a figure has to be for the status to get better, so"
        " that it does not change with every little move.",
    )
    grace = fields.Integer(
        string="Days of Grace", help="A breach that lasts so long is told to who is responsible."
    )
    is_running = fields.Boolean(
        string="While the Period Runs",
        help="Figures are judged before their period is over. For averages and shares, not for what"
        " adds up.",
    )
    status_ids = fields.One2many("collab.kpi.status", "target_id", readonly=True)
    baseline = fields.Char(
        compute="_compute_baseline",
        help="What it came to on average, period by period, in the twelve months before: where one"
        " starts from.",
    )

    _once_uniq = models.UniqueIndex(
        "(kpi_id, grain, since, COALESCE(company_id, 0))",
        "There is a target for this period from this day on already.",
    )
    _margins_range = models.Constraint(
        "CHECK(COALESCE(warning, 0) >= 0 AND COALESCE(hysteresis, 0) >= 0 AND grace BETWEEN 0 AND 366)",
        "Margins and days of grace are not negative.",
    )
    _between_range = models.Constraint(
        "CHECK(kind != 'between' OR upper - value >= 2 * COALESCE(hysteresis, 0))",
        "“Between” goes from the smaller number to the greater one, and is at least twice as wide as"
        " the steadiness.",
    )

    @api.depends("kpi_id")
    def _compute_grain(self):
        for target in self:
            target.grain = target.grain or target.kpi_id.period

    @api.depends("kpi_id")
    def _compute_kind(self):
        for target in self:
            default = "at_most" if target.kpi_id.direction == "down" else "at_least"
            target.kind = target.kind or default

    @api.depends("kpi_id", "grain", "since", "company_id")
    @api.depends_context("uid", "lang", "company")
    def _compute_baseline(self):
        found = baselines(self)
        for target in self:
            target.baseline = found.get(target, False)

    @api.constrains("grain", "kpi_id")
    def _check_grain(self):
        for target in self:
            if target.grain not in (target.kpi_id.period, *LONGER[target.kpi_id.period]):
                raise ValidationError(
                    self.env._("“%s” has no figures of such periods.", target.kpi_id.name)
                )

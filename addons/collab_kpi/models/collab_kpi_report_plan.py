import logging
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.service.model import retrying

from ..core.periods import shift, start_of
from ..reports import draft, issue
from ..windows import today

_logger = logging.getLogger(__name__)


class CollabKpiReportPlan(models.Model):
    """Which dashboard is issued as a report, of which periods, who signs it, and who is sent it."""

    _name = "collab.kpi.report.plan"
    _description = "Report Plan"
    _inherit = ["collab.text.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    note = fields.Text(string="Introduction", translate=True, help="Stands on top of each report.")
    dashboard_id = fields.Many2one(
        "collab.dashboard",
        required=True,
        ondelete="restrict",
        domain=[("is_shared", "=", True)],
        tracking=True,
        help="Its tiles are what is in the report.",
    )
    period = fields.Selection(
        [("week", "Week"), ("month", "Month"), ("quarter", "Quarter"), ("year", "Year")],
        required=True,
        default="month",
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, tracking=True
    )
    delay = fields.Integer(
        string="Days After the End",
        default=5,
        tracking=True,
        help="Not before the figures are final: see the days until then of each indicator.",
    )
    owner_id = fields.Many2one(
        "res.users",
        string="Responsible",
        required=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        tracking=True,
    )
    signer_id = fields.Many2one(
        "res.users",
        string="Signed By",
        domain=[("share", "=", False)],
        tracking=True,
        help="Issues each report, after a look at the draft. Empty: it is issued by itself.",
    )
    subscriber_ids = fields.Many2many(
        "res.users",
        string="Subscribers",
        domain=[("share", "=", False)],
        help="Are sent each report, in their language, if they may see all of its figures.",
    )
    report_ids = fields.One2many("collab.kpi.report", "plan_id", string="Reports", readonly=True)
    trouble = fields.Char(readonly=True, copy=False)

    _delay_range = models.Constraint(
        "CHECK(delay BETWEEN 0 AND 366)", "A report comes 0 to 366 days after the end of a period."
    )

    @api.constrains("dashboard_id")
    def _check_dashboard(self):
        for plan in self.sudo():
            if not plan.dashboard_id.is_shared:
                raise ValidationError(
                    self.env._("“%s” is shared with nobody.", plan.dashboard_id.name)
                )

    def write(self, vals):
        if "trouble" in vals:
            raise UserError(self.env._("Use the buttons."))
        return super().write(vals)

    def unlink(self):
        # not @api.ondelete: the context key that switches it off may come from a client
        if self.pool.ready:
            self._check_no_reports()
        return super().unlink()

    def _check_no_reports(self):
        for plan in self:
            if plan.sudo().report_ids:
                raise UserError(self.env._("“%s” has reports: archive it instead.", plan.name))

    def action_draft(self):
        """Make a draft of the last period that is over, or open the one that there is."""
        self.ensure_one()
        self.check_access("write")
        start = self._last_start()
        report = self._report(start)
        if not report:
            report = draft(self.sudo(), start).with_env(self.env)
        return {
            "type": "ir.actions.act_window",
            "res_model": report._name,
            "res_id": report.id,
            "view_mode": "form",
        }

    def _report(self, start):
        """Return the report on a period, if there is one."""
        return self.report_ids.filtered(lambda one: (one.period, one.start) == (self.period, start))

    def _last_start(self):
        """Return the first day of the last period that is over where the company is."""
        calendar = self.company_id._collab_calendar()
        return shift(start_of(today(calendar), self.period, calendar), self.period, -1)

    @api.model
    def _cron_draft(self):
        """Make what is due; what nobody signs is issued."""
        cron = self.env["ir.cron"]
        plans = self.sudo().search([("company_id.active", "=", True)])
        if not cron._commit_progress(remaining=len(plans)):
            return
        for plan in plans:
            try:
                retrying(partial(plan._make_due), self.env)
            except Exception as error:
                self.env.cr.rollback()
                if not isinstance(error, UserError):
                    _logger.exception("The report plan %s cannot be followed", plan.id)
                plan._step({"trouble": str(error)})
            if not cron._commit_progress(1):
                break

    def _make_due(self):
        if not self.try_lock_for_update(allow_referencing=True):
            return
        start = self._last_start()
        day = today(self.company_id._collab_calendar())
        if day < shift(start, self.period, 1) + timedelta(days=self.delay):
            return
        report = self._report(start)
        if not report:
            report = draft(self, start)
            if not self.signer_id:
                issue(report, self.owner_id)
        self._step({"trouble": False})

    def _step(self, vals):
        return super().write(vals)  # pylint: disable=super-method-mismatch

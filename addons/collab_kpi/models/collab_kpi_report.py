from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..core.canonical import differences, digest
from ..issuing import counted_again
from ..known import known
from ..labels import Labels
from ..reading import Sight
from ..reports import calendar_of, issue, refresh, words_of


class CollabKpiReport(models.Model):
    """A report on a period, of one company. As a draft it can be made anew; once it is issued it is
    changed by nobody (decision 0017)."""

    _name = "collab.kpi.report"
    _description = "Report"
    _inherit = ["collab.sealed.mixin"]
    _order = "start desc, id desc"

    plan_id = fields.Many2one(
        "collab.kpi.report.plan", required=True, readonly=True, ondelete="restrict", index=True
    )
    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    period = fields.Char(readonly=True, required=True)
    start = fields.Date(string="From", required=True, readonly=True)
    until = fields.Date(readonly=True, required=True, help="The day after the last.")
    state = fields.Selection(
        [("draft", "Draft"), ("issued", "Issued")],
        string="Status",
        required=True,
        readonly=True,
        default="draft",
    )
    content = fields.Json(readonly=True, required=True)
    digest = fields.Char(
        string="SHA-256", size=64, required=True, readonly=True, help="Of all that it says."
    )
    version_ids = fields.Many2many("collab.kpi.version", string="Counted By", readonly=True)
    has_nobody = fields.Boolean(
        readonly=True, help="Some of its figures are of records that are of no company."
    )
    previous_id = fields.Many2one(
        "collab.kpi.report", string="The One Before", readonly=True, ondelete="restrict"
    )
    comment = fields.Text(readonly=True)
    issued_at = fields.Datetime(string="Issued", readonly=True)
    issued_by = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    file_ids = fields.One2many("collab.kpi.report.file", "report_id", string="Files", readonly=True)

    # what the record rules ask
    is_visible = fields.Boolean(
        compute="_compute_is_visible", search="_search_is_visible", export_string_translation=False
    )

    _once_uniq = models.UniqueIndex(
        "(plan_id, period, start)", "There is a report on this period already."
    )

    @api.depends("start", "content")
    @api.depends_context("lang")
    def _compute_name(self):
        for report in self:
            label = Labels(self.env, report.period, calendar_of(report)).long(report.start)
            report.name = f"{words_of(report)['name']} – {label}"

    @api.depends("name")
    def _compute_display_name(self):
        for report in self:
            report.display_name = report.name

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_is_visible(self):
        found = self.sudo().search([("id", "in", self.ids), ("is_visible", "=", True)])
        for report in self:
            report.is_visible = report in found

    @api.model
    def _search_is_visible(self, operator, value):
        """Find those of which the current user may see each figure, that are issued, or of which they
        are responsible."""
        if operator != "in":
            return NotImplemented
        kpis = known(self.env)
        sight = Sight(self.env, kpis)
        every = {one for kpi in kpis.values() for one in kpi.definitions}
        hidden = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("version_ids", "in", list(every - set(sight.versions(company.id))))
            for company in self.env.companies
        ) | (
            Domain("has_nobody", "=", True)
            & Domain("version_ids", "in", list(every - set(sight.versions(None))))
        )
        return Domain("company_id", "in", self.env.companies.ids) & ~hidden

    # ------------------------------------------------------------------
    # Acting
    # ------------------------------------------------------------------

    def action_refresh(self):
        """Make a draft anew, of the figures that there are now."""
        self._check_may_sign()
        for report in self.sudo():
            refresh(report)
        return True

    def action_issue(self):
        """Issue reports: from then on they are as they are."""
        self._check_may_sign()
        for report in self:
            issue(report.sudo(), self.env.user)
        return True

    def _check_may_sign(self):
        """Refuse who may not issue the reports, and what has been issued."""
        self.check_access("read")
        for report in self:
            plan = report.sudo().plan_id
            if report.state != "draft":
                raise UserError(self.env._("“%s” has been issued: it stays as it is.", report.name))
            if self.env.user != (plan.signer_id or plan.owner_id):
                raise AccessError(
                    self.env._(
                        "“%(report)s” is issued by %(who)s.",
                        report=report.name,
                        who=(plan.signer_id or plan.owner_id).name,
                    )
                )

    def action_check(self):
        """Count the figures again by the versions that the report names, and tell whether they are the
        same."""
        self.ensure_one()
        self.check_access("read")
        report = self.sudo()
        env = self.env(su=True, context={"allowed_company_ids": report.company_id.ids})
        again = counted_again(env, report.content)
        intact = digest(report.content) == report.digest
        files = all(one._is_intact() for one in report.file_ids)
        if not intact or not files:
            said, kind = self.env._("The report is not what was issued."), "danger"
        elif digest(again) == report.digest:
            said, kind = self.env._("The same figures: %s", report.digest), "success"
        else:
            number = len({path[:2] for path, __, __ in differences(report.content, again)})
            said = self.env._(
                "Counted again today, %s figures are others: records of the period have changed since."
                " The report stays as it is.",
                number,
            )
            kind = "warning"
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": kind, "message": said, "sticky": kind != "success"},
        }

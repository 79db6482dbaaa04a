from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import date_utils

from ..core.days import local_day
from ..participation import count_week

#: Weeks that are counted when they have not been, as nobody ran the crons
WEEKS = 4
#: Where a week is over last
WESTERNMOST = "Etc/GMT+12"


class CollabParticipation(models.Model):
    """How many of a department took part in a week, for who is responsible for them; never who.

    A row is counted once, when the week is over, of those who are of the department itself then:
    whoever comes, goes or moves afterwards changes none, so that nobody is seen by the difference.
    Departments of few people have no row, for nobody. What this does not prevent: where all of
    them did, or none, that is known of each; and who can give users departments can make one of
    somebody and four that are nobody.
    """

    _name = "collab.participation"
    _description = "Participation"
    _inherit = ["collab.sealed.mixin"]
    _order = "week desc, department_id, id"
    _rec_name = "week"

    week = fields.Date(required=True, readonly=True, help="Its Monday.")
    department_id = fields.Many2one(
        "hr.department", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    people = fields.Integer(
        string="Headcount", readonly=True, aggregator="avg", help="Of the department itself."
    )
    share = fields.Float(
        string="Days Checked In",
        readonly=True,
        aggregator="avg",
        digits=(3, 2),
        help="Of the working days of all of them.",
    )
    checked_in = fields.Integer(readonly=True, aggregator="avg", help="People, once at least.")
    with_points = fields.Integer(
        readonly=True, aggregator="avg", help="People who have received points."
    )
    gave_kudos = fields.Integer(
        readonly=True, aggregator="avg", help="People who have thanked somebody."
    )
    # what the record rule asks
    is_led = fields.Boolean(
        compute="_compute_is_led", search="_search_is_led", export_string_translation=False
    )

    _once_uniq = models.UniqueIndex("(week, department_id, company_id)")

    @api.depends("department_id")
    @api.depends_context("uid")
    def _compute_is_led(self):
        led = self.sudo().search([("id", "in", self.ids), ("is_led", "=", True)])
        for row in self:
            row.is_led = row in led

    @api.model
    def _search_is_led(self, operator, value):
        """Find those of departments that the current user manages, and of the ones below."""
        if operator != "in":
            return NotImplemented
        return Domain("department_id", "child_of", self._led().ids)

    @api.model
    def _led(self):
        """Return the departments that the current user manages, of whatever company."""
        # as superuser: employees are HR's to read, and these are one's own
        departments = self.env["hr.department"].sudo()
        return departments.search([("manager_id.user_id", "=", self.env.uid)])

    @api.model
    def _is_for_user(self):
        """Return whether the current user is responsible for somebody's participation."""
        groups = "collab_base.group_collab_process_owner,collab_base.group_collab_auditor"
        return self.env.user.has_groups(groups) or bool(self._led())

    @api.model
    def _cron_count(self):
        """Count the weeks that are over."""
        this = date_utils.start_of(local_day(fields.Datetime.now(), WESTERNMOST), "week")
        weeks = [this - relativedelta(weeks=number) for number in range(1, WEEKS + 1)]
        counted = set(self.sudo().search([("week", "in", weeks)]).mapped("week"))
        for week in weeks:
            if week not in counted:
                count_week(self.env, week)

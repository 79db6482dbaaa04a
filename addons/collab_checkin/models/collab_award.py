from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..awarding import close, hold
from ..core.days import local_day

#: Days that an award is open, unless somebody says otherwise
DAYS = 30
#: What only the buttons change
KEPT = frozenset({"state", "closed_at", "winner_id", "awarded_at", "zone"})


class CollabAward(models.Model):
    """That colleagues choose whose way of working others should know.

    Whether it is open follows from its last day: nobody need close it, and nobody opens it again.
    """

    _name = "collab.award"
    _description = "Award"
    _inherit = ["collab.text.mixin", "mail.thread"]
    _order = "closes_on desc, id desc"

    name = fields.Char(required=True, tracking=True)
    description = fields.Text(help="What it is for, and what you hope to hear of.")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    closes_on = fields.Date(
        string="Last Day",
        required=True,
        copy=False,
        default=lambda self: self._today() + timedelta(days=DAYS),
        tracking=True,
        help="To nominate and to vote.",
    )
    zone = fields.Char(
        string="Time Zone",
        compute="_compute_zone",
        store=True,
        help="By which its last day ends: that of the company when it was made.",
    )
    badge_id = fields.Many2one(
        "gamification.badge",
        default=lambda self: self.env.ref("collab_checkin.badge_practice", False),
        tracking=True,
        ondelete="set null",
        help="Whoever is awarded gets it.",
    )
    closed_at = fields.Datetime(
        string="Closed Early", readonly=True, copy=False, help="Before its last day was over."
    )
    winner_id = fields.Many2one(
        "collab.practice",
        string="Awarded Practice",
        readonly=True,
        copy=False,
        ondelete="set null",
    )
    awarded_at = fields.Datetime(string="Awarded on", readonly=True, copy=False)
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed"), ("awarded", "Awarded")],
        string="Status",
        compute="_compute_state",
        search="_search_state",
    )
    ranked_ids = fields.Many2many(
        "collab.practice", string="Nominations", compute="_compute_ranked_ids"
    )

    @api.depends("company_id")
    def _compute_zone(self):
        """Once: were it asked for each time, who changes the company's calendar would open again
        what is closed."""
        for award in self:
            award.zone = award._company_zone()

    @api.depends("closes_on", "closed_at", "awarded_at", "company_id", "zone")
    def _compute_state(self):
        for award in self:
            award.state = award._state_now()

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        given = Domain("awarded_at", "!=", False)
        # there are a few at a time
        awards = self.sudo().search(~given)
        found = Domain("id", "in", awards.filtered(lambda one: one._state_now() in value).ids)
        return found | given if "awarded" in value else found

    def _state_now(self):
        if self.awarded_at:
            return "awarded"
        if self.closed_at or (self.closes_on and self.closes_on < self._today()):
            return "closed"
        return "open"

    def _today(self):
        return local_day(fields.Datetime.now(), self.zone or self._company_zone())

    def _company_zone(self):
        company = self.company_id or self.env.company
        return company.sudo().resource_calendar_id.tz or "UTC"

    @api.depends("state", "winner_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_ranked_ids(self):
        """Those with most votes first, once it is closed; before that nothing is to be read from
        the order."""
        practices = self.env["collab.practice"].search([("award_id", "in", self.ids)], order="id")
        for award in self:
            mine = practices.filtered(lambda one: one.award_id == award)  # noqa: B023
            award.ranked_ids = mine.sorted(lambda one: (-one.vote_count, one.id))

    @api.model
    def _votes(self, awards):
        """Return how many have voted for the practices of awards: practice id → number."""
        rows = self.env.execute_query(
            SQL(
                "SELECT practice_id, COUNT(*) FROM collab_practice_vote"
                " WHERE award_id = ANY(%s) GROUP BY 1",
                list(awards.ids),
            )
        )
        return dict(rows)

    # ------------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        # a context could tell them, and a default of one's own
        return super().default_get([name for name in fields if name not in KEPT])

    @api.model_create_multi
    def create(self, vals_list):
        free = [{n: value for n, value in vals.items() if n not in KEPT} for vals in vals_list]
        awards = super().create(free)
        awards._check_last_day()
        return awards

    def write(self, vals):
        if not KEPT.isdisjoint(vals):
            raise UserError(self.env._("Use the buttons to close an award, or to award it."))
        if "company_id" in vals:
            raise UserError(self.env._("An award stays with its company: make another one."))
        if "closes_on" in vals:
            hold(self, alone=True)
            for award in self:
                award._check_open()
        result = super().write(vals)
        if "closes_on" in vals:
            self._check_last_day()
        return result

    def _check_last_day(self):
        for award in self:
            if award.closes_on < award._today():
                raise UserError(self.env._("The last day of “%s” is over already.", award.name))

    def _check_open(self):
        if self._state_now() != "open":
            raise UserError(self.env._("“%s” is closed.", self.name))

    def unlink(self):
        # not @api.ondelete: the context key that switches it off may come from a client
        self._check_no_nominations()
        return super().unlink()

    def _check_no_nominations(self):
        practices = self.env["collab.practice"].sudo()
        if practice := practices.search([("award_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "Colleagues have been nominated for “%s”: it stays.", practice.award_id.name
                )
            )

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def close(self):
        """End nominating and voting today, before the last day. There is no way back."""
        self._check_owner()
        hold(self, alone=True)
        for award in self:
            award._check_open()
            close(award.sudo())
        self.invalidate_recordset(["state"], flush=False)
        return True

    def _check_owner(self):
        """Raise an error unless the current user sees to awards, and to these."""
        if not self.env.user.has_group("collab_base.group_collab_process_owner"):
            raise AccessError(self.env._("Process owners see to awards."))
        self.with_env(self.env(su=False)).check_access("write")

    def action_open_practices(self):
        """Open what is nominated."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "collab.practice",
            "view_mode": "kanban,form",
            "domain": [("award_id", "=", self.id)],
            "context": {"default_award_id": self.id},
        }

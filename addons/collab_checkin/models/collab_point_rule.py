import logging
from functools import partial

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.service.model import retrying
from odoo.tools import date_utils

from odoo.addons.collab_base.work import latest_today

from ..counting import OPEN, count, first_open, horizon

_logger = logging.getLogger(__name__)

#: What cannot change while points are counted by it
TERMS = frozenset(
    {"source_id", "counting", "threshold", "period", "points", "cap", "by_other", "since"}
)
#: What only the buttons and the counting change
STEPS = {
    "state": "draft",
    "until": False,
    "replaces_id": False,
    "mark": False,
    "whole_at": False,
    "trouble": False,
}


class CollabPointRule(models.Model):
    """What work is worth, from a day on. Its terms stand: to change them is to have another rule
    follow, so that what has been earned remains as it was promised."""

    _name = "collab.point.rule"
    _description = "Point Rule"
    _inherit = ["collab.text.mixin", "mail.thread"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    source_id = fields.Many2one(
        "collab.work.source", string="Work", required=True, ondelete="cascade", tracking=True
    )
    company_id = fields.Many2one(related="source_id.company_id", store=True)
    counting = fields.Selection(
        [("each", "Points for each"), ("threshold", "Points for a number of them")],
        string="Counts",
        required=True,
        default="each",
        tracking=True,
    )
    threshold = fields.Integer(
        string="Number", default=3, tracking=True, help="How many of them in a period."
    )
    points = fields.Integer(required=True, default=5, tracking=True)
    period = fields.Selection(
        [("day", "Day"), ("week", "Week"), ("month", "Month")],
        required=True,
        default="month",
        tracking=True,
    )
    cap = fields.Integer(
        string="At Most",
        tracking=True,
        help="Points that a person can have for it in a period. 0: no limit.",
    )
    by_other = fields.Boolean(
        string="Accepted by Somebody Else",
        default=True,
        tracking=True,
        help="Only work counts that somebody else has accepted, closed or asked for.",
    )
    note = fields.Text(help="Why, for those who will ask.", translate=True)
    since = fields.Date(
        required=True,
        default=lambda self: fields.Date.today().replace(day=1),
        tracking=True,
        help="Work counts from this day on.",
    )
    until = fields.Date(
        readonly=True, copy=False, tracking=True, help="Work before this day counts."
    )
    state = fields.Selection(
        [("draft", "Draft"), ("on", "In Force"), ("ended", "Ended")],
        string="Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    replaces_id = fields.Many2one(
        "collab.point.rule",
        string="Follows",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The rule that ends when this one begins.",
    )
    sentence = fields.Char(compute="_compute_sentence")
    mark = fields.Datetime(readonly=True, copy=False, help="Changes since then are still to count.")
    whole_at = fields.Datetime(readonly=True, copy=False, help="When all of it was last counted.")
    trouble = fields.Char(readonly=True, copy=False, help="Why it could not be counted.")

    _points_range = models.Constraint(
        "CHECK(points BETWEEN 1 AND 1000)", "A rule gives from 1 to 1,000 points."
    )
    _cap_range = models.Constraint(
        "CHECK(cap BETWEEN 0 AND 1000000)", "The most points of a period cannot be negative."
    )
    _threshold_range = models.Constraint(
        "CHECK(counting != 'threshold' OR threshold >= 1)",
        "A rule for a number of them needs a number of at least 1.",
    )

    @api.depends(
        "source_id", "counting", "threshold", "points", "period", "cap", "by_other", "since"
    )
    @api.depends_context("lang")
    def _compute_sentence(self):
        for rule in self:
            work = rule.source_id.sudo().name
            rule.sentence = work and rule._sentence(work)

    def _sentence(self, work):
        env = self.env
        period = {"day": env._("a day"), "week": env._("a week"), "month": env._("a month")}
        values = {
            "points": env._("1 point") if self.points == 1 else env._("%s points", self.points),
            "work": work,
            "period": period.get(self.period, ""),
            "number": self.threshold,
            "cap": self.cap,
        }
        if self.counting == "threshold":
            said = env._("%(work)s: %(points)s for %(number)s of them %(period)s", **values)
        elif self.cap:
            said = env._("%(work)s: %(points)s each, at most %(cap)s %(period)s", **values)
        else:
            said = env._("%(work)s: %(points)s each", **values)
        return env._("%s, if accepted by somebody else", said) if self.by_other else said

    # ------------------------------------------------------------------
    # Validation
    # ------------------------------------------------------------------

    @api.constrains("by_other", "source_id")
    def _check_by_other(self):
        for rule in self:
            if rule.by_other and not rule.source_id.sudo().accepted_field_id:
                raise ValidationError(
                    self.env._(
                        "“%(work)s” does not say who accepts it. Say so there, or have “%(rule)s” "
                        "count what nobody else has accepted.",
                        work=rule.source_id.sudo().name,
                        rule=rule.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        # begins as a draft, whatever is said
        return super().create([vals | STEPS for vals in vals_list])

    def write(self, vals):
        if not STEPS.keys().isdisjoint(vals):
            raise UserError(self.env._("Use the buttons to start, change or end a rule."))
        if not vals.get("active", True) and (on := self.filtered(lambda one: one.state == "on")):
            raise UserError(self.env._("People count on “%s”: end it first.", on[0].name))
        if not TERMS.isdisjoint(vals):
            for rule in self:
                if rule.state != "draft":
                    raise UserError(
                        self.env._(
                            "People count on “%s” as it is. Use “Change” to have another rule "
                            "follow it.",
                            rule.name,
                        )
                    )
        return super().write(vals)

    def unlink(self):
        # not @api.ondelete: the context key that switches it off may come from a client
        if self.pool.ready:
            self._check_not_started()
        return super().unlink()

    def _check_not_started(self):
        for rule in self:
            if rule.state != "draft":
                raise UserError(
                    self.env._("“%s” has given points: end or archive it instead.", rule.name)
                )

    # ------------------------------------------------------------------
    # Start, change, end
    # ------------------------------------------------------------------

    def action_start(self):
        """Have drafts count, from their day on; rules that they follow end the day before.

        :raise UserError: if a day is too far back, or one for which people count on another rule
        """
        self.check_access("write")
        for rule in self.filtered(lambda rule: rule.state == "draft"):
            rule._check_since()
            rule._check_follows_alone()
            rule._step({"state": "on"})
            rule.replaces_id._end(rule.since)
        self.env.ref("collab_checkin.ir_cron_points").sudo()._trigger()
        return True

    def _check_since(self):
        if self.since < first_open(self):
            raise UserError(
                self.env._(
                    "Work counts for %(months)s months at most: have “%(rule)s” begin on "
                    "%(day)s or later.",
                    months=OPEN,
                    rule=self.name,
                    day=fields.Date.to_string(first_open(self)),
                )
            )
        if self.replaces_id.state == "on" and self.since <= latest_today():
            raise UserError(
                self.env._(
                    "People count on the rule before it until today: have “%s” begin tomorrow or "
                    "later.",
                    self.name,
                )
            )
        if self.replaces_id.state == "ended" and self.since < self.replaces_id.until:
            raise UserError(
                self.env._(
                    "Work before %(day)s counts by the rule before it: have “%(rule)s” begin "
                    "then or later.",
                    day=fields.Date.to_string(self.replaces_id.until),
                    rule=self.name,
                )
            )

    def _check_follows_alone(self):
        """Have one rule at most follow another: by two, work would count twice."""
        started = [("replaces_id", "=", self.replaces_id.id), ("state", "!=", "draft")]
        rules = self.sudo().with_context(active_test=False)
        if self.replaces_id and (other := rules.search(started, limit=1)):
            raise UserError(
                self.env._(
                    "“%(other)s” follows the rule before it already: change that one instead of "
                    "starting “%(rule)s”.",
                    other=other.name,
                    rule=self.name,
                )
            )

    def action_change(self):
        """Make a draft that follows the rule from the next period on, and open it."""
        self.ensure_one()
        self.check_access("write")
        follows = date_utils.end_of(latest_today(), self.period) + relativedelta(days=1)
        draft = self.copy({"since": max(follows, self.since)})
        draft._step({"replaces_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "view_mode": "form",
        }

    def action_preview(self):
        """Open what the rule would have given for last month."""
        self.ensure_one()
        preview = self.env["collab.point.preview"].create({"rule_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Last month, “%s” would have given", self.name),
            "res_model": preview._name,
            "res_id": preview.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_end(self):
        """Have rules count until today. What changes later of earlier work is still taken in."""
        self.check_access("write")
        self._end(latest_today() + relativedelta(days=1))
        return True

    def _end(self, day):
        for rule in self.filtered(lambda rule: rule.state == "on"):
            rule._step({"state": "ended", "until": max(day, rule.since)})

    def _step(self, vals):
        return super().write(vals)  # pylint: disable=super-method-mismatch

    @api.model
    def _progress(self, day):
        """Return how far the current user is with what gives points for a number of pieces of work,
        as last counted.

        :param date day: of the periods that are looked at
        :return: list of dicts: ``id`` and ``name`` of the rule, ``done``, ``number``, ``points``
            and ``period``
        """
        rules = self.search(
            [("state", "=", "on"), ("counting", "=", "threshold"), ("since", "<=", day)]
        )
        periods = {rule: date_utils.start_of(day, rule.period) for rule in rules}
        tallies = self.env["collab.point.tally"].search(
            [
                ("user_id", "=", self.env.uid),
                ("rule_id", "in", rules.ids),
                ("period", "in", list(set(periods.values()))),
            ]
        )
        records = tallies._records()
        done = {(one.rule_id, one.period): len(records[one.id]) for one in tallies}
        return [
            {
                "id": rule.id,
                "name": rule.name,
                "done": done.get((rule, periods[rule]), 0),
                "number": rule.threshold,
                "points": rule.points,
                "period": rule.period,
            }
            for rule in rules
        ]

    # ------------------------------------------------------------------
    # Counting
    # ------------------------------------------------------------------

    @api.model
    def _cron_changes(self):
        """Count what has changed since the last time."""
        self._to_count()._count_each(whole=False)

    @api.model
    def _cron_whole(self):
        """Count everything anew: what is deleted, or has changed by a record that it depends on,
        leaves no trace where the changes are looked for."""
        lately = fields.Datetime.now() - relativedelta(hours=12)
        rules = self._to_count()
        rules = rules.filtered(lambda rule: not rule.whole_at or rule.whole_at < lately)
        rules._count_each(whole=True)

    @api.model
    def _to_count(self):
        # what is out of sight is not out of force
        rules = self.sudo().with_context(active_test=False).search([("state", "!=", "draft")])
        today = fields.Date.today()
        return rules.filtered(
            lambda rule: rule.since <= today and (not rule.until or first_open(rule) < rule.until)
        )

    def _count_each(self, whole):
        """Count rules, each in a transaction of its own. One that cannot be counted keeps the
        reason, and is tried again the next time."""
        cron = self.env["ir.cron"]
        mark = horizon(self.env)
        if not cron._commit_progress(remaining=len(self)):
            return
        for rule in self:
            try:
                retrying(partial(rule._count, whole, mark), self.env)
            except Exception as error:
                _logger.exception("The point rule %s cannot be counted", rule.id)
                self.env.cr.rollback()
                rule._step({"trouble": str(error)})
            if not cron._commit_progress(1):
                break

    def _count(self, whole, mark):
        """Count a rule, unless somebody else just does."""
        if self.try_lock_for_update(allow_referencing=True):
            self.env.flush_all()
            count(self, whole)
            done = {"mark": mark, "trouble": False}
            self._step(done | ({"whole_at": fields.Datetime.now()} if whole else {}))

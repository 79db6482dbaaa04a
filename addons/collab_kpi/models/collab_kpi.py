import logging
import re
from functools import partial

import psycopg2

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.service.model import retrying
from odoo.tools import mute_logger

from odoo.addons.collab_base.asking import is_closed, is_hidden
from odoo.addons.collab_guard.seal import unsealed

from ..core.formula import RESERVED
from ..core.periods import LONGER, Calendar, number_of, shift
from ..defining import PERIODS as MOST_PERIODS
from ..defining import circle, definition_of, digest, read, shared
from ..facts import DefinitionError, field_of
from ..drilling import Drill
from ..known import known
from ..reading import Sight, asked_by, reads_all
from ..refreshing import refresh, try_out
from ..watching import watch_targets
from .collab_kpi_value import PERIODS

_logger = logging.getLogger(__name__)

CODE = re.compile(r"[a-z][a-z0-9_]*")
AGGREGATES = [
    ("count", "Number of records"),
    ("sum", "Sum"),
    ("avg", "Average"),
    ("min", "Smallest"),
    ("max", "Greatest"),
    ("distinct", "Number of different ones"),
    ("percentile", "Percentile"),
]
#: What only the buttons and the counting change
STEPS = {
    "state": "draft",
    "version_id": False,
    "days_version_id": False,
    "counted_at": False,
    "whole_at": False,
    "open_from": False,
    "trouble": False,
}


class CollabKpi(models.Model):
    """A figure that is watched: what it counts, of whom, and who may see it.

    What it counts is written down as a version whenever it changes; figures are kept by period
    (``collab.kpi.value``).
    """

    _name = "collab.kpi"
    _description = "KPI"
    _inherit = ["collab.text.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(
        required=True,
        copy=False,
        tracking=True,
        compute="_compute_code",
        store=True,
        readonly=False,
        precompute=True,
        help="By which formulas name it: small letters, digits and _.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    note = fields.Text(
        string="What It Means", translate=True, help="For its readers: what counts, and why."
    )
    company_id = fields.Many2one("res.company", help="Empty: every company, each by itself.")
    owner_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        tracking=True,
        help="Is told when a target is missed.",
    )
    group_ids = fields.Many2many(
        "res.groups",
        string="Readers",
        help="Empty: every internal user who may see the figures.",
    )
    disclosure = fields.Selection(
        [
            ("records", "Whoever may read all of the records"),
            ("aggregate", "All readers: an authorised aggregate"),
        ],
        string="Figures Are Seen By",
        required=True,
        default="records",
        tracking=True,
        help="An authorised aggregate shows its readers figures over records that they may not"
        " open, and is marked so.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("on", "Running")],
        string="Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
    )

    # what is counted
    kind = fields.Selection(
        [("records", "Records"), ("formula", "Formula"), ("method", "Of an application")],
        string="Made Of",
        required=True,
        default="records",
        tracking=True,
    )
    model_id = fields.Many2one(
        "ir.model",
        string="Records",
        ondelete="set null",
        domain=[("transient", "=", False), ("abstract", "=", False)],
    )
    model = fields.Char(
        string="Model Name", compute="_compute_model", store=True, readonly=True, precompute=True
    )
    domain = fields.Char(string="Which Count", default="[]", tracking=True)
    date_path = fields.Char(
        string="Date", tracking=True, help="The period that a record counts for is that of its date."
    )
    aggregate = fields.Selection(AGGREGATES, string="Figure", default="count", tracking=True)
    percentile = fields.Float(default=50, tracking=True, help="50: the median.")
    measure = fields.Selection(
        [("field", "A field"), ("duration", "The time between two dates")],
        default="field",
        tracking=True,
    )
    measure_path = fields.Char(string="Of", tracking=True)
    from_path = fields.Char(string="From", tracking=True)
    to_path = fields.Char(string="To", tracking=True)
    unit = fields.Selection(
        [("days", "Days"), ("hours", "Hours"), ("working_hours", "Working hours")],
        string="In",
        default="days",
        tracking=True,
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Amounts in others are converted, each at the rate of its day.",
    )
    breakdown_ids = fields.One2many("collab.kpi.breakdown", "kpi_id", string="Broken Down By", copy=True)
    minimum = fields.Integer(
        string="Of People, At Least",
        tracking=True,
        help="Figures of fewer people are not shown to anybody. 0: no minimum.",
    )
    person_path = fields.Char(string="Person", tracking=True, help="Whose record it is.")
    formula = fields.Char(tracking=True, help="Over the codes of others, e.g. done / due * 100")
    input_ids = fields.Many2many(
        "collab.kpi",
        "collab_kpi_input_rel",
        "kpi_id",
        "input_id",
        string="Over",
        compute="_compute_input_ids",
        store=True,
        copy=False,
    )
    method = fields.Selection(selection="_selection_method")

    # when
    period = fields.Selection(PERIODS, required=True, default="month", tracking=True)
    since = fields.Date(
        string="History From",
        required=True,
        default=lambda self: fields.Date.today().replace(day=1) - relativedelta(months=24),
        tracking=True,
    )
    settling = fields.Integer(
        string="Days Until Final",
        default=3,
        tracking=True,
        help="So many days after a period's end, its figures are final.",
    )

    # how it looks
    direction = fields.Selection(
        [("up", "More is better"), ("down", "Less is better"), ("none", "Neither")],
        string="Better",
        required=True,
        default="up",
        tracking=True,
    )
    digits = fields.Integer(string="Decimals", default=0)
    suffix = fields.Char(string="Unit", translate=True, help="Shown after the number.")

    # what the counting says
    version_id = fields.Many2one("collab.kpi.version", readonly=True, copy=False)
    version_ids = fields.One2many("collab.kpi.version", "kpi_id", string="Versions", readonly=True)
    target_ids = fields.One2many("collab.kpi.target", "kpi_id", string="Targets", copy=True)
    recount_ids = fields.One2many("collab.kpi.recount", "kpi_id", string="Counted Anew", readonly=True)
    counted_at = fields.Datetime(string="Counted", readonly=True, copy=False)
    whole_at = fields.Datetime(readonly=True, copy=False)
    days_version_id = fields.Many2one("collab.kpi.version", readonly=True, copy=False)
    open_from = fields.Date(
        readonly=True, copy=False, help="Periods that begin before it are final."
    )
    trouble = fields.Char(string="Trouble", readonly=True, copy=False)

    # what the record rules ask
    is_readable = fields.Boolean(
        compute="_compute_is_readable",
        search="_search_is_readable",
        export_string_translation=False,
    )

    _code_uniq = models.UniqueIndex("(code)", "There is an indicator of this code already.")
    _percentile_range = models.Constraint(
        "CHECK(percentile BETWEEN 0 AND 100)", "A percentile is from 0 to 100."
    )
    _minimum_range = models.Constraint(
        "CHECK(minimum BETWEEN 0 AND 1000)", "A minimum of people is from 0 to 1,000."
    )
    _settling_range = models.Constraint(
        "CHECK(settling BETWEEN 0 AND 366)", "Figures are final after 0 to 366 days."
    )
    _digits_range = models.Constraint(
        "CHECK(digits BETWEEN 0 AND 6)", "There are from 0 to 6 decimals."
    )

    # ------------------------------------------------------------------
    # For addons
    # ------------------------------------------------------------------

    @api.model
    def _collab_kpi_methods(self):
        """Return the ways to count that are code; to override and add to.

        :return: dict: key, prefixed by the addon → :class:`~odoo.addons.collab_kpi.method.Method`
        """
        return {}

    @api.model
    def _selection_method(self):
        return [(key, method.name) for key, method in self._collab_kpi_methods().items()]

    # ------------------------------------------------------------------
    # Fields
    # ------------------------------------------------------------------

    @api.depends("name")
    def _compute_code(self):
        made = set()  # those that are made together know nothing of each other
        for kpi in self:
            if not kpi.code:
                kpi.code = kpi._free_code(made)
            made.add(kpi.code)

    def _free_code(self, made):
        words = re.findall(r"[a-z0-9]+", (self.name or "").lower())
        base = "_".join(words)[:40]
        if not CODE.fullmatch(base) or base in RESERVED:
            base = f"kpi_{base}".rstrip("_")
        # as superuser: those of others count, too
        taken = self.sudo().with_context(active_test=False).search([("code", "=like", f"{base}%")])
        taken = made.union(taken.mapped("code"))
        codes = (f"{base}_{number}" if number else base for number in range(len(taken) + 1))
        return next(code for code in codes if code not in taken)

    @api.depends("model_id")
    def _compute_model(self):
        # kept when the application goes, for the sentence that says so
        for kpi in self:
            kpi.model = kpi.model_id.sudo().model or kpi.model

    @api.depends("formula", "kind")
    def _compute_input_ids(self):
        for kpi in self:
            kpi.input_ids = kpi._named_by_formula() if kpi.kind == "formula" else False

    def _named_by_formula(self):
        try:
            codes = read(self).codes
        except DefinitionError:
            return self.browse()
        # as superuser: a formula may be over what its designer does not see the figures of
        return self.sudo().search([("code", "in", codes)]).with_env(self.env)

    @api.depends("kind", "measure", "aggregate", "measure_path")
    def _compute_currency_id(self):
        for kpi in self:
            if kpi.kind == "records" and not kpi._measures_money():
                kpi.currency_id = False
            elif kpi.kind == "records" and not kpi.currency_id:
                kpi.currency_id = (kpi.company_id or self.env.company).currency_id

    def _measures_money(self):
        model = self.env.get(self.model or "")
        if model is None or not self.measure_path or self.measure == "duration":
            return False
        if self.aggregate in ("count", "distinct"):
            return False
        try:
            return field_of(model, self.measure_path).type == "monetary"
        except DefinitionError:
            return False

    @api.onchange("model_id")
    def _onchange_model_id(self):
        self.update(
            {
                "domain": "[]",
                "date_path": False,
                "measure_path": False,
                "from_path": False,
                "to_path": False,
                "person_path": False,
                "breakdown_ids": [(5, 0, 0)],
            }
        )

    # ------------------------------------------------------------------
    # Who may see it
    # ------------------------------------------------------------------

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_is_readable(self):
        found = self.sudo().search([("id", "in", self.ids), ("is_readable", "=", True)])
        for kpi in self:
            kpi.is_readable = kpi in found

    @api.model
    def _search_is_readable(self, operator, value):
        """Find those of which the current user is a reader."""
        if operator != "in":
            return NotImplemented
        return (
            Domain("group_ids", "=", False)
            | Domain("group_ids", "in", self.env.user.all_group_ids.ids)
            | Domain("owner_id", "=", self.env.uid)
        )

    # ------------------------------------------------------------------
    # Validation
    # ------------------------------------------------------------------

    @api.constrains("code")
    def _check_code(self):
        for kpi in self:
            if not CODE.fullmatch(kpi.code) or kpi.code in RESERVED or len(kpi.code) > 50:
                raise ValidationError(
                    self.env._(
                        "“%s” cannot be a code: use small letters, digits and _, a letter first.",
                        kpi.code,
                    )
                )

    @api.constrains("since", "period")
    def _check_since(self):
        today = fields.Date.today()
        for kpi in self:
            if kpi.since > today:
                raise ValidationError(
                    self.env._("The history of “%s” cannot begin in the future.", kpi.name)
                )
            number = number_of(kpi.since, today, kpi.period, Calendar("UTC"))
            if number > MOST_PERIODS:
                raise ValidationError(
                    self.env._(
                        "“%(kpi)s” would have %(number)s periods, more than anybody can look at:"
                        " choose longer ones, or a later beginning.",
                        kpi=kpi.name,
                        number=number,
                    )
                )

    @api.constrains("formula", "kind", "code")
    def _check_circle(self):
        for kpi in self:
            if kpi.kind == "formula" and (codes := circle(kpi)):
                raise ValidationError(
                    self.env._(
                        "These indicators are made of each other, so none could be counted: %s",
                        " → ".join(codes),
                    )
                )

    def _check_definition(self):
        """Refuse what could not be counted, with a sentence."""
        for kpi in self.sudo():
            try:
                kpi._check_complete()
                with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                    try_out(kpi)
            except DefinitionError as error:
                raise ValidationError(f"{kpi.name}: {error}") from error
            except (
                psycopg2.DataError,
                psycopg2.ProgrammingError,
                KeyError,
                TypeError,
                ValueError,
            ) as error:
                raise ValidationError(
                    self.env._("“%(kpi)s” cannot be counted: %(error)s", kpi=kpi.name, error=error)
                ) from error

    def _check_complete(self):
        env = self.env
        if self.kind == "formula":
            unknown = set(read(self).codes) - set(self.input_ids.mapped("code"))
            if unknown:
                raise DefinitionError(
                    env._("There is no indicator called %s.", ", ".join(sorted(unknown)))
                )
            return
        if self.kind == "method":
            if not self.method:
                raise DefinitionError(env._("Choose what is to be counted."))
            return
        needed = [(self.model, env._("which records")), (self.date_path, env._("their date"))]
        if self.aggregate != "count":
            if self.measure == "duration" and self.aggregate != "distinct":
                needed += [(self.from_path, env._("from when")), (self.to_path, env._("until when"))]
            else:
                needed.append((self.measure_path, env._("what is measured")))
        if self.minimum:
            needed.append((self.person_path, env._("whose record it is")))
        missing = [said for value, said in needed if not value]
        if missing:
            raise DefinitionError(env._("Say %s.", ", ".join(missing)))
        if self.company_id and "company_id" not in env[self.model]._fields:
            raise DefinitionError(
                env._("What it counts is of no company: leave its company empty.")
            )

    # not @api.constrains: those are as superuser
    def _check_askable(self):
        """It is counted as superuser: nobody may have it ask for what they could not ask for, and
        only who can read all of the records may show figures over them to others."""
        if self.env.su:
            return
        for kpi in self:
            if kpi.kind == "records":
                kpi._check_fields()
            if kpi.disclosure == "aggregate" and not kpi._reads_all():
                raise AccessError(
                    self.env._(
                        "You may not read all of what “%s” counts, in each company that it is of."
                        " So its figures cannot be an authorised aggregate by you: choose one of"
                        " your companies, or ask an administrator.",
                        kpi.name,
                    )
                )

    def _check_fields(self):
        model = self.env.get(self.model)
        if model is None:
            return
        if is_closed(model) or not model.has_access("read"):
            raise AccessError(
                self.env._(
                    "“%s” cannot be counted by you: you may not read them, or people keep them to"
                    " themselves.",
                    self.model_id.sudo().name,
                )
            )
        try:
            pairs = list(asked_by(model, definition_of(self.sudo())))
        except DefinitionError as error:
            raise ValidationError(str(error)) from error
        for owner, field in pairs:
            if is_hidden(owner, field):
                raise AccessError(
                    self.env._(
                        "“%(field)s” of “%(model)s” is hidden from you: an indicator of yours"
                        " cannot ask for it.",
                        field=field._description_string(self.env),
                        model=self.env["ir.model"]._get(owner._name).sudo().name,
                    )
                )

    def _reads_all(self, companies=None):
        """Return whether the current user can read all of what is counted, or has been by an earlier
        version.

        :param companies: in these; by default in each that it is of
        """
        self.ensure_one()
        own = self.sudo()
        if companies is None:
            companies = own.company_id or self.env["res.company"].sudo().search([])
        if own.kind == "formula":
            inputs = own.input_ids.with_env(self.env)
            return all(
                one.is_readable
                and (one.sudo().disclosure == "aggregate" or one._reads_all(companies))
                for one in inputs
            )
        definitions = [definition_of(own), *own.version_ids.mapped("definition")]
        return all(
            reads_all(self.env, definition, company.id)
            for definition in definitions
            for company in companies
        )

    def _dimensions(self):
        """Return by what an indicator is broken down."""
        if self.kind == "formula":
            return shared(self)
        return self.breakdown_ids.dimension_id

    def _reads_all_here(self):
        return self._reads_all(self.env.companies)

    @api.model_create_multi
    def create(self, vals_list):
        # begins as a draft, whatever is said
        kpis = super().create([vals | STEPS for vals in vals_list])
        kpis._check_askable()
        return kpis

    def write(self, vals):
        if not STEPS.keys().isdisjoint(vals):
            raise UserError(self.env._("Use the buttons to start or count an indicator."))
        if "code" in vals:
            self._check_unused(vals["code"])
        before = {kpi.id: kpi._asked() for kpi in self}
        result = super().write(vals)
        self.filtered(lambda kpi: kpi._asked() != before[kpi.id])._on_change()
        return result

    def _on_change(self):
        """See to it that what is counted now may be, and have it be counted so."""
        self._check_askable()
        running = self.filtered(lambda kpi: kpi.state == "on")
        running._check_definition()
        for kpi in running:
            kpi.sudo()._make_version()
        if running:
            self.env.ref("collab_kpi.ir_cron_collab_kpi_count").sudo()._trigger()

    def _asked(self):
        """Return what an indicator is about, as far as it can be told."""
        try:
            return digest(definition_of(self.sudo())), self.disclosure
        except DefinitionError as error:
            return str(error), self.disclosure

    def _check_unused(self, code):
        for kpi in self.filtered(lambda one: one.code != code):
            if user := self.sudo().search([("input_ids", "in", kpi.ids)], limit=1):
                raise UserError(
                    self.env._(
                        "“%(formula)s” names “%(kpi)s” by its code: change that formula first.",
                        formula=user.name,
                        kpi=kpi.name,
                    )
                )

    def unlink(self):
        # not @api.ondelete: the context key that switches it off may come from a client
        if self.pool.ready:
            for kpi in self:
                if kpi.state != "draft":
                    raise UserError(
                        self.env._("“%s” has figures: archive it instead.", kpi.name)
                    )
        return super().unlink()

    # ------------------------------------------------------------------
    # Start and count
    # ------------------------------------------------------------------

    def action_start(self):
        """Have indicators be counted from now on, and their history with it."""
        self.check_access("write")
        for kpi in self.filtered(lambda one: one.state == "draft"):
            kpi._check_definition()
            kpi._check_running()
            kpi.sudo()._step({"state": "on"})
            kpi.sudo()._make_version()
        self.sudo()._count_now()
        return True

    @api.model
    def _start_shipped(self, ids):
        """Start what an application brings, as its data are loaded: so that there is a history on the
        first day. What somebody has archived or changed since is left alone."""
        self.browse(ids).exists().filtered(lambda kpi: kpi.state == "draft" and kpi.active).action_start()

    def _check_running(self):
        if idle := self.input_ids.sudo().filtered(lambda one: one.state != "on" or not one.active):
            raise UserError(
                self.env._(
                    "“%(kpi)s” is over “%(input)s”, which does not run: start that first.",
                    kpi=self.name,
                    input=idle[0].name,
                )
            )

    def action_preview(self):
        """Open what an indicator comes to lately, without keeping it."""
        self.ensure_one()
        preview = self.env["collab.kpi.preview"].create({"kpi_id": self.id})
        preview._try()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("“%s”, tried out", self.name),
            "res_model": preview._name,
            "res_id": preview.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_open_values(self):
        """Open the figures that are kept."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("collab_kpi.collab_kpi_value_action")
        return action | {
            "display_name": self.name,
            "domain": [("kpi_id", "=", self.id)],
            "context": {"search_default_whole": 1, f"search_default_{self.period}": 1},
        }

    def action_drill(self, grain, start, dimension_id=None, res_id=0):
        """Open the records that a figure is of; what is open is counted first, so that it is of them.

        :param str grain: kind of the period
        :param str start: its first day
        :param int dimension_id: of a breakdown, by default the whole
        :param int res_id: the part of it, 0 for what is of none
        """
        self.ensure_one()
        self.check_access("read")
        start = self._checked_period(grain, start)
        kpi = self.sudo()
        if kpi.open_from and shift(start, grain, 1) > kpi.open_from:
            kpi._count_now()
        definition = kpi._definition_for(self.env, grain, start)
        if definition["kind"] == "formula":
            return self._action_inputs(grain, start)
        return self._action_records(definition, grain, start, dimension_id, res_id)

    def _checked_period(self, grain, start):
        try:
            day = fields.Date.to_date(start)
        except (TypeError, ValueError):
            day = None
        if not day or grain not in (self.period, *LONGER[self.period]):
            raise UserError(self.env._("There is no such period."))
        return day

    def _definition_for(self, env, grain, start):
        """Return by what the figures of a period were counted, if the reader may see them.

        :param env: of the reader
        """
        values = self.env["collab.kpi.value"].search(
            [
                ("kpi_id", "=", self.id),
                ("grain", "=", grain),
                ("start", "=", start),
                ("company_id", "in", [False, *env.companies.ids]),
            ],
            order="version_id desc",
        )
        if not values:
            raise UserError(env._("There is no figure of this period."))
        sight = Sight(env, known(env, self.ids))
        if not all(sight.sees(self.id, one or None) for one in {value.company_id.id for value in values}):
            raise AccessError(
                env._("You may not see this: it is over records that you may not all open.")
            )
        return values[0].version_id.definition

    def _action_inputs(self, grain, start):
        """Open what a formula was computed of."""
        action = self.env["ir.actions.act_window"]._for_xml_id("collab_kpi.collab_kpi_value_action")
        return action | {
            "display_name": self.name,
            "views": [(False, "list")],
            "view_mode": "list",
            "domain": [
                ("kpi_id", "in", self.sudo().input_ids.ids),
                ("grain", "=", grain),
                ("start", "=", fields.Date.to_string(start)),
                ("dimension_id", "=", False),
            ],
            "context": {},
        }

    def _action_records(self, definition, grain, start, dimension_id, res_id):
        drill = Drill(self.env, definition, grain, start, dimension_id, int(res_id or 0))
        if not drill.model:
            raise UserError(self.env._("“%s” is not of records that could be opened.", self.name))
        model = self.env[drill.model]
        if not model.has_access("read"):
            raise UserError(
                self.env._(
                    "This is of %(number)s records that you may not open: it is an authorised"
                    " aggregate.",
                    number=drill.number,
                )
            )
        domain = drill.domain()
        action = {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": drill.model,
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
            "context": {"create": False},
        }
        readable = model.search_count(domain)
        if readable == drill.number:
            return action
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "%(number)s records were counted; of these you may open %(readable)s.",
                    number=drill.number,
                    readable=readable,
                ),
                "next": action,
            },
        }

    def action_count_anew(self):
        """Open the form to have final figures counted anew."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Count “%s” anew", self.name),
            "res_model": "collab.kpi.recounting",
            "view_mode": "form",
            "target": "new",
            "context": {"default_kpi_id": self.id, "default_first": self.since},
        }

    def action_count(self):
        """Count what is open, now."""
        self.check_access("write")
        self.sudo().filtered(lambda kpi: kpi.state == "on")._count_now()
        return True

    def _count_now(self):
        for kpi in self:
            try:
                with self.env.cr.savepoint():
                    kpi._refresh(whole=True)
            except DefinitionError as error:
                kpi._step({"trouble": str(error)})

    def _step(self, vals):
        return super().write(vals)  # pylint: disable=super-method-mismatch

    def _make_version(self):
        """Write down what is counted, if that is not what was last written down."""
        definition = definition_of(self)
        mark = digest(definition)
        if self.version_id.digest == mark:
            return
        version = unsealed(self.env["collab.kpi.version"]).create(
            {
                "kpi_id": self.id,
                "number": len(self.version_ids) + 1,
                "definition": definition,
                "digest": mark,
            }
        )
        self._step({"version_id": version.id})
        for user in self.search([("input_ids", "in", self.ids), ("state", "=", "on")]):
            user._make_version()

    @api.model
    def _cron_count(self):
        """Count what is open."""
        self._running()._count_each(whole=False)

    @api.model
    def _cron_whole(self):
        """Count also what takes long: longer periods that are not put together of shorter ones."""
        lately = fields.Datetime.now() - relativedelta(hours=12)
        running = self._running()
        running.filtered(lambda kpi: not kpi.whole_at or kpi.whole_at < lately)._count_each(whole=True)

    @api.model
    def _running(self):
        """Return what is counted, what others are made of first."""
        running = self.sudo().search([("state", "=", "on")], order="id")
        return running._inputs_first()

    def _inputs_first(self):
        found = self.browse()
        for kpi in self:
            found |= (kpi.input_ids & self)._inputs_first() | kpi
        return found

    def _count_each(self, whole):
        """Count indicators, each in a transaction of its own. One that cannot be counted keeps the
        reason, and is tried again the next time."""
        cron = self.env["ir.cron"]
        if not cron._commit_progress(remaining=len(self)):
            return
        for kpi in self:
            try:
                retrying(partial(kpi._count_unless_busy, whole), self.env)
            except Exception as error:
                self.env.cr.rollback()
                if not isinstance(error, DefinitionError):
                    _logger.exception("The indicator %s cannot be counted", kpi.id)
                kpi._step({"trouble": str(error)})
            if not cron._commit_progress(1):
                break

    def _count_unless_busy(self, whole):
        if self.try_lock_for_update(allow_referencing=True):
            self._refresh(whole)

    def _refresh(self, whole):
        """Count what is open of an indicator, and keep it."""
        now = fields.Datetime.now()
        changed, done = refresh(self, whole)
        self._step(
            {"counted_at": now, "trouble": False, **done, **({"whole_at": now} if whole else {})}
        )
        watch_targets(self)
        if changed:
            self._tell()

    def _tell(self):
        """Have open dashboards look again, once a transaction. Which indicators have changed is no
        secret; what they are now is asked for by each reader."""
        pending = self.env.cr.precommit.data.get("collab.kpi")
        if pending is None:
            pending = self.env.cr.precommit.data["collab.kpi"] = set()
            self.env.cr.precommit.add(self._send)
        pending.update(self.ids)

    def _send(self):
        pending = self.env.cr.precommit.data.pop("collab.kpi", ())
        self.env.ref("base.group_user")._bus_send(
            "collab_kpi/values", {"kpi_ids": sorted(pending)}
        )

import re

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .. import activities, adoption
from ..core.formula import RESERVED
from ..defining import definition_of, digest, read, shared
from ..facts import DefinitionError, field_of
from .collab_kpi_value import PERIODS

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
        # without its groups it would be for everybody
        ondelete="restrict",
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
        string="Date",
        tracking=True,
        help="The period that a record counts for is that of its date.",
    )
    aggregate = fields.Selection(AGGREGATES, string="Figure", default="count", tracking=True)
    percentile = fields.Float(default=50, tracking=True, help="50: the median.")
    measure = fields.Selection(
        [("field", "A field"), ("duration", "The time between two dates")],
        default="field",
        tracking=True,
    )
    measure_path = fields.Char(string="What Is Measured", tracking=True)
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
    breakdown_ids = fields.One2many(
        "collab.kpi.breakdown", "kpi_id", string="Broken Down By", copy=True
    )
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
    recount_ids = fields.One2many(
        "collab.kpi.recount", "kpi_id", string="Counted Anew", readonly=True
    )
    counted_at = fields.Datetime(string="Counted", readonly=True, copy=False)
    whole_at = fields.Datetime(readonly=True, copy=False)
    days_version_id = fields.Many2one("collab.kpi.version", readonly=True, copy=False)
    open_from = fields.Date(
        readonly=True, copy=False, help="Periods that begin before it are final."
    )
    trouble = fields.Char(readonly=True, copy=False)

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
        return adoption.methods(self.env) | activities.methods(self.env)

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
            if kpi.name and not kpi.code:
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

    def _dimensions(self):
        """Return by what an indicator is broken down."""
        if self.kind == "formula":
            return shared(self)
        return self.breakdown_ids.dimension_id

    @api.model_create_multi
    def create(self, vals_list):
        # begins as a draft, whatever is said
        kpis = super().create([_typed(vals) | STEPS for vals in vals_list])
        kpis._check_askable()
        return kpis

    @api.model
    def _load_records_create(self, vals_list):
        """Give what an application brings another code, where somebody has one of that code."""
        if self.env.context.get("install_mode"):
            every = self.with_context(active_test=False)
            taken = every.search([("code", "in", [vals.get("code") for vals in vals_list])])
            taken = set(taken.mapped("code"))
            vals_list = [
                {
                    name: value
                    for name, value in vals.items()
                    if name != "code" or value not in taken
                }
                for vals in vals_list
            ]
        return super()._load_records_create(vals_list)

    def write(self, vals):
        if not STEPS.keys().isdisjoint(vals):
            raise UserError(self.env._("Use the buttons to start or count an indicator."))
        if "code" in vals:
            self._check_unused(vals["code"])
        before = {kpi.id: kpi._asked() for kpi in self}
        result = super().write(_typed(vals))
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
        """Return what an indicator is about, as far as it can be told, and who sees figures of it over
        records that are not for everybody."""
        own = self.sudo()
        readers = None
        if own.disclosure == "aggregate" and own.group_ids:
            readers = own.group_ids.ids, own.owner_id.id
        try:
            return digest(definition_of(own)), own.disclosure, readers
        except DefinitionError as error:
            return str(error), own.disclosure, readers

    def unlink(self):
        # not @api.ondelete: the context key that switches it off may come from a client
        if self.pool.ready:
            self._check_no_figures()
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
        first day. What somebody has archived or changed since is left alone. One that cannot be counted,
        e.g. as a currency has no rate, keeps the reason, and the application is installed."""
        kpis = self.browse(ids).exists()
        kpis = kpis.filtered(lambda kpi: kpi.state == "draft" and kpi.active)
        for kpi in kpis:
            kpi._step({"state": "on"})
            kpi._make_version()
        kpis._count_now()

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

    def _step(self, vals):
        return super().write(vals)  # pylint: disable=super-method-mismatch


def _typed(vals):
    """Return what people may say: what a formula is over, it says itself."""
    return {name: value for name, value in vals.items() if name != "input_ids"}

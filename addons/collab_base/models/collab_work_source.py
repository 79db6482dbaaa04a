import ast

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import mute_logger

from ..asking import asked, is_closed, is_hidden
from ..text import storable

#: Models a person field may point to.
PERSON_MODELS = ("res.users", "hr.employee", "res.partner")
#: What of a source says what is asked of records
ASKING = frozenset({"accepted_field_id", "date_field_id", "domain", "model_id", "person_field_id"})


class CollabWorkSource(models.Model):
    """What counts as work: records of any model, each with a date and a person.

    Only a declaration. Points and indicators read it in sets; nothing is copied
    and the records themselves know nothing of it.
    """

    _name = "collab.work.source"
    _description = "Work Source"
    _inherit = ["collab.text.mixin"]
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: the records of every company count.")
    model_id = fields.Many2one(
        "ir.model",
        string="Records",
        required=True,
        ondelete="cascade",
        domain=[("transient", "=", False), ("abstract", "=", False)],
    )
    model = fields.Char(related="model_id.model", string="Technical Name", store=True)
    domain = fields.Char(
        required=True,
        default="[]",
        help="Which of the records count. Dates may be relative, e.g. "
        "“today -7d”; nothing else may depend on who looks.",
    )
    date_field_id = fields.Many2one(
        "ir.model.fields",
        string="Date",
        required=True,
        ondelete="cascade",
        domain="[('model_id', '=', model_id), ('store', '=', True),"
        " ('ttype', 'in', ('date', 'datetime'))]",
        help="When the work was done.",
    )
    person_field_id = fields.Many2one(
        "ir.model.fields",
        string="Person",
        required=True,
        ondelete="cascade",
        domain="[('model_id', '=', model_id), ('store', '=', True),"
        " ('ttype', 'in', ('many2one', 'many2many')),"
        f" ('relation', 'in', {PERSON_MODELS})]",
        help="Whose work it is; of several people, the work of each.",
    )
    accepted_field_id = fields.Many2one(
        "ir.model.fields",
        string="Accepted By",
        ondelete="cascade",
        domain="[('model_id', '=', model_id), ('store', '=', True),"
        " ('ttype', '=', 'many2one'),"
        f" ('relation', 'in', {PERSON_MODELS})]",
        help="Who accepted, closed or asked for the work. What people do for themselves alone can "
        "then be left out.",
    )
    note = fields.Text(help="Why this counts, for those who will ask.")

    @api.onchange("model_id")
    def _onchange_model_id(self):
        self.update(
            {
                "date_field_id": False,
                "person_field_id": False,
                "accepted_field_id": False,
                "domain": "[]",
            }
        )

    # ------------------------------------------------------------------
    # Validation
    # ------------------------------------------------------------------

    @api.constrains("model_id", "date_field_id", "person_field_id", "accepted_field_id")
    def _check_fields(self):
        for source in self.sudo():
            source._check_model()
            source._check_field(source.date_field_id, ("date", "datetime"))
            source._check_person(source.person_field_id, ("many2one", "many2many"))
            if source.accepted_field_id:
                source._check_person(source.accepted_field_id, ("many2one",))

    @api.constrains("model_id", "company_id")
    def _check_company_field(self):
        for source in self.sudo().filtered("company_id"):
            field = self.env[source.model]._fields.get("company_id")
            if field is None or not field.store:
                raise ValidationError(
                    self.env._(
                        "%(model)s has no company: leave the company of “%(name)s” empty.",
                        model=source.model_id.name,
                        name=source.name,
                    )
                )

    @api.constrains("model_id", "domain")
    def _check_domain(self):
        for source in self:
            source._check_model()
            try:
                domain = Domain(source._parse_domain())
                # as superuser: the designer of a source need not read its records
                with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                    self.env[source.model].sudo().search(domain, limit=1)
            except (
                psycopg2.DataError,
                psycopg2.ProgrammingError,
                KeyError,
                SyntaxError,
                TypeError,
                ValueError,
            ) as error:
                raise ValidationError(
                    self.env._(
                        "The domain of the work source “%(name)s” cannot be used on "
                        "%(model)s: %(error)s",
                        name=source.name,
                        model=source.model,
                        error=error,
                    )
                ) from error

    @api.model_create_multi
    def create(self, vals_list):
        sources = super().create(vals_list)
        sources._check_askable()
        return sources

    def write(self, vals):
        result = super().write(vals)
        if not ASKING.isdisjoint(vals):
            self._check_askable()
        return result

    # not @api.constrains: those are as superuser
    def _check_askable(self):
        """It is read as superuser, and what counts would tell whoever makes a source what is hidden
        from them, also if they need not read the records that they count."""
        if self.env.su:
            return
        for source in self:
            model = self.env[source.model]
            if is_closed(model):
                raise AccessError(
                    self.env._(
                        "“%(model)s” cannot count as work: it would tell what people keep to"
                        " themselves, or what the system does.",
                        model=source.model_id.sudo().name,
                    )
                )
            chosen = source.date_field_id | source.person_field_id | source.accepted_field_id
            paths = [(model, model._fields[name]) for name in chosen.sudo().mapped("name")]
            for owner, field in [*paths, *asked(model, Domain(source._parse_domain()))]:
                if is_hidden(owner, field):
                    raise AccessError(
                        self.env._(
                            "“%(field)s” of “%(model)s” is hidden from you: a work source of yours"
                            " cannot ask for it.",
                            field=field._description_string(self.env),
                            model=self.env["ir.model"]._get(owner._name).sudo().name,
                        )
                    )

    def _check_model(self):
        model = self.env.get(self.sudo().model_id.model)
        if model is None or model._abstract or model._transient or not model._auto:
            raise ValidationError(
                self.env._(
                    "“%(model)s” has no records that could count as work.",
                    model=self.sudo().model_id.name,
                )
            )

    def _check_field(self, field, types):
        if field.model_id != self.model_id or field.ttype not in types or not field.store:
            raise ValidationError(
                self.env._(
                    "“%(field)s” cannot be used on %(model)s: choose a stored field of "
                    "that very model, of the right type.",
                    field=field.field_description,
                    model=self.model_id.name,
                )
            )

    def _check_person(self, field, types):
        self._check_field(field, types)
        if field.relation not in PERSON_MODELS:
            raise ValidationError(
                self.env._(
                    "“%(field)s” does not name a person: it must point to a user, "
                    "an employee or a contact.",
                    field=field.field_description,
                )
            )

    def _parse_domain(self):
        """Return the domain as a list; it is plain data, no code is run.

        :raise ValueError: if it is not
        """
        self.ensure_one()
        domain = ast.literal_eval((self.domain or "[]").strip())
        if not isinstance(domain, list):
            raise ValueError(self.env._("a domain is a list of conditions"))
        if not storable(domain):  # escaped, as in "\\0"
            raise ValueError(self.env._("a text contains characters that cannot be stored"))
        return domain

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------

    def _records_domain(self):
        """Return which records count, but for when they were done."""
        self.ensure_one()
        domain = Domain(self._parse_domain())
        if self.company_id:
            domain &= Domain("company_id", "=", self.company_id.id)
        return domain

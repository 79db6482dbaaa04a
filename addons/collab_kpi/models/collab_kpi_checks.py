import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from odoo.addons.collab_base.asking import is_closed, is_hidden

from ..core.formula import RESERVED
from ..core.periods import Calendar, number_of
from ..defining import PERIODS as MOST_PERIODS
from ..defining import circle, definition_of, read
from ..facts import DefinitionError
from ..reading import asked_by, decides_in_code, reads_all
from ..refreshing import try_out
from .collab_kpi import CODE


class CollabKpi(models.Model):
    """What is refused, with a sentence."""

    # a file for each of its concerns
    _inherit = "collab.kpi"  # pylint: disable=consider-merging-classes-inherited

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
                raise ValidationError(
                    self.env._("%(kpi)s: %(error)s", kpi=kpi.name, error=error)
                ) from error
            except (
                psycopg2.DataError,
                psycopg2.ProgrammingError,
                KeyError,
                OverflowError,
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
            method = self._collab_kpi_methods().get(self.method)
            if method and self.minimum < method.minimum:
                raise DefinitionError(
                    env._(
                        "It is about what people keep to themselves: its figures are of %s people at"
                        " least.",
                        method.minimum,
                    )
                )
            return
        needed = [(self.model, env._("which records")), (self.date_path, env._("their date"))]
        if self.aggregate != "count":
            if self.measure == "duration" and self.aggregate != "distinct":
                needed += [
                    (self.from_path, env._("from when")),
                    (self.to_path, env._("until when")),
                ]
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
        try:
            pairs = list(asked_by(model, definition_of(self.sudo())))
        except DefinitionError as error:
            raise ValidationError(str(error)) from error
        except (OverflowError, TypeError, ValueError) as error:
            raise ValidationError(
                self.env._("Which records count cannot be read: %s", self.domain)
            ) from error
        for owner in dict.fromkeys([model, *(owner for owner, __ in pairs)]):
            if self._is_kept(owner, owner is not model):
                raise AccessError(
                    self.env._(
                        "“%s” cannot be counted by you: you may not read them, or people keep them"
                        " to themselves.",
                        self.env["ir.model"]._get(owner._name).sudo().name,
                    )
                )
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

    @api.model
    def _is_kept(self, model, linked):
        """Return whether the current user may not have records of a model be counted, or asked for."""
        return is_closed(model, linked) or decides_in_code(model) or not model.has_access("read")

    def _reads_all(self, companies=None):
        """Return whether the current user can read all of what is counted, or has been by an earlier
        version.

        :param companies: in these; by default in each that it is of
        """
        self.ensure_one()
        own = self.sudo()
        if companies is None:
            companies = own.company_id or self.env["res.company"].sudo().search(
                [("active", "=", True)]
            )
        definitions = [definition_of(own), *own.version_ids.mapped("definition")]
        over = {
            part["kpi"]
            for one in definitions
            if one["kind"] == "formula"
            for part in one["inputs"].values()
        }
        inputs = self.browse(over).exists()
        return (
            len(inputs) == len(over)
            and all(
                one.is_readable
                and (one.sudo().disclosure == "aggregate" or one._reads_all(companies))
                for one in inputs
            )
            and all(
                reads_all(self.env, definition, company.id)
                for definition in definitions
                if definition["kind"] != "formula"
                for company in companies
            )
        )

    def _reads_all_here(self):
        return self._reads_all(self.env.companies)

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

    def _check_running(self):
        if idle := self.input_ids.sudo().filtered(lambda one: one.state != "on" or not one.active):
            raise UserError(
                self.env._(
                    "“%(kpi)s” is over “%(input)s”, which does not run: start that first.",
                    kpi=self.name,
                    input=idle[0].name,
                )
            )

    def _check_no_figures(self):
        for kpi in self:
            if kpi.state != "draft":
                raise UserError(self.env._("“%s” has figures: archive it instead.", kpi.name))

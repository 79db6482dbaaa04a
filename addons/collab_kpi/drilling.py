"""Which records a figure is of.

Functions, not methods, as methods can be called from the code of server actions.
"""

from odoo import fields
from odoo.fields import Domain
from odoo.tools import SQL

from .facts import PEOPLE, company_field, domain_of, facts_of, field_of, model_of
from .windows import NOBODY, Window, calendars

#: Records that are opened by their numbers, at most
MOST = 20_000


class Drill:
    """The records of one figure, as the reader may read them.

    :ivar model: name of the model
    :ivar number: how many were counted, also those that the reader may not read
    """

    def __init__(self, env, definition, grain, start, dimension_id, part):
        """:param env: of the reader
        :param dict definition: by which it was counted
        :param date start: first day of the period
        :param dimension_id: or None for the whole
        :param int part: 0 for what is of none
        """
        self.env = env
        self.definition = definition
        self.grain = grain
        self.start = start
        self.index = next(
            (
                index
                for index, one in enumerate(definition["breakdowns"])
                if one["dimension"] == dimension_id
            ),
            None,
        )
        self.part = part
        zones = calendars(env, definition["company"])
        self.companies = [one for one in zones if one in (NOBODY, *env.companies.ids)]
        self.window = Window(grain, start, zones, start)
        self.model = _model(env, definition)
        self._su = env(su=True)
        self._query = self._counted_ids()
        [[self.number]] = self._su.execute_query(
            SQL("SELECT COUNT(*) FROM (%s) counted", self._query)
        )

    def _counted_ids(self):
        """Return the ids of what was counted, as a query."""
        facts = facts_of(self._su, self.definition, self.window)
        self._su.flush_all()
        column = self.index is not None and SQL.identifier(f"d{self.index}")
        return SQL(
            "SELECT DISTINCT res_id FROM (%s) fact WHERE %s = 1 AND %s IS NOT NULL%s%s",
            facts.query,
            self.window.bucket(SQL("at"), SQL("company_id"), facts.is_timed),
            SQL("1") if self.definition["aggregate"] == "count" else SQL("amount"),
            self._of_companies(facts),
            SQL(" AND COALESCE(%s, 0) = %s", column, self.part) if column else SQL(),
        )

    def _of_companies(self, facts):
        if not facts.has_company:
            return SQL()
        ids = [one for one in self.companies if one]
        return SQL(" AND (company_id IS NULL OR company_id = ANY(%s))", ids)

    def domain(self):
        """Return the domain of the records: what was asked for if that finds them, else their ids."""
        if self.definition["kind"] == "records":
            domain = self._asked()
            count = self._su[self.model].search_count(domain)
            if count == self.number:
                return list(domain)
        found = self._su.execute_query(SQL("%s LIMIT %s", self._query, MOST))
        model = self.env[self.model].with_context(active_test=False)
        # the numbers of others are told to nobody
        domain = [("id", "in", model.search([("id", "in", [row[0] for row in found])]).ids)]
        if model._active_name:
            domain.append((model._active_name, "in", [True, False]))  # also what has been archived
        return domain

    def _asked(self):
        """Return the domain by which the records count."""
        definition = self.definition
        model = model_of(self._su, self.model)
        path = definition["date"]
        is_timed = field_of(model, path).type == "datetime"
        spans = {}
        for company_id in self.companies:
            first, until = self.window.bounds(company_id, is_timed)
            spans.setdefault((first, until), []).append(company_id or False)
        has_company = company_field(model) is not None
        convert = fields.Datetime.to_string if is_timed else fields.Date.to_string
        when = Domain.OR(
            Domain(path, ">=", convert(first))
            & Domain(path, "<", convert(until))
            & (Domain("company_id", "in", ids) if has_company else Domain.TRUE)
            for (first, until), ids in spans.items()
        )
        return domain_of(self._su, definition) & when & self._of_part(model)

    def _of_part(self, model):
        if self.index is None:
            return Domain.TRUE
        breakdown = self.definition["breakdowns"][self.index]
        path, value = breakdown["path"], self.part or False
        relation = field_of(model, path).comodel_name
        if relation == breakdown["model"] or relation not in PEOPLE:
            return Domain(path, "=", value)
        # by the department of a person there is nothing to ask for: go by what was found
        return Domain.FALSE


def _model(env, definition):
    if definition["kind"] == "method":
        method = env["collab.kpi"]._collab_kpi_methods().get(definition["method"])
        return method and method.res_model
    return definition["model"]


def opens(env, definition):
    """Return whether there is anything to open behind the figures of a definition."""
    if not definition:
        return False
    return definition["kind"] == "formula" or bool(_model(env, definition))

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..core.periods import LONGER, shift
from ..drilling import Drill
from ..known import known
from ..reading import Sight

#: There is nothing later, and the clock of Python ends soon
LAST_YEAR = 9000


class CollabKpi(models.Model):
    """A click on a figure."""

    # a file for each of its concerns
    _inherit = "collab.kpi"  # pylint: disable=consider-merging-classes-inherited

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
        if type(res_id) is not int or type(dimension_id) not in (int, type(None)):
            raise UserError(self.env._("There is no such figure."))
        kpi = self.sudo()
        kpi._check_seen(self.env)
        if kpi.open_from and shift(start, grain, 1) > kpi.open_from:
            kpi._count_now()
        definition = kpi._definition_for(self.env.companies, grain, start)
        if definition["kind"] == "formula":
            return self._action_inputs(grain, start)
        if definition.get("minimum"):
            kpi._check_shown(self.env.companies, grain, start, dimension_id, res_id)
        return self._action_records(definition, grain, start, dimension_id, res_id)

    def _checked_period(self, grain, start):
        try:
            day = fields.Date.to_date(start)
        except (TypeError, ValueError):
            day = None
        if not day or day.year > LAST_YEAR or grain not in (self.period, *LONGER[self.period]):
            raise UserError(self.env._("There is no such period."))
        return day

    def _check_seen(self, env):
        """Refuse who may not see the figures.

        :param env: of the reader
        """
        companies = self.env["collab.kpi.value"]._read_group(
            [("kpi_id", "=", self.id), ("company_id", "in", [False, *env.companies.ids])],
            ["company_id"],
        )
        sight = Sight(env, known(env, self.ids))
        if not all(sight.sees(self.id, company.id or None) for [company] in companies):
            raise AccessError(
                env._("You may not see this: it is over records that you may not all open.")
            )

    def _check_shown(self, companies, grain, start, dimension_id, res_id):
        """Refuse to tell of a figure that is shown to nobody, as it is of too few people."""
        shown = self.env["collab.kpi.value"].search_count(
            [
                ("kpi_id", "=", self.id),
                ("grain", "=", grain),
                ("start", "=", start),
                ("company_id", "in", [False, *companies.ids]),
                ("dimension_id", "=", dimension_id or False),
                ("res_id", "in", [res_id] if res_id else [False, 0]),
                ("value", "!=", False),
                ("lack", "=", False),
            ]
        )
        if not shown:
            raise UserError(self.env._("There is no such figure."))

    def _definition_for(self, companies, grain, start):
        """Return by what the figures of a period were counted."""
        values = self.env["collab.kpi.value"].search(
            [
                ("kpi_id", "=", self.id),
                ("grain", "=", grain),
                ("start", "=", start),
                ("company_id", "in", [False, *companies.ids]),
            ],
            order="version_id desc",
            limit=1,
        )
        if not values:
            raise UserError(self.env._("There is no figure of this period."))
        return values.version_id.definition

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
        if dimension_id not in (None, *(one["dimension"] for one in definition["breakdowns"])):
            raise UserError(self.env._("There is no such figure."))
        drill = Drill(self.env, definition, grain, start, dimension_id, res_id)
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

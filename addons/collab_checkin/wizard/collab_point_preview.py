from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL, date_utils

from ..counting import groups, worth

#: Records that are shown
SHOWN = 1000


class CollabPointPreview(models.TransientModel):
    """What a rule would have given for last month; nothing is entered."""

    _name = "collab.point.preview"
    _description = "Preview of a Point Rule"

    rule_id = fields.Many2one("collab.point.rule", required=True, ondelete="cascade")
    sentence = fields.Char(related="rule_id.sentence")
    first = fields.Date(compute="_compute_figures")
    last = fields.Date(compute="_compute_figures")
    works = fields.Integer(string="Records", compute="_compute_figures")
    people = fields.Integer(string="People with Points", compute="_compute_figures")
    points = fields.Integer(compute="_compute_figures")
    most = fields.Integer(string="Most for One Person", compute="_compute_figures")

    @api.depends("rule_id")
    def _compute_figures(self):
        for preview in self:
            first, until = preview._month()
            [figures] = self.env.execute_query(
                SQL(
                    "SELECT COALESCE(SUM(works), 0), COUNT(*) FILTER (WHERE points > 0),"
                    " COALESCE(SUM(points), 0), COALESCE(MAX(points), 0) FROM ("
                    " SELECT SUM(cardinality(res_ids)) AS works, SUM(%s) AS points"
                    " FROM (%s) counted GROUP BY user_id) people",
                    worth(preview.rule_id, SQL("cardinality(res_ids)")),
                    groups(preview.rule_id, first, until),
                )
            )
            preview.first, preview.last = first, until - relativedelta(days=1)
            preview.works, preview.people, preview.points, preview.most = figures

    def _month(self):
        """Return from when until when; of weeks, those that begin in last month."""
        this = fields.Date.today().replace(day=1)
        days = [this - relativedelta(months=1), this]
        if self.rule_id.period == "week":
            days = [date_utils.start_of(day + relativedelta(days=6), "week") for day in days]
        return days

    def action_open_records(self):
        """Open the records that would have counted, the newest ones if there are many; those that
        the user may read."""
        self.ensure_one()
        found = self.env.execute_query(
            SQL(
                "SELECT DISTINCT unnest(res_ids) AS res_id FROM (%s) counted"
                " ORDER BY res_id DESC LIMIT %s",
                groups(self.rule_id, *self._month()),
                SHOWN,
            )
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.rule_id.source_id.sudo().name,
            "res_model": self.rule_id.source_id.sudo().model,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", [row[0] for row in found])],
            "context": {"active_test": False, "create": False},
        }

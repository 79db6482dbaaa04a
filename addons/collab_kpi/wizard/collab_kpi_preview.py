import time

import psycopg2

from odoo import fields, models

from ..core.periods import shift
from ..counting import WHOLE
from ..defining import definition_of
from ..facts import DefinitionError
from ..formulas import figures_of
from ..known import known
from ..looks import writer
from ..reading import reads_all
from ..refreshing import window_of
from ..windows import running

#: Periods that are tried
SHOWN = 6
#: Seconds that it may take
PATIENCE = 20


class CollabKpiPreview(models.TransientModel):
    """What an indicator comes to in the last periods, as it is now; nothing of it is kept."""

    _name = "collab.kpi.preview"
    _description = "KPI Preview"

    kpi_id = fields.Many2one("collab.kpi", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(
        "res.company", readonly=True, default=lambda self: self.env.company
    )
    line_ids = fields.One2many("collab.kpi.preview.line", "preview_id", readonly=True)
    trouble = fields.Char(readonly=True)
    took = fields.Char(readonly=True)

    def _try(self):
        """Count, as superuser, for who could do so themselves."""
        self.ensure_one()
        kpi = self.kpi_id
        kpi.check_access("write")
        company = self.company_id & self.env.companies
        may = kpi.is_readable and company
        if not may or (kpi.disclosure != "aggregate" and not kpi._reads_all(company)):
            self.trouble = self.env._(
                "You may not read all of what it counts, so you do not see what it comes to."
            )
            return
        begun = time.perf_counter()
        try:
            with self.env.cr.savepoint():
                self.env.cr.execute("SET LOCAL statement_timeout = %s", [PATIENCE * 1000])
                self._count(kpi.sudo())
                self.env.cr.execute("SET LOCAL statement_timeout = DEFAULT")
        except psycopg2.errors.QueryCanceled:
            self.trouble = self.env._(
                "It took more than %s seconds: have fewer records count, or fewer parts.", PATIENCE
            )
        except DefinitionError as error:
            self.trouble = str(error)
        else:
            seconds = time.perf_counter() - begun
            self.took = self.env._("Counted in %s seconds.", f"{seconds:.2f}")

    def _count(self, kpi):
        kpi._check_complete()
        definition = definition_of(kpi)
        zones = window_of(kpi.env, definition, since=None).calendars
        company_id = self.company_id.id if self.company_id.id in zones else None
        since = shift(running(kpi.period, zones[company_id]), kpi.period, 1 - SHOWN)
        figures = figures_of(kpi.env, definition, window_of(kpi.env, definition, since))
        # what is of no company is for who may read that, too
        nobody = {None} if self._reads_nobody(definition) else set()
        figures = [one for one in figures if one.company_id in {company_id} | nobody]
        text = writer(self.env, known(self.env, kpi.ids)[kpi.id].look)
        lines = []
        wholes = sorted(
            (one for one in figures if one.breakdown is WHOLE), key=lambda one: one.start
        )
        for figure in reversed(wholes):
            lines.append(self._line(text, figure, ""))
        for index, breakdown in enumerate(definition["breakdowns"]):
            lines += self._parts(text, definition, index, breakdown, figures, since)
        self.env["collab.kpi.preview.line"].create(lines)

    def _reads_nobody(self, definition):
        kpi = self.kpi_id
        if kpi.disclosure == "aggregate" or definition["kind"] == "formula":
            return True
        return reads_all(self.env, definition, None)

    def _parts(self, text, definition, index, breakdown, figures, since):
        """Return the greatest parts of the period that runs."""
        last = max((one.start for one in figures), default=None)
        parts = [one for one in figures if one.breakdown == index and one.start == last]
        parts.sort(key=lambda one: -(one.value or 0))
        dimension = self.env["collab.kpi.dimension"].sudo().browse(breakdown["dimension"])
        names = dimension._names([one.part for one in parts[:SHOWN]])
        return [
            self._line(text, one, names.get(one.part) or self.env._("None"))
            for one in parts[:SHOWN]
        ]

    def _line(self, text, figure, part):
        return {
            "preview_id": self.id,
            "start": figure.start,
            "part": part,
            "figure": text(figure.value),
            "records": figure.weight,
        }


class CollabKpiPreviewLine(models.TransientModel):
    _name = "collab.kpi.preview.line"
    _description = "KPI Preview Line"
    _order = "id"

    preview_id = fields.Many2one("collab.kpi.preview", required=True, ondelete="cascade")
    start = fields.Date(string="From")
    part = fields.Char()
    figure = fields.Char()
    records = fields.Integer()

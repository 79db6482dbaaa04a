from odoo import api, models

from .. import charts
from ..issuing import compared, tiles_shown
from ..looks import writer
from ..reports import words_of


class ReportPage(models.AbstractModel):
    """What a report's pages are made of: of the report alone."""

    _name = "report.collab_kpi.report_page"
    _description = "Report Pages"

    @api.model
    def _get_report_values(self, docids, data=None):
        reports = self.env["collab.kpi.report"].browse(docids)
        reports.check_access("read")
        return {
            "doc_ids": docids,
            "doc_model": reports._name,
            "docs": [self._page(report) for report in reports],
        }

    def _page(self, report):
        tiles = tiles_shown(self.env, report.content)
        return {
            "report": report,
            "company": report.content["company"][1],
            "note": words_of(report)["note"],
            "tiles": [tile | {"svg": self._chart(tile)} for tile in tiles],
            # an indicator that has several tiles has one row
            "figures": list(
                {tile["kpi_id"]: tile for tile in tiles if tile.get("figure")}.values()
            ),
            "before": compared(self.env, report.content),
        }

    def _chart(self, tile):
        """Return what a tile shows, drawn."""
        env, title = self.env, tile["title"]
        if "heatmap" in tile:
            heatmap = tile["heatmap"]
            return charts.heatmap(env, title, heatmap["labels"], heatmap["rows"])
        if "ranking" in tile:
            return charts.bars(env, title, tile["ranking"]["rows"])
        if "bottleneck" in tile:
            stack = tile["bottleneck"]
            parts = [part["label"] for part in stack["parts"]]
            return charts.stacked(env, title, parts, stack["rows"])
        if tile["kind"] == "number" or "trend" not in tile:
            return ""
        trend = tile["trend"]
        return charts.trend(
            env,
            title,
            trend["labels"],
            trend["values"],
            texts=trend["texts"],
            target=trend["target"],
            warn=trend["warn"],
            changes=trend["changes"],
            tick_text=writer(env, tile["format"]),
        )

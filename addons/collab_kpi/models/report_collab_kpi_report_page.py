from odoo import api, models

from .. import charts
from ..issuing import compared, tiles_shown
from ..looks import writer
from ..reports import words_of

#: Periods that a chart shows at the least
FEW = 4


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
            "tiles": [tile | self._drawn(tile) for tile in tiles],
            # an indicator that has several tiles has one row
            "figures": list(
                {tile["kpi_id"]: tile for tile in tiles if tile.get("figure")}.values()
            ),
            "before": compared(self.env, report.content),
        }

    def _drawn(self, tile):
        """Return the chart of a tile, or why it has none."""
        if tile["error"]:
            return {"svg": "", "lack": tile["error"]}
        if not _has_figures(tile):
            return {"svg": "", "lack": self.env._("There are no figures.")}
        return {"svg": self._chart(tile), "lack": ""}

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
        trend = _begun(tile["trend"])
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


def _has_figures(tile):
    """Return whether there is anything to draw."""
    if "trend" in tile:
        return any(value is not None for value in tile["trend"]["values"])
    return any(tile[kind]["rows"] for kind in ("heatmap", "ranking", "bottleneck") if kind in tile)


def _begun(trend):
    """Return a trend from where it begins: a page has no room for periods before there was anything."""
    values = trend["values"]
    first = next(index for index, value in enumerate(values) if value is not None)
    begins = min(first, len(values) - FEW)
    return trend | {
        **{name: trend[name][begins:] for name in ("labels", "values", "texts", "target", "warn")},
        "changes": [one - begins for one in trend["changes"] if one >= begins],
    }

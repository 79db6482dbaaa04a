from odoo import models

from odoo.addons.collab_kpi.showing import Board, Tile

#: Indicators of a digest, at most
MOST = 10
#: In which order they come
ORDER = {"bad": 0, "warning": 1, "good": 2}


class DigestDigest(models.Model):
    _inherit = "digest.digest"

    def _compute_kpis(self, company, user):
        return super()._compute_kpis(company, user) + self._collab_kpis(company, user)

    def _collab_kpis(self, company, user):
        """Return the indicators that somebody is responsible for, of the last periods that are over,
        those that are off target first."""
        reader = self.with_user(user).with_context(
            allowed_company_ids=company.ids, lang=user.lang or self.env.lang
        )
        env = reader.env
        kpis = env["collab.kpi"].search([("owner_id", "=", user.id), ("state", "=", "on")])
        shown = []
        for period, same in kpis.grouped("period").items():
            tiles = [Tile(kpi.id, kpi.id, "number") for kpi in same]
            board = Board(env, tiles, period, back=1)
            shown += [board.tile(tile) for tile in tiles]
        shown = [one for one in shown if one.get("figure")]
        shown.sort(key=lambda one: ORDER.get((one["target"] or {}).get("status"), len(ORDER)))
        return [_row(env, one) for one in shown[:MOST]]


def _row(env, tile):
    """Return what a digest has of a tile."""
    figure, target = tile["figure"], tile["target"]
    values = tile["trend"]["values"]
    row = {
        "kpi_name": f"collab_kpi_{tile['kpi_id']}",
        "kpi_fullname": tile["title"],
        "kpi_action": "collab_kpi.collab_dashboard_action_show",
        "kpi_col1": {
            "value": figure["text"],
            "margin": 100 * (values[-1] - values[-2]) / abs(values[-2])
            if figure["change_text"]
            else 0.0,
            "col_subtitle": tile["period_label"],
        },
        "kpi_col2": {},
        "kpi_col3": {},
    }
    if figure["previous_text"]:
        before = tile["trend"]["long_labels"][-2]
        row["kpi_col2"] = {"value": figure["previous_text"], "col_subtitle": before}
    if target:
        subtitle = target["status_text"] or env._("Target")
        row["kpi_col3"] = {"value": target["text"], "col_subtitle": subtitle}
    return row

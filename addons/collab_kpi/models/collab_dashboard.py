from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..showing import show
from .collab_kpi_value import PERIODS


class CollabDashboard(models.Model):
    """Tiles that show indicators: of oneself, or shared with others, who may arrange them for
    themselves."""

    _name = "collab.dashboard"
    _description = "Dashboard"
    _inherit = ["collab.text.mixin"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        required=True,
        default=lambda self: self.env.user,
        ondelete="cascade",
        domain=[("share", "=", False)],
    )
    is_shared = fields.Boolean(string="Shared", help="Others see it, too.")
    group_ids = fields.Many2many(
        "res.groups", string="Readers", help="Empty: every internal user, if it is shared."
    )
    company_id = fields.Many2one("res.company", help="Empty: for every company.")
    period = fields.Selection(
        PERIODS, required=True, default="month", help="By which it is shown at first."
    )
    tile_ids = fields.One2many("collab.dashboard.tile", "dashboard_id", string="Tiles", copy=True)

    # ------------------------------------------------------------------
    # Who may change it
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        dashboards = super().create(vals_list)
        dashboards._check_own()
        return dashboards

    def write(self, vals):
        result = super().write(vals)
        if not {"is_shared", "user_id"}.isdisjoint(vals):
            self._check_own()
        return result

    def _check_own(self):
        """Only process owners share dashboards, or make them for others."""
        if self.env.su or self._is_designer():
            return
        if any(one.is_shared or one.user_id != self.env.user for one in self):
            raise AccessError(
                self.env._(
                    "Process owners share dashboards. Keep this one to yourself, or ask one."
                )
            )

    @api.model
    def _is_designer(self):
        return self.env.user.has_group("collab_base.group_collab_process_owner")

    # ------------------------------------------------------------------
    # For the client
    # ------------------------------------------------------------------

    @api.model
    @api.readonly
    def choices(self):
        """Return the dashboards that the current user may look at.

        :return: list of dicts: ``id`` and ``name``
        """
        self._check_internal()
        return [{"id": one.id, "name": one.name} for one in self.search_fetch([], ["name"])]

    def _show(self, grain, back, is_whole):
        """Return what a dashboard shows the current user; see ``showing``.

        :param str grain: kind of the periods, by default the dashboard's own
        """
        self._check_internal()
        # with what the record rules ask of it
        names = ["name", "period", "company_id", "user_id", "is_shared"]
        found = self.search_fetch([("id", "in", self.ids)], names)
        if not found:
            raise UserError(self.env._("There is no such dashboard, or it is not shared with you."))
        return show(found, grain or found.period, back, is_whole)

    def arrange(self, tiles):
        """Keep in which order, and how wide, the current user has the tiles; those left out are
        hidden for them.

        :param list tiles: of dicts: ``id`` and ``width``
        """
        self.ensure_one()
        self.check_access("read")
        layout = self._checked(tiles)
        layouts = self.env["collab.dashboard.layout"]
        if own := layouts.search([("dashboard_id", "=", self.id), ("user_id", "=", self.env.uid)]):
            own.layout = layout
        else:
            layouts.create({"dashboard_id": self.id, "layout": layout})
        return True

    def reset_arrangement(self):
        """Show the current user the tiles as the dashboard has them."""
        self.ensure_one()
        self.check_access("read")
        layouts = self.env["collab.dashboard.layout"]
        layouts.search([("dashboard_id", "=", self.id), ("user_id", "=", self.env.uid)]).unlink()
        return True

    def arrange_for_all(self, tiles):
        """Put the tiles into an order, and give them widths, for everybody; those left out stay
        behind the others. Own arrangements are not touched, but that of the current user goes."""
        self.ensure_one()
        self.check_access("write")
        layout = self._checked(tiles)
        order = {one["id"]: index for index, one in enumerate(layout)}
        widths = {one["id"]: one["width"] for one in layout}
        for tile in self.tile_ids:
            tile.write(
                {
                    "sequence": order.get(tile.id, len(order) + tile.sequence),
                    "width": widths.get(tile.id, tile.width),
                }
            )
        return self.reset_arrangement()

    def _checked(self, tiles):
        """Return an arrangement as it is kept, if it is one."""
        known = set(self.tile_ids.ids)
        if not isinstance(tiles, list) or not all(
            isinstance(one, dict)
            and type(one.get("id")) is int
            and one["id"] in known
            and one.get("width") in (1, 2, 3, 4)
            for one in tiles
        ):
            raise UserError(self.env._("The tiles have changed meanwhile: load the page again."))
        return [{"id": one["id"], "width": int(one["width"])} for one in tiles]

    @api.model
    def _check_internal(self):
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Dashboards are for internal users."))

    def action_open(self):
        """Open the dashboard."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "collab_dashboard",
            "name": self.name,
            "params": {"dashboard_id": self.id},
        }

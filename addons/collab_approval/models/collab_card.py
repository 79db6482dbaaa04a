from odoo import api, models

from odoo.addons.collab_base.core.card import Card

#: Rows that a card shows; the rest is a number and a link
CARD_ROWS = 20


class CollabCard(models.AbstractModel):
    _inherit = "collab.card"

    @api.model
    def _collab_cards(self):
        return super()._collab_cards() + [
            Card(
                key="approval.todo",
                title=self.env._("To decide"),
                sequence=10,
                component="approval_todo",
                data=self._data_approval_todo,
                width="full",
            ),
            Card(
                key="approval.mine",
                title=self.env._("My requests"),
                sequence=20,
                component="approval_mine",
                data=self._data_approval_mine,
            ),
        ]

    @api.model
    def _data_approval_todo(self):
        """Return what waits for the current user, oldest first, and how many that are."""
        requests = self.env["collab.approval.request"].search(
            [("my_turn", "=", True)], order="submitted_at, id", limit=CARD_ROWS
        )
        return {
            "count": self.env["collab.approval.task"]._count_mine(),
            "rows": self.env["collab.approval.presenter"]._card_rows(requests),
        }

    @api.model
    def _data_approval_mine(self):
        """Return the current user's own requests: those that run, then the last ended."""
        domain = [("requester_id", "=", self.env.uid)]
        requests = self.env["collab.approval.request"]
        running = requests.search([*domain, ("state", "=", "running")], limit=CARD_ROWS)
        ended = requests.search(
            [*domain, ("state", "!=", "running")], order="decided_at desc, id desc", limit=5
        )
        return {
            "count": requests.search_count([*domain, ("state", "=", "running")]),
            "rows": self.env["collab.approval.presenter"]._card_rows(running | ended),
        }

from odoo import api, models

from odoo.addons.collab_base.core.card import Card


class CollabCard(models.AbstractModel):
    """The example of a card: what an addon writes to be on the workbench."""

    _inherit = "collab.card"

    @api.model
    def _collab_cards(self):
        return super()._collab_cards() + [
            Card(
                key="test.records",
                title=self.env._("My records"),
                sequence=10,
                component="test_collab.records",
                data=self._test_records_data,
                groups="base.group_user",
            ),
        ]

    def _test_records_data(self):
        records = self.env["test.collab.record"].search_fetch(
            [("user_id", "=", self.env.uid)], ["name", "date"], order="date, id", limit=5
        )
        if not records:
            return None
        count = len(records)
        if count == 5:
            count = self.env["test.collab.record"].search_count([("user_id", "=", self.env.uid)])
        return {
            "count": count,
            "records": [{"id": r.id, "name": r.name, "date": r.date} for r in records],
        }

from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.collab_base.core.card import Card

#: Lines of a card
LINES = 8


class CollabCard(models.AbstractModel):
    _inherit = "collab.card"

    @api.model
    def _collab_cards(self):
        return super()._collab_cards() + [
            Card(
                "document.reading",
                self.env._("To read"),
                30,
                "document_reading",
                partial(self._document_reading),
            ),
            Card(
                "document.checkouts",
                self.env._("My check-outs"),
                60,
                "document_checkouts",
                partial(self._document_checkouts),
            ),
            Card(
                "document.recent",
                self.env._("Recent documents"),
                70,
                "document_recent",
                partial(self._document_recent),
            ),
        ]

    @api.model
    def _document_reading(self):
        """Return the documents that the current user has yet to confirm, those due first."""
        readings = self.env["collab.document.reading"]
        domain = readings._waiting()
        found = readings.search(domain, limit=LINES, order="due nulls last, id")
        return {
            "count": readings.search_count(domain) if len(found) == LINES else len(found),
            "lines": [
                {
                    "id": reading.id,
                    "due": fields.Date.to_string(reading.due) if reading.due else False,
                    "asked_by": reading.asked_uid.sudo().name,
                    **self._document_line(reading.document_id),
                }
                for reading in found
            ],
        }

    @api.model
    def _document_checkouts(self):
        documents = self.env["collab.document"]
        domain = [("is_mine", "=", True)]
        found = documents.search(domain, limit=LINES)
        return {
            "count": documents.search_count(domain) if len(found) == LINES else len(found),
            "lines": [
                self._document_line(document)
                | {"until": fields.Datetime.to_string(document.checkout_until)}
                for document in found
            ],
        }

    @api.model
    def _document_recent(self):
        """Return the documents that the current user has opened, added or changed last."""
        documents = self.env["collab.document"]
        rows = self.env.execute_query(
            SQL(
                "SELECT document_id FROM (SELECT document_id, id FROM collab_document_event"
                " WHERE user_id = %s AND document_id IS NOT NULL ORDER BY id DESC LIMIT 200) mine"
                " GROUP BY document_id ORDER BY MAX(id) DESC LIMIT %s",
                self.env.uid,
                2 * LINES,
            )
        )
        ids = [row[0] for row in rows]
        readable = set(documents.search([("id", "in", ids)]).ids)
        recent = documents.browse([one for one in ids if one in readable][:LINES])
        return {"lines": [self._document_line(document) for document in recent]}

    @api.model
    def _document_line(self, document):
        return {
            "document_id": document.id,
            "name": document.name,
            "number": document.number,
            "icon": document.icon,
            "preview": document.preview,
            "version_id": document.version_id.id,
            "folder": document.folder_id.sudo().name,
        }

import logging

import psycopg2.errors

from odoo import api, models
from odoo.exceptions import AccessError, UserError

_logger = logging.getLogger(__name__)


class CollabCard(models.AbstractModel):
    """The cards of the workbench: what addons offer, and what a user gets."""

    _name = "collab.card"
    _description = "Workbench Cards"

    # ------------------------------------------------------------------
    # For addons
    # ------------------------------------------------------------------

    @api.model
    def _collab_cards(self):
        """Return the cards of all addons; to override and append to.

        Called at each load, by every user: build the list, query nothing. What
        costs goes into the ``data`` of the card.

        :return: list of :class:`~odoo.addons.collab_base.core.card.Card`
        """
        return []

    @api.model
    def _notify(self, users, *keys):
        """Have the open workbenches of `users` load the cards `keys` again.

        Sent when the transaction is committed, once a user, however often this is
        called before.
        """
        pending = self.env.cr.precommit.data.get("collab.card")
        if pending is None:
            pending = self.env.cr.precommit.data["collab.card"] = {}
            self.env.cr.precommit.add(self._send_notifications)
        for user_id in users.ids:
            pending.setdefault(user_id, set()).update(keys)

    @api.model
    def _send_notifications(self):
        pending = self.env.cr.precommit.data.pop("collab.card", {})
        # as superuser: telling somebody to look again tells nothing else
        users = self.env["res.users"].sudo().with_context(active_test=False)
        users = users.search_fetch([("id", "in", list(pending))], ["partner_id"])
        for user in users:
            user._bus_send("collab/card", {"keys": sorted(pending[user.id])})

    # ------------------------------------------------------------------
    # For the client
    # ------------------------------------------------------------------

    @api.model
    @api.readonly
    def load(self, keys=None):
        """Return the cards of the current user with their data.

        :param keys: only these cards; all of them by default
        :return: list of dicts ``key``, ``title``, ``sequence``, ``component``,
            ``width``, and either ``data`` or ``error``, a sentence
        """
        if not self.env.user._is_internal():
            raise AccessError(self.env._("The workbench is for internal users."))
        if keys is not None and not isinstance(keys, list | tuple):
            raise UserError(self.env._("Cards are named by a list of their keys."))
        cards = [
            card
            for card in self._collab_cards()
            if (keys is None or card.key in keys)
            and (not card.groups or self.env.user.has_groups(card.groups))
        ]
        cards.sort(key=lambda card: (card.sequence, card.key))
        return [self._load_card(card) for card in cards]

    def _load_card(self, card):
        values = {
            "key": card.key,
            "title": card.title,
            "sequence": card.sequence,
            "component": card.component,
            "width": card.width,
        }
        try:
            # a card that fails in SQL must leave the transaction to the others
            with self.env.cr.savepoint(flush=False):
                values["data"] = card.data()
        except psycopg2.errors.ReadOnlySqlTransaction:
            raise  # Odoo calls again with a cursor that can write
        except Exception:
            _logger.exception("Workbench card %s could not be loaded", card.key)
            values["error"] = self.env._(
                "This card cannot be shown at the moment. The others are not affected."
            )
        return values

import json
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..core.card import Card

LOGGER = "odoo.addons.collab_base.models.collab_card"


def card(key, data=lambda: 1, **values):
    values = {"title": key, "sequence": 10, "component": "c", **values}
    return Card(key=key, data=data, **values)


class CardCase:
    def _offer(self, *cards):
        model = self.env.registry["collab.card"]
        self.patch(model, "_collab_cards", lambda self: list(cards))


@tagged("post_install", "-at_install")
class TestCard(CardCase, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "card_reader")
        cls.cards = cls.env["collab.card"].with_user(cls.user)

    def test_load(self):
        self._offer(card("b", width="full"), card("z", sequence=1), card("a"))
        self.assertEqual(
            self.cards.load()[0],
            {
                "key": "z",
                "title": "z",
                "sequence": 1,
                "component": "c",
                "width": "half",
                "data": 1,
            },
        )
        self.assertEqual([c["key"] for c in self.cards.load()], ["z", "a", "b"])
        self.assertEqual([c["key"] for c in self.cards.load(["b", "x"])], ["b"])
        self.assertEqual(self.cards.load([]), [])

    def test_malformed(self):
        self._offer(card("a"))
        for keys in (False, 1, "a", {"a": 1}):
            with self.subTest(keys=keys), self.assertRaises(UserError):
                self.cards.load(keys)
        self.assertEqual(self.cards.load([[], None]), [])

    def test_internal_users_only(self):
        """Others do not even get the titles."""
        self._offer(card("a"))
        portal = new_test_user(self.env, "card_portal", groups="base.group_portal")
        for user in (portal, self.env.ref("base.public_user")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.cards.with_user(user).load()

    def test_groups(self):
        """The data of a card that is not for the user is not even computed."""
        asked = []
        self._offer(
            card("secret", lambda: asked.append(1), groups="base.group_system"),
            card("both", groups="base.group_system,base.group_user"),
        )
        self.assertEqual([c["key"] for c in self.cards.load()], ["both"])
        self.assertFalse(asked)

    def test_broken_cards(self):
        """In Python, in SQL, or for want of rights: the others are still there."""

        def broken_sql():
            self.env.cr.execute("SELECT nothing FROM nowhere")

        self._offer(
            card("python", lambda: 1 / 0),
            card("sql", broken_sql),
            card("access", lambda: self.cards.env["ir.rule"].search_count([])),
            card("whole", lambda: self.env["res.users"].search_count([])),
        )
        with (
            mute_logger("odoo.sql_db"),
            self.assertLogs(LOGGER, "ERROR") as logs,
        ):
            cards = {c["key"]: c for c in self.cards.load()}
        self.assertTrue(cards["whole"]["data"])
        for key in ("python", "sql", "access"):
            self.assertNotIn("data", cards[key])
            self.assertIn("cannot be shown", cards[key]["error"])
        self.assertEqual(len(logs.records), 3)

    def test_notify(self):
        """However often, one message a user and transaction, with all keys."""
        other = new_test_user(self.env, "card_other")
        self.env["bus.bus"].sudo().search([]).unlink()
        self.cards._notify(self.user, "a")
        self.cards._notify(self.user, "a")
        self.cards._notify(other, "c")
        self.cards._notify(self.user + other, "b")
        self.assertFalse(self.env["bus.bus"].sudo().search([]))
        self.env.cr.precommit.run()
        sent = {
            tuple(json.loads(bus.channel)[1:]): json.loads(bus.message)
            for bus in self.env["bus.bus"].sudo().search([])
        }
        expected = {
            ("res.partner", user.partner_id.id): {
                "type": "collab/card",
                "payload": {"keys": keys},
            }
            for user, keys in ((self.user, ["a", "b"]), (other, ["b", "c"]))
        }
        self.assertEqual(sent, expected)
        self.assertEqual(self.env["bus.bus"].sudo().search_count([]), 2)
        self.env.cr.precommit.run()
        self.assertEqual(self.env["bus.bus"].sudo().search_count([]), 2)


@tagged("post_install", "-at_install")
class TestCardHttp(CardCase, HttpCase):
    def _rpc(self, model, method, *args):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": {}},
        )

    def test_load_is_readonly(self):
        """One call, answered with a cursor that cannot write."""
        modes = []
        self._offer(card("any"))
        new_test_user(self.env, "card_web")
        self.authenticate("card_web", "card_web")
        with patch.object(self.env.registry["collab.card"], "load", self._recording_load(modes)):
            self._rpc("collab.card", "load")
        self.assertEqual(modes[:1], [True])

    def _recording_load(self, modes):
        load = self.env.registry["collab.card"].load

        def recording(model, keys=None):
            modes.append(model.env.cr.readonly)
            return load(model, keys)

        recording._readonly = load._readonly
        recording._api_model = True
        return recording

    def test_the_rest_is_private(self):
        new_test_user(self.env, "card_web")
        self.authenticate("card_web", "card_web")
        for method in ("_collab_cards", "_notify", "_load_card"):
            with self.assertRaises(Exception), mute_logger("odoo.http"):  # noqa: B017
                self._rpc("collab.card", method)

from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestCard(TransactionCase):
    """The example card, on the server side."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "card_user")
        cls.cards = cls.env["collab.card"].with_user(cls.user)

    def _load(self):
        return self.cards.load(keys=["test.records"])[0]

    def test_nothing(self):
        self.assertIsNone(self._load()["data"])

    def test_records(self):
        self.env["test.collab.record"].create(
            [{"name": f"Record {i}", "user_id": self.user.id} for i in range(7)]
        )
        card = self._load()
        self.assertEqual(card["component"], "test_collab.records")
        self.assertEqual(card["data"]["count"], 7)
        self.assertEqual(len(card["data"]["records"]), 5)

    def test_notify(self):
        """Who gets or loses a record is told to load the card again."""
        notified = []
        self.patch(
            self.env.registry["collab.card"],
            "_notify",
            lambda cards, users, *keys: notified.append((users, keys)),
        )
        record = self.env["test.collab.record"].create({"name": "Record", "user_id": self.user.id})
        record.unlink()
        self.assertEqual(notified, [(self.user, ("test.records",))] * 2)

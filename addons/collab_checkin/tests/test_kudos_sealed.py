from odoo.exceptions import UserError
from odoo.tests import tagged

from .kudos import KudosCase


@tagged("post_install", "-at_install")
class TestKudosSealed(KudosCase):
    """Kudos are made by giving them, and by nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls._person(
            "admin_kudos", "base.group_system,collab_base.group_collab_admin,base.group_user"
        )
        cls.portal = cls._person("portal_kudos", "base.group_portal")

    def setUp(self):
        super().setUp()
        self.given = self._give(self.mei, self.tom)
        self.given.with_user(self.tom).react("applause")
        self.reaction = self.env["collab.kudos.reaction"].search([("kudos_id", "=", self.given.id)])

    def _everybody(self, records):
        for user in (self.mei, self.tom, self.owner, self.admin, self.portal, self.env.user):
            yield records.with_user(user)
        yield records.sudo()

    def test_nobody_makes_kudos(self):
        vals = {
            "sender_id": self.tom.id,
            "receiver_id": self.mei.id,
            "text": "Forged",
            "given_at": "2026-07-15 04:00:00",
            "day": "2026-07-15",
            "week": "2026-07-13",
            "month": "2026-07-01",
            "company_id": self.env.company.id,
        }
        for own in self._everybody(self.given):
            for attempt in (
                lambda own=own: own.create(vals),
                lambda own=own: own.write({"text": "Forged"}),
                lambda own=own: own.write({"by_leader": True}),
                lambda own=own: own.write({"is_mutual": False, "state": "shown"}),
                lambda own=own: own.unlink(),
                lambda own=own: own.copy({"receiver_id": self.mei.id}),
                lambda own=own: own.web_save({"text": "Forged"}, {}),
                lambda own=own: own.browse().web_save(vals, {}),
                lambda own=own: own.with_context(collab_seal=True).write({"text": "Forged"}),
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    attempt()
            if own.env.user != self.portal:
                columns = ["sender_id/.id", "receiver_id/.id", "text", "given_at", "company_id/.id"]
                row = [str(self.tom.id), str(self.mei.id), "x", "2026-07-15 04:00:00", "1"]
                self.assertFalse(own.load(columns, [row])["ids"])
        self.assertEqual(self.given.text, "Thank you")

    def test_nobody_makes_reactions(self):
        vals = {"kudos_id": self.given.id, "user_id": self.mei.id, "sign": "applause"}
        for own in self._everybody(self.reaction):
            for attempt in (
                lambda own=own: own.create(vals),
                lambda own=own: own.write({"sign": "spam"}),
                lambda own=own: own.unlink(),
                lambda own=own: own.copy(),
                lambda own=own: own.web_save({"sign": "spam"}, {}),
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    attempt()
        self.assertEqual(self.reaction.sign, "applause")

    def test_whose_reactions_one_sees(self):
        for user, sees in ((self.tom, True), (self.mei, False), (self.admin, False)):
            self.assertEqual(self.reaction.with_user(user).has_access("read"), sees)

    def test_not_by_a_parent(self):
        """No other record writes them along."""
        for name in ("collab.kudos", "collab.kudos.reaction"):
            inverses = [
                inverse
                for field in self.env[name]._fields.values()
                for inverse in self.env.registry.field_inverses[field]
                if inverse.type in ("one2many", "many2many")
            ]
            self.assertFalse(inverses)

    def test_who_makes_values(self):
        values = self.env["collab.kudos.value"]
        for user in (self.mei, self.portal):
            own = values.with_user(user)
            for attempt in (
                lambda own=own: own.create({"name": "Luck"}),
                lambda own=own: own.browse(self.value.id).write({"name": "Luck"}),
                lambda own=own: own.browse(self.value.id).unlink(),
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    attempt()
        luck = values.with_user(self.owner).create({"name": "Luck"})
        self.assertEqual(self._give(self.mei, self.ann, value_id=luck.id).value_id, luck)

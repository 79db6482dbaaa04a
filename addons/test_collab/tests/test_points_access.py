from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .points import PointsCase


@tagged("post_install", "-at_install")
class TestPointsAccess(PointsCase):
    """Who sees points, and that nobody makes any."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin, cls.auditor, cls.portal = (
            new_test_user(cls.env, login, groups=groups)
            for login, groups in (
                ("admin_points", "base.group_system,collab_base.group_collab_admin"),
                ("auditor_points", "base.group_user,collab_base.group_collab_auditor"),
                ("portal_of_points", "base.group_portal"),
            )
        )

    def setUp(self):
        super().setUp()
        self.rule = self._rule()
        self._job()
        self._job(user_id=self.tom.id, accepted_by_id=self.mei.id)
        self._count(self.rule)
        self.entry = self.entries.search(
            [("user_id", "=", self.mei.id), ("rule_id", "=", self.rule.id)]
        )
        self.tally = self.env["collab.point.tally"].search([("user_id", "=", self.mei.id)])

    def test_own_points_only(self):
        for model in ("collab.point.entry", "collab.point.tally"):
            for user, people in (
                (self.mei, self.mei),
                (self.owner, self.env["res.users"]),
                (self.auditor, self.mei + self.tom),
                (self.admin, self.mei + self.tom),
            ):
                found = self.env[model].with_user(user).search([("rule_id", "=", self.rule.id)])
                self.assertEqual(found.user_id, people, (model, user.login))
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.portal).search([])
        with self.assertRaises(AccessError):
            self.entry.with_user(self.tom).read(["points"])
        with self.assertRaises(AccessError):
            self.entry.with_user(self.tom).action_open_records()

    def test_auditors_see_their_companies_only(self):
        self.mei.write(
            {
                "company_ids": [(4, self.env["res.company"].create({"name": "Another"}).id)],
                "company_id": self.env["res.company"].search([("name", "=", "Another")]).id,
            }
        )
        found = self.entries.with_user(self.auditor).search([("rule_id", "=", self.rule.id)])
        self.assertEqual(found.user_id, self.tom)

    def test_nobody_makes_points(self):
        vals = {"user_id": self.mei.id, "name": "Gift", "kind": "work", "points": 1000}
        for user in (self.mei, self.owner, self.admin, self.portal, self.env.user):
            entries = self.entries.with_user(user)
            own = entries.sudo() if user == self.env.user else entries
            for attempt in (
                lambda own=own: own.create(vals),
                lambda own=own: own.browse(self.entry.id).write({"points": 1000}),
                lambda own=own: own.browse(self.entry.id).unlink(),
                lambda own=own: own.browse(self.entry.id).copy({"points": 1000}),
                lambda own=own: own.browse(self.entry.id).update_field_translations(
                    "name", {"en_US": "Forged"}
                ),
                lambda own=own: own.with_context(collab_seal=True).create(vals),
                lambda own=own: own.browse(self.entry.id).web_save({"points": 1000}, {}),
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    attempt()
            loaded = (
                own.load(
                    ["user_id/.id", "name", "kind", "points"],
                    [[str(self.mei.id), "x", "work", "9"]],
                )
                if user != self.portal
                else {"ids": False}
            )
            self.assertFalse(loaded["ids"])
        self.assertEqual(self._points(), 5)

    def test_nobody_makes_tallies(self):
        for user in (self.mei, self.owner, self.admin):
            tally = self.tally.with_user(user)
            for attempt in (
                lambda tally=tally: tally.create(
                    {"rule_id": self.rule.id, "user_id": self.mei.id, "period": "2026-07-01"}
                ),
                lambda tally=tally: tally.write({"period": "2026-06-01"}),
                lambda tally=tally: tally.unlink(),
            ):
                with self.assertRaises(UserError):
                    attempt()

    def test_not_by_a_parent(self):
        """No other record writes them along."""
        for name in ("collab.point.entry", "collab.point.tally"):
            inverses = [
                field
                for field in self.env[name]._fields.values()
                for inverse in self.env.registry.field_inverses[field]
                if inverse.type in ("one2many", "many2many")
            ]
            self.assertFalse(inverses)

    def test_who_makes_rules(self):
        for user in (self.mei, self.auditor, self.portal):
            rule = self.rule.with_user(user)
            for attempt in (
                lambda rule=rule: rule.create({"name": "x", "source_id": self.source.id}),
                lambda rule=rule: rule.write({"name": "x"}),
                lambda rule=rule: rule.action_start(),
                lambda rule=rule: rule.action_end(),
                lambda rule=rule: rule.action_change(),
                lambda rule=rule: rule.action_preview(),
            ):
                with self.assertRaises(AccessError):
                    attempt()
        self.assertIn("5 points each", self.rule.with_user(self.mei).sentence)

    def test_what_people_count_on_stays(self):
        for records in (self.rule, self.source):
            own = records.with_user(self.owner).with_context(_force_unlink=True)
            with self.assertRaises(UserError):
                own.unlink()

    def test_out_of_sight_is_not_out_of_force(self):
        own = self.rule.with_user(self.owner)
        for hide in (own.action_archive, lambda: own.write({"active": False})):
            with self.assertRaisesRegex(UserError, "end it first"):
                hide()
        own.action_end()
        own.action_archive()
        self.assertIn(self.rule, self.rules._to_count())

    def test_rules_of_other_companies(self):
        other = self.env["res.company"].create({"name": "Another"})
        source = self.env["collab.work.source"].create(self._source_vals(company_id=other.id))
        rule = self._rule(source_id=source.id)
        self.assertFalse(self.rules.with_user(self.mei).search([("id", "=", rule.id)]))

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.collab_guard.exceptions import GuardError

from .rewards import RewardsCase


@tagged("post_install", "-at_install")
class TestRewardsSealed(RewardsCase):
    """Points are spent by redeeming, and by nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls._person(
            "admin_rewards", "base.group_system,collab_base.group_collab_admin,base.group_user"
        )
        cls.portal = cls._person("portal_rewards", "base.group_portal")

    def setUp(self):
        super().setUp()
        self.redemption = self._redeem()

    def _everybody(self, records):
        for user in (self.mei, self.ann, self.owner, self.admin, self.portal, self.env.user):
            yield records.with_user(user)
        yield records.sudo()

    def _assert_refused(self, *attempts):
        for attempt in attempts:
            with self.assertRaises(UserError), self.env.cr.savepoint():
                attempt()

    def test_nobody_writes_redemptions(self):
        vals = {
            "user_id": self.mei.id,
            "reward_id": self.mug.id,
            "name": "Mug",
            "points": -1000,
            "month": "2026-07-01",
            "company_id": self.env.company.id,
            "state": "refused",
        }
        for own in self._everybody(self.redemption):
            self._assert_refused(
                lambda own=own: own.create(vals),
                lambda own=own: own.write({"state": "granted"}),
                lambda own=own: own.write({"points": 1}),
                lambda own=own: own.write({"user_id": self.tom.id}),
                lambda own=own: own.unlink(),
                lambda own=own: own.copy({"state": "granted"}),
                lambda own=own: own.web_save({"state": "granted"}, {}),
                lambda own=own: own.browse().web_save(vals, {}),
                lambda own=own: own.with_context(collab_seal=True).write({"state": "granted"}),
            )
            if own.env.user != self.portal:
                row = ["Mug", "1", str(self.mei.id), str(self.mug.id), "2026-07-01", "1"]
                columns = [
                    "name",
                    "points",
                    "user_id/.id",
                    "reward_id/.id",
                    "month",
                    "company_id/.id",
                ]
                self.assertFalse(own.load(columns, [row])["ids"])
        self.assertEqual((self.redemption.state, self.redemption.points), ("asked", 60))
        self.assertEqual(self._balance(), 40)

    def test_nobody_writes_entries(self):
        entry = self.entries.search([("redemption_id", "=", self.redemption.id)])
        vals = {"user_id": self.mei.id, "kind": "reward", "name": "Back", "points": 60}
        for own in self._everybody(entry):
            self._assert_refused(
                lambda own=own: own.create(vals),
                lambda own=own: own.write({"points": 0}),
                lambda own=own: own.unlink(),
            )
        self.assertEqual(self._balance(), 40)

    def test_stock_goes_by_restocking(self):
        for own in self._everybody(self.mug):
            self._assert_refused(
                lambda own=own: own.write({"stock": 9}),
                lambda own=own: own.web_save({"stock": 9}, {}),
                lambda own=own: (
                    own.browse().load([".id", "stock"], [[str(self.mug.id), "9"]])["ids"]
                    or own.write({"stock": 9})
                ),
            )
        self.assertEqual(self.mug.stock, 0)
        with self.assertRaises(GuardError):
            self.mug.sudo().write({"stock": 0})
        self.assertEqual(self.mug.copy().stock, 0)

    def test_rewards_are_the_process_owners(self):
        for user in (self.mei, self.ann, self.portal):
            own = self.mug.with_user(user)
            self._assert_refused(
                lambda own=own: own.write({"price": 1}),
                lambda own=own: own.create({"name": "Car", "price": 1}),
                lambda own=own: own.unlink(),
                lambda own=own: own.copy(),
                lambda own=own: own.restock(9),
            )
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            self.mug.with_user(self.owner).unlink()

    def test_portal(self):
        for attempt in (
            lambda: self.mug.with_user(self.portal).redeem(60),
            lambda: self.mug.with_user(self.portal).action_choose(),
            lambda: self.redemption.with_user(self.portal).action_grant(),
            lambda: self.redemption.with_user(self.portal).action_withdraw(),
            lambda: self.redemption.with_user(self.portal).read(["name"]),
        ):
            self._assert_refused(attempt)
        self.assertEqual(self.redemption.state, "asked")

    def test_the_context_has_no_say(self):
        self.mug.with_user(self.owner).restock(3)
        forged = {
            "default_user_id": self.mei.id,
            "default_state": "handed",
            "default_points": -500,
            "default_holds_unit": False,
            "default_company_id": 0,
            "default_kind": "work",
            "mail_activity_automation_skip": True,
            "uid": self.mei.id,
            "collab_seal": object(),
        }
        self.mug.with_user(self.tom).with_context(**forged).redeem(60)
        redemption = self.redemptions.search([("user_id", "=", self.tom.id)])
        self.assertEqual(
            (redemption.state, redemption.points, redemption.holds_unit), ("asked", 60, True)
        )
        self.assertEqual(redemption.activity_ids.user_id, self.ann)
        self.assertEqual((self._balance(), self._balance(self.tom)), (40, 40))
        redemption.with_user(self.tom).with_context(**forged).action_withdraw()
        entries = self.entries.search([("redemption_id", "=", redemption.id)])
        self.assertEqual(sorted(entries.mapped("points")), [-60, 60])
        self.assertEqual(set(entries.mapped("kind")), {"reward"})
        self.assertFalse(redemption.activity_ids)

    def test_one_named_twice(self):
        """Ids come from the client: what it names twice is returned once."""
        self.mug.with_user(self.owner).restock(1)
        toms = self._redeem(self.tom)
        twice = self.redemptions.browse([self.redemption.id] * 2)
        twice.with_user(self.mei).action_withdraw()
        self.assertEqual((self._balance(), self.mug.stock), (100, 1))
        twice = self.redemptions.browse([toms.id] * 2)
        twice.with_user(self.owner).refuse("No")
        self.assertEqual((self._balance(self.tom), self.mug.stock), (100, 2))

    def test_nothing_that_was_redeemed_is_deleted(self):
        mug = self.mug.with_user(self.owner).with_context(_force_unlink=True)
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            mug.unlink()

    def test_offers_of_other_companies(self):
        """A dialog that names one tells nothing of it."""
        company = self.env["res.company"].create({"name": "Other"})
        theirs = self._reward("Theirs", company_id=company.id, description="A secret")
        asked = {"description": {}, "needs_grant": {}, "image_256": {}}
        choices = self.env["collab.reward.choice"].with_user(self.tom)
        self.env.flush_all()
        for attempt in (
            lambda: choices.onchange({"reward_id": theirs.id}, ["reward_id"], asked),
            lambda: choices.create({"reward_id": theirs.id}).read(list(asked)),
        ):
            self.env.invalidate_all()
            self._assert_refused(attempt)

    def test_forged_dialogs(self):
        """A dialog of somebody else, or about what is of another company, opens nothing."""
        company = self.env["res.company"].create({"name": "Other"})
        theirs = self._reward("Theirs", price=1, company_id=company.id)
        choices = self.env["collab.reward.choice"]
        forged = choices.with_user(self.tom).create({"reward_id": theirs.id, "price": 1})
        self._assert_refused(forged.action_redeem)
        free = choices.with_user(self.tom).create({"reward_id": self.mug.id, "price": 0})
        self._assert_refused(free.action_redeem)
        mine = choices.with_user(self.mei).create({"reward_id": self.mug.id, "price": 60})
        self._assert_refused(mine.with_user(self.tom).action_redeem)
        refusals = self.env["collab.redemption.refusal"].with_user(self.tom)
        vals = {"redemption_ids": [Command.set(self.redemption.ids)], "reason": "No"}
        self._assert_refused(lambda: refusals.create(vals))
        restocking = self.env["collab.reward.restocking"]
        self._assert_refused(
            lambda: restocking.with_user(self.tom).create({"reward_id": self.mug.id, "units": 9})
        )
        self.assertEqual((self.redemption.state, self.mug.stock), ("asked", 0))

    def test_server_actions(self):
        """Code that an administrator writes brings no redemption on, but in their own name."""
        action = self.env["ir.actions.server"].create(
            {
                "name": "Grant",
                "model_id": self.env["ir.model"]._get_id("collab.redemption"),
                "state": "code",
                "code": "records.sudo().write({'state': 'granted'})",
            }
        )
        context = {"active_model": "collab.redemption", "active_ids": self.redemption.ids}
        self._assert_refused(action.with_context(**context).run)
        self.assertEqual(self.redemption.state, "asked")

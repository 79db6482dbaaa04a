from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.collab_checkin.counting import horizon
from odoo.addons.collab_checkin.tests.rewards import RewardsCase

from ..weighing import weigh_requests


@tagged("post_install", "-at_install")
class TestApprovedRewards(RewardsCase):
    """Rewards are granted by an approval."""

    @classmethod
    def _decide_by_hand(cls):
        """It is not."""

    def _ask(self, **kwargs):
        redemption = self._redeem(**kwargs)
        self.env.cr.precommit.run()
        return redemption, self._request(redemption)

    def _request(self, redemption):
        return self.env["collab.approval.request"].search(
            [("res_model", "=", "collab.redemption"), ("res_id", "=", redemption.id)],
            order="id desc",
            limit=1,
        )

    def test_asked_for(self):
        redemption, request = self._ask(note="size M")
        self.assertEqual((request.state, request.owner_id), ("running", self.mei))
        self.assertEqual(request.task_ids.user_id, self.ann)
        self.assertFalse(redemption.activity_ids, "approvals tell by themselves")
        self.assertEqual(self._balance(), 40)

    def test_approved(self):
        redemption, request = self._ask()
        request.with_user(self.ann).action_approve()
        self.assertEqual((redemption.state, redemption.decided_by_id), ("granted", self.ann))
        self.assertEqual(
            self._to_do(redemption), [(self.ann, "Reward to Hand Over", "Mug for mei_rewards")]
        )
        redemption.with_user(self.ann).action_hand_over()
        self.assertEqual(redemption.state, "handed")

    def test_rejected(self):
        redemption, request = self._ask()
        request.with_user(self.ann).action_reject("The supplier has none")
        self.assertEqual(
            (redemption.state, redemption.reason), ("refused", "The supplier has none")
        )
        self.assertEqual((self._balance(), self.mug.stock), (100, 1))

    def test_withdrawn(self):
        redemption, request = self._ask()
        redemption.with_user(self.mei).action_withdraw()
        self.env.cr.precommit.run()
        self.assertEqual((redemption.state, request.state), ("withdrawn", "withdrawn"))
        self.assertEqual((self._balance(), self.mug.stock), (100, 1))

    def test_not_past_the_review(self):
        redemption, request = self._ask()
        for user in (self.owner, self.ann, self.env.user):
            own = redemption.with_user(user)
            self.assertFalse(own.can_decide)
            for attempt in (own.action_grant, own.action_refuse, lambda own=own: own.refuse("No")):
                with self.assertRaisesRegex(UserError, "under review"):
                    attempt()
            with self.assertRaises(UserError):
                own.sudo().write({"state": "granted"})
        with self.assertRaises(AccessError):
            # who may not see it is not told what it is, whatever others have read already
            redemption.read()
            redemption.with_user(self.tom).action_grant()
        self.assertEqual((redemption.state, request.state), ("asked", "running"))

    def test_request_taken_back(self):
        """By whose it is, or by an administrator, who may not see redemptions."""
        self.mug.with_user(self.owner).restock(1)
        admin = self._person("admin_rewards", "collab_base.group_collab_admin")
        for user, who, comment in ((self.mei, self.mei, None), (self.tom, admin, "Tom has left")):
            redemption, request = self._ask(user=user)
            self.assertEqual((self._balance(user), self.mug.stock), (40, 1))
            request.with_user(who).action_withdraw(comment)
            self.env.cr.precommit.run()
            self.assertEqual((redemption.state, request.state), ("withdrawn", "withdrawn"))
            self.assertEqual((self._balance(user), self.mug.stock), (100, 2))
            self.assertEqual(self._request(redemption), request, "it is not asked for again")

    def test_nobody_takes_back_what_is_not_theirs(self):
        redemption, request = self._ask()
        for user in (self.tom, self.ann, self.owner):
            with self.assertRaises(UserError):
                request.with_user(user).action_withdraw("Not for you")
        self.assertEqual((redemption.state, self._balance()), ("asked", 40))

    def test_granted_is_not_taken_back(self):
        redemption, request = self._ask()
        request.with_user(self.ann).action_approve()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            request.with_user(self.mei).action_withdraw()
        self.assertEqual((redemption.state, self._balance()), ("granted", 40))

    def test_not_without_the_review(self):
        """What was asked for while there was no policy is not granted past the one that came."""
        policy = self.env.ref("collab_checkin_approval.policy_redemption")
        policy.action_retire()
        redemption, request = self._ask()
        self.assertFalse(request)
        policy.action_publish()
        for user in (self.owner, self.ann):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                redemption.with_user(user).action_grant()
        self.assertEqual(redemption.state, "asked")
        redemption.with_user(self.owner).refuse("Ask again")
        self.assertEqual(self._balance(), 100)

    def test_at_the_price_of_then(self):
        """What costs more meanwhile, or less, is had for what was shown when it was asked for."""
        self.mug.with_user(self.owner).restock(1)
        for user, price in ((self.mei, 90), (self.tom, 10)):
            self.mug.price = 60
            redemption, request = self._ask(user=user)
            self.mug.price = price
            self.env.flush_all()
            request.with_user(self.ann).action_approve()
            self.assertEqual((redemption.state, redemption.points), ("granted", 60))
            self.assertEqual(self._balance(user), 40)
            redemption.with_user(self.owner).refuse("It broke")
            self.assertEqual(self._balance(user), 100)

    def test_responsible_has_left(self):
        """The fallback is asked."""
        self.ann.active = False
        redemption, request = self._ask()
        decider = self.env.ref("base.user_admin")
        self.assertEqual((request.state, request.task_ids.user_id), ("running", decider))
        request.with_user(decider).action_approve()
        self.assertEqual((redemption.state, self._balance()), ("granted", 40))

    def test_nobody_approves_their_own(self):
        self.mug.responsible_id = self.mei
        __, request = self._ask()
        self.assertNotIn(self.mei, request.task_ids.user_id)
        with self.assertRaises(UserError):
            request.with_user(self.mei).action_approve()

    def test_nothing_to_grant(self):
        self.mug.needs_grant = False
        redemption, request = self._ask()
        self.assertEqual((redemption.state, request.exists().ids), ("granted", []))

    def test_asking_for_rewards_earns_nothing(self):
        """Or who asks for what costs less than an approval is worth, or does without it at once,
        would have more points than before."""
        rule = self.env.ref("collab_checkin_approval.point_rule_complete").copy()
        rule.action_start()
        redemption, request = self._ask()
        request.with_user(self.ann).action_approve()
        weigh_requests(request.sudo())
        redemption.with_user(self.mei).action_withdraw()
        self.env.flush_all()
        rule._count(True, horizon(self.env))
        self.assertTrue(request.sudo().complete_by_id)
        self.assertEqual(self._balance(), 100)

from odoo.exceptions import UserError
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
        self.assertEqual((redemption.state, request.state), ("asked", "running"))

    def test_not_without_the_review(self):
        """A request that somebody has taken back is none that was approved."""
        redemption, request = self._ask()
        request.with_user(self.mei).action_withdraw()
        for user in (self.owner, self.ann):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                redemption.with_user(user).action_grant()
        self.assertEqual(redemption.state, "asked")
        redemption.with_user(self.owner).refuse("Taken back")
        self.assertEqual(self._balance(), 100)

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

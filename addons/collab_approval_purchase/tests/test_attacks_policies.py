from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CONTEXT, AttackCase


@tagged("post_install", "-at_install")
class TestPolicies(AttackCase):
    """The policy itself."""

    def test_deleting_the_policy(self):
        for user in self.actors:
            for context in ({}, CONTEXT):
                with self.subTest(user=user.login, context=context):
                    with self.assertRaises(UserError):
                        self.policy.with_user(user).with_context(**context).unlink()
                        self.env.cr.flush()
                    self.assertTrue(self.policy.exists())

    def test_draft_of_the_policy_has_no_effect(self):
        """Who may edit policies does not change what is in force by editing."""
        order = self._order()
        policy = self.policy.with_user(self.settings)
        policy.write({"domain": "[('id', '=', 0)]", "sequence": 1})
        policy.stage_ids.unlink()
        self._refused(order, order.button_confirm)

    def test_buyer_and_portal_cannot_touch_policies(self):
        for user in (self.buyer, self.manager, self.portal):
            policy = self.policy.with_user(user)
            for attack in (
                lambda policy=policy: policy.write({"domain": "[]"}),
                policy.action_publish,
                policy.action_retire,
                policy.unlink,
                lambda policy=policy: policy.stage_ids.unlink(),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    attack()

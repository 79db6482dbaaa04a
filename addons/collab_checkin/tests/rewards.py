from odoo.tests import TransactionCase, new_test_user

from odoo.addons.collab_guard.seal import unsealed


def decide_by_hand(env):
    """Have no approvals, where another addon has them decide on rewards."""
    if "collab.approval.policy" in env:
        policies = env["collab.approval.policy"]
        policies.search([("model", "=", "collab.redemption")]).action_retire()


class RewardsCase(TransactionCase):
    """Mei and Tom have a hundred points each, and there is one mug for sixty of them; Ann hands
    mugs over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._decide_by_hand()
        cls.entries = cls.env["collab.point.entry"]
        cls.redemptions = cls.env["collab.redemption"]
        cls.mei, cls.tom, cls.ann = (
            cls._person(login) for login in ("mei_rewards", "tom_rewards", "ann_rewards")
        )
        cls.owner = cls._person("owner_rewards", "collab_base.group_collab_process_owner")
        for user in (cls.mei, cls.tom, cls.owner):
            cls._work(user, 100)
        cls.mug = cls._reward("Mug", price=60, is_limited=True, stock=1)

    @classmethod
    def _decide_by_hand(cls):
        decide_by_hand(cls.env)

    @classmethod
    def _person(cls, login, group="base.group_user", **values):
        groups = group if group.startswith("base.") else f"base.group_user,{group}"
        return new_test_user(cls.env, login, groups=groups, **{"name": login} | values)

    @classmethod
    def _work(cls, user, points):
        unsealed(cls.entries).create(
            {"user_id": user.id, "kind": "work", "name": "Work", "points": points}
        )

    @classmethod
    def _reward(cls, name, **values):
        return cls.env["collab.reward"].create(
            {"name": name, "responsible_id": cls.ann.id} | values
        )

    def _redeem(self, user=None, reward=None, note=None):
        """Redeem a reward, and return the redemption."""
        user, reward = user or self.mei, reward or self.mug
        reward.with_user(user).redeem(reward.price, note)
        return self.redemptions.search([("user_id", "=", user.id)], limit=1)

    def _balance(self, user=None):
        return self.entries.with_user(user or self.mei).balance()

    def _to_do(self, redemption):
        return [
            (one.user_id, one.activity_type_id.name, one.res_name)
            for one in redemption.activity_ids
        ]

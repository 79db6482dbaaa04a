from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.collab_checkin.karma import owed
from odoo.addons.gamification.models.res_users import ResUsers

from .points import PointsCase


@tagged("post_install", "-at_install")
class TestKarma(PointsCase):
    """Points are worth karma, once, and what is undone takes it back."""

    def _give(self):
        with self.enter_registry_test_mode():
            self.env.ref("collab_checkin.ir_cron_karma").method_direct_trigger()

    def test_for_points(self):
        rule = self._rule()
        job = self._job()
        self._job()
        self._job(user_id=self.tom.id, accepted_by_id=self.mei.id)
        self._count(rule)
        self._give()
        self.assertEqual((self.mei.karma, self.tom.karma), (10, 5))
        self._give()
        self.assertEqual((self.mei.karma, self.tom.karma), (10, 5), "not twice")

        job.is_done = False
        self._count(rule)
        for __ in range(2):
            self._give()
            self.assertEqual((self.mei.karma, self.tom.karma), (5, 5))

    def test_beside_other_karma(self):
        """What somebody has by hand, or for answers on a forum, stays."""
        self.mei._add_karma(7)
        rule = self._rule()
        self._job()
        self._count(rule)
        self._give()
        self.assertEqual(self.mei.karma, 12)
        self.mei._add_karma(-2)
        self._give()
        self.assertEqual(self.mei.karma, 10)

    def test_ranks(self):
        rank = self.env["gamification.karma.rank"].create({"name": "Jobber", "karma_min": 5})
        rule = self._rule()
        self._job()
        self._count(rule)
        self._give()
        self.assertGreaterEqual(self.mei.rank_id.karma_min, rank.karma_min)

    def test_one_fails(self):
        """Somebody whose karma cannot be given does not keep the others from theirs."""
        rule = self._rule()
        self._job()
        self._job(user_id=self.tom.id, accepted_by_id=self.mei.id)
        self._count(rule)
        add = ResUsers._add_karma_batch

        def fail(users, values):
            if self.mei in values:
                raise ValueError("no karma today")
            return add(users, values)

        with (
            patch.object(ResUsers, "_add_karma_batch", fail),
            self.assertLogs("odoo.addons.collab_checkin", "ERROR") as log,
        ):
            # undone by savepoint: the cron's transactions are the test's
            self.env.cr.savepoint()
            self._give()
        self.assertEqual(len(log.records), 1)
        self.assertEqual((self.mei.karma, self.tom.karma), (0, 5))
        self.assertEqual(owed(self.env, [self.mei.id]), {self.mei.id: 5})
        self._give()
        self.assertEqual(self.mei.karma, 5)

    def test_nobody_says_what_was_given(self):
        rule = self._rule()
        self._job()
        self._count(rule)
        self._give()
        admin = new_test_user(self.env, "admin_karma", groups="base.group_system")
        accounts = self.env["collab.point.account"]
        account = accounts.search([("user_id", "=", self.mei.id)])
        self.assertEqual(account.karma, 5)
        for user in (self.mei, admin, self.env.user):
            theirs = accounts.with_user(user).sudo(user == self.env.user)
            for attempt in (
                lambda theirs=theirs: theirs.browse(account.id).write({"karma": 0}),
                lambda theirs=theirs: theirs.browse(account.id).unlink(),
                lambda theirs=theirs: theirs.create({"user_id": self.owner.id, "karma": -100}),
                lambda theirs=theirs: theirs.browse(account.id).copy(),
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    attempt()
        self.assertEqual(accounts.with_user(self.tom).search_count([]), 0)

    def test_queries(self):
        """As many for two people as for twenty."""
        rule = self._rule()
        for number in (2, 20):
            users = [
                new_test_user(self.env, f"karma_{number}_{index}", groups="base.group_user")
                for index in range(number)
            ]
            for user in users:
                self._job(user_id=user.id)
            self._count(rule)
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(2):
                self.assertEqual(len(owed(self.env, [user.id for user in users])), number)

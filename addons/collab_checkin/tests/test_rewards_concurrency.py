# pylint: disable=invalid-commit
from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api, sql_db
from odoo.exceptions import UserError
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.collab_guard.seal import unsealed

from ..accounts import locked


@tagged("post_install", "-at_install")
class TestRewardsConcurrency(BaseCase):
    """Two real transactions, as two workers have them. Each of two people has a hundred points, and
    of the mug for sixty there is one."""

    def setUp(self):
        super().setUp()
        database = sql_db.db_connect(get_db_name())
        cursors = [database.cursor() for __ in range(2)]
        self.ours, self.theirs = (api.Environment(cr, SUPERUSER_ID, {}) for cr in cursors)
        self.one, self.two, self.owner = self.people = self.ours["res.users"].union(
            *(
                new_test_user(self.ours, login, groups=groups)
                for login, groups in (
                    ("one_rewards", "base.group_user"),
                    ("two_rewards", "base.group_user"),
                    ("three_rewards", "base.group_user,collab_base.group_collab_process_owner"),
                )
            )
        )
        for person in (self.one, self.two):
            unsealed(self.ours["collab.point.entry"]).create(
                {"user_id": person.id, "kind": "work", "name": "Work", "points": 100}
            )
        vals = {"price": 60, "needs_grant": False, "responsible_id": False}
        self.mug, self.book = self.rewards = self.ours["collab.reward"].create(
            [
                {"name": "Mug", "is_limited": True, "stock": 1} | vals,
                {"name": "Book"} | vals,
            ]
        )
        self.addCleanup(self._clean_up)
        # the other one has never spent anything
        locked(self.ours, self.one.ids)
        self.ours.cr.commit()
        self._both_look()

    def _both_look(self):
        """Have each see how it is before the other does anything."""
        for env in (self.ours, self.theirs):
            env.cr.rollback()
            env.invalidate_all()
            env.cr.execute("SELECT 1")

    def _clean_up(self):
        cr = self.ours.cr
        for env in (self.ours, self.theirs):
            env.cr.rollback()
        ids, partners = self.people.ids, self.people.partner_id
        models = ["collab.redemption", "collab.reward"]
        cr.execute(
            "DELETE FROM mail_message WHERE model = ANY(%s) AND author_id = ANY(%s)",
            [models, [*partners.ids, self.ours.user.partner_id.id]],
        )
        for table in ("collab_point_entry", "collab_redemption", "collab_point_account"):
            cr.execute(f"DELETE FROM {table} WHERE user_id = ANY(%s)", [ids])
        self.ours.invalidate_all()
        self.rewards.unlink()
        self.people.unlink()
        partners.unlink()
        cr.commit()
        for env in (self.ours, self.theirs):
            env.cr.close()

    def _redeem(self, env, user, reward):
        env["collab.reward"].browse(reward.id).with_user(user.id).redeem(60)

    def _begin_anew(self):
        self.theirs.cr.rollback()
        self.theirs.invalidate_all()

    @mute_logger("odoo.sql_db")
    def test_the_same_points(self):
        """Who spends their points twice begins anew, and then has too few."""
        for person in (self.one, self.two):
            self._both_look()
            self._redeem(self.ours, person, self.book)
            self.ours.cr.commit()
            with self.assertRaises(SerializationFailure):
                self._redeem(self.theirs, person, self.book)
            self._begin_anew()
            with self.assertRaisesRegex(UserError, "you have 40"):
                self._redeem(self.theirs, person, self.book)

    @mute_logger("odoo.sql_db")
    def test_the_last_one(self):
        self._redeem(self.ours, self.one, self.mug)
        self.ours.cr.commit()
        with self.assertRaises(SerializationFailure):
            self._redeem(self.theirs, self.two, self.mug)
        self._begin_anew()
        with self.assertRaisesRegex(UserError, "none left"):
            self._redeem(self.theirs, self.two, self.mug)

    @mute_logger("odoo.sql_db")
    def test_returned_twice(self):
        """Who withdraws what is refused at the same moment has the points back once."""
        self._redeem(self.ours, self.one, self.mug)
        self.ours.cr.commit()
        self._both_look()
        redemption = self.ours["collab.redemption"].search([("user_id", "=", self.one.id)])
        redemption.with_user(self.owner).refuse("No")
        self.ours.cr.commit()
        theirs = self.theirs["collab.redemption"].browse(redemption.id).with_user(self.one.id)
        with self.assertRaises(SerializationFailure):
            theirs.action_withdraw()
        self._begin_anew()
        with self.assertRaisesRegex(UserError, "dealt with"):
            theirs.action_withdraw()
        self.theirs.cr.rollback()
        self.assertEqual(self.ours["collab.point.entry"].with_user(self.one).balance(), 100)
        self.assertEqual(self.mug.stock, 1)

# pylint: disable=invalid-commit
from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api, sql_db
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestAwardConcurrency(BaseCase):
    """Two real transactions, as two workers have them."""

    def setUp(self):
        super().setUp()
        database = sql_db.db_connect(get_db_name())
        cursors = [database.cursor() for __ in range(2)]
        self.ours, self.theirs = (api.Environment(cr, SUPERUSER_ID, {}) for cr in cursors)
        self.people = self.ours["res.users"]
        self.addCleanup(self._clean_up)
        owner = "base.group_user,collab_base.group_collab_process_owner"
        for login in ("one_award", "two_award", "three_award"):
            self.people |= new_test_user(self.ours, login, groups=owner)
        self.one, self.two, self.three = self.people
        self.award = self.ours["collab.award"].with_user(self.three).create({"name": "Award"})
        self.practices = [
            self.ours["collab.practice"]
            .with_user(self.three)
            .create(
                {"award_id": self.award.id, "person_id": user.id, "title": "x", "story": "<p>x</p>"}
            )
            for user in (self.two, self.three)
        ]
        self.ours.cr.commit()
        self._see()

    def _see(self):
        """Each sees how it is before the other does anything."""
        for env in (self.ours, self.theirs):
            env.cr.rollback()
            env.invalidate_all()
            env.cr.execute("SELECT 1")

    def _clean_up(self):
        for env in (self.ours, self.theirs):
            env.cr.rollback()
        cr, ids, partners = self.ours.cr, self.people.ids, self.people.partner_id
        cr.execute("DELETE FROM mail_message WHERE author_id = ANY(%s)", [partners.ids])
        cr.execute("DELETE FROM gamification_badge_user WHERE user_id = ANY(%s)", [ids])
        cr.execute("DELETE FROM mail_followers WHERE partner_id = ANY(%s)", [partners.ids])
        cr.execute("DELETE FROM collab_award WHERE create_uid = ANY(%s)", [ids])
        self.people.unlink()
        partners.unlink()
        cr.commit()
        for env in (self.ours, self.theirs):
            env.cr.close()

    def _as(self, env, user, number=0):
        return env["collab.practice"].with_user(user.id).browse(self.practices[number].id)

    def _votes(self):
        domain = [("award_id", "=", self.award.id)]
        return self.ours["collab.practice.vote"].search(domain).mapped("practice_id").ids

    @mute_logger("odoo.sql_db")
    def test_two_votes(self):
        """Who votes in two windows has one vote: the last."""
        self._as(self.ours, self.one, 0).vote()
        self.ours.cr.commit()
        with self.assertRaises(ConcurrencyError):
            self._as(self.theirs, self.one, 1).vote()
        self._see()
        self._as(self.theirs, self.one, 1).vote()
        self.theirs.cr.commit()
        self._see()
        self.assertEqual(self._votes(), [self.practices[1].id])

    @mute_logger("odoo.sql_db")
    def test_two_moves(self):
        self._as(self.ours, self.one, 0).vote()
        self.ours.cr.commit()
        self._see()
        self._as(self.ours, self.one, 1).vote()
        self.ours.cr.commit()
        with self.assertRaises(SerializationFailure):
            self._as(self.theirs, self.one, 1).vote()

    def test_many_vote_at_once(self):
        """They do not get into each other's way."""
        self._as(self.ours, self.one, 0).vote()
        self._as(self.theirs, self.two, 1).vote()
        self.theirs.cr.commit()
        self.ours.cr.commit()
        self.assertEqual(len(self._votes()), 2)

    @mute_logger("odoo.sql_db")
    def test_a_vote_when_it_is_closed(self):
        """Who votes while it is closed begins anew, and is told."""
        self.award.close()
        self.ours.cr.commit()
        with self.assertRaises(SerializationFailure):
            self._as(self.theirs, self.one).vote()
        self._see()
        with self.assertRaises(UserError):
            self._as(self.theirs, self.one).vote()

    @mute_logger("odoo.sql_db")
    def test_two_awards(self):
        """It is given once."""
        self.award.close()
        self.ours.cr.commit()
        self._see()
        self._as(self.ours, self.one, 0).award()
        self.ours.cr.commit()
        with self.assertRaises(SerializationFailure):
            self._as(self.theirs, self.one, 1).award()
        self._see()
        with self.assertRaises(UserError):
            self._as(self.theirs, self.one, 1).award()

# pylint: disable=invalid-commit
from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api, sql_db
from odoo.exceptions import UserError
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestKudosConcurrency(BaseCase):
    """Two real transactions, as two workers have them."""

    def setUp(self):
        super().setUp()
        database = sql_db.db_connect(get_db_name())
        cursors = [database.cursor() for __ in range(2)]
        self.ours, self.theirs = (api.Environment(cr, SUPERUSER_ID, {}) for cr in cursors)
        self.people = self.ours["res.users"]
        self.addCleanup(self._clean_up)
        for login in ("one_kudos", "two_kudos", "three_kudos", "four_kudos"):
            self.people |= new_test_user(self.ours, login, groups="base.group_user")
        self.one, self.two, self.three, self.four = self.people
        # accounts are there, so that it is not by making them that one is found out
        for other in (self.one, self.two, self.four):
            self._kudos(self.ours, self.three).give(other.id, "Thanks")
        parameters = self.ours["ir.config_parameter"]
        self.before = {
            name: parameters.get_param(name)
            for name in ("collab_checkin.kudos_month", "collab_checkin.kudos_pair")
        }
        parameters.set_param("collab_checkin.kudos_month", 1)
        self.ours.cr.commit()
        # each has seen how it is before the other does anything
        for env in (self.ours, self.theirs):
            env.cr.execute("SELECT 1")

    def _clean_up(self):
        for env in (self.ours, self.theirs):
            env.cr.rollback()
        for name, value in self.before.items():
            self.ours["ir.config_parameter"].set_param(name, value or False)
        cr = self.ours.cr
        ids = self.people.ids
        partners = self.people.partner_id
        cr.execute(
            "DELETE FROM mail_message WHERE model = 'collab.kudos' AND author_id = ANY(%s)",
            [partners.ids],
        )
        for table in ("collab_kudos", "collab_point_account"):
            column = "sender_id" if table == "collab_kudos" else "user_id"
            cr.execute(f"DELETE FROM {table} WHERE {column} = ANY(%s)", [ids])
        self.people.unlink()
        partners.unlink()
        cr.commit()
        for env in (self.ours, self.theirs):
            env.cr.close()

    def _kudos(self, env, user):
        return env["collab.kudos"].with_user(user.id)

    def _theirs_after_ours(self, sender, receiver):
        """Have the first thank the second; then the second transaction, which began before, have a
        person thank another."""
        self._kudos(self.ours, self.one).give(self.two.id, "Thanks")
        self.ours.cr.commit()
        return self._kudos(self.theirs, sender).give(receiver.id, "Thanks")

    @mute_logger("odoo.sql_db")
    def test_the_allowance(self):
        """Who gives their last kudos twice begins anew, and then has none."""
        with self.assertRaises(SerializationFailure):
            self._theirs_after_ours(self.one, self.three)
        self.theirs.cr.rollback()
        self.theirs.invalidate_all()
        with self.assertRaises(UserError):
            self._kudos(self.theirs, self.one).give(self.three.id, "Thanks")

    @mute_logger("odoo.sql_db")
    def test_thanks_that_cross(self):
        """Each finds the other's: the later one begins anew."""
        with self.assertRaises(SerializationFailure):
            self._theirs_after_ours(self.two, self.one)
        self.theirs.cr.rollback()
        self.theirs.invalidate_all()
        self._kudos(self.theirs, self.two).give(self.one.id, "Thanks")
        given = self.theirs["collab.kudos"].search([("sender_id", "in", (self.one | self.two).ids)])
        self.assertEqual(given.mapped("is_mutual"), [True, True])
        self.theirs.cr.rollback()

    def test_many_thank_one(self):
        """Who thanks the same person at once does not get into each other's way."""
        self._theirs_after_ours(self.four, self.two)
        self.theirs.cr.rollback()

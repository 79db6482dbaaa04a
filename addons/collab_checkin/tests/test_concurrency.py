# pylint: disable=invalid-commit
from psycopg2.errors import SerializationFailure

from odoo import api, sql_db
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestConcurrency(BaseCase):
    """Two real transactions, as two workers have them."""

    def setUp(self):
        super().setUp()
        database = sql_db.db_connect(get_db_name())
        self.ours, self.theirs = (
            api.Environment(database.cursor(), api.SUPERUSER_ID, {}) for __ in range(2)
        )
        self.addCleanup(self._clean_up)
        self.ours["collab.checkin"].check_in()
        # a check-in on a day off leaves nothing to work out
        self.ours["collab.participant"]._calendars_changed(self.ours.user)
        self.ours.cr.commit()

    def _clean_up(self):
        for env in (self.ours, self.theirs):
            env.cr.rollback()
        cr = self.ours.cr
        for table in ("collab_checkin", "collab_participant"):
            cr.execute(f"DELETE FROM {table} WHERE user_id = %s", [api.SUPERUSER_ID])
        cron = self.ours.ref("collab_checkin.ir_cron_participants")
        cr.execute("DELETE FROM ir_cron_trigger WHERE cron_id = %s", [cron.id])
        cr.commit()
        for env in (self.ours, self.theirs):
            env.cr.close()

    @mute_logger("odoo.sql_db")
    def test_a_calendar_that_changes_meanwhile(self):
        """What is worked out by the calendars of before is not kept: Odoo begins anew, although
        the streak was marked already."""
        participants = self.theirs["collab.participant"]
        mine = participants.search([("user_id", "=", api.SUPERUSER_ID)])
        self.assertTrue(mine.is_stale)
        self.ours["collab.participant"]._calendars_changed(self.ours.user)
        self.ours.cr.commit()
        with self.assertRaises(SerializationFailure):
            mine._work_out()

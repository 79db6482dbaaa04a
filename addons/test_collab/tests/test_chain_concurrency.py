# pylint: disable=invalid-commit
from unittest.mock import patch

from odoo import api, sql_db
from odoo.exceptions import ConcurrencyError
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from odoo.addons.collab_base.log import append


@tagged("post_install", "-at_install")
class TestChainConcurrency(BaseCase):
    """Two real transactions, as two workers have them."""

    def setUp(self):
        super().setUp()
        database = sql_db.db_connect(get_db_name())
        self.ours, self.theirs = (
            api.Environment(database.cursor(), api.SUPERUSER_ID, {}) for _ in range(2)
        )
        self.addCleanup(self._clean_up)
        self.record = self.ours["test.collab.record"].create({"name": "Contested"})
        self.ours.cr.commit()

    def _clean_up(self):
        for env in (self.ours, self.theirs):
            env.cr.rollback()
        cr = self.ours.cr
        cr.execute("DELETE FROM test_collab_log WHERE record_id = %s", [self.record.id])
        cr.execute("DELETE FROM test_collab_record WHERE id = %s", [self.record.id])
        cr.commit()
        for env in (self.ours, self.theirs):
            env.cr.close()

    def _append(self, env, name):
        return append(env["test.collab.log"], [{"record_id": self.record.id, "name": name}])

    @mute_logger("odoo.sql_db")
    def test_the_slower_one_is_told(self):
        """A stale head gives an error that Odoo retries, never a fork."""
        self.theirs.cr.execute("SELECT 1")  # their snapshot is from now
        self._append(self.ours, "faster")
        self.ours.cr.commit()
        with self.assertRaises(ConcurrencyError):
            self._append(self.theirs, "slower")

    @mute_logger("odoo.sql_db")
    def test_the_slower_one_is_retried(self):
        """Through Odoo's own retry both rows end up in the chain."""
        self.theirs.cr.execute("SELECT 1")
        self._append(self.ours, "faster")
        self.ours.cr.commit()
        with patch("odoo.service.model.time.sleep"):
            retrying(lambda: self._append(self.theirs, "slower"), self.theirs)
        self.ours.cr.rollback()
        self.ours.invalidate_all()
        rows = self.ours["test.collab.log"].search(
            [("record_id", "=", self.record.id)], order="chain_index"
        )
        self.assertEqual(rows.mapped("name"), ["faster", "slower"])
        self.assertEqual(rows[1].previous_hash, rows[0].hash)

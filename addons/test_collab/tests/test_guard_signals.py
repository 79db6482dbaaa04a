from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import tagged

from ..models.test_collab_guarded import TestCollabKeeper
from .guard_common import GuardCase


@tagged("post_install", "-at_install")
class TestSignals(GuardCase):
    @contextmanager
    def _told(self):
        told = []
        with patch.object(
            TestCollabKeeper,
            "_guard_signal",
            lambda self, records, fname: told.append((records.ids, fname)),
        ):
            yield told

    def test_write(self):
        records = self._record(1) | self._record(2)
        with self._told() as told:
            records.write({"state": "cancel"})
            self.assertEqual(told, [(records.ids, "state")])
            records.write({"state": "cancel"})
            self.assertEqual(len(told), 1)
            records.write({"state": "draft", "note": "x"})
            self.assertEqual(told[1:], [(records.ids, "state")])
            records.write({"state": "done"})
        self.assertEqual(len(told), 2)

    def test_create(self):
        with self._told() as told:
            records = self.guarded.create([{"name": "a", "state": "cancel"}, {"name": "b"}])
        self.assertEqual(told, [(records[0].ids, "state")])

    def test_computed(self):
        record = self._record(allowed=True)
        self.env.flush_all()
        with self._told() as told:
            record.heat = 60
            self.env.flush_all()
            record.heat = 70
            self.env.flush_all()
            self.assertEqual(told, [(record.ids, "hot")])
            record.heat = 10
            self.env.flush_all()
        self.assertEqual(told[1:], [(record.ids, "hot")])

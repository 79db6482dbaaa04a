from contextlib import contextmanager

from odoo import Command
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import mute_logger

from odoo.addons.collab_guard.exceptions import GuardError
from odoo.addons.collab_guard.tests.common import QueryCount

#: What a client may put into the context in the hope that somebody listens
CONTEXT = {
    "_force_unlink": True,
    "install_mode": True,
    "module": "test_collab",
    "install_module": "test_collab",
    "tracking_disable": True,
    "noupdate": True,
    "import_file": True,
    "collab_seal": True,
    "collab_guard": False,
    "collab_engine": True,
    "collab_approval": "done",
}


class GuardCase(QueryCount, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "guard_user", groups="base.group_user")
        cls.guarded = cls.env["test.collab.guarded"].with_user(cls.user)
        cls.lines = cls.env["test.collab.guarded.line"].with_user(cls.user)
        cls.folders = cls.env["test.collab.folder"].with_user(cls.user)

    def _record(self, *prices, **vals):
        return self.guarded.create(
            {
                "name": "Record",
                "line_ids": [Command.create({"name": "Line", "price": p}) for p in prices],
                **vals,
            }
        )

    def _facts(self, record):
        self.env.flush_all()
        self.env.invalidate_all()
        return [
            (
                r.name,
                r.title,
                r.state,
                r.hot,
                r.heat,
                r.rate,
                r.amount,
                r.folder_id.id,
                [(line.id, line.name, line.label, line.price) for line in r.line_ids],
            )
            for r in record
        ]

    @contextmanager
    def _refused(self, *records, says=""):
        """Check that the block fails at the latest at the commit, and changes nothing."""
        before = [self._facts(record) for record in records]
        with self.assertRaises(GuardError) as refusal:
            yield
            self.env.cr.flush()
        self.assertIn(says, str(refusal.exception))
        self.assertEqual([self._facts(record) for record in records], before)

    def _run(self, code, record):
        """Run a server action, as an administrator could."""
        action = self.env["ir.actions.server"].create(
            {
                "name": "Attack",
                "model_id": self.env["ir.model"]._get_id(record._name),
                "state": "code",
                "code": code,
            }
        )
        with mute_logger("odoo.addons.base.models.ir_actions"):
            action.with_context(
                active_model=record._name, active_id=record.id, active_ids=record.ids
            ).run()

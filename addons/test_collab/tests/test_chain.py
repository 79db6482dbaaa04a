import json
from datetime import date, datetime

import psycopg2.errors
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG
from odoo.addons.collab_base.core.chain import GENESIS
from odoo.addons.collab_base.log import append
from odoo.addons.collab_base.models.collab_chain_anchor import HEAD_PARAMETER

text = st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), max_size=20)
number = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**70), 2**70)
json_value = st.recursive(
    st.none() | st.booleans() | number | text,
    lambda item: st.lists(item, max_size=4) | st.dictionaries(text, item, max_size=4),
    max_leaves=8,
)


@tagged("post_install", "-at_install")
class TestChain(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.log = cls.env["test.collab.log"]
        cls.env.cr.execute("DELETE FROM test_collab_log")
        cls.env.cr.execute("DELETE FROM collab_chain_anchor")
        cls.env["ir.config_parameter"].set_param(HEAD_PARAMETER, False)
        cls.records = cls.env["test.collab.record"].create(
            [{"name": f"Record {i}"} for i in range(3)]
        )
        cls.user = new_test_user(cls.env, "chain_user", groups="base.group_user,base.group_system")

    def _append(self, *names, record=None):
        record = record or self.records[0]
        return append(self.log, [{"record_id": record.id, "name": n} for n in names])

    def _findings(self):
        return self.env["collab.chain.verifier"]._verify(["test.collab.log"])

    # -- appending ---------------------------------------------------------

    def test_append_numbers_and_links(self):
        """Rows are numbered per parent and each knows the hash before it."""
        first, second, third = self.records
        rows = append(
            self.log,
            [
                {"record_id": first.id, "name": "1"},
                {"record_id": second.id, "name": "1"},
                {"record_id": first.id, "name": "2"},
            ],
        )
        rows += self._append("3", record=first) + self._append("1", record=third)
        self.assertEqual(rows.mapped("chain_index"), [1, 1, 2, 3, 1])
        self.assertEqual(rows[0].previous_hash, GENESIS)
        self.assertEqual(rows[2].previous_hash, rows[0].hash)
        self.assertEqual(rows[3].previous_hash, rows[2].hash)
        self.assertEqual(len(set(rows.mapped("hash"))), 5)
        self.assertEqual(self._findings(), [])

    def test_append_nothing(self):
        self.assertFalse(append(self.log, []))

    def test_append_needs_a_parent(self):
        with self.assertRaises(ValueError):
            append(self.log, [{"name": "orphan"}])

    def test_append_every_type(self):
        """What is hashed is what the database gives back, for every type."""
        partner = self.env.user.partner_id
        row = append(
            self.log,
            [
                {
                    "record_id": self.records[0].id,
                    "name": "名字",
                    "text": "two\nlines",
                    "number": 2**31 - 1,
                    "amount": 1.005,
                    "ratio": 0.1 + 0.2,
                    "currency_id": self.env.ref("base.JPY").id,
                    "total": 10.6,
                    "flag": True,
                    "kind": "a",
                    "date": date(2026, 2, 28),
                    "moment": datetime(2026, 2, 28, 23, 59, 59, 123),
                    "content": {"z": [1.0, 1e16, None], "a": {"b": "ü"}},
                    "partner_id": partner.id,
                    "res_model": "res.partner",
                    "res_id": partner.id,
                    "reference": f"res.partner,{partner.id}",
                }
            ],
        )
        row.invalidate_recordset()
        self.assertEqual(row.total, 11)
        self.assertEqual(self._findings(), [])

    @settings(
        max_examples=60,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        content=json_value,
        ratio=st.floats(allow_nan=False, allow_infinity=False),
        amount=st.floats(-1e12, 1e12),
        name=text,
        moment=st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),
    )
    def test_append_anything(self, **vals):
        """Whatever the values, the row verifies after a round trip."""
        with self.env.cr.savepoint() as savepoint:
            append(self.log, [{"record_id": self.records[0].id, **vals}])
            self.assertEqual(self._findings(), [], json.dumps(vals, default=str))
            savepoint.rollback()

    def test_append_query_count(self):
        """One query reads the heads, one inserts the rows."""
        vals_list = [
            {"record_id": record.id, "name": str(i)} for i in range(30) for record in self.records
        ]
        self._append("warm up")
        self.env.flush_all()
        with self.assertQueryCount(2):
            append(self.log, vals_list[:3])
        with self.assertQueryCount(2):
            append(self.log, vals_list)

    def test_append_context(self):
        """The caller's context neither writes into the log nor is changed."""
        log = self.log.with_user(self.user).with_context(default_name="forged", x=1)
        row = append(log, [{"record_id": self.records[0].id}])
        self.assertFalse(row.name)
        self.assertEqual(row.env, log.env)
        self.assertEqual(row.create_uid, self.user)
        self.assertFalse(row.env.su)

    # -- the closed doors --------------------------------------------------

    def _doors(self):
        """Yield the log as everybody, with every context a client could send."""
        contexts = (
            {},
            {MODULE_UNINSTALL_FLAG: True},
            {"collab_chain_append": True, "install_mode": True, "import_file": True},
        )
        for context in contexts:
            for log in (self.log, self.log.sudo(), self.log.with_user(self.user)):
                yield log.with_context(**context)

    def test_create_refused(self):
        row = self._append("real")
        vals = {
            "record_id": self.records[0].id,
            "name": "forged",
            "chain_index": 2,
            "previous_hash": row.hash,
            "hash": "f" * 64,
        }
        for log in self._doors():
            with self.assertRaises(AccessError):
                log.create(vals)
            with self.assertRaises(AccessError):
                log.create([dict(vals)])
            with self.assertRaises(AccessError):
                log.name_create("forged")
            with self.assertRaises(AccessError):
                row.with_env(log.env).copy()
            with self.assertRaises(AccessError):
                log._load_records([{"xml_id": "__import__.forged", "values": vals}])

    def test_import_refused(self):
        result = self.log.with_user(self.user).load(
            ["record_id/.id", "name"], [[str(self.records[0].id), "forged"]]
        )
        self.assertFalse(result["ids"])
        self.assertTrue(result["messages"])
        self.assertFalse(self.log.search_count([]))

    def test_write_refused(self):
        row = self._append("real")
        for log in self._doors():
            with self.assertRaises(AccessError):
                row.with_env(log.env).write({"name": "forged"})
            with self.assertRaises(AccessError):
                row.with_env(log.env).free = "forged"
        self.assertEqual(row.name, "real")

    def test_unlink_refused(self):
        row = self._append("real")
        for log in self._doors():
            with self.assertRaises(AccessError):
                row.with_env(log.env).unlink()
        self.assertTrue(row.exists())

    def test_commands_refused(self):
        """The parent's one2many is no way in either."""
        row = self._append("real")
        record = self.records[0].with_user(self.user)
        for command in (
            Command.create({"name": "forged"}),
            Command.update(row.id, {"name": "forged"}),
            Command.delete(row.id),
            Command.unlink(row.id),
            Command.clear(),
            Command.set([]),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                record.write({"log_ids": [command]})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.records[1].write({"log_ids": [Command.link(row.id)]})
        self.assertEqual(row.record_id, self.records[0])

    def test_parent_with_a_log_stays(self):
        self._append("real")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.ForeignKeyViolation),
            self.env.cr.savepoint(),
        ):
            self.records[0].unlink()
        self.assertTrue(self.records[0].exists())

    def test_empty_recordsets_pass(self):
        """What loops over nothing is not refused."""
        self.assertTrue(self.log.browse().unlink())
        self.assertTrue(self.log.browse().write({"name": "x"}))
        self.assertFalse(self.log.create([]))

    def test_append_is_private(self):
        with self.assertRaises(AccessError):
            call_kw(self.log, "_append", [[]], {})

    # -- setup -------------------------------------------------------------

    def test_setup_refuses_a_bad_parent(self):
        for parent in ("", "name", "partner_id", "nowhere"):
            self.patch(self.registry["test.collab.log"], "_chain_parent", parent)
            with self.assertRaisesRegex(TypeError, "_chain_parent"):
                self.log._post_model_setup__()

    def test_setup_refuses_bad_fields(self):
        names = ("nowhere", "hash", "create_uid", "currency_id", "display_name")
        for chain_fields in ((), *((name,) for name in names)):
            self.patch(self.registry["test.collab.log"], "_chain_fields", chain_fields)
            with self.assertRaisesRegex(TypeError, "_chain_fields"):
                self.log._post_model_setup__()

import contextlib
from unittest.mock import patch

from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.collab_base.core.chain import row_hash
from odoo.addons.collab_base.log import append
from odoo.addons.collab_base.models import collab_chain_anchor, collab_chain_verifier


@tagged("post_install", "-at_install")
class TestChainVerifier(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.log = cls.env["test.collab.log"]
        cls.anchor = cls.env["collab.chain.anchor"]
        cls.verifier = cls.env["collab.chain.verifier"]
        cls.env["ir.config_parameter"].set_param(collab_chain_anchor.HEAD_PARAMETER, False)
        cls.env.cr.execute("DELETE FROM collab_chain_anchor")
        cls.env.cr.execute("DELETE FROM test_collab_log")
        cls.classPatch(
            cls.registry["collab.chain.anchor"],
            "_chain_model_names",
            lambda anchor: ["test.collab.log"],
        )
        cls.records = cls.env["test.collab.record"].create(
            [{"name": f"Record {i}"} for i in range(3)]
        )
        cls.rows = append(
            cls.log,
            [
                {"record_id": record.id, "name": str(i), "content": {"i": i}}
                for record in cls.records
                for i in range(4)
            ],
        )
        cls.env.flush_all()

    def _sql(self, query, *params):
        self.env.cr.execute(query, params)
        self.env.invalidate_all()

    def _found(self):
        """Return what is found, as (kind, parent, index)."""
        return [
            (finding.kind, finding.parent_id, finding.chain_index)
            for finding in self.verifier._verify()
        ]

    # -- rows --------------------------------------------------------------

    def test_sound(self):
        self.assertEqual(self._found(), [])
        self.anchor._anchor()
        self.assertEqual(self._found(), [])

    def test_batches(self):
        """Reading a few rows at a time finds the same."""
        self._sql("UPDATE test_collab_log SET name = 'x' WHERE id = %s", self.rows[6].id)
        for size in (1, 2, 3, 4, 5):
            with patch.object(collab_chain_verifier, "BATCH", size):
                self.assertEqual(self._found(), [("altered", self.records[1].id, 3)], size)

    def test_altered_row(self):
        row = self.rows[1]
        for column, value in (
            ("name", "forged"),
            ("content", '{"i": 2}'),
            ("create_date", "2020-01-01"),
            ("hash", "0" * 64),
            ("text", ""),
            ("number", 0),
        ):
            with self.env.cr.savepoint() as savepoint:
                self._sql(f"UPDATE test_collab_log SET {column} = %s WHERE id = %s", value, row.id)
                [finding] = self.verifier._verify()
                self.assertEqual(
                    (finding.kind, finding.row_id, finding.chain_index),
                    ("altered", row.id, 2),
                    column,
                )
                self.assertIn(f"Test Record {self.records[0].id}", finding.message)
                self.assertIn("row 2", finding.message)
                savepoint.rollback()

    def test_altered_free_field(self):
        """What is not hashed may differ."""
        self._sql("UPDATE test_collab_log SET free = 'x'")
        self.assertEqual(self._found(), [])

    def test_rewritten_row(self):
        """A row written anew with a hash of its own is betrayed by the next one."""
        row = self.rows[1]
        hash_ = row_hash(
            row._name,
            row.record_id.id,
            row.chain_index,
            row.previous_hash,
            row.create_date,
            {"name": "forged"},
        )
        self._sql(
            "UPDATE test_collab_log SET name = 'forged', content = NULL, hash = %s WHERE id = %s",
            hash_,
            row.id,
        )
        self.assertEqual(self._found(), [("altered", self.records[0].id, 2)])

    def test_unreadable_row(self):
        """What Python cannot hold is an altered row; all others are read as ever."""
        self._sql("UPDATE test_collab_log SET name = 'x' WHERE id = %s", self.rows[11].id)
        other = ("altered", self.records[2].id, 4)
        deep, deeper = (f"'{'[' * depth}{']' * depth}'" for depth in (600, 3000))
        for column, value in (
            ("create_date", "'0044-03-15 BC'"),
            ("create_date", "'infinity'"),
            ("moment", "'20000-01-01'"),
            ("date", "'20000-01-01'"),
            ("ratio", "'NaN'"),
            ("amount", "'NaN'"),
            ("number", "-2147483648"),
            ("content", "('1' || repeat('0', 5000))::jsonb"),
            ("content", deep),
            ("content", deeper),
            ("content", "'\"text\"'"),
            ("content", "'null'"),
            ("content", "'[[], {}]'"),
        ):
            for place, size in ((1, 2000), (6, 3), (6, 1)):
                with (
                    self.subTest(column=column, value=value[:30], size=size),
                    contextlib.closing(self.env.cr.savepoint()),
                    patch.object(collab_chain_verifier, "BATCH", size),
                ):
                    id_ = self.rows[place].id
                    self._sql(f"UPDATE test_collab_log SET {column} = {value} WHERE id = {id_}")
                    row = ("altered", self.records[place // 4].id, place % 4 + 1)
                    self.assertEqual(self._found(), [row, other])

    def test_unreadable_rows(self):
        """All rows unreadable, hashed as if they held nothing."""
        for row in self.rows:
            hash_ = row_hash(row._name, row.record_id.id, row.chain_index, None, None, {})
            self._sql("UPDATE test_collab_log SET hash = %s WHERE id = %s", hash_, row.id)
        self._sql("UPDATE test_collab_log SET create_date = '0044-03-15 BC'")
        self.assertEqual([kind for kind, *__ in self._found()], ["altered"] * 12)

    def test_row_without_place(self):
        """A row that lost its index or its parent is in no chain, and found."""
        self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for column, found in (
            ("chain_index", ("inserted", self.records[0].id, 0)),
            ("record_id", ("inserted", 0, 0)),
        ):
            with contextlib.closing(self.env.cr.savepoint()):
                self._sql(f"ALTER TABLE test_collab_log ALTER {column} DROP NOT NULL")
                self._sql(
                    f"UPDATE test_collab_log SET {column} = NULL WHERE id = {self.rows[1].id}"
                )
                self.assertEqual(self._found(), [found, ("missing", self.records[0].id, 2)])
                self.assertTrue(self.anchor._anchor())
                self.assertFalse(self.anchor._anchor())

    @mute_logger("odoo.sql_db", "odoo.addons.collab_base.models.collab_chain_verifier")
    def test_unreadable_log(self):
        """Whatever is done to one log, it is told, and the others are verified."""
        self._sql("UPDATE test_collab_log SET name = 'x' WHERE id = %s", self.rows[1].id)
        self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")
        self.anchor._anchor()
        with contextlib.closing(self.env.cr.savepoint()):
            self._sql("ALTER TABLE test_collab_log DROP COLUMN content")
            kinds = [kind for kind, *__ in self._found()]
            self.assertEqual(kinds, ["unreadable"])
        with contextlib.closing(self.env.cr.savepoint()):
            self._sql("ALTER TABLE collab_chain_anchor DROP COLUMN content")
            kinds = [(finding.model, finding.kind) for finding in self.verifier._verify()]
            self.assertIn(("collab.chain.anchor", "unreadable"), kinds)
            self.assertIn(("test.collab.log", "altered"), kinds)

    def test_moved_row(self):
        row = self.rows[3]
        self._sql(
            "UPDATE test_collab_log SET record_id = %s, chain_index = 5 WHERE id = %s",
            self.records[1].id,
            row.id,
        )
        self.assertEqual(self._found(), [("altered", self.records[1].id, 5)])

    def test_inserted_row(self):
        self._sql("DROP INDEX test_collab_log_chain_uniq")
        for index in (0, 2):
            with self.env.cr.savepoint() as savepoint:
                self._sql(
                    """
                    INSERT INTO test_collab_log
                           (record_id, chain_index, previous_hash, hash, name)
                    SELECT record_id, %s, previous_hash, hash, 'forged'
                      FROM test_collab_log WHERE id = %s
                    """,
                    index,
                    self.rows[1].id,
                )
                self.assertEqual(self._found(), [("inserted", self.records[0].id, index)])
                savepoint.rollback()

    def test_missing_rows(self):
        self._sql("DELETE FROM test_collab_log WHERE id = %s", self.rows[1].id)
        self.assertEqual(self._found(), [("missing", self.records[0].id, 2)])
        self._sql("DELETE FROM test_collab_log WHERE id = %s", self.rows[0].id)
        [finding] = self.verifier._verify()
        self.assertEqual((finding.kind, finding.chain_index), ("missing", 1))
        self.assertIn("1 to 2", finding.message)
        self.assertFalse(finding.row_id)

    def test_missing_row_is_told_once(self):
        """An anchor that remembers a row of a gap does not repeat it."""
        row = append(self.log, [{"record_id": self.records[0].id}])
        self.anchor._anchor()
        append(self.log, [{"record_id": self.records[0].id}])
        self._sql("DELETE FROM test_collab_log WHERE id = %s", row.id)
        self.assertEqual(self._found(), [("missing", self.records[0].id, 5)])

    # -- anchored ----------------------------------------------------------

    def test_missing_tail(self):
        self.anchor._anchor()
        append(self.log, [{"record_id": self.records[0].id}])
        self.anchor._anchor()
        rows = self.log.search([("record_id", "=", self.records[0].id)])
        self._sql(
            "DELETE FROM test_collab_log WHERE record_id = %s AND chain_index > 2",
            self.records[0].id,
        )
        self.assertEqual(len(rows), 5)
        [finding] = self.verifier._verify()
        self.assertEqual(
            (finding.kind, finding.parent_id, finding.chain_index),
            ("tail_missing", self.records[0].id, 3),
        )
        self.assertIn("row 3 to row 5", finding.message)

    def test_missing_chain(self):
        self.anchor._anchor()
        self._sql("DELETE FROM test_collab_log WHERE record_id = %s", self.records[1].id)
        self._sql("DELETE FROM test_collab_record WHERE id = %s", self.records[1].id)
        [finding] = self.verifier._verify()
        self.assertEqual((finding.kind, finding.parent_id), ("chain_missing", self.records[1].id))
        self.assertIn("4 rows", finding.message)

    def test_rewritten_chain(self):
        """A chain forged from end to end and anchored again: the old anchor stays."""
        self.anchor._anchor()
        record = self.records[0]
        self._sql("DELETE FROM test_collab_log WHERE record_id = %s", record.id)
        append(self.log, [{"record_id": record.id, "name": "forged"} for _ in range(4)])
        self.anchor._anchor()
        self.assertEqual(self._found(), [("altered", record.id, 4)])

    def test_altered_anchor(self):
        self.anchor._anchor()
        self._sql("UPDATE collab_chain_anchor SET chain_count = 99")
        self.assertEqual(self._found(), [("anchor_altered", 0, 1)])

    def test_unreadable_anchor(self):
        """Nonsense in an anchor is a finding, not an error, and anchoring goes on."""
        head = self.anchor._anchor()._remembered()
        for content in (
            *("5", '"test.collab.log"', "null", "[7]", '["test.collab.log"]'),
            '{"test.collab.log": null}',
            '{"test.collab.log": 5}',
            '{"test.collab.log": {"1": [1, 2, "h"]}}',
            '{"test.collab.log": ["x", 1, "h"]}',
            '{"test.collab.log": [["x"]]}',
            '{"test.collab.log": [["x", 1, "h"], [1], [], {}, null, [[1], [2], [3]]]}',
            '{"test.collab.log": [[1e20, 1, "h"], [1, 1e400, "h"], [-1e20, true, "h"]]}',
        ):
            with (
                self.subTest(content=content),
                contextlib.closing(self.env.cr.savepoint()),
            ):
                self.assertEqual(self.anchor._remembered(), head)
                self._sql("UPDATE collab_chain_anchor SET content = %s", content)
                self.assertEqual(self._found(), [("anchor_altered", 0, 1)])
                anchor = self.anchor._anchor()
                self.assertEqual(len(anchor.content["test.collab.log"]), 3)
                self.assertFalse(self.anchor._anchor())
                self.assertEqual(self._found(), [("anchor_altered", 0, 1)])
                with patch.object(
                    self.registry["collab.chain.verifier"], "_verify_anchors", lambda *__: []
                ):  # an anchor that was hashed anew, so that nothing is said of it
                    self.assertEqual(self._found(), [])
            self.registry.clear_cache("stable")  # of what is remembered

    def test_anchor_without_place(self):
        self.anchor._anchor()
        self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")
        self._sql("ALTER TABLE collab_chain_anchor ALTER chain_index DROP NOT NULL")
        self._sql("UPDATE collab_chain_anchor SET chain_index = NULL")
        append(self.log, [{"record_id": self.records[0].id}])
        self.assertTrue(self.anchor._anchor())
        self.assertFalse(self.anchor._anchor())
        self.assertEqual(self._found(), [("anchor_altered", 0, 0)])

    def test_unreadable_anchor_date(self):
        self.anchor._anchor()
        self._sql("UPDATE collab_chain_anchor SET create_date = '0044-03-15 BC'")
        self.assertEqual(self._found(), [("anchor_altered", 0, 1)])
        page = self.env["collab.chain.verification"]._action_verify()
        page = self.env[page["res_model"]].browse(page["res_id"])
        self.assertFalse(page.anchor_date)
        append(self.log, [{"record_id": self.records[0].id}])
        self.assertEqual(self.anchor._anchor().chain_index, 2)

    def test_unreadable_memory(self):
        """What was remembered of the newest anchor may be anything as well."""
        self.anchor._anchor()
        for head in ("9" * 5000 + ":x", "-1:x", "²:x", "x", ":", "99999999999999999999:x"):
            self.env["ir.config_parameter"].set_param(collab_chain_anchor.HEAD_PARAMETER, head)
            [(kind, *__)] = self._found()
            self.assertIn(kind, ("anchor_altered", "anchor_missing"), head[:30])

    def test_missing_log(self):
        """A log whose module was uninstalled is not passed over in silence."""
        self.anchor._anchor()
        with patch.object(
            self.registry["collab.chain.anchor"], "_chain_model_names", lambda anchor: []
        ):
            [finding] = self.verifier._verify()
        self.assertEqual((finding.kind, finding.model), ("chain_missing", "test.collab.log"))

    def test_missing_anchor(self):
        anchors = self.anchor
        for _ in range(3):
            anchors += self.anchor._anchor()
            append(self.log, [{"record_id": self.records[0].id}])
        with self.env.cr.savepoint() as savepoint:
            self._sql("DELETE FROM collab_chain_anchor WHERE id = %s", anchors[1].id)
            self.assertEqual(self._found(), [("anchor_missing", 0, 2)])
            savepoint.rollback()
        self._sql("DELETE FROM collab_chain_anchor WHERE id = %s", anchors[2].id)
        self.assertEqual(self._found(), [("anchor_missing", 0, 3)])

    def test_rewritten_last_anchor(self):
        anchor = self.anchor._anchor()
        self._sql("DELETE FROM collab_chain_anchor WHERE id = %s", anchor.id)
        append(self.anchor, [{"content": {"test.collab.log": []}}])
        self.assertEqual(self._found(), [("anchor_altered", 0, 1)])

    # -- anchoring ---------------------------------------------------------

    def test_anchor_only_what_changed(self):
        anchor = self.anchor._anchor()
        self.assertEqual(
            anchor.content["test.collab.log"],
            [
                [record.id, 4, rows[-1].hash]
                for record, rows in self.rows.grouped("record_id").items()
            ],
        )
        self.assertFalse(self.anchor._anchor())
        row = append(self.log, [{"record_id": self.records[1].id}])
        anchor = self.anchor._anchor()
        self.assertEqual(anchor.content, {"test.collab.log": [[self.records[1].id, 5, row.hash]]})

    def test_anchor_cron_in_batches(self):
        """The cron takes as many anchors as it needs, and none when run again."""
        with (
            patch.object(collab_chain_anchor, "HEADS_PER_ANCHOR", 2),
            self.enter_registry_test_mode(),
        ):
            cron = self.env.ref("collab_base.ir_cron_chain_anchor")
            cron.method_direct_trigger()
            self.assertEqual(self.anchor.search([]).mapped("chain_count"), [1, 2])
            cron.method_direct_trigger()
            self.assertEqual(self.anchor.search_count([]), 2)
        self.assertEqual(self._found(), [])

    # -- who is told -------------------------------------------------------

    @mute_logger("odoo.addons.collab_base.models.collab_chain_verifier")
    def test_cron_tells_the_administrators(self):
        admin = new_test_user(self.env, "collab_admin", groups="collab_base.group_collab_admin")
        cron = self.env.ref("collab_base.ir_cron_chain_verify")
        domain = [("partner_ids", "in", admin.partner_id.ids)]
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            self.assertFalse(self.env["mail.message"].search(domain))
            self._sql("UPDATE test_collab_log SET name = '<b>x' WHERE id = %s", self.rows[0].id)
            cron.method_direct_trigger()
            # the same again is told again: nothing that somebody could write prevents it
            cron.method_direct_trigger()
        messages = self.env["mail.message"].search(domain)
        self.assertEqual(len(messages), 2)
        for message in messages:
            self.assertIn("row 1 was changed", message.body)

    def test_page_of_the_auditor(self):
        auditor = new_test_user(self.env, "auditor", groups="collab_base.group_collab_auditor")
        action = self.env.ref("collab_base.collab_chain_verification_action")
        result = action.with_user(auditor).run()
        page = self.env[result["res_model"]].with_user(auditor).browse(result["res_id"])
        self.assertEqual(page.state, "sound")
        self.assertEqual(page.row_count, 12)
        self._sql("DELETE FROM test_collab_log WHERE id = %s", self.rows[1].id)
        result = page.action_verify_again()
        page = page.browse(result["res_id"])
        self.assertEqual(page.state, "broken")
        self.assertEqual(page.line_ids.mapped("kind"), ["missing"])

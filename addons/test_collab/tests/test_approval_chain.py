# pylint: disable=translation-required,except-pass
import contextlib
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.collab_approval.stated import Statements

from .approval_common import ApprovalCase

EVIL = "<img src=x onerror=alert(1)>"
URGENT_FAILS = "if record.urgent:\n    raise UserError('no <b>stock</b>')\nrecord.action_done()"


@tagged("post_install", "-at_install")
class TestChain(ApprovalCase):
    """What is changed behind Odoo's back in the log of approvals is found."""

    def setUp(self):
        super().setUp()
        self._policy(self.ann, self.bob)
        self.request = self._submit()
        self.other = self._submit()
        self._approve(self.request, self.ann, self.bob)
        self._approve(self.other, self.ann)
        self.env.flush_all()

    def _verify(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["collab.chain.verifier"]._verify(["collab.approval.log"])

    def _anchor(self):
        self.env["collab.chain.anchor"]._anchor()
        self.env.flush_all()

    def test_sound(self):
        self._anchor()
        self.assertEqual(self._verify(), [])

    def test_altered(self):
        for column, value in (
            ("comment", "'x'"),
            ("event", "'rejected'"),
            ("user_id", str(self.carl.id)),
            ("at", "at - interval '1 day'"),
            ("detail", "'{}'"),
        ):
            row = self.request.sudo().log_ids.sorted("chain_index")[1]
            with self.subTest(column=column), contextlib.closing(self.env.cr.savepoint()):
                self.env.cr.execute(
                    f"UPDATE collab_approval_log SET {column} = {value} WHERE id = %s", [row.id]
                )
                [finding] = self._verify()
                self.assertEqual(
                    (finding.kind, finding.row_id, finding.parent_id),
                    ("altered", row.id, self.request.id),
                )
                self.assertIn(str(self.request.id), finding.message)
        self.assertEqual(self._verify(), [])

    def test_deleted(self):
        self._anchor()
        rows = self.request.sudo().log_ids.sorted("chain_index")
        self.env.cr.execute("DELETE FROM collab_approval_log WHERE id = %s", [rows[1].id])
        [finding] = self._verify()
        self.assertEqual(
            (finding.kind, finding.parent_id, finding.chain_index), ("missing", self.request.id, 2)
        )

    def test_end_deleted(self):
        self._anchor()
        rows = self.request.sudo().log_ids.sorted("chain_index")
        self.env.cr.execute("DELETE FROM collab_approval_log WHERE id = %s", [rows[-1].id])
        [finding] = self._verify()
        self.assertEqual((finding.kind, finding.parent_id), ("tail_missing", self.request.id))

    def test_request_deleted(self):
        self._anchor()
        request_id = self.request.id
        self.env.cr.execute("DELETE FROM collab_approval_log WHERE request_id = %s", [request_id])
        self.env.cr.execute("DELETE FROM collab_approval_task WHERE request_id = %s", [request_id])
        self.env.cr.execute("DELETE FROM collab_approval_request WHERE id = %s", [request_id])
        [finding] = self._verify()
        self.assertEqual((finding.kind, finding.parent_id), ("chain_missing", request_id))
        self.assertIn(str(request_id), finding.message)

    def test_before_the_first_anchor(self):
        """A request and its tasks also tell what is not in the log, or not any more."""
        last = self.request.sudo().log_ids.sorted("chain_index")[-1]
        task = self.other.sudo().task_ids.filtered(lambda t: t.user_id == self.bob)
        for statement, args in (
            ("DELETE FROM collab_approval_log WHERE id = %s", [last.id]),
            ("DELETE FROM collab_approval_log WHERE request_id = %s", [self.request.id]),
            ("UPDATE collab_approval_request SET state = 'rejected' WHERE id = %s", None),
            ("UPDATE collab_approval_request SET requester_id = 1 WHERE id = %s", None),
            (
                "UPDATE collab_approval_task SET decided_by = 1 WHERE request_id = %s",
                None,
            ),
        ):
            with self.subTest(sql=statement), contextlib.closing(self.env.cr.savepoint()):
                self.env.cr.execute(statement, args or [self.request.id])
                [finding] = self._verify()
                self.assertEqual(
                    (finding.kind, finding.parent_id), ("contradicted", self.request.id)
                )
        with contextlib.closing(self.env.cr.savepoint()):
            self.env.cr.execute(
                "UPDATE collab_approval_task SET state = 'approved', decided_by = %s WHERE id = %s",
                [self.bob.id, task.id],
            )
            [finding] = self._verify()
            self.assertEqual(finding.parent_id, self.other.id)
        self.assertEqual(self._verify(), [])

    def _assert_found(self, statement, request, *args):
        """Check that a change made in SQL is found, and on which request."""
        with self.subTest(sql=statement), contextlib.closing(self.env.cr.savepoint()):
            self.env.cr.execute(statement, args)
            found = [(finding.kind, finding.parent_id) for finding in self._verify()]
            self.assertEqual(found, [("contradicted", request.id)])

    def test_request_is_not_as_stated(self):
        """All that the log states of a request is compared with it."""
        other_policy = self._draft(self.carl)
        for assignment in (
            "res_id = res_id + 1",
            "res_model = 'res.partner'",
            "fingerprint = 'x'",
            "fingerprint = NULL",
            "note = 'x'",
            "submitted_at = submitted_at - interval '1 day'",
            "submitted_at = '0044-03-15 BC'",
            "used_at = submitted_at",
            "owner_id = 1",
            "owner_id = NULL",
            "policy_id = NULL",
            f"policy_id = {other_policy.id}",
            "round = 1",
            """plan = jsonb_set(plan, '{stages,0,steps,0,mode}', '"any"')""",
            "plan = '{}'",
            "plan = '5'",
            "plan = NULL",
            "state = 'approved'",
        ):
            self._assert_found(
                f"UPDATE collab_approval_request SET {assignment} WHERE id = %s",
                self.other,
                self.other.id,
            )

        self._assert_found(
            "WITH tasks AS (UPDATE collab_approval_task SET company_id = NULL"
            " WHERE request_id = %s) UPDATE collab_approval_request SET company_id = NULL"
            " WHERE id = %s",
            self.other,
            *(self.other.id, self.other.id),
        )
        self._assert_found(
            "WITH copy AS (INSERT INTO collab_approval_policy_version (policy_id, number, snapshot)"
            " SELECT policy_id, number + 1, snapshot FROM collab_approval_policy_version"
            " WHERE id = %s RETURNING id) UPDATE collab_approval_request"
            " SET version_id = (SELECT id FROM copy) WHERE id = %s",
            self.other,
            *(self.other.sudo().version_id.id, self.other.id),
        )
        self._assert_found(  # also where no task waits any more
            "UPDATE collab_approval_request SET round = 1 WHERE id = %s",
            self.request,
            self.request.id,
        )

    def test_request_points_elsewhere_before_its_end(self):
        """What the log repeats of an altered request does not make it true."""
        for assignment in ("res_id = res_id + 1", "fingerprint = 'x'"):
            with contextlib.closing(self.env.cr.savepoint()):
                self.env.cr.execute(
                    f"UPDATE collab_approval_request SET {assignment} WHERE id = %s",
                    [self.other.id],
                )
                self.env.invalidate_all()
                self._approve(self.other, self.bob)
                [finding] = self._verify()
                self.assertEqual(finding.parent_id, self.other.id)

    def test_used_or_not(self):
        self._document_of(self.request).state = "done"
        self.assertEqual(self._verify(), [])
        self._assert_found(
            "UPDATE collab_approval_request SET used_at = NULL WHERE id = %s",
            self.request,
            self.request.id,
        )

    def test_tasks_are_not_as_stated(self):
        """Neither those that were decided nor those that were not."""
        done, waiting = (
            self.other.sudo().task_ids.filtered(lambda t, u=user: t.user_id == u)
            for user in (self.ann, self.bob)
        )
        self.assertEqual((done.state, waiting.state), ("approved", "pending"))
        for task in (done, waiting):
            for statement in (
                "DELETE FROM collab_approval_task WHERE id = %s",
                f"UPDATE collab_approval_task SET user_id = {self.carl.id} WHERE id = %s",
                "UPDATE collab_approval_task SET user_id = NULL, group_id = 1 WHERE id = %s",
                "UPDATE collab_approval_task SET stage = 5 WHERE id = %s",
                "UPDATE collab_approval_task SET step = 'x' WHERE id = %s",
                "UPDATE collab_approval_task SET turn = 5 WHERE id = %s",
                "UPDATE collab_approval_task SET round = 5 WHERE id = %s",
                "UPDATE collab_approval_task SET round = -1 WHERE id = %s",
                "UPDATE collab_approval_task SET barred_user_id = NULL WHERE id = %s",
                "UPDATE collab_approval_task SET barred_owner_id = 1 WHERE id = %s",
                "UPDATE collab_approval_task SET company_id = NULL WHERE id = %s",
                "UPDATE collab_approval_task SET state = 'waiting' WHERE id = %s",
                "UPDATE collab_approval_task SET state = 'closed' WHERE id = %s",
                "UPDATE collab_approval_task SET state = 'rejected' WHERE id = %s",
                "UPDATE collab_approval_task SET state = 'nonsense' WHERE id = %s",
            ):
                self._assert_found(statement, self.other, task.id)
        for assignment in (
            "comment = 'x'",
            "given = TRUE",
            "decided_by = 1",
            "decided_at = decided_at - interval '1 day'",
        ):
            self._assert_found(
                f"UPDATE collab_approval_task SET {assignment} WHERE id = %s", self.other, done.id
            )
        self._assert_found(
            "UPDATE collab_approval_task SET state = 'pending' WHERE request_id = %s"
            " AND id = (SELECT MAX(id) FROM collab_approval_task WHERE request_id = %s)",
            self.request,
            *(self.request.id, self.request.id),
        )
        self._assert_found(
            "INSERT INTO collab_approval_task (request_id, company_id, round, stage, step, turn,"
            " user_id, barred_user_id, state) SELECT request_id, company_id, round, stage, step,"
            " turn, %s, barred_user_id, 'pending' FROM collab_approval_task WHERE id = %s",
            self.other,
            *(self.carl.id, waiting.id),
        )

    def test_rounds_are_not_as_stated(self):
        """The rounds of a request that was moved, and what it was moved to."""
        version, mover = (
            self.other.sudo().version_id,
            self._user("mover", "collab_base.group_collab_admin"),
        )
        version.policy_id.stage_ids[0].name = "New"
        version.policy_id.action_publish()
        self.other.with_user(mover).action_move()
        self.assertEqual(self._verify(), [])
        self.assertEqual(self.other.sudo().task_ids.mapped("round"), [0, 0, 1, 1])
        for statement, args in (
            ("UPDATE collab_approval_request SET version_id = %s WHERE id = %s", [version.id]),
            ("UPDATE collab_approval_request SET round = 0 WHERE id = %s", []),
            ("DELETE FROM collab_approval_task WHERE round = 0 AND request_id = %s", []),
            ("DELETE FROM collab_approval_task WHERE round = 1 AND request_id = %s", []),
            (
                "UPDATE collab_approval_task SET user_id = %s WHERE round = 0"
                " AND state = 'closed' AND request_id = %s",
                [self.carl.id],
            ),
        ):
            self._assert_found(statement, self.other, *args, self.other.id)

    def test_version_is_not_as_stated(self):
        """A version that was changed is told of once, on one of its requests."""
        version = self.other.version_id
        for snapshot in (
            """jsonb_set(snapshot, '{domain}', '"[]"')""",
            "snapshot || '{\"more\": 1}'",
            "'5'",
        ):
            self._assert_found(
                f"UPDATE collab_approval_policy_version SET snapshot = {snapshot} WHERE id = %s",
                self.request,
                version.id,
            )
        other_policy = self._draft(self.carl)
        with contextlib.closing(self.env.cr.savepoint()):
            for table in ("policy_version SET", "request SET"):
                self.env.cr.execute(
                    f"UPDATE collab_approval_{table} policy_id = %s WHERE policy_id = %s",
                    [other_policy.id, version.policy_id.id],
                )
            self.assertEqual(len(self._verify()), 2)

    def test_rows_without_statements(self):
        """Rows from before plans were stated in the log are nothing to report."""
        with patch.object(Statements, "of", lambda *__: {}):
            request = self._submit()
        self._approve(request, self.ann)
        self.assertEqual(self._verify(), [])
        self.assertEqual(set(request.sudo().log_ids[0].detail), {"document", "fingerprint"})
        self._assert_found(
            "DELETE FROM collab_approval_task WHERE decided_by IS NOT NULL AND request_id = %s",
            request,
            request.id,
        )

    def test_decision_undone(self):
        """Of a request that was withdrawn, where nothing follows from decisions."""
        self.other.with_user(self.rina).action_withdraw()
        self.assertEqual(self._verify(), [])
        self._assert_found(
            "UPDATE collab_approval_task SET state = 'closed', decided_by = NULL"
            " WHERE decided_by IS NOT NULL AND request_id = %s",
            self.other,
            self.other.id,
        )

    def test_altered_detail(self):
        """Whatever a row was made to say, it is told, and so is what else is wrong."""
        self.env.cr.execute(
            "UPDATE collab_approval_request SET note = 'x' WHERE id = %s", [self.other.id]
        )
        deep = "[" * 3000 + "]" * 3000
        for detail in (
            *('{"task": "x"}', '{"task": 1e20}', '{"task": null}', '{"task": [1]}', '{"task": {}}'),
            *("5", '"document"', '["document"]', "null", "{}", deep, "1" * 5000),
            '{"document": 5, "version": {}, "owner": [], "plan": 7, "tasks": [], "barred": 9}',
            '{"document": [], "version": 1e400, "plan": null, "snapshot": [], "barred": [[1]]}',
        ):
            for place in (0, 1):
                row = self.request.sudo().log_ids.sorted("chain_index")[place]
                with (
                    self.subTest(detail=detail[:40], row=place),
                    contextlib.closing(self.env.cr.savepoint()),
                ):
                    self.env.cr.execute(
                        "UPDATE collab_approval_log SET detail = %s WHERE id = %s",
                        [detail, row.id],
                    )
                    found = [(finding.kind, finding.parent_id) for finding in self._verify()]
                    self.assertEqual(
                        found, [("altered", self.request.id), ("contradicted", self.other.id)]
                    )
                    # also where its hash was made anew: it stops nobody
                    self.env["collab.approval.log"]._chain_contradicted(10)

    def test_sound_whatever_happens(self):
        """Nothing that the engine does contradicts the log."""
        self.request.with_user(self.rina).action_withdraw()
        self.other.with_user(self.bob).action_reject("no")
        self.assertEqual(self._verify(), [])

    def test_row_put_in(self):
        self._anchor()
        row = self.request.sudo().log_ids.sorted("chain_index")[-1]
        self.env.cr.execute(
            "INSERT INTO collab_approval_log (request_id, at, event, user_id, chain_index,"
            " previous_hash, hash, create_date) SELECT request_id, at, 'approved', user_id,"
            " chain_index + 1, hash, previous_hash, create_date FROM collab_approval_log"
            " WHERE id = %s",
            [row.id],
        )
        [finding] = self._verify()
        self.assertEqual((finding.kind, finding.parent_id), ("altered", self.request.id))

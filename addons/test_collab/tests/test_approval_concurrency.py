# pylint: disable=invalid-commit
from unittest.mock import patch

from odoo import Command, api, sql_db
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from odoo.addons.collab_guard.exceptions import GuardError

MODEL, LINE = "test.collab.document", "test.collab.document.line"


@tagged("post_install", "-at_install")
class TestConcurrency(BaseCase):
    """Two real transactions of one process, as two threads have them."""

    def setUp(self):
        super().setUp()
        self.database = sql_db.db_connect(get_db_name())
        self.envs = []
        self.addCleanup(self._clean_up)
        self.ours, self.theirs = self._env(), self._env()
        env = self.ours
        root = env.ref("base.user_root")
        self.people = env["res.users"].create(
            [
                {
                    "name": name.capitalize(),
                    "login": f"conc_{name}",
                    "group_ids": [Command.set(env.ref("base.group_user").ids)],
                }
                for name in ("rina", "ann", "bob")
            ]
        )
        self.partners = self.people.partner_id
        self.rina, self.ann, self.bob = self.people
        field = env["ir.model.fields"]._get(MODEL, "state")
        self.policy = env["collab.approval.policy"].create(
            {
                "name": "Contested",
                "model_id": env["ir.model"]._get_id(MODEL),
                "field_id": field.id,
                "value_id": field.selection_ids.filtered(lambda s: s.value == "done").id,
                "fallback_user_ids": [Command.set(root.ids + self.ann.ids)],
                "stage_ids": [
                    Command.create(
                        {
                            "name": "Stage",
                            "step_ids": [
                                Command.create(
                                    {
                                        "name": "Step",
                                        "source": "users",
                                        "mode": "any",
                                        "user_ids": [Command.set((self.ann | self.bob).ids)],
                                    }
                                )
                            ],
                        }
                    )
                ],
            }
        )
        self.document = env[MODEL].create({"name": "Contested"})
        env.cr.commit()

    def _env(self):
        env = api.Environment(self.database.cursor(), api.SUPERUSER_ID, {})
        self.envs.append(env)
        return env

    def _clean_up(self):
        for env in self.envs:
            env.cr.rollback()
        cr = self.envs[0].cr
        request = "(SELECT id FROM collab_approval_request WHERE res_model = %s)"
        for table in ("log", "task"):
            cr.execute(
                f"DELETE FROM collab_approval_{table} WHERE request_id IN {request}", [MODEL]
            )
        cr.execute("DELETE FROM collab_approval_request WHERE res_model = %s", [MODEL])
        cr.execute("DELETE FROM mail_message WHERE model = %s", [MODEL])
        cr.execute(
            "DELETE FROM mail_message WHERE model = 'collab.approval.policy' AND res_id = %s",
            [self.policy.id],
        )
        policies = "(SELECT id FROM collab_approval_policy WHERE name->>'en_US' = 'Contested')"
        cr.execute(f"DELETE FROM collab_approval_policy_version WHERE policy_id IN {policies}")
        cr.execute(f"DELETE FROM collab_approval_policy WHERE id IN {policies}")
        cr.execute("DELETE FROM test_collab_document WHERE name = 'Contested'")
        cr.execute("DELETE FROM res_users WHERE login LIKE 'conc\\_%'")
        cr.execute("DELETE FROM res_partner WHERE id IN %s", [tuple(self.partners.ids)])
        self.envs[0].registry.clear_cache("stable", "templates", "default")
        cr.commit()
        for env in self.envs:
            env.cr.close()

    def _document(self, env):
        return env[MODEL].browse(self.document.id)

    def test_the_map_is_not_filled_with_what_was_before(self):
        """Who looks between the publishing and its commit does not keep the old map."""
        self.policy.action_publish()
        self.ours["collab.guard"]._changed()
        # the other thread sees nothing of it yet, and fills the cache with that
        self.assertNotIn(MODEL, self.theirs["collab.guard"]._map())
        self.ours.cr.commit()
        self.theirs.cr.rollback()
        later = self._env()
        with self.assertRaises(GuardError):
            self._document(later).write({"state": "done"})

    def test_the_map_is_not_filled_from_an_old_snapshot(self):
        """Nor does who began before the commit, and looks only after it."""
        self.theirs.cr.execute("SELECT 1")  # their snapshot is from now
        self.policy.action_publish()
        self.ours.cr.commit()
        self.theirs["collab.guard"]._map()
        self.theirs.cr.rollback()
        later = self._env()
        with self.assertRaises(GuardError):
            self._document(later).write({"state": "done"})

    def test_a_publishing_that_is_rolled_back(self):
        self.policy.action_publish()
        self.ours["collab.guard"]._map()
        self.ours.cr.rollback()
        self.ours.registry.reset_changes()
        self._document(self.theirs).write({"state": "done"})

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_the_slower_one_is_told_who_decided(self):
        self.policy.action_publish()
        self.ours.cr.commit()
        requests = self.ours["collab.approval.request"].with_user(self.rina)
        request = requests.submit(MODEL, self.document.ids)
        self.ours.cr.commit()
        theirs = self.theirs["collab.approval.request"].with_user(self.bob.id).browse(request.id)
        self.assertTrue(theirs.my_turn)  # their snapshot is from now
        request.with_user(self.ann).action_approve()
        self.ours.cr.commit()
        with (
            patch("odoo.service.model.time.sleep"),
            self.assertRaisesRegex(UserError, "Ann"),
        ):
            retrying(lambda: theirs.action_reject("no"), theirs.env)
        self.theirs.cr.rollback()
        self.ours.cr.rollback()
        self.ours.invalidate_all()
        self.assertEqual(request.sudo().state, "approved")
        self.assertEqual(
            request.sudo().log_ids.sorted("chain_index").mapped("event"),
            ["submitted", "approved", "approved_all"],
        )

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_the_last_two_at_once(self):
        """Neither sees the other's approval; still the next stage opens, once."""
        self.policy.stage_ids.step_ids.mode = "all"
        self.policy.stage_ids = [
            Command.create(
                {
                    "name": "Next",
                    "sequence": 20,
                    "step_ids": [
                        Command.create(
                            {
                                "name": "Next",
                                "source": "users",
                                "user_ids": [Command.set(self.rina.ids)],
                            }
                        )
                    ],
                }
            )
        ]
        self.policy.action_publish()
        self.ours.cr.commit()
        request = self.ours["collab.approval.request"].submit(MODEL, self.document.ids)
        self.ours.cr.commit()
        theirs = self.theirs["collab.approval.request"].with_user(self.bob.id).browse(request.id)
        self.assertTrue(theirs.my_turn)  # their snapshot is from now
        request.with_user(self.ann).action_approve()
        self.ours.cr.commit()
        with patch("odoo.service.model.time.sleep"):
            retrying(lambda: theirs.action_approve(), theirs.env)
        self.theirs.cr.commit()
        self.ours.cr.rollback()
        self.ours.invalidate_all()
        self.assertEqual(
            [(task.user_id, task.state) for task in request.sudo().task_ids],
            [(self.ann, "approved"), (self.bob, "approved"), (self.rina, "pending")],
        )

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_withdrawn_while_it_is_used(self):
        """The transaction that uses an approval and the one that withdraws it conflict."""
        self.policy.action_publish()
        self.ours.cr.commit()
        requests = self.ours["collab.approval.request"].with_user(self.rina)
        request = requests.submit(MODEL, self.document.ids)
        request.with_user(self.ann).action_approve()
        self.ours.cr.commit()
        document = self._document(self.theirs)
        self.assertEqual(document.state, "draft")  # their snapshot is from now
        request.action_withdraw()
        self.ours.cr.commit()
        with patch("odoo.service.model.time.sleep"), self.assertRaises(GuardError):
            retrying(lambda: document.write({"state": "done"}), document.env)
        self.theirs.cr.rollback()

    def _on_lines(self):
        """Put the document under a policy that rests on a field of its lines, and return a line
        as the other transaction sees it."""
        self.policy.domain = "[('line_ids.received', '>', 5)]"
        self.policy.material_field_ids = self.ours["ir.model.fields"]._get(LINE, "received")
        self.policy.action_publish()
        line = self.ours[LINE].create({"document_id": self.document.id, "received": 1})
        self.ours.cr.commit()
        line = line.with_env(self.theirs)
        self.assertEqual((line.received, line.document_id.state), (1, "draft"))
        return line

    def _is_refused(self, action, env):
        with patch("odoo.service.model.time.sleep"), self.assertRaises(GuardError):
            retrying(action, env)
        self.theirs.cr.rollback()

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_lines_change_while_it_goes_through(self):
        """The two write no row in common, and neither sees what the other does."""
        line = self._on_lines()
        self.document.state = "done"
        self.ours.cr.commit()
        self._is_refused(lambda: line.write({"received": 9}), self.theirs)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_it_goes_through_while_lines_change(self):
        line = self._on_lines()
        line.with_env(self.ours).received = 9
        self.ours.cr.commit()
        self._is_refused(lambda: line.document_id.write({"state": "done"}), self.theirs)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_lines_come_while_it_goes_through(self):
        line = self._on_lines()
        self.document.state = "done"
        self.ours.cr.commit()
        vals = {"document_id": self.document.id, "received": 9}
        self._is_refused(lambda: line.create(vals), self.theirs)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_lines_go_while_it_goes_through(self):
        self.policy.domain = "[('line_ids', '=', False)]"
        self.policy.action_publish()
        line = self.ours[LINE].create({"document_id": self.document.id, "received": 1})
        self.ours.cr.commit()
        line = line.with_env(self.theirs)
        self.assertEqual(line.document_id.state, "draft")
        self.document.state = "done"
        self.ours.cr.commit()
        self._is_refused(line.unlink, self.theirs)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_lines_change_from_before_it_was_submitted(self):
        """The transaction ends when the document has been approved, and gone on."""
        line = self._on_lines()
        line.with_env(self.ours).received = 9
        self.ours.cr.commit()
        self.theirs.cr.rollback()
        self.theirs.invalidate_all()
        self.assertEqual((line.received, line.document_id.state), (9, "draft"))
        request = self.ours["collab.approval.request"].submit(MODEL, self.document.ids)
        self.ours.cr.commit()
        request.with_user(self.ann).action_approve()
        self.document.invalidate_recordset()
        self.document.state = "done"
        self.ours.cr.commit()
        self._is_refused(lambda: line.write({"received": 8}), self.theirs)

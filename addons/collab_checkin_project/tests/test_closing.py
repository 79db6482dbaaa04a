from contextlib import contextmanager
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.collab_guard.exceptions import GuardError

from ..closing import note_closing
from .common import TasksCase

NOBODY = {"collab_closed_by_id": False, "collab_closed_at": False}


@tagged("post_install", "-at_install")
class TestClosing(TasksCase):
    """Whoever closes a task is noted, by whichever way; nobody says so themselves."""

    def _nobody(self):
        return self.env["res.users"], False

    def test_closed_and_reopened(self):
        task = self._task()
        self.assertEqual(self._noted(task), self._nobody())
        self._close(task, self.mei)
        self.assertEqual(self._noted(task), (self.mei, True))
        self._close(task, self.tom)
        self.assertEqual(self._noted(task)[0], self.mei, "it had been closed already")
        task.state = "02_changes_requested"
        self.assertEqual(self._noted(task), self._nobody())
        self._close(task, self.tom)
        self.assertEqual(self._noted(task)[0], self.tom)

    def test_cancelled_is_not_done(self):
        task = self._task()
        task.state = "1_canceled"
        self.assertEqual(self._noted(task), self._nobody())
        self._close(task)
        task.state = "1_canceled"
        self.assertEqual(self._noted(task), self._nobody())

    def test_created_as_done(self):
        done = self._task(self.mei, state="1_done")
        self.assertEqual(self._noted(done), (self.mei, True))
        parent = self._task(
            child_ids=[
                Command.create({"name": "Part", "project_id": self.project.id, "state": "1_done"})
            ]
        )
        self.assertEqual(self._noted(parent.child_ids), (self.tom, True))
        meant = self.tasks.with_user(self.mei).with_context(default_state="1_done")
        task = meant.create({"name": "Done", "project_id": self.project.id})
        self.assertEqual(self._noted(task), (self.mei, True))

    def test_by_its_project(self):
        task = self._task()
        self.project.write({"task_ids": [Command.update(task.id, {"state": "1_done"})]})
        self.assertEqual(self._noted(task), (self.env.user, True))

    def test_moved_to_another_project(self):
        """Odoo reopens it."""
        task = self._task()
        self._close(task)
        task.project_id = self.project.copy()
        self.assertEqual(task.state, "01_in_progress")
        self.assertEqual(self._noted(task), self._nobody())

    def test_by_form(self):
        task = self._task()
        with Form(task.with_user(self.mei)) as form:
            form.state = "1_done"
        self.assertEqual(self._noted(task), (self.mei, True))

    def test_by_import(self):
        fields = ["name", "project_id/.id", "state"]
        result = self.tasks.with_user(self.mei).load(
            fields, [["Imported", str(self.project.id), "1_done"]]
        )
        self.assertEqual(self._noted(self.tasks.browse(result["ids"])), (self.mei, True))
        for name, value in (("collab_closed_by_id/.id", self.tom.id), ("collab_closed_at", "x")):
            row = ["Imported", str(self.project.id), str(value).replace("x", "2026-07-01 00:00:00")]
            result = self.tasks.with_user(self.mei).load(["name", "project_id/.id", name], [row])
            self.assertFalse(result["ids"])

    def test_by_the_portal(self):
        task = self._task()
        task.with_user(self.portal).state = "1_done"
        self.assertEqual(self._noted(task), (self.portal, True))
        task.with_user(self.portal).state = "01_in_progress"
        self.assertEqual(self._noted(task), self._nobody())

    def test_by_an_action(self):
        """What runs as superuser runs for somebody."""
        task = self._task()
        action = self.env["ir.actions.server"].create(
            {
                "name": "Close",
                "model_id": self.env["ir.model"]._get_id("project.task"),
                "state": "code",
                "code": "records.sudo().write({'state': '1_done'})",
                "group_ids": [Command.link(self.env.ref("base.group_user").id)],
            }
        )
        action.with_user(self.mei).with_context(
            active_model="project.task", active_id=task.id, active_ids=task.ids
        ).run()
        self.assertEqual(self._noted(task), (self.mei, True))

    def test_recurrence_and_copies_begin_open(self):
        task = self._task(recurring_task=True, repeat_interval=1, repeat_unit="week")
        recurrence = task.recurrence_id
        self._close(task)
        other = recurrence.task_ids - task
        self.assertEqual(len(other), 1)
        for one in (other, task.copy()):
            self.assertEqual(self._noted(one), self._nobody())

    def test_given_to_others(self):
        self.assertTrue(self._task().collab_for_others)
        own = self._task(self.mei)
        self.assertFalse(own.collab_for_others)
        own.user_ids = self.mei | self.tom
        self.assertTrue(own.collab_for_others)
        own.user_ids = False
        self.assertFalse(own.collab_for_others)

    # ------------------------------------------------------------------
    # Attacks
    # ------------------------------------------------------------------

    def test_nobody_says_so(self):
        task, admin = self._task(), self.env.ref("base.user_admin")
        self._close(task, self.mei)
        said = (
            {"collab_closed_by_id": self.tom.id},
            {"collab_closed_at": "2026-07-01 00:00:00"},
            {"collab_for_others": True},
            {"collab_closed_for_ids": [Command.link(self.tom.id)]},
            {"name": "x"} | NOBODY,
        )
        for user in (self.mei, self.portal, admin, self.env.user):
            mine = task.with_user(user)
            for vals in said:
                with self.subTest(user=user.login, vals=vals):
                    with self.assertRaises(UserError):
                        mine.write(vals)
                    with self.assertRaises(UserError):
                        mine.create({"name": "x", "project_id": self.project.id} | vals)
                    with self.assertRaises(UserError):
                        mine.web_save(vals, {"id": {}})
                    with self.assertRaises(UserError):
                        mine.copy(vals)
        with self.assertRaises(GuardError):
            task.sudo().collab_closed_by_id = self.tom
        with self.assertRaises(AccessError):
            task.with_user(self.portal).collab_closed_by_id = self.tom
        self.assertEqual(self._noted(task), (self.mei, True))

    def test_nor_by_other_records(self):
        task = self._task()
        self._close(task, self.mei)
        said = {"collab_closed_by_id": self.tom.id}
        with self.assertRaises(GuardError):
            self.project.write({"task_ids": [Command.update(task.id, said)]})
        with self.assertRaises(GuardError):
            self._task(child_ids=[Command.create({"name": "x"} | said)])

    def test_nor_by_defaults(self):
        self.env["ir.default"].set("project.task", "collab_closed_by_id", self.tom.id)
        values = {
            "default_collab_closed_by_id": self.tom.id,
            "default_collab_closed_at": "2026-07-01 00:00:00",
            "default_collab_for_others": True,
        }
        tasks = self.tasks.with_user(self.mei).with_context(**values)
        vals = {"name": "x", "project_id": self.project.id}
        self.assertEqual(self._noted(tasks.create(vals)), self._nobody())
        for name, value in values.items():
            portal = self.tasks.with_user(self.portal).with_context(**{name: value})
            with self.assertRaises(AccessError):
                portal.create(vals)
        self.assertFalse(tasks.default_get(list(NOBODY)))
        self.assertFalse(tasks.create(vals).collab_for_others)

    # ------------------------------------------------------------------
    # Cost
    # ------------------------------------------------------------------

    @contextmanager
    def _statements(self):
        statements, execute = [], self.env.cr.execute

        def noted(query, *args, **kwargs):
            statements.append(getattr(query, "code", query))
            return execute(query, *args, **kwargs)

        with patch.object(self.env.cr, "execute", noted):
            yield statements

    def test_costs_the_same_for_many(self):
        one, many = self._task(), self.tasks.union(*(self._task() for __ in range(50)))
        for tasks in (one, many):
            noting = self._count(lambda tasks=tasks: note_closing(tasks.sudo(), tasks.browse()))
            self.assertLessEqual(noting, 1, "which are closed")
            self._close(tasks)
            self.env.flush_all()
            # the same statement that writes their state writes who has closed them
            with self._statements() as statements:
                tasks.state = "01_in_progress"
                self.env.flush_all()
            self.assertEqual(sum("collab_closed_at" in one for one in statements), 1)

from odoo import fields
from odoo.tests import new_test_user, tagged

from ..models.collab_demo import TASKS
from .common import TasksCase


@tagged("post_install", "-at_install")
class TestDemo(TasksCase):
    """Tasks of the demo data are there for the rules to be tried on, whether it is loaded or not."""

    def test_tasks(self):
        """Nobody has asked for their own, nor closed it, and each that is closed is worth points."""
        people = self.mei + self.tom
        for number in range(4):
            people += new_test_user(self.env, f"demo_{number}", groups="base.group_user", tz="UTC")
        self.env["collab.demo"]._tell_tasks(people)
        tasks = self.tasks.search([("project_id", "!=", False), ("user_ids", "in", people.ids)])
        self.assertEqual(len(tasks), len(TASKS))
        done = tasks.filtered(lambda task: task.state == "1_done")
        self.assertTrue(done and tasks - done)
        for task in tasks:
            self.assertNotIn(task.create_uid, task.user_ids)
        for task in done:
            self.assertNotIn(task.collab_closed_by_id, task.user_ids)
            self.assertLess(task.create_date, task.collab_closed_at)
            self.assertLess(task.collab_closed_at, fields.Datetime.now())
        given = {}
        for name in ("done", "published"):
            rule = self._rule(name, since="2026-05-01")
            given[name] = [self._points(rule, user) for user in people]
        self.assertEqual(sum(given["done"]), 5 * len(done))
        # those who have asked for three things in one week
        self.assertEqual(given["published"], [0, 10, 10, 10, 0, 0])

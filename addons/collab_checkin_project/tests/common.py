from datetime import datetime

from odoo import Command
from odoo.tests import TransactionCase, freeze_time, new_test_user
from odoo.tools import SQL

from odoo.addons.collab_checkin.counting import horizon
from odoo.addons.collab_guard.tests.common import QueryCount


class TasksCase(QueryCount, TransactionCase):
    """Two people and a portal user on a project. It is noon of Wednesday, the 15th of July 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time(datetime(2026, 7, 15, 12))
        clock.start()
        cls.addClassCleanup(clock.stop)
        cls.mei, cls.tom = (
            new_test_user(
                cls.env, login, groups="base.group_user,project.group_project_user", tz="UTC"
            )
            for login in ("mei_tasks", "tom_tasks")
        )
        cls.portal = new_test_user(cls.env, "portal_tasks", groups="base.group_portal")
        cls.project = cls.env["project.project"].create(
            {
                "name": "Kiosk",
                "privacy_visibility": "portal",
                "collaborator_ids": [Command.create({"partner_id": cls.portal.partner_id.id})],
                "message_partner_ids": [Command.link(cls.portal.partner_id.id)],
            }
        )
        cls.tasks = cls.env["project.task"]

    def _task(self, user=None, people=None, **vals):
        """Return a task that `user`, Tom by default, has given to `people`, Mei by default."""
        return self.tasks.with_user(user or self.tom).create(
            {
                "name": "Paint it",
                "project_id": self.project.id,
                "user_ids": [Command.set((people or self.mei).ids)],
                **vals,
            }
        )

    def _published(self, number, day="2026-07-15", **vals):
        """Return tasks that Tom has given to Mei on a day: when they were created is the
        database's time."""
        tasks = self.tasks.union(*(self._task(**vals) for __ in range(number)))
        tasks.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE project_task SET create_date = %s WHERE id = ANY(%s)",
                f"{day} 12:00:00",
                tasks.ids,
            )
        )
        tasks.invalidate_recordset(["create_date"])
        return tasks

    def _close(self, tasks, user=None):
        tasks.with_user(user or self.tom).state = "1_done"

    def _noted(self, task):
        task = task.sudo()
        return task.collab_closed_by_id, bool(task.collab_closed_at)

    def _rule(self, name, since="2026-07-01"):
        rule = self.env.ref(f"collab_checkin_project.point_rule_{name}").copy({"since": since})
        rule.action_start()
        return rule

    def _points(self, rule, user=None, whole=False):
        """Count what has changed, and return what it comes to."""
        self.env.flush_all()
        rule._count(whole, horizon(self.env))
        entries = self.env["collab.point.entry"].search(
            [("rule_id", "=", rule.id), ("user_id", "=", (user or self.mei).id)]
        )
        return sum(entries.mapped("points"))

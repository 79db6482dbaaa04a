import pytz

from odoo import fields
from odoo.fields import Command

from odoo.addons.collab_kpi.tests.shipped import Fact, ShippedCase

CODES = ("task_completion", "tasks_due", "tasks_done", "task_cycle", "task_cycle_slow")


class TaskCase(ShippedCase):
    """Indicators of tasks, set against tasks that are looked at one by one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kpis = {code: cls.env.ref(f"collab_kpi_project.kpi_{code}") for code in CODES}
        cls.projects = cls.env["project.project"].create(
            [
                {"name": "Ours", "company_id": cls.here.id},
                {"name": "Theirs", "company_id": cls.east.id},
                {"name": "Everybody's", "company_id": False},
                {"name": "Template", "company_id": cls.here.id, "is_template": True},
            ]
        )

    def task(self, project=0, people=(), **vals):
        return self.env["project.task"].create(
            {
                "name": "Task",
                "project_id": project is not None and self.projects[project].id,
                "user_ids": [Command.set([self.people[one].id for one in people])],
                **vals,
            }
        )

    # ------------------------------------------------------------------
    # Counting slowly
    # ------------------------------------------------------------------

    def slow_facts(self, tasks):
        """Return the facts of tasks that were due, and of those that are done."""
        due, done = [], []
        for task in tasks.sudo():
            if not task.project_id or task.project_id.is_template or self.is_template(task):
                continue
            is_done = task.state == "1_done"
            at = self.done_at(task)
            if is_done:
                took = (at - task.create_date).total_seconds() / 86400
                done.append(self.fact(task, at, took if took >= 0 else None))
            if task.date_deadline and (is_done or (task.active and task.state != "1_canceled")):
                day = self.day(task, task.date_deadline)
                if day < self.day(task, fields.Datetime.now()):
                    in_time = is_done and self.day(task, at) <= day
                    due.append(self.fact(task, task.date_deadline, 100 if in_time else 0))
        return {
            "task_completion": due,
            "tasks_due": due,
            "tasks_done": done,
            "task_cycle": done,
            "task_cycle_slow": done,
        }

    def fact(self, task, at, amount):
        person = self.assignee(task)
        parts = {
            "hr.department": self.department(person) if person else 0,
            "res.users": person.id or 0,
            "project.project": task.project_id.id,
        }
        return Fact(at, self.company(task), amount, parts)

    def assignee(self, task):
        people = task.with_context(active_test=False).user_ids
        return people if len(people) == 1 else people.browse()

    def company(self, task):
        return task.company_id or self.assignee(task).company_id or task.create_uid.company_id

    def is_template(self, task):
        while task:
            if task.is_template:
                return True
            task = task.parent_id
        return False

    def done_at(self, task):
        """Return when the state of a task was last changed."""
        moments = [
            message.date
            for message in task.message_ids
            for change in message.tracking_value_ids
            if change.field_id.name == "state"
        ]
        return max(moments, default=task.date_last_stage_update or task.create_date)

    def day(self, task, moment):
        zone = pytz.timezone(self.company(task)._collab_calendar().zone)
        return pytz.utc.localize(moment).astimezone(zone).date()

    def assert_tasks(self, tasks, *grains):
        for code, facts in self.slow_facts(tasks).items():
            for grain in grains:
                self.assert_counted(self.kpis[code], facts, grain)

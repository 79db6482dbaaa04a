from datetime import date, datetime, timedelta
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import freeze_time
from odoo.tools import SQL

from odoo.addons.collab_kpi.tests.shipped import MOMENTS, NOW, SETTINGS

from .common import TaskCase


class Row(NamedTuple):
    project: int | None
    people: list
    state: str
    is_active: bool
    is_template: bool
    is_subtask: bool
    created: datetime
    deadline: datetime | None
    changes: list
    touched: timedelta | None


ROWS = st.lists(
    st.builds(
        Row,
        project=st.sampled_from([0, 0, 1, 1, 2, 3, None]),
        people=st.lists(st.integers(0, 5), max_size=2, unique=True),
        state=st.sampled_from(["1_done"] * 3 + ["1_canceled", "01_in_progress"]),
        is_active=st.sampled_from([True, True, False]),
        is_template=st.sampled_from([False, False, False, True]),
        is_subtask=st.sampled_from([False, False, True]),
        created=MOMENTS,
        deadline=st.one_of(
            st.none(),
            MOMENTS,
            st.datetimes(NOW - timedelta(days=2), NOW + timedelta(days=2)),
        ),
        changes=st.lists(MOMENTS, max_size=2),
        # a state is tracked a little after it is changed
        touched=st.one_of(st.none(), st.timedeltas(timedelta(hours=-1), timedelta(days=9))),
    ),
    max_size=7,
)


class TestTasks(TaskCase):
    @given(ROWS, st.sampled_from(["week", "month"]))
    @SETTINGS
    def test_figures(self, rows, grain):
        with self.env.cr.savepoint() as point:
            tasks = self.env["project.task"]
            for row in rows:
                tasks |= self.made(row, tasks[-1:])
            self.assert_tasks(tasks, grain)
            point.rollback()

    def made(self, row, parent):
        """Create a task as it has come to be."""
        task = self.task(row.project, row.people, is_template=row.is_template)
        if row.is_subtask and task.project_id and parent.project_id == task.project_id:
            task.parent_id = parent
        touched = max(row.changes, default=row.created)
        self.env.flush_all()
        self.set(
            task,
            create_uid=self.people[len(row.people)].id,
            state=row.state,
            active=row.is_active,
            create_date=row.created,
            date_deadline=row.deadline,
            date_last_stage_update=None if row.touched is None else touched + row.touched,
        )
        # there is more that is tracked, and more that is written
        for moment in row.changes:
            self.track(task, "state", moment)
            self.track(task, "stage_id", moment + timedelta(days=1))
            task.message_post(body="Hello", date=moment + timedelta(days=2))
        self.env.flush_all()
        self.env.invalidate_all()
        return task

    def set(self, task, **vals):
        for name, value in vals.items():
            self.env.cr.execute(
                SQL(
                    "UPDATE project_task SET %s = %s WHERE id = %s",
                    SQL.identifier(name),
                    value,
                    task.id,
                )
            )

    def track(self, task, name, moment):
        message = self.env["mail.message"].create(
            {"model": "project.task", "res_id": task.id, "date": moment}
        )
        field = self.env["ir.model.fields"]._get("project.task", name)
        self.env["mail.tracking.value"].create(
            {"mail_message_id": message.id, "field_id": field.id}
        )

    # ------------------------------------------------------------------
    # As people do it
    # ------------------------------------------------------------------

    def change(self, task, moment, lang="en_US", **vals):
        with freeze_time(moment):
            task.with_context(lang=lang).write(vals)
            self.flush_tracking()

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.precommit.run()

    def value(self, code, start):
        values = self.counted(self.kpis[code], "month")
        return values.get((date.fromisoformat(start), self.here.id, None, 0))

    def test_done_is_the_last_change(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        task = self.task(date_deadline="2026-03-20 09:00:00")
        self.flush_tracking()
        self.set(task, create_date="2026-03-01 00:00:00")
        self.env.invalidate_all()
        self.change(task, "2026-03-10 00:00:00", state="1_done")
        self.assertEqual(self.value("task_completion", "2026-03-01"), 100)
        self.assertEqual(self.value("task_cycle", "2026-03-01"), 9)
        # moving it on says nothing of when it was done
        stages = self.env["project.task.type"].create([{"name": "Done"}, {"name": "Old"}])
        self.change(task, "2026-04-10 00:00:00", stage_id=stages[1].id)
        self.assertEqual(self.value("tasks_done", "2026-03-01"), 1)
        # reopened, and done once more, by somebody who has another language
        self.change(task, "2026-04-11 00:00:00", state="01_in_progress")
        self.assertFalse(self.value("tasks_done", "2026-03-01"))
        self.assertEqual(self.value("task_completion", "2026-03-01"), 0)
        self.change(task, "2026-04-12 00:00:00", lang="zh_CN", state="1_done")
        self.assertEqual(self.value("tasks_done", "2026-04-01"), 1)
        self.assertEqual(self.value("task_cycle", "2026-04-01"), 42)
        self.assertEqual(self.value("task_cycle_slow", "2026-04-01"), 42)
        self.assertEqual(self.value("task_completion", "2026-03-01"), 0)
        self.change(task, "2026-04-13 00:00:00", state="1_canceled")
        self.assertFalse(self.value("tasks_due", "2026-03-01"))

    def test_imported(self):
        """What was done before it was entered took no time that is known."""
        task = self.task(state="1_done")
        self.env.flush_all()
        self.set(task, create_date="2026-04-01", date_last_stage_update="2026-03-10")
        self.env.invalidate_all()
        self.assertEqual(self.value("tasks_done", "2026-03-01"), 1)
        self.assertIsNone(self.value("task_cycle", "2026-03-01"))

    def test_days_are_those_of_the_company(self):
        # 31 March, 20:00 in Shanghai; until midnight there is time
        for until, rate in (("2026-03-31 15:59:59", 100), ("2026-03-31 16:00:00", 0)):
            task = self.task(date_deadline="2026-03-31 12:00:00")
            self.flush_tracking()
            self.change(task, until, state="1_done")
            self.assertEqual(self.value("task_completion", "2026-03-01"), rate)
            task.unlink()

    def test_what_is_due_today_is_not_over(self):
        today = self.task(date_deadline="2026-05-20 01:00:00")
        self.task(date_deadline="2026-05-19 15:00:00")
        self.assertEqual(self.value("tasks_due", "2026-05-01"), 1)
        self.set(today, state="1_done")
        self.env.invalidate_all()
        self.assertEqual(self.value("tasks_due", "2026-05-01"), 1)

    def test_archived(self):
        """What is archived is not due any more, unless it was done."""
        done, __ = tasks = self.task(date_deadline="2026-03-05") | self.task(
            date_deadline="2026-03-05"
        )
        self.flush_tracking()
        self.change(done, "2026-03-04 00:00:00", state="1_done")
        tasks.action_archive()
        self.assertEqual(self.value("tasks_due", "2026-03-01"), 1)
        # and is among what is opened by a click
        self.count(self.kpis["tasks_due"])
        manager = self.person("kpi manager", self.here, groups="project.group_project_manager")
        action = self.kpis["tasks_due"].with_user(manager).action_drill("month", "2026-03-01")
        self.assertEqual(action["type"], "ir.actions.act_window")
        opened = self.env["project.task"].search(action["domain"])
        self.assertEqual(opened & tasks, done)

    def test_of_no_company(self):
        """What is of no company counts for that of who does it, or of who has entered it."""
        alone = self.task(2, [1], date_deadline="2026-03-05")
        both = self.task(2, [1, 2], date_deadline="2026-03-05")
        self.env.flush_all()
        self.set(both, create_uid=self.people[2].id)
        found = self.counted(self.kpis["tasks_due"], "month")
        for company in alone.user_ids.company_id | self.people[2].company_id:
            self.assertEqual(found[date(2026, 3, 1), company.id, None, 0], 1)

    def test_of_one_company(self):
        self.task(0, date_deadline="2026-03-05")
        self.task(1, date_deadline="2026-03-05")
        self.task(2, [1], date_deadline="2026-03-05")
        kpi = self.kpis["tasks_due"].copy({"company_id": self.here.id, "code": "ours"})
        self.assertEqual({key[1] for key in self.counted(kpi, "month")}, {self.here.id})

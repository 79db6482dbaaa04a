from odoo.tests import freeze_time, tagged

from .common import TasksCase


@tagged("post_install", "-at_install")
class TestTaskPoints(TasksCase):
    def test_shipped_as_drafts(self):
        for name in ("done", "published"):
            rule = self.env.ref(f"collab_checkin_project.point_rule_{name}")
            self.assertEqual(rule.state, "draft")
            self.assertTrue(rule.by_other)

    def test_done(self):
        """Whoever is assigned, once somebody else says so."""
        rule = self._rule("done")
        task = self._task(people=self.mei | self.tom)
        self.assertEqual(self._points(rule), 0)
        self._close(task, self.tom)
        self.assertEqual((self._points(rule), self._points(rule, self.tom)), (5, 0))

    def test_own(self):
        rule = self._rule("done")
        self._close(self._task(), self.mei)
        self._close(self._task(), self.env.ref("base.user_root"))
        self.assertEqual(self._points(rule), 0)

    def test_what_does_not_count(self):
        rule = self._rule("done")
        private = self._task(people=self.mei | self.tom, project_id=False)
        template = self._task(is_template=True)
        old = self._task()
        self._close(private | template | old)
        self._task().state = "1_canceled"
        # as it is of what was closed before the installation
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE project_task SET collab_closed_at = NULL, collab_closed_by_id = NULL"
            " WHERE id = %s",
            [old.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self._points(rule), 0)
        self._close(old)
        self.assertEqual(self._points(rule), 0, "nor when it is closed once more")

    def test_reopened(self):
        rule = self._rule("done")
        tasks = self._task() | self._task()
        self._close(tasks)
        self.assertEqual(self._points(rule), 10)
        tasks[0].state = "02_changes_requested"
        self.assertEqual(self._points(rule), 5)
        tasks[1].unlink()
        self.assertEqual(self._points(rule, whole=True), 0)

    def test_joined_afterwards(self):
        """Who takes a part in what others have done already, has not done it."""
        rule = self._rule("done")
        toms = self._task(self.mei, self.tom)
        self._close(toms, self.tom)
        toms.with_user(self.mei).user_ids += self.mei
        meis = self._task()
        self._close(meis)
        meis.with_user(self.tom).user_ids = self.tom
        self.assertEqual((self._points(rule), self._points(rule, self.tom)), (5, 0))

    def test_cap(self):
        rule = self._rule("done")
        self._close(self.tasks.union(*(self._task() for __ in range(12))))
        self.assertEqual(self._points(rule), 50)

    def test_published(self):
        """Three in a week that others have done; what is given and taken away counts for nobody."""
        rule = self._rule("published")
        tasks = self._published(3)
        self.assertEqual(self._points(rule, self.tom), 0)
        self._close(tasks[:2], self.mei)
        self._close(tasks[2], self.tom)
        self.assertEqual(self._points(rule, self.tom), 0, "one he has closed himself")
        self._close(self._published(1), self.mei)
        self.assertEqual(self._points(rule, self.tom), 10)
        self._close(self._published(1), self.mei)
        self.assertEqual(self._points(rule, self.tom), 10, "a week is rewarded once")
        tasks[:2].state = "01_in_progress"
        self.assertEqual(self._points(rule, self.tom), 0)

    def test_deleted(self):
        rule = self._rule("published")
        tasks = self._published(3)
        self._close(tasks, self.mei)
        self.assertEqual(self._points(rule, self.tom), 10)
        tasks[0].with_user(self.env.user).unlink()
        self.assertEqual(self._points(rule, self.tom, whole=True), 0)

    def test_published_in_the_week_of_their_creation(self):
        rule = self._rule("published")
        tasks = self._published(2) | self._published(1, "2026-07-08")
        with freeze_time("2026-07-29 12:00:00"):
            self._close(tasks, self.mei)
            self.assertEqual(self._points(rule, self.tom), 0)
            self._close(self._published(1), self.mei)
            self.assertEqual(self._points(rule, self.tom), 10)

    def test_nothing_is_published_for_oneself(self):
        """Nor by what makes itself, nor outside of projects."""
        rule = self._rule("published")
        own = self._published(3, people=self.tom)
        recurring = self._published(3, recurring_task=True, repeat_interval=1, repeat_unit="week")
        private = self._published(3, project_id=False, people=self.mei | self.tom)
        self._close(own | recurring | private, self.mei)
        self.assertEqual(self._points(rule, self.tom), 0)

from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .common import TaskCase


class TestReading(TaskCase):
    """Figures are for who may read all tasks of projects: managers of the application."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.person("kpi manager", cls.here, groups="project.group_project_manager")
        for people in ([0], [1], [0, 1]):
            cls.task(cls, 0, people, date_deadline="2026-03-05")
            cls.task(cls, 1, people, date_deadline="2026-03-05")
        cls.kpi = cls.kpis["task_completion"]
        cls.count(cls.kpi)

    def test_manager(self):
        self.assertEqual(self.seen(self.kpi, self.manager), self.here.ids)
        self.manager.company_ids |= self.east
        self.assertCountEqual(self.seen(self.kpi, self.manager), (self.here | self.east).ids)

    def test_others(self):
        user = self.person("kpi user", self.here, groups="base.group_user")
        member = self.person("kpi member", self.here, groups="project.group_project_user")
        administrator = self.person("kpi administrator", self.here, groups="base.group_system")
        for one in user | member | administrator:
            values = self.env["collab.kpi.value"].with_user(one)
            self.assertFalse(values.search([("kpi_id", "=", self.kpi.id)]))
        portal = new_test_user(self.env, "kpi portal", "base.group_portal")
        with self.assertRaises(AccessError):
            self.seen(self.kpi, portal)

from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .common import TrainingCase


class TestReading(TrainingCase):
    """Figures are for who may read all answers to surveys: managers of the application."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.person(
            "kpi manager", cls.here, groups="base.group_user,survey.group_survey_manager"
        )
        for person in range(4):
            cls.attempt(cls, person=person)
        cls.count(cls.done | cls.success)

    def test_manager(self):
        for kpi in self.done | self.success:
            self.assertEqual(self.seen(kpi, self.manager), self.here.ids)
        self.manager.company_ids |= self.east
        self.assertCountEqual(self.seen(self.done, self.manager), (self.here | self.east).ids)

    def test_others(self):
        user = self.person("kpi user", self.here, groups="base.group_user")
        # surveys may be restricted to some
        officer = self.person(
            "kpi officer", self.here, groups="base.group_user,survey.group_survey_user"
        )
        administrator = self.person("kpi administrator", self.here, groups="base.group_system")
        for one in user | officer | administrator:
            values = self.env["collab.kpi.value"].with_user(one)
            self.assertFalse(values.search([("kpi_id", "in", (self.done | self.success).ids)]))
        portal = new_test_user(self.env, "kpi portal", "base.group_portal")
        with self.assertRaises(AccessError):
            self.seen(self.done, portal)

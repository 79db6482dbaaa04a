from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .teams import TeamsCase


@tagged("post_install", "-at_install")
class TestLeads(TeamsCase):
    """Who leads others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._person("Boss", cls.sales)
        cls.mei = cls._person("Mei", cls.stock)

    def _leads(self, user=None):
        """Ask it of oneself, as is done when kudos are given."""
        user = user or self.boss
        return self.env["res.users"].with_user(user).browse(user.id)._collab_leads()

    def _manage(self, department):
        """Have the boss manage a department, whose people have no manager of their own."""
        department.manager_id = self._employee(self.boss)
        # Odoo makes them their manager
        department.member_ids.parent_id = False

    def test_nobody(self):
        self.assertFalse(self._leads())
        self.assertFalse(self._leads(self._person("Nobody")))

    def test_a_manager(self):
        self._employee(self.mei).parent_id = self._employee(self.boss)
        self.assertTrue(self._leads())
        self.assertFalse(self._leads(self.mei))
        self._employee(self.mei).active = False
        self.assertFalse(self._leads())

    def test_of_a_department(self):
        self._manage(self.stock)
        self.assertTrue(self._leads())
        self._employee(self.mei).department_id = self.sales
        self.assertFalse(self._leads())

    def test_of_oneself(self):
        own = self._employee(self.boss)
        self.sales.manager_id = own
        other = self._employ(self.boss, company=self.env.company, parent_id=own.id)
        self.assertEqual(other.user_id, self.boss)
        self.assertFalse(self._leads())

    def test_in_another_company(self):
        """Of any company that one is employed in."""
        there = self._employ(self.boss, company=self.env.company)
        self._employee(self.mei).parent_id = there
        self.assertTrue(self._leads())
        there.active = False
        self.assertFalse(self._leads())

    def test_department_of_today(self):
        """What somebody was, or will be, does not count."""
        self._manage(self.stock)
        today = fields.Date.today()
        employee = self._employee(self.mei)
        later = employee.create_version({"date_version": today + timedelta(days=30)})
        later.department_id = self.sales
        self.assertTrue(self._leads())
        employee.create_version({"date_version": today}).department_id = self.sales
        self.assertFalse(self._leads())
        later.department_id = self.stock
        self.assertFalse(self._leads())

    def test_archived_department(self):
        self._manage(self.stock)
        self.stock.active = False
        self.assertFalse(self._leads())

    def test_kudos(self):
        kudos = self.env["collab.kudos"]
        for leads in (False, True):
            kudos.with_user(self.boss).give(self.mei.id, "Thank you")
            given = kudos.search([("sender_id", "=", self.boss.id)], order="id desc", limit=1)
            self.assertEqual(given.by_leader, leads)
            self._employee(self.mei).parent_id = self._employee(self.boss)

    def test_queries(self):
        """One, whoever they lead."""
        self._manage(self.stock)
        for number in range(12):
            self._person(f"Many{number}", self.stock)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            self._leads()

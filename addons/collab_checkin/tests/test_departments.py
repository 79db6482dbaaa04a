from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.collab_checkin.accounts import locked

from .teams import TeamsCase


@tagged("post_install", "-at_install")
class TestDepartments(TeamsCase):
    """Departments are compared by points a head, and no head is seen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.board = cls.env["collab.leaderboard"]
        cls.five = cls._people("Ann", "Bea", "Cai", "Dan", "Eve", department=cls.sales)
        cls.ann, cls.bea = cls.five[:2]

    def _top(self, user=None, companies=None, **how):
        self.env.flush_all()
        board = self.board.with_user(user or self.ann)
        board = board.with_context(allowed_company_ids=(companies or self.company).ids)
        return board.top(**{"kind": "departments"} | how)

    def _rows(self, *args, **how):
        return [
            (row["name"], row["points"], row["place"]) for row in self._top(*args, **how)["rows"]
        ]

    def _leave(self, user):
        self.board.with_user(user).leave()

    # ------------------------------------------------------------------
    # What is compared
    # ------------------------------------------------------------------

    def test_a_head(self):
        others = self._people(*(f"Other{n}" for n in range(6)), department=self.stock)
        self._receive(self.ann, 10)
        self._receive(self.bea, 3)
        self._receive(self.bea, -1)
        self._receive(others[0], 20)
        answer = self._top()
        self.assertEqual(
            answer["rows"],
            [
                {"id": self.stock.id, "name": "Stock", "points": 3.3, "place": 1},
                {"id": self.sales.id, "name": "Sales", "points": 2.4, "place": 2},
            ],
        )
        self.assertEqual((answer["points"], answer["more"]), (10, 0))
        self.assertEqual(list(answer["kinds"]), ["people", "departments"])

    def test_with_more_than_nothing(self):
        self.assertEqual(self._rows(), [])
        self._receive(self.ann, -10)
        self.assertEqual(self._rows(), [])
        self._receive(self.bea, 10)
        self.assertEqual(self._rows(), [])
        self._receive(self.bea, 1)
        self.assertEqual(self._rows(), [("Sales", 0.2, 1)])

    def test_as_shown(self):
        """Of as many points as are shown, both have the same place; who had them first is first."""
        others = self._people(*(f"Other{n}" for n in range(50)), department=self.stock)
        self._receive(self.ann, 1)
        self._receive(others[0], 12, day="2026-07-13")
        self.assertEqual(self._rows(), [("Stock", 0.2, 1), ("Sales", 0.2, 1)])

    def test_top_only(self):
        for number in range(12):
            department = self._department(f"Department {number}")
            people = self._people(*(f"P{number}_{n}" for n in range(5)), department=department)
            self._receive(people[0], 10 + number)
        self._receive(self.ann, 5)
        rows = self._rows()
        self.assertEqual(len(rows), 10)
        self.assertNotIn("Sales", str(rows))

    def test_translated(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.sales.with_context(lang="fr_FR").name = "Ventes"
        self._receive(self.ann, 5)
        self.assertEqual(self._rows()[0][0], "Sales")
        self.ann.lang = "fr_FR"
        self.env.flush_all()
        board = self.board.with_user(self.ann).with_context(
            lang="fr_FR", allowed_company_ids=self.company.ids
        )
        self.assertEqual(board.top(kind="departments")["rows"][0]["name"], "Ventes")

    def test_archived(self):
        self._receive(self.ann, 5)
        self.sales.active = False
        self.assertEqual(self._rows(), [])

    def test_department_of_today(self):
        self._receive(self.ann, 5)
        today = fields.Date.today()
        employee = self._employee(self.ann)
        later = employee.create_version({"date_version": today + timedelta(days=30)})
        later.department_id = self.stock
        self.assertEqual(self._rows(), [("Sales", 1.0, 1)])
        # with the sixth there are five without her
        self._person("Fay", self.sales)
        employee.create_version({"date_version": today}).department_id = self.stock
        self.assertEqual(self._rows(), [])
        self._receive(self.bea, 5)
        self.assertEqual(self._rows(), [("Sales", 1.0, 1)])

    def test_employee_of_ones_company(self):
        """Who is an employee in several companies counts once, in their own."""
        there = self._department("There", company_id=self.env.company.id)
        for user in self.five:
            self._employ(user, there, company=self.env.company)
        self.ann.company_ids += self.env.company
        self._receive(self.ann, 5)
        both = self.company + self.env.company
        self.assertEqual(self._rows(companies=both), [("Sales", 1.0, 1)])

    # ------------------------------------------------------------------
    # Nobody is seen
    # ------------------------------------------------------------------

    def test_minimum(self):
        """Of a department of five, one of whom has left the boards, nothing is shown."""
        self._receive(self.ann, 10)
        self._receive(self.bea, 90)
        self._leave(self.bea)
        admin = new_test_user(
            self.env,
            "admin_departments",
            groups="base.group_system,collab_base.group_collab_admin,hr.group_hr_manager",
            company_ids=[(6, 0, (self.company + self.env.company).ids)],
        )
        for user in (self.ann, self.bea, admin, self.env.user):
            self.assertEqual(self._rows(user), [])
        # of six it is, and she is in neither the points nor the heads
        self._person("Fay", self.sales)
        for user in (self.ann, self.bea, admin, self.env.user):
            self.assertEqual(self._rows(user), [("Sales", 2.0, 1)])
        self.board.with_user(self.bea).join()
        self.assertEqual(self._rows(), [("Sales", 16.7, 1)])

    def test_minimum_of_the_administrator(self):
        parameters = self.env["ir.config_parameter"]
        self._receive(self.ann, 10)
        for value, is_shown in (("6", False), ("5", True), ("", True), ("x", True), ("-1", True)):
            parameters.set_param("collab_checkin.board_minimum", value)
            self.assertEqual(bool(self._rows()), is_shown, value)
        # and never so few that one is seen
        parameters.set_param("collab_checkin.board_minimum", "1")
        self._leave(self.five[2])
        self._leave(self.five[3])
        self.assertEqual(self._rows(), [("Sales", 3.3, 1)])
        self._leave(self.five[4])
        self.assertEqual(self._rows(), [])

    def test_who_does_not_count(self):
        """They do not make a department of four one of five, nor are their points in it."""
        self._receive(self.ann, 10)
        eve = self.five[4]
        for user, vals in (
            (self._person("Portal", self.sales, groups="base.group_portal"), {}),
            (self._person("Gone", self.sales), {"active": False}),
            (eve, {"active": False}),
        ):
            user.write(vals)
            self._receive(user, 100)
        self._employ(self._person("Former"), self.sales).active = False
        self._employ(new_test_user(self.env, "nobody"), self.sales, company=self.company)
        self.assertEqual(self._rows(), [])
        eve.active = True
        self._employee(eve).active = True
        self.assertEqual(self._rows(), [("Sales", 22.0, 1)])

    def test_companies_that_one_looks_at(self):
        """A department of several companies is one of each: the difference between one company and
        two would be somebody's points."""
        self.sales.company_id = False
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._person("Stranger", self.sales, company=other)
        self._receive(self.ann, 5)
        self._receive(stranger, 50)
        self.ann.company_ids += other
        for companies in (self.company, self.company + other, other + self.company):
            self.assertEqual(self._rows(companies=companies), [("Sales", 1.0, 1)])
        self.assertEqual(self._rows(companies=other), [])

    def test_another_company(self):
        self._receive(self.ann, 5)
        stranger = new_test_user(self.env, "stranger_departments", groups="base.group_user")
        self.assertEqual(self._rows(stranger, companies=stranger.company_id), [])
        with self.assertRaises(AccessError):
            self._top(stranger)
        portal = self._person("Portal", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self._top(portal)

    def test_queries(self):
        for count in (1, 20):
            people = self._people(
                *(f"Many{count}_{n}" for n in range(count)), department=self.sales
            )
            for user in people:
                self._receive(user, 3)
            self._top()
            self.env.invalidate_all()
            with self.assertQueryCount(3):
                self._top()

    # ------------------------------------------------------------------
    # Preferences
    # ------------------------------------------------------------------

    def _is_off(self, user):
        return self.env["collab.point.account"].search([("user_id", "=", user.id)]).is_off_boards

    def test_preferences(self):
        preferences = self.ann.with_user(self.ann)
        view = "hr.res_users_view_form_preferences"
        with Form(preferences, view=view) as form:
            self.assertTrue(form.collab_on_boards)
            form.collab_on_boards = False
        self.assertTrue(self._is_off(self.ann))
        self.env.invalidate_all()
        self.assertFalse(preferences.read(["collab_on_boards"])[0]["collab_on_boards"])
        preferences.web_save({"collab_on_boards": True, "signature": "Ann"}, {})
        self.assertFalse(self._is_off(self.ann))

    def test_preferences_of_others(self):
        """They are nobody else's to see, or to say."""
        self._leave(self.bea)
        admin = new_test_user(
            self.env,
            "admin_preferences",
            groups="base.group_system,base.group_erp_manager,collab_base.group_collab_admin",
            company_ids=[(6, 0, (self.company + self.env.company).ids)],
        )
        for user in (admin, self.env.user, self.env.ref("base.user_admin")):
            theirs = self.five.with_user(user)
            self.env.invalidate_all()
            # the same of all, whether they have left or not
            self.assertEqual(set(theirs.mapped("collab_on_boards")), {False})
            for one in theirs[:2]:
                for is_on in (True, False):
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        one.collab_on_boards = is_on
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        one.sudo().with_context(uid=one.id).write({"collab_on_boards": is_on})
            own = user.with_user(user)
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                (own + theirs).write({"collab_on_boards": False})
        self.env.invalidate_all()
        self.assertTrue(self._is_off(self.bea))
        self.assertFalse(locked(self.env, self.ann.ids).is_off_boards)

    def test_preferences_of_portal_users(self):
        portal = self._person("Portal", groups="base.group_portal")
        with self.assertRaises(AccessError):
            portal.with_user(portal).write({"collab_on_boards": False})

from ast import literal_eval
from datetime import date, timedelta

from freezegun import freeze_time
from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.collab_checkin.participation import count_week
from odoo.addons.collab_guard.exceptions import GuardError

from .teams import TeamsCase

#: The week that is over
MONDAY = date(2026, 7, 6)
DAYS = [str(MONDAY + timedelta(days=number)) for number in range(7)]


@tagged("post_install", "-at_install")
class TestParticipation(TeamsCase):
    """How many of a department take part, and never who."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.participation = cls.env["collab.participation"]
        # those of the demo data, for whom the weeks would be counted too
        cls.env["hr.employee"].search([("department_id", "!=", False)]).department_id = False
        cls.five = cls._people("Ann", "Bea", "Cai", "Dan", "Eve", department=cls.sales)
        cls.ann, cls.bea, cls.cai, cls.dan, cls.eve = cls.five
        cls.boss = cls._person("Boss", cls.stock)
        cls.cron = cls.env.ref("collab_checkin.ir_cron_participation")

    def _count(self):
        self.env.flush_all()
        self.participation._cron_count()

    def _row(self, week=MONDAY, department=None):
        """Return what the row of a week and a department says, if there is one."""
        row = self.participation.search(
            [("week", "=", week), ("department_id", "=", (department or self.sales).id)]
        )
        names = ["people", "share", "checked_in", "with_points", "gave_kudos"]
        return tuple(row[name] for name in names) if row else None

    def _seen(self, user, companies=None):
        companies = companies or user.company_id
        rows = self.participation.with_user(user).with_context(allowed_company_ids=companies.ids)
        return rows.search([]).department_id

    # ------------------------------------------------------------------
    # What is counted
    # ------------------------------------------------------------------

    def test_week(self):
        self._come(self.ann, *DAYS[:5])
        self._come(self.bea, *DAYS[:2], "2026-07-03", "2026-07-13")
        # on a day off, which is no working day that is missed
        self._come(self.cai, DAYS[5])
        self._receive(self.ann, 5, day=DAYS[0])
        self._receive(self.bea, 5, day=DAYS[6])
        self._receive(self.cai, 5, day=DAYS[0])
        self._receive(self.cai, -5, day=DAYS[1])
        self._receive(self.dan, 5, day="2026-07-05")
        with freeze_time("2026-07-06 04:00:00"):
            kudos = self.env["collab.kudos"]
            kudos.with_user(self.dan).give(self.eve.id, "Thank you")
            kudos.with_user(self.eve).give(self.ann.id, "Thank you")
            kudos.search([("sender_id", "=", self.eve.id)]).with_user(self.eve).withdraw()
        self._count()
        self.assertEqual(self._row(), (5, 0.28, 3, 2, 1))
        self.assertEqual(self._row(MONDAY - timedelta(days=7)), (5, 0.04, 1, 1, 0))
        self.assertEqual(self._row(MONDAY + timedelta(days=7)), None)

    def test_points_are_of_the_week_where_people_are(self):
        for user, moment in (
            (self.ann, "2026-07-05 17:00:00"),
            (self.bea, "2026-07-05 17:00:00"),
            (self.cai, "2026-07-12 17:00:00"),
        ):
            self._receive(user, 5)
            self.env.cr.execute(
                "UPDATE collab_point_entry SET create_date = %s WHERE user_id = %s",
                [moment, user.id],
            )
        self._count()
        self.assertEqual(self._row()[3], 2)

    def test_leave_is_not_missed(self):
        self._come(self.ann, *DAYS[:5])
        for user in self.five[1:]:
            self.env["resource.calendar.leaves"].create(
                {
                    "name": "Away",
                    "calendar_id": self.company.resource_calendar_id.id,
                    "company_id": self.company.id,
                    "resource_id": self._employee(user).resource_id.id,
                    "date_from": f"{DAYS[0]} 00:00:00",
                    "date_to": f"{DAYS[6]} 15:59:59",
                }
            )
        self._count()
        self.assertEqual(self._row()[:3], (5, 1.0, 1))

    def test_week_that_nobody_works(self):
        self.env.user.tz = "Asia/Shanghai"
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holidays",
                "calendar_id": self.company.resource_calendar_id.id,
                "company_id": self.company.id,
                "date_from": f"{DAYS[0]} 00:00:00",
                "date_to": f"{DAYS[6]} 15:59:59",
            }
        )
        self._count()
        self.assertEqual(self._row(), None)
        self.assertTrue(self._row(MONDAY - timedelta(days=7)))

    def test_over_everywhere(self):
        for moment, is_over in (("2026-07-13 11:59:59", False), ("2026-07-13 12:00:00", True)):
            with freeze_time(moment):
                self._count()
            self.assertEqual(bool(self._row()), is_over)

    def test_cron(self):
        """It counts four weeks that nobody has counted, and none twice."""
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        weeks = [("department_id", "=", self.sales.id)]
        self.assertEqual(
            self.participation.search(weeks).mapped("week"),
            [MONDAY - timedelta(weeks=number) for number in range(4)],
        )
        self._come(self.ann, *DAYS[:5])
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.assertEqual(self._row(), (5, 0.0, 0, 0, 0))

    # ------------------------------------------------------------------
    # Nobody is seen
    # ------------------------------------------------------------------

    def test_minimum(self):
        self.eve.active = False
        self._count()
        self.assertFalse(self.participation.search([("company_id", "=", self.company.id)]))
        self.eve.active = True
        # never fewer than five, whatever the administrator has boards do
        self.env["ir.config_parameter"].set_param("collab_checkin.board_minimum", "3")
        self._people("Fay", "Gus", "Hal", department=self.stock)
        self._count()
        self.assertTrue(self._row())
        self.assertFalse(self._row(department=self.stock))

    def test_more_than_the_minimum(self):
        self.env["ir.config_parameter"].set_param("collab_checkin.board_minimum", "6")
        self._count()
        self.assertFalse(self._row())

    def test_those_below_do_not_count(self):
        """A department's row less that of the one below is nobody's."""
        self.stock.parent_id = self.sales
        self._come(self.boss, *DAYS[:5])
        self._count()
        self.assertEqual(self._row(), (5, 0.0, 0, 0, 0))
        self.assertFalse(self._row(department=self.stock))

    def test_who_comes_later(self):
        """Nothing that is counted is changed by who comes, goes or moves afterwards."""
        self._come(self.ann, *DAYS[:5])
        self._count()
        before = self._row()
        self._come(self._person("Fay", self.sales), *DAYS[:5])
        self._employee(self.ann).department_id = self.stock
        self.bea.active = False
        self._count()
        self.assertEqual(self._row(), before)

    def test_by_company(self):
        self.sales.company_id = False
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._person("Stranger", self.sales, company=other)
        self._come(stranger, *DAYS[:5])
        self._count()
        self.assertEqual(self._row()[:3], (5, 0.0, 0))

    def test_not_by_hand(self):
        self._count()
        row = self.participation.search([("department_id", "=", self.sales.id)], limit=1)
        admin = new_test_user(
            self.env,
            "admin_participation",
            groups="base.group_system,collab_base.group_collab_admin",
            company_ids=[(6, 0, (self.company + self.env.company).ids)],
        )
        admin.company_id = self.company
        self.sales.manager_id = self._employee(self.boss)
        for own in (row.with_user(admin), row.with_user(self.boss), row.sudo()):
            for attempt in (
                lambda own=own: own.write({"people": 1}),
                own.unlink,
                own.copy,
                lambda own=own: own.create({"week": "2026-01-05", "department_id": self.sales.id}),
                lambda own=own: own.web_save({"share": 1}, {}),
            ):
                with self.assertRaises(GuardError):
                    attempt()
        self.assertFalse(
            self.participation.with_user(admin).load(["week", "people"], [["2026-01-05", "1"]])[
                "ids"
            ]
        )

    # ------------------------------------------------------------------
    # Who sees it
    # ------------------------------------------------------------------

    def test_who_sees_it(self):
        self._people("Fay", "Gus", "Hal", "Ida", department=self.stock)
        below = self._department("Below", parent_id=self.stock.id)
        self._people(*(f"Low{n}" for n in range(5)), department=below)
        self._count()
        every = self.sales + self.stock + below
        self.assertEqual(self.participation.search([]).department_id & every, every)
        for user in (self.ann, self.boss):
            self.assertFalse(self._seen(user))
        for manager, seen in ((self.stock, self.stock + below), (self.sales, self.sales)):
            manager.manager_id = self._employee(self.boss)
            self.assertEqual(self._seen(self.boss), seen)
            manager.manager_id = False
            self.assertFalse(self._seen(self.boss))
        for group in ("process_owner", "auditor"):
            user = self._person(group, groups=f"base.group_user,collab_base.group_collab_{group}")
            self.assertEqual(self._seen(user), every)
            stranger = new_test_user(
                self.env,
                f"stranger_{group}",
                groups=f"base.group_user,collab_base.group_collab_{group}",
            )
            self.assertFalse(self._seen(stranger) & every)
            with self.assertRaises(AccessError):
                self._seen(stranger, companies=self.company)
        portal = self._person("Portal", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self._seen(portal)

    def test_forged(self):
        self._count()
        rows = self.participation.with_user(self.ann)
        for forged in (
            {"uid": self.boss.id},
            {"active_test": False},
            {"search_default_is_led": 1},
            {"allowed_company_ids": (self.company + self.env.company).ids},
        ):
            with self.subTest(forged):
                try:
                    self.assertFalse(rows.with_context(**forged).search([]))
                except AccessError:
                    self.assertIn("allowed_company_ids", forged)
        self.assertFalse(rows.search([("is_led", "=", False)]))
        self.assertFalse(rows.search(["!", ("is_led", "=", True)]))
        theirs = self.participation.search([("department_id", "=", self.sales.id)])
        for attempt in (
            lambda: theirs.with_user(self.ann).read(["share"]),
            lambda: theirs.with_user(self.ann).export_data(["share"]),
            lambda: theirs.with_user(self.ann).web_read({"share": {}}),
        ):
            with self.assertRaises(UserError):
                attempt()
        self.assertFalse(rows.formatted_read_group([], ["department_id"], ["share:avg"]))

    def test_what_a_leader_reads(self):
        """With no rights on employees, also the names of departments."""
        self._count()
        self.sales.manager_id = self._employee(self.boss)
        rows = self.participation.with_user(self.boss)
        rows = rows.with_context(allowed_company_ids=self.company.ids)
        spec = {"department_id": {"fields": {"display_name": {}}}, "week": {}, "share": {}}
        found = rows.web_search_read([], spec)
        self.assertEqual(found["length"], 4)
        self.assertEqual(found["records"][0]["department_id"]["display_name"], "Sales")
        self.assertTrue(rows.formatted_read_group([], ["week:week"], ["share:avg"]))

    def test_the_last_eight_weeks_are_shown_at_first(self):
        for number in (0, 7, 8):
            count_week(self.env, MONDAY - timedelta(weeks=number))
        action = self.env.ref("collab_checkin.collab_participation_action")
        self.assertEqual(literal_eval(action.context), {"search_default_recent": 1})
        search = etree.fromstring(self.participation.get_view(view_type="search")["arch"])
        [recent] = search.xpath("//filter[@name='recent']")
        ours = [("company_id", "=", self.company.id)]
        shown = self.participation.search([*ours, *literal_eval(recent.get("domain"))])
        self.assertEqual(shown.mapped("week"), [MONDAY, MONDAY - timedelta(weeks=7)])

    def test_menu(self):
        menu = self.env.ref("collab_checkin.menu_collab_participation").id
        menus = self.env["ir.ui.menu"]
        self.sales.manager_id = self._employee(self.boss)
        owner = self._person(
            "Owner", groups="base.group_user,collab_base.group_collab_process_owner"
        )
        auditor = self._person("Auditor", groups="base.group_user,collab_base.group_collab_auditor")
        for user, is_shown in (
            (self.ann, False),
            (self.boss, True),
            (owner, True),
            (auditor, True),
        ):
            self.assertEqual(menu in menus.with_user(user).load_menus(False), is_shown)
        self.sales.manager_id = self._employee(self.ann)
        self.assertIn(menu, menus.with_user(self.ann).load_menus(False))
        self.assertNotIn(menu, menus.with_user(self.boss).load_menus(False))

    def test_queries(self):
        """They do not grow with people or departments."""
        counts = []
        for size in (1, 6):
            for number in range(size):
                department = self._department(f"Department {size} {number}")
                self._people(*(f"Q{size}_{number}_{n}" for n in range(5)), department=department)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            count_week(self.env, fields.Date.to_date("2026-06-01") + timedelta(weeks=size))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

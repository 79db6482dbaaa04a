from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.collab_base.bulk import insert_rows, update_rows
from odoo.addons.collab_checkin.accounts import locked

from .teams import TeamsCase


@tagged("post_install", "-at_install")
class TestTeam(TeamsCase):
    """What people plan, for those of their team to whom they show it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.checkins = cls.env["collab.checkin"]
        cls.boss = cls._person("Boss", cls.stock)
        cls.ann = cls._person("Ann", cls.sales, parent_id=cls._employee(cls.boss).id)
        # of her manager, of her department, and of neither
        cls.bea = cls._person("Bea", cls.stock, parent_id=cls._employee(cls.boss).id)
        cls.cai = cls._person("Cai", cls.sales)
        cls.dan = cls._person("Dan", cls._department("Other"))

    def _plan(self, user, plan="Offers", day="2026-07-15", shows=True, **values):
        """Have somebody say what they plan, and show it."""
        checkin = self._come(user, day, plan=plan, mood="low", **values)
        insert_rows(
            self.env["collab.participant"],
            [
                {
                    "user_id": user.id,
                    "day": day,
                    "checked_at": checkin.checked_at,
                    "zone": checkin.zone,
                }
            ],
        )
        if shows:
            self.checkins.with_user(user).show_plan()

    def _team(self, user):
        self.env.flush_all()
        return self.checkins.with_user(user).team()

    def _names(self, user):
        return [one["name"] for one in self._team(user)["plans"]]

    # ------------------------------------------------------------------
    # Whose team
    # ------------------------------------------------------------------

    def test_team(self):
        everybody = self.boss + self.ann + self.bea + self.cai + self.dan
        for user in everybody:
            self._plan(user)
        seen = {
            self.boss: ["Ann", "Bea"],
            self.ann: ["Bea", "Boss", "Cai"],
            self.bea: ["Ann", "Boss"],
            self.cai: ["Ann"],
            self.dan: [],
        }
        for user, names in seen.items():
            self.assertEqual(self._names(user), names, user.name)

    def test_what_is_told(self):
        self._plan(self.ann, "<b>Offers</b>")
        self.assertEqual(
            self._team(self.cai),
            {
                "shows": False,
                "plans": [{"id": self.ann.id, "name": "Ann", "plan": "<b>Offers</b>"}],
            },
        )
        self.assertEqual(self._team(self.ann), {"shows": True, "plans": []})

    def test_of_today_where_they_are(self):
        for day, is_today in (("2026-07-14", False), ("2026-07-15", True), ("2026-07-16", True)):
            with self.subTest(day), self.env.cr.savepoint() as savepoint:
                self._plan(self.ann, day=day)
                self.assertEqual(self._names(self.cai), ["Ann"] if is_today else [])
                savepoint.rollback()
        self._plan(self.ann)
        anns = [("user_id", "=", self.ann.id)]
        checkin, participant = (
            self.env[name].search(anns) for name in ("collab.checkin", "collab.participant")
        )
        update_rows(checkin, {"zone": "Pacific/Kiritimati"})
        self.assertEqual(self._names(self.cai), ["Ann"])
        update_rows(checkin, {"day": "2026-07-14", "zone": "America/Lima"})
        update_rows(participant, {"day": "2026-07-14"})
        # it is the 14th there, still
        self.assertEqual(self._names(self.cai), ["Ann"])

    def test_nothing_planned(self):
        self._plan(self.ann, plan=None)
        self._plan(self.bea, plan="")
        self.checkins.with_user(self.cai).show_plan()
        self.assertEqual(self._names(self.boss), [])
        self.assertEqual(self._names(self.ann), [])

    def test_by_checking_in(self):
        self.checkins.with_user(self.ann).show_plan()
        self.checkins.with_user(self.ann).check_in(plan="Offers")
        self.assertEqual(self._names(self.cai), ["Ann"])
        self.checkins.with_user(self.ann).check_in(plan="")
        self.assertEqual(self._names(self.cai), [])

    # ------------------------------------------------------------------
    # Only if they want
    # ------------------------------------------------------------------

    def test_not_shown(self):
        self._plan(self.ann, shows=False)
        self.assertEqual(self._names(self.cai), [])
        locked(self.env, self.ann.ids)
        self.assertEqual(self._names(self.cai), [])

    def test_not_shown_any_more(self):
        self._plan(self.ann)
        self.assertEqual(self._names(self.cai), ["Ann"])
        self.checkins.with_user(self.ann).hide_plan()
        self.assertEqual(self._names(self.cai), [])

    def test_others(self):
        """Who is no colleague, or none of the team, finds out nothing, whatever they make up."""
        self._plan(self.ann)
        other = self.env["res.company"].create({"name": "Other"})
        abroad = self._person("Abroad", groups="base.group_user", company=other)
        self.sales.company_id = False
        self._employ(abroad, self.sales, parent_id=self._employee(self.boss).id)
        former = self._person("Former", self.sales)
        self._employee(former).active = False
        admin = new_test_user(
            self.env,
            "admin_team",
            groups="base.group_system,collab_base.group_collab_admin,hr.group_hr_manager",
            company_ids=[(6, 0, (self.company + self.env.company).ids)],
        )
        for user in (self.dan, abroad, former, admin, self.env.user):
            self.assertEqual(self._names(user), [])
            for forged in (
                {"uid": self.cai.id},
                {"allowed_company_ids": user.company_ids.ids},
                {"version_id": self._employee(self.cai).version_id.id},
                {"active_test": False},
                {"lang": "xx' OR TRUE --"},
            ):
                team = self.checkins.with_user(user).with_context(**forged)
                self.assertEqual(team.team()["plans"], [])
            checkin = self.checkins.search([("user_id", "=", self.ann.id)])
            if user != self.env.user:
                self.assertFalse(checkin.with_user(user).has_access("read"))
        portal = self._person("Portal", self.sales, groups="base.group_portal")
        for method in ("team", "show_plan", "hide_plan"):
            with self.assertRaises(AccessError):
                getattr(self.checkins.with_user(portal), method)()

    def test_portal_users_show_nothing(self):
        self._plan(self.ann)
        self.ann.group_ids = self.env.ref("base.group_portal")
        self.assertEqual(self._names(self.cai), [])

    def test_of_the_team_records_are_closed(self):
        """What is shown is a line, and no way to the check-in or to how somebody feels."""
        self._plan(self.ann)
        checkin = self.checkins.search([("user_id", "=", self.ann.id)])
        for user in (self.cai, self.boss):
            self.assertNotIn("low", str(self._team(user)))
            self.assertFalse(checkin.with_user(user).has_access("read"))
            with self.assertRaises(AccessError):
                checkin.with_user(user).read(["plan", "mood"])

    def test_only_oneself(self):
        self._plan(self.ann, shows=False)
        account = locked(self.env, self.ann.ids)
        admin = new_test_user(self.env, "boss_team", groups="base.group_system")
        for user in (self.cai, self.boss, admin):
            for forged in ({"user_id": self.ann.id}, {"uid": self.ann.id}):
                with self.assertRaises(TypeError):
                    self.checkins.with_user(user).show_plan(**forged)
                with self.assertRaises(TypeError):
                    self.checkins.with_user(user).team(**forged)
            self.checkins.with_user(user).with_context(uid=self.ann.id).show_plan()
            with self.assertRaises(UserError), self.env.cr.savepoint():
                account.with_user(user).write({"shows_plan": True})
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.ann.with_user(user).sudo().write({"collab_shows_plan": True})
        self.assertFalse(account.shows_plan)
        self.assertEqual(self._names(self.cai), [])

    def test_preferences(self):
        preferences = self.ann.with_user(self.ann)
        with Form(preferences, view="hr.res_users_view_form_preferences") as form:
            self.assertFalse(form.collab_shows_plan)
            form.collab_shows_plan = True
        self.assertTrue(self._team(self.ann)["shows"])
        self.env.invalidate_all()
        self.assertFalse(self.ann.with_user(self.cai).sudo().collab_shows_plan)
        preferences.web_save({"collab_shows_plan": False}, {})
        self.assertFalse(self._team(self.ann)["shows"])

    # ------------------------------------------------------------------
    # What it costs
    # ------------------------------------------------------------------

    def test_queries(self):
        for number in range(12):
            self._plan(self._person(f"Many{number}", self.sales))
        self._team(self.ann)
        self.env.invalidate_all()
        with self.assertQueryCount(3):
            self.assertEqual(len(self._team(self.ann)["plans"]), 12)

    def test_not_too_many(self):
        for number in range(101):
            self._plan(self._person(f"Many{number}", self.sales))
        self.assertEqual(len(self._team(self.ann)["plans"]), 100)

from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.collab_checkin.models.gamification_goal import GamificationGoal

from .points import PointsCase


@tagged("post_install", "-at_install")
class TestGoals(PointsCase):
    """Odoo's challenges over work sources."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.definition = cls.env["gamification.goal.definition"].create(
            {
                "name": "Jobs",
                "computation_mode": "collab_source",
                "collab_source_id": cls.source.id,
            }
        )
        cls.badge = cls.env["gamification.badge"].create({"name": "Doer", "rule_auth": "nobody"})
        cls.boss = new_test_user(cls.env, "boss_goals", groups="base.group_erp_manager")

    def _challenge(self, target=2, period="weekly", definition=None, **vals):
        challenge = self.env["gamification.challenge"].create(
            {
                "name": "Two jobs",
                "period": period,
                "user_ids": [(6, 0, (self.mei + self.tom).ids)],
                "reward_id": self.badge.id,
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "definition_id": (definition or self.definition).id,
                            "target_goal": target,
                        },
                    )
                ],
                **vals,
            }
        )
        challenge.action_start()
        return challenge

    def _goal(self, challenge, user=None):
        return self.env["gamification.goal"].search(
            [("challenge_id", "=", challenge.id), ("user_id", "=", (user or self.mei).id)]
        )

    def _cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("collab_checkin.ir_cron_goals").method_direct_trigger()

    def _badges(self, user=None):
        return self.env["gamification.badge.user"].search_count(
            [("user_id", "=", (user or self.mei).id), ("badge_id", "=", self.badge.id)]
        )

    def test_weekly(self):
        self._job("2026-07-12")  # Sunday: of the week before
        self._job("2026-07-13")
        self._job("2026-07-14", accepted_by_id=self.mei.id)  # by oneself
        challenge = self._challenge()
        goal = self._goal(challenge)
        self.assertEqual((goal.current, goal.state), (1, "inprogress"))
        job = self._job("2026-07-14")
        self._cron()
        self.assertEqual((goal.current, goal.state), (2, "reached"))
        self.assertEqual((self._badges(), self._badges(self.tom)), (1, 0))
        self._cron()
        self.assertEqual(self._badges(), 1, "not twice")
        self.assertEqual(self._goal(challenge, self.tom).current, 0)

        job.is_done = False
        self._cron()
        self.assertEqual((goal.current, goal.state), (1, "inprogress"), "work was undone")

    def test_missed(self):
        challenge = self._challenge()
        goal = self._goal(challenge)
        self._job("2026-07-14")
        self._job("2026-07-20")
        with self._at("2026-07-21"):
            self._cron()
        self.assertEqual((goal.current, goal.state, goal.closed), (1, "failed", True))

    def test_the_last_day(self):
        """Work counts for as long as it lasts."""
        goal = self._goal(self._challenge(1, "monthly"))
        with self._at("2026-07-31"):
            self._cron()
            self.assertEqual(goal.state, "inprogress")
            self._job("2026-07-31", hour=10)
            self._cron()
        self.assertEqual((goal.state, self._badges()), ("reached", 1))

    def test_what_is_over_stays(self):
        """Who has missed a goal, or has left it, does not come to it any more."""
        challenge = self._challenge(1)
        goal, toms = self._goal(challenge), self._goal(challenge, self.tom)
        toms.state = "canceled"
        with self._at("2026-07-22"):
            self._cron()
            goal.update_goal()
        self._job("2026-07-14")
        self._job("2026-07-14", user_id=self.tom.id, accepted_by_id=self.mei.id)
        (goal | toms).update_goal()
        self.assertEqual((goal.state, toms.state), ("failed", "canceled"))

    def test_one_fails(self):
        """A goal that cannot be counted does not keep the others from it."""
        goals = self.env["gamification.goal"]
        broken = self.definition.copy({"name": "Broken"})
        bad, good = (
            self._goal(self._challenge(1, definition=one)) for one in (broken, self.definition)
        )
        self._job("2026-07-14")
        count = type(goals)._collab_values

        def fail(same, definition, *dates):
            if definition == broken:
                raise ValueError("not today")
            return count(same, definition, *dates)

        with (
            patch.object(GamificationGoal, "_collab_values", fail),
            self.assertLogs("odoo.addons.collab_checkin", "ERROR"),
        ):
            # undone by savepoint: the cron's transactions are the test's
            self.env.cr.savepoint()
            self._cron()
        self.assertEqual((bad.state, good.state), ("inprogress", "reached"))

    def test_of_a_challenge_that_has_ended(self):
        challenge = self._challenge(1)
        challenge.state = "done"
        self._job("2026-07-14")
        self._cron()
        self.assertEqual((self._goal(challenge).current, self._badges()), (0, 0))

    def test_also_by_oneself(self):
        self.definition.collab_by_other = False
        self._job("2026-07-15", accepted_by_id=self.mei.id)
        self.assertEqual(self._goal(self._challenge(period="once")).current, 1)

    def test_fewer_is_better(self):
        self.definition.condition = "lower"
        self._job()
        goal = self._goal(self._challenge(1))
        self.assertEqual(goal.state, "reached")
        self._job()
        self._cron()
        self.assertEqual(goal.state, "inprogress")

    def test_streak(self):
        definition = self.env.ref("collab_checkin.goal_streak")
        with self._at("2026-07-13"):
            self.env["collab.checkin"].with_user(self.mei).check_in()
        with self._at("2026-07-14"):
            self.env["collab.checkin"].with_user(self.mei).check_in()
            goal = self._goal(self._challenge(2, "once", definition))
        self.assertEqual((goal.current, goal.state), (2, "reached"))

    def test_shipped(self):
        """Seven days of checking in, and there is a badge for it."""
        challenge = self.env.ref("collab_checkin.challenge_week")
        with self._at("2026-07-13"):
            challenge._recompute_challenge_users()
            challenge._generate_goals_from_challenge()
        for day in ("13", "14", "15", "16", "17", "20", "21"):
            self.assertFalse(self.mei.badge_ids)
            with self._at(f"2026-07-{day}"):
                self.env["collab.checkin"].with_user(self.mei).check_in()
                self._cron()
        self.assertEqual(self.mei.badge_ids.badge_id, self.env.ref("collab_checkin.badge_week"))
        self.assertFalse(self.tom.badge_ids)

    def test_rules_for_a_number(self):
        """Where one stands with them is told as counted last, for the period of the day."""
        rule = self._rule(counting="threshold", threshold=3, period="week", points=10)
        self._rule()
        self._job("2026-07-10")
        self._job("2026-07-13")
        self._job("2026-07-14")
        self._count(rule)
        today = fields.Date.today()
        for user, done in ((self.mei, 2), (self.tom, 0)):
            rules = self.rules.with_user(user)
            [said] = [one for one in rules._progress(today) if one["id"] == rule.id]
            self.assertEqual(said["done"], done)
        self.assertEqual(
            said,
            {"id": rule.id, "name": "Jobs", "done": 0, "number": 3, "points": 10, "period": "week"},
        )

    def test_what_is_counted(self):
        with self.assertRaises(ValidationError):
            self.definition.collab_source_id = False
        source = self.source.copy({"accepted_field_id": False})
        with self.assertRaises(ValidationError):
            self.definition.collab_source_id = source

    def test_nobody_says_how_far_they_are(self):
        challenge = self._challenge()
        goal = self._goal(challenge)
        manual = self.env["gamification.goal"].create(
            {
                "definition_id": self.env["gamification.goal.definition"]
                .create({"name": "By hand"})
                .id,
                "user_id": self.mei.id,
                "target_goal": 1,
            }
        )
        manual.action_start()
        mine = goal.with_user(self.mei)
        forged = {
            "line_id": challenge.line_ids.id,
            "state": "reached",
            "current": 2,
            "start_date": goal.start_date,
            "end_date": goal.end_date,
        }
        for attempt in (
            lambda: mine.write({"current": 2, "state": "reached"}),
            lambda: mine.write({"target_goal": 0}),
            lambda: mine.write({"start_date": "2020-01-01"}),
            lambda: mine.action_reach(),
            lambda: mine.with_context(no_remind_goal=True).write({"state": "reached"}),
            lambda: mine.write({"computation_mode": "manually"}),
            lambda: mine.write({"definition_id": manual.definition_id.id, "line_id": False}),
            # a goal of another kind that becomes one of the challenge
            lambda: manual.with_user(self.mei).write(forged),
            lambda: manual.with_user(self.mei).write(
                {"challenge_id": challenge.id, "end_date": goal.end_date, "state": "reached"}
            ),
            lambda: mine.create({"definition_id": self.definition.id, **forged}),
            lambda: mine.copy({"state": "reached"}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                attempt()
                self.env.flush_all()
        # what is theirs to say still is
        manual.with_user(self.mei).write({"current": 1})
        # and to count is for everybody
        self._job("2026-07-14")
        mine.update_goal()
        self.assertEqual((goal.current, goal.state), (1, "inprogress"))

    def test_what_people_keep_to_themselves(self):
        """Odoo counts as superuser, and shows its figures to whoever makes challenges."""
        manager = new_test_user(
            self.env, "goals_manager", groups="base.group_user,base.group_erp_manager"
        )
        definitions = self.env["gamification.goal.definition"].with_user(manager)
        vals = {
            "name": "Low",
            "computation_mode": "count",
            "model_id": self.env["ir.model"]._get_id("collab.checkin"),
            "domain": "[('user_id', '=', user.id), ('mood', '=', 'low')]",
        }
        other = definitions.create({"name": "By hand"})
        for attempt in (lambda: definitions.create(vals), lambda: other.write(vals)):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                attempt()

    def test_badges_are_not_made_of_others(self):
        thanks = self.env["gamification.badge"].create({"name": "Thanks", "rule_auth": "everyone"})
        given = self.env["gamification.badge.user"].with_user(self.mei)
        given = given.create({"badge_id": thanks.id, "user_id": self.mei.id})
        toms = self.env["gamification.badge.user"].create(
            {"badge_id": self.badge.id, "user_id": self.tom.id}
        )
        for attempt in (
            lambda: given.write({"badge_id": self.badge.id}),
            lambda: toms.with_user(self.mei).write({"user_id": self.mei.id}),
            lambda: given.create({"badge_id": self.badge.id, "user_id": self.mei.id}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                attempt()
        given.write({"comment": "With thanks"})

    def test_queries(self):
        """As many for two people as for forty."""
        challenge = self._challenge()
        counts = []
        for number in (0, 38):
            challenge.user_ids += self.env["res.users"].concat(
                *(
                    new_test_user(self.env, f"goals_{index}", groups="base.group_user")
                    for index in range(number)
                )
            )
            challenge._generate_goals_from_challenge()
            goals = self.env["gamification.goal"].search([("challenge_id", "=", challenge.id)])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            goals.update_goal()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
        self.assertEqual(goals.mapped("start_date")[0], fields.Date.to_date("2026-07-13"))

from odoo.tests import new_test_user, tagged

from .common import CheckinCase


@tagged("post_install", "-at_install")
class TestCard(CheckinCase):
    def _card(self, user=None):
        cards = self.env["collab.card"].with_user(user or self.user).load(["checkin.today"])
        self.assertEqual([card["component"] for card in cards], ["checkin_today"])
        self.assertNotIn("error", cards[0])
        return cards[0]["data"]

    def test_week(self):
        self._check_in("2026-03-02", "2026-03-03")
        self._check_in("2026-03-04", user=self._person("colleague"))
        self._away("2026-03-06")
        with self._at("2026-03-05"):
            data = self._card()
        self.assertEqual((data["streak"], data["checked"]), (2, False))
        self.assertEqual(
            [
                (one["day"][-2:], one["checked"], one["works"], one["missed"])
                for one in data["week"]
            ],
            [
                ("02", True, True, False),
                ("03", True, True, False),
                ("04", False, True, True),
                ("05", False, True, False),
                ("06", False, False, False),
                ("07", False, False, False),
                ("08", False, False, False),
            ],
        )

    def test_nothing_was_missed_before_the_first_day(self):
        with self._at("2026-03-04"):
            self.assertFalse(any(one["missed"] for one in self._card()["week"]))
        self._check_in("2026-03-04")
        with self._at("2026-03-06"):
            missed = [one["day"] for one in self._card()["week"] if one["missed"]]
        self.assertEqual(missed, ["2026-03-05"])

    def _forgiven(self):
        week = self._card()["week"]
        return [one["day"][-2:] for one in week if one["forgiven"] and one["missed"]]

    def test_a_missed_day_that_the_streak_goes_on_across_is_forgiven(self):
        self.env["ir.config_parameter"].set_param("collab_checkin.forgiven", "1")
        self._check_in("2026-03-02")
        with self._at("2026-03-04"):
            self.assertEqual(self._forgiven(), ["03"])
        self._check_in("2026-03-04")
        with self._at("2026-03-05"):
            self.assertEqual(self._forgiven(), ["03"])
        with self._at("2026-03-06"):
            # the second one is too many: the streak begins after the first
            self.assertEqual(self._forgiven(), ["05"])

    def test_a_check_in_on_a_day_off_makes_no_day_forgiven(self):
        self.env["ir.config_parameter"].set_param("collab_checkin.forgiven", "0")
        self._check_in("2026-03-04", "2026-03-07")
        with self._at("2026-03-08"):
            self.assertEqual(self._forgiven(), [])

    def test_who_has_no_employee(self):
        user = new_test_user(self.env, "no_employee", groups="base.group_user")
        with self._at("2026-03-04"):
            data = self._card(user)
            self.assertEqual(len(data["week"]), 7)
            self.checkins.with_user(user).check_in()
            self.assertTrue(self._card(user)["checked"])

    def test_level(self):
        ranks = self.env["gamification.karma.rank"]
        ranks.search([]).unlink()
        with self._at("2026-03-04"):
            none = self._card()["level"]
        self.assertEqual(none, {"name": False, "next": False, "left": 0})
        ranks.create([{"name": "Starter", "karma_min": 10}, {"name": "Expert", "karma_min": 100}])
        self.user._add_karma(4)
        self.env.flush_all()
        with self._at("2026-03-04"):
            first = self._card()["level"]
        self.assertEqual(first, {"name": False, "next": "Starter", "left": 6})
        self.user._add_karma(26)
        self.env.flush_all()
        with self._at("2026-03-04"):
            second = self._card()["level"]
        self.assertEqual(second, {"name": "Starter", "next": "Expert", "left": 70})
        self.user._add_karma(100)
        self.env.flush_all()
        with self._at("2026-03-04"):
            last = self._card()["level"]
        self.assertEqual(last, {"name": "Expert", "next": False, "left": 0})

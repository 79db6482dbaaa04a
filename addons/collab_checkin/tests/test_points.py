from odoo import fields
from odoo.tests import tagged

from ..counting import horizon
from .common import CheckinCase


@tagged("post_install", "-at_install")
class TestPoints(CheckinCase):
    """What a check-in is worth shows at once, and is what it is counted for anyway."""

    def setUp(self):
        super().setUp()
        rule = self.env.ref("collab_checkin.point_rule_checkin")
        self.rule = rule.copy({"since": "2026-03-01"})
        # the shipped one is in force since the month in which this runs
        rule.action_end()

    def _start(self):
        with self._at("2026-03-01"):
            self.rule.action_start()

    def _count(self, day):
        with self._at(day):
            self.rule._count(True, horizon(self.env))

    def test_shown_at_once(self):
        self._start()
        self.assertEqual(self._check_in("2026-03-02")["points"], 1)
        self.assertEqual(self._check_in("2026-03-03")["points"], 2)
        self._count("2026-03-03")
        entries = self.env["collab.point.entry"].search([("rule_id", "=", self.rule.id)])
        self.assertEqual(len(entries), 2, "counting has nothing to add")
        self.assertEqual(
            entries.mapped("period"),
            [fields.Date.to_date(day) for day in ("2026-03-03", "2026-03-02")],
        )

    def test_twice_a_day(self):
        self._start()
        with self._at("2026-03-02"):
            self.checkins.with_user(self.user).check_in()
            answer = self.checkins.with_user(self.user).check_in(plan="Once more")
        self.assertEqual(answer["points"], 1)

    def test_days_off(self):
        self._start()
        self.assertEqual(self._check_in("2026-03-07")["points"], 0)

    def test_a_day_off_that_was_none(self):
        """Leave is taken back: the day counts after all."""
        self._start()
        leave = self._away("2026-03-03", user=self.user)
        self.assertEqual(self._check_in("2026-03-02", "2026-03-03")["points"], 1)
        leave.unlink()
        with self._at("2026-03-04"):
            self._work_out()
        self._count("2026-03-04")
        self.assertEqual(self.env["collab.point.entry"].with_user(self.user).balance(), 2)

    def test_no_rule(self):
        self.assertEqual(self._check_in("2026-03-02")["points"], 0)

from datetime import datetime

from lxml import etree

from odoo import fields
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.collab_base.bulk import update_rows
from odoo.addons.collab_guard.seal import unsealed

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

    def test_what_a_period_is_called(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        entries = self.env["collab.point.entry"]
        vals = {"user_id": self.user.id, "kind": "work", "name": "Jobs", "points": 5}
        for period, name in (
            ("day", "06/01/2026"),
            ("week", "Week of 06/01/2026"),
            ("month", "June 2026"),
        ):
            rule = self.rule.copy({"period": period})
            counted = {"rule_id": rule.id, "period": "2026-06-01"}
            entry = unsealed(entries).create(vals | counted).with_user(self.user)
            self.assertEqual(entry.with_context(lang="en_US").period_name, name)
        self.assertEqual(entry.with_context(lang="zh_CN").period_name, "2026年6月")
        spent = unsealed(entries).create(vals | {"kind": "reward", "points": -5})
        self.assertFalse(spent.period_name)

    def test_my_points(self):
        """The newest are first; on a phone, a card says what they are for, how many, and when."""
        entries = self.env["collab.point.entry"]
        vals = {"user_id": self.user.id, "kind": "work", "name": "Jobs", "points": 5}
        newer, older = unsealed(entries).create([vals, vals])
        # one transaction may take long, and end after another that began later
        update_rows(older, {"create_date": datetime(2026, 3, 2, 9)})
        update_rows(newer, {"create_date": datetime(2026, 3, 2, 10)})
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "collab_checkin.collab_point_entry_action_mine"
        )
        mine = entries.with_user(self.user)
        views = mine.get_views(action["views"])["views"]
        archs = {kind: etree.fromstring(views[kind]["arch"]) for kind in ("list", "kanban")}
        for arch in archs.values():
            domain = safe_eval(action["domain"], {"uid": self.user.id})
            found = mine.search(domain, order=arch.get("default_order"))
            self.assertEqual(found.ids, [newer.id, older.id])
        shown = archs["kanban"].xpath("//t[@t-name='card']//field[not(@invisible)]/@name")
        self.assertEqual(shown, ["name", "points", "create_date"])

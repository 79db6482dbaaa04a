from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .points import PointsCase


@tagged("post_install", "-at_install")
class TestPoints(PointsCase):
    def test_points_for_each(self):
        rule = self._rule()
        self._job()
        self._job(user_id=self.tom.id, accepted_by_id=self.mei.id)
        self._job()
        self._count(rule)
        self.assertEqual((self._points(), self._points(self.tom)), (10, 5))
        [entry] = self.entries.search([("user_id", "=", self.mei.id), ("rule_id", "=", rule.id)])
        self.assertEqual((entry.kind, entry.period), ("work", date(2026, 7, 1)))
        self.assertEqual(self.entries.with_user(self.mei).balance(), 10)

    def test_counted_once(self):
        rule = self._rule()
        self._job()
        for whole in (False, True, False, True):
            self._count(rule, whole)
        self.assertEqual(self._points(), 5)
        self.assertEqual(self.entries.search_count([("rule_id", "=", rule.id)]), 1)

    def test_cap(self):
        rule = self._rule(cap=12)
        for __ in range(3):
            self._job()
        self._job("2026-08-01")
        self._count(rule)
        self.assertEqual(self._points(), 12)
        with self._at("2026-08-02"):
            self._count(rule, whole=True)
        self.assertEqual(self._points(), 17, "the next month has points of its own")

    def test_threshold(self):
        """Three in a week; weeks begin on Monday, where the person is."""
        rule = self._rule(counting="threshold", threshold=3, period="week", points=20)
        self._job("2026-07-05", 23.5)
        self._job("2026-07-06", 0.5)
        self._job("2026-07-12", 23.5)
        self._count(rule)
        self.assertEqual(self._points(), 0)
        self._job("2026-07-08")
        self._count(rule)
        self.assertEqual(self._points(), 20)
        self._job("2026-07-09")
        self._count(rule)
        self.assertEqual(self._points(), 20, "a week is rewarded once")

    def test_only_what_somebody_else_accepted(self):
        strict, kind = self._rule(), self._rule(by_other=False)
        self._job(accepted_by_id=self.mei.id)
        self._job(accepted_by_id=False)
        for rule in (strict, kind):
            self._count(rule)
        self.assertEqual(self._points(rule=strict), 0)
        self.assertEqual(self._points(rule=kind), 10)

    def test_nobody_accepts(self):
        source = self.env["collab.work.source"].create(self._source_vals(accepted=False))
        with self.assertRaisesRegex(ValidationError, "does not say who accepts it"):
            self._rule(source_id=source.id)

    def test_since(self):
        rule = self._rule(since=date(2026, 7, 10))
        self._job("2026-07-09")
        self._job("2026-07-10")
        self._count(rule)
        self.assertEqual(self._points(), 5)

    def test_points_in_all_languages(self):
        """An entry says what it was for as the rule said it then, to each in their language."""
        self.env["res.lang"]._activate_lang("zh_CN")
        rule = self._rule(name="Jobs done")
        rule.with_context(lang="zh_CN").name = "完成的工作"
        self._job()
        self._count(rule)
        rule.name = "Something else"
        entry = self.entries.search([("rule_id", "=", rule.id)])
        self.assertEqual(entry.with_context(lang="en_US").name, "Jobs done")
        self.assertEqual(entry.with_context(lang="zh_CN").name, "完成的工作")

    def test_sentences(self):
        sentence = "Jobs done: 5 points each, if accepted by somebody else"
        self.assertEqual(self._rule().sentence, sentence)
        rule = self._rule(cap=50, by_other=False)
        self.assertEqual(rule.sentence, "Jobs done: 5 points each, at most 50 a month")
        rule = self._rule(counting="threshold", period="week", points=20, by_other=False)
        self.assertEqual(rule.sentence, "Jobs done: 20 points for 3 of them a week")
        rule = self._rule(points=1, by_other=False)
        self.assertEqual(rule.sentence, "Jobs done: 1 point each")

    # ------------------------------------------------------------------
    # The life of a rule
    # ------------------------------------------------------------------

    def test_drafts_give_nothing(self):
        rule = self._rule(start=False)
        self.assertNotIn(rule, self.rules._to_count())

    def test_form(self):
        with Form(self.rules.with_user(self.owner)) as form:
            form.name = "Jobs"
            form.source_id = self.source
            form.counting = "threshold"
            form.threshold = 2
            self.assertIn("for 2 of them", form.sentence)
        form.record.action_start()
        self.assertEqual(form.record.state, "on")

    def test_terms_stand(self):
        rule = self._rule().with_user(self.owner)
        for vals in (
            {"points": 50},
            {"cap": 1},
            {"since": "2026-07-02"},
            {"by_other": False},
            {"period": "week"},
            {"name": "Other", "threshold": 1},
        ):
            with self.assertRaisesRegex(UserError, "People count on"):
                rule.write(vals)
        for vals in (
            {"state": "draft"},
            {"until": "2026-07-01"},
            {"replaces_id": rule.id},
            {"mark": "2027-01-01 00:00:00"},
            {"whole_at": "2027-01-01 00:00:00"},
            {"trouble": "None"},
        ):
            with self.assertRaisesRegex(UserError, "Use the buttons"):
                rule.write(vals)
        with self.assertRaisesRegex(UserError, "has given points"):
            rule.unlink()
        rule.name = "What people see of it can change"

    def test_begins_as_a_draft(self):
        rules = self.rules.with_user(self.owner)
        vals = {
            "name": "x",
            "source_id": self.source.id,
            "state": "on",
            "until": "2026-08-01",
            "replaces_id": self._rule().id,
            "mark": "2027-01-01 00:00:00",
        }
        rule = rules.with_context(default_state="on").create(vals)
        self.assertEqual((rule.state, rule.until, rule.mark), ("draft", False, False))
        self.assertFalse(rule.replaces_id)
        rule.unlink()
        rule = self._rule().with_user(self.owner)
        copy = rule.copy()
        self.assertEqual((copy.state, copy.mark), ("draft", False))

    def test_work_stands_too(self):
        self._rule()
        source = self.source.with_user(self.owner)
        for vals in ({"domain": "[]"}, {"person_field_id": self._field("create_uid").id}):
            with self.assertRaisesRegex(UserError, "gives points for this work as it is"):
                source.write(vals)
        with self.assertRaisesRegex(UserError, "gives points for this work"):
            source.unlink()
        source.name = "Jobs that are done"

    def test_change(self):
        """A rule with other terms follows; what was earned stays, and nothing counts twice."""
        rule = self._rule()
        self.env["res.lang"]._activate_lang("zh_CN")
        rule.with_context(lang="zh_CN").name = "工作"
        self._job("2026-07-20")
        self._job("2026-08-03")
        action = rule.with_user(self.owner).action_change()
        other = self.rules.browse(action["res_id"])
        self.assertEqual((other.state, other.since), ("draft", date(2026, 8, 1)))
        self.assertEqual((other.name, other.with_context(lang="zh_CN").name), (rule.name, "工作"))
        other.points = 7
        other.with_user(self.owner).action_start()
        self.assertEqual((rule.state, rule.until), ("ended", date(2026, 8, 1)))
        with self._at("2026-08-05"):
            self._count(rule, whole=True)
            self._count(other, whole=True)
        self.assertEqual((self._points(rule=rule), self._points(rule=other)), (5, 7))

    def test_what_follows_begins_later(self):
        """A rule that is followed stands until then: nothing that it promised is taken back."""
        rule = self._rule()
        self._job()
        self._count(rule)
        other = self.rules.browse(rule.with_user(self.owner).action_change()["res_id"])
        for day in (date(2026, 7, 1), date(2026, 7, 15)):
            other.since = day
            with self.assertRaisesRegex(UserError, "begin tomorrow or later"):
                other.with_user(self.owner).action_start()
        with self._at("2026-08-20"):
            other.since = date(2026, 8, 1)  # a draft that was forgotten
            with self.assertRaisesRegex(UserError, "begin tomorrow or later"):
                other.with_user(self.owner).action_start()
        self.assertEqual((rule.state, self._points(rule=rule)), ("on", 5))
        other.since = date(2026, 7, 16)
        other.with_user(self.owner).action_start()
        self._count(rule, whole=True)
        self.assertEqual(self._points(rule=rule), 5)

    def test_what_follows_one_that_was_ended(self):
        """It begins when that one's last day is over: no day counts by both."""
        rule = self._rule()
        other = self.rules.browse(rule.with_user(self.owner).action_change()["res_id"])
        rule.action_end()
        self.assertEqual(rule.until, date(2026, 7, 16))
        other.since = date(2026, 7, 15)
        with self.assertRaisesRegex(UserError, "begin then or later"):
            other.with_user(self.owner).action_start()
        self.assertEqual(other.state, "draft")
        other.since = date(2026, 7, 16)
        other.with_user(self.owner).action_start()
        self.assertEqual((other.state, rule.until), ("on", date(2026, 7, 16)))

    def test_followed_by_one(self):
        """By two rules that follow the same one, work would count twice."""
        rule = self._rule()
        first, second = (
            self.rules.browse(rule.with_user(self.owner).action_change()["res_id"])
            for __ in range(2)
        )
        first.with_user(self.owner).action_start()
        for __ in range(2):
            with self.assertRaisesRegex(UserError, "follows the rule before it already"):
                second.with_user(self.owner).action_start()
            self.assertEqual(second.state, "draft")
            first.action_end()
            first.active = False

    def test_end_where_it_is_latest(self):
        """At eight in the evening in London it is tomorrow in Shanghai: that day counts, too."""
        rule = self._rule(period="day")
        with self._at("2026-07-16", 3):
            rule.action_end()
        self._job("2026-07-16", 2)
        with self._at("2026-07-17"):
            self._count(rule, whole=True)
        self.assertEqual(self._points(), 5)

    def test_end(self):
        rule = self._rule()
        self._job("2026-07-15", 11)
        rule.action_end()
        late = self._job("2026-07-17", 11)
        with self._at("2026-07-20"):
            self._count(rule, whole=True)
            self.assertEqual(self._points(), 5)
            # but what changes of earlier work is taken in
            late.done_at = self._utc("2026-07-14")
            self._count(rule)
            self.assertEqual(self._points(), 10)

    def test_not_so_far_back(self):
        rule = self._rule(start=False, since=date(2026, 1, 1)).with_user(self.owner)
        with self.assertRaisesRegex(UserError, "begin on 2026-04-01 or later"):
            rule.action_start()
        self.assertEqual(rule.state, "draft")

    def test_points_become_final(self):
        rule = self._rule()
        job = self._job("2026-07-02")
        self._count(rule)
        with self._at("2026-11-20"):
            job.is_done = False
            self._count(rule)
            self._count(rule, whole=True)
        self.assertEqual(self._points(), 5)

    # ------------------------------------------------------------------
    # The cron
    # ------------------------------------------------------------------

    def test_cron(self):
        rule = self._rule()
        self._job()
        cron = self.env.ref("collab_checkin.ir_cron_points")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(self._points(rule=rule), 5)
        self.assertFalse(rule.whole_at)
        with self.enter_registry_test_mode():
            self.env.ref("collab_checkin.ir_cron_points_whole").method_direct_trigger()
        self.assertTrue(rule.whole_at)

    def test_one_bad_rule(self):
        """One that cannot be counted says so, and the others are."""
        bad, good = self._rule(sequence=1), self._rule(sequence=2, by_other=False)
        source = self.source.copy()
        self.env.cr.execute(
            "UPDATE collab_work_source SET domain = %s WHERE id = %s",
            ["[('nowhere', '=', 1)]", source.id],
        )
        self.env.cr.execute(
            "UPDATE collab_point_rule SET source_id = %s WHERE id = %s", [source.id, bad.id]
        )
        self.env.invalidate_all()
        self._job()
        with (
            self.enter_registry_test_mode(),
            mute_logger("odoo.addons.collab_checkin.models.collab_point_rule"),
        ):
            self.env.ref("collab_checkin.ir_cron_points").method_direct_trigger()
        self.assertIn("nowhere", bad.trouble)
        self.assertEqual(self._points(rule=good), 5)
        self.env.cr.execute(
            "UPDATE collab_work_source SET domain = '[]' WHERE id = %s", [source.id]
        )
        self.env.invalidate_all()
        with self.enter_registry_test_mode():
            self.env.ref("collab_checkin.ir_cron_points").method_direct_trigger()
        self.assertFalse(bad.trouble)
        self.assertEqual(self._points(rule=bad), 5)

    # ------------------------------------------------------------------
    # Looking at it
    # ------------------------------------------------------------------

    def test_preview(self):
        rule = self._rule(start=False, cap=8).with_user(self.owner)
        self._job("2026-06-01", 0.1)
        self._job("2026-06-30", 23.9)
        self._job("2026-07-01", 0.1)
        own = self._job("2026-06-15", accepted_by_id=self.mei.id)
        preview = self.env["collab.point.preview"].with_user(self.owner)
        preview = preview.browse(rule.action_preview()["res_id"])
        self.assertEqual((preview.first, preview.last), (date(2026, 6, 1), date(2026, 6, 30)))
        figures = (preview.works, preview.people, preview.points, preview.most)
        self.assertEqual(figures, (2, 1, 8, 8))
        opened = self.jobs.search(preview.action_open_records()["domain"])
        self.assertEqual(len(opened), 2)
        self.assertNotIn(own, opened)
        self.assertEqual(self._points(), 0)

    def test_preview_of_weeks(self):
        """Those that begin in the month, whole: of June 2026, from the 1st to the 5th of July."""
        rule = self._rule(start=False, counting="threshold", period="week", threshold=2)
        self._job("2026-06-30")
        self._job("2026-07-05", 23.5)
        self._job("2026-07-06", 0.5)
        preview = self.env["collab.point.preview"].create({"rule_id": rule.id})
        self.assertEqual((preview.first, preview.last), (date(2026, 6, 1), date(2026, 7, 5)))
        self.assertEqual((preview.works, preview.points), (2, 5))

    def test_what_points_are_for(self):
        rule = self._rule()
        job = self._job()
        self._job(user_id=self.tom.id, accepted_by_id=self.mei.id)
        self._count(rule)
        entry = self.entries.with_user(self.mei).search([("rule_id", "=", rule.id)])
        self.assertEqual(self.jobs.search(entry.action_open_records()["domain"]), job)

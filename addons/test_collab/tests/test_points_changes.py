from collections import defaultdict
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL, date_utils

from .points import PointsCase

TERMS = st.fixed_dictionaries(
    {
        "counting": st.sampled_from(["each", "threshold"]),
        "threshold": st.integers(1, 3),
        "points": st.integers(1, 20),
        "cap": st.sampled_from([0, 7, 30]),
        "period": st.sampled_from(["day", "week", "month"]),
        "by_other": st.booleans(),
    }
)
PEOPLE = st.integers(0, 2)  # nobody, Mei, Tom
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 9), PEOPLE, PEOPLE, st.integers(0, 23)),
        st.tuples(
            st.just("change"),
            st.integers(0, 30),
            st.sampled_from(["is_done", "user_id", "accepted_by_id", "done_at", "active"]),
            st.integers(0, 9),
        ),
        st.tuples(st.just("unlink"), st.integers(0, 30)),
        st.tuples(st.just("count")),
        st.tuples(st.just("whole")),
        st.tuples(st.just("later"), st.integers(1, 40)),
    ),
    max_size=25,
)


@tagged("post_install", "-at_install")
class TestPointsChanges(PointsCase):
    """What is entered comes out right whatever happens to the work, and only ever by adding."""

    def test_reopened(self):
        rule = self._rule()
        job = self._job()
        self._count(rule)
        job.is_done = False
        self._count(rule)
        self.assertEqual(self._points(), 0)
        gained, lost = self.entries.search([("rule_id", "=", rule.id)], order="id")
        self.assertEqual((gained.points, lost.points), (5, -5))
        job.is_done = True
        self._count(rule)
        self.assertEqual(self._points(), 5)

    def test_given_to_somebody_else(self):
        rule = self._rule()
        job = self._job(accepted_by_id=self.owner.id)
        self._count(rule)
        job.user_id = self.tom
        self._count(rule)
        self.assertEqual((self._points(), self._points(self.tom)), (0, 5))

    def test_reopened_and_done_again(self):
        """It counts for the period in which it was done again, once."""
        rule = self._rule(period="week")
        job = self._job("2026-07-08")
        self._count(rule)
        job.done_at = self._utc("2026-07-14")
        self._count(rule)
        found = self.entries.search([("rule_id", "=", rule.id)]).grouped("period")
        sums = {day.day: sum(entries.mapped("points")) for day, entries in found.items()}
        self.assertEqual(sums, {6: 0, 13: 5})

    def test_below_the_threshold_again(self):
        rule = self._rule(counting="threshold", threshold=2, points=20)
        jobs = self._job() + self._job()
        self._count(rule)
        jobs[0].is_done = False
        self._count(rule)
        self.assertEqual(self._points(), 0)

    def test_still_above_the_cap(self):
        rule = self._rule(cap=5)
        jobs = self._job() + self._job()
        self._count(rule)
        jobs[0].is_done = False
        self._count(rule)
        self.assertEqual(self.entries.search_count([("rule_id", "=", rule.id)]), 1)

    def test_deleted(self):
        rule = self._rule()
        self._job().unlink()
        job = self._job()
        self._count(rule)
        job.unlink()
        self._count(rule, whole=True)
        self.assertEqual(self._points(), 0)

    def test_of_several_people(self):
        source = self.env["collab.work.source"].create(self._source_vals(person="user_ids"))
        rule = self._rule(source_id=source.id)
        job = self._job(user_ids=[(6, 0, (self.mei + self.tom).ids)], accepted_by_id=self.owner.id)
        self._count(rule)
        self.assertEqual((self._points(), self._points(self.tom)), (5, 5))
        job.user_ids -= self.tom
        self._count(rule)
        self.assertEqual((self._points(), self._points(self.tom)), (5, 0))

    def test_moved_to_another_time_zone(self):
        rule = self._rule(period="day")
        self._job("2026-07-14", 0.5)
        self._count(rule)
        self.mei.tz = "America/New_York"
        self._count(rule, whole=True)
        self.assertEqual(self._points(), 5)

    def test_only_what_has_changed_is_looked_at(self):
        """What was changed before the mark is left to the night."""
        rule = self._rule()
        job = self._job()
        self._count(rule)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE test_collab_job SET is_done = FALSE, write_date = %s WHERE id = %s",
                rule.mark - timedelta(seconds=1),
                job.id,
            )
        )
        self.env.invalidate_all()
        self._count(rule)
        self.assertEqual(self._points(), 5)
        self._count(rule, whole=True)
        self.assertEqual(self._points(), 0)

    @settings(
        max_examples=60,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
    )
    @given(TERMS, CHANGES)
    def test_any_changes(self, terms, changes):
        """After any changes, the sum of the entries of each person and period is what a plain look
        at the records says; and no entry has ever changed."""
        with self.env.cr.savepoint() as savepoint:
            self._try_changes(terms, changes)
            savepoint.rollback()
            self.env.invalidate_all()

    def _try_changes(self, terms, changes):
        rule = self._rule(since=date(2026, 4, 15), **terms)
        self.jobs.search([]).unlink()
        day, seen = 0, {}
        for what, *values in changes:
            with self._at(str(date(2026, 7, 15) + timedelta(days=day))):
                if what in ("count", "whole"):
                    self._count(rule, whole=what == "whole")
                    seen = self._check(rule, seen, exact=what == "whole")
                elif what == "later":
                    day = min(day + values[0], 90)
                    # as days pass, work becomes final
                    self._count(rule, whole=True)
                else:
                    self._change(what, *values)
        with self._at(str(date(2026, 7, 15) + timedelta(days=day))):
            self._count(rule)
            self._count(rule, whole=True)
            self._check(rule, seen, exact=True)

    def _change(self, what, *values):
        people = [self.jobs.user_id, self.mei, self.tom]
        jobs = self.jobs.with_context(active_test=False).search([], order="id")
        if what == "add":
            days, person, accepter, hour = values
            day = str(fields.Date.today() - timedelta(days=days))
            self._job(day, hour, user_id=people[person].id, accepted_by_id=people[accepter].id)
        elif jobs:
            job = jobs[values[0] % len(jobs)]
            if what == "unlink":
                job.unlink()
            elif values[1] in ("user_id", "accepted_by_id"):
                job[values[1]] = people[values[2] % 3]
            elif values[1] == "done_at":
                job.done_at = fields.Datetime.now() - timedelta(days=values[2] * 3)
            else:
                job[values[1]] = bool(values[2] % 2)

    def _check(self, rule, seen, exact):
        entries = self.entries.search([("rule_id", "=", rule.id)])
        now = {entry.id: (entry.user_id, entry.period, entry.points) for entry in entries}
        self.assertLessEqual(seen.items(), now.items(), "entries are only added")
        if exact:
            sums = defaultdict(int)
            for user, period, points in now.values():
                sums[user, period] += points
            first = date_utils.start_of(
                date_utils.subtract(fields.Date.today(), months=3), rule.period
            )
            first = max(first, rule.since)
            there = {key: points for key, points in sums.items() if points and key[1] >= first}
            self.assertEqual(there, self._plainly(rule, first))
        return now

    def _plainly(self, rule, first):
        """Return what a rule is worth for each person and period, by looking at each record."""
        found = defaultdict(int)
        now = fields.Datetime.now()
        for job in self.jobs.with_context(active_test=False).search([("is_done", "=", True)]):
            if not job.user_id or not job.done_at or job.done_at > now:
                continue
            day = (job.done_at + timedelta(hours=8)).date()
            if rule.by_other and job.accepted_by_id in (self.jobs.user_id, job.user_id):
                continue
            if day >= first:
                found[job.user_id, date_utils.start_of(day, rule.period)] += 1
        worth = {}
        for key, number in found.items():
            if rule.counting == "threshold":
                worth[key] = rule.points if number >= rule.threshold else 0
            else:
                worth[key] = min(number * rule.points, rule.cap or number * rule.points)
        return {key: points for key, points in worth.items() if points}

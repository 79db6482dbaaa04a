from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.collab_base.work import work_query

from .points import PointsCase


@tagged("post_install", "-at_install")
class TestWork(PointsCase):
    """What counts as work, whose it is and on which day."""

    def _work(self, source=None, first=date(2026, 7, 1), **options):
        rows = self.env.execute_query(work_query(source or self.source, first, **options))
        return sorted(rows)

    def _source(self, **vals):
        return self.env["collab.work.source"].create(self._source_vals(**vals))

    def test_what_counts(self):
        job = self._job()
        self._job(is_done=False)
        self._job("2026-06-30")
        self._job("2026-07-16")  # tomorrow
        self._job(user_id=False)
        self.assertEqual(self._work(), [(job.id, self.mei.id, date(2026, 7, 14), True)])

    def test_archived_work_is_still_done(self):
        job = self._job(active=False)
        self.assertEqual(self._work()[0][0], job.id)

    def test_until(self):
        job = self._job("2026-07-13", 23.9)
        self._job("2026-07-14", 0.1)
        self.assertEqual([row[0] for row in self._work(until=date(2026, 7, 14))], [job.id])

    def test_of_these_only(self):
        job, __ = self._job(), self._job()
        self.assertEqual([row[0] for row in self._work(ids=[job.id])], [job.id])
        self.assertFalse(self._work(ids=[]))

    def test_days_are_the_persons(self):
        """At half past midnight in Shanghai it is still the day before in New York."""
        self.tom.tz = "America/New_York"
        for person in (self.mei, self.tom):
            self._job("2026-07-14", 0.5, user_id=person.id)
        days = {user_id: day.day for __, user_id, day, __ in self._work()}
        self.assertEqual(days, {self.mei.id: 14, self.tom.id: 13})

    def test_clocks_that_change(self):
        """In New York they went forward on the 8th of March 2026."""
        self.mei.tz = "America/New_York"
        self.jobs.create(
            [
                {"is_done": True, "done_at": f"2026-03-{day} 04:30:00", "user_id": self.mei.id}
                for day in ("07", "09")
            ]
        )
        days = [day.day for __, __, day, __ in self._work(first=date(2026, 3, 1))]
        self.assertEqual(days, [6, 9])

    def test_without_a_time_zone(self):
        """They are where their company works; in UTC, if nobody knows."""
        self.mei.tz = False
        self.env.company.resource_calendar_id.tz = "Asia/Tokyo"
        self._job("2026-07-13", 23.5)
        self.assertEqual(self._work()[0][2].day, 14)
        self.env.company.resource_calendar_id = False
        self.assertEqual(self._work()[0][2].day, 13)

    def test_dates(self):
        source = self._source(date="done_on", accepted=False)
        job = self._job(done_on="2026-07-15")
        self._job(done_on="2026-07-17")
        self.assertEqual(self._work(source), [(job.id, self.mei.id, date(2026, 7, 15), False)])

    def test_people(self):
        employees = self.env["hr.employee"].create(
            [{"name": "Mei", "user_id": self.mei.id}, {"name": "Somebody without a user"}]
        )
        portal = new_test_user(self.env, "portal_points", groups="base.group_portal")
        by_user = self._job()
        by_employee = self._job(user_id=False, employee_id=employees[0].id)
        by_partner = self._job(user_id=False, partner_id=self.mei.partner_id.id)
        together = self._job(user_id=False, user_ids=[(6, 0, (self.mei + self.tom).ids)])
        self._job(user_id=portal.id)
        self._job(user_id=self.env.ref("base.user_root").id)
        self._job(user_id=False, employee_id=employees[1].id)
        self._job(user_id=False, partner_id=portal.partner_id.id)
        for person, expected in (
            ("user_id", [(by_user, self.mei)]),
            ("employee_id", [(by_employee, self.mei)]),
            ("partner_id", [(by_partner, self.mei)]),
            ("user_ids", [(together, self.mei), (together, self.tom)]),
        ):
            found = {row[:2] for row in self._work(self._source(person=person))}
            self.assertEqual(found, {(job.id, user.id) for job, user in expected}, person)

    def test_by_somebody_else(self):
        me = self.env["hr.employee"].create({"name": "Mei", "user_id": self.mei.id})
        other = self.env["hr.employee"].create({"name": "Somebody without a user"})
        root = self.env.ref("base.user_root")
        cases = {
            "accepted_by_id": [
                (self.tom, True),
                (self.mei, False),
                (root, False),
                (self.tom[:0], False),
            ],
            "accepted_employee_id": [(other, True), (me, False), (me[:0], False)],
            "accepted_partner_id": [
                (self.tom.partner_id, True),
                (self.env["res.partner"].create({"name": "A customer"}), True),
                (self.mei.partner_id, False),
                (root.partner_id, False),
            ],
        }
        for name, accepters in cases.items():
            source = self._source(accepted=name)
            for accepter, expected in accepters:
                job = self._job(**{"accepted_by_id": False} | {name: accepter.id})
                [row] = self._work(source, ids=job.ids)
                self.assertEqual(row[3], expected, (name, accepter))

    def test_company(self):
        other = self.env["res.company"].create({"name": "Another"})
        job = self._job(company_id=other.id)
        self._job()
        self.assertEqual([r[0] for r in self._work(self._source(company_id=other.id))], [job.id])

    def test_a_company_needs_a_field(self):
        with self.assertRaisesRegex(ValidationError, "has no company"):
            self.env["collab.work.source"].create(
                {
                    "name": "Records",
                    "model_id": self.env["ir.model"]._get_id("test.collab.record"),
                    "date_field_id": self.env["ir.model.fields"]
                    ._get("test.collab.record", "date")
                    .id,
                    "person_field_id": self.env["ir.model.fields"]
                    ._get("test.collab.record", "user_id")
                    .id,
                    "company_id": self.env.company.id,
                }
            )

    def test_who_asks_does_not_matter(self):
        job = self._job(company_id=self.env["res.company"].create({"name": "Another"}).id)
        nobody = new_test_user(self.env, "nobody_points", groups="base.group_portal")
        self.assertEqual(self._work(self.source.with_user(nobody))[0][0], job.id)

    def test_queries_do_not_grow(self):
        self._work()
        for size in (10, 100):
            for __ in range(size):
                self._job()
            self.env.flush_all()
            with self.assertQueryCount(2):
                self._work()

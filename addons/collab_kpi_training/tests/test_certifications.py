from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.collab_kpi.tests.shipped import MOMENTS, NOW, SETTINGS

from .common import TrainingCase

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "survey": st.sampled_from([0, 0, 0, 1, 1, 2, 3]),
            "person": st.sampled_from([0, 1, 2, 3, 4, 5, 6, None]),
            "state": st.sampled_from(["done", "done", "done", "in_progress", "new"]),
            "end_datetime": st.one_of(
                MOMENTS,
                st.datetimes(NOW - timedelta(days=70), NOW + timedelta(days=1)),
                st.just(False),
            ).map(lambda one: one and one.replace(microsecond=0)),
            "scoring_success": st.booleans(),
            "test_entry": st.sampled_from([False, False, True]),
        }
    ),
    max_size=9,
)


class TestCertifications(TrainingCase):
    @given(ROWS, st.sampled_from(["week", "month"]))
    @SETTINGS
    def test_figures(self, rows, grain):
        with self.env.cr.savepoint() as point:
            attempts = self.env["survey.user_input"]
            for row in rows:
                attempts |= self.attempt(**row)
            self.env.flush_all()
            self.assert_attempts(attempts, grain)
            point.rollback()

    def test_as_people_do_it(self):
        """An attempt that is answered, and finished."""
        self.surveys[0].write(
            {
                "access_mode": "public",
                "scoring_success_min": 60,
                "question_ids": [(5, 0, 0)],
                "question_and_page_ids": [
                    (
                        0,
                        0,
                        {
                            "title": "Is it safe?",
                            "question_type": "numerical_box",
                            "is_scored_question": True,
                            "answer_numerical_box": 5,
                            "answer_score": 10,
                        },
                    )
                ],
            }
        )
        for number, value in enumerate(("5", "4", "5")):
            attempt = self.surveys[0]._create_answer(user=self.people[number])
            attempt._save_lines(self.surveys[0].question_ids, value)
            attempt._mark_done()
        found = {
            kpi: self.counted(kpi, "month").get((date(2026, 5, 1), self.here.id, None, 0))
            for kpi in (self.done, self.success)
        }
        self.assertEqual(found, {self.done: 1, self.success: 100})
        found = self.counted(self.success, "month")
        self.assertEqual(found[date(2026, 5, 1), self.east.id, None, 0], 0)

    def test_of_one_company(self):
        self.attempt(person=0)
        self.attempt(person=1)
        kpi = self.done.copy({"company_id": self.here.id, "code": "ours"})
        self.assertEqual({key[1] for key in self.counted(kpi, "month")}, {self.here.id})

    def test_opened(self):
        passed = self.attempt()
        self.attempt(scoring_success=False)
        self.count(self.done)
        manager = self.person(
            "kpi manager", self.here, groups="base.group_user,survey.group_survey_manager"
        )
        action = self.done.with_user(manager).action_drill("month", "2026-03-01")
        self.assertEqual(action["type"], "ir.actions.act_window")
        opened = self.env["survey.user_input"].with_user(manager).search(action["domain"])
        self.assertEqual(opened & passed, passed)
        self.assertTrue(all(opened.mapped("scoring_success")))

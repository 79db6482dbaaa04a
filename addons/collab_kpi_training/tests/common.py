from odoo.tests import new_test_user

from odoo.addons.collab_kpi.tests.shipped import Fact, ShippedCase


class TrainingCase(ShippedCase):
    """Indicators of certifications, set against attempts that are looked at one by one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.done = cls.env.ref("collab_kpi_training.kpi_training_done")
        cls.success = cls.env.ref("collab_kpi_training.kpi_training_success")
        scored = {"scoring_type": "scoring_without_answers", "certification": True}
        cls.surveys = cls.env["survey.survey"].create(
            [
                {"title": "Safety", "survey_type": "assessment", **scored},
                {"title": "Old", "survey_type": "custom", "active": False, **scored},
                {"title": "No certification", "survey_type": "assessment"},
                {"title": "Of applicants", "survey_type": "assessment", **scored},
            ]
        )
        cls.env.flush_all()
        # a type that another application brings
        cls.env.cr.execute(
            "UPDATE survey_survey SET survey_type = 'recruitment' WHERE id = %s",
            [cls.surveys[3].id],
        )
        cls.env.invalidate_all()
        cls.customer = cls.env["res.partner"].create({"name": "Customer"})
        # left, and somebody else has their contact
        cls.people[5].active = False
        cls.again = cls.person("kpi again", cls.here, 0)
        cls.again.partner_id = cls.people[5].partner_id
        # who was a portal user first
        portal = new_test_user(cls.env, "kpi portal before", "base.group_portal")
        cls.people |= cls.person("kpi late", cls.west, 1)
        cls.people[6].partner_id = portal.partner_id

    def attempt(self, survey=0, person=0, **vals):
        """Create an attempt of somebody, of a customer if they are None."""
        partner = self.customer if person is None else self.people[person].partner_id
        values = {
            "survey_id": self.surveys[survey].id,
            "partner_id": partner.id,
            "state": "done",
            "end_datetime": "2026-03-05 12:00:00",
            **vals,
        }
        is_passed = values.pop("scoring_success", True)
        attempt = self.env["survey.user_input"].create(values)
        # it is computed from answers
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE survey_user_input SET scoring_success = %s WHERE id = %s",
            [is_passed, attempt.id],
        )
        attempt.invalidate_recordset()
        return attempt

    # ------------------------------------------------------------------
    # Counting slowly
    # ------------------------------------------------------------------

    def slow_facts(self, attempts):
        """Return the facts of attempts that were finished, and of those that were passed."""
        finished, passed = [], []
        for attempt in attempts.sudo():
            survey = attempt.survey_id
            user = self.user_of(attempt.partner_id)
            if not (survey.certification and survey.survey_type != "recruitment" and user):
                continue
            if attempt.state != "done" or attempt.test_entry or not attempt.end_datetime:
                continue
            fact = Fact(
                attempt.end_datetime,
                user.company_id,
                100 if attempt.scoring_success else 0,
                {"hr.department": self.department(user), "survey.survey": survey.id},
            )
            finished.append(fact)
            if attempt.scoring_success:
                passed.append(fact)
        return finished, passed

    def user_of(self, partner):
        users = self.env["res.users"].with_context(active_test=False).sudo()
        users = users.search([("partner_id", "in", partner.ids)]).filtered(
            lambda one: not one.share
        )
        return users.sorted(lambda one: (not one.active, one.id))[:1]

    def assert_attempts(self, attempts, *grains):
        finished, passed = self.slow_facts(attempts)
        for grain in grains:
            self.assert_counted(self.success, finished, grain)
            self.assert_counted(self.done, passed, grain)

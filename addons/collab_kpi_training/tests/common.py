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
            ]
        )
        cls.customer = cls.env["res.partner"].create({"name": "Customer"})
        # left, and somebody else has their contact; a portal user of the same contact is nobody's
        cls.people[5].active = False
        cls.portal = cls.env["res.users"].create(
            {
                "name": "Portal",
                "login": "kpi portal of a contact",
                "partner_id": cls.people[4].partner_id.id,
                "group_ids": [(6, 0, cls.env.ref("base.group_portal").ids)],
            }
        )
        cls.again = cls.person("kpi again", cls.here, 0)
        cls.again.partner_id = cls.people[5].partner_id

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

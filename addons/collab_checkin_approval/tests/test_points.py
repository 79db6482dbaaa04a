from odoo.tests import freeze_time, tagged

from odoo.addons.collab_approval import writing
from odoo.addons.collab_guard.exceptions import GuardError

from .common import DecisionsCase


@tagged("post_install", "-at_install")
class TestDecisionPoints(DecisionsCase):
    def test_shipped_as_drafts(self):
        for name in ("prompt", "complete"):
            rule = self.env.ref(f"collab_checkin_approval.point_rule_{name}")
            self.assertEqual((rule.state, rule.by_other), ("draft", True))

    # ------------------------------------------------------------------
    # Decided in time
    # ------------------------------------------------------------------

    def test_by_the_end_of_the_next_working_day(self):
        """Asked on a Wednesday; and on a Friday."""
        for asked, decided, in_time in (
            ("2026-07-15 12:00:00", "2026-07-15 12:05:00", True),
            ("2026-07-15 00:00:00", "2026-07-16 23:59:00", True),
            ("2026-07-15 23:59:00", "2026-07-17 00:01:00", False),
            ("2026-07-17 12:00:00", "2026-07-20 23:59:00", True),
            ("2026-07-17 12:00:00", "2026-07-21 00:01:00", False),
        ):
            with self.subTest(asked=asked, decided=decided):
                with freeze_time(asked):
                    request = self._submit()
                self._approve(request, decided)
                self.assertEqual(self._prompt_for(request) == self.rina, in_time)

    def test_where_the_decider_is(self):
        self.ann.tz = "Asia/Shanghai"
        request = self._submit()
        self._approve(request, "2026-07-16 16:30:00")  # Friday there
        self.assertFalse(self._prompt_for(request))

    def test_holidays(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": "2026-07-16 00:00:00",
                "date_to": "2026-07-16 23:59:59",
            }
        )
        request = self._submit()
        self._approve(request, "2026-07-17 12:00:00")
        self.assertEqual(self._prompt_for(request), self.rina)

    def test_rejected_in_time(self):
        request = self._submit()
        request.with_user(self.ann).action_reject("No")
        self._weigh()
        self.assertEqual(self._prompt_for(request), self.rina)

    def test_given_by_an_earlier_decision(self):
        self.policy.action_retire()
        self._policy(self.ann, self.ann)
        request = self._submit()
        self._approve(request)
        first, second = request.sudo().task_ids.sorted("stage")
        self.assertTrue(second.given)
        self.assertEqual(first.prompt_for_id, self.rina)
        self.assertFalse(second.prompt_for_id)

    def test_points_for_deciding(self):
        rule = self._rule("prompt")
        for contact in self._contacts(2):
            self._approve(self._submit(contact))
        self._submit()
        late = self._submit()
        with freeze_time("2026-07-20 12:00:00"):
            self._approve(late, "2026-07-20 12:00:00")
            self.assertEqual(self._points(rule, self.ann), 4)
            self.assertEqual(self._points(rule, self.rina), 0)

    def test_no_points_for_ones_own(self):
        self.policy.action_retire()
        self._policy(self.ann, allow_self_approval=True)
        rule = self._rule("prompt")
        request = self._submit(user=self.ann)
        self._approve(request)
        self.assertEqual(self._prompt_for(request), self.ann)
        self.assertEqual(self._points(rule, self.ann), 0)

    # ------------------------------------------------------------------
    # Complete
    # ------------------------------------------------------------------

    def test_complete(self):
        rule = self._rule("complete")
        request = self._submit()
        self.assertFalse(request.sudo().complete_by_id)
        self._approve(request)
        self.assertEqual(request.sudo().complete_by_id, self.ann)
        self.assertEqual(self._points(rule, self.rina), 2)
        writing.lapse(self.env, request.ids)
        self.assertEqual(self._points(rule, self.rina), 0, "it begins again")

    def test_returned(self):
        """Rejected or withdrawn: the next one was not complete at once."""
        rejected, withdrawn = self._contacts(), self._contacts()
        self._submit(rejected).with_user(self.ann).action_reject("Which street?")
        self._submit(withdrawn).with_user(self.rina).action_withdraw()
        self.env.cr.flush()
        for contact in (rejected, withdrawn):
            request = self._submit(contact)
            self._approve(request)
            self.assertEqual(request.state, "approved")
            self.assertFalse(request.sudo().complete_by_id)

    def test_other_documents_are_not_asked_about(self):
        self._submit().with_user(self.ann).action_reject("No")
        request = self._submit()
        self._approve(request)
        self.assertEqual(request.sudo().complete_by_id, self.ann)

    def test_other_policies_are_not_asked_about(self):
        contact = self._contacts()
        self._submit(contact).with_user(self.ann).action_reject("No")
        self.policy.action_retire()
        self._policy(self.ann)
        request = self._submit(contact)
        self._approve(request)
        self.assertEqual(request.sudo().complete_by_id, self.ann)

    def test_found_complete_by_somebody_else(self):
        """Though it is the requester who decides last."""
        self.policy.action_retire()
        self._policy(self.ann, self.rina, allow_self_approval=True)
        request = self._submit()
        self._approve(request, "2026-07-15 12:00:00")
        self._approve(request, "2026-07-15 13:00:00", user=self.rina)
        self.assertEqual(request.state, "approved")
        self.assertEqual(request.sudo().complete_by_id, self.ann)

    def test_rejected_is_not_complete(self):
        request = self._submit()
        request.with_user(self.ann).action_reject("No")
        self._weigh()
        self.assertFalse(request.sudo().complete_by_id)

    # ------------------------------------------------------------------
    # Attacks, and cost
    # ------------------------------------------------------------------

    def test_nobody_says_so(self):
        request = self._submit()
        self._approve(request, "2026-07-20 12:00:00")
        for user in (self.rina, self.ann, self.env.ref("base.user_admin"), self.env.user):
            mine = request.with_user(user).sudo()
            with self.assertRaises(GuardError):
                mine.complete_by_id = user
            with self.assertRaises(GuardError):
                mine.task_ids.write({"prompt_for_id": user.id})

    def test_costs_the_same_for_many(self):
        counts = []
        # the first one fills the caches
        for number in (1, 2, 40):
            requests = self._submit(self._contacts(number))
            with freeze_time("2026-07-20 12:00:00"):
                requests.with_user(self.ann).action_approve()
                counts.append(self._count(self._weigh))
                self.assertTrue(all(requests.sudo().mapped("weighed")))
        self.assertEqual(*counts[1:])

    def test_cron(self):
        """What was decided before, too."""
        request = self._submit()
        request.with_user(self.ann).action_approve()
        self.env.cr.flush()
        cron = self.env.ref("collab_checkin_approval.ir_cron_weigh")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(request.sudo().complete_by_id, self.ann)
        self.assertEqual(self._prompt_for(request), self.rina)

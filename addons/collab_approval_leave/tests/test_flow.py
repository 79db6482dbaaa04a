# pylint: disable=translation-required

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.collab_approval.tests.common import as_committed
from odoo.addons.collab_guard.exceptions import GuardError
from odoo.addons.collab_guard.tests.common import made_earlier

from .common import LeaveCase


@tagged("post_install", "-at_install")
class TestLeaveFlow(LeaveCase):
    """The ready flow of time off, with the native buttons."""

    def test_every_kind_of_validation(self):
        for kind in ("manager", "hr", "both"):
            with self.subTest(kind=kind):
                leave, request = self._leave(kind)
                self.assertEqual(leave.state, "confirm")
                self.assertEqual((request.state, request.requester_id), ("running", self.user))
                self.assertEqual(request.sudo().task_ids.user_id, self.boss_user)
                request.with_user(self.boss_user).action_approve()
                self.assertEqual((request.state, leave.state), ("approved", "validate"))
                self.assertNotIn("effect_failed", request.sudo().log_ids.mapped("event"))
                leave.sudo().with_user(self.officer).action_refuse()

    def test_a_public_holiday_within(self):
        """What Odoo makes of an approved leave afterwards is Odoo's: a public holiday takes
        a day off it."""
        approved, request = self._leave(start="2031-03-03", end="2031-03-06")
        request.with_user(self.boss_user).action_approve()
        self.assertEqual((approved.state, approved.number_of_days), ("validate", 4))
        holidays = self.env["resource.calendar.leaves"].with_user(self.env.ref("base.user_admin"))
        holidays.create(
            {
                "name": "Holiday",
                "date_from": "2031-03-04 00:00:00",
                "date_to": "2031-03-04 23:59:59",
                "calendar_id": self.employee.resource_calendar_id.id,
                "company_id": self.employee.company_id.id,
            }
        )
        self.env.cr.flush()
        self.assertEqual((approved.state, approved.number_of_days), ("validate", 3))
        self.assertEqual(request.state, "approved")

    def test_refused_is_not_submitted_again(self):
        for kind in ("manager", "hr", "both"):
            with self.subTest(kind=kind):
                leave, request = self._leave(kind)
                request.with_user(self.boss_user).action_reject("not now")
                self.assertEqual((request.state, leave.state), ("rejected", "refuse"))
                panel = self.requests.with_user(self.user).panel("hr.leave", leave.id)
                self.assertFalse(panel["can_submit"])
                self.assertNotIn("policy", panel)
                with self.assertRaises(UserError):
                    self.requests.with_user(self.user).submit("hr.leave", leave.ids)

    def test_no_validation(self):
        leave, request = self._leave("no_validation")
        self.assertEqual(leave.state, "validate")
        self.assertFalse(request)

    def test_native_approval_is_refused_before(self):
        for kind in ("manager", "hr", "both"):
            leave, request = self._leave(kind)
            for user in (self.officer, self.boss_user, self.env.ref("base.user_admin")):
                with self.subTest(kind=kind, user=user.name):
                    with self.assertRaises(UserError) as refusal:
                        leave.with_user(user).action_approve()
                    self.assertTrue(str(refusal.exception))
                    self.assertEqual(leave.state, "confirm")
            forced = leave.with_user(self.officer)
            with self.assertRaises(GuardError):
                forced.write({"state": "validate"})
            request.with_user(self.user).action_withdraw()
            with self.assertRaises(GuardError):
                forced.write({"state": "validate"})
            leave.sudo().unlink()

    def test_native_refusal_is_refused_before(self):
        leave, _request = self._leave()
        with self.assertRaises(GuardError):
            leave.with_user(self.officer).action_refuse()

    def test_rejected(self):
        for kind in ("manager", "hr", "both"):
            with self.subTest(kind=kind):
                leave, request = self._leave(kind)
                request.with_user(self.boss_user).action_reject("not that week")
                self.assertEqual((request.state, leave.state), ("rejected", "refuse"))
                self.assertNotIn("effect_failed", request.sudo().log_ids.mapped("event"))

    def test_long_ones_go_to_human_resources(self):
        leave, request = self._leave("both", "2031-03-03", "2031-03-14")
        self.assertGreater(leave.number_of_days, 5)
        request.with_user(self.boss_user).action_approve()
        self.assertEqual((request.state, leave.state), ("running", "confirm"))
        request.with_user(self.officer).action_approve()
        self.assertEqual((request.state, leave.state), ("approved", "validate"))

    def test_native_activities_are_not_doubled(self):
        natives = self.env.ref("hr_holidays.mail_act_leave_approval") | self.env.ref(
            "hr_holidays.mail_act_leave_second_approval"
        )
        for kind in ("manager", "both"):
            leave, request = self._leave(kind)
            self.assertFalse(
                leave.sudo().activity_ids.filtered(lambda a: a.activity_type_id in natives)
            )
            request.with_user(self.user).action_withdraw()
            leave.sudo().unlink()

    def test_dates_are_bound(self):
        leave, request = self._leave()
        with self.assertRaises(GuardError):
            leave.write({"request_date_to": "2031-03-20"})
        request.with_user(self.boss_user).action_approve()
        with self.assertRaises(UserError):
            leave.sudo().write({"request_date_to": "2031-03-20"})
        with self.assertRaises(UserError):
            leave.sudo().write({"number_of_days": 50})

    def test_kind_of_validation_is_bound(self):
        """The condition asks for it, and the leave looks it up in its type."""
        policy = self.env.ref("collab_approval_leave.policy_leave")
        policy.material_field_ids = False
        policy.action_publish()
        leave, request = self._leave()
        request.with_user(self.boss_user).action_approve()
        other = self.types["no_validation"]
        for vals in ({"holiday_status_id": other.id}, {"validation_type": "no_validation"}):
            with self.subTest(vals=vals), self.assertRaises(GuardError):
                leave.sudo().write(vals)

    def test_withdrawn_changed_and_submitted_again(self):
        leave, request = self._leave()
        request.with_user(self.user).action_withdraw()
        leave.write({"request_date_to": "2031-03-05"})
        self.env.cr.flush()
        again = self.requests.with_user(self.user).submit("hr.leave", leave.ids)
        again.with_user(self.boss_user).action_approve()
        self.assertEqual(leave.state, "validate")

    def test_refused_natively_afterwards(self):
        """After it was approved, the native buttons work on."""
        leave, request = self._leave()
        request.with_user(self.boss_user).action_approve()
        leave.with_user(self.officer).action_refuse()
        self.assertEqual(leave.state, "refuse")
        as_committed(self.env)
        made_earlier(leave)
        with self.assertRaisesRegex(GuardError, "went through by its approval once"):
            leave.with_user(self.officer).sudo().write({"state": "validate"})

    def test_back_to_approval(self):
        leave, request = self._leave()
        request.with_user(self.boss_user).action_approve()
        as_committed(self.env)
        leave.with_user(self.officer).action_back_to_approval()
        as_committed(self.env)
        again = self._request(leave)
        self.assertEqual(
            (leave.state, request.state, again.state), ("confirm", "lapsed", "running")
        )
        self.assertEqual(again.requester_id, self.officer)
        with self.assertRaises(UserError):
            leave.with_user(self.officer).action_approve()
        again.with_user(self.boss_user).action_approve()
        self.assertEqual((leave.state, again.state), ("validate", "approved"))

    def test_a_new_department(self):
        """Odoo moves the time off along, under review or not."""
        leave, request = self._leave()
        department = self.env["hr.department"].create({"name": "New"})
        self.employee.department_id = department
        as_committed(self.env)
        self.assertEqual((leave.department_id, request.state), (department, "running"))

    def test_cancelled_by_odoo(self):
        """Odoo's cron cancels time off for which nothing is left, whether it is under review
        or approved; one that is must not keep it from the others."""
        running, request = self._leave()
        approved, used = self._leave(start="2031-04-03", end="2031-04-04")
        used.with_user(self.boss_user).action_approve()
        as_committed(self.env)
        for leave in running | approved:
            leave.with_user(self.env.ref("base.user_root"))._force_cancel("nothing left")
        as_committed(self.env)
        self.assertEqual((running | approved).mapped("state"), ["cancel", "cancel"])
        self.assertEqual(request.state, "withdrawn")
        self.assertEqual(request.sudo().log_ids[-1:].user_id, self.env.ref("base.user_root"))
        (running | approved).sudo().unlink()

    def test_employee_without_manager(self):
        self.employee.parent_id = False
        _leave, request = self._leave()
        fallback = self.env.ref("collab_approval_leave.policy_leave").fallback_user_ids
        self.assertEqual(request.sudo().task_ids.user_id, fallback)

    def test_officer_creates_for_the_employee(self):
        leave = (
            self.env["hr.leave"]
            .with_user(self.officer)
            .create(
                {
                    "name": "Away",
                    "employee_id": self.employee.id,
                    "holiday_status_id": self.types["manager"].id,
                    "request_date_from": "2031-03-03",
                    "request_date_to": "2031-03-04",
                }
            )
        )
        request = self._request(leave)
        self.assertEqual((request.requester_id, request.owner_id), (self.officer, self.user))
        self.assertEqual(request.sudo().task_ids.user_id, self.boss_user)
        with self.assertRaises(UserError):
            request.with_user(self.officer).action_approve()

    def test_created_approved(self):
        with self.assertRaises(UserError):
            leave = (
                self.env["hr.leave"]
                .with_user(self.officer)
                .create(
                    {
                        "name": "Away",
                        "employee_id": self.employee.id,
                        "holiday_status_id": self.types["manager"].id,
                        "request_date_from": "2031-03-03",
                        "request_date_to": "2031-03-04",
                        "state": "validate",
                    }
                )
            )
            self.env.cr.flush()
            self.assertNotEqual(leave.state, "validate")
            raise UserError("was not taken over")

    def _mandatory(self, day):
        self.env["hr.leave.mandatory.day"].create(
            {
                "name": "Stocktaking",
                "start_date": day,
                "end_date": day,
                "company_id": self.env.company.id,
            }
        )

    def test_mandatory_day_that_came_later(self):
        """As natively: the manager cannot grant it, a time off officer can."""
        leave, request = self._leave()
        self._mandatory("2031-03-04")
        request.with_user(self.boss_user).action_approve()
        self.assertEqual((request.state, leave.state), ("approved", "confirm"))
        panel = self.requests.with_user(self.user).panel("hr.leave", leave.id)
        self.assertIn("Mandatory Day", panel["request"]["failure"])
        leave.with_user(self.officer).action_approve()
        self.assertEqual(leave.state, "validate")
        panel = self.requests.with_user(self.user).panel("hr.leave", leave.id)
        self.assertFalse(panel["request"]["failure"])

    def test_mandatory_day_within_a_long_one(self):
        leave, request = self._leave("both", "2031-03-03", "2031-03-14")
        self._mandatory("2031-03-04")
        request.with_user(self.boss_user).action_approve()
        request.with_user(self.officer).action_approve()
        self.assertEqual(leave.state, "validate")

# pylint: disable=translation-required
from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.collab_approval.tests.common import as_committed
from odoo.addons.collab_guard.exceptions import GuardError
from odoo.addons.collab_guard.tests.common import made_earlier


@tagged("post_install", "-at_install")
class TestLeaveFlow(TransactionCase):
    """The ready flow of time off, with the native buttons."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user, cls.boss_user = (
            new_test_user(cls.env, f"off_{name}", name=name.capitalize(), groups="base.group_user")
            for name in ("lena", "karl")
        )
        cls.officer = new_test_user(
            cls.env,
            "off_officer",
            name="Olaf",
            groups="base.group_user,hr_holidays.group_hr_holidays_manager",
        )
        cls.hr = new_test_user(
            cls.env,
            "off_hr",
            name="Hans",
            groups="base.group_user,hr.group_hr_manager,hr_holidays.group_hr_holidays_manager",
        )
        cls.boss, cls.employee = cls.env["hr.employee"].create(
            [
                {"name": "Karl", "user_id": cls.boss_user.id},
                {"name": "Lena", "user_id": cls.user.id},
            ]
        )
        cls.employee.write({"parent_id": cls.boss.id, "leave_manager_id": cls.boss_user.id})
        cls.types = {
            kind: cls.env["hr.leave.type"].create(
                {
                    "name": f"Type {kind}",
                    "requires_allocation": False,
                    "leave_validation_type": kind,
                    "responsible_ids": [(6, 0, cls.officer.ids)],
                }
            )
            for kind in ("manager", "hr", "both", "no_validation")
        }
        cls.requests = cls.env["collab.approval.request"]

    def _leave(self, kind="manager", start="2031-03-03", end="2031-03-04", **vals):
        leave = (
            self.env["hr.leave"]
            .with_user(self.user)
            .create(
                {
                    "name": "Away",
                    "employee_id": self.employee.id,
                    "holiday_status_id": self.types[kind].id,
                    "request_date_from": start,
                    "request_date_to": end,
                    **vals,
                }
            )
        )
        return leave, self._request(leave)

    def _request(self, leave):
        self.env.cr.flush()
        return self.requests.search(
            [("res_model", "=", "hr.leave"), ("res_id", "=", leave.id)], limit=1
        )

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

    def _holiday(self, day):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "date_from": f"{day} 00:00:00",
                "date_to": f"{day} 23:59:59",
                "company_id": self.env.company.id,
            }
        )

    def test_public_holiday_over_leaves_from_before_the_policy(self):
        policy = self.env.ref("collab_approval_leave.policy_leave")
        policy.action_retire()
        leave, _request = self._leave(start="2031-03-03", end="2031-03-06")
        leave.with_user(self.officer).action_approve()
        self.assertEqual(leave.state, "validate")
        policy.action_publish()
        self._holiday("2031-03-05")
        self.env.cr.flush()
        self.assertEqual(leave.state, "validate")
        self.assertEqual(leave.number_of_days, 3)
        self.assertFalse(self._request(leave))
        # but it does not come back as something else
        leave.sudo().write({"state": "confirm"})
        with self.assertRaises(GuardError), self.env.cr.savepoint():
            leave.sudo().write({"request_date_to": "2031-03-07", "state": "validate"})

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

    def _schedule(self, hour_from, hour_to, days):
        return self.env["resource.calendar"].create(
            {
                "name": f"{hour_from} to {hour_to}",
                "tz": self.employee.tz,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": "At work",
                            "dayofweek": str(day),
                            "hour_from": hour_from,
                            "hour_to": hour_to,
                            "day_period": "morning",
                        }
                    )
                    for day in range(days)
                ],
            }
        )

    def _hired(self):
        self.employee.version_id.contract_date_start = date(2020, 1, 1)

    def test_schedule_changes(self):
        """What follows from the working schedule is Odoo's, under review and after it."""
        self._hired()
        for state in ("confirm", "validate"):
            with self.subTest(state=state):
                self.employee.with_user(self.hr).resource_calendar_id = self._schedule(8, 16, 5)
                leave, request = self._leave(start="2031-03-03", end="2031-03-07")
                if state == "validate":
                    request.with_user(self.boss_user).action_approve()
                self.assertEqual((leave.state, leave.number_of_days), (state, 5))
                schedule = self._schedule(9, 12, 4)
                self.employee.with_user(self.hr).resource_calendar_id = schedule
                self.env.cr.flush()
                self.assertEqual((leave.state, leave.number_of_days), (state, 4))
                self.assertEqual(leave.resource_calendar_id, schedule)
                self.assertEqual((leave.request_hour_from, leave.request_hour_to), (9, 12))
                if state == "confirm":
                    request.with_user(self.boss_user).action_approve()
                self.assertEqual(leave.state, "validate")
                leave.with_user(self.officer).action_refuse()

    def test_nobody_chooses_a_shorter_schedule(self):
        """Who does, would not ask the officer for what is longer than five days."""
        self._hired()
        self.employee.with_user(self.hr).resource_calendar_id = self._schedule(8, 16, 5)
        short = {"resource_calendar_id": self._schedule(8, 16, 2).id}
        leave, request = self._leave(start="2031-03-03", end="2031-03-14", **short)
        self.assertEqual(leave.number_of_days, 10)
        self.assertEqual(len(request.path()["stages"]), 2)
        request.with_user(self.user).action_withdraw()
        for writer in (leave, leave.sudo()):
            writer.write(short)
            self.assertEqual(leave.number_of_days, 10)
            self.assertEqual(leave.resource_calendar_id, self.employee.resource_calendar_id)

    def test_nobody_chooses_a_schedule_by_the_context(self):
        """What is archived would be found by what a client sends along."""
        self.employee.version_id.date_version = date(2020, 1, 1)
        self.employee.with_user(self.hr).resource_calendar_id = self._schedule(8, 16, 5)
        short = {
            "date_version": date(2021, 12, 1),
            "resource_calendar_id": self._schedule(8, 16, 2).id,
        }
        self.employee.with_user(self.hr).create_version(short).action_archive()
        leaves = self.env["hr.leave"].with_user(self.user).with_context(active_test=False)
        leave = leaves.create(
            {
                "employee_id": self.employee.id,
                "holiday_status_id": self.types["manager"].id,
                "request_date_from": "2031-03-03",
                "request_date_to": "2031-03-14",
            }
        )
        self.assertEqual(leave.number_of_days, 10)
        request = self._request(leave)
        self.assertEqual(len(request.path()["stages"]), 2)
        request.with_user(self.user).action_withdraw()
        leave.request_date_to = "2031-03-21"
        self.assertEqual(leave.number_of_days, 15)

    def test_days_are_not_written_while_odoo_derives(self):
        """An automation that runs within the inverse of the description."""
        leave, request = self._leave(start="2031-03-03", end="2031-03-14")
        request.with_user(self.user).action_withdraw()
        cls = self.env.registry["hr.leave"]
        inverse = cls._inverse_description

        def automated(records):
            inverse(records)
            records.sudo().write({"number_of_days": 1})

        with patch.object(cls, "_inverse_description", automated):
            leave.name = "Shorter"
        self.assertEqual((leave.name, leave.number_of_days), ("Shorter", 10))

    def test_dates_are_what_they_are_computed_from(self):
        """Clients write them too; by what they are computed from, it stays as long."""
        leave, request = self._leave(start="2031-03-03", end="2031-03-14")
        request.with_user(self.user).action_withdraw()
        short = {"date_to": "2031-03-03 15:00:00"}
        leave.with_context(leave_fast_create=True).write(short)
        self.assertEqual(leave.number_of_days, 10)
        moved = {"date_from": "2031-03-04 08:00:00", "date_to": "2031-03-05 16:00:00"}
        leave.write(moved)  # as a calendar does
        self.assertEqual((leave.request_date_from, leave.number_of_days), (date(2031, 3, 4), 2))

    def test_same_schedule_after_the_time_zone_changed(self):
        """What is left to Odoo is computed together, or not at all."""
        self.user.tz = self.employee.tz = "America/Los_Angeles"
        leave, request = self._leave(start="2031-03-03", end="2031-03-10")
        self.assertEqual(leave.number_of_days, 6)
        before = leave.date_from
        self.user.tz = self.employee.tz = "Europe/Brussels"
        same = {"resource_calendar_id": leave.resource_calendar_id.id}
        leave.write(same)
        self.assertEqual((leave.number_of_days, leave.date_from), (6, before))
        request.with_user(self.user).action_withdraw()
        leave.write(same)
        self.assertEqual(leave.number_of_days, 6)
        leave.write({"resource_calendar_id": self._schedule(8, 16, 2).id})
        self.assertEqual(leave.number_of_days, 6)

    def test_company_is_that_of_the_employee(self):
        leave, request = self._leave()
        request.with_user(self.user).action_withdraw()
        other = self.env["res.company"].create({"name": "Other"})
        for user in (self.user, self.officer):
            with self.assertRaises(UserError):
                leave.with_user(user).write({"company_id": other.id})
        leave.sudo().company_id = other
        self.assertEqual(leave.company_id, self.employee.company_id)

    def test_what_follows_the_schedule_is_not_for_people(self):
        self._hired()
        hours = self.types["manager"].copy({"name": "Hours", "request_unit": "hour"})
        self.types["hours"] = hours
        for kind, vals in (
            ("manager", {}),
            ("hours", {"request_hour_from": 9, "request_hour_to": 11}),
        ):
            leave, request = self._leave(kind, "2031-03-03", "2031-03-03", **vals)
            for state in ("running", "approved"):
                if state == "approved":
                    request.with_user(self.boss_user).action_approve()
                    self.assertEqual(leave.state, "validate")
                for attack in (
                    {"resource_calendar_id": self._schedule(9, 10, 5).id},
                    {"request_hour_from": 10},
                    {"request_hour_from": 0},
                    {"date_from": "2031-02-03 08:00:00"},
                ):
                    with self.subTest(kind=kind, state=state, attack=attack):
                        skipping = leave.with_user(self.officer).with_context(
                            leave_fast_create=True,
                            leave_skip_date_check=True,
                            leave_skip_state_check=True,
                        )
                        with self.assertRaises(GuardError), self.env.cr.savepoint():
                            skipping.write(attack)
            leave.with_user(self.officer).action_refuse()

    def test_schedule_changes_twice(self):
        self._hired()
        self.employee.with_user(self.hr).resource_calendar_id = self._schedule(8, 16, 5)
        leave, request = self._leave(start="2031-03-03", end="2031-03-07")
        request.with_user(self.boss_user).action_approve()
        for hour, days in ((9, 4), (10, 3)):
            self.env.flush_all()
            self.env.invalidate_all()  # as another transaction
            schedule = self._schedule(hour, 12, days)
            self.employee.with_user(self.hr).resource_calendar_id = schedule
            self.env.cr.flush()
            self.assertEqual((leave.state, leave.number_of_days), ("validate", days))
            self.assertEqual(leave.request_hour_from, hour)

    def test_hours_that_people_enter_are_bound(self):
        """Odoo leaves them as they are, whatever they are."""
        self.types["hours"] = self.types["manager"].copy({"name": "Hours", "request_unit": "hour"})
        hours = {"request_hour_from": 9, "request_hour_to": 11}
        leave, request = self._leave("hours", "2031-03-03", "2031-03-03", **hours)
        made_earlier(leave)
        self.env.cr.execute("UPDATE hr_leave SET request_hour_to = 16 WHERE id = %s", [leave.id])
        self.env.invalidate_all()
        request.with_user(self.boss_user).action_approve()
        self.assertEqual((request.state, leave.state), ("approved", "confirm"))
        failure = self.requests.panel("hr.leave", leave.id)["request"]["failure"]
        self.assertIn("not any more what was approved", failure)

    def test_contract_that_begins_within(self):
        """Odoo would split the time off and create a part as approved."""
        self._hired()
        leave, request = self._leave(start="2031-03-03", end="2031-03-06")
        request.with_user(self.boss_user).action_approve()
        self.employee.version_id.contract_date_end = date(2031, 3, 4)
        new = {
            "employee_id": self.employee.id,
            "date_version": date(2031, 3, 5),
            "contract_date_start": date(2031, 3, 5),
            "resource_calendar_id": self._schedule(9, 12, 5).id,
        }
        with self.assertRaises(GuardError), self.env.cr.savepoint():
            self.env["hr.version"].with_user(self.hr).create(new)
        self.assertEqual(leave.state, "validate")
        leave.with_user(self.officer).action_refuse()
        self.env["hr.version"].with_user(self.hr).create(new)

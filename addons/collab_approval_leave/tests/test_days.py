# pylint: disable=translation-required
from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.collab_guard.exceptions import GuardError
from odoo.addons.collab_guard.tests.common import made_earlier

from .common import LeaveCase


@tagged("post_install", "-at_install")
class TestDays(LeaveCase):
    """What Odoo makes of schedules and dates is Odoo's."""

    def _holiday(self, day):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "date_from": f"{day} 00:00:00",
                "date_to": f"{day} 23:59:59",
                "company_id": self.env.company.id,
            }
        )

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

    def test_what_is_made_of_days_is_right_again(self):
        """An automation writes the days as superuser, and what tells them is computed."""
        leave, request = self._leave(start="2031-03-03", end="2031-03-14")
        request.with_user(self.user).action_withdraw()
        self.assertEqual(leave.duration_display, "10 days")
        cls = self.env.registry["hr.leave"]
        validate = cls._validate_fields

        def looking(records, *args):
            validate(records, *args)
            records.mapped("duration_display")

        with patch.object(cls, "_validate_fields", looking):
            leave.sudo().write({"number_of_days": 1})
        self.assertEqual((leave.number_of_days, leave.duration_display), (10, "10 days"))

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

    def test_company_is_not_asked_while_it_is_computed(self):
        leave, request = self._leave()
        request.with_user(self.user).action_withdraw()
        other = self.env["res.company"].create({"name": "Other"})

        def compute(leaves):
            leaves.company_id = leaves.env.company

        self.env.flush_all()
        with patch.object(self.env.registry["hr.leave"], "_compute_company_id", compute):
            leave.sudo().with_company(other).modified(["employee_id"])
            self.assertEqual(leave.sudo().with_company(other).company_id, other)

    def test_nobody_chooses_the_unit(self):
        """It is the one of the type of time off, though a client can put it into the cache."""
        hour = {"leave_type_request_unit": "hour"}
        leave, request = self._leave(start="2031-03-03", end="2031-03-14")
        with self.assertRaises(GuardError):
            leave.write(hour)
        request.with_user(self.user).action_withdraw()
        leave.write(hour)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(leave.request_unit_hours)
        self.assertEqual((leave.number_of_days, leave.number_of_hours), (10, 80))

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
        made_earlier(leave)
        for hour, days in ((9, 4), (10, 3)):
            self.env.flush_all()
            self.env.invalidate_all()  # as another transaction
            schedule = self._schedule(hour, 12, days)
            self.employee.with_user(self.hr).resource_calendar_id = schedule
            self.env.cr.flush()
            self.assertEqual((leave.state, leave.number_of_days), ("validate", days))
            self.assertEqual(leave.request_hour_from, hour)

    def test_approved_before_the_policy(self):
        """Odoo changes it with the schedule, people do not."""
        self._hired()
        policy = self.env.ref("collab_approval_leave.policy_leave")
        policy.action_retire()
        leave = self._leave(start="2031-03-03", end="2031-03-07")[0]
        leave.with_user(self.officer).action_approve()
        made_earlier(leave)
        self.env.cr.flush()
        policy.action_publish()
        self.employee.with_user(self.hr).resource_calendar_id = self._schedule(9, 12, 4)
        self.env.cr.flush()
        self.assertEqual((leave.state, leave.number_of_days), ("validate", 4))
        with self.assertRaisesRegex(GuardError, "without the approval that it needs"):
            leave.with_user(self.officer).request_date_to = "2031-03-14"

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

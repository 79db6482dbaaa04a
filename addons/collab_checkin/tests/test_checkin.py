from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.collab_base.bulk import update_rows

from .common import CheckinCase

MODULE = "odoo.addons.collab_checkin.models.collab_participant"


@tagged("post_install", "-at_install")
class TestCheckin(CheckinCase):
    # 2026-03-02 is a Monday

    def test_first_day(self):
        with self._at("2026-03-02"):
            before = self.participants.with_user(self.user).today()
            self.assertFalse(before["checked"])
            self.assertEqual((before["day"], before["streak"]), ("2026-03-02", 0))
            self.assertFalse(self._mine(), "looking is no check-in")
            after = self.checkins.with_user(self.user).check_in(plan=" Send  offers ", mood="good")
            self.assertEqual(
                after,
                {
                    "day": "2026-03-02",
                    "checked": True,
                    "plan": "Send offers",
                    "mood": "good",
                    "streak": 1,
                    "longest": 1,
                    "total": 1,
                    "forgiven": 2,
                    "points": 0,  # of the time before the first rule
                },
            )
            self.assertEqual(self.participants.with_user(self.user).today(), after)

    def test_once_a_day(self):
        self._check_in("2026-03-02", plan="One")
        with self._at("2026-03-02", 18):
            again = self.checkins.with_user(self.user).check_in(mood="fair")
        self.assertEqual((again["streak"], again["plan"], again["mood"]), (1, "One", "fair"))
        checkin = self.checkins.search([("user_id", "=", self.user.id)])
        self.assertEqual(len(checkin), 1)
        self.assertEqual(str(checkin.checked_at), "2026-03-02 01:00:00", "when they came first")
        with self._at("2026-03-02", 19):
            self.checkins.with_user(self.user).check_in(plan="")
        self.assertFalse(checkin.plan)

    def test_what_was_said_before_stays(self):
        self._check_in("2026-03-02", plan="One")
        self._check_in("2026-03-03")
        with self._at("2026-03-03", 12):
            self.checkins.with_user(self.user).check_in(plan="Two", mood="good")
        checkins = self.checkins.search([("user_id", "=", self.user.id)], order="day")
        self.assertEqual(
            [(one.plan, one.mood) for one in checkins], [("One", False), ("Two", "good")]
        )

    def test_the_day_is_theirs(self):
        with self._at("2026-03-02", 1):  # still Sunday in UTC
            answer = self.checkins.with_user(self.user).check_in()
        self.assertEqual(answer["day"], "2026-03-02")

    def test_days_off(self):
        answer = self._check_in("2026-03-05", "2026-03-06", "2026-03-09")
        self.assertEqual(answer["streak"], 3, "over the weekend")
        self._away("2026-03-10")  # a holiday
        self._away("2026-03-11", "2026-03-12", self.user)
        self.assertEqual(self._check_in("2026-03-13")["streak"], 4)

    def test_a_day_off_neither_counts_nor_breaks(self):
        self._check_in("2026-03-06")
        answer = self._check_in("2026-03-07")
        self.assertEqual((answer["checked"], answer["streak"], answer["total"]), (True, 1, 1))
        self.assertEqual(self._check_in("2026-03-09")["streak"], 2)
        # worked out meanwhile
        self.assertEqual(self._check_in("2026-03-10")["streak"], 3)
        # nor does it hide what was missed before
        self.assertEqual(self._check_in("2026-03-14")["streak"], 0)
        self.assertEqual(self._check_in("2026-03-16")["streak"], 1)

    def test_who_comes_on_a_day_off_first(self):
        answer = self._check_in("2026-03-07")
        self.assertEqual((answer["checked"], answer["streak"]), (True, 0))
        self.assertEqual(self._check_in("2026-03-10")["streak"], 1)

    def test_missed_days(self):
        self._check_in("2026-03-02", "2026-03-03")
        with self._at("2026-03-06"):
            today = self.participants.with_user(self.user).today()
        self.assertEqual((today["streak"], today["forgiven"]), (2, 0), "it goes on if they come")
        self.assertEqual(self._check_in("2026-03-06")["streak"], 3)
        with self._at("2026-03-10"):
            today = self.participants.with_user(self.user).today()
        self.assertEqual(today["streak"], 1, "Monday is not forgiven, the two days before were")
        answer = self._check_in("2026-03-10")
        self.assertEqual((answer["streak"], answer["longest"], answer["total"]), (2, 3, 4))
        answer = self._check_in("2026-04-01")
        self.assertEqual(answer["forgiven"], 2, "another month")

    def test_how_many_are_forgiven(self):
        self.env["ir.config_parameter"].set_param("collab_checkin.forgiven", "0")
        self.assertEqual(self._check_in("2026-03-02", "2026-03-04")["streak"], 1)

    def test_leave_that_is_entered_later(self):
        """Who was ill has their streak back when that is known."""
        self.env["ir.config_parameter"].set_param("collab_checkin.forgiven", "0")
        self._check_in("2026-03-02", "2026-03-03")
        self.assertEqual(self._check_in("2026-03-06")["streak"], 1)
        leave = self._away("2026-03-04", "2026-03-05", self.user)
        self.assertTrue(self._mine().is_stale)
        with self._at("2026-03-06", 12):
            self._work_out()
            self.assertEqual(self.participants.with_user(self.user).today()["streak"], 3)
        leave.date_to = "2026-03-04 15:59:59"
        with self._at("2026-03-06", 13):
            self._work_out()
            answer = self.participants.with_user(self.user).today()
        self.assertEqual((answer["streak"], answer["longest"]), (1, 3))

    def test_leave_after_a_check_in(self):
        """Who did come, and then was off, keeps the day."""
        self._check_in("2026-03-02", "2026-03-03")
        self._away("2026-03-03", None, self.user)
        self.assertEqual(self._check_in("2026-03-04")["streak"], 3)
        with self._at("2026-03-04", 12):
            self.assertEqual(self.participants.with_user(self.user).today()["streak"], 3)

    def test_a_day_off_that_was_none(self):
        """Who came although they were off has the day, if they were not; and keeps it."""
        leave = self._away("2026-03-03", None, self.user)
        self._check_in("2026-03-02", "2026-03-03")
        self.assertEqual(self._mine().total, 1)
        leave.unlink()
        self._work_out()
        self.assertEqual(self._mine().total, 2)
        self._away("2026-03-03", None, self.user)
        self._work_out()
        self.assertEqual(self._mine().total, 2)

    def test_leave_that_is_cancelled(self):
        """Nothing that was found out before is gone by then."""
        leave = self._away("2026-03-03", None, self.user)
        self._check_in("2026-03-02")
        self.assertEqual(str(self._mine().due), "2026-03-04")
        leave.unlink()
        self.assertEqual(self._check_in("2026-03-03")["streak"], 2)

    def test_calendars_that_change(self):
        self._check_in("2026-03-02")
        other = self.calendar.copy()
        version = self.user.employee_ids.version_id
        for change in (
            lambda: self.calendar.attendance_ids[:1].unlink(),
            lambda: self.calendar.attendance_ids[:1].write({"dayofweek": "5"}),
            lambda: self.calendar.write({"tz": "Europe/Berlin"}),
            lambda: self.user.employee_ids.write({"resource_calendar_id": other.id}),
            lambda: version.write({"contract_date_start": "2026-01-01"}),
            lambda: version.copy({"date_version": "2026-03-10"}),
            lambda: (version.employee_id.version_ids - version).unlink(),
        ):
            with self._at("2026-03-02", 12):
                self._work_out()
            self.assertFalse(self._mine().is_stale)
            change()
            self.assertTrue(self._mine().is_stale)

    def test_employees_that_change(self):
        """Whose employee somebody is, is by which calendar they work."""
        other = new_test_user(self.env, "other", groups="base.group_user", tz="Asia/Shanghai")
        for user in (self.user, other):
            self._check_in("2026-03-02", user=user)
        both = self._mine() | self._mine(other)
        employee = self.user.employee_ids
        resource = self.env["resource.resource"].create({"name": "Mei", "user_id": self.user.id})
        for change, concerned in (
            (lambda: employee.write({"user_id": other.id}), both),
            (lambda: employee.action_archive(), self._mine(other)),
            (lambda: employee.action_unarchive(), self._mine(other)),
            (lambda: employee.write({"tz": "Europe/Berlin"}), self._mine(other)),
            (lambda: employee.resource_id.write({"user_id": self.user.id}), both),
            (lambda: employee.resource_id.write({"user_id": False}), self._mine()),
            (lambda: employee.create({"name": "Other", "user_id": other.id}), self._mine(other)),
            (lambda: employee.create({"resource_id": resource.id}), self._mine()),
            (lambda: employee.write({"name": "Somebody"}), self.participants),
        ):
            with self._at("2026-03-02", 12):
                self._work_out()
            change()
            self.assertEqual(both.filtered("is_stale"), concerned)

    def test_many_changes_at_once(self):
        """Who is to be worked out is marked once, and the cron called once."""

        def place():
            self.env.cr.execute(
                "SELECT ctid FROM collab_participant WHERE id = %s", [self._mine().id]
            )
            return self.env.cr.fetchone()

        self._check_in("2026-03-02")
        called = self.env["ir.cron.trigger"].search_count([("cron_id", "=", self.cron.id)])
        self._away("2026-03-03")
        marked = place()
        self._away("2026-03-04")
        self.calendar.attendance_ids[:1].unlink()
        self.assertEqual(place(), marked)
        now_called = self.env["ir.cron.trigger"].search_count([("cron_id", "=", self.cron.id)])
        self.assertEqual(now_called, called + 1)
        self._work_out()
        self._away("2026-03-05")
        self.assertTrue(self._mine().is_stale)

    def test_cron(self):
        other = self._person("other")
        for user in (self.user, other):
            self._check_in("2026-03-02", user=user)
        self._away("2026-03-03")
        both = self._mine() | self._mine(other)
        self.assertEqual(both.mapped("is_stale"), [True, True])
        with self._at("2026-03-02", 12), self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        both.invalidate_recordset()
        self.assertEqual(both.mapped("is_stale"), [False, False])
        self.assertEqual([str(one.due) for one in both], ["2026-03-04"] * 2)

    def test_a_cron_that_comes_late(self):
        """What has been missed by then is missed."""
        with self._at("2026-03-02"):
            self.checkins.with_user(self.user).check_in()
        with self._at("2026-03-04", 8):
            self._work_out()
        self.assertEqual(str(self._mine().due), "2026-03-03")
        self.assertEqual(self._check_in("2026-03-04")["forgiven"], 1)

    def test_one_of_whom_it_fails(self):
        """The others are worked out; the one is tried again when the cron comes by itself, or when
        a calendar changes."""
        people = [self.user, *(self._person(f"person_{number}") for number in range(4))]
        for user in people:
            self._check_in("2026-03-02", user=user)
        bad = people[2]
        mine = {user: self._mine(user) for user in people}
        work_out, tried = type(self.participants)._work_out, []

        def fails(participants):
            tried.append(len(participants))
            work_out(participants)
            if bad in participants.user_id:
                raise ZeroDivisionError

        def run(hour):
            tried.clear()
            with (
                self._at("2026-03-02", hour),
                patch.object(type(self.participants), "_work_out", fails),
                patch(f"{MODULE}.BATCH", 4),
                self.enter_registry_test_mode(),
            ):
                self.cron.method_direct_trigger()
            self.env.invalidate_all()
            return [user for user in people if mine[user].is_stale]

        self._away("2026-03-03")
        # those of the demo data, who are in the parts too
        others = self.participants.search([("user_id", "not in", [user.id for user in people])])
        update_rows(others, {"is_stale": False})
        with self.assertLogs(MODULE, "ERROR") as logs:
            self.assertEqual(run(10), [bad])
        self.assertIn(f"participant {mine[bad].id} ", logs.output[0])
        self.assertIn("ZeroDivisionError", logs.output[0])
        self.assertEqual(
            sorted(tried), [1, 1, 1, 2, 2, 4], "nobody twice but in ever smaller parts"
        )
        self.assertEqual(run(10.5), [bad])
        self.assertFalse(tried)
        for again in (lambda: None, lambda: self._away("2026-03-04", user=bad)):
            again()
            with self.assertLogs(MODULE, "ERROR"):
                self.assertEqual(run(11), [bad])
            self.assertEqual(tried, [1])
        self._work_out()
        self.assertFalse(mine[bad].failed_at)

    def test_part_time(self):
        self.calendar.attendance_ids.filtered(lambda a: a.dayofweek in ("2", "4")).unlink()
        answer = self._check_in("2026-03-02", "2026-03-03", "2026-03-05", "2026-03-09")
        self.assertEqual((answer["streak"], answer["forgiven"]), (4, 2))

    def test_who_moves(self):
        """Flies to the west on Monday, and has a Monday there, too."""
        self._check_in("2026-03-02")
        self.user.tz = "America/Los_Angeles"
        with self._at("2026-03-02", 23):  # seven in the morning there
            self.assertTrue(self.participants.with_user(self.user).today()["checked"])
        with self._at("2026-03-03", 23):
            answer = self.checkins.with_user(self.user).check_in()
        self.assertEqual((answer["day"], answer["streak"]), ("2026-03-03", 2))

    def test_who_says_they_have_moved(self):
        """No day comes back, and none comes before its time."""
        self._check_in("2026-03-02")
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
            self.user.tz = zone
            with self._at("2026-03-02", 19):
                self.assertTrue(self.checkins.with_user(self.user).check_in()["checked"])
            self.assertEqual(str(self._mine().day), "2026-03-02")
        with self._at("2026-03-04", 9):
            answer = self.checkins.with_user(self.user).check_in()
        self.assertEqual((answer["day"], answer["forgiven"]), ("2026-03-04", 1))

    def test_wrong_words(self):
        checkins = self.checkins.with_user(self.user)
        for said in (
            {"plan": 5},
            {"plan": "x" * 201},
            {"plan": "a\0b"},
            {"mood": "furious"},
            {"mood": ["good"]},
        ):
            with self.assertRaises(UserError, msg=said):
                checkins.check_in(**said)
        self.assertFalse(self._mine())

    def test_who_may(self):
        portal = new_test_user(self.env, "mei_portal", groups="base.group_portal")
        for user in (portal, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self.checkins.with_user(user).check_in()
            with self.assertRaises(AccessError):
                self.participants.with_user(user).today()

    def test_queries(self):
        """On a Monday, when the next working day is known."""
        self._check_in("2026-03-05", "2026-03-06")
        with self._at("2026-03-09"):
            self.env.flush_all()
            self.env.invalidate_all()
            self.user.has_group("base.group_user")
            # and one for what time it is, which the cursors of tests know
            with self.assertQueryCount(5):
                answer = self.checkins.with_user(self.user).check_in()
                self.env.flush_all()
        self.assertEqual(answer["streak"], 3)

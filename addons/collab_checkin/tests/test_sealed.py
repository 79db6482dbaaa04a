from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.collab_guard.exceptions import GuardError

from .common import CheckinCase


@tagged("post_install", "-at_install")
class TestSealed(CheckinCase):
    """Check-ins and streaks are made by checking in, and by nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = new_test_user(
            cls.env,
            "checkin_admin",
            groups="base.group_user,base.group_system,collab_base.group_collab_admin",
        )

    def _kinds(self):
        """Return recordsets of somebody's, of an administrator and of the superuser."""
        for model in ("collab.checkin", "collab.participant"):
            own = self.env[model].search([("user_id", "=", self.user.id)])
            self.assertTrue(own)
            yield own.with_user(self.user)
            yield own.with_user(self.admin)
            yield own.sudo()

    def test_nobody_writes(self):
        self._check_in("2026-03-02")
        forged = {
            "collab.checkin": [{"day": "2026-03-01"}, {"user_id": self.admin.id}, {"mood": "low"}],
            "collab.participant": [{"total": 99}, {"before": -99}, {"last": False}, {"day": False}],
        }
        for own in self._kinds():
            for values in forged[own._name]:
                with self.assertRaises(GuardError):
                    own.write(values)
            with self.assertRaises(GuardError):
                own.unlink()
            values = {"user_id": self.admin.id, "day": "2026-03-01", "zone": "UTC"}
            if own._name == "collab.checkin":
                values["checked_at"] = "2026-03-01 08:00:00"
            else:
                del values["zone"]
            with self.assertRaises(GuardError):
                own.create(values)
            with self.assertRaises(GuardError):
                own.copy()

    def test_defaults_have_no_say(self):
        context = {"default_day": "2026-03-01", "default_user_id": self.admin.id}
        with self._at("2026-03-02"):
            self.checkins.with_user(self.user).with_context(**context).check_in()
        checkin = self.checkins.search([("user_id", "=", self.user.id)])
        self.assertEqual(str(checkin.day), "2026-03-02")

    def test_import(self):
        people = self.user | self.admin | self.env.user
        for user in people:
            answer = self.checkins.with_user(user).load(
                ["day", "checked_at", "zone", "user_id/.id"],
                [["2026-03-01", "2026-03-01 08:00:00", "UTC", str(user.id)]],
            )
            self.assertFalse(answer["ids"])
        self.assertFalse(self.checkins.search([("user_id", "in", people.ids)]))

    def test_ones_own_alone(self):
        self._check_in("2026-03-02", mood="low")
        colleague = self._person("colleague_of_mei")
        for model in ("collab.checkin", "collab.participant"):
            own = self.env[model].search([("user_id", "=", self.user.id)])
            self.assertTrue(own.with_user(self.user).has_access("read"))
            for user in (self.admin, colleague):
                self.assertFalse(own.with_user(user).has_access("read"))
                self.assertFalse(own.with_user(user).search([("user_id", "=", self.user.id)]))

    def test_nobody_is_away_by_their_own_word(self):
        """Odoo lets everybody enter when they themselves are away, also afterwards."""
        self._check_in("2026-03-03", "2026-03-04", "2026-03-16")
        granted = self._away("2026-03-05", user=self.user)
        forged = {
            "name": "Away",
            "calendar_id": self.calendar.id,
            "resource_id": self.user.employee_ids.resource_id.id,
            "date_from": "2026-03-05 00:00:00",
            "date_to": "2026-03-13 15:59:59",
        }
        machine = self.env["resource.resource"].create(
            {"name": "Press", "resource_type": "material", "calendar_id": self.calendar.id}
        )
        leaves = self.env["resource.calendar.leaves"].with_user(self.user)
        machines = leaves.create(forged | {"resource_id": machine.id})
        for attempt in (
            lambda: leaves.create(forged),
            lambda: granted.with_user(self.user).write({"date_to": "2026-03-13 15:59:59"}),
            lambda: granted.with_user(self.user).unlink(),
            lambda: machines.write({"resource_id": forged["resource_id"]}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                attempt()
        self._work_out()
        self.assertEqual(self._mine()._streak().length, 1)
        # whoever sees to working times may
        officer = new_test_user(
            self.env, "checkin_officer", groups="base.group_user,hr.group_hr_user"
        )
        machine.user_id = officer
        leaves.with_user(officer).create(forged | {"resource_id": machine.id})

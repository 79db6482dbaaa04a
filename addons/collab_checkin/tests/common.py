from contextlib import contextmanager
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import TransactionCase, new_test_user


class CheckinCase(TransactionCase):
    """Somebody who works from Monday to Friday in Shanghai, and a holiday or two."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Odoo takes holidays to be told in the time zone of whoever enters them
        cls.env.user.tz = "Asia/Shanghai"
        cls.checkins = cls.env["collab.checkin"]
        cls.participants = cls.env["collab.participant"]
        cls.calendar = cls.env["resource.calendar"].create(
            {"name": "Shanghai", "tz": "Asia/Shanghai"}
        )
        cls.user = cls._person("mei")
        cls.cron = cls.env.ref("collab_checkin.ir_cron_participants")

    @classmethod
    def _person(cls, login, **values):
        user = new_test_user(cls.env, login, groups="base.group_user", tz="Asia/Shanghai", **values)
        cls.env["hr.employee"].create(
            {
                "name": login,
                "user_id": user.id,
                "tz": "Asia/Shanghai",
                "resource_calendar_id": cls.calendar.id,
            }
        )
        return user

    @contextmanager
    def _at(self, day, hour=9):
        """Have it be nine o'clock on a day in Shanghai."""
        local = datetime.fromisoformat(day) + timedelta(hours=hour)
        with freeze_time(local - timedelta(hours=8)):
            yield

    def _check_in(self, *days, user=None, **said):
        """Check in at nine o'clock in Shanghai on each day, and have what the cron does done."""
        for day in days:
            with self._at(day):
                answer = self.checkins.with_user(user or self.user).check_in(**said)
                self._work_out()
        return answer

    def _work_out(self):
        self.participants.search([("is_stale", "=", True)])._work_out()

    def _mine(self, user=None):
        return self.participants.search([("user_id", "=", (user or self.user).id)])

    def _away(self, first, last=None, user=None):
        """Have somebody be on leave, or everybody."""
        owner = {"resource_id": user.employee_ids.resource_id.id} if user else {}
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "calendar_id": self.calendar.id,
                "company_id": self.env.company.id,
                "date_from": f"{first} 00:00:00",
                "date_to": f"{last or first} 15:59:59",
                **owner,
            }
        )

from contextlib import contextmanager
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import TransactionCase, new_test_user

from odoo.addons.collab_checkin.counting import horizon


class KudosCase(TransactionCase):
    """Three colleagues in Shanghai, and a process owner. It is noon of Wednesday, the 15th of July
    2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time(datetime(2026, 7, 15, 4))
        clock.start()
        cls.addClassCleanup(clock.stop)
        cls.kudos = cls.env["collab.kudos"]
        cls.mei, cls.tom, cls.ann = (
            cls._person(login) for login in ("mei_kudos", "tom_kudos", "ann_kudos")
        )
        cls.owner = cls._person("owner_kudos", "collab_base.group_collab_process_owner")
        cls.value = cls.env.ref("collab_checkin.kudos_value_teamwork")
        cls.rule = cls.env.ref("collab_checkin.point_rule_kudos")
        cls.rule._step({"since": "2026-07-01", "until": False, "state": "on"})

    @classmethod
    def _person(cls, login, group="base.group_user", **values):
        groups = group if group.startswith("base.") else f"base.group_user,{group}"
        return new_test_user(
            cls.env, login, groups=groups, **{"tz": "Asia/Shanghai", "name": login} | values
        )

    @contextmanager
    def _at(self, day, hour=12):
        """Have it be an hour of a day in Shanghai."""
        with freeze_time(datetime.fromisoformat(day) + timedelta(hours=hour - 8)):
            yield

    def _give(self, sender, receiver, text="Thank you", **values):
        """Give kudos and return them."""
        self.kudos.with_user(sender).give(receiver.id, text, **values)
        return self.kudos.search([("sender_id", "=", sender.id)], order="id desc", limit=1)

    def _limit(self, **limits):
        for name, number in limits.items():
            self.env["ir.config_parameter"].set_param(f"collab_checkin.kudos_{name}", number)

    def _left(self, user):
        return self.kudos.with_user(user).allowance()["left"]

    def _points(self, user, whole=False):
        """Count as the cron does, and return what somebody has for kudos."""
        self.rule._count(whole, horizon(self.env))
        domain = [("user_id", "=", user.id), ("rule_id", "=", self.rule.id)]
        return sum(self.env["collab.point.entry"].search(domain).mapped("points"))

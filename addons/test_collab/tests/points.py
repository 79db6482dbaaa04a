from contextlib import contextmanager
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import TransactionCase, new_test_user

from odoo.addons.collab_checkin.counting import horizon


class PointsCase(TransactionCase):
    """Two people in Shanghai who do jobs, and somebody who says what they are worth. It is noon of
    Wednesday, the 15th of July 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time(datetime(2026, 7, 15, 4))
        clock.start()
        cls.addClassCleanup(clock.stop)
        cls.mei, cls.tom = (
            new_test_user(cls.env, login, groups="base.group_user", tz="Asia/Shanghai")
            for login in ("mei_points", "tom_points")
        )
        cls.owner = new_test_user(
            cls.env,
            "owner_points",
            groups="base.group_user,collab_base.group_collab_process_owner",
        )
        cls.jobs = cls.env["test.collab.job"]
        cls.entries = cls.env["collab.point.entry"]
        cls.rules = cls.env["collab.point.rule"]
        cls.source = cls.env["collab.work.source"].create(cls._source_vals())

    @classmethod
    def _field(cls, name):
        return cls.env["ir.model.fields"]._get("test.collab.job", name)

    @classmethod
    def _source_vals(cls, date="done_at", person="user_id", accepted="accepted_by_id", **vals):
        return {
            "name": "Jobs done",
            "model_id": cls.env["ir.model"]._get_id("test.collab.job"),
            "domain": "[('is_done', '=', True)]",
            "date_field_id": cls._field(date).id,
            "person_field_id": cls._field(person).id,
            "accepted_field_id": accepted and cls._field(accepted).id,
            **vals,
        }

    @contextmanager
    def _at(self, day, hour=12):
        """Have it be an hour of a day in Shanghai."""
        with freeze_time(self._utc(day, hour)):
            yield

    def _utc(self, day, hour=12):
        return datetime.fromisoformat(day) + timedelta(hours=hour - 8)

    def _job(self, day="2026-07-14", hour=12, **vals):
        return self.jobs.create(
            {
                "is_done": True,
                "done_at": self._utc(day, hour),
                "user_id": self.mei.id,
                "accepted_by_id": self.tom.id,
                **vals,
            }
        )

    def _rule(self, start=True, **vals):
        rule = self.rules.create({"name": "Jobs", "source_id": self.source.id, "points": 5} | vals)
        if start:
            rule.action_start()
        return rule

    def _count(self, rule, whole=False):
        """Count what has changed, as the cron does."""
        rule._count(whole, horizon(self.env))

    def _points(self, user=None, rule=None):
        domain = [("user_id", "=", (user or self.mei).id)]
        if rule:
            domain.append(("rule_id", "=", rule.id))
        return sum(self.entries.search(domain).mapped("points"))

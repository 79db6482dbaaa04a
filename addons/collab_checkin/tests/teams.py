from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import TransactionCase, new_test_user
from odoo.tools import SQL

from odoo.addons.collab_base.bulk import insert_rows


class TeamsCase(TransactionCase):
    """A company of its own, with departments. It is noon in Shanghai of Wednesday, the 15th of July
    2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time(datetime(2026, 7, 15, 4))
        clock.start()
        cls.addClassCleanup(clock.stop)
        cls.company = cls.env["res.company"].create({"name": "Teams"})
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"
        cls.sales, cls.stock = (cls._department(name) for name in ("Sales", "Stock"))

    @classmethod
    def _department(cls, name, **values):
        return cls.env["hr.department"].create(
            {"name": name, "company_id": cls.company.id} | values
        )

    @classmethod
    def _person(cls, name, department=None, groups="base.group_user", company=None, **values):
        """Return a user; an employee, too, if they are of a department or a manager is told."""
        company = company or cls.company
        user = new_test_user(
            cls.env,
            f"{name.lower()}_teams",
            name=name,
            groups=groups,
            tz="Asia/Shanghai",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        if department or values:
            cls._employ(user, department, **values)
        return user

    @classmethod
    def _employ(cls, user, department=None, company=None, **values):
        company = company or user.company_id
        return cls.env["hr.employee"].create(
            {
                "name": user.name,
                "user_id": user.id,
                "company_id": company.id,
                "tz": "Asia/Shanghai",
                "resource_calendar_id": company.resource_calendar_id.id,
                "department_id": department and department.id,
            }
            | values
        )

    @classmethod
    def _people(cls, *names, department=None, **values):
        return cls.env["res.users"].concat(
            *(cls._person(name, department, **values) for name in names)
        )

    @classmethod
    def _employee(cls, user):
        return user.with_company(user.company_id).sudo().employee_id

    def _receive(self, user, points, day="2026-07-14"):
        """Have somebody receive points at noon of a day in Shanghai."""
        self.env.cr.execute(
            SQL(
                "INSERT INTO collab_point_entry (kind, rule_id, name, user_id, period, points,"
                " create_date) VALUES ('work', %s, '{\"en_US\": \"Work\"}', %s, %s, %s, %s)",
                self.env.ref("collab_checkin.point_rule_kudos").id,
                user.id,
                day,
                points,
                f"{day} 04:00:00",
            )
        )

    def _come(self, user, *days, plan=None, mood=None, hour=9):
        """Have somebody check in at an hour of each day in Shanghai."""
        return insert_rows(
            self.env["collab.checkin"],
            [
                {
                    "user_id": user.id,
                    "day": day,
                    "checked_at": datetime.fromisoformat(day) + timedelta(hours=hour - 8),
                    "zone": "Asia/Shanghai",
                    "counts": True,
                    "plan": plan,
                    "mood": mood,
                }
                for day in days
            ],
        )

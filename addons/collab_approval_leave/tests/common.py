from odoo.tests import TransactionCase, new_test_user


class LeaveCase(TransactionCase):
    """An employee, their manager, officers, and a type of time off of each kind."""

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

from odoo.fields import Command
from odoo.tests import TransactionCase, freeze_time, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestDigest(TransactionCase):
    """Who is responsible for indicators reads of them in the digest."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-05-20 09:00:00"))
        cls.company = cls.env.company
        cls.user = new_test_user(
            cls.env,
            "kpi owner",
            "base.group_user,collab_base.group_collab_process_owner",
            company_id=cls.company.id,
        )
        cls.env["collab.kpi"].search([("owner_id", "=", cls.user.id)]).active = False
        cls.digest = cls.env["digest.digest"].create({"name": "Weekly"})
        departments = cls.env["hr.department"].create([{"name": str(n)} for n in range(3)])
        moments = ("2026-03-10", "2026-04-10", "2026-04-11")
        for department, moment in zip(departments, moments, strict=True):
            cls.env.cr.execute(
                "UPDATE hr_department SET create_date = %s WHERE id = %s", [moment, department.id]
            )
        cls.ours = [("id", "in", departments.ids)]

    def kpi(self, **vals):
        kpi = self.env["collab.kpi"].create(
            {
                "name": "Departments",
                "model_id": self.env.ref("hr.model_hr_department").id,
                "domain": str(self.ours),
                "date_path": "create_date",
                "since": "2026-01-01",
                "owner_id": self.user.id,
                "disclosure": "aggregate",
                **vals,
            }
        )
        kpi.action_start()
        return kpi

    def rows(self):
        return [
            one
            for one in self.digest._compute_kpis(self.company, self.user)
            if one["kpi_name"].startswith("collab_kpi_")
        ]

    def test_the_last_period_that_is_over(self):
        self.kpi(target_ids=[Command.create({"value": 1, "since": "2026-01-01"})])
        [row] = self.rows()
        self.assertEqual(row["kpi_fullname"], "Departments")
        self.assertEqual(row["kpi_col1"]["value"], "2")
        self.assertEqual(row["kpi_col1"]["margin"], 100)
        self.assertEqual(row["kpi_col1"]["col_subtitle"], "April 2026")
        self.assertEqual(row["kpi_col2"]["value"], "1")
        self.assertEqual(row["kpi_col3"]["value"], "at least 1")
        self.assertEqual(row["kpi_col3"]["col_subtitle"], "On target")

    def test_what_is_off_target_comes_first(self):
        self.kpi(name="Good", target_ids=[Command.create({"value": 1, "since": "2026-01-01"})])
        self.kpi(name="Bad", target_ids=[Command.create({"value": 9, "since": "2026-01-01"})])
        self.kpi(name="Without")
        self.assertEqual([row["kpi_fullname"] for row in self.rows()], ["Bad", "Good", "Without"])

    def test_only_ones_own_and_what_one_may_see(self):
        self.kpi(owner_id=self.env.ref("base.user_admin").id)
        self.assertFalse(self.rows())
        kpi = self.kpi(name="Mine", disclosure="records")
        self.env["ir.rule"].create(
            {
                "name": "none",
                "model_id": self.env.ref("hr.model_hr_department").id,
                "domain_force": "[('manager_id.user_id', '=', user.id)]",
            }
        )
        self.assertFalse(self.rows())
        kpi.disclosure = "aggregate"
        self.assertTrue(self.rows())

    def test_it_is_mailed(self):
        self.kpi()
        self.user.email = "owner@example.com"
        self.digest.user_ids = self.user
        self.digest.action_send()
        mail = self.env["mail.mail"].search([("email_to", "ilike", "owner@example.com")], limit=1)
        self.assertIn("Departments", mail.body_html)
        self.assertIn("April 2026", mail.body_html)

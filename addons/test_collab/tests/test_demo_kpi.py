from statistics import fmean, median
from unittest import SkipTest

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestDemoKpi(TransactionCase):
    """The year that the demo company has behind it is told as the system would have written it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lena = cls.env.ref("collab.user_lena", raise_if_not_found=False)
        if not cls.lena:
            raise SkipTest("without demo data")
        cls.policy = cls.env.ref("collab_approval_purchase.policy_purchase")
        cls.requests = cls.env["collab.approval.request"].search(
            [("policy_id", "=", cls.policy.id), ("state", "in", ("approved", "rejected"))]
        )

    def test_log(self):
        """Nothing of it contradicts the log, and nothing in the log itself."""
        self.assertGreater(len(self.requests), 60)
        self.assertEqual(self.env["collab.chain.verifier"]._verify(["collab.approval.log"]), [])

    def test_versions(self):
        """Approvals take less time since the version that is in force."""
        took = [
            median(
                (one.decided_at - one.submitted_at).total_seconds()
                for one in self.requests
                if one.version_id.in_force == in_force
            )
            for in_force in (False, True)
        ]
        self.assertLess(took[1], took[0] / 2)
        self.assertEqual(
            self.policy.version_id.number, max(self.policy.version_ids.mapped("number"))
        )

    def test_nobody_waits(self):
        """What people of the guide have to do is what it was."""
        buyer = self.env.ref("collab_approval.user_buyer")
        self.assertFalse(self.requests.filtered(lambda one: one.requester_id == buyer))
        self.assertFalse(
            self.requests.task_ids.filtered(lambda task: task.state in ("waiting", "pending"))
        )
        self.assertFalse(self.requests.filtered(lambda one: not one.told))

    def test_figures(self):
        """Usage grows, and there are figures of a year."""
        values = self.env["collab.kpi.value"].search(
            [
                ("kpi_id.code", "=", "adoption"),
                ("grain", "=", "month"),
                ("dimension_id", "=", False),
                ("company_id", "=", self.env.ref("base.main_company").id),
            ],
            order="start",
        )
        figures = values.mapped("value")
        self.assertGreater(len(figures), 12)
        self.assertGreater(fmean(figures[-3:]), fmean(figures[:3]) + 20)

    def test_only_in_demo_data(self):
        for name, args in (("_tell_company", ([], [], 0)), ("_tell_figures", ())):
            with self.assertRaises(AccessError):
                getattr(self.env["collab.demo"], name)(*args)

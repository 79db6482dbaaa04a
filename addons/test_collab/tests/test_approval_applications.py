from odoo import Command
from odoo.tests import tagged

from odoo.addons.collab_guard.exceptions import GuardError

from .approval_common import ApprovalCase


@tagged("post_install", "-at_install")
class TestApplications(ApprovalCase):
    """What they change in superuser mode is judged as well."""

    def setUp(self):
        super().setUp()
        self.other = self.env["res.company"].create({"name": "Other"})
        self._policy(self.ann, company_ids=[Command.set(self.env.company.ids)])

    def test_company(self):
        document = self._document()
        request = self._submit(document)
        for told in ("under review", "approved as it is"):
            for company in (self.other, self.env["res.company"]):
                with self._tells(GuardError, "“Company” cannot be changed", told):
                    document.sudo().company_id = company
            if request.state == "running":
                self._approve(request, self.ann)
        document.sudo().state = "done"
        with self._tells(GuardError, "“Company” cannot be changed", "has gone on"):
            document.sudo().company_id = self.other
        self.assertEqual(document.company_id, self.env.company)

    def test_company_without_a_policy(self):
        document = self._document()
        with self._tells(GuardError, "needs an approval"):
            document.sudo().write({"company_id": self.other.id, "state": "done"})
        theirs = self._document(company_id=self.other.id)
        theirs.sudo().state = "done"
        with self._tells(GuardError, "“Done” already"):
            theirs.sudo().company_id = self.env.company

    def test_state(self):
        document = self._document()
        with self._tells(GuardError, "needs an approval"):
            document.sudo().state = "done"
        request = self._submit(document)
        with self._tells(GuardError, "waits for Ann"):
            document.sudo().state = "done"
        with self._tells(GuardError, "under review"):
            document.sudo().state = "sent"
        self._approve(request, self.ann)
        document.sudo().state = "sent"
        self.assertFalse(request.used_at)
        document.sudo().state = "done"
        self.assertTrue(request.used_at)
        self.assertEqual(self._events(request)[-1], "used")

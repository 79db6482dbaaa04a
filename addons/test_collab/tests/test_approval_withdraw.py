from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.collab_guard.exceptions import GuardError

from .approval_common import ApprovalCase


@tagged("post_install", "-at_install")
class TestWithdraw(ApprovalCase):
    def test_while_running(self):
        self._policy(self.ann, self.bob)
        request = self._submit()
        self._approve(request, self.ann)
        self.assertTrue(request.with_user(self.rina).can_withdraw)
        request.with_user(self.rina).action_withdraw("changed my mind")
        self.assertEqual(request.state, "withdrawn")
        self.assertEqual(self._asked(request), [])
        self._document_of(request).name = "free again"
        with self._tells(UserError, "not under review any more", "Rina"):
            self._approve(request, self.bob)
        self.assertEqual(self._events(request)[-1], "withdrawn")

    def test_after_approval_before_use(self):
        self._policy(self.ann)
        request = self._submit()
        self._approve(request, self.ann)
        request.with_user(self.rina).action_withdraw()
        with self.assertRaises(GuardError):
            self._document_of(request).action_done()

    def test_too_late(self):
        self._policy(self.ann)
        request = self._submit()
        self._approve(request, self.ann)
        self._document_of(request).action_done()
        self.assertFalse(request.with_user(self.rina).can_withdraw)
        with self._tells(UserError, "has been used"):
            request.with_user(self.rina).action_withdraw()

    def test_ended(self):
        self._policy(self.ann)
        request = self._submit()
        request.with_user(self.ann).action_reject("no")
        with self._tells(UserError, "ended already"):
            request.with_user(self.rina).action_withdraw()
        request = self._submit()
        request.with_user(self.rina).action_withdraw()
        with self._tells(UserError, "ended already"):
            request.with_user(self.rina).action_withdraw()

    def test_by_others(self):
        self._policy(self.ann, beneficiary_field_id=self._field("user_id").id)
        request = self._submit(self._document(user_id=self.dora.id))
        for user in (self.ann, self.bob, self.owner, self.auditor, self.portal):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                request.with_user(user).action_withdraw()
        request.with_user(self.dora).action_withdraw()
        self.assertEqual(request.state, "withdrawn")

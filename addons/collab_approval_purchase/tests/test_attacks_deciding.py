from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CONTEXT, AttackCase


@tagged("post_install", "-at_install")
class TestDeciding(AttackCase):
    """Deciding what is not mine."""

    def test_deciding_somebody_elses_task(self):
        _order, request = self._submitted()
        for user in (self.buyer, self.stranger, self.director, self.settings, self.portal):
            for method in ("action_approve", "action_reject"):
                with self.subTest(user=user.login, method=method):
                    with self.assertRaises(UserError):
                        getattr(request.with_user(user), method)("mine now")
                    with self.assertRaises(UserError):
                        getattr(request.with_user(user).with_context(**CONTEXT), method)("x")
        self.assertEqual(request.state, "running")
        self.assertEqual(request.sudo().task_ids.mapped("state"), ["pending"])
        self.assertEqual(len(request.sudo().log_ids), 1)

    def test_withdrawing_somebody_elses_request(self):
        _order, request = self._submitted()
        for user in (self.manager, self.stranger, self.director, self.settings, self.portal):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                request.with_user(user).action_withdraw()
        self.assertEqual(request.state, "running")

    def test_deciding_twice(self):
        _order, request = self._submitted(9000)
        request.with_user(self.manager).action_approve()
        for method in ("action_approve", "action_reject"):
            with self.assertRaises(UserError) as refusal:
                getattr(request.with_user(self.manager), method)("again")
            self.assertIn(self.manager.name, str(refusal.exception))
        self.assertEqual(request.state, "approved")

    def test_approving_ones_own(self):
        """The buyer is in the group that is asked, and submits: cannot decide."""
        self.buyer.group_ids |= self.env.ref("collab_approval_purchase.group_purchase_director")
        order, request = self._submitted(30000)
        request.with_user(self.manager).action_approve()
        self.assertEqual(request.state, "running")
        with self.assertRaises(UserError):
            request.with_user(self.buyer).action_approve()
        request.with_user(self.director).action_approve()
        self.assertEqual(request.state, "approved")
        order.button_confirm()
        self.assertEqual(order.state, "purchase")

    def test_somebody_else_submits_for_the_buyer(self):
        """The buyer of the order stays barred when a colleague submits it."""
        director = self.env.ref("collab_approval_purchase.group_purchase_director")
        (self.buyer | self.stranger).group_ids |= director
        order = self._order(30000)
        request = (
            self.env["collab.approval.request"]
            .with_user(self.stranger)
            .submit("purchase.order", order.ids)
        )
        request.with_user(self.manager).action_approve()
        for user in (self.buyer, self.stranger):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                request.with_user(user).action_approve()
        self.assertEqual(request.state, "running")

    def test_submitting_what_one_may_not_write(self):
        order = self._order()
        reader = self.portal
        for user in (reader, self.env.ref("base.public_user")):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self.env["collab.approval.request"].with_user(user).submit(
                    "purchase.order", order.ids
                )

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import AttackCase


@tagged("post_install", "-at_install")
class TestTold(AttackCase):
    """Who may not know of a review learns nothing of it."""

    def test_guessing_what_one_may_not_read(self):
        """The gate tells nothing to people without the right: neither that there is a
        review, nor whether a value was guessed right."""
        order, _request = self._submitted()
        for price in (9000, 8999):
            for attack in (
                lambda: order.order_line.with_user(self.portal).write({"price_unit": price}),  # noqa: B023
                lambda: order.with_user(self.portal).write({"state": "purchase"}),
                lambda: order.with_user(self.portal).unlink(),
                lambda: order.order_line.with_user(self.portal).create(
                    {"order_id": order.id, "name": "x", "product_qty": 1}
                ),
            ):
                with self.assertRaises(AccessError) as refusal:
                    attack()
                self.assertNotIn("review", str(refusal.exception))

    def test_a_vendor_hears_nothing_of_what_goes_on_inside(self):
        order, _request = self._submitted()
        self.portal.partner_id = self.vendor
        with self.assertRaises(UserError) as refusal:
            order.with_user(self.portal).sudo().write({"state": "purchase"})
        self.assertIn("at the moment", str(refusal.exception))
        for word in ("Manager", "policy", "approv"):
            self.assertNotIn(word, str(refusal.exception))

    def test_forged_ids_tell_nothing(self):
        """Who may not see a request learns nothing of it from a refusal."""
        order, request = self._submitted()
        # no name of a person that could be known otherwise
        for user in (self.stranger, self.portal):
            for method in ("action_approve", "action_reject", "action_withdraw", "path"):
                with self.subTest(user=user.login, method=method):
                    with self.assertRaises(UserError) as refusal:
                        getattr(request.with_user(user), method)()
                    text = str(refusal.exception)
                    self.assertNotIn(order.name, text)
                    self.assertNotIn(self.manager.name, text)

    def test_portal_user_sees_nothing_of_the_review(self):
        """A vendor may read the order in the portal, not what is said about it inside."""
        self.portal.partner_id = self.vendor
        order, request = self._submitted()
        requests = request.with_user(self.portal)
        self.assertTrue(order.with_user(self.portal).has_access("read"))
        other = self._order()
        for name, args in (
            ("panel", ["purchase.order", order.id]),
            ("panel", ["purchase.order", other.id]),
            ("preview", ["purchase.order", other.ids]),
            ("submit", ["purchase.order", other.ids]),
            ("search_count", [[]]),
            ("path", []),
        ):
            with self.subTest(method=name, args=args):
                try:
                    with self.env.cr.savepoint():
                        answer = getattr(requests, name)(*args)
                except UserError as refusal:
                    answer = str(refusal)
                self.assertFalse(answer if isinstance(answer, (dict, list, int)) else None)
                self.assertNotIn(self.manager.name, str(answer))

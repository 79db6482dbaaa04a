from functools import partial

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user

from odoo.addons.collab_guard.tests.common import made_earlier

#: Context keys that some part of Odoo or of Collab takes as a sign to do less
CONTEXT = {
    "collab_seal": True,
    "collab_guard": False,
    "collab_comment": "x",
    "collab_decision": "approve",
    "collab_request_id": 1,
    "collab_engine": True,
    "bypass_guard": True,
    "_force_unlink": True,
    "install_mode": True,
    "install_filename": "x.xml",
    "install_module": "purchase",
    "module": "purchase",
    "update_mode": True,
    "noupdate": True,
    "import_file": True,
    "tracking_disable": True,
    "mail_notrack": True,
    "mail_activity_quick_update": True,
    "mail_create_nosubscribe": True,
    "active_test": False,
    "force_delete": True,
    "dynamic_unlink": True,
    "validate_analytic": False,
    "is_superuser": True,
    "uid": 1,
    "su": True,
}


class PurchaseApprovalCase(TransactionCase):
    """A buyer, the manager above, a director, and what they buy.

    The policy is the one that the addon brings, as far as it matters here: orders over
    5,000 go to the buyer's manager, over 20,000 to a director as well.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True, lang="en_US"))
        buyer_groups = "base.group_user,purchase.group_purchase_user"
        cls.buyer = new_test_user(cls.env, "sec_buyer", groups=buyer_groups)
        cls.manager = new_test_user(cls.env, "sec_manager", groups=buyer_groups)
        cls.stranger = new_test_user(cls.env, "sec_stranger", groups=buyer_groups)
        cls.director = new_test_user(
            cls.env,
            "sec_director",
            groups="base.group_user,purchase.group_purchase_manager,"
            "collab_approval_purchase.group_purchase_director",
        )
        cls.settings = new_test_user(
            cls.env,
            "sec_settings",
            groups="base.group_user,base.group_system,purchase.group_purchase_manager,"
            "collab_base.group_collab_admin",
        )
        cls.portal = new_test_user(cls.env, "sec_portal", groups="base.group_portal")
        boss, staff = cls.env["hr.employee"].create(
            [
                {"name": "Manager", "user_id": cls.manager.id},
                {"name": "Buyer", "user_id": cls.buyer.id},
            ]
        )
        staff.parent_id = boss
        cls.vendor = cls.env["res.partner"].create({"name": "Vendor"})
        cls.other_vendor = cls.env["res.partner"].create({"name": "Other Vendor"})
        cls.product = cls.env["product.product"].create(
            {"name": "Machine", "standard_price": 1, "type": "consu", "supplier_taxes_id": []}
        )
        cls.policy = cls.env.ref("collab_approval_purchase.policy_purchase")

    @classmethod
    def _order_vals(cls, *prices, **vals):
        return {
            "partner_id": cls.vendor.id,
            "user_id": cls.buyer.id,
            "order_line": [
                Command.create(
                    {
                        "product_id": cls.product.id,
                        "name": "Machine",
                        "product_qty": 1,
                        "price_unit": price,
                        "tax_ids": [],
                    }
                )
                for price in prices
            ],
        } | vals

    @classmethod
    def _order(cls, *prices, **vals):
        """Return a draft order of the buyer; one of 9,000 by default."""
        orders = cls.env["purchase.order"].with_user(cls.buyer)
        return made_earlier(orders.create(cls._order_vals(*(prices or (9000,)), **vals)))

    @classmethod
    def _submitted(cls, *prices, **vals):
        """Return an order under review, and its request, as the buyer sees them."""
        order = cls._order(*prices, **vals)
        request = (
            cls.env["collab.approval.request"]
            .with_user(cls.buyer)
            .submit("purchase.order", order.ids)
        )
        return order, request

    @classmethod
    def _approved(cls, *prices, **vals):
        order, request = cls._submitted(*prices, **vals)
        request.with_user(cls.manager).action_approve()
        return order, request

    def _facts(self, order):
        """Return what an attack may not change, read past all caches."""
        self.env.flush_all()
        self.env.invalidate_all()
        order = order.sudo()
        return (
            order.state,
            order.partner_id.id,
            order.amount_total,
            [
                (line.id, line.name, line.product_id.id, line.product_qty, line.price_unit)
                for line in order.order_line
            ],
        )


class AttackCase(PurchaseApprovalCase):
    """Whatever is tried, by whomever, fails, and the order is as it was."""

    def setUp(self):
        super().setUp()
        self.actors = self.buyer, self.manager, self.settings, self.portal

    def _refused(self, order, attack, error=UserError):
        """Check that ``attack`` fails, at the latest when it is committed."""
        before = self._facts(order)
        with self.assertRaises(error):
            attack()
            self.env.cr.flush()
        self.assertEqual(self._facts(order), before)

    def _each_refused(self, order, *attacks):
        """Check that ``attacks``, functions of a user, fail for everybody."""
        for user in self.actors:
            for number, attack in enumerate(attacks):
                with self.subTest(user=user.login, attack=number):
                    self._refused(order, partial(attack, user))

    def _action(self, code=None, **vals):
        return self.env["ir.actions.server"].create(
            {
                "name": "Attack",
                "model_id": self.env["ir.model"]._get_id("purchase.order"),
                **({"state": "code", "code": code} if code else {}),
                **vals,
            }
        )

    def _run(self, action, order, user=None):
        action.with_user(user or self.settings).with_context(
            active_model="purchase.order", active_id=order.id, active_ids=order.ids
        ).run()

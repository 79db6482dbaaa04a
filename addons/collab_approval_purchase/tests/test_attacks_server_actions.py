# pylint: disable=except-pass
from functools import partial

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AttackCase


@tagged("post_install", "-at_install")
class TestServerActions(AttackCase):
    """Code that an administrator runs."""

    @mute_logger("odoo.addons.base.models.ir_actions")
    def test_server_actions(self):
        order = self._order()
        reviewed, _request = self._submitted()
        set_state = self._action(
            state="object_write", update_path="state", value="purchase", evaluation_type="value"
        )
        codes = (
            "record.write({'state': 'purchase'})",
            "record.sudo().with_context(collab_seal=True, _force_unlink=True).write({'state': 'purchase'})",
            "record.button_confirm()",
            # swallowing the refusal
            "try:\n    record.write({'state': 'purchase'})\nexcept Exception:\n    record.action_x",
        )
        attacks = [set_state, *(self._action(code) for code in codes)]
        for action in attacks:
            for target in (order, reviewed):
                with self.subTest(code=action.code, target=target.name):
                    self._refused(target, partial(self._run, action, target), Exception)
        for code in (
            "record.order_line.write({'price_unit': 1})",
            "record.write({'order_line': [(5, 0, 0)]})",
            f"record.write({{'partner_id': {self.other_vendor.id}}})",
            "record.unlink()",
        ):
            with self.subTest(code=code):
                action = self._action(code)
                self._refused(reviewed, partial(self._run, action, reviewed), Exception)

    @mute_logger("odoo.addons.base.models.ir_actions")
    def test_server_action_that_swallows_the_refusal(self):
        """The refusal may be caught: nothing of what it refused is committed."""
        small = self._order(100)
        small.button_confirm()
        line = f"{{'product_id': {self.product.id}, 'name': 'x', 'price_unit': 9000}}"
        for attack in (
            f"record.write({{'order_line': [(0, 0, {line})]}})",
            f"env['purchase.order.line'].create(dict({line}, order_id=record.id))",
            "record.order_line.write({'price_unit': 9000})",
        ):
            with self.subTest(code=attack):
                action = self._action(f"try:\n    {attack}\nexcept Exception:\n    pass")
                self._refused(small, partial(self._run, action, small), Exception)

    @mute_logger("odoo.addons.base.models.ir_actions")
    def test_server_action_that_empties_the_map(self):
        """What is cached of the policies cannot be changed through what is returned."""
        order = self._order()
        for code in (
            "env['collab.guard']._map().clear()",
            "env['collab.guard']._map().pop('purchase.order')",
            "env['collab.guard']._map()['purchase.order'].guards.clear()",
            "env['collab.guard']._map()['purchase.order'].guards[0].transitions.clear()",
            "env['collab.approval.spec']._by_model().clear()",
            "env['collab.approval.spec']._by_model()['purchase.order'].clear()",
            "env['collab.approval.spec']._by_model()['purchase.order'][0][0].snapshot.clear()",
            "env['collab.approval.spec']._by_model()['purchase.order'][0][0].snapshot.update("
            "domain=[('id', '=', 0)])",
        ):
            with self.subTest(code=code):
                try:
                    with self.env.cr.savepoint():
                        self._run(self._action(code), order)
                except Exception:
                    pass
                try:
                    self._refused(order, order.button_confirm)
                finally:
                    self.registry.clear_cache("stable")

import contextlib
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from odoo.addons.collab_approval.models import collab_approval_binding as binding_module
from odoo.addons.collab_approval.tests.common import as_committed
from odoo.addons.collab_guard.exceptions import GuardError

from .approval_common import MODEL, ApprovalCase


@tagged("post_install", "-at_install")
class TestFollowing(ApprovalCase):
    """Fields that a policy leaves to Odoo."""

    def setUp(self):
        super().setUp()
        self._policy(
            self.ann,
            {"users": self.bob, "domain": "[('is_slow', '=', False)]"},
            free_field_ids=[Command.set(self._field("pace").ids)],
        )
        self.carl.partner_id.color = 1

    def _submitted(self, **vals):
        document = self._document(user_id=self.carl.id, **vals)
        return document, self._submit(document)

    def test_wants_more_under_review(self):
        document, request = self._submitted()
        self.assertEqual(self._names(request.path()["stages"]), [[["Ann"]]])
        self.carl.partner_id.color = 9
        with self._tells(GuardError, "“Pace” cannot be changed"):
            document.pace = 9
        document.sudo().pace = 9  # an application may, but it comes to nothing
        self._approve(request, self.ann)
        with self._tells(GuardError, "not any more what was approved"):
            document.action_done()
        with self._tells(GuardError, "not any more what was approved"):
            document.sudo().action_done()

    def test_swallowed(self):
        document, __ = self._submitted()
        self.carl.partner_id.color = 9
        with self.assertRaises(GuardError):
            with contextlib.suppress(GuardError):
                document.pace = 9
            self.env.cr.flush()

    def test_wants_more_afterwards(self):
        document, request = self._submitted()
        self._approve(request, self.ann)
        document.action_done()
        self.carl.partner_id.color = 9
        with self.assertRaises(GuardError):
            document.pace = 9
        self.assertEqual(document.pace, 1)
        document.sudo().pace = 9
        self.assertEqual((document.pace, document.state), (9, "done"))

    def test_out_and_back_wanting_more(self):
        """Applications do so as superuser, people do not."""
        for superuser in (True, False):
            self.carl.partner_id.color = 1
            document, request = self._submitted()
            self._approve(request, self.ann)
            document.action_done()
            as_committed(self.env)
            document.sudo().state = "sent"
            self.carl.partner_id.color = 9
            document.sudo().pace = 9
            if superuser:
                document.sudo().state = "done"
                as_committed(self.env)
                continue
            with self.assertRaises(GuardError):
                document.state = "done"

    def test_wants_less(self):
        self.carl.partner_id.color = 9
        document, request = self._submitted()
        self._approve(request, self.ann, self.bob)
        self.carl.partner_id.color = 1
        document.pace = 1
        document.action_done()
        self.assertEqual(document.state, "done")

    def test_computed_whoever_writes(self):
        """It is left to Odoo, not only while a request runs."""
        document = self._document(user_id=self.carl.id, pace=2)
        self.assertEqual(document.pace, 1)
        document.pace = 2
        self.assertEqual(document.pace, 1)
        document.sudo().pace = 2
        self.assertEqual(document.pace, 1)

    def test_what_was_entered_stays(self):
        """What was not what Odoo computes does not become that later."""
        document = self._document(user_id=self.carl.id)
        self.carl.partner_id.color = 2
        request = self._submit(document)
        self.carl.partner_id.color = 3
        with self.assertRaises(GuardError):
            document.pace = 3
        self.assertEqual(document.pace, 1)
        self._approve(request, self.ann)
        with self.assertRaises(GuardError):
            document.pace = 3
        document.action_done()
        self.assertEqual(document.state, "done")

    def test_cost(self):
        """Judging what is as it was computes nothing anew."""
        documents = self.documents.union(*(self._document(user_id=self.carl.id) for __ in range(9)))
        for part in (documents[:1], documents[1:]):
            self._approve(self._submit(part), self.ann)
        spec = self.env["collab.approval.spec"]._by_model()[MODEL][0][0]
        binding = self.env["collab.approval.binding"].sudo()
        binding._approved(spec, documents)
        with patch.object(binding_module, "computed", side_effect=AssertionError):
            one, eight = (
                self._count(lambda: binding._approved(spec, part.sudo()))  # noqa: B023
                for part in (documents[:1], documents[1:])
            )
        self.assertEqual(one, eight)

    def test_a_condition_that_does_not_work_any_more(self):
        """What cannot be judged is wanted; here it was not asked for."""
        document, request = self._submitted()
        self._approve(request, self.ann)
        with patch.object(binding_module, "filtered", side_effect=KeyError("is_slow")):
            with self._tells(GuardError, "not any more what was approved"):
                document.action_done()
        document.action_done()


@tagged("post_install", "-at_install")
class TestComputed(ApprovalCase):
    """What Odoo computes of documents."""

    def test_number_that_a_client_sends_along(self):
        """Forms do that where they let people enter it; it is what Odoo computes, or refused."""
        self._policy(self.ann, domain="[('amount', '>', 1000)]")
        document = self._document(200)
        line = Command.update(document.line_ids.id, {"price": 0.1 + 0.2})
        document.write({"amount": 0.3, "line_ids": [line]})
        self.assertEqual(document.amount, 0.3)
        line = Command.update(document.line_ids.id, {"price": 5000})
        with self._tells(GuardError, "“Amount” of Document is computed by Odoo"):
            document.write({"amount": 1, "line_ids": [line]})

    def test_number_that_an_automation_writes_as_it_is_computed(self):
        self._policy(self.ann, domain="[('amount', '>', 1000)]")
        document = self._document(200)
        compute = self.registry[MODEL]._compute_amount

        def automated(records):
            compute(records)
            records.sudo().write({"amount": 1})

        with patch.object(self.registry[MODEL], "_compute_amount", automated):
            with self._tells(GuardError, "“Amount” of Document is computed by Odoo"):
                document.line_ids.price = 5000
                self.env.flush_all()

    def test_the_state_under_another_name(self):
        """Applications act on it, as they post expenses by their computed state."""
        self._policy(self.ann)
        document = self._document()
        with self._tells(GuardError, "“Standing” of Document is computed by Odoo"):
            document.standing = "over"
        document.sudo().standing = "over"
        self.assertEqual(document.standing, "open")
        self.env.flush_all()
        document.invalidate_recordset()
        self.assertEqual(document.standing, "open")

    def test_what_decides(self):
        self._policy(self.ann, domain="[('is_slow', '=', True)]")
        document = self._document(user_id=self.carl.id)
        with self.assertRaises(GuardError):
            document.is_slow = False
        document.sudo().is_slow = False
        self.assertTrue(document.is_slow)
        with self.assertRaises(GuardError):
            document.action_done()

    def test_same_values_change_nothing(self):
        """Odoo would compute anew what is made of them."""
        self.carl.partner_id.color = 1
        self._policy(self.ann, domain="[('is_slow', '=', True)]")
        document = self._document(user_id=self.carl.id)
        request = self._submit(document)
        self.carl.partner_id.color = 2
        same = {"user_id": self.carl.id, "name": "Document"}
        document.write(same)
        self.assertEqual(document.pace, 1)
        self._approve(request, self.ann)
        document.write(same)
        document.write(same | {"standing": "open", "is_slow": True})
        self.assertEqual(document.pace, 1)
        other = self._document(user_id=self.carl.id)
        self.carl.partner_id.color = 3
        (document | other).write(same)
        self.assertEqual((document.pace, other.pace), (1, 3))
        document.action_done()

    def test_what_is_left_to_odoo(self):
        """A field that Odoo computes, set free, becomes what Odoo computes and nothing that
        somebody writes."""
        self._policy(
            self.ann,
            domain="[('is_slow', '=', True)]",
            free_field_ids=[Command.set(self._field("pace").ids)],
        )
        request = self._submit(self._document(user_id=self.bob.id))
        document = self._document_of(request)
        for color in (2, 3):
            with self.subTest(state=request.state):
                with self.assertRaises(GuardError):
                    document.pace = 4
                self.bob.partner_id.color = color
                document.pace = color
            if request.state == "running":
                self._approve(request, self.ann)
        document.action_done()
        self.assertEqual(document.pace, 3)

    def test_what_a_condition_asks_for_is_never_free(self):
        self._policy(
            self.ann,
            domain="[('pace', '<', 5)]",
            free_field_ids=[Command.set(self._field("pace").ids)],
        )
        request = self._submit(self._document(user_id=self.bob.id))
        self._approve(request, self.ann)
        self.bob.partner_id.color = 2
        with self.assertRaises(GuardError):
            self._document_of(request).pace = 2

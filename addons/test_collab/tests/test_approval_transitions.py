from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.collab_guard.exceptions import GuardError

from .approval_common import MODEL, ApprovalCase


@tagged("post_install", "-at_install")
class TestTransitions(ApprovalCase):
    """What policies guard, and which one an approval is for."""

    def test_first_policy_counts(self):
        self._policy(self.bob, name="Later", sequence=20)
        self._policy(self.ann, name="First", sequence=5, domain="[('urgent', '=', True)]")
        self.assertEqual(self._asked(self._submit(self._document(urgent=True))), ["Ann"])
        self.assertEqual(self._asked(self._submit(self._document())), ["Bob"])

    def test_two_transitions_of_one_model(self):
        self._policy(self.ann)
        self._policy(self.bob, name="Closing", value_id=self._value("closed").id, sequence=20)
        document = self._document()
        request = self._submit(document)
        self.assertEqual(self._asked(request), ["Ann"])
        self._approve(request, self.ann)
        document.action_done()
        with self._tells(GuardError, "Closing"):
            document.state = "closed"
        request = self._submit(document)
        self.assertEqual(self._asked(request), ["Bob"])
        self._approve(request, self.bob)
        document.state = "closed"

    def test_guarded_boolean(self):
        self._policy(self.ann, field_id=self._field("urgent").id, value_id=False)
        document = self._document()
        with self.assertRaises(GuardError):
            document.urgent = True
        with self.assertRaises(GuardError):
            self._document(urgent=True)
        document.action_done()
        self._approve(self._submit(document), self.ann)
        document.urgent = True
        self.assertTrue(document.urgent)

    def test_guarded_many2one(self):
        self._policy(
            self.ann,
            field_id=self._field("user_id").id,
            value_id=False,
            value_res_id=self.bob.id,
        )
        document = self._document()
        document.user_id = self.carl
        with self._tells(GuardError, "Bob"):
            document.user_id = self.bob
        self._approve(self._submit(document), self.ann)
        document.user_id = self.bob
        self.assertEqual(document.user_id, self.bob)

    def test_a_guarded_field_that_goes_away(self):
        field = self.env["ir.model.fields"].create(
            {
                "name": "x_gone",
                "model_id": self.env["ir.model"]._get_id(MODEL),
                "ttype": "boolean",
                "field_description": "Gone",
            }
        )
        first = self._policy(self.ann, field_id=field.id, value_id=False, name="Gone")
        self._policy(self.bob, sequence=30)
        document = self._document()
        request = self._submit(document)
        self.assertEqual(request.policy_id, first)
        with self._tells(GuardError, "has values that are guarded"):
            field.unlink()
        with patch.object(self.env.registry, "ready", False):  # as when its app is uninstalled
            field.unlink()
        self.env["collab.guard"]._changed()
        self.requests.with_user(self.rina).panel(MODEL, document.id)
        request.with_user(self.ann).path()
        request.with_user(self.rina).action_withdraw()
        document.name = "still works"
        with self.assertRaises(GuardError):
            document.action_done()

    def test_an_approval_is_for_one_transition(self):
        """Whatever the policy guards by now."""
        policy = self._policy(self.ann, value_id=self._value("sent").id)
        request = self._submit()
        self._approve(request, self.ann)
        policy.value_id = self._value("done")
        policy.stage_ids.step_ids.user_ids = self.bob
        policy.action_publish()
        document = self._document_of(request)
        with self.assertRaises(GuardError):
            document.action_done()
        again = self._submit(document)
        self._approve(again, self.bob)
        document.action_done()
        self.assertTrue(again.used_at)
        self.assertFalse(request.used_at)

    def test_an_approval_is_of_one_policy(self):
        """What it was given for does not count where another one wants to be asked."""
        self._policy(self.bob, domain="[('amount_company', '>', 100)]", sequence=1)
        self._policy(self.ann, sequence=30)
        document = self._document(50)
        self._approve(self._submit(document), self.ann)
        document.line_ids.price = 200
        with self._tells(GuardError, "needs an approval"):
            document.action_done()
        again = self._submit(document)
        self._approve(again, self.bob)
        document.action_done()
        self.assertEqual(document.state, "done")

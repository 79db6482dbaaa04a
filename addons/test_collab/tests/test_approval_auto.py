from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.collab_guard.exceptions import GuardError

from .approval_common import MODEL, ApprovalCase


@tagged("post_install", "-at_install")
class TestAuto(ApprovalCase):
    """Documents that are submitted by themselves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._policy(
            cls.ann,
            domain="[('amount_company', '>', 100)]",
            auto_field_id=cls._field("state").id,
            auto_value_id=cls._value("sent").id,
        )

    def _request(self, document):
        self.env.cr.flush()
        return self.requests.search([("res_model", "=", MODEL), ("res_id", "=", document.id)])

    def test_submitted_by_itself(self):
        document = self._document()
        document.state = "sent"
        request = self._request(document)
        self.assertEqual(request.state, "running")
        self.assertEqual(request.requester_id, self.rina)
        self.assertEqual(self._asked(request), ["Ann"])

    def test_created_so(self):
        self.assertEqual(self._request(self._document(state="sent")).state, "running")

    def test_small_ones_are_not(self):
        document = self._document(10)
        document.state = "sent"
        self.assertFalse(self._request(document))

    def test_at_the_end_of_the_call(self):
        """The app may go on to write after the value that submits."""
        document = self._document()
        document.state = "sent"
        document.write({"name": "written after"})
        document.line_ids.price = 300
        self.assertEqual(self._request(document).state, "running")
        with self.assertRaises(GuardError):
            document.line_ids.price = 400

    def test_once(self):
        document = self._document()
        document.state = "sent"
        self.assertEqual(len(self._request(document)), 1)
        document.state = "sent"
        self.assertEqual(len(self._request(document)), 1)

    def test_back_and_again(self):
        document = self._document()
        document.state = "sent"
        self._request(document).with_user(self.ann).action_reject("no")
        document.state = "draft"
        document.state = "sent"
        self.assertEqual(self._request(document).mapped("state"), ["running", "rejected"])

    def test_taken_back_in_the_same_call(self):
        document = self._document()
        document.state = "sent"
        document.state = "draft"
        self.assertFalse(self._request(document))

    def test_the_bar_before_that(self):
        """The application checks more before it sets the value; the bar says so."""
        document = self._document()
        when = "It is submitted by itself when “State” becomes “Sent”."
        panel = self._panel(document)
        self.assertEqual((panel["how"], panel["can_submit"]), (when, False))
        document.state = "sent"
        self._request(document).with_user(self.ann).action_reject("no")
        panel = self._panel(document)
        self.assertEqual((panel["how"], panel["can_submit"]), ("", True))
        document.state = "refused"
        self.assertNotIn("policy", self._panel(document), "nothing to be done about it there")
        document.state = "draft"
        self.assertEqual(self._panel(document)["how"], when)

    def test_another_policy_that_people_submit(self):
        """It does not stand behind one that waits for the application."""
        self._policy(self.bob, name="Other", value_id=self._value("closed").id)
        document = self._document()
        panel = self._panel(document)
        self.assertEqual((panel["can_submit"], panel["policy"]), (True, "Other"))

    def test_what_submits_is_locked(self):
        """Even if the policy sets it free: to change it would take the request back."""
        self._policy(
            self.ann,
            sequence=1,
            auto_field_id=self._field("priority").id,
            auto_value_id=self._value("1", "priority").id,
            free_field_ids=[Command.set((self._field("priority") | self._field("color")).ids)],
        )
        document = self._document(priority="1")
        request = self._request(document)
        document.color = 3
        with self.assertRaises(GuardError):
            document.priority = "0"
        self.assertEqual(request.state, "running")

    def test_not_where_it_is_over(self):
        document = self._document()
        document.state = "refused"
        with self._tells(UserError, "does not need an approval, as it is now"):
            self._submit(document)

    def test_many(self):
        documents = self._document() | self._document() | self._document(1)
        documents.write({"state": "sent"})
        self.env.cr.flush()
        self.assertEqual(
            sorted(self.requests.search([("res_model", "=", MODEL)]).mapped("res_id")),
            documents[:2].ids,
        )

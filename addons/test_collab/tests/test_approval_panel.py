from odoo.tests import tagged

from .approval_common import ApprovalCase


@tagged("post_install", "-at_install")
class TestPanel(ApprovalCase):
    def test_states(self):
        document = self._document()
        self.assertEqual(self._panel(document), {})
        self._policy(self.ann, self.bob, domain="[('amount_company', '>', 100)]")
        self.assertEqual(self._panel(self._document(1)), {})
        panel = self._panel(document)
        self.assertTrue(panel["can_submit"])
        self.assertEqual(panel["policy"], "Policy")
        self.assertFalse(panel["request"])
        request = self._submit(document, note="please")
        panel = self._panel(document)
        self.assertFalse(panel["can_submit"])
        shown = panel["request"]
        self.assertEqual(shown["state"], "running")
        self.assertEqual(shown["waiting_for"], "Ann")
        self.assertEqual(shown["note"], "please")
        self.assertTrue(shown["can_withdraw"])
        self.assertFalse(shown["can_decide"])
        self.assertEqual([s["state"] for s in shown["stages"]], ["pending", "waiting"])
        shown = self._panel(document, self.ann)["request"]
        self.assertTrue(shown["can_decide"])
        self.assertFalse(shown["can_withdraw"])
        self.assertFalse(self._panel(document, self.bob)["request"]["can_decide"])
        self._approve(request, self.ann)
        shown = self._panel(document, self.bob)["request"]
        self.assertTrue(shown["can_decide"])
        self.assertEqual([s["state"] for s in shown["stages"]], ["approved", "pending"])
        request.with_user(self.bob).action_reject("no")
        panel = self._panel(document)
        self.assertEqual(panel["request"]["state"], "rejected")
        self.assertTrue(panel["can_submit"])
        again = self._submit(document)
        self._approve(again, self.ann, self.bob)
        panel = self._panel(document)
        self.assertEqual(panel["request"]["state"], "approved")
        self.assertFalse(panel["can_submit"])
        document.action_done()
        panel = self._panel(document)
        self.assertFalse(panel["can_submit"])
        self.assertFalse(panel["request"]["can_withdraw"])

    def test_used_and_gone(self):
        self._policy(self.ann)
        document = self._document()
        self._approve(self._submit(document), self.ann)
        self.assertFalse(self._panel(document)["request"]["is_past"])
        document.action_done()
        self.assertFalse(self._panel(document)["request"]["is_past"])
        document.sudo().state = "closed"
        self.assertTrue(self._panel(document)["request"]["is_past"])

    def test_earlier_requests(self):
        self._policy(self.ann)
        document = self._document()
        first = self._submit(document)
        self.assertEqual(self._panel(document)["earlier"], 0)
        first.with_user(self.ann).action_reject("no")
        self._submit(document)
        self.assertEqual(self._panel(document)["earlier"], 1)
        self.assertEqual(self._panel(document, self.ann)["earlier"], 1)
        self.assertEqual(self._panel(document, self.carl)["earlier"], 0, "not theirs to see")
        decided = [("task_ids.decided_by", "=", self.ann.id)]
        self.assertEqual(self.requests.with_user(self.ann).search(decided), first)

    def test_widget_is_in_the_form_once(self):
        self.assertNotIn("collab_approval_panel", self.documents.get_view(view_type="form")["arch"])
        self._policy(self.ann)
        arch = self.documents.get_view(view_type="form")["arch"]
        self.assertEqual(arch.count("collab_approval_panel"), 1)
        self.assertNotIn("collab_approval_panel", self.documents.get_view(view_type="list")["arch"])

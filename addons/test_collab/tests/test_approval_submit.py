from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.collab_guard.exceptions import GuardError

from .approval_common import MODEL, ApprovalCase


@tagged("post_install", "-at_install")
class TestSubmit(ApprovalCase):
    def test_from_draft_to_done(self):
        self._policy(self.ann)
        document = self._document()
        with self._tells(GuardError, "needs an approval", "Done", "Policy"):
            document.action_done()
        request = self._submit(document, note="please")
        self.assertEqual(request.state, "running")
        self.assertEqual(request.note, "please")
        self.assertEqual(request.requester_id, self.rina)
        self.assertEqual(request.res_name, "Document")
        with self._tells(GuardError, "waits for Ann"):
            document.action_done()
        with self._tells(GuardError, "you have to approve it first"):
            document.with_user(self.ann).action_done()
        self._approve(request, self.ann)
        self.assertEqual(request.state, "approved")
        document.action_done()
        self.assertEqual(document.state, "done")
        self.assertEqual(self._events(request), ["submitted", "approved", "approved_all", "used"])

    def test_only_what_the_policy_is_for(self):
        self._policy(self.ann, domain="[('amount_company', '>', 100)]")
        small = self._document(100)
        with self._tells(UserError, "does not need an approval"):
            self._submit(small)
        small.action_done()
        self.assertEqual(small.state, "done")
        large = self._document(100.01)
        with self.assertRaises(GuardError):
            large.action_done()

    def test_several_all_or_none(self):
        self._policy(self.ann, domain="[('amount_company', '>', 100)]")
        documents = self._document(200) | self._document(300) | self._document(1)
        with self.assertRaises(UserError):
            self._submit(documents)
        self.assertFalse(self.requests.search([("res_model", "=", MODEL)]))
        requests = self._submit(documents[:2])
        self.assertEqual(requests.mapped("res_id"), documents[:2].ids)

    def test_twice(self):
        self._policy(self.ann)
        request = self._submit()
        with self._tells(UserError, "under review already"):
            self._submit(self._document_of(request))
        self._approve(request, self.ann)
        with self._tells(UserError, "approved already"):
            self._submit(self._document_of(request))

    def test_the_same_id_twice(self):
        self._policy(self.ann)
        document = self._document()
        requests = self.requests.with_user(self.rina).submit(MODEL, [*document.ids, *document.ids])
        self.assertEqual(len(requests), 1)


@tagged("post_install", "-at_install")
class TestPreview(ApprovalCase):
    """What is shown before a request is made."""

    def test_preview_is_what_happens(self):
        self.group.user_ids = self.ann | self.rina
        self._staff(self.rina, self.bob, None, self.carl)
        self._policy(
            [self.ann | self.rina, self.group],
            {"source": "manager", "level_first": 1, "level_last": 3},
            {"users": self.dora, "domain": "[('urgent', '=', True)]"},
            {"source": "field", "field_id": self._field("user_id").id},
        )
        documents = self._document() | self._document(urgent=True, user_id=self.dora.id)
        preview = self.requests.with_user(self.rina).preview(MODEL, documents.ids)
        self.assertEqual([p["res_id"] for p in preview], documents.ids)
        requests = self._submit(documents)
        for shown, request in zip(preview, requests, strict=True):
            self.assertFalse(shown["problem"])
            self.assertEqual(self._names(shown["stages"]), self._names(request.path()["stages"]))
            why = {step["key"]: step["why"] for s in shown["stages"] for step in s["steps"]}
            for stage in request.path()["stages"]:
                for step in stage["steps"]:
                    self.assertEqual(step["why"], why[step["key"]])
        # what is left out says why, and who was barred is named
        steps = [step for stage in preview[0]["stages"] for step in stage["steps"]]
        self.assertEqual(
            [step["why"] for step in steps],
            ["source", "source", "source", "condition", "fallback"],
        )
        self.assertEqual(steps[0]["barred"], ["Rina"])

    def test_preview_writes_nothing(self):
        self._policy(self.ann)
        document = self._document()
        self.requests.with_user(self.rina).preview(MODEL, document.ids)
        self.assertFalse(self.requests.search([("res_model", "=", MODEL)]))
        with self.assertRaises(GuardError):
            document.action_done()

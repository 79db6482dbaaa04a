from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .approval_common import MODEL, ApprovalCase


@tagged("post_install", "-at_install")
class TestNonsense(ApprovalCase):
    """What no client of good faith sends."""

    def test_nonsense(self):
        self._policy(self.ann)
        requests = self.requests.with_user(self.rina)
        for model, ids in (
            ("no.such.model", [1]),
            ("collab.guard", [1]),
            (MODEL, [0]),
            (MODEL, [2**31 - 1]),
            (MODEL, None),
            (MODEL, 5),
            (MODEL, "abc"),
            (MODEL, [[1]]),
            (MODEL, [True]),
            ([MODEL], [1]),
            (None, [1]),
        ):
            for method in ("submit", "preview"):
                with self.subTest(model=model, ids=ids), self.assertRaises(UserError):
                    getattr(requests, method)(model, ids)
        document = self._document()
        for text in (5, ["a"], {"a": 1}, True):
            with self._tells(UserError, "is a text"):
                requests.submit(MODEL, document.ids, text)
        request = requests.submit(MODEL, document.ids, "a\0b")
        self.assertEqual(request.note, "ab")
        for text in (5, ["a"]):
            with self._tells(UserError, "is a text"):
                request.with_user(self.ann).action_approve(text)
        for text in ("\u200b", "\0", " \n"):
            with self._tells(UserError, "comment"):
                request.with_user(self.ann).action_reject(text)
        for some in (requests, requests.browse(0), request | self._submit()):
            for method in ("path", "action_open_document"):
                with self._tells(UserError, "Choose one request"):
                    getattr(some, method)()
        self.assertFalse(requests.submit(MODEL, []))
        self.assertEqual(requests.preview(MODEL, []), [])

    def test_nonsense_for_requests(self):
        """Over RPC, ids are whatever a client sends; portal users learn nothing by any."""
        self._policy(self.ann)
        request = self._submit()
        methods = (
            *("action_approve", "action_reject", "action_withdraw", "action_move", "path"),
            *("action_approve_or_ask", "action_open_document", "action_open_decision"),
        )
        for method in methods:
            for ids in ("x", [[1, 2]], 10**20, -1, [1.5], [None], [True], {"a": 1}):
                with (
                    self.subTest(method=method, ids=ids),
                    self._tells(UserError, "list of their ids"),
                ):
                    call_kw(self.requests.with_user(self.ann), method, [ids], {})
            told = set()
            for ids in (request.ids, [2**31 - 1], "x"):
                with self.assertRaises(AccessError) as refusal:
                    call_kw(self.requests.with_user(self.portal), method, [ids], {})
                told.add(str(refusal.exception))
            self.assertEqual(len(told), 1, method)
        for ids in ([10**20], [-1]):
            for method in ("submit", "preview"):
                with self._tells(UserError, "list of their ids"):
                    getattr(self.requests.with_user(self.rina), method)(MODEL, ids)

    def test_texts_that_cannot_be_kept(self):
        """Half a sign is left out, and what nobody would read is refused."""
        self._policy(self.ann)
        request = self._submit(note="a\ud800b" + "c" * 9_998)
        self.assertEqual(request.note, "ab" + "c" * 9_998)
        document = self._document()
        with self._tells(UserError, "10000", "10001"):
            self._submit(document, note="c" * 10_001)
        with self._tells(UserError, "10000"):
            request.with_user(self.ann).action_reject("c" * 30_000_000)
        with self._tells(UserError, "comment"):
            request.with_user(self.ann).action_reject("\ud800")
        with self._tells(UserError, "10000"):
            request.with_user(self.rina).action_withdraw("c" * 10_001)

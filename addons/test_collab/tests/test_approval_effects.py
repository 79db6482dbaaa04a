import json
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.collab_approval.models.collab_approval_engine import TEXT_LIMIT

from .approval_common import MODEL, URGENT_FAILS, ApprovalCase


@tagged("post_install", "-at_install")
class TestEffects(ApprovalCase):
    def _action(self, code):
        return self.env["ir.actions.server"].create(
            {
                "name": "Effect",
                "model_id": self.env["ir.model"]._get_id(MODEL),
                "state": "code",
                "code": code,
            }
        )

    def test_success(self):
        self._policy(
            self.ann,
            approved_action_id=self._action("records.action_done()").id,
            rejected_action_id=self._action(
                "records.write({'state': 'refused', 'title': env.context['collab_comment']})"
            ).id,
        )
        requests = self._submit(self._document() | self._document())
        self._approve(requests, self.ann)
        self.assertEqual(
            [self._document_of(request).state for request in requests], ["done", "done"]
        )
        request = self._submit()
        request.with_user(self.ann).action_reject("too dear")
        document = self._document_of(request)
        self.assertEqual((document.state, document.title), ("refused", "too dear"))

    @mute_logger(
        "odoo.addons.base.models.ir_actions",
        "odoo.addons.collab_approval.models.collab_approval_engine",
        "odoo.sql_db",
    )
    def test_failure(self):
        """A follow-up that fails is logged and does not undo the decision."""
        for code in (
            "raise UserError('out of stock')",
            "1 / 0",
            "record.no_such_method()",
            "env.cr.execute('SELECT no_such_column')",
            "record.write({'name': 'half done'})\nraise UserError('out of stock')",
        ):
            with self.subTest(code=code):
                policy = self._policy(self.ann, approved_action_id=self._action(code).id)
                request = self._submit()
                self._approve(request, self.ann)
                self.assertEqual(request.state, "approved")
                self.assertEqual(self._events(request)[-1], "effect_failed")
                document = self._document_of(request)
                self.assertEqual((document.state, document.name), ("draft", "Document"))
                document.action_done()
                policy.action_retire()

    def test_one_of_several_fails(self):
        self._policy(self.ann, approved_action_id=self._action(URGENT_FAILS).id)
        requests = self._submit(self._document() | self._document(urgent=True) | self._document())
        self._approve(requests, self.ann)
        self.assertEqual(
            [self._document_of(request).state for request in requests], ["done", "draft", "done"]
        )
        self.assertEqual(
            [self._failure(request) for request in requests], ["", "no <b>stock</b>", ""]
        )

    def _failure(self, request):
        panel = self.requests.with_user(self.rina).panel(MODEL, request.res_id)
        self.assertEqual(
            panel["request"]["failure"], request.with_user(self.rina).path()["failure"]
        )
        return panel["request"]["failure"]

    def _warnings(self):
        """Return [(partner id, message)] of what the web client shows at once."""
        self.env.cr.flush()
        rows = self.env["bus.bus"].sudo().search([])
        messages = [(json.loads(row.channel), json.loads(row.message)) for row in rows]
        rows.unlink()
        return [
            (channel[2], message["payload"])
            for channel, message in messages
            if message["type"] == "simple_notification"
        ]

    def test_failure_is_shown_until_the_document_goes_through(self):
        policy = self._policy(self.ann, approved_action_id=self._action(URGENT_FAILS).id)
        for is_retired in (False, True):
            with self.subTest(is_retired=is_retired):
                request = self._submit(self._document(urgent=True))
                self.assertEqual(self._failure(request), "")
                self._approve(request, self.ann)
                self.assertEqual(self._failure(request), "no <b>stock</b>")
                if is_retired:
                    policy.action_retire()
                document = self._document_of(request)
                document.action_done()
                self.assertEqual(self._failure(request), "")
                if not is_retired:  # once is enough
                    document.state = "draft"
                    self.assertEqual(self._failure(request), "")

    def test_failure_of_what_follows_a_rejection(self):
        self._policy(self.ann, rejected_action_id=self._action(URGENT_FAILS).id)
        request = self._submit(self._document(urgent=True))
        request.with_user(self.ann).action_reject("no")
        self.assertEqual(self._failure(request), "no <b>stock</b>")
        again = self._submit(self._document_of(request))
        self.assertEqual(again.path()["failure"], "")

    def test_failure_ends_with_the_request(self):
        self._policy(self.ann, approved_action_id=self._action(URGENT_FAILS).id)
        request = self._submit(self._document(urgent=True))
        self._approve(request, self.ann)
        request.with_user(self.rina).action_withdraw()
        self.assertEqual(self._failure(request), "")

    @mute_logger(
        "odoo.addons.base.models.ir_actions",
        "odoo.addons.collab_approval.models.collab_approval_engine",
    )
    def test_failure_tells_nothing_of_the_inside(self):
        for code in ("record.no_such_method()", "raise UserError(' ')", "raise Warning('secret')"):
            with self.subTest(code=code):
                policy = self._policy(self.ann, approved_action_id=self._action(code).id)
                request = self._submit()
                self._warnings()
                self._approve(request, self.ann)
                failure = self._failure(request)
                self.assertIn("unexpected", failure)
                self.assertIn(str(request.id), failure)
                [(__, warning)] = self._warnings()
                said = json.dumps(request.with_user(self.rina).path()) + warning["message"]
                said += str(request.with_user(self.rina).log_ids.mapped("comment"))
                for word in ("secret", "no_such_method", "Traceback", "Error"):
                    self.assertNotIn(word, said)
                policy.action_retire()

    def test_failure_with_whatever_words(self):
        """Nothing that the action says makes the decision fail."""
        self._policy(
            self.ann,
            approved_action_id=self._action(
                "raise UserError({'Sent': 'no\\0ne', 'Long': 'x' * 20000}[record.name])"
            ).id,
        )
        requests = self._submit(self._document(name="Sent") | self._document(name="Long"))
        self._approve(requests, self.ann)
        self.assertEqual(set(requests.mapped("state")), {"approved"})
        self.assertEqual(
            [self._failure(request) for request in requests], ["none", "x" * TEXT_LIMIT]
        )

    def test_who_decides_is_warned_at_once(self):
        self._policy(self.ann, approved_action_id=self._action(URGENT_FAILS).id)
        documents = self.documents.union(
            self._document(),
            *(self._document(name=f"Urgent {number}", urgent=True) for number in range(7)),
        )
        requests = self._submit(documents)
        self._warnings()
        self._approve(requests, self.ann)
        warnings = self._warnings()
        self.assertEqual({partner for partner, __ in warnings}, {self.ann.partner_id.id})
        self.assertEqual(len(warnings), 6)
        for number, (__, warning) in enumerate(warnings[:5]):
            self.assertEqual((warning["type"], warning["sticky"]), ("warning", True))
            self.assertIn(f"Urgent {number}:", warning["message"])
            self.assertIn("no <b>stock</b>", warning["message"])
        self.assertIn("2 more", warnings[5][1]["message"])

    def test_cost_of_failures(self):
        """What is told of failures costs the same for one and for many."""
        self._policy(self.ann, approved_action_id=self._action(URGENT_FAILS).id)

        def count(size):
            documents = (self._document(urgent=True) for __ in range(size))
            requests = self._submit(self.documents.union(*documents))
            self.env.cr.flush()
            engine = self.env["collab.approval.engine"].with_user(self.ann)
            rows = engine._lock(requests)
            with patch.object(type(engine), "_run_effect", lambda *args: "no"):
                deciding = self._count(lambda: engine._run_effects(rows, "approved_action", ""))
            self._approve(requests, self.ann)
            return deciding, self._count(lambda: requests._failures(requests._documents_by_id()))

        count(1)
        self.assertEqual(count(5), count(1))

    def test_action_deleted_meanwhile(self):
        action = self._action("records.action_done()")
        policy = self._policy(self.ann, approved_action_id=action.id)
        request = self._submit()
        policy.approved_action_id = False
        action.unlink()
        self._approve(request, self.ann)
        self.assertEqual(request.state, "approved")

# pylint: disable=translation-required,except-pass
import json
from traceback import extract_tb
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.collab_approval.models.collab_approval_engine import TEXT_LIMIT
from odoo.addons.collab_guard.exceptions import GuardError

from .approval_common import MODEL, ApprovalCase

EVIL = "<img src=x onerror=alert(1)>"
URGENT_FAILS = "if record.urgent:\n    raise UserError('no <b>stock</b>')\nrecord.action_done()"


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

    def _panel(self, document):
        return self.requests.with_user(self.rina).panel(MODEL, document.id)

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

    def test_replaced_activities(self):
        kind = self.env["mail.activity.type"].create({"name": "Approve this"})
        other = self.env.ref("mail.mail_activity_data_todo")
        self._policy(self.ann, replaced_activity_type_ids=[Command.set(kind.ids)])
        document = self._document()

        def schedule(activity_type):
            return document.activity_schedule(
                activity_type_id=activity_type.id, user_id=self.bob.id
            )

        schedule(kind)
        kept = schedule(other)
        self._submit(document)
        self.assertEqual(document.activity_ids, kept)
        schedule(kind)
        later = schedule(other)
        self.env.cr.flush()
        document.invalidate_recordset()
        self.assertEqual(document.activity_ids, kept | later)
        free = self._document()
        free.activity_schedule(activity_type_id=kind.id, user_id=self.bob.id)
        self.env.cr.flush()
        self.assertEqual(free.activity_ids.activity_type_id, kind)

    def test_malformed_activities(self):
        """What Odoo makes of them is Odoo's business."""
        kind = self.env["mail.activity.type"].create({"name": "Approve this"})
        self._policy(self.ann, replaced_activity_type_ids=[Command.set(kind.ids)])
        activities = self.env["mail.activity"].with_user(self.rina)
        place = {
            "res_model_id": self.env["ir.model"]._get_id(MODEL),
            "res_id": self._document().id,
        }
        created = activities.create([{"activity_type_id": [], **place}])
        self.assertFalse(created.activity_type_id)
        for malformed in (None, [None], ["x"], 1):
            with self.subTest(vals=malformed):
                try:
                    activities.create(malformed)
                except Exception as error:
                    where = extract_tb(error.__traceback__)[-1].filename
                self.assertNotIn("collab", where)


@tagged("post_install", "-at_install")
class TestTelling(ApprovalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann.notification_type = "inbox"
        cls.bob.notification_type = "email"
        cls.env["collab.approval.task"].search([("state", "=", "pending")])

    def _cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("collab_approval.ir_cron_tell").method_direct_trigger()
        self.env.invalidate_all()

    def _messages(self, user):
        return (
            self.env["mail.message"]
            .sudo()
            .search([("partner_ids", "in", user.partner_id.ids)], order="id")
        )

    def test_inbox_and_email(self):
        self._cron()
        self._policy({"users": self.ann | self.bob, "mode": "all"})
        request = self._submit(note="please")
        self._cron()
        for user, kind in ((self.ann, "inbox"), (self.bob, "email")):
            message = self._messages(user)
            self.assertEqual(len(message), 1)
            self.assertEqual(message.subject, "To decide: Document")
            self.assertIn("please", message.body)
            self.assertEqual(message.author_id, self.rina.partner_id)
            self.assertEqual(message.notification_ids.notification_type, kind)
        self._cron()
        self.assertEqual(len(self._messages(self.ann)), 1, "told once")
        self._approve(request, self.ann, self.bob)
        self._cron()
        message = self._messages(self.rina)
        self.assertEqual(message.subject, "Document: Your request is approved.")

    def test_only_when_it_is_ones_turn(self):
        self._cron()
        self._policy(self.ann, self.bob)
        request = self._submit()
        self._cron()
        self.assertFalse(self._messages(self.bob))
        self._approve(request, self.ann)
        self._cron()
        self.assertEqual(len(self._messages(self.bob)), 1)
        request.with_user(self.bob).action_reject("no")
        self._cron()
        self.assertEqual(self._messages(self.rina).subject, "Document: Your request is rejected.")

    def test_digest(self):
        self._cron()
        self._policy(self.ann)
        self._submit(self.documents.union(*(self._document() for __ in range(13))))
        self._cron()
        message = self._messages(self.ann)
        self.assertEqual(len(message), 1)
        self.assertEqual(message.subject, "13 documents wait for your decision")
        self.assertIn("and 3 more", message.body)

    def test_group_without_those_barred(self):
        self._cron()
        self.group.user_ids = self.ann | self.bob | self.rina
        self._policy(self.group)
        self._submit()
        self._cron()
        self.assertEqual(len(self._messages(self.ann)), 1)
        self.assertEqual(len(self._messages(self.bob)), 1)
        self.assertFalse(self._messages(self.rina))

    @mute_logger("odoo.addons.collab_approval.models.collab_approval_teller")
    def test_one_failing_user(self):
        self._cron()
        self._policy({"users": self.ann | self.bob | self.carl, "mode": "all"})
        self._submit()
        thread = self.env.registry["mail.thread"]
        original = thread.message_notify
        bob = self.bob.partner_id

        def notify(thread, *, partner_ids=None, **kwargs):
            if partner_ids == bob.ids:
                raise UserError("mailbox full")
            return original(thread, partner_ids=partner_ids, **kwargs)

        with patch.object(thread, "message_notify", notify):
            self._cron()
        self.assertTrue(self._messages(self.ann))
        self.assertTrue(self._messages(self.carl))
        self.assertFalse(self._messages(self.bob))

    def test_texts_are_escaped(self):
        self._cron()
        self._policy(self.ann)
        request = self._submit(self._document(name=EVIL), note=EVIL)
        self._cron()
        message = self._messages(self.ann)
        self.assertNotIn("<img", message.body)
        self.assertIn("&lt;img", message.body)
        self._approve(request, self.ann, comment=EVIL)
        self._cron()
        self.assertNotIn("<img", self._messages(self.rina).body)

    def test_in_the_language_of_who_reads(self):
        self._cron()
        self.env["res.lang"]._activate_lang("zh_CN")
        self.ann.lang = "zh_CN"
        self._policy(self.ann | self.bob)
        self._submit(self._document(name="采购“一”"))
        self._cron()
        self.assertEqual(self._messages(self.bob).subject, "To decide: 采购“一”")
        self.assertNotIn("To decide", self._messages(self.ann).subject)
        self.assertIn("采购“一”", self._messages(self.ann).subject)

    def test_follow_up_that_failed(self):
        self._cron()
        action = self.env["ir.actions.server"].create(
            {
                "name": "Effect",
                "model_id": self.env["ir.model"]._get_id(MODEL),
                "state": "code",
                "code": URGENT_FAILS,
            }
        )
        self._policy(self.ann, approved_action_id=action.id, rejected_action_id=action.id)
        urgent = self._document(name="Urgent", urgent=True)
        requests = self._submit(urgent | self._document(name="Fine"))
        refused = self._submit(self._document(name="Refused", urgent=True))
        moved = self._submit(self._document(name="Moved on", urgent=True))
        self._approve(requests | moved, self.ann)
        self._document_of(moved).action_done()
        refused.with_user(self.ann).action_reject("no")
        self._cron()
        messages = self._messages(self.rina)
        self.assertEqual(
            sorted(messages.mapped("subject")),
            [
                "2 of your requests have ended",
                "Refused: Your request is rejected, but the follow-up failed.",
                "Urgent: Your request is approved, but the follow-up failed.",
            ],
        )
        [fine, failed, rejected] = [
            messages.filtered(lambda m, name=name: f">{name}<" in m.body).body
            for name in ("Fine", "Urgent", "Refused")
        ]
        self.assertIn("Moved on", fine)
        self.assertNotIn("failed", fine)
        for body in (failed, rejected):
            self.assertIn("Follow-up failed: no &lt;b&gt;stock&lt;/b&gt;", body)
            self.assertIn("by hand", body)
        self.assertIn("withdraw", failed)
        self.assertNotIn("withdraw", rejected)

    def test_withdrawn_before_it_was_told(self):
        self._cron()
        self._policy(self.ann)
        self._submit().with_user(self.rina).action_withdraw()
        self._cron()
        self.assertFalse(self._messages(self.ann))

    def test_workbenches_are_told(self):
        self.env.cr.flush()
        self.env["bus.bus"].sudo().search([]).unlink()
        self._policy(self.ann)
        request = self._submit()
        self.env.cr.flush()

        def told():
            rows = self.env["bus.bus"].sudo().search([])
            found = {}
            for row in rows:
                message = json.loads(row.message)
                if message["type"] == "collab/card":
                    channel = json.loads(row.channel)
                    found[channel[2] if len(channel) > 2 else channel[1]] = message["payload"][
                        "keys"
                    ]
            rows.unlink()
            return found

        after = told()
        self.assertEqual(after.get(self.ann.partner_id.id), ["approval.todo"])
        self.assertEqual(after.get(self.rina.partner_id.id), ["approval.mine"])
        self._approve(request, self.ann)
        self.env.cr.flush()
        after = told()
        self.assertEqual(after.get(self.ann.partner_id.id), ["approval.todo"])
        self.assertEqual(after.get(self.rina.partner_id.id), ["approval.mine"])

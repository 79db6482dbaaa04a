# pylint: disable=translation-required,except-pass
import contextlib
import json
from traceback import extract_tb
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.collab_approval.models.collab_approval_engine import TEXT_LIMIT
from odoo.addons.collab_approval.stated import Statements
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
        self.assertEqual(again._panel_request()["failure"], "")

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
            return deciding, self._count(requests._failures)

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


@tagged("post_install", "-at_install")
class TestSeeing(ApprovalCase):
    """Who sees what: the activity menu, the cards, the record rules."""

    def _group_of(self, user):
        groups = self.env["res.users"].with_user(user)._get_activity_groups()
        return next((g for g in groups if g["model"] == "collab.approval.request"), None)

    def test_activity_menu(self):
        self._policy(self.ann)
        self.assertFalse(self._group_of(self.ann))
        requests = self._submit(self._document() | self._document())
        group = self._group_of(self.ann)
        self.assertEqual(group["total_count"], 2)
        found = self.requests.with_user(self.ann).search(group["domain"])
        self.assertEqual(sorted(found.ids), sorted(requests.ids))
        self.assertFalse(self._group_of(self.rina))
        self._approve(requests, self.ann)
        self.assertFalse(self._group_of(self.ann))

    def test_record_rules(self):
        self.group.user_ids = self.bob
        self._policy(
            [self.ann, self.group], self.dora, beneficiary_field_id=self._field("user_id").id
        )
        ours = self._submit(self._document(user_id=self.carl.id))
        for user, sees in (
            (self.rina, True),  # submitted
            (self.carl, True),  # whose case it is
            (self.ann, True),  # asked
            (self.bob, True),  # member of a group that is asked
            (self.dora, True),  # asked later
            (self.auditor, True),
            (self.fay, False),  # a stranger
            (self.owner, False),
        ):
            with self.subTest(user=user.name):
                for records in (ours, ours.sudo().task_ids, ours.sudo().log_ids):
                    mine = records.with_user(user).sudo(False)
                    # of the tasks, who is asked reads the own ones
                    found = mine.search([("id", "in", records.ids)])
                    self.assertEqual(bool(found), sees, records._name)
                    if sees:
                        found.read()
                    else:
                        with self.assertRaises(AccessError):
                            mine.read(["id", "create_date"])
                if not sees:
                    with self.assertRaises(AccessError):
                        ours.with_user(user).path()
        for records in (ours, ours.sudo().task_ids, ours.sudo().log_ids):
            with self.assertRaises(AccessError):
                records.with_user(self.portal).sudo(False).read(["id"])
        with self.assertRaises(AccessError):
            self.requests.with_user(self.portal).panel(MODEL, ours.res_id)
        with self.assertRaises(AccessError):
            self.requests.with_user(self.portal).preview(MODEL, [self._document().id])

    def test_dialogs_show_nothing_made_up(self):
        """What a client puts into a dialog's requests is not looked up as superuser."""
        secret = self.env["res.partner"].create({"name": "Secret", "comment": "top secret"})
        self._policy(self.ann)
        foreign = self._submit()
        spec = {
            "request_ids": {
                "fields": {"summary": {}, "waiting_for": {}, "can_withdraw": {}},
                "limit": 10,
            }
        }
        snapshot = {"summary": ["name", "comment"]}
        made_up = {
            "res_model": "res.partner",
            "res_id": secret.id,
            "version_id": {"snapshot": snapshot},
            "requester_id": self.bob.id,
            "state": "running",
            "task_ids": [[4, foreign.sudo().task_ids.id]],
        }
        decide = self.env["collab.approval.decide"].with_user(self.bob)
        for command in ([0, "v", made_up], [1, foreign.id, made_up], [4, foreign.id]):
            with self.subTest(command=command):
                try:
                    answer = json.dumps(
                        decide.onchange({"request_ids": [command]}, ["request_ids"], spec),
                        default=str,
                    )
                except AccessError:
                    continue
                self.assertNotIn("ecret", answer)
                self.assertNotIn("Ann", answer)
                self.assertNotIn('"can_withdraw": true', answer)

    def test_versions_of_other_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        policy = self._policy(self.ann, company_ids=[Command.set(other.ids)])
        step = policy.stage_ids.step_ids
        for record in (policy, policy.version_id, policy.stage_ids, step):
            self.assertFalse(record.with_user(self.rina).sudo(False)._filtered_access("read"))

    def test_versions_are_readable_policies_editable_by_owners_only(self):
        policy = self._policy(self.ann)
        policy.with_user(self.rina).read(["name", "state"])
        for user in (self.rina, self.auditor):
            for record in (policy, policy.stage_ids, policy.stage_ids.step_ids):
                with self.assertRaises(AccessError):
                    record.with_user(user).write({"name": "x"})
        with self.assertRaises(AccessError):
            policy.with_user(self.portal).read(["name"])

    def test_other_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "appr_other",
            groups="base.group_user",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        both = self.auditor
        both.company_ids |= other
        self.group.user_ids = self.ann | stranger
        self._policy(self.group)
        ours = self._submit()
        theirs = self._submit(self._document(company_id=other.id))
        self.assertEqual(theirs.sudo().company_id, other)
        self.assertFalse(ours.with_user(stranger).search([("id", "=", ours.id)]))
        with self.assertRaises(UserError):
            self._approve(ours, stranger)
        self._approve(theirs, stranger)
        self.assertEqual(theirs.sudo().state, "approved")
        requests = self.requests.with_user(both)
        for company_ids, seen in (
            (self.env.company.ids, ours),
            (other.ids, theirs),
            ([self.env.company.id, other.id], ours | theirs),
        ):
            found = requests.with_context(allowed_company_ids=company_ids).search(
                [("id", "in", (ours | theirs).ids)]
            )
            self.assertEqual(found, seen.sorted("id", reverse=True))

    def test_policy_of_some_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.rina.company_ids |= other
        self._policy(self.ann, company_ids=[Command.set(other.ids)])
        here = self._document()
        here.action_done()
        there = self._document(company_id=other.id)
        with self.assertRaises(GuardError):
            there.action_done()
        with self.assertRaises(GuardError):
            here.company_id = other
        request = self._submit(there.with_context(allowed_company_ids=other.ids))
        with self.assertRaises(GuardError):
            there.company_id = self.env.company
        self.ann.company_ids |= other
        request.with_user(self.ann).with_context(allowed_company_ids=other.ids).action_approve()
        with self.assertRaises(GuardError):
            there.company_id = self.env.company
        there.action_done()

    def test_count_and_list_agree_in_every_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.ann.company_ids |= other
        self._policy(self.ann)
        self._submit(self._document(company_id=other.id))
        for ids in (self.env.company.ids, other.ids):
            env = self.env(user=self.ann, context={"allowed_company_ids": ids})
            self.assertEqual(
                env["collab.approval.task"]._count_mine(),
                env["collab.approval.request"].search_count([("my_turn", "=", True)]),
            )

    def test_amounts_in_company_currency(self):
        euro = (
            self.env.ref("base.EUR")
            if self.env.company.currency_id.name != "EUR"
            else self.env.ref("base.USD")
        )
        euro.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", euro.id)]).unlink()
        self.env["res.currency.rate"].create(
            [
                {"currency_id": euro.id, "name": "2020-01-01", "rate": 0.5},
                {"currency_id": euro.id, "name": "2021-01-01", "rate": 2},
            ]
        )
        self._policy(self.ann, domain="[('amount_company', '>', 100)]")
        with self.assertRaises(GuardError):
            self._document(60, currency_id=euro.id, date="2020-06-01").action_done()
        document = self._document(60, currency_id=euro.id, date="2021-06-01")
        document.action_done()
        with self.assertRaises(GuardError):
            document.date = "2020-06-01"
        with self.assertRaises(GuardError):
            self._document(101).action_done()

    def test_answers_are_json(self):
        self._policy(
            self.ann,
            summary_field_ids=[
                Command.set(
                    [
                        self._field(n).id
                        for n in (
                            "amount",
                            "state",
                            "date",
                            "urgent",
                            "user_id",
                            "title",
                            "color",
                            "approver_ids",
                        )
                    ]
                )
            ],
        )
        for name in (EVIL, "采购订单 №1 “引号” 😀", "a" * 500):
            document = self._document(name=name, title=name)
            [preview] = self.requests.with_user(self.rina).preview(MODEL, document.ids)
            self.assertEqual(json.loads(json.dumps(preview))["name"], name)
            request = self._submit(document, note=name)
            cards = self.env["collab.card"]
            for answer in (
                self.requests.with_user(self.ann).panel(MODEL, document.id),
                request.with_user(self.ann).path(),
                cards.with_user(self.ann)._data_approval_todo(),
                cards.with_user(self.rina)._data_approval_mine(),
                request.with_user(self.ann).read(["summary", "waiting_for", "my_turn"]),
            ):
                # as it was typed: escaping is the client's, and doing it twice would show
                self.assertIn(json.dumps(name)[1:-1], json.dumps(answer, default=str))
            self._approve(request, self.ann, comment=name)
            self.assertIn(json.dumps(name), json.dumps(request.with_user(self.rina).path()))

    def test_names_in_the_reader_s_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"]._load_module_terms(["collab_approval"], ["zh_CN"])
        policy = self._policy(self.ann)
        policy.with_context(lang="zh_CN").name = "采购审批"
        policy.stage_ids.with_context(lang="zh_CN").name = "经理"
        policy.stage_ids.step_ids.with_context(lang="zh_CN").name = "采购员的经理"
        document = self._document()
        chinese = self.requests.with_user(self.rina).with_context(lang="zh_CN")
        [preview] = chinese.preview(MODEL, document.ids)
        self.assertEqual(preview["policy"], "采购审批")
        self.assertEqual(preview["stages"][0]["name"], "经理")
        self.assertEqual(preview["stages"][0]["steps"][0]["name"], "采购员的经理")
        request = self._submit(document)
        panel = chinese.panel(MODEL, document.id)["request"]
        self.assertEqual(panel["policy"], "采购审批")
        self.assertNotEqual(panel["state_label"], "Under Review")
        # renamed in the draft: what is in force keeps its name
        policy.name = "Other"
        self.assertEqual(
            request.with_user(self.rina).with_context(lang="en_US")._panel_request()["policy"],
            "Policy",
        )
        with self._tells(GuardError, "审"):
            document.with_context(lang="zh_CN").action_done()

    def test_cards(self):
        self._policy(self.ann)
        requests = self._submit(
            self.documents.union(*(self._document(name=f"D{n}") for n in range(23)))
        )
        card = self.env["collab.card"].with_user(self.ann)._data_approval_todo()
        self.assertEqual(card["count"], 23)
        self.assertEqual(card["rows"][0]["name"], requests[0].res_name)
        self.assertEqual(len(card["rows"]), 20)
        mine = self.env["collab.card"].with_user(self.rina)._data_approval_mine()
        self.assertEqual(mine["count"], 23)
        self.assertEqual(
            self.env["collab.card"].with_user(self.bob)._data_approval_todo()["count"], 0
        )

    def test_wizards_with_what_cannot_be_stored(self):
        """They say so in a sentence, wherever the text comes from."""
        attempts = {
            "collab.approval.submit": {"res_model": MODEL, "res_ids": ["a\0b"]},
            "collab.approval.decide": {"decision": "approve", "comment": "a\ud800b"},
            "collab.chain.verification": {"anchor_hash": "\0"},
            "collab.chain.verification.line": {"kind": "altered", "message": "a\0b"},
        }
        for model, vals in attempts.items():
            wizards = self.env[model]
            defaults = {f"default_{name}": value for name, value in vals.items()}
            for attempt in (
                lambda: wizards.create(vals),  # noqa: B023
                lambda: wizards.new().write(vals),  # noqa: B023
                lambda: wizards.with_context(**defaults).create({}),  # noqa: B023
            ):
                with self.subTest(model=model), self._tells(UserError, "cannot be stored"):
                    attempt()
        submit = self.env["collab.approval.submit"].with_user(self.rina)
        with self._tells(UserError, "cannot be stored"):
            submit.create({"res_model": MODEL, "res_ids": {"a": "\0"}})
        with self._tells(UserError, "cannot be stored"):
            submit.with_context(active_model=MODEL, active_ids="a\0b").create({})

    def test_wizards(self):
        """The dialogs of the client, with what RPC could put into them."""
        self._policy(self.ann)
        document = self._document()
        wizard = (
            self.env["collab.approval.submit"]
            .with_user(self.rina)
            .with_context(active_model=MODEL, active_ids=document.ids)
            .create({"note": "please"})
        )
        self.assertEqual(wizard.preview[0]["policy"], "Policy")
        wizard.action_submit()
        request = self.requests.search([("res_id", "=", document.id), ("res_model", "=", MODEL)])
        self.assertEqual(request.note, "please")
        decide = self.env["collab.approval.decide"]
        for user in (self.rina, self.bob):
            with self.assertRaises(UserError):
                decide.with_user(user).create(
                    {"request_ids": [Command.set(request.ids)], "decision": "approve"}
                ).action_decide()
        with self.assertRaises(AccessError):
            decide.with_user(self.portal).create(
                {"request_ids": [Command.set(request.ids)], "decision": "approve"}
            )
        decide.with_user(self.ann).create(
            {"request_ids": [Command.set(request.ids)], "decision": "approve", "comment": "ok"}
        ).action_decide()
        self.assertEqual(request.state, "approved")


@tagged("post_install", "-at_install")
class TestCost(ApprovalCase):
    """Numbers of queries, at two sizes: they do not grow with the records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._policy(
            cls.ann,
            {"users": cls.bob | cls.carl, "mode": "all"},
            cls.dora,
            domain="[('amount_company', '>', 100)]",
        )

    def _documents(self, size):
        documents = self.documents.union(*(self._document() for __ in range(size)))
        self.env.flush_all()
        return documents

    def _counts(self, size):
        documents = self._documents(size)
        counts = {}
        requests = self.requests.with_user(self.rina)
        counts["preview"] = self._count(lambda: requests.preview(MODEL, documents.ids))
        counts["submit"] = self._count(lambda: requests.submit(MODEL, documents.ids))
        self.env.cr.flush()
        found = requests.search([("res_model", "=", MODEL), ("res_id", "in", documents.ids)])
        counts["decide"] = self._count(lambda: found.with_user(self.ann).action_approve())
        counts["decide one of two"] = self._count(
            lambda: found.with_user(self.bob).action_approve()
        )
        counts["list"] = self._count(
            lambda: found.with_user(self.rina).read(
                ["res_name", "waiting_for", "summary", "my_turn", "can_withdraw"]
            )
        )
        counts["count"] = self._count(
            lambda: self.env["collab.approval.task"].with_user(self.carl)._count_mine()
        )
        counts["panel"] = self._count(lambda: requests.panel(MODEL, documents[0].id))
        self._approve(found, self.carl)
        counts["end"] = self._count(lambda: found.with_user(self.dora).action_approve())
        counts["guarded write"] = self._count(lambda: documents.write({"state": "done"}))
        again = self._documents(size)
        counts["refused write"] = self._count(lambda: self._refused(again))
        request = requests.submit(MODEL, again.ids)
        counts["withdraw"] = self._count(lambda: request.action_withdraw())
        return counts

    def _refused(self, documents):
        try:
            documents.write({"state": "done"})
        except GuardError:
            pass

    def test_flat(self):
        self._counts(1)
        one, twenty = self._counts(1), self._counts(20)
        grown = {key: (one[key], twenty[key]) for key in one if twenty[key] > one[key]}
        self.assertFalse(grown)
        over = {key: (count, LIMITS[key]) for key, count in one.items() if count > LIMITS[key]}
        self.assertFalse(over)


#: Queries of each kind of call, for one record and for twenty
LIMITS = {
    "preview": 18,
    "submit": 15,
    "decide": 5,
    "decide one of two": 4,
    "list": 10,
    "count": 1,
    "panel": 28,
    "end": 5,
    "guarded write": 12,
    "refused write": 7,
    "withdraw": 9,
}


@tagged("post_install", "-at_install")
class TestChain(ApprovalCase):
    """What is changed behind Odoo's back in the log of approvals is found."""

    def setUp(self):
        super().setUp()
        self._policy(self.ann, self.bob)
        self.request = self._submit()
        self.other = self._submit()
        self._approve(self.request, self.ann, self.bob)
        self._approve(self.other, self.ann)
        self.env.flush_all()

    def _verify(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["collab.chain.verifier"]._verify(["collab.approval.log"])

    def _anchor(self):
        self.env["collab.chain.anchor"]._anchor()
        self.env.flush_all()

    def test_sound(self):
        self._anchor()
        self.assertEqual(self._verify(), [])

    def test_altered(self):
        for column, value in (
            ("comment", "'x'"),
            ("event", "'rejected'"),
            ("user_id", str(self.carl.id)),
            ("at", "at - interval '1 day'"),
            ("detail", "'{}'"),
        ):
            row = self.request.sudo().log_ids.sorted("chain_index")[1]
            with self.subTest(column=column), contextlib.closing(self.env.cr.savepoint()):
                self.env.cr.execute(
                    f"UPDATE collab_approval_log SET {column} = {value} WHERE id = %s", [row.id]
                )
                [finding] = self._verify()
                self.assertEqual(
                    (finding.kind, finding.row_id, finding.parent_id),
                    ("altered", row.id, self.request.id),
                )
                self.assertIn(str(self.request.id), finding.message)
        self.assertEqual(self._verify(), [])

    def test_deleted(self):
        self._anchor()
        rows = self.request.sudo().log_ids.sorted("chain_index")
        self.env.cr.execute("DELETE FROM collab_approval_log WHERE id = %s", [rows[1].id])
        [finding] = self._verify()
        self.assertEqual(
            (finding.kind, finding.parent_id, finding.chain_index), ("missing", self.request.id, 2)
        )

    def test_end_deleted(self):
        self._anchor()
        rows = self.request.sudo().log_ids.sorted("chain_index")
        self.env.cr.execute("DELETE FROM collab_approval_log WHERE id = %s", [rows[-1].id])
        [finding] = self._verify()
        self.assertEqual((finding.kind, finding.parent_id), ("tail_missing", self.request.id))

    def test_request_deleted(self):
        self._anchor()
        request_id = self.request.id
        self.env.cr.execute("DELETE FROM collab_approval_log WHERE request_id = %s", [request_id])
        self.env.cr.execute("DELETE FROM collab_approval_task WHERE request_id = %s", [request_id])
        self.env.cr.execute("DELETE FROM collab_approval_request WHERE id = %s", [request_id])
        [finding] = self._verify()
        self.assertEqual((finding.kind, finding.parent_id), ("chain_missing", request_id))
        self.assertIn(str(request_id), finding.message)

    def test_before_the_first_anchor(self):
        """A request and its tasks also tell what is not in the log, or not any more."""
        last = self.request.sudo().log_ids.sorted("chain_index")[-1]
        task = self.other.sudo().task_ids.filtered(lambda t: t.user_id == self.bob)
        for statement, args in (
            ("DELETE FROM collab_approval_log WHERE id = %s", [last.id]),
            ("DELETE FROM collab_approval_log WHERE request_id = %s", [self.request.id]),
            ("UPDATE collab_approval_request SET state = 'rejected' WHERE id = %s", None),
            ("UPDATE collab_approval_request SET requester_id = 1 WHERE id = %s", None),
            (
                "UPDATE collab_approval_task SET decided_by = 1 WHERE request_id = %s",
                None,
            ),
        ):
            with self.subTest(sql=statement), contextlib.closing(self.env.cr.savepoint()):
                self.env.cr.execute(statement, args or [self.request.id])
                [finding] = self._verify()
                self.assertEqual(
                    (finding.kind, finding.parent_id), ("contradicted", self.request.id)
                )
        with contextlib.closing(self.env.cr.savepoint()):
            self.env.cr.execute(
                "UPDATE collab_approval_task SET state = 'approved', decided_by = %s WHERE id = %s",
                [self.bob.id, task.id],
            )
            [finding] = self._verify()
            self.assertEqual(finding.parent_id, self.other.id)
        self.assertEqual(self._verify(), [])

    def _assert_found(self, statement, request, *args):
        """Check that a change made in SQL is found, and on which request."""
        with self.subTest(sql=statement), contextlib.closing(self.env.cr.savepoint()):
            self.env.cr.execute(statement, args)
            found = [(finding.kind, finding.parent_id) for finding in self._verify()]
            self.assertEqual(found, [("contradicted", request.id)])

    def test_request_is_not_as_stated(self):
        """All that the log states of a request is compared with it."""
        other_policy = self._draft(self.carl)
        for assignment in (
            "res_id = res_id + 1",
            "res_model = 'res.partner'",
            "fingerprint = 'x'",
            "fingerprint = NULL",
            "note = 'x'",
            "submitted_at = submitted_at - interval '1 day'",
            "submitted_at = '0044-03-15 BC'",
            "used_at = submitted_at",
            "owner_id = 1",
            "owner_id = NULL",
            "policy_id = NULL",
            f"policy_id = {other_policy.id}",
            "round = 1",
            """plan = jsonb_set(plan, '{stages,0,steps,0,mode}', '"any"')""",
            "plan = '{}'",
            "plan = '5'",
            "plan = NULL",
            "state = 'approved'",
        ):
            self._assert_found(
                f"UPDATE collab_approval_request SET {assignment} WHERE id = %s",
                self.other,
                self.other.id,
            )

        self._assert_found(
            "WITH tasks AS (UPDATE collab_approval_task SET company_id = NULL"
            " WHERE request_id = %s) UPDATE collab_approval_request SET company_id = NULL"
            " WHERE id = %s",
            self.other,
            *(self.other.id, self.other.id),
        )
        self._assert_found(
            "WITH copy AS (INSERT INTO collab_approval_policy_version (policy_id, number, snapshot)"
            " SELECT policy_id, number + 1, snapshot FROM collab_approval_policy_version"
            " WHERE id = %s RETURNING id) UPDATE collab_approval_request"
            " SET version_id = (SELECT id FROM copy) WHERE id = %s",
            self.other,
            *(self.other.sudo().version_id.id, self.other.id),
        )
        self._assert_found(  # also where no task waits any more
            "UPDATE collab_approval_request SET round = 1 WHERE id = %s",
            self.request,
            self.request.id,
        )

    def test_request_points_elsewhere_before_its_end(self):
        """What the log repeats of an altered request does not make it true."""
        for assignment in ("res_id = res_id + 1", "fingerprint = 'x'"):
            with contextlib.closing(self.env.cr.savepoint()):
                self.env.cr.execute(
                    f"UPDATE collab_approval_request SET {assignment} WHERE id = %s",
                    [self.other.id],
                )
                self.env.invalidate_all()
                self._approve(self.other, self.bob)
                [finding] = self._verify()
                self.assertEqual(finding.parent_id, self.other.id)

    def test_used_or_not(self):
        self._document_of(self.request).state = "done"
        self.assertEqual(self._verify(), [])
        self._assert_found(
            "UPDATE collab_approval_request SET used_at = NULL WHERE id = %s",
            self.request,
            self.request.id,
        )

    def test_tasks_are_not_as_stated(self):
        """Neither those that were decided nor those that were not."""
        done, waiting = (
            self.other.sudo().task_ids.filtered(lambda t, u=user: t.user_id == u)
            for user in (self.ann, self.bob)
        )
        self.assertEqual((done.state, waiting.state), ("approved", "pending"))
        for task in (done, waiting):
            for statement in (
                "DELETE FROM collab_approval_task WHERE id = %s",
                f"UPDATE collab_approval_task SET user_id = {self.carl.id} WHERE id = %s",
                "UPDATE collab_approval_task SET user_id = NULL, group_id = 1 WHERE id = %s",
                "UPDATE collab_approval_task SET stage = 5 WHERE id = %s",
                "UPDATE collab_approval_task SET step = 'x' WHERE id = %s",
                "UPDATE collab_approval_task SET turn = 5 WHERE id = %s",
                "UPDATE collab_approval_task SET round = 5 WHERE id = %s",
                "UPDATE collab_approval_task SET round = -1 WHERE id = %s",
                "UPDATE collab_approval_task SET barred_user_id = NULL WHERE id = %s",
                "UPDATE collab_approval_task SET barred_owner_id = 1 WHERE id = %s",
                "UPDATE collab_approval_task SET company_id = NULL WHERE id = %s",
                "UPDATE collab_approval_task SET state = 'waiting' WHERE id = %s",
                "UPDATE collab_approval_task SET state = 'closed' WHERE id = %s",
                "UPDATE collab_approval_task SET state = 'rejected' WHERE id = %s",
                "UPDATE collab_approval_task SET state = 'nonsense' WHERE id = %s",
            ):
                self._assert_found(statement, self.other, task.id)
        for assignment in (
            "comment = 'x'",
            "given = TRUE",
            "decided_by = 1",
            "decided_at = decided_at - interval '1 day'",
        ):
            self._assert_found(
                f"UPDATE collab_approval_task SET {assignment} WHERE id = %s", self.other, done.id
            )
        self._assert_found(
            "UPDATE collab_approval_task SET state = 'pending' WHERE request_id = %s"
            " AND id = (SELECT MAX(id) FROM collab_approval_task WHERE request_id = %s)",
            self.request,
            *(self.request.id, self.request.id),
        )
        self._assert_found(
            "INSERT INTO collab_approval_task (request_id, company_id, round, stage, step, turn,"
            " user_id, barred_user_id, state) SELECT request_id, company_id, round, stage, step,"
            " turn, %s, barred_user_id, 'pending' FROM collab_approval_task WHERE id = %s",
            self.other,
            *(self.carl.id, waiting.id),
        )

    def test_rounds_are_not_as_stated(self):
        """The rounds of a request that was moved, and what it was moved to."""
        version, mover = (
            self.other.sudo().version_id,
            self._user("mover", "collab_base.group_collab_admin"),
        )
        version.policy_id.stage_ids[0].name = "New"
        version.policy_id.action_publish()
        self.other.with_user(mover).action_move()
        self.assertEqual(self._verify(), [])
        self.assertEqual(self.other.sudo().task_ids.mapped("round"), [0, 0, 1, 1])
        for statement, args in (
            ("UPDATE collab_approval_request SET version_id = %s WHERE id = %s", [version.id]),
            ("UPDATE collab_approval_request SET round = 0 WHERE id = %s", []),
            ("DELETE FROM collab_approval_task WHERE round = 0 AND request_id = %s", []),
            ("DELETE FROM collab_approval_task WHERE round = 1 AND request_id = %s", []),
            (
                "UPDATE collab_approval_task SET user_id = %s WHERE round = 0"
                " AND state = 'closed' AND request_id = %s",
                [self.carl.id],
            ),
        ):
            self._assert_found(statement, self.other, *args, self.other.id)

    def test_version_is_not_as_stated(self):
        """A version that was changed is told of once, on one of its requests."""
        version = self.other.version_id
        for snapshot in (
            """jsonb_set(snapshot, '{domain}', '"[]"')""",
            "snapshot || '{\"more\": 1}'",
            "'5'",
        ):
            self._assert_found(
                f"UPDATE collab_approval_policy_version SET snapshot = {snapshot} WHERE id = %s",
                self.request,
                version.id,
            )
        other_policy = self._draft(self.carl)
        with contextlib.closing(self.env.cr.savepoint()):
            for table in ("policy_version SET", "request SET"):
                self.env.cr.execute(
                    f"UPDATE collab_approval_{table} policy_id = %s WHERE policy_id = %s",
                    [other_policy.id, version.policy_id.id],
                )
            self.assertEqual(len(self._verify()), 2)

    def test_rows_without_statements(self):
        """Rows from before plans were stated in the log are nothing to report."""
        with patch.object(Statements, "of", lambda *__: {}):
            request = self._submit()
        self._approve(request, self.ann)
        self.assertEqual(self._verify(), [])
        self.assertEqual(set(request.sudo().log_ids[0].detail), {"document", "fingerprint"})
        self._assert_found(
            "DELETE FROM collab_approval_task WHERE decided_by IS NOT NULL AND request_id = %s",
            request,
            request.id,
        )

    def test_decision_undone(self):
        """Of a request that was withdrawn, where nothing follows from decisions."""
        self.other.with_user(self.rina).action_withdraw()
        self.assertEqual(self._verify(), [])
        self._assert_found(
            "UPDATE collab_approval_task SET state = 'closed', decided_by = NULL"
            " WHERE decided_by IS NOT NULL AND request_id = %s",
            self.other,
            self.other.id,
        )

    def test_altered_detail(self):
        """Whatever a row was made to say, it is told, and so is what else is wrong."""
        self.env.cr.execute(
            "UPDATE collab_approval_request SET note = 'x' WHERE id = %s", [self.other.id]
        )
        deep = "[" * 3000 + "]" * 3000
        for detail in (
            *('{"task": "x"}', '{"task": 1e20}', '{"task": null}', '{"task": [1]}', '{"task": {}}'),
            *("5", '"document"', '["document"]', "null", "{}", deep, "1" * 5000),
            '{"document": 5, "version": {}, "owner": [], "plan": 7, "tasks": [], "barred": 9}',
            '{"document": [], "version": 1e400, "plan": null, "snapshot": [], "barred": [[1]]}',
        ):
            for place in (0, 1):
                row = self.request.sudo().log_ids.sorted("chain_index")[place]
                with (
                    self.subTest(detail=detail[:40], row=place),
                    contextlib.closing(self.env.cr.savepoint()),
                ):
                    self.env.cr.execute(
                        "UPDATE collab_approval_log SET detail = %s WHERE id = %s",
                        [detail, row.id],
                    )
                    found = [(finding.kind, finding.parent_id) for finding in self._verify()]
                    self.assertEqual(
                        found, [("altered", self.request.id), ("contradicted", self.other.id)]
                    )
                    # also where its hash was made anew: it stops nobody
                    self.env["collab.approval.log"]._chain_contradicted(10)

    def test_sound_whatever_happens(self):
        """Nothing that the engine does contradicts the log."""
        self.request.with_user(self.rina).action_withdraw()
        self.other.with_user(self.bob).action_reject("no")
        self.assertEqual(self._verify(), [])

    def test_row_put_in(self):
        self._anchor()
        row = self.request.sudo().log_ids.sorted("chain_index")[-1]
        self.env.cr.execute(
            "INSERT INTO collab_approval_log (request_id, at, event, user_id, chain_index,"
            " previous_hash, hash, create_date) SELECT request_id, at, 'approved', user_id,"
            " chain_index + 1, hash, previous_hash, create_date FROM collab_approval_log"
            " WHERE id = %s",
            [row.id],
        )
        [finding] = self._verify()
        self.assertEqual((finding.kind, finding.parent_id), ("altered", self.request.id))

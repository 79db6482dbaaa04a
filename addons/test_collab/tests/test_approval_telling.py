# pylint: disable=translation-required
import json
from unittest.mock import patch

from lxml import html

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .approval_common import MODEL, URGENT_FAILS, ApprovalCase

EVIL = "<img src=x onerror=alert(1)>"


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

    def _previews(self, user):
        """Return what previews show, which drop all tags."""
        return [
            " ".join(html.fromstring(m.body).text_content().split()) for m in self._messages(user)
        ]

    def test_previews(self):
        """In one line: what it is about first, then the news, and nothing runs together."""
        self._cron()
        self._policy(self.ann)
        lone = self._submit(self._document(name="P1"), note="please")
        self._cron()
        self.assertEqual(
            self._previews(self.ann), ["P1 (Test Document): Your decision is needed. please"]
        )
        self._approve(lone, self.ann, comment="go ahead")
        self._cron()
        self.assertEqual(
            self._previews(self.rina),
            ["P1 (Test Document): Your request is approved. Ann: go ahead"],
        )
        many = self._submit(
            self.documents.union(*(self._document(name=f"P{n}") for n in range(2, 7)))
        )
        self._approve(many, self.ann, comment="fine")
        self._cron()
        lines = "; ".join(f"P{n} (Test Document) – Ann: fine" for n in range(6, 1, -1))
        self.assertEqual(
            self._previews(self.rina)[1],
            f"P6, P5, P4, and 2 more: Your requests are approved. {lines}",
        )

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

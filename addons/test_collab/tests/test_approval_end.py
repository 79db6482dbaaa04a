# pylint: disable=translation-required
from contextlib import suppress

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.collab_approval.tests.common import as_committed
from odoo.addons.collab_guard.exceptions import GuardError

from .approval_common import ApprovalCase


class EndCase(ApprovalCase):
    def tearDown(self):
        # whatever a test did, the log tells it
        self.env.cr.flush()
        self.assertEqual(self.env["collab.approval.log"].sudo()._chain_contradicted(10), [])
        super().tearDown()

    def _used(self, **vals):
        """Return a document that went through, and its request."""
        document = self._document(**vals)
        request = self._submit(document)
        self._approve(request, self.ann)
        document.action_done()
        as_committed(self.env)
        return document, request

    def _all(self, documents):
        """Return the requests for documents; those of other models may have the same ids."""
        domain = [("res_model", "=", documents._name), ("res_id", "in", documents.ids)]
        return self.requests.sudo().search(domain)

    def _move(self, document, *states):
        for state in states:
            document.sudo().state = state
            as_committed(self.env)


@tagged("post_install", "-at_install")
class TestOnePassage(EndCase):
    """An approval is good for one passage."""

    def test_again(self):
        self._policy(self.ann)
        document, request = self._used()
        self._move(document, "refused")
        for attack in (
            document.action_done,
            lambda: document.sudo().write({"state": "done"}),
            lambda: document.with_user(self.env.ref("base.user_admin")).write({"state": "done"}),
        ):
            with self._tells(GuardError, "went through by its approval once"):
                attack()
        self.assertEqual((document.state, request.state), ("refused", "approved"))
        self.assertEqual(self._events(request).count("used"), 1)

    def test_swallowed(self):
        """Code that swallows the refusal keeps nothing."""
        self._policy(self.ann)
        document, __ = self._used()
        self._move(document, "refused")
        with suppress(GuardError):
            document.action_done()
        as_committed(self.env)
        self.assertEqual(document.state, "refused")

    def test_within_one_transaction(self):
        """The application may take it out and back, as it was."""
        self._policy(self.ann, domain="[('amount_company', '>', 100)]")
        document, request = self._used()
        document.sudo().state = "draft"
        document.sudo().state = "done"
        as_committed(self.env)
        self.assertEqual((document.state, request.state), ("done", "approved"))
        self.assertEqual(self._events(request).count("used"), 1)

    def test_ended_on_the_way(self):
        """An approval that ended meanwhile lets nothing back in, in one transaction either:
        imports run what waits for the commit after each row."""
        self._policy(self.ann, domain="[('amount_company', '>', 100)]")
        document, request = self._used()
        document.sudo().state = "draft"
        self.env.cr.flush()
        self.assertEqual(request.state, "lapsed")
        with self.assertRaises(GuardError):
            document.sudo().state = "done"
        document, request = self._used()
        document.sudo().state = "refused"
        admin = self._user("admin", "collab_base.group_collab_admin")
        request.with_user(admin).action_withdraw("by mistake")
        with self.assertRaises(GuardError):
            document.sudo().state = "done"

    def test_refused_then_out_and_back(self):
        """What was refused, and swallowed, is no state to come back to; nor what was not
        judged yet."""
        self._policy(self.ann, domain="[('amount_company', '>', 100)]")
        for judged in (True, False):
            document = self._document(50)
            document.action_done()
            as_committed(self.env)
            with suppress(GuardError):
                document.line_ids.price = 300
                if judged:
                    self.env.cr.flush()
            document.sudo().state = "draft"
            with self.assertRaises(GuardError):
                document.sudo().state = "done"
            document.line_ids.price = 50
            as_committed(self.env)

    def test_not_offered_where_it_went_on(self):
        self._policy(self.ann)
        document, __ = self._used()
        self._move(document, "closed")
        panel = self.requests.with_user(self.rina).panel(document._name, document.id)
        self.assertFalse(panel["can_submit"])
        with self._tells(UserError, "approved already"):
            self._submit(document)


@tagged("post_install", "-at_install")
class TestLapse(EndCase):
    """Approvals end when their document begins again."""

    def setUp(self):
        super().setUp()
        self._policy(self.ann, domain="[('amount_company', '>', 100)]")

    def test_begun_again(self):
        document, request = self._used()
        with self.assertRaises(GuardError):
            document.line_ids.price = 300
        self._move(document, "refused")
        self.assertEqual(request.state, "approved")
        with self.assertRaises(GuardError):
            document.line_ids.price = 300
        self._move(document, "draft")
        self.assertEqual(request.state, "lapsed")
        self.assertEqual(self._events(request)[-2:], ["used", "lapsed"])
        with self._tells(UserError, "Lapsed by "):
            self._approve(request, self.ann)
        document.line_ids.price = 300
        with self._tells(GuardError, "needs an approval"):
            document.action_done()
        panel = self.requests.with_user(self.rina).panel(document._name, document.id)
        self.assertTrue(panel["can_submit"])
        again = self._submit(document)
        self._approve(again, self.ann)
        document.action_done()
        as_committed(self.env)
        self.assertEqual((document.state, again.state), ("done", "approved"))

    def test_gone_on(self):
        """A step forward frees nothing."""
        document, request = self._used()
        self._move(document, "closed")
        self.assertFalse(request.with_user(self.rina).can_withdraw)
        with self._tells(UserError, "has been used"):
            request.with_user(self.rina).action_withdraw("let me")
        self.env["collab.approval.gate"]._end_signalled(document.sudo())
        self.assertEqual(request.state, "approved")
        for attack in (
            lambda: document.line_ids.write({"price": 1}),
            lambda: document.line_ids.unlink(),
        ):
            with self.assertRaises(GuardError):
                attack()

    def test_not_used(self):
        document = self._document()
        request = self._submit(document)
        self._approve(request, self.ann)
        self._move(document, "sent", "draft")
        self.assertEqual(request.state, "approved")
        document.action_done()
        self.assertEqual(document.state, "done")

    def test_deletion(self):
        """What went through and left again is the application's to delete."""
        document, request = self._used()
        with self.assertRaises(GuardError):
            document.sudo().unlink()
        self._move(document, "refused")
        document.sudo().unlink()
        self.assertEqual(request.state, "approved")
        self.assertEqual(request.res_name, "Document")

    def test_policy_retired(self):
        document, request = self._used()
        request.sudo().policy_id.action_retire()
        self._move(document, "draft")
        document.line_ids.price = 300
        self.assertEqual(request.state, "approved")

    def test_many(self):
        """The number of queries does not grow."""
        counts = []
        for number in (2, 20):
            documents = self.documents.union(*(self._used()[0] for __ in range(number)))

            def back(documents=documents):
                documents.sudo().write({"state": "draft"})
                self.env.cr.flush()

            counts.append(self._count(back))
            requests = self._all(documents)
            self.assertEqual(requests.mapped("state"), ["lapsed"] * number)
        self.assertLessEqual(counts[1] - counts[0], 2, counts)

    def test_nobody_lapses_one(self):
        """There is no way to end an approval but the document's."""
        document, request = self._used()
        for user in (self.rina, self.ann, self.owner, self.env.ref("base.user_admin")):
            with self.subTest(user=user.name), self.assertRaises(UserError):
                request.with_user(user).write({"state": "lapsed"})
        gate = self.env["collab.approval.gate"]
        gate._end_signalled(document.sudo())
        self.assertEqual(request.state, "approved")

    def test_submitting_is_no_beginning(self):
        """Where the field that submits is another one than the guarded one."""
        self._policy(
            self.ann,
            name="Urgent",
            sequence=1,
            domain="[('amount_company', '>', 100)]",
            auto_field_id=self._field("priority").id,
            auto_value_id=self._value("1", "priority").id,
        )
        document = self._document()
        as_committed(self.env)
        document.priority = "1"
        as_committed(self.env)
        request = self._all(document)
        self._approve(request, self.ann)
        document.action_done()
        self._move(document, "closed")
        for priority in "01":
            document.priority = priority
            as_committed(self.env)
        self.assertEqual(request.state, "approved")
        self.assertEqual(self._all(document), request)
        with self.assertRaises(GuardError):
            document.line_ids.price = 1
        self._move(document, "draft")
        self.assertEqual(request.state, "lapsed")

    def test_gone_on_elsewhere(self):
        """What Odoo computes from the guarded field has to tell the same."""
        document, request = self._used()
        document.sudo().color = 9
        self._move(document, "draft")
        self.assertEqual(request.state, "approved")
        with self.assertRaises(GuardError):
            document.line_ids.price = 300
        document.sudo().color = 0
        as_committed(self.env)
        self.assertEqual(request.state, "lapsed")
        document.line_ids.price = 300

    def test_begun_again_while_the_policy_was_retired(self):
        (document, request), (__, other), (gone, __) = (self._used() for __ in range(3))
        unused = self._submit()
        self._approve(unused, self.ann)
        policy = request.sudo().policy_id
        policy.action_retire()
        self._move(document, "draft")
        self._move(gone, "draft")
        gone.sudo().unlink()
        self.assertEqual(request.state, "approved")
        policy.action_publish()
        self.assertEqual((request.state, other.state), ("lapsed", "approved"))
        document.line_ids.price = 300
        with self._tells(GuardError, "needs an approval"):
            document.action_done()
        self._document_of(unused).action_done()
        self.assertTrue(unused.used_at)

    def test_the_policy_guards_something_else_by_now(self):
        document, request = self._used()
        policy = request.sudo().policy_id
        policy.value_id = self._value("closed")
        policy.action_publish()
        document.line_ids.price = 300
        with self._tells(GuardError, "needs an approval"):
            document.state = "closed"


@tagged("post_install", "-at_install")
class TestTakenBack(EndCase):
    """Documents that are submitted by themselves are taken back by themselves."""

    def setUp(self):
        super().setUp()
        self._policy(
            self.ann,
            auto_field_id=self._field("state").id,
            auto_value_id=self._value("sent").id,
        )

    def _sent(self):
        document = self._document()
        document.state = "sent"
        as_committed(self.env)
        return document, self._last(document)

    def _last(self, document):
        return self._all(document)[:1]

    def test_by_the_application(self):
        document, request = self._sent()
        for user in (self.rina, self.ann, self.env.ref("base.user_admin")):
            with self.subTest(user=user.name), self.assertRaises(GuardError):
                document.with_user(user).write({"state": "refused"})
        self._move(document, "refused")
        self.assertEqual(request.state, "withdrawn")
        self.assertEqual(self._events(request)[-1], "withdrawn")
        self.assertIn("application", request.log_ids[-1:].comment)
        self.assertEqual(self._asked(request), [])
        document.name = "free"
        self._move(document, "sent")
        self.assertEqual(self._last(document).state, "running")
        self.assertNotEqual(self._last(document), request)

    def test_not_the_guarded_value(self):
        document, request = self._sent()
        with self.assertRaises(GuardError):
            document.sudo().state = "done"
        as_committed(self.env)
        self.assertEqual((document.state, request.state), ("sent", "running"))

    def test_nothing_else(self):
        document, __ = self._sent()
        with self.assertRaises(GuardError):
            document.sudo().write({"state": "refused", "name": "x"})
        with self.assertRaises(GuardError):
            document.sudo().line_ids.price = 1

    def test_gone_through_while_the_policy_was_retired(self):
        """It did what was asked for, so it is not taken back."""
        self._policy(
            self.bob,
            domain="[('amount_company', '>', 9000)]",  # another one that follows the state
            value_id=self._value("closed").id,
            auto_field_id=self._field("state").id,
            auto_value_id=self._value("sent").id,
        )
        document, request = self._sent()
        request.policy_id.action_retire()
        self._move(document, "done")
        self.assertEqual((document.state, request.state), ("done", "running"))

    def test_out_and_back(self):
        document, request = self._sent()
        document.sudo().state = "draft"
        document.sudo().state = "sent"
        as_committed(self.env)
        self.assertEqual((self._last(document), request.state), (request, "running"))

    def test_asked_anew_after_use(self):
        document, request = self._sent()
        self._approve(request, self.ann)
        document.action_done()
        as_committed(self.env)
        self._move(document, "refused", "sent")
        self.assertEqual(request.state, "lapsed")
        self.assertEqual(self._last(document).state, "running")
        with self._tells(GuardError, "waits for Ann"):
            document.action_done()


@tagged("post_install", "-at_install")
class TestAdministrator(EndCase):
    """Somebody has left: an administrator of Collab takes their requests back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls._user("admin", "collab_base.group_collab_admin")

    def test_running(self):
        self._policy(self.ann)
        request = self._submit()
        self.rina.active = False
        shown = request.with_user(self.admin)
        self.assertTrue(shown.can_withdraw)
        self.assertFalse(shown.is_own)
        for comment in (None, "", " ​ "):
            with self._tells(UserError, "Say in a comment why"):
                shown.action_withdraw(comment)
        shown.action_withdraw("Rina has left")
        self.assertEqual(request.state, "withdrawn")
        messages = self.env["mail.message"].sudo()
        start = messages.search([], order="id desc", limit=1)
        self.assertFalse(request.sudo().told)
        self.env["collab.approval.teller"].sudo()._tell_ends(request.sudo())
        [message] = messages.search([("id", ">", start.id)])
        self.assertEqual(message.partner_ids, self.rina.partner_id)
        self.assertIn("Your request is withdrawn", message.body)
        self.assertIn("Admin: Rina has left", message.body)
        self.assertEqual(message.author_id, self.admin.partner_id)
        row = request.sudo().log_ids[-1:]
        self.assertEqual((row.user_id, row.comment), (self.admin, "Rina has left"))

    def test_used(self):
        """Where nobody can tell whether a document begins again."""
        self._policy(self.ann)
        document, request = self._used()
        self._move(document, "refused")
        request.with_user(self.admin).action_withdraw("Rina has left")
        again = self._submit(document)
        self._approve(again, self.ann)
        document.action_done()
        self.assertEqual(document.state, "done")

    def test_too_late(self):
        self._policy(self.ann)
        __, request = self._used()
        self.assertFalse(request.with_user(self.admin).can_withdraw)
        with self._tells(UserError, "has been used"):
            request.with_user(self.admin).action_withdraw("Rina has left")

    def test_dialog(self):
        self._policy(self.ann)
        request = self._submit()
        action = (
            request.with_user(self.admin)
            .with_context(collab_decision="withdraw")
            .action_open_decision()
        )
        dialogs = self.env["collab.approval.decide"].with_user(self.admin)
        dialog = dialogs.with_context(**action["context"]).create({"comment": "Rina has left"})
        self.assertTrue(dialog.needs_comment)
        dialog.action_decide()
        self.assertEqual(request.state, "withdrawn")

    def test_nobody_else(self):
        self._policy(self.ann)
        request = self._submit()
        for user in (self.ann, self.bob, self.owner, self.auditor, self.portal):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                request.with_user(user).action_withdraw("for fun")

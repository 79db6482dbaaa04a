from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.collab_guard.exceptions import GuardError

from .approval_common import MODEL, ApprovalCase

OWNER_WHO_READS = "collab_base.group_collab_process_owner,collab_base.group_collab_auditor"


@tagged("post_install", "-at_install")
class TestVersions(ApprovalCase):
    """What publishing makes, and what runs meanwhile."""

    def test_draft_is_not_in_force(self):
        policy = self._draft(self.ann)
        self.assertEqual(policy.state, "draft")
        document = self._document()
        document.action_done()
        self.assertEqual(document.state, "done")

    def test_publishing_twice_the_same(self):
        policy = self._policy(self.ann)
        self.assertEqual((policy.state, policy.version_id.number), ("published", 1))
        self.assertFalse(policy.has_changes)
        policy.action_publish()
        self.assertEqual(policy.version_id.number, 1)
        policy.stage_ids.step_ids.user_ids = self.bob
        policy.invalidate_recordset(["has_changes"])
        self.assertTrue(policy.has_changes)
        policy.action_publish()
        self.assertEqual(policy.version_id.number, 2)
        self.assertEqual(policy.version_ids.filtered("in_force"), policy.version_id)

    def test_running_requests_keep_their_version(self):
        policy = self._policy(self.ann, self.bob)
        old = self._submit()
        policy.stage_ids[1].step_ids.user_ids = self.carl
        self._approve(old, self.ann)
        self.assertEqual(self._asked(old), ["Bob"])
        self.assertEqual(self._names(self._submit().path()["stages"]), [[["Ann"]], [["Bob"]]])
        policy.action_publish()
        new = self._submit()
        self.assertEqual(self._names(new.path()["stages"]), [[["Ann"]], [["Carl"]]])
        self.assertEqual(self._asked(old), ["Bob"])
        self.assertTrue(old.is_outdated)
        self.assertFalse(new.is_outdated)
        self._approve(old, self.bob)
        self.assertEqual(old.state, "approved")
        # what was approved under the old version may still be used
        self._document_of(old).action_done()

    def test_retired(self):
        policy = self._policy(self.ann)
        request = self._submit()
        policy.action_retire()
        self.assertEqual(policy.state, "retired")
        free = self._document()
        free.action_done()
        document = self._document_of(request)
        for attack in (
            lambda: document.write({"name": "x"}),
            lambda: document.line_ids.write({"price": 1}),
            lambda: document.unlink(),
        ):
            with self._tells(GuardError, "under review"):
                attack()
        self._approve(request, self.ann)
        self.assertEqual(request.state, "approved")
        document.name = "free"
        document.action_done()

    def test_retired_and_published_again(self):
        policy = self._policy(self.ann)
        policy.action_retire()
        policy.action_publish()
        self.assertEqual((policy.state, policy.version_id.number), ("published", 2))
        with self.assertRaises(GuardError):
            self._document().action_done()

    def test_what_a_version_says(self):
        policy = self._policy(self.ann, self.bob, domain="[('amount', '>', 5)]")
        version = policy.with_user(self.owner).version_id
        self.assertEqual(version.steps, "Stage 1: Step 1.1\nStage 2: Step 2.1")
        self.assertEqual((version.model, version.domain), (MODEL, "[['amount', '>', 5]]"))

    def test_approved_under_an_old_version_that_bound_less(self):
        policy = self._policy(self.ann)
        request = self._submit()
        self._approve(request, self.ann)
        policy.material_field_ids = self._field("title")
        policy.action_publish()
        self._document_of(request).action_done()


@tagged("post_install", "-at_install")
class TestMoving(ApprovalCase):
    """Requests that are moved to the version in force."""

    def test_moved_to_the_new_version(self):
        policy = self._policy(self.ann, self.bob)
        request = self._submit()
        self._approve(request, self.ann)
        policy.stage_ids[0].step_ids.user_ids = self.carl
        policy.action_publish()
        for user in (self.rina, self.ann, self.portal, self.owner):
            with self.assertRaises(AccessError):
                request.with_user(user).action_move()
        for user in (self.rina, self.ann, self.portal):
            with self.assertRaises(AccessError):
                policy.with_user(user).action_move_requests()
        mover = self._user("mover", "collab_base.group_collab_admin")
        mine = policy.with_user(self.owner)  # who may not read the requests
        self.assertEqual((mine.request_count, mine.outdated_count), (1, 1))
        told = mine.action_move_requests()["params"]["message"]
        self.assertEqual(told, "Requests moved to the version in force: 1")
        self.env.invalidate_all()
        self.assertEqual((mine.request_count, mine.outdated_count), (1, 0))
        self.assertEqual(self._asked(request), ["Carl"])
        with self.assertRaises(UserError):
            self._approve(request, self.ann)
        self.assertIn("moved", self._events(request))
        with self._tells(UserError, "no newer version"):
            request.with_user(mover).action_move()
        self._approve(request, self.carl, self.bob)
        self.assertEqual(request.state, "approved")
        with self.assertRaises(UserError):
            request.with_user(mover).action_move()

    def test_those_that_cannot_be_moved_stay(self):
        """The others are moved all the same by the policy; one by one, all or none."""
        policy = self._policy(self.ann)
        small, large, lonely = (self._submit(self._document(price)) for price in (10, 500, 900))
        policy.domain = "[('amount_company', '>', 100)]"
        condition = "[('amount_company', '>', 800)]"
        step = {"users": self.rina, "domain": condition, "name": "Herself"}
        policy.stage_ids = [
            Command.create({"name": "Last", "step_ids": [Command.create(self._step(step))]})
        ]
        policy.fallback_user_ids = self.rina
        policy.action_publish()
        mover = policy.with_user(self.owner)
        with self._tells(UserError, "Document stays under version 1: version 2 is not for it"):
            (small | large).with_user(self._user("mover", OWNER_WHO_READS)).action_move()
        self.assertEqual(large.version_id.number, 1)
        told = mover.action_move_requests()["params"]
        self.assertEqual((told["type"], told["sticky"]), ("warning", True))
        numbers = "in force: 1. Those that stay where they are: 2."
        self.assertIn(numbers, told["message"])
        self.assertNotIn("Document", told["message"])  # which they may not read
        told = policy.action_move_requests()["params"]["message"]
        for part in (
            "in force: 0. Those that stay where they are: 2.",
            "Document stays under version 1: version 2 is not for it.",
            "for the step “Herself” of the policy “Policy” there is nobody to ask",
        ):
            self.assertIn(part, told)
        numbers = [request.version_id.number for request in (small, large, lonely)]
        self.assertEqual(numbers, [1, 2, 1])
        self.assertEqual([len(r.sudo().task_ids) for r in (small, large, lonely)], [1, 2, 1])
        self.assertEqual(self._events(lonely), ["submitted"])
        self._approve(large | lonely, self.ann)
        self.assertEqual((large | lonely).mapped("state"), ["approved"] * 2)

    def test_who_was_asked_before_it_was_moved(self):
        """What was decided then is void."""
        policy = self._policy({"users": self.ann | self.bob, "mode": "any"}, self.carl)
        request = self._submit()
        self._approve(request, self.bob)
        policy.stage_ids[0].step_ids.user_ids = self.dora
        policy.action_publish()
        policy.with_user(self.owner).action_move_requests()
        with self.assertRaises(UserError) as refusal:
            self._approve(request, self.ann)
        self.assertIn("it waits for Dora", str(refusal.exception))
        self.assertNotIn("Bob", str(refusal.exception))

import itertools

from odoo.exceptions import UserError
from odoo.tests import tagged

from .approval_common import ApprovalCase


@tagged("post_install", "-at_install")
class TestModes(ApprovalCase):
    def test_all(self):
        self._policy({"users": self.ann | self.bob, "mode": "all"})
        request = self._submit()
        self._approve(request, self.ann)
        self.assertEqual(request.state, "running")
        self.assertEqual(self._asked(request), ["Bob"])
        self._approve(request, self.bob)
        self.assertEqual(request.state, "approved")

    def test_all_first_rejection_ends(self):
        self._policy({"users": self.ann | self.bob | self.carl, "mode": "all"})
        request = self._submit()
        self._approve(request, self.ann)
        request.with_user(self.bob).action_reject("no")
        self.assertEqual(request.state, "rejected")
        self.assertEqual(
            self._states(request), [("Ann", "approved"), ("Bob", "rejected"), ("Carl", "closed")]
        )
        with self._tells(UserError, "not under review any more", "Bob"):
            self._approve(request, self.carl)

    def test_any(self):
        self._policy({"users": self.ann | self.bob, "mode": "any"})
        request = self._submit()
        self._approve(request, self.bob)
        self.assertEqual(request.state, "approved")
        self.assertEqual(self._states(request), [("Ann", "closed"), ("Bob", "approved")])
        with self._tells(UserError, "Bob"):
            self._approve(request, self.ann)
        request = self._submit()
        request.with_user(self.ann).action_reject("no")
        self.assertEqual(request.state, "rejected")

    def test_any_among_more_stages_names_who_decided(self):
        self._policy({"users": self.ann | self.bob, "mode": "any"}, self.carl)
        request = self._submit()
        self._approve(request, self.bob)
        with self._tells(UserError, "Bob has decided before you could"):
            self._approve(request, self.ann)

    def test_quorum(self):
        for quorum, percent, people, needed in (
            (2, False, self.ann | self.bob | self.carl, 2),
            (50, True, self.ann | self.bob | self.carl, 2),  # rounds up
            (34, True, self.ann | self.bob | self.carl, 2),
            (33, True, self.ann | self.bob | self.carl, 1),
            (100, True, self.ann | self.bob | self.carl, 3),
            (1, True, self.ann | self.bob | self.carl, 1),
            (9, False, self.ann | self.bob, 2),  # never more than there are
        ):
            with self.subTest(quorum=quorum, percent=percent, people=len(people)):
                policy = self._policy(
                    {"users": people, "mode": "quorum", "quorum": quorum, "percent": percent}
                )
                request = self._submit()
                for number, user in enumerate(people, 1):
                    if number > needed:
                        break
                    self.assertEqual(request.state, "running")
                    self._approve(request, user)
                self.assertEqual(request.state, "approved")
                # rejected as soon as the quorum is out of reach
                request = self._submit()
                for number, user in enumerate(people, 1):
                    self.assertEqual(request.state, "running")
                    request.with_user(user).action_reject("no")
                    if len(people) - number < needed:
                        break
                self.assertEqual(request.state, "rejected")
                policy.action_retire()

    def test_in_turn(self):
        self._policy({"users": self.ann | self.bob | self.carl, "mode": "in_turn"})
        request = self._submit()
        for user in (self.ann, self.bob, self.carl):
            self.assertEqual(self._asked(request), [user.name])
            for other in (self.ann | self.bob | self.carl) - user:
                with self.assertRaises(UserError):
                    self._approve(request, other)
            self._approve(request, user)
        self.assertEqual(request.state, "approved")

    def test_in_turn_rejected_midway(self):
        self._policy({"users": self.ann | self.bob | self.carl, "mode": "in_turn"})
        request = self._submit()
        self._approve(request, self.ann)
        request.with_user(self.bob).action_reject("no")
        self.assertEqual(request.state, "rejected")
        self.assertEqual(self._states(request)[2], ("Carl", "closed"))


@tagged("post_install", "-at_install")
class TestStages(ApprovalCase):
    """Stages one after another, with steps side by side."""

    def test_stages_one_after_another(self):
        self._policy(self.ann, self.bob)
        request = self._submit()
        self.assertEqual(self._asked(request), ["Ann"])
        with self._tells(UserError, "not asked", "Ann"):
            self._approve(request, self.bob)
        self._approve(request, self.ann)
        self.assertEqual(self._asked(request), ["Bob"])
        self._approve(request, self.bob)
        self.assertEqual(request.state, "approved")

    def test_parallel_steps(self):
        for order in itertools.permutations([self.ann, self.bob, self.carl]):
            policy = self._policy(
                [self.ann, {"users": self.bob | self.carl, "mode": "all"}], self.dora
            )
            request = self._submit()
            self.assertEqual(self._asked(request), ["Ann", "Bob", "Carl"])
            for user in order:
                self.assertNotIn("Dora", self._asked(request))
                self._approve(request, user)
            self.assertEqual(self._asked(request), ["Dora"])
            policy.action_retire()

    def test_rejection_in_one_of_parallel_steps(self):
        self._policy([self.ann, self.bob], self.carl)
        request = self._submit()
        request.with_user(self.bob).action_reject("no")
        self.assertEqual(request.state, "rejected")
        self.assertEqual({s for __, s in self._states(request)}, {"closed", "rejected"})

    def test_asked_in_two_parallel_steps(self):
        """One click answers all that a person is asked at that moment."""
        self._policy([self.ann, self.ann | self.bob])
        request = self._submit()
        self._approve(request, self.ann)
        self.assertEqual(self._asked(request), ["Bob"])
        with self._tells(UserError, "You have decided already"):
            self._approve(request, self.ann)

    def test_conditions(self):
        self._policy(
            self.ann,
            {"users": self.bob, "domain": "[('amount_company', '>', 1000)]"},
            [
                {"users": self.carl, "domain": "[('urgent', '=', True)]"},
                {"users": self.dora, "domain": "[('line_ids.name', 'ilike', 'gold')]"},
            ],
        )
        for document, people in (
            (self._document(500), [["Ann"]]),
            (self._document(1000.01), [["Ann"], ["Bob"]]),
            (self._document(1, urgent=True), [["Ann"], ["Carl"]]),
        ):
            request = self._submit(document)
            stages = [
                [name for step in stage for name in step]
                for stage in self._names(request.with_user(self.rina).path()["stages"])
            ]
            self.assertEqual(stages, people)


@tagged("post_install", "-at_install")
class TestDeciding(ApprovalCase):
    """With a comment, or many at once."""

    def test_comment(self):
        self._policy({"users": self.ann, "comment_required": True}, self.bob)
        request = self._submit()
        for comment in (None, "", "  \n"):
            with self._tells(UserError, "comment"):
                self._approve(request, self.ann, comment=comment)
        self._approve(request, self.ann, comment="fine")
        with self._tells(UserError, "comment"):
            request.with_user(self.bob).action_reject(" ")
        request.with_user(self.bob).action_reject("too much")
        path = request.with_user(self.rina).path()
        comments = [p["comment"] for s in path["stages"] for st in s["steps"] for p in st["people"]]
        self.assertEqual(comments, ["fine", "too much"])
        self.assertEqual(
            [(row["event"], row["comment"]) for row in path["log"]],
            [
                ("submitted", ""),
                ("approved", "fine"),
                ("rejected", "too much"),
                ("rejected_all", ""),
            ],
        )

    def test_the_button_asks_for_the_comment(self):
        """“Approve” on the form and in the inbox opens a dialog where a step wants one."""
        self._policy({"users": self.ann, "comment_required": True}, self.bob)
        request = self._submit()
        action = request.with_user(self.ann).action_approve_or_ask()
        self.assertEqual(action["res_model"], "collab.approval.decide")
        dialog = (
            self.env[action["res_model"]]
            .with_user(self.ann)
            .with_context(**action["context"])
            .create({})
        )
        self.assertTrue(dialog.needs_comment)
        with self._tells(UserError, "comment"):
            dialog.action_decide()
        dialog.comment = "fine"
        self.assertEqual(self._message(dialog.action_decide()), "Document approved.")
        action = request.with_user(self.bob).action_approve_or_ask()
        self.assertEqual(self._message(action), "Document approved.")
        self.assertEqual(request.state, "approved")
        with self._tells(UserError, "not under review any more"):
            request.with_user(self.bob).action_approve_or_ask()

    def _message(self, action):
        """Return what a button tells the user, before it closes its dialog."""
        self.assertEqual(
            (action["tag"], action["params"]["type"]), ("display_notification", "success")
        )
        self.assertEqual(action["params"]["next"]["type"], "ir.actions.act_window_close")
        return action["params"]["message"]

    def test_buttons_say_what_was_decided(self):
        self._policy(self.ann)
        ours = [self._submit(self._document() | self._document()) for __ in range(2)]
        approved, rejected = (requests.with_user(self.ann) for requests in ours)
        self.assertEqual(self._message(approved.action_approve_or_ask()), "2 requests approved.")
        dialog = self.env["collab.approval.decide"].with_user(self.ann)
        dialog = dialog.create({"request_ids": rejected.ids, "decision": "reject", "comment": "no"})
        self.assertEqual(self._message(dialog.action_decide()), "2 requests rejected.")
        alone = self._submit().with_user(self.rina)
        dialog = self.env["collab.approval.decide"].with_user(self.rina)
        dialog = dialog.create({"request_ids": alone.ids, "decision": "withdraw"})
        self.assertEqual(dialog.action_decide()["type"], "ir.actions.act_window_close")

    def test_many_in_one_call(self):
        self._policy(self.ann)
        requests = self._submit(self._document() | self._document() | self._document())
        self._approve(requests, self.ann)
        self.assertEqual(set(requests.mapped("state")), {"approved"})

    def test_many_all_or_none(self):
        self._policy(self.ann, domain="[('urgent', '=', False)]")
        self._policy(self.bob, domain="[('urgent', '=', True)]", sequence=20)
        requests = self._submit(self._document()) | self._submit(self._document(urgent=True))
        with self.assertRaises(UserError):
            self._approve(requests, self.ann)
        self.assertEqual(set(requests.mapped("state")), {"running"})

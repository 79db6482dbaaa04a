import itertools
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import tagged

from odoo.addons.collab_approval.condition import terms
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

    def test_first_policy_counts(self):
        self._policy(self.bob, name="Later", sequence=20)
        self._policy(self.ann, name="First", sequence=5, domain="[('urgent', '=', True)]")
        self.assertEqual(self._asked(self._submit(self._document(urgent=True))), ["Ann"])
        self.assertEqual(self._asked(self._submit(self._document())), ["Bob"])

    def test_two_transitions_of_one_model(self):
        self._policy(self.ann)
        self._policy(self.bob, name="Closing", value_id=self._value("closed").id, sequence=20)
        document = self._document()
        request = self._submit(document)
        self.assertEqual(self._asked(request), ["Ann"])
        self._approve(request, self.ann)
        document.action_done()
        with self._tells(GuardError, "Closing"):
            document.state = "closed"
        request = self._submit(document)
        self.assertEqual(self._asked(request), ["Bob"])
        self._approve(request, self.bob)
        document.state = "closed"

    def test_guarded_boolean(self):
        self._policy(self.ann, field_id=self._field("urgent").id, value_id=False)
        document = self._document()
        with self.assertRaises(GuardError):
            document.urgent = True
        with self.assertRaises(GuardError):
            self._document(urgent=True)
        document.action_done()
        self._approve(self._submit(document), self.ann)
        document.urgent = True
        self.assertTrue(document.urgent)

    def test_guarded_many2one(self):
        self._policy(
            self.ann,
            field_id=self._field("user_id").id,
            value_id=False,
            value_res_id=self.bob.id,
        )
        document = self._document()
        document.user_id = self.carl
        with self._tells(GuardError, "Bob"):
            document.user_id = self.bob
        self._approve(self._submit(document), self.ann)
        document.user_id = self.bob
        self.assertEqual(document.user_id, self.bob)


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
                for stage in self._names(request.with_user(self.rina)._path())
            ]
            self.assertEqual(stages, people)

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
        dialog.action_decide()
        self.assertIs(request.with_user(self.bob).action_approve_or_ask(), True)
        self.assertEqual(request.state, "approved")
        with self._tells(UserError, "not under review any more"):
            request.with_user(self.bob).action_approve_or_ask()

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


@tagged("post_install", "-at_install")
class TestPeople(ApprovalCase):
    """Who is asked: sources, nobody, twice, one's own case."""

    def _people(self, request):
        return [t._asked_name() for t in request.sudo().task_ids]

    def _staff(self, *users, **vals):
        """Return employees, each the boss of the one before."""
        employees = self.env["hr.employee"].create(
            [
                {"name": user.name if user else "No user", "user_id": user.id if user else False}
                for user in users
            ]
        )
        for low, high in itertools.pairwise(employees):
            low.parent_id = high
        return employees

    def test_group(self):
        self.group.user_ids = self.ann | self.bob | self.portal
        self._policy(self.group)
        request = self._submit()
        self.assertEqual(self._people(request), ["The Group"])
        with self.assertRaises(UserError):
            self._approve(request, self.carl)
        with self.assertRaises(UserError):
            self._approve(request, self.portal)
        self._approve(request, self.bob)
        self.assertEqual(request.sudo().task_ids.decided_by, self.bob)
        self.assertEqual(request.state, "approved")

    def test_group_member_who_joined_or_left_later(self):
        self.group.user_ids = self.ann
        self._policy(self.group)
        request = self._submit()
        self.group.user_ids = self.bob
        with self.assertRaises(UserError):
            self._approve(request, self.ann)
        self._approve(request, self.bob)

    def test_field_of_users(self):
        step = {"source": "field", "field_id": self._field("user_id").id}
        self._policy(step, {"source": "field", "field_id": self._field("approver_ids").id})
        document = self._document(
            user_id=self.ann.id, approver_ids=[Command.set((self.bob | self.carl).ids)]
        )
        self.assertEqual(self._people(self._submit(document)), ["Ann", "Bob", "Carl"])
        self.assertEqual(self._people(self._submit(self._document())), ["Fay", "Fay"])

    def test_field_of_employees(self):
        self._policy({"source": "field", "field_id": self._field("employee_id").id})
        [employee] = self._staff(self.ann)
        self.assertEqual(
            self._people(self._submit(self._document(employee_id=employee.id))), ["Ann"]
        )
        [employee] = self._staff(None)
        self.assertEqual(
            self._people(self._submit(self._document(employee_id=employee.id))), ["Fay"]
        )

    def _manager_policy(self, first=1, last=1, **vals):
        step = {"source": "manager", "level_first": first, "level_last": last}
        return self._policy(step | {"mode": "in_turn"}, **vals)

    def test_managers(self):
        self._staff(self.rina, self.ann, self.bob, self.carl)
        for first, last, people in (
            (1, 1, ["Ann"]),
            (2, 2, ["Bob"]),
            (1, 3, ["Ann", "Bob", "Carl"]),
            (2, 9, ["Bob", "Carl"]),
            (4, 9, ["Fay"]),
        ):
            with self.subTest(first=first, last=last):
                policy = self._manager_policy(first, last)
                self.assertEqual(self._people(self._submit()), people)
                policy.action_retire()

    def test_loop_of_managers(self):
        staff = self._staff(self.rina, self.ann, self.bob)
        self.env.cr.execute(
            "UPDATE hr_employee SET parent_id = %s WHERE id = %s", [staff[1].id, staff[2].id]
        )
        self.env.invalidate_all()
        self._manager_policy(1, 9)
        self.assertEqual(self._people(self._submit()), ["Ann", "Bob"])

    def test_own_manager(self):
        [staff] = self._staff(self.rina)
        self.env.cr.execute(
            "UPDATE hr_employee SET parent_id = %s WHERE id = %s", [staff.id, staff.id]
        )
        self.env.invalidate_all()
        self._manager_policy(1, 3)
        self.assertEqual(self._people(self._submit()), ["Fay"])

    def test_manager_without_user_is_passed_over(self):
        self._staff(self.rina, None, self.bob)
        self._manager_policy(1, 2)
        self.assertEqual(self._people(self._submit()), ["Bob"])

    def test_manager_whose_user_is_archived(self):
        self._staff(self.rina, self.ann)
        self.ann.active = False
        self._manager_policy()
        self.assertEqual(self._people(self._submit()), ["Fay"])

    def test_requester_who_is_no_employee(self):
        self._manager_policy()
        self.assertEqual(self._people(self._submit()), ["Fay"])

    def test_managers_are_those_of_the_beneficiary(self):
        self._staff(self.rina, self.ann)
        [dora, _boss] = self._staff(self.dora, self.carl)
        self._manager_policy(beneficiary_field_id=self._field("employee_id").id)
        request = self._submit(self._document(employee_id=dora.id))
        self.assertEqual(self._people(request), ["Carl"])
        self.assertEqual(request.owner_id, self.dora)
        self.assertEqual(self._people(self._submit(self._document())), ["Ann"])

    def test_archived_people(self):
        self._policy(self.ann | self.bob, self.carl)
        (self.ann | self.carl).active = False
        self.assertEqual(self._people(self._submit()), ["Bob", "Fay"])

    def test_archived_while_asked(self):
        """A task stays; the rest of the flow is not stuck for others."""
        self._policy({"users": self.ann | self.bob, "mode": "any"})
        request = self._submit()
        self.ann.active = False
        self._approve(request, self.bob)
        self.assertEqual(request.state, "approved")

    def test_no_step_applies(self):
        self._policy({"users": self.ann, "domain": "[('urgent', '=', True)]"})
        request = self._submit()
        self.assertEqual(self._asked(request), ["Fay"])
        with self.assertRaises(GuardError):
            self._document_of(request).action_done()
        self._approve(request, self.fay)
        self.assertEqual(request.state, "approved")

    def test_nobody_at_all(self):
        policy = self._policy(self.rina, fallback_user_ids=[Command.set(self.rina.ids)])
        document = self._document()
        with self._tells(UserError, "nobody to ask", "Step 1.1", "Policy"):
            self._submit(document)
        [preview] = self.requests.with_user(self.rina).preview(MODEL, document.ids)
        self.assertIn("nobody to ask", preview["problem"])
        with self.assertRaises(GuardError):
            document.action_done()
        self.assertFalse(policy.request_count)

    def test_fallback_archived(self):
        self._policy({"users": self.ann, "domain": "[('urgent', '=', True)]"})
        self.fay.active = False
        with self._tells(UserError, "nobody to ask"):
            self._submit()

    def test_own_case(self):
        self._policy(self.rina | self.ann, self.rina)
        request = self._submit()
        self.assertEqual(self._people(request), ["Ann", "Fay"])

    def test_own_case_in_a_group(self):
        self.group.user_ids = self.rina
        self._policy(self.group)
        self.assertEqual(self._people(self._submit()), ["Fay"])
        self.group.user_ids |= self.ann
        request = self._submit()
        self.assertEqual(self._people(request), ["The Group"])
        with self.assertRaises(UserError):
            self._approve(request, self.rina)
        self.assertFalse(request.with_user(self.rina).my_turn)
        self._approve(request, self.ann)

    def test_own_case_of_the_beneficiary(self):
        self.group.user_ids = self.dora | self.ann
        self._policy([self.dora, self.group], beneficiary_field_id=self._field("user_id").id)
        request = self._submit(self._document(user_id=self.dora.id))
        self.assertEqual(self._people(request), ["Fay", "The Group"])
        with self.assertRaises(UserError):
            self._approve(request, self.dora)
        with self.assertRaises(UserError):
            self._approve(request, self.rina)

    def test_own_case_allowed(self):
        self._policy(self.rina, allow_self_approval=True)
        request = self._submit()
        self._approve(request, self.rina)
        self.assertEqual(request.state, "approved")

    def test_the_fallback_is_not_the_requester_either(self):
        self._policy(self.rina, fallback_user_ids=[Command.set((self.rina | self.fay).ids)])
        self.assertEqual(self._people(self._submit()), ["Fay"])

    def test_repeat(self):
        stages = (self.ann, self.ann, self.bob, self.ann)
        for rule, clicks in (
            ("ask", ["Ann", "Ann", "Bob", "Ann"]),
            ("consecutive", ["Ann", "Bob", "Ann"]),
            ("earlier", ["Ann", "Bob"]),
        ):
            with self.subTest(rule=rule):
                policy = self._policy(*stages, repeat=rule)
                request = self._submit()
                for name in clicks:
                    self.assertEqual(self._asked(request), [name])
                    self._approve(request, self.env["res.users"].search([("name", "=", name)]))
                self.assertEqual(request.state, "approved")
                self.assertEqual(self._events(request).count("given"), 4 - len(clicks))
                policy.action_retire()

    def test_decided_for_a_group_counts_as_oneself(self):
        self.group.user_ids = self.ann | self.bob
        self._policy(self.group, self.ann, repeat="earlier")
        request = self._submit()
        self._approve(request, self.bob)
        self.assertEqual(self._asked(request), ["Ann"])
        request = self._submit()
        self._approve(request, self.ann)
        self.assertEqual(request.state, "approved")

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
            self.assertEqual(self._names(shown["stages"]), self._names(request._path()))
            why = {step["key"]: step["why"] for s in shown["stages"] for step in s["steps"]}
            for stage in request._path():
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


@tagged("post_install", "-at_install")
class TestWithdraw(ApprovalCase):
    def test_while_running(self):
        self._policy(self.ann, self.bob)
        request = self._submit()
        self._approve(request, self.ann)
        self.assertTrue(request.with_user(self.rina).can_withdraw)
        request.with_user(self.rina).action_withdraw("changed my mind")
        self.assertEqual(request.state, "withdrawn")
        self.assertEqual(self._asked(request), [])
        self._document_of(request).name = "free again"
        with self._tells(UserError, "not under review any more", "Rina"):
            self._approve(request, self.bob)
        self.assertEqual(self._events(request)[-1], "withdrawn")

    def test_after_approval_before_use(self):
        self._policy(self.ann)
        request = self._submit()
        self._approve(request, self.ann)
        request.with_user(self.rina).action_withdraw()
        with self.assertRaises(GuardError):
            self._document_of(request).action_done()

    def test_too_late(self):
        self._policy(self.ann)
        request = self._submit()
        self._approve(request, self.ann)
        self._document_of(request).action_done()
        self.assertFalse(request.with_user(self.rina).can_withdraw)
        with self._tells(UserError, "has been used"):
            request.with_user(self.rina).action_withdraw()

    def test_ended(self):
        self._policy(self.ann)
        request = self._submit()
        request.with_user(self.ann).action_reject("no")
        with self._tells(UserError, "ended already"):
            request.with_user(self.rina).action_withdraw()
        request = self._submit()
        request.with_user(self.rina).action_withdraw()
        with self._tells(UserError, "ended already"):
            request.with_user(self.rina).action_withdraw()

    def test_by_others(self):
        self._policy(self.ann, beneficiary_field_id=self._field("user_id").id)
        request = self._submit(self._document(user_id=self.dora.id))
        for user in (self.ann, self.bob, self.owner, self.auditor, self.portal):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                request.with_user(user).action_withdraw()
        request.with_user(self.dora).action_withdraw()
        self.assertEqual(request.state, "withdrawn")


@tagged("post_install", "-at_install")
class TestVersions(ApprovalCase):
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

    def test_published_by_somebody_of_one_company(self):
        """Companies and people whom the publisher does not see stay in the policy."""
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._user("stranger")
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        companies = self.env.company | other
        policy = self._policy(self.ann | stranger, company_ids=[Command.set(companies.ids)])
        self.env.flush_all()
        self.env.invalidate_all()
        mine = policy.with_user(self.owner).with_context(allowed_company_ids=self.env.company.ids)
        self.assertFalse(mine.has_changes)
        mine.repeat = "earlier"
        self.env.invalidate_all()
        mine.action_publish()
        snapshot = policy.sudo().version_id.snapshot
        self.assertEqual(snapshot["companies"], sorted(companies.ids))
        [[step]] = [stage["steps"] for stage in snapshot["stages"]]
        self.assertEqual(sorted(step["users"]), sorted((self.ann | stranger).ids))

    def test_running_requests_keep_their_version(self):
        policy = self._policy(self.ann, self.bob)
        old = self._submit()
        policy.stage_ids[1].step_ids.user_ids = self.carl
        self._approve(old, self.ann)
        self.assertEqual(self._asked(old), ["Bob"])
        self.assertEqual(self._names(self._submit()._path()), [[["Ann"]], [["Bob"]]])
        policy.action_publish()
        new = self._submit()
        self.assertEqual(self._names(new._path()), [[["Ann"]], [["Carl"]]])
        self.assertEqual(self._asked(old), ["Bob"])
        self.assertTrue(old.is_outdated)
        self.assertFalse(new.is_outdated)
        self._approve(old, self.bob)
        self.assertEqual(old.state, "approved")
        # what was approved under the old version may still be used
        self._document_of(old).action_done()

    def test_approved_under_an_old_version_that_bound_less(self):
        policy = self._policy(self.ann)
        request = self._submit()
        self._approve(request, self.ann)
        policy.material_field_ids = self._field("title")
        policy.action_publish()
        self._document_of(request).action_done()

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
        mine.action_move_requests()
        self.env.invalidate_all()
        self.assertEqual((mine.request_count, mine.outdated_count), (1, 0))
        self.assertEqual(self._asked(request), ["Carl"])
        with self.assertRaises(UserError):
            self._approve(request, self.ann)
        self.assertIn("moved", self._events(request))
        self._approve(request, self.carl, self.bob)
        self.assertEqual(request.state, "approved")
        with self.assertRaises(UserError):
            request.with_user(mover).action_move()

    def test_incomplete_drafts(self):
        for part, make in (
            ("step", lambda: self._draft()),
            ("Fallback", lambda: self._draft(self.ann, fallback_user_ids=False)),
            ("value", lambda: self._draft(self.ann, value_id=False)),
            ("whom", lambda: self._draft({"source": "group"})),
            ("whom", lambda: self._draft({"source": "users"})),
            ("whom", lambda: self._draft({"source": "field"})),
        ):
            with self.subTest(part=part), self._tells(UserError, part):
                make().action_publish()

    def test_an_approval_is_for_one_transition(self):
        """Whatever the policy guards by now."""
        policy = self._policy(self.ann, value_id=self._value("sent").id)
        request = self._submit()
        self._approve(request, self.ann)
        policy.value_id = self._value("done")
        policy.stage_ids.step_ids.user_ids = self.bob
        policy.action_publish()
        document = self._document_of(request)
        with self.assertRaises(GuardError):
            document.action_done()
        again = self._submit(document)
        self._approve(again, self.bob)
        document.action_done()
        self.assertTrue(again.used_at)
        self.assertFalse(request.used_at)

    def test_what_cannot_be_held(self):
        """Policies that could not keep what they ask for are not published."""
        partner = self.env["ir.model"]._get("res.partner")

        def on_partner(fname, **vals):
            return self._draft(
                self.ann,
                model_id=partner.id,
                field_id=self._field(fname, "res.partner").id,
                value_id=False,
                **vals,
            )

        for part, make in {
            "records of their own": lambda: on_partner(
                "employee", domain="[('child_ids', '!=', False)]"
            ),
            "changes with it": lambda: self._draft(self.ann, domain="[('state', '=', 'draft')]"),
            "the same for all companies": lambda: on_partner("trust"),
        }.items():
            with self.subTest(part=part), self._tells(UserError, part):
                make().action_publish()

    def test_companies_that_the_client_chooses(self):
        """Where a document has no company, the client's choice decides nothing."""
        other = self.env["res.company"].create({"name": "Other"})
        self.rina.company_ids |= other
        self._draft(
            self.ann,
            model_id=self.env["ir.model"]._get_id("res.partner"),
            field_id=self._field("employee", "res.partner").id,
            value_id=False,
            domain="[('trust', '=', 'bad')]",
        ).action_publish()
        main = self.env.ref("base.user_root").company_id
        partner = self.env["res.partner"].create({"name": "Shared", "company_id": False})
        partner.with_company(main).trust = "bad"
        for companies in ([main.id, other.id], [other.id, main.id], [other.id]):
            with self.subTest(companies=companies), self.assertRaises(GuardError):
                partner.with_context(allowed_company_ids=companies).write({"employee": True})

    def test_archived_lines_count(self):
        self._draft(
            self.ann,
            model_id=self.env["ir.model"]._get_id("res.partner"),
            field_id=self._field("employee", "res.partner").id,
            value_id=False,
            domain="[('bank_ids.acc_number', 'like', 'X')]",
        ).action_publish()
        partner = self.env["res.partner"].create(
            {"name": "Bank", "bank_ids": [Command.create({"acc_number": "X1"})]}
        )
        partner.bank_ids.active = False
        self.env.invalidate_all()
        with self.assertRaises(GuardError):
            partner.employee = True

    def test_what_mixins_bring_is_bound_where_it_counts(self):
        """Campaign fields, say, are free unless a condition asks for them."""
        partner = self.env["res.partner"].create({"name": "Source"})
        self._policy(
            self.ann, [{"users": self.bob, "domain": f"[('source_id', '=', {partner.id})]"}]
        )
        document = self._document()
        request = self._submit(document)
        for __ in ("under review", "approved"):
            with self.assertRaises(GuardError):
                document.source_id = partner
            if request.state == "running":
                self._approve(request, self.ann)

    def test_who_names_the_approver_is_bound(self):
        self._policy({"source": "field", "field_id": self._field("user_id").id})
        document = self._document(user_id=self.ann.id)
        request = self._submit(document)
        self._approve(request, self.ann)
        with self.assertRaises(GuardError):
            document.user_id = self.bob

    def test_conditions_do_not_depend_on_who_calls(self):
        """The language, the companies and what else a client puts into the context decide
        neither whether an approval is needed nor who is asked."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self._policy(
            self.ann,
            {"users": self.bob, "domain": "[('title', '=', 'dear')]"},
            domain="['|', ('title', '=', 'dear'), ('approver_ids', '=', False)]",
        )
        self.fay.active = False
        for vals in ({"title": "dear", "approver_ids": self.ann.ids}, {"approver_ids": []}):
            document = self._document(**vals)
            if vals.get("title"):
                document.with_context(lang="zh_CN").title = "贵"
            for context in (
                {"lang": "zh_CN"},
                {"active_test": False},
                {"allowed_company_ids": []},
                {"tz": "Pacific/Kiritimati"},
            ):
                with self.subTest(vals=vals, context=context), self.assertRaises(GuardError):
                    document.with_context(**context).action_done()
        chinese = self._document(title="dear")
        chinese.with_context(lang="zh_CN").title = "贵"
        [preview] = (
            self.requests.with_user(self.rina)
            .with_context(lang="zh_CN")
            .preview(MODEL, chinese.ids)
        )
        self.assertEqual(self._names(preview["stages"]), [[["Ann"]], [["Bob"]]])

    def test_what_a_process_owner_may_not_govern(self):
        """What the system stands on, and what the owner may not read."""
        field = self.env["ir.model.fields"]._get("res.users.log", "create_uid")
        policy = self._draft(
            self.ann,
            model_id=field.model_id.id,
            field_id=field.id,
            value_id=False,
            value_res_id=self.ann.id,
        )
        with self._tells(UserError, "belongs to the system"):
            policy.with_user(self.owner).action_publish()
        secrets = self.env["ir.model.fields"]._get("fetchmail.server", "state")
        policy = self._draft(
            self.ann,
            model_id=secrets.model_id.id,
            field_id=secrets.id,
            value_id=secrets.selection_ids[-1].id,
        )
        with self._tells(AccessError, "may not read"):
            policy.with_user(self.owner).action_publish()
        # nor does a draft tell, by what goes wrong with it
        self.env["ir.mail_server"].create({"name": "M", "smtp_host": "x", "smtp_pass": "Pw"})
        field = self.env["ir.model.fields"]._get("ir.mail_server", "smtp_authentication")
        policy = self._draft(
            self.ann,
            model_id=field.model_id.id,
            field_id=field.id,
            value_id=field.selection_ids[-1].id,
        )
        told = []
        for guess in ("P%", "Q%"):
            try:
                with self.env.cr.savepoint():
                    policy.with_user(
                        self.owner
                    ).domain = f"['&', ('smtp_pass', '=like', '{guess}'), ('name', '<', 5)]"
                told.append("nothing")
            except UserError as error:
                told.append(str(error))
        self.assertEqual(told[0], told[1])
        secret = self._field("employee_id")
        policy = self._draft(self.ann, domain="[('employee_id.private_street', '=', 'x')]")
        with self._tells(AccessError, "may not read"):
            policy.with_user(self.owner).action_publish()
        policy.domain = "[]"
        policy.with_user(self.owner).summary_field_ids = secret
        policy.with_user(self.owner).action_publish()

    def test_conditions_that_do_not_work(self):
        for domain in (
            "[('no_such_field', '=', 1)]",
            "nonsense",
            "[('state', '=')]",
            "__import__('os')",
        ):
            with self.subTest(domain=domain), self._tells(ValidationError, "does not work"):
                self._draft(self.ann, domain=domain)
            with self.subTest(domain=domain), self._tells(ValidationError, "does not work"):
                self._draft({"users": self.ann, "domain": domain})

    def test_conditions_without_a_document_at_hand(self):
        """Each term is tried for itself: the sample may have no lines, or there is none."""
        for domain in (
            "[('line_ids.price', '>', 'abc')]",
            "[('line_ids.price', '>', '10')]",
            "[('line_ids', 'any', [('price', '>', 'abc')])]",
            "['|', ('id', '=', False), ('line_ids.name', '<', 5)]",
            "[('line_ids.price', '=', 'abc')]",
        ):
            with self.subTest(domain=domain), self._tells(ValidationError, "does not work"):
                self._draft(self.ann, domain=domain)

    def test_conditions_that_can_only_be_judged(self):
        """Some fields cannot be searched, and what is searched may be a name."""
        for domain in (
            "[('largest', '>', 0)]",
            "[('activity_state', '=', 'overdue')]",
            "[('date.month_number', '=', 3)]",
            "[('id', '!=', 5), ('date', '>', 'today')]",
            "[('user_id', '=', 'Ann'), ('line_ids.name', 'ilike', '%a%b%')]",
            "[('line_ids.price', '>', 10), ('employee_id', 'child_of', 1)]",
        ):
            with self.subTest(domain=domain):
                self._policy(self.ann, domain=domain).action_retire()

    def test_conditions_that_cannot_be_stored(self):
        for sign in (r"\0", r"\ud800"):
            domain = f"[('name', 'like', '{sign}')]"
            with self.subTest(sign=sign), self._tells(ValidationError, "cannot be stored"):
                self._draft(self.ann, domain=domain)

    def test_patterns_that_take_long(self):
        long = r"%a%b\\%%c%d"  # one of them is no wildcard
        for operator in ("like", "not like", "ilike", "=like", "=ilike", "not =ilike"):
            for path in ("name", "line_ids.name"):
                with (
                    self.subTest(operator=operator, path=path),
                    self._tells(ValidationError, "takes too long"),
                ):
                    self._draft(self.ann, domain=f"[('{path}', '{operator}', '{long}')]")
        inner = f"[('line_ids', 'any', [('name', 'like', '{long}')])]"
        with self._tells(ValidationError, "takes too long"):
            self._draft({"users": self.ann, "domain": inner})
        self._draft(self.ann, domain=r"[('name', '=like', '%a\\%b%____%')]")

    def test_conditions_ask_nothing_of_the_system(self):
        """They are judged as superuser, so they would tell what record rules hide."""
        for domain in (
            "[('user_id.api_key_ids.name', '=like', 'topsecret-p%')]",
            "[('user_id', 'any', [('api_key_ids', '!=', False)])]",
            "[('user_id.partner_id.user_ids.api_key_ids.name', '=like', 't%')]",
            "[('user_id.group_ids.name', 'ilike', 'x')]",
            "[('company_id.user_ids.login', 'ilike', 'x')]",
            "[('currency_id.rate_ids.rate', '>', 1)]",
            "[('message_ids.body', 'ilike', 'x')]",
            "[('activity_ids', '!=', False)]",
        ):
            for where in ({"domain": domain}, {}):
                step = {"users": self.ann, "domain": domain} if not where else self.ann
                policy = self._draft(step, **where)
                with (
                    self.subTest(domain=domain, where=where),
                    self._tells(AccessError, "A condition cannot ask"),
                ):
                    policy.with_user(self.owner).action_publish()
        for domain in (
            "[('user_id.login', '=', 'x'), ('user_id.partner_id.name', '!=', 'x')]",
            "[('company_id.currency_id.name', '!=', 'EUR')]",
            "[('approver_ids.login', '=', 'x')]",
            "[('create_uid.company_id.parent_id', '=', False)]",
        ):
            with self.subTest(domain=domain):
                self._draft(self.ann, domain=domain).with_user(self.owner).action_publish()

    def test_operators_are_read_as_odoo_reads_them(self):
        domain = [("user_id", "ANY", [("partner_id", "Not Any", [("ref", "LIKE", "x")])])]
        self.assertEqual(
            list(terms(domain))[-1], ("user_id.partner_id.ref", "like", "x"), "in any case"
        )

    def test_deleting(self):
        policy = self._policy(self.ann)
        for context in ({}, {"_force_unlink": True}):
            with self.assertRaises(UserError):
                policy.with_context(**context).unlink()
        policy.action_retire()
        with self.assertRaises(UserError):
            policy.unlink()
        self._draft(self.ann).unlink()

    def test_process_owner_without_settings(self):
        """Whoever owns processes makes a policy without being a system administrator."""
        owner = self.owner
        policy = self._draft(self.ann)
        mine = policy.with_user(owner)
        mine.write({"name": "Mine"})
        mine.action_publish()
        self.assertEqual(mine.state, "published")
        self.assertEqual(policy.version_id.published_by, owner)
        mine.web_read({"name": {}, "state": {}, "sentence": {}, "has_changes": {}})
        mine.copy()
        for user in (self.rina, self.auditor, self.portal):
            with self.assertRaises(AccessError):
                policy.with_user(user).action_publish()
            with self.assertRaises(AccessError):
                policy.with_user(user).action_retire()

    def test_copy_is_a_draft(self):
        copy = self._policy(self.ann).copy()
        self.assertEqual(copy.state, "draft")
        self.assertEqual(copy.stage_ids.step_ids.user_ids, self.ann)
        self.assertIn("copy", copy.name)


@tagged("post_install", "-at_install")
class TestBinding(ApprovalCase):
    """What is locked while a request runs, and what an approval rests on."""

    def test_locked_under_review(self):
        self._policy(self.ann, free_field_ids=[Command.set(self._field("color").ids)])
        request = self._submit()
        document = self._document_of(request)
        for vals in ({"name": "x"}, {"urgent": True}, {"user_id": self.bob.id}, {"state": "sent"}):
            with self.subTest(vals=vals), self._tells(GuardError, "Withdraw the request"):
                document.write(vals)
        with self._tells(GuardError, "under review", "Rina withdraws"):
            document.with_user(self.bob).name = "x"
        with self.assertRaises(GuardError):
            document.line_ids.received = 1
        document.write({"color": 3, "name": "Document"})
        document.message_post(body="x")
        document.activity_schedule("mail.mail_activity_data_todo", user_id=self.rina.id)

    def test_what_is_left_to_odoo(self):
        """A field that Odoo computes, set free, becomes what Odoo computes and nothing that
        somebody writes."""
        self._policy(
            self.ann,
            domain="[('is_slow', '=', True)]",
            free_field_ids=[Command.set(self._field("pace").ids)],
        )
        request = self._submit(self._document(user_id=self.bob.id))
        document = self._document_of(request)
        for color in (2, 3):
            with self.subTest(state=request.state):
                with self.assertRaises(GuardError):
                    document.pace = 4
                self.bob.partner_id.color = color
                document.pace = color
            if request.state == "running":
                self._approve(request, self.ann)
        document.action_done()
        self.assertEqual(document.pace, 3)

    def test_what_a_condition_asks_for_is_never_free(self):
        self._policy(
            self.ann,
            domain="[('pace', '<', 5)]",
            free_field_ids=[Command.set(self._field("pace").ids)],
        )
        request = self._submit(self._document(user_id=self.bob.id))
        self._approve(request, self.ann)
        self.bob.partner_id.color = 2
        with self.assertRaises(GuardError):
            self._document_of(request).pace = 2

    def test_bound_after_approval(self):
        self._policy(
            self.ann,
            domain="[('amount_company', '>', 100)]",
            material_field_ids=[Command.set(self._field("title").ids)],
        )
        request = self._submit()
        self._approve(request, self.ann)
        document = self._document_of(request)
        for vals in ({"title": "x"}, {"line_ids": [Command.create({"price": 1})]}):
            with self.subTest(vals=vals), self._tells(GuardError, "approved as it is"):
                document.write(vals)
        with self.assertRaises(GuardError):
            document.line_ids.price = 150
        document.write({"name": "x", "urgent": True})
        document.line_ids.received = 1
        document.action_done()
        with self.assertRaises(GuardError):
            document.line_ids.price = 300
        with self.assertRaises(GuardError):
            document.unlink()

    def test_condition_with_any(self):
        self._policy(self.ann, domain="[('line_ids', 'any', [('price', '>', 100)])]")
        small = self._document(50)
        small.action_done()
        with self.assertRaises(GuardError):
            small.line_ids.price = 200
        request = self._submit(self._document(200))
        self._approve(request, self.ann)
        with self.assertRaises(GuardError):
            self._document_of(request).line_ids.price = 300

    def test_condition_on_a_path(self):
        self._policy(self.ann, domain="[('line_ids.price', '>', 100)]")
        small = self._document(50)
        small.action_done()
        with self.assertRaises(GuardError):
            small.line_ids.price = 200

    def test_condition_on_a_path_back(self):
        """From a line, a condition may ask for the document that it belongs to."""
        self._policy(self.ann, domain="[('line_ids.document_id.amount_company', '>', 100)]")
        small = self._document(50)
        small.action_done()
        with self.assertRaises(GuardError):
            small.line_ids.price = 200

    def test_changed_in_sql(self):
        self._policy(self.ann, domain="[('amount_company', '>', 100)]")
        for state in ("running", "approved"):
            request = self._submit()
            document = self._document_of(request)
            if state == "approved":
                self._approve(request, self.ann)
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE test_collab_document_line SET price = 500 WHERE document_id = %s",
                [document.id],
            )
            self.env.invalidate_all()
            if state == "running":
                self._approve(request, self.ann)
            with self._tells(GuardError, "not any more what was approved"):
                document.action_done()

    def test_languages(self):
        """An approval given in one language holds in another."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self._policy(self.ann, material_field_ids=[Command.set(self._field("title").ids)])
        document = self._document(title="Title")
        document.with_context(lang="zh_CN").title = "标题"
        request = self._submit(document.with_context(lang="zh_CN"))
        request = request.with_context(lang="zh_CN")
        request.with_user(self.ann).action_approve()
        document.with_context(lang="en_US").action_done()
        self.assertEqual(document.state, "done")

    def test_a_guarded_field_that_goes_away(self):
        field = self.env["ir.model.fields"].create(
            {
                "name": "x_gone",
                "model_id": self.env["ir.model"]._get_id(MODEL),
                "ttype": "boolean",
                "field_description": "Gone",
            }
        )
        first = self._policy(self.ann, field_id=field.id, value_id=False, name="Gone")
        self._policy(self.bob, sequence=30)
        document = self._document()
        request = self._submit(document)
        self.assertEqual(request.policy_id, first)
        with self._tells(GuardError, "has values that are guarded"):
            field.unlink()
        with patch.object(self.env.registry, "ready", False):  # as when its app is uninstalled
            field.unlink()
        self.env["collab.guard"]._changed()
        self.requests.with_user(self.rina).panel(MODEL, document.id)
        request.with_user(self.ann).path()
        request.with_user(self.rina).action_withdraw()
        document.name = "still works"
        with self.assertRaises(GuardError):
            document.action_done()


@tagged("post_install", "-at_install")
class TestNotStored(ApprovalCase):
    """Policies that rest on what a document does not store: what it is made from is bound,
    or, where a document does not hold that either, they cannot be published."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anns, cls.bobs = cls.env["res.partner"].create(
            [{"name": user.name, "user_id": user.id} for user in (cls.ann, cls.bob)]
        )

    def _assert_bound(self, document, record, vals):
        """Check that an approved document is not changed by ``vals``, on it or its lines."""
        self._approve(self._submit(document), self.carl)
        with self._tells(GuardError, "approved as it is"):
            record.write(vals)

    def test_looked_up(self):
        """The link is the document's own."""
        self._policy(self.carl, domain=f"[('seller_id', '=', {self.ann.id})]")
        other = self._document(partner_id=self.bobs.id)
        other.action_done()
        with self.assertRaises(GuardError):
            other.partner_id = self.anns
        document = self._document(partner_id=self.anns.id)
        self._assert_bound(document, document, {"partner_id": self.bobs.id})

    def test_computed_from_lines(self):
        """Also where what it is computed from is computed itself, and can be written."""
        self._policy(self.carl, domain="[('largest', '>', 100)]")
        small = self._document(50)
        larger = {"line_ids": [Command.update(small.line_ids.id, {"subtotal": 300})]}
        with self.assertRaises(GuardError):
            small.write({"state": "done", **larger})
        small.action_done()
        for vals in ({"quantity": 3}, {"subtotal": 300}):
            with self.subTest(vals=vals), self.assertRaises(GuardError):
                small.line_ids.write(vals)
        large = self._document(200)
        self._assert_bound(large, large.line_ids, {"subtotal": 300})
        with self.assertRaises(GuardError):
            large.line_ids.quantity = 3
        large.action_done()

    def test_computed_on_lines(self):
        self._policy({"users": self.carl, "domain": "[('line_ids.subtotal', '>', 100)]"})
        document = self._document(200)
        self._assert_bound(document, document.line_ids, {"price": 300})

    def test_beneficiary(self):
        self._policy(self.carl, beneficiary_field_id=self._field("seller_id").id)
        document = self._document(partner_id=self.anns.id)
        self._assert_bound(document, document, {"partner_id": self.bobs.id})

    def test_computed_from_nothing_known(self):
        for path in ("answer", "line_ids.document_id.answer", "message_has_error_counter"):
            domain = f"[('{path}', '=', 42)]"
            for draft in (
                self._draft(self.ann, domain=domain),
                self._draft({"users": self.ann, "domain": domain}),
            ):
                with (
                    self.subTest(path=path),
                    self._tells(UserError, "Test Document", "does not know"),
                ):
                    draft.action_publish()


@tagged("post_install", "-at_install")
class TestInherited(ApprovalCase):
    """Documents that have fields of another by ``_inherits``, as product variants do."""

    @classmethod
    def _draft(cls, *stages, model="test.collab.edition", **vals):
        return super()._draft(
            *(stages or (cls.ann,)),
            model_id=cls.env["ir.model"]._get_id(model),
            field_id=cls._field("printed", model).id,
            value_id=False,
            **vals,
        )

    def test_belongs_to_another(self):
        author = self._field("author_id", "test.collab.edition")
        for draft in (
            self._draft(domain="[('price', '>', 100)]"),
            self._draft(domain="[('author_id.name', '=', 'Ann')]"),
            self._draft(domain="[('author_id', 'any', [('name', '=', 'Ann')])]"),
            self._draft(domain="[('value', '>', 100)]"),  # computed from it
            self._draft({"users": self.ann, "domain": "[('price', '>', 100)]"}),
            self._draft(beneficiary_field_id=author.id),
            self._draft(company_ids=[Command.set(self.env.company.ids)]),
        ):
            with (
                self.subTest(domain=draft.domain),
                self._tells(UserError, "of “Test Edition”", "put the policy on “Test Book”"),
            ):
                draft.action_publish()
        self._draft(domain="[('pages', '>', 100), ('book_id.price', '>', 1)]").action_publish()

    def test_belongs_to_the_document_of_the_line(self):
        """A line may inherit from the very document that it is a line of."""
        for domain in (
            "[('edition_ids.price', '>', 100)]",
            "[('edition_ids', 'any', [('value', '>', 100)])]",
        ):
            policy = self._draft(model="test.collab.book", domain=domain)
            policy.action_publish()
            edition = self.env["test.collab.edition"].create({"name": "Book", "price": 50})
            edition.book_id.printed = True
            for record in (edition, edition.book_id):
                with (
                    self.subTest(domain=domain, model=record._name),
                    self.assertRaises(GuardError),
                ):
                    record.price = 200
            policy.action_retire()


@tagged("post_install", "-at_install")
class TestPanel(ApprovalCase):
    def _panel(self, document, user=None):
        return self.requests.with_user(user or self.rina).panel(MODEL, document.id)

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

    def test_widget_is_in_the_form_once(self):
        self.assertNotIn("collab_approval_panel", self.documents.get_view(view_type="form")["arch"])
        self._policy(self.ann)
        arch = self.documents.get_view(view_type="form")["arch"]
        self.assertEqual(arch.count("collab_approval_panel"), 1)
        self.assertNotIn("collab_approval_panel", self.documents.get_view(view_type="list")["arch"])

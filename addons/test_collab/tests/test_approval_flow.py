import itertools

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
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
                for stage in self._names(request.with_user(self.rina).path()["stages"])
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

    def test_used_and_gone(self):
        self._policy(self.ann)
        document = self._document()
        self._approve(self._submit(document), self.ann)
        self.assertFalse(self._panel(document)["request"]["is_past"])
        document.action_done()
        self.assertFalse(self._panel(document)["request"]["is_past"])
        document.sudo().state = "closed"
        self.assertTrue(self._panel(document)["request"]["is_past"])

    def test_earlier_requests(self):
        self._policy(self.ann)
        document = self._document()
        first = self._submit(document)
        self.assertEqual(self._panel(document)["earlier"], 0)
        first.with_user(self.ann).action_reject("no")
        self._submit(document)
        self.assertEqual(self._panel(document)["earlier"], 1)
        self.assertEqual(self._panel(document, self.ann)["earlier"], 1)
        self.assertEqual(self._panel(document, self.carl)["earlier"], 0, "not theirs to see")
        decided = [("task_ids.decided_by", "=", self.ann.id)]
        self.assertEqual(self.requests.with_user(self.ann).search(decided), first)

    def test_widget_is_in_the_form_once(self):
        self.assertNotIn("collab_approval_panel", self.documents.get_view(view_type="form")["arch"])
        self._policy(self.ann)
        arch = self.documents.get_view(view_type="form")["arch"]
        self.assertEqual(arch.count("collab_approval_panel"), 1)
        self.assertNotIn("collab_approval_panel", self.documents.get_view(view_type="list")["arch"])

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.collab_guard.exceptions import GuardError

from .approval_common import MODEL, ApprovalCase


@tagged("post_install", "-at_install")
class TestPeople(ApprovalCase):
    """Who is asked: sources, nobody, twice, one's own case."""

    def _people(self, request):
        return [t._asked_name() for t in request.sudo().task_ids]

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

from contextlib import suppress
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.collab_approval.tests.common import as_committed
from odoo.addons.collab_guard.exceptions import GuardError
from odoo.addons.collab_guard.tests.common import made_earlier


@tagged("post_install", "-at_install")
class TestExpenseFlow(TransactionCase):
    """The ready flow of expenses, with the native buttons."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user, cls.boss_user = (
            new_test_user(cls.env, f"exp_{name}", name=name.capitalize(), groups="base.group_user")
            for name in ("emma", "bert")
        )
        cls.officer = new_test_user(
            cls.env,
            "exp_officer",
            name="Olga",
            groups="base.group_user,hr_expense.group_hr_expense_manager",
        )
        cls.boss, cls.employee = cls.env["hr.employee"].create(
            [
                {"name": "Bert", "user_id": cls.boss_user.id},
                {"name": "Emma", "user_id": cls.user.id},
            ]
        )
        cls.employee.parent_id = cls.boss
        cls.product = cls.env["product.product"].create(
            {"name": "Taxi", "can_be_expensed": True, "standard_price": 0, "supplier_taxes_id": []}
        )
        cls.requests = cls.env["collab.approval.request"]
        cls.native_activity = cls.env.ref("hr_expense.mail_act_expense_approval")

    def _expense(self, amount=100, employee=None, user=None, **vals):
        expense = (
            self.env["hr.expense"]
            .with_user(user or self.user)
            .create(
                {
                    "name": "Taxi",
                    "employee_id": (employee or self.employee).id,
                    "product_id": self.product.id,
                    "total_amount_currency": amount,
                    "tax_ids": [],
                    **vals,
                }
            )
        )
        return made_earlier(expense)

    def _submitted(self, *args, **kwargs):
        expense = self._expense(*args, **kwargs)
        expense.action_submit()
        return expense, self._request(expense)

    def _request(self, expense):
        self.env.cr.flush()
        return self.requests.search(
            [("res_model", "=", "hr.expense"), ("res_id", "=", expense.id)], limit=1
        )

    def _asked(self, request):
        return (
            request.sudo().task_ids.filtered(lambda t: t.state == "pending").mapped("user_id.name")
        )

    def test_submitted_natively_approved_by_the_manager(self):
        expense, request = self._submitted()
        self.assertEqual(expense.state, "submitted")
        self.assertEqual((request.state, request.requester_id), ("running", self.user))
        self.assertEqual(self._asked(request), ["Bert"])
        request.with_user(self.boss_user).action_approve()
        self.assertEqual(request.state, "approved")
        self.assertEqual(expense.sudo().state, "approved")
        self.assertEqual(expense.sudo().manager_id, self.boss_user)
        self.assertTrue(expense.sudo().approval_date)

    def test_finance_over_a_thousand(self):
        expense, request = self._submitted(1000.01)
        request.with_user(self.boss_user).action_approve()
        self.assertEqual((request.state, expense.state), ("running", "submitted"))
        request.with_user(self.officer).action_approve()
        self.assertEqual((request.state, expense.state), ("approved", "approved"))

    def test_native_approval_is_refused_before(self):
        for expense in (self._expense(70), self._submitted(80)[0]):
            for user in (self.officer, self.env.ref("base.user_admin")):
                before = expense.state
                with self.assertRaises(GuardError) as refusal:
                    expense.with_user(user).action_approve()
                self.assertIn("approv", str(refusal.exception))
                self.assertEqual(expense.state, before)

    def test_rejected(self):
        expense, request = self._submitted()
        request.with_user(self.boss_user).action_reject("no receipt <b>")
        self.assertEqual((request.state, expense.state), ("rejected", "refused"))
        bodies = " ".join(expense.sudo().message_ids.mapped("body"))
        self.assertIn("no receipt", bodies)
        self.assertNotIn("<b>", bodies)

    def test_refused_then_submitted_again(self):
        expense, request = self._submitted()
        request.with_user(self.boss_user).action_reject("no receipt")
        expense.with_user(self.officer).action_reset()
        self.assertEqual(expense.state, "draft")
        expense.total_amount_currency = 90
        expense.action_submit()
        again = self._request(expense)
        self.assertNotEqual(again, request)
        again.with_user(self.boss_user).action_approve()
        self.assertEqual(expense.state, "approved")

    def test_refused_is_not_submitted_as_it_is(self):
        expense, request = self._submitted()
        request.with_user(self.boss_user).action_reject("no receipt")
        panel = self.requests.with_user(self.user).panel("hr.expense", expense.id)
        self.assertFalse(panel["can_submit"])
        self.assertNotIn("policy", panel)
        with self.assertRaises(UserError):
            self.requests.with_user(self.user).submit("hr.expense", expense.ids)

    def test_foreign_amounts_ask_finance_too(self):
        """What one comes to in the company's currency, the employee enters."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        expense = self._expense(5000, currency_id=euro.id)
        expense.write({"total_amount": 900})
        expense.action_submit()
        stages = self._request(expense).path()["stages"]
        self.assertTrue(stages[-1]["steps"][0]["people"])

    def test_finance_by_either_amount(self):
        weak, strong = self.env["res.currency"].create(
            [
                {"name": name, "symbol": name, "rate_ids": [Command.create({"rate": rate})]}
                for name, rate in (("WEA", 10), ("STR", 0.5))
            ]
        )
        for currency, amount, comes_to, is_asked in (
            (weak, 5000, 500, True),
            (weak, 1000, 100, False),
            (strong, 600, 1200, True),
            (strong, 500, 1000, False),
        ):
            with self.subTest(currency=currency.name, amount=amount):
                expense, request = self._submitted(amount, currency_id=currency.id)
                self.assertAlmostEqual(expense.total_amount, comes_to)
                request.with_user(self.boss_user).action_approve()
                self.assertEqual(request.state, "running" if is_asked else "approved")
                if is_asked:
                    request.with_user(self.officer).action_approve()
                self.assertEqual((request.state, expense.state), ("approved", "approved"))

    def test_state_is_what_it_is_computed_from(self):
        """Expenses are posted by it."""
        expense = self._expense()
        for user in (self.user, self.officer, self.env.ref("base.user_admin")):
            with self.assertRaises(UserError):
                expense.with_user(user).write({"state": "approved"})
        expense.sudo().state = "approved"
        self.assertEqual(expense.state, "draft")

    def test_native_activities_are_not_doubled(self):
        expense, _request = self._submitted()
        self.assertFalse(
            expense.sudo().activity_ids.filtered(
                lambda a: a.activity_type_id == self.native_activity
            )
        )

    def test_locked_under_review(self):
        expense, request = self._submitted()
        for vals in ({"total_amount_currency": 1}, {"name": "x"}):
            with self.assertRaises(UserError):
                expense.sudo().write(vals)
        for user in (self.user, self.boss_user, self.officer):
            with self.assertRaises(UserError):
                expense.with_user(user).write({"approval_state": "refused"})
        with self.assertRaises(GuardError):
            expense.sudo().unlink()
        request.with_user(self.user).action_withdraw()
        expense.action_reset()
        expense.total_amount_currency = 50

    def test_amount_grows_after_approval(self):
        expense, request = self._submitted()
        request.with_user(self.boss_user).action_approve()
        with self.assertRaises(UserError):
            expense.sudo().write({"total_amount_currency": 5000, "total_amount": 5000})

    def test_draft_by_quantity(self):
        """The form sends what its cost makes of the quantity; the unit price is derived."""
        self.product.standard_price = 0.33
        expense = self._expense(0.99, quantity=3)
        self.assertEqual(expense.total_amount, 0.99)
        total = {"total_amount": 2.48, "total_amount_currency": 2.48}
        expense.web_save({"quantity": 7.5, **total}, {})
        self.assertEqual((expense.total_amount, expense.total_amount_currency), (2.48, 2.48))

    def test_product_gets_a_cost(self):
        """Odoo writes the price of drafts then, and computes the rest in its own order."""
        expense = self._expense(100, currency_id=self._abroad().id)
        self.assertEqual(expense.total_amount, 1000)
        self.product.standard_price = 5
        self.env.flush_all()
        self.assertEqual(expense.currency_id, self.env.company.currency_id)
        self.assertEqual((expense.total_amount_currency, expense.total_amount), (5, 5))

    def _abroad(self):
        """Return a currency of which one is worth ten of ours."""
        rate = Command.create({"name": "2020-01-01", "rate": 0.1})
        vals = {"name": "ABR", "symbol": "A", "rate_ids": [rate]}
        return self.env["res.currency"].create(vals)

    def test_amounts_are_not_computed_from_what_is_not_kept(self):
        """Values in the cache, which Odoo would compute the amounts from anew."""
        expense, request = self._submitted(90, currency_id=self._abroad().id)
        for state in ("running", "approved"):
            if state == "approved":
                request.with_user(self.boss_user).action_approve()
            for vals in (
                {"product_has_cost": True},
                {"is_multiple_currency": False},
                {"company_currency_id": expense.currency_id.id},
            ):
                for user in (self.user, self.boss_user, self.officer):
                    with self.subTest(vals=vals, state=state, user=user.name):
                        with self.assertRaises(UserError), self.env.cr.savepoint():
                            expense.with_user(user).write(vals)
            self.env.invalidate_all()
            self.assertEqual((expense.total_amount_currency, expense.total_amount), (90, 900))

    def test_nothing_is_computed_from_what_is_not_kept_under_review(self):
        expense, __ = self._submitted(90, currency_id=self._abroad().id)
        with self.assertRaises(GuardError):
            expense.with_user(self.officer).currency_rate = 5

    def test_number_that_odoo_leaves_as_it_is(self):
        """Nothing is computed of an expense that is no draft any more."""
        expense = self._expense(100)
        expense.sudo().write({"approval_state": "refused"})
        for action in (
            lambda: expense.with_user(self.officer).write({"price_unit": 7}),
            lambda: self._swallowing(expense.with_user(self.officer), {"price_unit": 7}),
        ):
            with self.assertRaises(GuardError), self.env.cr.savepoint():
                action()
                as_committed(self.env)
        self.assertEqual(expense.price_unit, 100)

    def _swallowing(self, expense, vals):
        with suppress(GuardError):
            expense.write(vals)

    def test_state_is_not_written_while_odoo_derives(self):
        """An automation that runs within the inverse of a field."""
        cls = self.env.registry["hr.expense"]
        inverse = cls._inverse_total_amount

        def by_application(records):
            inverse(records)
            records.sudo().write({"state": "approved"})

        def by_a_user(records):
            inverse(records)
            records.write({"state": "approved"})

        expense = self._expense(50)
        with patch.object(cls, "_inverse_total_amount", by_application):
            expense.total_amount = 60
        self.assertEqual((expense.state, expense.total_amount_currency), ("draft", 60))
        with patch.object(cls, "_inverse_total_amount", by_a_user):
            with self.assertRaises(GuardError):
                expense.total_amount = 70

    def test_employee_without_manager(self):
        user = new_test_user(self.env, "exp_alone", name="Alone", groups="base.group_user")
        alone = self.env["hr.employee"].create({"name": "Alone", "user_id": user.id})
        expense = self._expense(employee=alone, user=user)
        # the app would approve it at once; the refusal's button submits it
        with self.assertRaises(GuardError) as refusal:
            expense.action_submit()
        self.assertEqual(refusal.exception.args[2], "Submit for approval")
        self.assertEqual(refusal.exception.args[3]["active_ids"], expense.ids)
        self.requests.with_user(user).submit("hr.expense", expense.ids)
        request = self._request(expense)
        self.assertEqual(request.state, "running")
        fallback = self.env.ref("collab_approval_expense.policy_expense").fallback_user_ids
        self.assertEqual(self._asked(request), fallback.mapped("name"))
        self.assertNotEqual(expense.state, "approved")
        request.with_user(fallback[0]).action_approve()
        self.assertEqual(expense.state, "approved")

    def test_own_expense_of_the_finance_manager(self):
        employee = self.env["hr.employee"].create(
            {"name": "Olga", "user_id": self.officer.id, "parent_id": self.boss.id}
        )
        expense = self._expense(2000, employee=employee, user=self.officer)
        expense.action_submit()
        request = self._request(expense)
        request.with_user(self.boss_user).action_approve()
        with self.assertRaises(UserError):
            request.with_user(self.officer).action_approve()
        self.assertEqual(expense.state, "submitted")

    def test_posted_after_approval(self):
        """What follows natively runs to its end."""
        expense, request = self._submitted()
        request.with_user(self.boss_user).action_approve()
        expense = expense.with_user(self.env.ref("base.user_admin"))
        expense.sudo().write({"payment_mode": "own_account"})
        expense.sudo().action_reset()
        self.assertEqual(expense.state, "draft")

    def test_reset_and_submitted_again(self):
        expense, request = self._submitted()
        request.with_user(self.boss_user).action_approve()
        as_committed(self.env)
        expense.with_user(self.officer).action_reset()
        as_committed(self.env)
        self.assertEqual((expense.state, request.state), ("draft", "lapsed"))
        expense.action_submit()
        again = self._request(expense)
        self.assertEqual((expense.state, again.state), ("submitted", "running"))
        with self.assertRaises(UserError):
            expense.with_user(self.officer).action_approve()

    def test_reset_under_review(self):
        """Odoo's own button takes it back: it is the employee's right."""
        expense, request = self._submitted()
        expense.action_reset()
        as_committed(self.env)
        self.assertEqual((expense.state, request.state), ("draft", "withdrawn"))
        expense.total_amount_currency = 50

    def test_mandatory_analytic_distribution(self):
        plan = self.env["account.analytic.plan"].create({"name": "Projects"})
        plan.applicability_ids = [
            Command.create({"business_domain": "expense", "applicability": "mandatory"})
        ]
        account = self.env["account.analytic.account"].create({"name": "A", "plan_id": plan.id})
        for is_filled in (False, True):
            with self.subTest(is_filled=is_filled):
                expense, request = self._submitted(100 + is_filled)
                if is_filled:  # while it is under review
                    expense.with_user(self.officer).analytic_distribution = {account.id: 100}
                request.with_user(self.boss_user).action_approve()
                self.assertEqual(request.state, "approved")
                self.assertEqual(expense.state, "approved" if is_filled else "submitted")
                failure = self.requests.panel("hr.expense", expense.id)["request"]["failure"]
                self.assertEqual("100% analytic distribution" in failure, not is_filled)

    def test_duplicates_are_shown(self):
        __, request = self._submitted(70)
        summary = request.with_user(self.boss_user).summary
        self.assertNotIn("Taxi and Taxi", [value for __, value in summary])
        self._submitted(70)
        request.invalidate_recordset()
        summary = request.with_user(self.boss_user).summary
        self.assertIn("Taxi and Taxi", [value for __, value in summary])

from datetime import date, datetime, timedelta
from typing import NamedTuple
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.collab_kpi.tests import shipped
from odoo.addons.collab_kpi.tests.shipped import MOMENTS, SETTINGS, SINCE, Fact, ShippedCase

CODES = ("expense_amount", "expenses_submitted", "expense_to_approval")
APPROVED = ("approved", "posted", "in_payment", "paid")
#: After the demonstration data
LATER = datetime.now().replace(microsecond=0) + timedelta(days=60)


class Row(NamedTuple):
    """An expense as it may have come to be."""

    company: int
    employee: int
    category: int
    state: str
    day: date | None
    created: datetime
    approved: datetime | None
    amount: float


ROWS = st.lists(
    st.builds(
        Row,
        company=st.integers(0, 2),
        employee=st.integers(0, 6),
        category=st.integers(0, 2),
        state=st.sampled_from([*APPROVED, "approved", "paid", "draft", "submitted", "refused"]),
        day=st.one_of(MOMENTS.map(datetime.date), st.just(SINCE), st.none()),
        created=MOMENTS,
        approved=st.one_of(MOMENTS, MOMENTS, st.none()),
        amount=st.integers(1, 1_000_000).map(lambda cents: cents / 100),
    ),
    max_size=8,
)


class ExpenseCase(ShippedCase):
    """Expenses in companies that keep their books in different currencies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kpis = {
            code: cls.env.ref(f"collab_kpi_expense.kpi_{name}")
            for code, name in zip(CODES, ("amount", "submitted", "time"), strict=True)
        }
        cls.currency = cls.kpis["expense_amount"].currency_id
        cls.currencies = cls.currency | cls.env["res.currency"].create(
            [{"name": name, "symbol": name, "rounding": 0.01} for name in ("XKA", "XKB")]
        )
        cls.east.currency_id = cls.currencies[1]
        cls.west.currency_id = cls.currencies[2]
        cls.env["res.currency.rate"].create(
            [
                {"currency_id": currency.id, "name": day, "rate": rate, "company_id": company}
                for currency, day, rate, company in (
                    (cls.currencies[1], "2026-02-15", 7.1, False),
                    (cls.currencies[1], "2026-04-01", 6.9, False),
                    (cls.currencies[2], "2026-03-01", 0.85, False),
                    (cls.currency, "2026-02-10", 0.14, cls.east.id),
                    (cls.currency, "2026-03-10", 0.15, cls.west.id),
                )
            ]
        )
        # who does not use the system has expenses, too
        cls.employees = cls.env["hr.employee"].create(
            {
                "name": "No user",
                "department_id": cls.departments[0].id,
                "company_id": cls.here.id,
            }
        )
        cls.employees |= cls.env["hr.employee"].search([("user_id", "in", cls.people.ids)])
        cls.categories = cls.env["product.product"].create(
            [{"name": name, "can_be_expensed": True} for name in ("Meals", "Trips")]
        )

    @classmethod
    def expenses(cls, number):
        """Create expenses; what is said of them is written as it would be after all was done."""
        values = {
            "name": "Spent",
            "employee_id": cls.employees[0].id,
            "company_id": cls.here.id,
            "product_id": cls.categories[0].id,
            "total_amount_currency": 100,
        }
        return cls.env["hr.expense"].create([values for __ in range(number)])

    @classmethod
    def set(cls, expense, row):
        cls.env.cr.execute(
            """
            UPDATE hr_expense SET company_id = %s, employee_id = %s, product_id = %s, state = %s,
                   date = %s, create_date = %s, approval_date = %s, total_amount = %s,
                   total_amount_currency = %s
             WHERE id = %s
            """,
            [
                cls.companies[row.company].id,
                cls.employees[row.employee].id,
                [*cls.categories.ids, None][row.category],
                row.state,
                row.day,
                row.created,
                row.approved,
                row.amount,
                row.amount * 3,
                expense.id,
            ],
        )

    # ------------------------------------------------------------------
    # Counting slowly
    # ------------------------------------------------------------------

    def slow_facts(self, code, expenses):
        return [fact for one in expenses if (fact := self.fact(code, one))]

    def fact(self, code, expense):
        """Return what an expense is for an indicator, None if it does not count."""
        if expense.state not in APPROVED and not (
            code == "expenses_submitted" and expense.state in ("submitted", "refused")
        ):
            return None
        at = expense.approval_date if code == "expense_to_approval" else expense.date
        if not at:
            return None
        employee = expense.employee_id
        parts = {
            "hr.department": employee.department_id.id or 0,
            "res.users": employee.user_id.id or 0,
            "product.product": expense.product_id.id or 0,
        }
        return Fact(at, expense.company_id, self.amount(code, expense), parts, employee.user_id.id)

    def amount(self, code, expense):
        if code == "expense_amount":
            # as Odoo converts it
            company = expense.company_id
            return company.currency_id._convert(
                expense.total_amount, self.currency, company, expense.date
            )
        if code == "expense_to_approval" and expense.create_date <= expense.approval_date:
            return (expense.approval_date - expense.create_date).total_seconds() / 86400
        return None

    def assert_all(self, expenses, *grains):
        for code, kpi in self.kpis.items():
            for grain in grains:
                self.assert_counted(kpi, self.slow_facts(code, expenses), grain)


@tagged("post_install", "-at_install")
class TestExpenses(ExpenseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.execute("UPDATE hr_expense SET state = 'draft'")
        cls.env.invalidate_all()
        cls.pool = cls.expenses(8)

    def made(self, rows):
        expenses = self.pool[: len(rows)]
        self.env.flush_all()
        for expense, row in zip(expenses, rows, strict=True):
            self.set(expense, row)
        self.env.invalidate_all()
        return expenses

    @given(ROWS, st.sampled_from(["week", "month"]))
    @SETTINGS
    def test_figures(self, rows, grain):
        with self.env.cr.savepoint() as point:
            self.assert_all(self.made(rows), grain)
            point.rollback()
        self.env.invalidate_all()

    def test_which_count(self):
        moment = datetime(2026, 5, 4, 12)
        states = ("draft", "submitted", "refused", *APPROVED)
        self.made([Row(0, 0, 0, state, moment.date(), moment, moment, 100) for state in states])
        self.assertEqual(self.values("expenses_submitted") - {0}, {6})
        self.assertEqual(self.values("expense_amount") - {0}, {400})

    def test_half_of_the_expenses_took_no_longer(self):
        start = datetime(2026, 5, 1, 12)
        self.made(
            [
                Row(0, 0, 0, "paid", start.date(), start, start + timedelta(days=days), 100)
                for days in (1, 2, 9)
            ]
        )
        self.assertEqual(self.values("expense_to_approval"), {2})

    def test_as_it_is_approved(self):
        expense = self.expenses(1)
        with freeze_time("2026-05-12 12:00:00"):
            expense._do_approve(check=False)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE hr_expense SET create_date = '2026-05-09' WHERE id = %s", [expense.id]
        )
        self.env.invalidate_all()
        self.assert_all(expense, "month")
        self.assertEqual(self.values("expense_to_approval"), {3.5})
        # what is refused after all was not approved
        expense._do_refuse("No")
        self.env.flush_all()
        self.assertTrue(expense.approval_date)
        self.assertEqual(self.values("expense_to_approval"), set())

    def values(self, code):
        """Return what there is of an indicator as a whole, by month."""
        found = self.counted(self.kpis[code], "month")
        return {value for key, value in found.items() if key[2] is None}

    def test_what_comes_in_late_counts(self):
        for code in ("expense_amount", "expenses_submitted"):
            self.assertEqual(self.kpis[code].settling, 31)

    def test_currency_is_that_of_the_first_company(self):
        self.assertTrue(self.currency)
        self.assertFalse(self.kpis["expenses_submitted"].currency_id)


@tagged("post_install", "-at_install")
class TestExpensesThatAreThere(ExpenseCase):
    """The expenses of the demonstration data, or of whoever runs this."""

    def test_figures(self):
        expenses = self.env["hr.expense"].search([])
        with freeze_time(LATER), patch.object(shipped, "NOW", LATER):
            self.assert_all(expenses, "week", "month")

    def test_dashboard(self):
        dashboard = self.env.ref("collab_kpi_expense.dashboard_expenses")
        self.assertTrue(dashboard.is_shared)
        self.assertEqual(set(dashboard.tile_ids.kpi_id.mapped("code")), set(CODES))
        for kpi in dashboard.tile_ids.kpi_id:
            self.assertEqual((kpi.state, kpi.trouble), ("on", False))


@tagged("post_install", "-at_install")
class TestWhoSeesExpenses(ExpenseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        moment = datetime(2026, 5, 4, 9)
        cls.env.cr.execute("UPDATE hr_expense SET state = 'draft'")
        cls.both_expenses = cls.expenses(2)
        cls.env.flush_all()
        for expense, company in zip(cls.both_expenses, (0, 2), strict=True):
            cls.set(expense, Row(company, 1, 0, "paid", moment.date(), moment, moment, 100))
        cls.env.invalidate_all()
        cls.shipped = cls.env["collab.kpi"].union(*cls.kpis.values())
        cls.count(cls.shipped)
        cls.both = cls.here | cls.west

    def user(self, login, groups):
        return new_test_user(
            self.env,
            login,
            groups,
            company_id=self.here.id,
            company_ids=[Command.set(self.both.ids)],
        )

    def test_manager(self):
        manager = self.user("kpi manager", "hr_expense.group_hr_expense_manager")
        for kpi in self.shipped:
            self.assertCountEqual(self.seen(kpi, manager), self.both.ids)
            self.assertEqual(self.seen(kpi, manager, self.west), self.west.ids)
            manager.company_ids = self.here
            self.assertEqual(self.seen(kpi, manager), self.here.ids)
            manager.company_ids = self.both

    def test_who_approves_all(self):
        for group in ("hr_expense.group_hr_expense_user", "account.group_account_user"):
            user = self.user(group, group)
            for kpi in self.shipped:
                self.assertCountEqual(self.seen(kpi, user), self.both.ids, group)

    def test_what_a_figure_is_of(self):
        """Whoever sees a figure opens what it is of, of a part, too."""
        reader = self.user("kpi reader", "hr_expense.group_hr_expense_user")
        for kpi in self.shipped:
            for dimension in (None, *kpi.breakdown_ids.dimension_id):
                part = dimension and self.part(dimension)
                action = (
                    kpi.with_user(reader)
                    .with_context(allowed_company_ids=self.here.ids)
                    .action_drill("month", "2026-05-01", dimension and dimension.id, part or 0)
                )
                opened = self.env["hr.expense"].with_user(reader).search(action["domain"])
                self.assertEqual(opened, self.both_expenses[0], dimension and dimension.name)

    def part(self, dimension):
        """Return of what both are."""
        return {
            "hr.department": self.departments[0].id,
            "res.users": self.people[0].id,
            "product.product": self.categories[0].id,
        }[dimension.model]

    def test_others(self):
        for login, groups in (
            ("kpi user", "base.group_user"),
            ("kpi approver", "hr_expense.group_hr_expense_team_approver"),
            ("kpi administrator", "base.group_system"),
        ):
            user = self.user(login, groups)
            for kpi in self.shipped:
                self.assertEqual(self.seen(kpi, user), [], login)
        portal = new_test_user(self.env, "kpi portal", "base.group_portal")
        with self.assertRaises(AccessError):
            self.seen(self.shipped[0], portal)

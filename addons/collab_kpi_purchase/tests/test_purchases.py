from datetime import datetime, timedelta
from typing import NamedTuple
from unittest.mock import patch

import pytz
from hypothesis import given
from hypothesis import strategies as st

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.collab_kpi.tests import shipped
from odoo.addons.collab_kpi.tests.shipped import (
    MOMENTS,
    SETTINGS,
    Fact,
    ShippedCase,
    slow_working_hours,
)

CODES = ("purchase_orders", "purchase_amount", "purchase_lead_time")
#: After the demonstration data
LATER = datetime.now().replace(microsecond=0) + timedelta(days=60)


class Row(NamedTuple):
    """An order as it may have come to be."""

    company: int
    currency: int
    user: int
    partner: int
    state: str
    created: datetime
    approved: datetime | None
    amount: float


ROWS = st.lists(
    st.builds(
        Row,
        company=st.integers(0, 2),
        currency=st.integers(0, 2),
        user=st.integers(0, 6),
        partner=st.integers(0, 2),
        state=st.sampled_from(["purchase"] * 4 + ["draft", "sent", "to approve", "cancel"]),
        created=MOMENTS,
        approved=MOMENTS,
        amount=st.integers(-1_000, 1_000_000).map(lambda cents: cents / 100),
    ),
    max_size=8,
)


class PurchaseCase(ShippedCase):
    """Orders of companies that keep their books in different currencies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kpis = {
            code: cls.env.ref(f"collab_kpi_purchase.kpi_{name}")
            for code, name in zip(CODES, ("orders", "amount", "time"), strict=True)
        }
        cls.currency = cls.kpis["purchase_amount"].currency_id
        cls.currencies = cls.currency | cls.env["res.currency"].create(
            [{"name": name, "symbol": name, "rounding": 0.01} for name in ("XKA", "XKB")]
        )
        cls.west.currency_id = cls.currencies[1]
        cls.env["res.currency.rate"].create(
            [
                {"currency_id": currency.id, "name": day, "rate": rate, "company_id": company}
                for currency, day, rate, company in (
                    (cls.currencies[1], "2026-02-15", 7.1, False),
                    (cls.currencies[1], "2026-04-01", 6.9, False),
                    (cls.currencies[2], "2026-03-01", 0.85, False),
                    (cls.currencies[2], "2026-03-08", 0.9, cls.east.id),
                    (cls.currency, "2026-03-10", 0.15, cls.west.id),
                )
            ]
        )
        vendor = cls.env["res.partner"].create({"name": "Vendor", "is_company": True})
        cls.partners = vendor | cls.env["res.partner"].create(
            [{"name": "Contact", "parent_id": vendor.id}, {"name": "Other"}]
        )

    @classmethod
    def orders(cls, number):
        """Create orders; what is said of them is written as it would be after all was done."""
        return cls.env["purchase.order"].create(
            [{"partner_id": cls.partners[0].id} for __ in range(number)]
        )

    @classmethod
    def set(cls, order, row):
        cls.env.cr.execute(
            """
            UPDATE purchase_order SET company_id = %s, currency_id = %s, user_id = %s, partner_id = %s,
                   state = %s, create_date = %s, date_approve = %s, amount_untaxed = %s,
                   amount_total = %s
             WHERE id = %s
            """,
            [
                cls.companies[row.company].id,
                cls.currencies[row.currency].id,
                [*cls.people.ids, None][row.user],
                cls.partners[row.partner].id,
                row.state,
                row.created,
                row.approved,
                row.amount,
                row.amount * 1.2,
                order.id,
            ],
        )

    # ------------------------------------------------------------------
    # Counting slowly
    # ------------------------------------------------------------------

    def slow_facts(self, code, orders):
        return [self.fact(code, one) for one in orders if one.state == "purchase"]

    def fact(self, code, order):
        amount = None
        if code == "purchase_amount":
            amount = self.converted(order)
        if code == "purchase_lead_time" and order.create_date <= order.date_approve:
            amount = slow_working_hours(order.company_id, order.create_date, order.date_approve)
        parts = {
            "hr.department": self.department(order.user_id) if order.user_id else 0,
            "res.users": order.user_id.id or 0,
            "res.partner": order.partner_id.commercial_partner_id.id,
        }
        return Fact(order.date_approve, order.company_id, amount, parts, order.user_id.id)

    def converted(self, order):
        """Return an amount as Odoo converts it, on the day it was where the company is."""
        zone = pytz.timezone(order.company_id._collab_calendar().zone)
        day = pytz.utc.localize(order.date_approve).astimezone(zone).date()
        return order.currency_id._convert(
            order.amount_untaxed, self.currency, order.company_id, day
        )

    def assert_all(self, orders, *grains):
        for code, kpi in self.kpis.items():
            for grain in grains:
                self.assert_counted(kpi, self.slow_facts(code, orders), grain)


@tagged("post_install", "-at_install")
class TestPurchases(PurchaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.execute("UPDATE purchase_order SET state = 'cancel'")
        cls.env.invalidate_all()
        cls.pool = cls.orders(8)

    def made(self, rows):
        orders = self.pool[: len(rows)]
        self.env.flush_all()
        for order, row in zip(orders, rows, strict=True):
            self.set(order, row)
        self.env.invalidate_all()
        return orders

    @given(ROWS, st.sampled_from(["week", "month"]))
    @SETTINGS
    def test_figures(self, rows, grain):
        with self.env.cr.savepoint() as point:
            self.assert_all(self.made(rows), grain)
            point.rollback()
        self.env.invalidate_all()

    def test_which_count(self):
        moment = datetime(2026, 5, 4, 12)
        states = ("draft", "sent", "to approve", "purchase", "cancel")
        self.made([Row(0, 0, 0, 0, state, moment, moment, 100) for state in states])
        self.assertEqual(self.values("purchase_orders") - {0}, {1})
        self.assertEqual(self.values("purchase_amount") - {0}, {100})

    def test_half_of_the_orders_took_no_longer(self):
        start = datetime(2026, 5, 4, 12)
        self.made(
            [
                Row(0, 0, 0, 0, "purchase", start, start + timedelta(days=days), 100)
                for days in (0, 1, 3)
            ]
        )
        self.assertEqual(self.values("purchase_lead_time"), {8})

    def test_as_it_is_approved(self):
        self.env.company.po_double_validation = "two_step"
        self.env.company.po_double_validation_amount = 0
        buyer = new_test_user(self.env, "kpi buyer", "purchase.group_purchase_user")
        order = self.orders(1)
        with freeze_time("2026-05-11 12:00:00"):
            order.with_user(buyer).button_confirm()
        self.assertEqual(order.state, "to approve")
        with freeze_time("2026-05-12 12:00:00"):
            order.button_approve(force=True)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE purchase_order SET create_date = '2026-05-11 12:00:00' WHERE id = %s",
            [order.id],
        )
        self.env.invalidate_all()
        self.assert_all(order, "month")
        self.assertEqual(self.values("purchase_lead_time"), {8})

    def values(self, code):
        """Return what there is of an indicator as a whole, by month."""
        found = self.counted(self.kpis[code], "month")
        return {value for key, value in found.items() if key[2] is None}

    def test_currency_is_that_of_the_first_company(self):
        self.assertTrue(self.currency)
        self.assertFalse(self.kpis["purchase_orders"].currency_id)


@tagged("post_install", "-at_install")
class TestPurchasesThatAreThere(PurchaseCase):
    """The orders of the demonstration data, or of whoever runs this."""

    def test_figures(self):
        orders = self.env["purchase.order"].search([])
        with freeze_time(LATER), patch.object(shipped, "NOW", LATER):
            self.assert_all(orders, "week", "month")

    def test_dashboard(self):
        dashboard = self.env.ref("collab_kpi_purchase.dashboard_purchase")
        self.assertTrue(dashboard.is_shared)
        self.assertEqual(set(dashboard.tile_ids.kpi_id.mapped("code")), set(CODES))
        for kpi in dashboard.tile_ids.kpi_id:
            self.assertEqual((kpi.state, kpi.trouble), ("on", False))


@tagged("post_install", "-at_install")
class TestWhoSeesPurchases(PurchaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        moment = datetime(2026, 5, 4, 9)
        cls.env.cr.execute("UPDATE purchase_order SET state = 'cancel'")
        cls.both_orders = cls.orders(2)
        cls.env.flush_all()
        for order, company in zip(cls.both_orders, (0, 2), strict=True):
            cls.set(order, Row(company, 0, 0, 0, "purchase", moment, moment, 100))
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
        manager = self.user("kpi manager", "purchase.group_purchase_manager")
        for kpi in self.shipped:
            self.assertCountEqual(self.seen(kpi, manager), self.both.ids)
            self.assertEqual(self.seen(kpi, manager, self.west), self.west.ids)
            manager.company_ids = self.here
            self.assertEqual(self.seen(kpi, manager), self.here.ids)
            manager.company_ids = self.both

    def test_user(self):
        user = self.user("kpi buyer", "purchase.group_purchase_user")
        for kpi in self.shipped:
            self.assertCountEqual(self.seen(kpi, user), self.both.ids)

    def test_what_a_figure_is_of(self):
        """Whoever sees a figure opens what it is of, of a part, too."""
        reader = self.user("kpi reader", "purchase.group_purchase_user")
        for kpi in self.shipped:
            for dimension in (None, *kpi.breakdown_ids.dimension_id):
                part = dimension and self.part(dimension)
                action = (
                    kpi.with_user(reader)
                    .with_context(allowed_company_ids=self.here.ids)
                    .action_drill("month", "2026-05-01", dimension and dimension.id, part or 0)
                )
                opened = self.env["purchase.order"].with_user(reader).search(action["domain"])
                self.assertEqual(opened, self.both_orders[0], dimension and dimension.name)

    def part(self, dimension):
        """Return of what both are."""
        return {
            "hr.department": self.departments[0].id,
            "res.users": self.people[0].id,
            "res.partner": self.partners[0].id,
        }[dimension.model]

    def test_others(self):
        for login, groups in (
            ("kpi user", "base.group_user"),
            ("kpi administrator", "base.group_system"),
        ):
            user = self.user(login, groups)
            for kpi in self.shipped:
                self.assertEqual(self.seen(kpi, user), [], login)
        portal = new_test_user(self.env, "kpi portal", "base.group_portal")
        with self.assertRaises(AccessError):
            self.seen(self.shipped[0], portal)

"""The data that both sides work on: made once, before the sides part."""

from __future__ import annotations

import random

from rows import copy_rows

from odoo import Command
from odoo.api import Environment

BUYER = "bench.buyer"
#: Who approves, one step each
APPROVERS = ("bench.first", "bench.second", "bench.third")

#: Orders made by the ORM; all others are copies of them
PATTERNS = 20
LINES = 3


def load(env: Environment, orders: int) -> None:
    """Make users, vendors, products and ``orders`` purchase orders of three lines."""
    chance = random.Random(19)
    groups = [Command.link(env.ref("purchase.group_purchase_user").id)]
    users = env["res.users"].create(
        [
            {"name": name, "login": name, "group_ids": groups, "notification_type": "inbox"}
            for name in (BUYER, *APPROVERS)
        ]
    )
    vendors = env["res.partner"].create(
        [{"name": f"Vendor {n}", "is_company": True} for n in range(PATTERNS)]
    )
    products = env["product.product"].create(
        [{"name": f"Part {n}", "type": "consu"} for n in range(50)]
    )
    env["res.partner"].create([{"name": f"Contact {n}"} for n in range(200)])
    env["res.bank"].create([{"name": f"Bank {n}"} for n in range(200)])
    patterns = env["purchase.order"].create(
        [
            {
                "partner_id": vendor.id,
                "user_id": users[0].id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": chance.choice(products).id,
                            "product_qty": chance.randint(1, 40),
                            "price_unit": chance.randint(200, 9_000),
                            "tax_ids": [Command.clear()],
                        }
                    )
                    for __ in range(LINES)
                ],
            }
            for vendor in vendors
        ]
    )
    env.flush_all()
    first = max(patterns.ids) + 1
    pairs = [(patterns.ids[n % PATTERNS], first + n) for n in range(orders - PATTERNS)]
    copy_rows(env, "purchase_order", "id", pairs)
    copy_rows(env, "purchase_order_line", "order_id", pairs)
    env.cr.execute("SELECT setval('purchase_order_id_seq', max(id)) FROM purchase_order")
    env.invalidate_all()

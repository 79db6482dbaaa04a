"""The data that both sides work on: made once, before the sides part."""

from __future__ import annotations

import random
from collections.abc import Iterable

from odoo import Command
from odoo.api import Environment
from odoo.tools import SQL

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


def copy_rows(env: Environment, table: str, key: str, pairs: Iterable[tuple[int, int]]) -> None:
    """Copy rows in SQL: those whose ``key`` is the first of a pair, with the second instead."""
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND column_name NOT IN ('id', %s)",
        (table, key),
    )
    columns = [name for [name] in env.cr.fetchall()]
    sources, targets = zip(*pairs, strict=True)
    env.cr.execute(
        SQL(
            """
            INSERT INTO %(table)s (%(columns)s)
                 SELECT %(values)s
                   FROM unnest(%(sources)s, %(targets)s) AS pair(source, target)
                   JOIN %(table)s ON %(table)s.%(key)s = pair.source
               ORDER BY pair.target
            """,
            table=SQL.identifier(table),
            key=SQL.identifier(key),
            columns=SQL(", ").join(map(SQL.identifier, [key, *columns])),
            values=SQL(", ").join(
                [SQL("pair.target"), *(SQL.identifier(table, name) for name in columns)]
            ),
            sources=list(sources),
            targets=list(targets),
        )
    )

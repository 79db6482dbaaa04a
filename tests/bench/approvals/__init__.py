"""Approvals of purchase orders, beside OCA's tier validation."""

from __future__ import annotations

import server
from area import Area
from report import say

from . import cases, data
from .sides import Ours, Peer, Side

ORDERS = 16_000
#: What both sides run on: the apps that either of them needs
APPS = ("purchase", "hr", "sms")


def prepare() -> cases.Bench:
    say("a database with the apps and the data")
    origin = server.create("origin")
    origin.install(APPS)
    with origin.environment() as env:
        data.load(env, ORDERS)
    arms = []
    for name, side in (("ours", Ours()), ("peer", Peer())):
        say(f"a copy with {', '.join(side.modules)}")
        arms.append(_arm(origin, name, side))
    with arms[0].database.environment() as env:
        orders = env["purchase.order"].search([], order="id").ids
    return cases.Bench(*arms, fresh=iter(orders))


def _arm(origin: server.Database, name: str, side: Side) -> cases.Arm:
    database = server.clone(origin, name)
    database.install(side.modules)
    with database.environment() as env:
        side.configure(env)
    database.analyze()
    return cases.Arm(side, database)


AREA = Area(
    name="approvals",
    title="Approvals",
    peers=("odoo-addon-base-tier-validation", "odoo-addon-purchase-tier-validation"),
    databases=("origin", "ours", "peer"),
    prepare=prepare,
    cases=cases.CASES,
    method="""\
One database with the purchase app, without demo data, is filled with users, vendors,
products and purchase orders of three lines, and copied twice; Collab goes into one copy, the
peer into the other. So both have the same orders, under the same ids. Both copies have the
same flow: three persons approve, one after another, every order above an amount.""",
)

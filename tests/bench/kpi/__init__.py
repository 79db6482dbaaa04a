"""Indicators and dashboards, beside bare SQL, OCA's kpi and mis_builder."""

from __future__ import annotations

import server
from area import Area
from report import say

from . import cases, data

#: What the sides need; sale has what is counted
APPS = ("collab_kpi", "sale", "kpi", "mis_builder")


def prepare() -> cases.Bench:
    say("a database with the apps, the indicators and their figures")
    database = server.create("kpi")
    database.install(APPS)
    with database.environment() as env:
        data.move_company(env)
        teams = data.make_teams(env)
        pattern = data.make_pattern(env)
        kept = data.make_kept(env).ids
        data.load_values(env, kept, teams)
    say(f"{data.ORDERS:,} orders")
    with database.environment() as env:
        data.load_orders(env, pattern, teams)
        bench = cases.make(env, database, pattern, teams, kept)
    database.vacuum()
    return bench


AREA = Area(
    name="kpi",
    title="Indicators",
    peers=("odoo-addon-kpi", "odoo-addon-mis-builder"),
    databases=("kpi",),
    prepare=prepare,
    cases=cases.CASES,
    method=f"""\
One database with all sides, the sale app and no demo data. There are, made in SQL, {data.ORDERS:,} orders of
{data.TEAMS} teams, evenly over {data.MONTHS} months until now, copies of one, and {data.INDICATORS} indicators with what they came to in each
month of {data.YEARS} years, as a whole and for each team. The company is in Shanghai, so its months are not those of
UTC. What counts runs as the superuser, as the crons of both sides do; what reads as the administrator, to whom
record rules apply.""",
)

"""A million orders and the figures of five years, in SQL; the indicators, as their designers
make them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from rows import copy_planned

from odoo import Command
from odoo.api import Environment
from odoo.tools import SQL

ORDERS = 1_000_000
#: Over how many months, the one that runs among them
MONTHS = 12
TEAMS = 20
#: One order in so many has this origin
SHARE = 10
ORIGIN = "bench"
#: Indicators that are kept for long, and for how long
INDICATORS = 200
YEARS = 5
#: Where the company is, and how much earlier it is there than in UTC
ZONE = "Asia/Shanghai"
HOURS = 8
MODEL = "sale.order"
READER = "admin"
#: The month of an order where the company is, in SQL
MONTH = SQL("date_trunc('month', date_order + interval '%s hours')", HOURS)


def move_company(env: Environment) -> None:
    """Have the company, and who reads, be where it is not UTC."""
    env.company.resource_calendar_id.tz = ZONE
    env["res.users"].search([("login", "=", READER)]).tz = ZONE


def this_month() -> date:
    return datetime.now(ZoneInfo(ZONE)).date().replace(day=1)


def month(back: int) -> date:
    """Return the first day of the month so many ago."""
    return this_month() - relativedelta(months=back)


def make_teams(env: Environment) -> list[int]:
    names = [{"name": f"Bench {number}"} for number in range(TEAMS)]
    return env["crm.team"].create(names).ids


def make_pattern(env: Environment) -> int:
    """Make the order that the others are copies of; it has begun before anything is counted."""
    customer = env["res.partner"].create({"name": "Bench"})
    order = env[MODEL].create({"partner_id": customer.id, "date_order": month(YEARS * 12 + 12)})
    env.flush_all()
    return order.id


def load_orders(env: Environment, pattern: int, teams: Sequence[int]) -> None:
    """Make the orders, evenly over the months until now, of the teams in turn."""
    first = datetime.combine(month(MONTHS - 1), datetime.min.time(), ZoneInfo(ZONE))
    minutes = int((datetime.now(ZoneInfo(ZONE)) - first).total_seconds()) // 60
    moment = SQL(
        "%s::timestamp - interval '%s hours' + (plan.number::bigint * 7919 %% %s) * interval '1 minute'",
        first.replace(tzinfo=None),
        HOURS,
        minutes,
    )
    # of another step than the teams: the share has orders of each
    origin = SQL("CASE WHEN plan.number / %s %% %s = 0 THEN %s END", TEAMS, SHARE, ORIGIN)
    _copy(env, pattern, teams, ORDERS, {"date_order": moment, "origin": origin})


def add_orders(env: Environment, pattern: int, teams: Sequence[int], number: int) -> None:
    """Have so many orders come in, now."""
    _copy(env, pattern, teams, number, {"date_order": SQL("now() AT TIME ZONE 'UTC'")})


def _copy(
    env: Environment, pattern: int, teams: Sequence[int], number: int, instead: dict[str, SQL]
) -> None:
    amount = SQL("100 + plan.number %% 900")
    copy_planned(
        env,
        "sale_order",
        SQL("generate_series(1, %s) AS plan(number)", number),
        SQL("sale_order.id = %s", pattern),
        {
            "name": SQL("'B' || plan.number"),
            "team_id": SQL("(%s::int[])[1 + plan.number %% %s]", list(teams), TEAMS),
            "amount_untaxed": amount,
            "amount_total": amount,
            **instead,
        },
        SQL("plan.number"),
    )


# -- Collab -----------------------------------------------------------------------------------


def make_kpi(env: Environment, name: str, months: int = MONTHS, parts: bool = True, **vals) -> Any:
    """Make an indicator over orders, by month; it is not started.

    :param months: how long a history it has
    :param parts: whether it is broken down by teams
    """
    by_team = [Command.create({"path": "team_id"})]
    return env["collab.kpi"].create(
        {
            "name": name,
            "model_id": env["ir.model"]._get_id(MODEL),
            "date_path": "date_order",
            "since": month(months - 1),
            "breakdown_ids": by_team if parts else [],
        }
        | vals
    )


def make_sum(env: Environment, name: str, **vals) -> Any:
    return make_kpi(env, name, aggregate="sum", measure_path="amount_untaxed", **vals)


def make_sums(env: Environment, teams: Sequence[int]) -> Any:
    """Make an indicator for each team."""
    kpis = [
        make_sum(env, f"Team {number}", parts=False, domain=repr([("team_id", "=", team)]))
        for number, team in enumerate(teams)
    ]
    return env["collab.kpi"].browse(one.id for one in kpis)


def make_kept(env: Environment) -> Any:
    """Make many indicators and start them, while there is nothing to count."""
    kpis = [make_kpi(env, f"Kept {number}", YEARS * 12) for number in range(INDICATORS)]
    kept = env["collab.kpi"].browse(one.id for one in kpis)
    kept.action_start()
    return kept


def load_values(env: Environment, kpi_ids: Sequence[int], teams: Sequence[int]) -> None:
    """Give indicators the figures of all months, the whole and of each team, as counting would."""
    env.cr.execute("DELETE FROM collab_kpi_value WHERE kpi_id = ANY(%s)", (list(kpi_ids),))
    env.cr.execute(
        SQL(
            """
            INSERT INTO collab_kpi_value (kpi_id, version_id, grain, start, company_id,
                   dimension_id, res_id, value, total, weight, is_frozen,
                   create_uid, create_date, write_uid, write_date)
            SELECT kpi.id, kpi.version_id, 'month', month, %(company)s, part.dimension, part.team,
                   figure, figure, figure, month < %(now)s, 1, now(), 1, now()
              FROM generate_series(%(first)s::date, %(now)s::date, interval '1 month') month,
                   collab_kpi kpi
              JOIN collab_kpi_breakdown breakdown ON breakdown.kpi_id = kpi.id,
                   LATERAL (
                       SELECT NULL::int AS dimension, 0 AS team
                       UNION ALL SELECT breakdown.dimension_id, unnest(%(teams)s::int[])
                   ) part,
                   LATERAL (SELECT (kpi.id * 37 + part.team * 11
                                    + extract(epoch FROM month)::bigint / 86400) %% 1000 AS figure) one
             WHERE kpi.id = ANY(%(kpis)s)
             ORDER BY month, kpi.id, part.team
            """,
            company=env.company.id,
            first=month(YEARS * 12 - 1),
            now=this_month(),
            teams=list(teams),
            kpis=list(kpi_ids),
        )
    )
    env.invalidate_all()


def make_dashboard(env: Environment, tiles: Sequence[tuple[int, str]]) -> int:
    """Make a dashboard that is shared.

    :param tiles: indicators, and as what each is shown
    """
    return (
        env["collab.dashboard"]
        .create(
            {
                "name": "Bench",
                "is_shared": True,
                "tile_ids": [
                    Command.create({"kpi_id": kpi, "kind": kind, "sequence": number})
                    for number, (kpi, kind) in enumerate(tiles)
                ],
            }
        )
        .id
    )


# -- the peers --------------------------------------------------------------------------------


def make_oca_kpis(env: Environment, codes: Sequence[str]) -> Any:
    """Make indicators of OCA's, each of an SQL statement, judged by a threshold of three ranges."""
    bounds = ((0, 1e5, "#FF0000"), (1e5 + 1, 1e6, "#FFFF00"), (1e6 + 1, 1e12, "#00FF00"))
    ranges = env["kpi.threshold.range"].create(
        [
            {
                "name": color,
                "min_type": "static",
                "max_type": "static",
                "min_fixed_value": low,
                "max_fixed_value": high,
                "color": color,
            }
            for low, high, color in bounds
        ]
    )
    threshold = env["kpi.threshold"].create(
        {"name": "Bench", "range_ids": [Command.set(ranges.ids)]}
    )
    category = env["kpi.category"].create({"name": "Bench"})
    return env["kpi"].create(
        [
            {
                "name": f"Bench {number}",
                "category_id": category.id,
                "threshold_id": threshold.id,
                "kpi_type": "local",
                "kpi_code": code,
            }
            for number, code in enumerate(codes)
        ]
    )


def team_code(team: int) -> str:
    """Return what a team has sold this month, as an SQL statement for OCA's kpi."""
    return (
        "SELECT COALESCE(SUM(amount_untaxed), 0) AS value FROM sale_order"
        f" WHERE team_id = {team} AND date_order >= date_trunc('month', now() AT TIME ZONE '{ZONE}')"
        f" AT TIME ZONE '{ZONE}' AT TIME ZONE 'UTC'"
    )


def load_history(env: Environment, kpi_ids: Sequence[int]) -> None:
    """Give OCA's indicators a value of each month."""
    env.cr.execute(
        SQL(
            "INSERT INTO kpi_history (name, kpi_id, date, value, color, company_id,"
            " create_uid, create_date, write_uid, write_date)"
            " SELECT month::text, kpi_id, month.month, (kpi_id * 37 + row_number() OVER ()) %% 1000,"
            " '#00FF00', %s, 1, now(), 1, now()"
            " FROM generate_series(%s::date, %s::date, interval '1 month') month,"
            " unnest(%s::int[]) kpi_id ORDER BY month.month",
            env.company.id,
            month(YEARS * 12 - 1),
            this_month(),
            list(kpi_ids),
        )
    )
    env.invalidate_all()


def make_mis(env: Environment, teams: Sequence[int]) -> int:
    """Make a report of mis_builder: a row for each team, a column for each month."""
    field = env["ir.model.fields"]._get
    report = env["mis.report"].create(
        {
            "name": "Bench",
            "query_ids": [
                Command.create(
                    {
                        "name": f"team{number}",
                        "model_id": env["ir.model"]._get_id(MODEL),
                        "field_ids": field(MODEL, "amount_untaxed").ids,
                        "aggregate": "sum",
                        "date_field": field(MODEL, "date_order").id,
                        "domain": repr([("team_id", "=", team)]),
                    }
                )
                for number, team in enumerate(teams)
            ],
            "kpi_ids": [
                Command.create(
                    {
                        "name": f"kpi{number}",
                        "description": f"Team {number}",
                        "sequence": number,
                        "expression": f"team{number}.amount_untaxed",
                    }
                )
                for number in range(len(teams))
            ],
        }
    )
    firsts = [month(back) for back in reversed(range(MONTHS))]
    instance = env["mis.report.instance"].create(
        {
            "name": "Bench",
            "report_id": report.id,
            "period_ids": [
                Command.create(
                    {
                        "name": str(first),
                        "sequence": number,
                        "mode": "fix",
                        "manual_date_from": first,
                        "manual_date_to": first + relativedelta(months=1, days=-1),
                    }
                )
                for number, first in enumerate(firsts)
            ],
        }
    )
    return instance.id

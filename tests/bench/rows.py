"""Rows by the thousand, in SQL: copies of what the public methods have made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from odoo.api import Environment
from odoo.tools import SQL


def copy_rows(env: Environment, table: str, key: str, pairs: Iterable[tuple[int, int]]) -> None:
    """Copy rows: those whose ``key`` is the first of a pair, with the second instead."""
    sources, targets = zip(*pairs, strict=True)
    copy_planned(
        env,
        table,
        SQL("unnest(%s, %s) AS plan(source, target)", list(sources), list(targets)),
        SQL("%s = plan.source", SQL.identifier(table, key)),
        {key: SQL("plan.target")},
        SQL("plan.target"),
    )


def copy_planned(
    env: Environment,
    table: str,
    plan: SQL,
    source: SQL,
    instead: Mapping[str, SQL],
    order: SQL,
) -> None:
    """Copy rows, each as often as a plan says.

    :param plan: what there is a copy for each row of, as in a FROM
    :param source: the condition under which a row of the table is what a row of the plan copies
    :param instead: column → what the copy has in it
    """
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND NOT column_name = ANY(%s)",
        (table, ["id", *instead]),
    )
    columns = [name for [name] in env.cr.fetchall()]
    env.cr.execute(
        SQL(
            "INSERT INTO %(table)s (%(columns)s) SELECT %(values)s"
            " FROM %(plan)s JOIN %(table)s ON %(source)s ORDER BY %(order)s",
            table=SQL.identifier(table),
            columns=SQL(", ").join(map(SQL.identifier, [*instead, *columns])),
            values=SQL(", ").join(
                [*instead.values(), *(SQL.identifier(table, name) for name in columns)]
            ),
            plan=plan,
            source=source,
            order=order,
        )
    )

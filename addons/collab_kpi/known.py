"""What is known of indicators, read at once for many.

Functions and classes, not methods of models, as those can be called from the code of server actions.
"""

from dataclasses import dataclass
from datetime import date, datetime

from odoo.tools import SQL
from odoo.tools.misc import get_lang

from .aims import Aim, target_of


@dataclass(frozen=True, eq=False)
class Known:
    """An indicator: what is said of it, to whom, and by which versions it has been counted.

    :ivar look: see :mod:`.looks`
    :ivar definitions: id of a version → definition
    :ivar version_id: of the one by which it is counted now, or None
    :ivar input_ids: of what a formula is over
    :ivar aims: the newest first
    """

    id: int
    name: str
    note: str
    period: str
    look: dict
    state: str
    active: bool
    disclosure: str
    owner_id: int | None
    group_ids: frozenset
    trouble: str | None
    counted_at: datetime | None
    version_id: int | None
    definitions: dict
    input_ids: tuple
    aims: list

    @property
    def definition(self):
        return self.definitions.get(self.version_id)


def known(env, ids=None):
    """Return indicators, and all that they are made of, by one query: id → :class:`Known`.

    It tells whoever asks; what a reader may see is for :class:`.reading.Sight`.

    :param env: of the reader, whose language names are in
    :param ids: by default all
    """
    for name in ("collab.kpi", "collab.kpi.version", "collab.kpi.target", "collab.kpi.status"):
        env[name].flush_model()
    asked = (
        SQL("SELECT id FROM collab_kpi")
        if ids is None
        else SQL("SELECT unnest(%s::int[])", list(ids))
    )
    rows = env.execute_query_dict(
        SQL(
            # it would be compiled for longer than it runs
            """
            SET LOCAL jit = off;
            WITH RECURSIVE asked (id) AS (
                %(asked)s
                UNION
                SELECT rel.input_id FROM collab_kpi_input_rel rel JOIN asked ON asked.id = rel.kpi_id
            )
            SELECT kpi.id, %(name)s AS name, %(note)s AS note, kpi.period, kpi.digits,
                   %(suffix)s AS suffix, kpi.direction, kpi.state, kpi.active, kpi.disclosure,
                   kpi.owner_id, kpi.trouble, kpi.counted_at, kpi.version_id,
                   currency.symbol, currency.position,
                   ARRAY(SELECT res_groups_id FROM collab_kpi_res_groups_rel
                          WHERE collab_kpi_id = kpi.id) AS group_ids,
                   ARRAY(SELECT input_id FROM collab_kpi_input_rel WHERE kpi_id = kpi.id) AS input_ids,
                   (SELECT json_object_agg(version.id, version.definition)
                      FROM collab_kpi_version version WHERE version.kpi_id = kpi.id) AS definitions,
                   (SELECT json_agg(json_build_object(
                               'grain', target.grain, 'since', target.since,
                               'company_id', target.company_id, 'kind', target.kind,
                               'value', target.value, 'upper', target.upper,
                               'warning', target.warning, 'hysteresis', target.hysteresis,
                               'is_running', target.is_running,
                               'statuses', (SELECT json_agg(json_build_array(
                                                       status.company_id, status.start, status.status))
                                              FROM collab_kpi_status status
                                             WHERE status.target_id = target.id)
                           ) ORDER BY target.since DESC, target.company_id NULLS LAST)
                      FROM collab_kpi_target target WHERE target.kpi_id = kpi.id) AS aims
              FROM collab_kpi kpi
              JOIN asked ON asked.id = kpi.id
              LEFT JOIN res_currency currency ON currency.id = kpi.currency_id
            """,
            asked=asked,
            name=_translated(env, "name"),
            note=_translated(env, "note"),
            suffix=_translated(env, "suffix"),
        )
    )
    return {row["id"]: _known(row) for row in rows}


def _translated(env, name):
    lang = get_lang(env).code
    column = SQL.identifier("kpi", name)
    return SQL("COALESCE(%s->>%s, %s->>'en_US')", column, lang, column)


def _known(row):
    symbol = row.pop("symbol")
    position = row.pop("position")
    look = {
        "kind": "monetary" if symbol else "number",
        "digits": row.pop("digits"),
        "unit": row.pop("suffix") or "",
        "currency": {"symbol": symbol, "position": position} if symbol else None,
        "direction": row.pop("direction"),
    }
    row["group_ids"] = frozenset(row["group_ids"])
    row["input_ids"] = tuple(row["input_ids"])
    row["definitions"] = {int(key): value for key, value in (row["definitions"] or {}).items()}
    row["note"] = row["note"] or ""
    row["aims"] = [_aim(one) for one in row["aims"] or ()]
    return Known(look=look, **row)


def _aim(row):
    return Aim(
        grain=row["grain"],
        since=date.fromisoformat(row["since"]),
        company_id=row["company_id"],
        kind=row["kind"],
        target=target_of(row),
        is_running=row["is_running"],
        statuses={
            company_id: (date.fromisoformat(start), status)
            for company_id, start, status in row["statuses"] or ()
            if status
        },
    )

"""How figures are kept (decision 0016): in one statement, those that are final untouched.

Functions, not methods, as methods can be called from the code of server actions. They pass by
``create`` and ``write``, which are closed for values.
"""

from odoo.tools import SQL

_COLUMNS = (
    ("grain", "text"),
    ("start", "date"),
    ("company_id", "int"),
    ("dimension_id", "int"),
    ("res_id", "int"),
    ("value", "float8"),
    ("total", "float8"),
    ("weight", "bigint"),
    ("lack", "text"),
)
_KEY = SQL(
    "kpi_id, grain, start, COALESCE(company_id, 0), COALESCE(dimension_id, 0), COALESCE(res_id, 0)"
)
_VALUES = ("value", "total", "weight", "lack", "version_id")


def store(kpi, version, figures, *, grain, first, until=None, also_frozen=False):
    """Keep the figures of an indicator, and remove what there was from their first day on and is no
    more. What is frozen stays as it is.

    :param kpi: ``collab.kpi``
    :param version: ``collab.kpi.version`` by which they were counted
    :param list figures: of :class:`.counting.Figure`, all of one grain, and all that there are from
        the day on, of each company
    :param str grain: theirs
    :param date first: the day
    :param date until: before which their periods begin, if there are later ones that stay
    :param bool also_frozen: whether what is frozen is replaced, too, which is only for who keeps
        what was there
    :return: whether anything has changed
    """
    env = kpi.env
    env["collab.kpi.value"].flush_model()
    dimensions = {
        index: one["dimension"] for index, one in enumerate(version.definition["breakdowns"])
    }
    rows = [
        (
            figure.grain,
            figure.start,
            figure.company_id,
            dimensions.get(figure.breakdown),
            figure.part,
            figure.value,
            figure.total,
            figure.weight,
            figure.lack,
        )
        for figure in figures
    ]
    arrays = list(map(list, zip(*rows, strict=True))) if rows else [[] for __ in _COLUMNS]
    incoming = SQL(
        "SELECT * FROM unnest(%s) AS figure (%s)",
        SQL(", ").join(
            SQL("%s::%s[]", array, SQL(kind))
            for array, (__, kind) in zip(arrays, _COLUMNS, strict=True)
        ),
        SQL(", ").join(SQL.identifier(name) for name, __ in _COLUMNS),
    )
    names = SQL(", ").join(SQL.identifier(name) for name, __ in _COLUMNS)
    now, uid = env.cr.now(), env.uid
    [[changed, gone]] = env.execute_query(
        SQL(
            """
            WITH incoming AS MATERIALIZED (%(incoming)s),
            gone AS (
                DELETE FROM collab_kpi_value old
                 WHERE kpi_id = %(kpi)s AND grain = %(grain)s AND %(when)s AND %(open)s
                   AND NOT EXISTS (
                       SELECT FROM incoming
                        WHERE incoming.start = old.start
                          AND incoming.company_id IS NOT DISTINCT FROM old.company_id
                          AND incoming.dimension_id IS NOT DISTINCT FROM old.dimension_id
                          AND COALESCE(incoming.res_id, 0) = COALESCE(old.res_id, 0)
                   )
                RETURNING 1
            ), changed AS (
                INSERT INTO collab_kpi_value AS old (kpi_id, version_id, is_frozen, %(names)s,
                       department_id, user_id, create_uid, create_date, write_uid, write_date)
                SELECT %(kpi)s, %(version)s, FALSE, %(names)s,
                       CASE WHEN dimension_id = ANY(%(departments)s) THEN NULLIF(res_id, 0) END,
                       CASE WHEN dimension_id = ANY(%(people)s) THEN NULLIF(res_id, 0) END,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM incoming
                    ON CONFLICT (%(key)s) DO UPDATE SET %(sets)s,
                       write_uid = EXCLUDED.write_uid, write_date = EXCLUDED.write_date
                 WHERE %(open)s AND (%(olds)s) IS DISTINCT FROM (%(news)s)
                RETURNING 1
            )
            SELECT (SELECT COUNT(*) FROM changed), (SELECT COUNT(*) FROM gone)
            """,
            incoming=incoming,
            kpi=kpi.id,
            version=version.id,
            grain=grain,
            when=SQL("start >= %s%s", first, SQL(" AND start < %s", until) if until else SQL()),
            open=SQL("TRUE") if also_frozen else SQL("NOT old.is_frozen"),
            names=names,
            departments=_over(version, "hr.department"),
            people=_over(version, "res.users"),
            uid=uid,
            now=now,
            key=_KEY,
            sets=SQL(", ").join(
                SQL("%s = EXCLUDED.%s", *[SQL.identifier(name)] * 2) for name in _VALUES
            ),
            olds=SQL(", ").join(SQL.identifier("old", name) for name in _VALUES),
            news=SQL(", ").join(SQL("EXCLUDED.%s", SQL.identifier(name)) for name in _VALUES),
        )
    )
    env["collab.kpi.value"].invalidate_model(flush=False)
    return bool(changed or gone)


def freeze(kpi, grain, ended):
    """Have the figures of periods that are over for good stay as they are.

    :param dict ended: company id, or None → day before which periods have begun that are
    """
    kpi.env.execute_query(
        SQL(
            "UPDATE collab_kpi_value value SET is_frozen = TRUE"
            " FROM unnest(%s::int[], %s::date[]) ended (company_id, day)"
            " WHERE value.kpi_id = %s AND value.grain = %s AND NOT value.is_frozen"
            " AND value.company_id IS NOT DISTINCT FROM ended.company_id"
            " AND value.start < ended.day RETURNING 1",
            list(ended),
            list(ended.values()),
            kpi.id,
            grain,
        )
    )
    kpi.env["collab.kpi.value"].invalidate_model(flush=False)


def forget(kpi, grain, before):
    """Remove what was only needed while a period was open.

    :param date before: periods that begin before this day
    """
    kpi.env.cr.execute(
        SQL(
            "DELETE FROM collab_kpi_value WHERE kpi_id = %s AND grain = %s AND start < %s"
            " AND NOT is_frozen",
            kpi.id,
            grain,
            before,
        )
    )
    kpi.env["collab.kpi.value"].invalidate_model(flush=False)


def kept(kpi, grain, first, until=None):
    """Return the figures of an indicator that are kept, as rows of ``start``, ``company_id``,
    ``dimension_id``, ``res_id``, ``value``, ``total``, ``weight``, ``lack``.

    :param date first: of periods that begin then or later
    :param date until: and before this day
    """
    kpi.env["collab.kpi.value"].flush_model()
    return kpi.env.execute_query(
        SQL(
            "SELECT start, company_id, dimension_id, COALESCE(res_id, 0), value, total, weight, lack"
            " FROM collab_kpi_value WHERE kpi_id = %s AND grain = %s AND start >= %s%s",
            kpi.id,
            grain,
            first,
            SQL(" AND start < %s", until) if until else SQL(),
        )
    )


def _over(version, model):
    """Return the ids of the dimensions of a version that are over a model."""
    return [one["dimension"] for one in version.definition["breakdowns"] if one["model"] == model]

"""Rows written by the thousand, in one statement.

Functions, not methods, as methods can be called from the code of server actions. They pass
by ``create`` and ``write``: they are for models that are closed to both anyway, and whose
module decides what is written.
"""

from odoo.tools import SQL


def insert_rows(model, rows):
    """Insert rows.

    :param model: recordset of the model, in the environment of who does it
    :param list[dict] rows: field name → value as the column takes it, the same fields in
        each row; every field has a column of its own
    :return: the records, in the order of the rows
    """
    if not rows:
        return model.browse()
    now = model.env.cr.now()
    audit = {"create_uid": model.env.uid, "create_date": now}
    audit |= {"write_uid": model.env.uid, "write_date": now}
    names = list(rows[0])
    columns = [[row[name] for row in rows] for name in names]
    columns += [[value] * len(rows) for value in audit.values()]
    names += audit
    inserted = model.env.execute_query(
        SQL(
            # numbered in the order of the rows
            "INSERT INTO %s (%s) SELECT %s FROM %s WITH ORDINALITY AS v(%s, row_no_)"
            " ORDER BY row_no_ RETURNING id",
            SQL.identifier(model._table),
            _identifiers(names),
            _identifiers(names),
            _unnest(model, names, columns),
            _identifiers(names),
        )
    )
    records = model.browse(sorted(row[0] for row in inserted))
    for name in rows[0]:
        for inverse in model.pool.field_inverses[model._fields[name]]:
            owners = model.env[inverse.model_name].browse({row[name] for row in rows} - {None})
            owners.invalidate_recordset([inverse.name], flush=False)
    records.modified(rows[0], create=True)
    return records


def update_rows(model, rows):
    """Give rows new values.

    :param model: recordset of the model, in the environment of who does it
    :param dict rows: id → dict as for :func:`insert_rows`
    """
    if not rows:
        return
    fields = list(next(iter(rows.values())))
    model.flush_model(fields)
    names = [*fields, "write_uid", "write_date"]
    audit = [model.env.uid, model.env.cr.now()]
    columns = [list(column) for column in zip(*([*r.values(), *audit] for r in rows.values()))]
    model.env.cr.execute(
        SQL(
            "UPDATE %s t SET %s FROM %s AS v(id, %s) WHERE t.id = v.id",
            SQL.identifier(model._table),
            SQL(", ").join(
                SQL("%s = %s", SQL.identifier(name), SQL.identifier("v", name)) for name in names
            ),
            _unnest(model, ["id", *names], [list(rows), *columns]),
            _identifiers(names),
        )
    )
    records = model.browse(rows)
    records.invalidate_recordset(names, flush=False)
    records.modified(fields)


def _identifiers(names):
    return SQL(", ").join(map(SQL.identifier, names))


def _unnest(model, names, columns):
    """Return the SQL of a table with these columns."""
    types = [model._fields[name].column_type[0] for name in names]
    return SQL(
        "unnest(%s)",
        SQL(", ").join(
            SQL("%s::%s[]", column, SQL(kind)) for column, kind in zip(columns, types, strict=True)
        ),
    )

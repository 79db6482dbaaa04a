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
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    same = {name: column[0] for name, column in columns.items() if _all_same(column)} | audit
    each = {name: column for name, column in columns.items() if name not in same}
    inserted = model.env.execute_query(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM unnest(%s) AS v(%s) ORDER BY row_no_ RETURNING id",
            SQL.identifier(model._table),
            _identifiers([*same, *each]),
            SQL(", ").join(
                [
                    *(SQL("%s::%s", value, _type(model, name)) for name, value in same.items()),
                    *map(SQL.identifier, each),
                ]
            ),
            SQL(", ").join(
                [
                    SQL("%s", list(range(len(rows)))),
                    *(SQL("%s::%s[]", column, _type(model, name)) for name, column in each.items()),
                ]
            ),
            _identifiers(["row_no_", *each]),
        )
    )
    records = model.browse(sorted(row[0] for row in inserted))
    for name in rows[0]:
        for inverse in model.pool.field_inverses[model._fields[name]]:
            owners = model.env[inverse.model_name].browse({row[name] for row in rows} - {None})
            owners.invalidate_recordset([inverse.name], flush=False)
    records.modified(rows[0], create=True)
    return records


def update_rows(records, values):
    """Give rows new values, all the same.

    :param records: recordset, in the environment of who does it
    :param dict values: field name → value as the column takes it
    """
    if not records:
        return
    audit = {"write_uid": records.env.uid, "write_date": records.env.cr.now()}
    records.flush_model([*values, *audit])
    records.env.cr.execute(
        SQL(
            "UPDATE %s SET %s WHERE id = ANY(%s)",
            SQL.identifier(records._table),
            SQL(", ").join(
                SQL("%s = %s", SQL.identifier(name), value)
                for name, value in (values | audit).items()
            ),
            list(records.ids),
        )
    )
    records.invalidate_recordset([*values, *audit], flush=False)
    records.modified(values)


def update_each(records, rows):
    """Give rows new values, each its own.

    :param records: recordset, in the environment of who does it
    :param list[dict] rows: for each record, field name → value as the column takes it, the
        same fields in each row
    """
    if not records:
        return
    names = list(rows[0])
    audit = {"write_uid": records.env.uid, "write_date": records.env.cr.now()}
    records.flush_model([*names, *audit])
    arrays = [SQL("%s", list(records.ids))]
    arrays.extend(
        SQL("%s::%s[]", [row[name] for row in rows], _type(records, name)) for name in names
    )
    assigned = [
        *(SQL("%s = v.%s", *[SQL.identifier(name)] * 2) for name in names),
        *(SQL("%s = %s", SQL.identifier(name), value) for name, value in audit.items()),
    ]
    records.env.cr.execute(
        SQL(
            "UPDATE %s AS r SET %s FROM unnest(%s) AS v(%s) WHERE r.id = v.row_id_",
            SQL.identifier(records._table),
            SQL(", ").join(assigned),
            SQL(", ").join(arrays),
            _identifiers(["row_id_", *names]),
        )
    )
    records.invalidate_recordset([*names, *audit], flush=False)
    records.modified(names)


def _identifiers(names):
    return SQL(", ").join(map(SQL.identifier, names))


def _type(model, name):
    return SQL(model._fields[name].column_type[0])  # pylint: disable=sql-injection


def _all_same(column):
    return all(value == column[0] for value in column)

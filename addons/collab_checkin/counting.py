"""How the points of a rule are counted, and the differences entered (decision 0014).

Functions, not methods, as methods can be called from the code of server actions.
"""

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tools import SQL, date_utils

from odoo.addons.collab_base.work import work_query

#: Months after which points are final
OPEN = 3
#: From how many changed records on all are looked at
MANY = 50_000
#: Points of a person for a period, at most
MOST = 1_000_000


def horizon(env):
    """Return since when there may be changes that this transaction does not see: what others have
    begun is dated when they began. To be kept for the next time, and to be asked for in a
    transaction before the one that counts.
    """
    [[moment]] = env.execute_query(
        SQL(
            "SELECT LEAST(now(), MIN(xact_start)) AT TIME ZONE 'UTC'"
            " FROM pg_stat_activity WHERE datname = current_database()"
        )
    )
    return moment


def first_open(rule):
    """Return from which day on the points of a rule are not final."""
    ago = fields.Date.today() - relativedelta(months=OPEN)
    return max(rule.since, date_utils.start_of(ago, rule.period))


def changed(rule):
    """Return the ids of the records that have changed since the rule was last counted; None where
    it is better to look at all."""
    model = rule.env[rule.source_id.model]
    if not rule.mark or not model._log_access:
        return None
    found = rule.env.execute_query(
        SQL(
            "SELECT id FROM %s WHERE write_date >= %s LIMIT %s",
            SQL.identifier(model._table),
            rule.mark,
            MANY,
        )
    )
    return [row[0] for row in found] if len(found) < MANY else None


def groups(rule, first, until=None, ids=None):
    """Return what counts for a rule, as a query: for each person and period, which records.

    :param date first: of the days that are looked at
    :param date until: the day after them
    :param list ids: of these records only
    """
    return SQL(
        # sorted once, and not for each group
        "SELECT user_id, period, array_agg(res_id) AS res_ids"
        " FROM (SELECT * FROM (%s) work ORDER BY user_id, period, res_id) sorted"
        " GROUP BY user_id, period",
        _works(rule, first, until, ids),
    )


def _works(rule, first, until=None, ids=None):
    """Return what counts for a rule, as a query: rows of ``user_id``, ``period`` and ``res_id``."""
    return SQL(
        # without a time zone, days are truncated faster
        "SELECT user_id, date_trunc(%s, day::timestamp)::date AS period, res_id"
        " FROM (%s) work WHERE %s",
        rule.period,
        work_query(rule.source_id, first, until, ids),
        SQL("by_other") if rule.by_other else SQL("TRUE"),
    )


def worth(rule, count):
    """Return what a number of records of a person and a period come to, as an expression."""
    if rule.counting == "threshold":
        return SQL("CASE WHEN %s >= %s THEN %s ELSE 0 END", count, rule.threshold, rule.points)
    return SQL("LEAST(%s * %s::bigint, %s)::int", count, rule.points, rule.cap or MOST)


def count(rule, whole):
    """Enter what a rule's work is worth, less what has been entered for it.

    :param rule: ``collab.point.rule``, locked
    :param bool whole: whether to look at all records, and not only at those that have changed
    :return: ids of the users who have more points now, or fewer
    """
    ids = None if whole else changed(rule)
    if ids == []:
        return set()
    rule.env.cr.execute("SET LOCAL work_mem = '64MB'")  # to sort the records of three months
    found = _all_differences(rule) if ids is None else _some_differences(rule, ids)
    _tell(rule, found)
    given = [(user_id, period, points) for user_id, period, __, __, points in found if points]
    enter(rule, given)
    return {user_id for user_id, __, __ in given}


def _all_differences(rule):
    """Return what :func:`_differences` does, of all records.

    How many count, and the sum of what their ids are hashed to, tell for which persons and periods
    they are others: neither is sorted, and for those alone it is looked up which. Were a sum ever
    the same by accident, the points would be right all the same.
    """
    known, first, until = _known(rule), first_open(rule), rule.until or None
    concerned = rule.env.execute_query(
        SQL(
            """
            SELECT user_id, period
              FROM (
                    SELECT user_id, period, COUNT(*) AS works, SUM(hashint4(res_id)) AS hash
                      FROM (%s) work GROUP BY user_id, period
                   ) found
              FULL JOIN (
                    SELECT user_id, period, cardinality(res_ids) AS works, hash
                      FROM collab_point_tally WHERE %s
                   ) before USING (user_id, period)
              FULL JOIN (
                    SELECT user_id, period, SUM(points) AS points
                      FROM collab_point_entry WHERE %s GROUP BY user_id, period
                   ) entered USING (user_id, period)
             WHERE COALESCE(found.works, 0) <> COALESCE(before.works, 0)
                OR COALESCE(found.hash, 0) <> COALESCE(before.hash, 0)
                OR %s <> COALESCE(entered.points, 0)
            """,
            _works(rule, first, until),
            known,
            known,
            worth(rule, SQL("COALESCE(found.works, 0)")),
        )
    )
    if not concerned:
        return []
    found = SQL(
        "SELECT counted.* FROM (%s) counted JOIN %s USING (user_id, period) WHERE user_id = ANY(%s)",
        groups(rule, first, until),
        _pairs(concerned),
        list({user_id for user_id, __ in concerned}),
    )
    return _differences(rule, concerned, found)


def _some_differences(rule, ids):
    """Return what :func:`_differences` does, of the persons and periods for which some records
    count or have counted. These are found first: PostgreSQL plans better for what it knows."""
    fresh = rule.env.execute_query(groups(rule, first_open(rule), rule.until or None, ids))
    concerned = {(user_id, period) for user_id, period, __ in fresh} | _counted(rule, ids)
    # those that have not changed, and those that have and count now
    found = SQL(
        "SELECT user_id, period, array_agg(res_id ORDER BY res_id) AS res_ids FROM ("
        " SELECT user_id, period, res_id FROM before, unnest(res_ids) res_id"
        " WHERE res_id <> ALL(%s)"
        " UNION ALL SELECT * FROM unnest(%s::int[], %s::date[], %s::int[])"
        ") together GROUP BY user_id, period",
        ids,
        *_columns([(user_id, period, one) for user_id, period, found in fresh for one in found], 3),
    )
    return _differences(rule, concerned, found)


def _counted(rule, ids):
    """Return for which persons and periods records have counted."""
    # record by record: PostgreSQL compares arrays each with each
    return set(
        rule.env.execute_query(
            SQL(
                "SELECT user_id, period FROM unnest(%s) id_ CROSS JOIN LATERAL"
                " (SELECT * FROM collab_point_tally WHERE res_ids @> ARRAY[id_] OFFSET 0) tally"
                " WHERE %s",
                ids,
                _known(rule),
            )
        )
    )


def _known(rule):
    """Return the condition on what is known of a rule, and not final."""
    first = date_utils.start_of(first_open(rule), rule.period)
    return SQL("rule_id = %s AND period >= %s", rule.id, first)


def _columns(rows, width):
    """Return rows as a list for each column."""
    return map(list, zip(*rows, strict=True)) if rows else [[]] * width


def _pairs(concerned):
    """Return persons and periods as a table."""
    return SQL("unnest(%s::int[], %s::date[]) pair (user_id, period)", *_columns(concerned, 2))


def _differences(rule, concerned, found):
    """Return of which persons and periods other records count than before, or that are worth
    something else than what has been entered: rows of ``user_id``, ``period``, their ``res_ids``,
    whether these are others than before, and the points to enter.

    :param concerned: persons and periods that are looked at
    :param found: query for the ``res_ids`` that count now, of each of them; it may use ``before``,
        those that have counted
    """
    return rule.env.execute_query(
        SQL(
            """
            WITH before AS (
                SELECT user_id, period, res_ids
                  FROM %(pairs)s JOIN collab_point_tally USING (user_id, period)
                 WHERE rule_id = %(rule)s
            ), found AS (%(found)s), entered AS (
                SELECT user_id, period, SUM(points)::int AS points
                  FROM %(pairs)s JOIN collab_point_entry USING (user_id, period)
                 WHERE rule_id = %(rule)s GROUP BY user_id, period
            ), together AS (
                SELECT user_id, period, COALESCE(found.res_ids, '{}') AS res_ids,
                       COALESCE(found.res_ids, '{}') <> COALESCE(before.res_ids, '{}') AS is_other,
                       %(worth)s - COALESCE(entered.points, 0) AS points
                  FROM found
                  FULL JOIN before USING (user_id, period)
                  FULL JOIN entered USING (user_id, period)
            )
            SELECT * FROM together WHERE is_other OR points <> 0
            """,
            pairs=_pairs(concerned),
            rule=rule.id,
            found=found,
            worth=worth(rule, SQL("COALESCE(cardinality(found.res_ids), 0)")),
        )
    )


def _tell(rule, found):
    """Keep which records count now."""
    other = [(user_id, period, ids) for user_id, period, ids, is_other, __ in found if is_other]
    if other:
        users, periods, res_ids = _columns(other, 3)
        uid, now = rule.env.uid, rule.env.cr.now()
        rule.env.cr.execute(
            SQL(
                "INSERT INTO collab_point_tally (rule_id, user_id, period, res_ids, hash,"
                " create_uid, create_date, write_uid, write_date)"
                " SELECT %s, user_id, period, res_ids::int[],"
                " (SELECT SUM(hashint4(id_)) FROM unnest(res_ids::int[]) id_), %s, %s, %s, %s"
                " FROM unnest(%s::int[], %s::date[], %s::text[]) other (user_id, period, res_ids)"
                " ON CONFLICT (rule_id, user_id, period) DO UPDATE SET res_ids = EXCLUDED.res_ids,"
                " hash = EXCLUDED.hash, write_uid = EXCLUDED.write_uid, write_date = EXCLUDED.write_date",
                *(rule.id, uid, now, uid, now),
                *(users, periods, [_array(ids) for ids in res_ids]),
            )
        )
        # or each record that is looked for later goes through all that is not indexed yet
        rule.env.cr.execute("SELECT gin_clean_pending_list('collab_point_tally_res_ids_idx')")
        rule.env["collab.point.tally"].invalidate_model(flush=False)


def _array(ids):
    """Return ids as PostgreSQL writes them: arrays of several lengths make no array."""
    return "{" + ",".join(map(str, ids)) + "}"


def enter(rule, given):
    """Add entries for a rule.

    :param list given: tuples of user id, first day of the period and points
    """
    rule.env.cr.execute(
        _entry(
            rule.env,
            SQL(
                "SELECT %s AS rule_id, * FROM unnest(%s::int[], %s::date[], %s::int[])"
                " given (user_id, period, points)",
                rule.id,
                *_columns(given, 3),
            ),
        )
    )
    rule.env["collab.point.entry"].invalidate_model(flush=False)


def count_checkin(participant, day):
    """Enter what a check-in is worth, as it will be counted anyway, so that it shows at once.

    :param participant: whose it is, locked
    :return: how many points they have then
    """
    env = participant.env
    __, source_id = env["ir.model.data"]._xmlid_to_res_model_res_id("collab_checkin.work_source")
    given = SQL(
        "SELECT id AS rule_id, %s AS user_id, %s AS period, points FROM collab_point_rule"
        " WHERE source_id = %s AND state = 'on'"
        " AND counting = 'each' AND period = 'day' AND since <= %s",
        participant.user_id.id,
        day,
        source_id,
        day,
    )
    # what is entered by the statement is not among what it finds
    [[points]] = env.execute_query(
        SQL(
            "WITH added AS (%s RETURNING points)"
            " SELECT COALESCE(SUM(points), 0)::int FROM ("
            " SELECT points FROM added"
            " UNION ALL SELECT points FROM collab_point_entry WHERE user_id = %s) mine",
            _entry(env, given),
            participant.user_id.id,
        )
    )
    env["collab.point.entry"].invalidate_model(flush=False)
    return points


def _entry(env, given):
    """Return the statement that adds entries.

    :param given: query for ``rule_id``, ``user_id``, ``period`` and ``points`` of each
    """
    env["collab.point.rule"].flush_model()
    uid, now = env.uid, env.cr.now()
    return SQL(
        "INSERT INTO collab_point_entry (kind, rule_id, name, user_id, period, points,"
        " create_uid, create_date, write_uid, write_date)"
        # as it is called now, in all languages
        " SELECT 'work', rule.id, rule.name, given.user_id, given.period, given.points,"
        " %s, %s, %s, %s"
        " FROM (%s) given JOIN collab_point_rule rule ON rule.id = given.rule_id",
        *(uid, now, uid, now),
        given,
    )

"""Who has the say over a person's points, for the length of a transaction.

A function, not a method, as methods can be called from the code of server actions.
"""

from odoo.tools import SQL


def locked(env, user_ids):
    """Return the accounts of people, for this transaction alone; those who have none get one.

    :param list user_ids: of users that there are
    :return: ``collab.point.account``, as superuser, by their ids
    """
    accounts = env["collab.point.account"].sudo()
    env.cr.execute(
        SQL(
            "INSERT INTO collab_point_account"
            " (user_id, karma, create_uid, create_date, write_uid, write_date)"
            " SELECT user_id, 0, %(uid)s, %(now)s, %(uid)s, %(now)s"
            " FROM unnest(%(ids)s::int[]) user_id ORDER BY user_id"
            " ON CONFLICT (user_id) DO NOTHING",
            ids=list(user_ids),
            uid=env.uid,
            now=env.cr.now(),
        )
    )
    found = env.execute_query(
        SQL(
            "SELECT id FROM collab_point_account WHERE user_id = ANY(%s) ORDER BY id FOR UPDATE",
            list(user_ids),
        )
    )
    mine = accounts.browse([row[0] for row in found])
    mine.invalidate_recordset(flush=False)
    return mine

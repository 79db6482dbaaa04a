"""Karma for points, which ranks depend on: Odoo's (decision 0015).

Functions, not methods, as methods can be called from the code of server actions.
"""

from odoo.tools import SQL

from odoo.addons.collab_base.bulk import update_each

from .accounts import locked


def owed(env, user_ids=None):
    """Return what karma is to be given for points, or taken back: user id → number.

    :param list user_ids: of these people; of all by default
    """
    return dict(
        env.execute_query(
            SQL(
                """
                SELECT earned.user_id, earned.points - COALESCE(account.karma, 0)
                  FROM (
                        SELECT user_id, SUM(points)::int AS points FROM collab_point_entry
                         WHERE kind = 'work' AND %s GROUP BY user_id
                       ) earned
                  LEFT JOIN collab_point_account account USING (user_id)
                 WHERE earned.points <> COALESCE(account.karma, 0)
                 ORDER BY earned.user_id
                """,
                SQL("user_id = ANY(%s)", list(user_ids)) if user_ids is not None else SQL("TRUE"),
            )
        )
    )


def give(users):
    """Give people the karma that they are owed, and keep that they have it."""
    accounts = locked(users.env, users.ids)
    gains = owed(users.env, users.ids)
    reason = users.env._("Points")
    users._add_karma_batch(
        {user: {"gain": gains[user.id], "reason": reason} for user in users if user.id in gains}
    )
    accounts = accounts.filtered(lambda account: account.user_id.id in gains)
    update_each(
        accounts, [{"karma": account.karma + gains[account.user_id.id]} for account in accounts]
    )

"""How points are spent.

Functions, not methods, as methods can be called from the code of server actions. Whoever calls them
has checked who asks. Accounts are locked before stock is touched, both by their ids.
"""

from collections import Counter

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.collab_base.bulk import update_rows
from odoo.addons.collab_guard.seal import unsealed

from .accounts import locked
from .core.days import local_day

#: From which states a redemption comes to another
BEFORE = {
    "granted": {"asked"},
    "handed": {"granted"},
    "refused": {"asked", "granted"},
    "withdrawn": {"asked", "granted"},
}
#: States in which nothing is had for the points, which are returned
RETURNED = ("refused", "withdrawn")


def redeem(reward, note):
    """Ask for a reward, for the current user, and hold its points.

    :param reward: of ``collab.reward``, as superuser, one that the user may have
    :param note: text for who hands it over, or False
    :return: the redemption, as superuser
    """
    env = reward.env
    _alone(env.user)
    month = local_day(fields.Datetime.now(), env.user._collab_zone()).replace(day=1)
    _check_balance(reward)
    _check_monthly(reward, month)
    if reward.is_limited:
        _take(reward)
    # by the ORM, so that a policy can govern it
    redemption = unsealed(env["collab.redemption"]).create(
        {
            "user_id": env.uid,
            "reward_id": reward.id,
            "name": reward.name,
            "points": reward.price,
            "note": note,
            "month": month,
            "company_id": (reward.company_id or env.user.company_id).id,
            "needs_grant": reward.needs_grant,
            "holds_unit": reward.is_limited,
            "state": "asked" if reward.needs_grant else "granted",
        }
    )
    _enter(redemption, -1)
    return redemption


def settle(redemptions, state, reason=False):
    """Bring redemptions a step further, and return points and units of those that end without.

    :param redemptions: of ``collab.redemption``, as superuser
    :param str state: the new one
    """
    env = redemptions.env
    _alone(redemptions.user_id)
    redemptions.invalidate_recordset()
    late = redemptions.filtered(lambda one: one.state not in BEFORE[state])
    if late:
        raise UserError(
            env._(
                "“%(reward)s” for %(person)s has been dealt with already: %(state)s.",
                reward=late[0].name,
                person=late[0].user_id.name,
                state=dict(late._fields["state"]._description_selection(env))[late[0].state],
            )
        )
    who = "handed" if state == "handed" else "decided"
    values = {"state": state, f"{who}_by_id": env.uid, f"{who}_at": fields.Datetime.now()}
    unsealed(redemptions).write(values | {"reason": reason})
    if state in RETURNED:
        _enter(redemptions, 1)
        _put_back(redemptions.filtered("holds_unit"))


def restock(reward, units):
    """Change by some how many are left.

    :param reward: of ``collab.reward``, as superuser
    :return: how many there are then
    """
    left = _move(reward, units)
    if left is None:
        raise UserError(reward.env._("There are %s left: no more can go.", reward.stock))
    return left


def _alone(users):
    """Have nobody else spend or return these people's points in this transaction.

    A lock alone lets who has waited for it go on with the balance of before: the accounts are
    written, so that they begin anew.
    """
    update_rows(locked(users.env, users.ids), {})


def _check_balance(reward):
    balance = reward.env["collab.point.entry"].balance()
    if balance < reward.price:
        raise UserError(
            reward.env._(
                "“%(reward)s” costs %(price)s points, and you have %(balance)s.",
                reward=reward.name,
                price=reward.price,
                balance=balance,
            )
        )


def _check_monthly(reward, month):
    if not reward.monthly_limit:
        return
    had = reward.env["collab.redemption"].search_count(
        [
            ("user_id", "=", reward.env.uid),
            ("reward_id", "=", reward.id),
            ("month", "=", month),
            ("state", "not in", RETURNED),
        ]
    )
    if had >= reward.monthly_limit:
        raise UserError(
            reward.env._(
                "“%(reward)s” can be had %(times)s times a month, and you have had it as often."
                " Try again next month.",
                reward=reward.name,
                times=reward.monthly_limit,
            )
        )


def _take(reward):
    # before anything is written, so that who comes too late has nothing to wait for
    if not reward.stock or _move(reward, -1) is None:
        raise UserError(reward.env._("There are none left of “%s”.", reward.name))


def _put_back(redemptions):
    units = Counter(redemption.reward_id.id for redemption in redemptions)
    for reward in redemptions.reward_id.sorted("id"):
        _move(reward, units[reward.id])


def _move(reward, units):
    """Change how many are left of a reward; who does so at the same moment begins anew.

    :return: how many there are then; ``None`` if there would be less than none
    """
    reward.flush_recordset()
    reward.env.cr.execute(
        SQL(
            "UPDATE collab_reward SET stock = stock + %(units)s"
            " WHERE id = %(id)s AND stock + %(units)s::bigint BETWEEN 0 AND %(most)s RETURNING stock",
            units=units,
            id=reward.id,
            most=2**31 - 1,
        )
    )
    found = reward.env.cr.fetchone()
    reward.invalidate_recordset(["stock"], flush=False)
    return found and found[0]


def _enter(redemptions, sign):
    unsealed(redemptions.env["collab.point.entry"]).create(
        [
            {
                "user_id": redemption.user_id.id,
                "kind": "reward",
                "name": redemption.name,
                "points": sign * redemption.points,
                "redemption_id": redemption.id,
            }
            for redemption in redemptions
        ]
    )

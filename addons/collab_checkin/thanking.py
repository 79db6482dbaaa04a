"""How kudos are given, taken back and answered.

Functions, not methods, as methods can be called from the code of server actions. They are called
for the current user, at this moment, by ``collab.kudos`` alone.
"""

from datetime import timedelta

import psycopg2.errors

from odoo import fields
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL, date_utils

from odoo.addons.collab_base.bulk import insert_rows, update_rows
from odoo.addons.collab_guard.seal import unsealed

from .accounts import locked
from .core.days import local_day

#: Within how long thanks that come back are mutual
BACK = timedelta(days=30)


def give(kudos, receiver, text, value):
    """Thank somebody.

    :param kudos: empty recordset of ``collab.kudos``, in the environment of the sender
    :param receiver: ``res.users``, somebody whom they may thank
    :param value: ``collab.kudos.value``, or none
    :return: the kudos, as superuser
    """
    sender = kudos.env.user
    _alone(sender, receiver)
    now = fields.Datetime.now()
    day = local_day(now, sender._collab_zone())
    _check_allowance(kudos, receiver, day)
    given = insert_rows(
        kudos.sudo(),
        [
            {
                "sender_id": sender.id,
                "receiver_id": receiver.id,
                "text": text,
                "value_id": value.id or None,
                "given_at": now,
                "day": day,
                "month": date_utils.start_of(day, "month"),
                "week": date_utils.start_of(day, "week"),
                "company_id": receiver.company_id.id,
                "by_leader": sender._collab_leads(),
                "is_mutual": False,
                "state": "shown",
            }
        ],
    )
    _find_mutual(kudos, sender, receiver)
    return given


def withdraw(given):
    """Take thanks back.

    :param given: ``collab.kudos``, as superuser, of the current user
    """
    _alone(given.sender_id, given.receiver_id)
    update_rows(given, {"state": "withdrawn"})
    _find_mutual(given, given.sender_id, given.receiver_id)


def show(given, state, reason):
    """Hide kudos, or show them again; what was given stays given."""
    hidden_by = given.env.uid if state == "hidden" else None
    update_rows(given, {"state": state, "hidden_by_id": hidden_by, "reason": reason})


def react(given, sign):
    """Add the current user's reaction to a kudos, or take it away.

    :param given: ``collab.kudos``, as superuser
    :raise ConcurrencyError: when it came at the same moment by another request; Odoo tries again
    """
    reactions = given.env["collab.kudos.reaction"]
    values = {"kudos_id": given.id, "user_id": given.env.uid, "sign": sign}
    mine = reactions.search([(name, "=", value) for name, value in values.items()])
    if mine:
        unsealed(mine).unlink()
    else:
        try:
            insert_rows(reactions, [values])
        except psycopg2.errors.UniqueViolation as error:
            raise ConcurrencyError("The same reaction came meanwhile") from error
    given.invalidate_recordset(["reactions"], flush=False)


def _alone(sender, receiver):
    """Have nobody else give kudos as the sender, or between the two, in this transaction.

    A lock alone lets who has waited for it go on without seeing what has come: the sender's account
    is written, so that they begin anew. Many may thank the same person at once.
    """
    accounts = locked(sender.env, [sender.id, receiver.id])
    update_rows(accounts.filtered(lambda account: account.user_id == sender), {})


def _check_allowance(kudos, receiver, day):
    """Raise an error if the sender has given as many as they may in the month of a day."""
    env = kudos.env
    given, back = kudos._given(date_utils.start_of(day, "month"))
    a_month, a_pair = kudos._limits()
    if sum(given.values()) >= a_month:
        raise UserError(
            env._(
                "You have given all your kudos of this month: %s. There are new ones next month.",
                a_month,
            )
        )
    if given[receiver.id] >= a_pair:
        raise UserError(
            env._(
                "You have thanked %(name)s as often as one can in a month: %(times)s.",
                name=receiver.name,
                times=a_pair,
            )
        )
    # they hear of each: who has second thoughts has them a few times
    if back[receiver.id] > a_pair:
        raise UserError(
            env._(
                "You have taken back what you thanked %(name)s for: %(times)s times this month. Thank"
                " them again next month.",
                name=receiver.name,
                times=back[receiver.id],
            )
        )


def _find_mutual(kudos, one, other):
    """Flag kudos of two people, locked, where the other has thanked back; take the flag from those
    where they have taken it back."""
    found = kudos.env.execute_query(
        SQL(
            """
            SELECT given.id, given.is_mutual FROM collab_kudos given
             WHERE (given.sender_id, given.receiver_id) IN ((%(one)s, %(other)s), (%(other)s, %(one)s))
               AND given.is_mutual <> EXISTS (
                   SELECT FROM collab_kudos back
                    WHERE back.sender_id = given.receiver_id
                      AND back.receiver_id = given.sender_id
                      AND back.state <> 'withdrawn'
                      AND back.given_at BETWEEN given.given_at - %(back)s
                                            AND given.given_at + %(back)s)
            """,
            one=one.id,
            other=other.id,
            back=BACK,
        )
    )
    for before in (False, True):
        changed = [kudos_id for kudos_id, is_mutual in found if is_mutual == before]
        update_rows(kudos.sudo().browse(changed), {"is_mutual": not before})

"""How votes are cast, and practices awarded and published.

Functions, not methods, as methods can be called from the code of server actions. They are called
for the current user, at this moment, by ``collab.practice`` and ``collab.award`` alone, which have
asked whether they may.
"""

import psycopg2.errors

from odoo import fields
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL

from odoo.addons.collab_base.bulk import insert_rows, update_rows
from odoo.addons.collab_guard.seal import unsealed


def hold(awards, alone=False):
    """Have awards stay as they are for the length of the transaction.

    Who began before one of them was changed begins anew: PostgreSQL says so, and Odoo tries again.

    :param awards: ``collab.award``
    :param bool alone: to change them; otherwise many may hold them at once
    """
    awards.flush_recordset()
    awards.env.cr.execute(
        SQL(
            "SELECT FROM collab_award WHERE id = ANY(%s) ORDER BY id %s",
            list(awards.ids),
            SQL("FOR NO KEY UPDATE") if alone else SQL("FOR SHARE"),
        )
    )


def cast(practice):
    """Have the current user vote for a practice; a vote that they have is moved there.

    :param practice: ``collab.practice``, as superuser, its award held
    :raise ConcurrencyError: when it came at the same moment by another request; Odoo tries again
    """
    mine = _mine(practice)
    if mine:
        update_rows(mine, {"practice_id": practice.id})
    else:
        values = {"award_id": practice.award_id.id, "user_id": practice.env.uid}
        try:
            insert_rows(mine, [values | {"practice_id": practice.id}])
        except psycopg2.errors.UniqueViolation as error:
            raise ConcurrencyError("The same vote came meanwhile") from error
    practice.invalidate_model(["is_my_vote"], flush=False)


def take_back(practice):
    """Take away the current user's vote for a practice, if they have one."""
    mine = _mine(practice).filtered(lambda vote: vote.practice_id == practice)
    if mine:
        unsealed(mine).unlink()
    practice.invalidate_model(["is_my_vote"], flush=False)


def _mine(practice):
    return practice.env["collab.practice.vote"].search(
        [("award_id", "=", practice.award_id.id), ("user_id", "=", practice.env.uid)]
    )


def decline(practice):
    """Take a practice off the list, as its person wishes."""
    update_rows(practice, {"state": "declined"})


def close(award):
    """End nominating and voting before its day."""
    update_rows(award, {"closed_at": fields.Datetime.now()})


def award_to(practice):
    """Have a practice be the one that is awarded.

    :param practice: ``collab.practice``, as superuser, its award held alone
    """
    now = fields.Datetime.now()
    update_rows(
        practice, {"state": "awarded", "awarded_at": now, "awarded_by_id": practice.env.uid}
    )
    update_rows(practice.award_id, {"winner_id": practice.id, "awarded_at": now})
    practice.award_id.invalidate_recordset(["state"], flush=False)


def publish(practice, is_published=True):
    """Put a practice into the library, or take it out."""
    update_rows(
        practice,
        {
            "published_at": fields.Datetime.now() if is_published else None,
            "published_by_id": practice.env.uid if is_published else None,
        },
    )

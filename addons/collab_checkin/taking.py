"""How a check-in is taken.

Functions, not methods, as methods can be called from the code of server actions. They are called
for the current user, at this moment, by ``collab.checkin.check_in`` alone.
"""

import psycopg2.errors

from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL

from odoo.addons.collab_base.bulk import insert_rows, update_rows

from .counting import count_checkin


def locked(participants):
    """Return who the current user is among the participants, for this transaction alone, and the
    time zone in which they are.

    :param participants: empty recordset of ``collab.participant``
    :raise ConcurrencyError: when they came at the same moment by another request; Odoo tries again
    """
    found = _lock(participants)
    if not found:
        try:
            insert_rows(participants.sudo(), [{"user_id": participants.env.uid}])
        except psycopg2.errors.UniqueViolation as error:
            raise ConcurrencyError("The same participant came meanwhile") from error
        found = _lock(participants)
    [(participant_id, zone)] = found
    mine = participants.sudo().browse(participant_id)
    mine.invalidate_recordset(flush=False)
    return mine, zone


def _lock(participants):
    participants.env["res.partner"].flush_model(["tz"])
    return participants.env.execute_query(
        SQL(
            "SELECT mine.id, COALESCE(partner.tz, calendar.tz, 'UTC')"
            " FROM collab_participant mine"
            " JOIN res_users person ON person.id = mine.user_id"
            " JOIN res_partner partner ON partner.id = person.partner_id"
            " JOIN res_company company ON company.id = person.company_id"
            " LEFT JOIN resource_calendar calendar ON calendar.id = company.resource_calendar_id"
            " WHERE mine.user_id = %s FOR UPDATE OF mine",
            participants.env.uid,
        )
    )


def take(participant, place, said):
    """Check somebody in.

    :param participant: theirs, locked
    :param place: :class:`.core.days.Place`, of now
    :param dict said: ``plan`` and ``mood``, where they say so
    :return: what ``collab.participant.today`` returns
    """
    counts, streak = participant._with(place.day)
    insert_rows(
        participant.env["collab.checkin"].sudo(),
        [
            {
                "user_id": participant.user_id.id,
                "day": place.day,
                "checked_at": place.at,
                "zone": place.zone,
                "counts": counts,
                "plan": said.get("plan") or None,
                "mood": said.get("mood") or None,
            }
        ],
    )
    values = {"day": place.day, "checked_at": place.at, "zone": place.zone}
    if counts:
        # when the next working day is, is found out later
        values |= participant._kept(streak) | {"due": None, "is_stale": True}
        points = count_checkin(participant, place.day)
    else:
        # what was missed before a day off is not forgotten
        streak = participant._streak_at(place.day)
        points = participant.env["collab.point.entry"].balance()
    update_rows(participant, values)
    return participant._answer(place.day, True, streak, points, **said)


def say(participant, said):
    """Change what somebody has said with their last check-in."""
    checkins = participant.env["collab.checkin"].sudo()
    last = checkins.search(
        [("user_id", "=", participant.user_id.id), ("day", "=", participant.day)]
    )
    update_rows(last, {name: value or None for name, value in said.items()})

import logging
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.service.model import retrying
from odoo.tools import SQL

from odoo.addons.collab_base.bulk import update_each, update_rows
from odoo.addons.collab_base.parts import in_parts

from ..core.days import Place, place_now
from ..core.streak import Streak, streak_of

_logger = logging.getLogger(__name__)

#: Working days that a month forgives, unless the administrator says otherwise
FORGIVEN = 2
#: How many days ahead the next working day is looked for
AHEAD = 45
#: People whose streaks are worked out at once
BATCH = 500
#: How long those of whom it fails are left alone: until the cron comes again by itself
PAUSE = timedelta(minutes=50)


class CollabParticipant(models.Model):
    """Somebody who checks in: where and when they last did, and what their check-ins come to.

    The streak is kept so that a check-in need not look at all that came before. It is worked out
    anew when calendars or leave have changed (``is_stale``).
    """

    _name = "collab.participant"
    _description = "Participant"
    _inherit = ["collab.sealed.mixin"]
    #: See ``collab_base.asking``
    _collab_private = True
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users", string="Person", required=True, readonly=True, ondelete="cascade"
    )
    # the last check-in
    day = fields.Date(string="Last Check-in", readonly=True)
    checked_at = fields.Datetime(readonly=True)
    zone = fields.Char(string="Time Zone", readonly=True)
    due = fields.Date(
        string="Next Working Day",
        readonly=True,
        help="The first one after the last that was checked in. Empty: not known yet.",
    )
    # see core.streak
    total = fields.Integer(string="Days", readonly=True)
    before = fields.Integer(readonly=True)
    longest = fields.Integer(string="Longest Streak", readonly=True)
    last = fields.Date(string="Last Working Day", readonly=True)
    missed = fields.Json(readonly=True)
    is_stale = fields.Boolean(
        string="To Be Worked Out", readonly=True, help="Calendars or leave have changed."
    )
    failed_at = fields.Datetime(
        readonly=True, help="When the streak could not be worked out; the log says why."
    )

    _user_uniq = models.UniqueIndex("(user_id)")
    _stale_idx = models.Index("(id) WHERE is_stale")

    # ------------------------------------------------------------------
    # Streaks
    # ------------------------------------------------------------------

    def _place(self, now, zone):
        """Return the :class:`..core.days.Place` of a check-in, if there is one to make."""
        last = Place(self.day, self.checked_at, self.zone) if self.day else None
        return place_now(now, zone, last)

    def _with(self, day):
        """Return whether a check-in on a day counts, and the streak with it."""
        streak = self._streak()
        if self.due and day <= self.due:
            counts, missed = day == self.due, []
        else:
            counts, missed = self._since(streak.last, day)
        step = streak.after(day, missed, self._forgiven()) if counts else streak
        return counts, step

    def _streak(self):
        return Streak(
            total=self.total,
            before=self.before,
            longest=self.longest,
            last=self.last or None,
            missed=tuple(self.missed or ()),
        )

    @api.model
    def _kept(self, streak):
        return {
            "total": streak.total,
            "before": streak.before,
            "longest": streak.longest,
            "last": streak.last,
            "missed": fields.Json().convert_to_column(list(streak.missed), self),
        }

    @api.model
    def _forgiven(self):
        """Return how many missed working days a month forgives."""
        value = self.env["ir.config_parameter"].sudo().get_param("collab_checkin.forgiven")
        return int(value) if value and value.isdecimal() else FORGIVEN

    def _work_out(self):
        """Work out the streaks anew, and when the next working day is."""
        users = self.user_id
        checkins = (
            self.env["collab.checkin"]
            .sudo()
            ._read_group([("user_id", "in", users.ids)], ["user_id", "counts"], ["day:array_agg"])
        )
        checked = {user.id: {} for user in users}
        for user, counts, days in checkins:
            checked[user.id] |= dict.fromkeys(days, counts)
        today = fields.Date.today()
        first = min((day for days in checked.values() for day in days), default=today)
        working = users._collab_working_days(first, today + timedelta(days=AHEAD))
        rows, now_count = [], []
        for one in self:
            days = checked[one.user_id.id]
            # a day that has counted goes on counting
            worked = working[one.user_id.id] | {day for day, counts in days.items() if counts}
            streak = streak_of(days, worked, self._forgiven())
            rows.append(
                self._kept(streak)
                | {
                    "longest": max(streak.longest, one.longest),
                    "due": min(
                        (day for day in worked if day > (streak.last or one.day)), default=None
                    ),
                    "is_stale": False,
                    "failed_at": None,
                }
            )
            now_count += [
                (one.user_id.id, day)
                for day, counts in days.items()
                if not counts and day in worked
            ]
        update_each(self, rows)
        self._count_also(now_count)

    @api.model
    def _count_also(self, people_days):
        """Have check-ins count that were on a day off, as it seemed."""
        if people_days:
            checkins = self.env["collab.checkin"].sudo()
            found = self.env.execute_query(
                SQL(
                    "SELECT id FROM collab_checkin"
                    " WHERE (user_id, day) IN (SELECT * FROM unnest(%s::int[], %s::date[]))",
                    [user_id for user_id, __ in people_days],
                    [day for __, day in people_days],
                )
            )
            update_rows(checkins.browse([row[0] for row in found]), {"counts": True})

    @api.model
    def _cron_work_out(self):
        """Work out the streaks, and next working days, of those who have checked in or whose
        calendar has changed. Whose fail are left alone for a while."""
        cron = self.env["ir.cron"]
        lately = fields.Datetime.now() - PAUSE
        left = self.sudo().search(
            [("is_stale", "=", True), "|", ("failed_at", "=", False), ("failed_at", "<=", lately)],
            order="id",
        )
        cron._commit_progress(remaining=len(left))
        for start in range(0, len(left), BATCH):
            batch = left[start : start + BATCH]
            in_parts(batch, lambda some: some._work_out(), _failed)
            if not cron._commit_progress(len(batch)):
                break

    @api.model
    def _calendars_changed(self, users=None):
        """Have streaks worked out anew.

        :param users: of these people; of all by default
        """
        self.flush_model()
        # Not what this transaction has marked already, as it may change a hundred calendars. What
        # others have marked is written once more: who is at working it out, by the calendars of
        # before, must run into that and begin anew.
        self.env.cr.execute(
            SQL(
                "UPDATE collab_participant SET is_stale = TRUE, due = NULL,"
                " failed_at = NULL, write_date = %(now)s"
                " WHERE %(whose)s"
                " AND (is_stale AND due IS NULL AND write_date = %(now)s) IS NOT TRUE",
                now=self.env.cr.now(),
                whose=SQL("TRUE") if users is None else SQL("user_id = ANY(%s)", users.ids),
            )
        )
        if self.env.cr.rowcount:
            changed = ["is_stale", "due", "failed_at", "write_date"]
            self.invalidate_model(changed, flush=False)
            self.env.ref("collab_checkin.ir_cron_participants").sudo()._trigger()

    # ------------------------------------------------------------------
    # What people see
    # ------------------------------------------------------------------

    @api.model
    def _check_internal(self):
        if not self.env.user.has_group("base.group_user"):
            raise AccessError(self.env._("Check-ins are for internal users."))

    @api.model
    @api.readonly
    def today(self):
        """Return what the current user's check-ins come to today.

        :return: dict: ``day``, theirs; ``checked``, whether they have checked in for it; ``plan``
            and ``mood`` of it; ``streak``, working days in a row, as it goes on if they check in;
            ``longest``; ``total``, days ever; ``forgiven``, missed days of this month that may
            still be; ``points`` that they have
        """
        self._check_internal()
        user = self.env.user
        mine = self.sudo().search([("user_id", "=", user.id)])
        return mine._today(fields.Datetime.now(), user._collab_zone())

    def _today(self, now, zone):
        points = self.env["collab.point.entry"].balance()
        if place := self._place(now, zone):
            return self._answer(place.day, False, self._streak_at(place.day), points)
        said = self.env["collab.checkin"].sudo()
        said = said.search([("user_id", "=", self.user_id.id), ("day", "=", self.day)])
        streak = self._streak_at(self.day)
        return self._answer(self.day, True, streak, points, said.plan, said.mood)

    @api.model
    def _answer(self, day, checked, streak, points, plan=False, mood=False):
        """See :meth:`today`."""
        this_month = streak.last and streak.last.replace(day=1) == day.replace(day=1)
        return {
            "day": fields.Date.to_string(day),
            "checked": checked,
            "plan": plan or False,
            "mood": mood or False,
            "streak": streak.length,
            "longest": streak.longest,
            "total": streak.total,
            "forgiven": self._forgiven() - (len(streak.missed) if this_month else 0),
            "points": points,
        }

    def _streak_at(self, day):
        """Return the streak as a check-in on `day` would find it."""
        streak = self._streak()
        if not streak.last or day == streak.last or (self.due and day <= self.due):
            return streak
        __, missed = self._since(streak.last, day)
        return streak.without(missed, self._forgiven())

    def _since(self, last, day):
        """Return whether `day` is worked, and the working days between `last`, if any, and it."""
        first = last or day
        working = self.user_id._collab_working_days(first, day)[self.user_id.id]
        return day in working, sorted(one for one in working if first < one < day)


def _failed(participant):
    _logger.exception("The streak of participant %s could not be worked out", participant.id)
    failed = {"failed_at": fields.Datetime.now()}
    retrying(partial(update_rows, participant, failed), participant.env)

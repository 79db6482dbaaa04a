from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.collab_base.bulk import update_rows
from odoo.addons.collab_base.text import storable

from .. import accounts, teams
from ..taking import locked, say, take

#: Characters of a plan
LINE = 200
#: Plans of a team that are shown
TEAM = 100
MOODS = [("good", "Good"), ("fair", "So-so"), ("low", "Low")]


class CollabCheckin(models.Model):
    """That somebody was there on a day of theirs; what they plan and how they feel is theirs. Their
    plan they may show to their team, of today and as long as they like.

    :meth:`check_in` is the one way in, and takes neither a person nor a day.
    """

    _name = "collab.checkin"
    _description = "Check-in"
    _inherit = ["collab.sealed.mixin"]
    #: See ``collab_base.asking``
    _collab_private = True
    _order = "day desc, id desc"
    _rec_name = "day"

    user_id = fields.Many2one(
        "res.users", string="Person", required=True, readonly=True, ondelete="cascade"
    )
    day = fields.Date(required=True, readonly=True)
    checked_at = fields.Datetime(required=True, readonly=True)
    zone = fields.Char(string="Time Zone", required=True, readonly=True)
    counts = fields.Boolean(
        string="Working Day", readonly=True, help="Days off do not count for a streak."
    )
    plan = fields.Char(string="Plan of the Day", readonly=True)
    mood = fields.Selection(MOODS, readonly=True)

    _once_a_day = models.UniqueIndex("(user_id, day)")

    @api.model
    def check_in(self, plan=None, mood=None):
        """Check the current user in for their day; once more changes plan and mood only.

        :param plan: what they will do today, a line
        :param mood: a value of ``mood``
        :return: what ``collab.participant.today`` returns
        """
        participants = self.env["collab.participant"]
        participants._check_internal()
        said = self._checked_words(plan, mood)
        participant, zone = locked(participants)
        now = fields.Datetime.now()
        if place := participant._place(now, zone):
            return take(participant, place, said)
        if said:
            say(participant, said)
        return participant._today(now, zone)

    @api.model
    def _checked_words(self, plan, mood):
        """Return what of a plan and a mood was said, as it is stored."""
        said = {}
        if plan is not None:
            if not isinstance(plan, str) or not storable(plan):
                raise UserError(self.env._("The plan of the day is a line of text."))
            said["plan"] = " ".join(plan.split())
            if len(said["plan"]) > LINE:
                raise UserError(self.env._("The plan of the day has at most %s characters.", LINE))
        if mood is not None:
            if mood and (not isinstance(mood, str) or mood not in dict(MOODS)):
                raise UserError(self.env._("There is no such mood."))
            said["mood"] = mood
        return said

    # ------------------------------------------------------------------
    # The team
    # ------------------------------------------------------------------

    @api.model
    @api.readonly
    def team(self):
        """Return what the current user's team plans today: of those who show it and have a plan.
        Of all others nothing is told, not even whether they are there.

        :return: dict: ``shows``, whether the user shows their own; ``plans``, of ``id`` of the
            user, ``name`` and ``plan``
        """
        self.env["collab.participant"]._check_internal()
        account = self.env["collab.point.account"].sudo()
        account = account.search([("user_id", "=", self.env.uid)])
        found = self.env.execute_query_dict(
            SQL(
                """
                -- by itself, as planning all of the joins at once takes longer than they do
                WITH team AS MATERIALIZED (%s)
                SELECT person.id, partner.name, checkin.plan
                  FROM team
                  JOIN collab_point_account account ON account.user_id = team.user_id
                  JOIN collab_participant participant ON participant.user_id = team.user_id
                  JOIN collab_checkin checkin ON checkin.user_id = team.user_id
                   AND checkin.day = participant.day
                  JOIN res_users person ON person.id = team.user_id
                  JOIN res_partner partner ON partner.id = person.partner_id
                 WHERE account.shows_plan AND checkin.plan <> ''
                   -- today, where they are
                   AND checkin.day >= (%s AT TIME ZONE 'UTC' AT TIME ZONE checkin.zone)::date
                 ORDER BY partner.name, person.id LIMIT %s
                """,
                teams.team(self.env.user),
                fields.Datetime.now(),
                TEAM,
            )
        )
        return {"shows": account.shows_plan, "plans": found}

    @api.model
    def show_plan(self):
        """Show the current user's plan of the day to their team."""
        return self._set_shown(True)

    @api.model
    def hide_plan(self):
        """Keep the current user's plan of the day to themselves."""
        return self._set_shown(False)

    @api.model
    def _set_shown(self, is_shown):
        self.env["collab.participant"]._check_internal()
        update_rows(accounts.locked(self.env, [self.env.uid]), {"shows_plan": is_shown})
        return is_shown

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.collab_base.core.card import Card


class CollabCard(models.AbstractModel):
    _inherit = "collab.card"

    @api.model
    def _collab_cards(self):
        return super()._collab_cards() + [
            Card(
                "checkin.today",
                self.env._("Check-in"),
                5,
                "checkin_today",
                self._checkin_today,
                width="full",
            ),
        ]

    @api.model
    def _checkin_today(self):
        """Return what the current user's check-ins come to, the days of their week, what their team
        plans, and what is new on the wall; days before they first came are not missed, and those
        that their streak goes on across are forgiven."""
        today = self.env["collab.participant"].today()
        day = fields.Date.to_date(today["day"])
        monday = day - timedelta(days=day.weekday())
        week = [monday + timedelta(days=number) for number in range(7)]
        working = self.env.user._collab_working_days(week[0], week[-1])[self.env.uid]
        checkins = self.env["collab.checkin"]
        mine = [("user_id", "=", self.env.uid)]
        taken = checkins.search_fetch([*mine, ("day", "in", week)], ["day", "counts"])
        checked = set(taken.mapped("day"))
        counted = taken.filtered("counts").mapped("day")
        first = checkins.search_fetch(mine, ["day"], order="day", limit=1).day
        missed = {one for one in working - checked if first and first < one < day}
        # more days in a row than came after it: the streak goes on across it
        forgiven = {
            one for one in missed if today["streak"] > sum(1 for later in counted if later > one)
        }
        rules = self.env["collab.point.rule"]
        return today | {
            "level": self._checkin_level(),
            "goals": rules._progress(day),
            "team": checkins.team(),
            "praise": self.env["collab.kudos"]._newest(day),
            "week": [
                {
                    "day": fields.Date.to_string(one),
                    "checked": one in checked,
                    "works": one in working,
                    "missed": one in missed,
                    "forgiven": one in forgiven,
                }
                for one in week
            ],
        }

    @api.model
    def _checkin_level(self):
        """Return the current user's rank, the next one and how much karma is left to it."""
        user = self.env.user
        following = user._get_next_rank()
        return {
            "name": user.rank_id.name or False,
            "next": following.name or False,
            "left": max(0, following.karma_min - user.karma) if following else 0,
        }

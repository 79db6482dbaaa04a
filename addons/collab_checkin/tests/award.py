from odoo.addons.collab_base.bulk import update_rows
from odoo.addons.collab_checkin.counting import horizon

from .kudos import KudosCase


class AwardCase(KudosCase):
    """An award that is open until Friday, the 17th of July 2026, in Shanghai."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"
        cls.awards = cls.env["collab.award"]
        # those of the demo data
        update_rows(cls.awards.search([]), {"closes_on": "2020-01-01"})
        cls.practices = cls.env["collab.practice"]
        cls.votes = cls.env["collab.practice.vote"]
        cls.award = cls.awards.with_user(cls.owner).create(
            {"name": "Practice of the Month", "closes_on": "2026-07-17"}
        )
        cls.award = cls.award.with_user(cls.env.user)
        cls.rule = cls.env.ref("collab_checkin.point_rule_practice")
        cls.rule._step({"since": "2026-07-01", "until": False, "state": "on"})

    def _nominate(self, person, by=None, **values):
        """Nominate somebody and return the practice, as superuser."""
        vals = {
            "award_id": self.award.id,
            "person_id": person.id,
            "title": "Returns in one go",
            "story": "<p>They are <b>sorted</b> at the door.</p>",
        }
        practice = self.practices.with_user(by or self.mei).create(vals | values)
        return practice.with_user(self.env.user)

    def _vote(self, user, practice):
        return practice.with_user(user).vote()

    def _close(self):
        self.award.with_user(self.owner).close()

    def _count(self, practice, user=None):
        practice.invalidate_recordset()
        return practice.with_user(user or self.mei).vote_count

    def _points_of(self, user):
        self.rule._count(True, horizon(self.env))
        domain = [("user_id", "=", user.id), ("rule_id", "=", self.rule.id)]
        return sum(self.env["collab.point.entry"].search(domain).mapped("points"))

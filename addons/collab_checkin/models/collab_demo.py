import random
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, date_utils

from odoo.addons.collab_base.bulk import insert_rows, update_rows

from ..karma import give
from ..participation import count_week

#: Days that the story goes back
DAYS = 91
PLANS = (
    "Offers from three suppliers",
    "Stock count in hall 2, then the returns",
    "Call Nordlicht about the late pallet",
    "Onboarding of the new colleague",
    "Close the month",
)
#: How each of the first reacts
SIGNS = ("applause", "applause", "celebrate", "idea", "love", "celebrate")
#: Who thanks whom, by their places; what for; and how many days ago
KUDOS = (
    (0, 1, "teamwork", 82, "You took my shift at the counter without a word. Thank you!"),
    (2, 3, "craft", 75, "The new label template saves all of us ten minutes a parcel."),
    (1, 4, "customer", 68, "You stayed until the customer in Lyon had their spare part."),
    (5, 0, "helping", 61, "Thanks for walking me through the returns, twice."),
    (3, 2, "initiative", 54, "Nobody asked, and the shelf plan was on the wall on Monday."),
    (4, 5, "teamwork", 47, "Five trucks in one morning. I would not have wanted to do it alone."),
    (0, 2, "customer", 40, "The apology you wrote to Brightwater was better than any voucher."),
    (1, 3, "helping", 33, "You found my mistake in the customs papers before customs did."),
    (2, 0, "craft", 26, "The checklist for dangerous goods reads like a good recipe."),
    (5, 4, "initiative", 19, "Calling the carrier at six saved the whole delivery."),
    (3, 1, "teamwork", 12, "Thank you for the handover. There was nothing left to ask."),
    (4, 0, "customer", 8, "Three languages in one call, and all of them laughed at the end."),
    (0, 5, "helping", 5, "Your hour on the scanner was worth a day to us."),
    (1, 4, "initiative", 3, "The Friday walk through the hall was your idea. Keep it going!"),
    (2, 4, "teamwork", 1, "We made the deadline because you shared the boring part."),
)

#: Who is nominated by whom, by their places; for which of the awards; title, story, and how
PRACTICES = (
    (
        (3, 1, 0, "Returns in one go"),
        "<p>Returns lay about for days, as each of us sorted them by another list. Aisha has put up"
        " one table with three boxes, and whoever opens a parcel decides there and then.</p>"
        "<p>We are at <b>four hours instead of three days</b>.</p>",
        "<ol><li>One table, three boxes: back to stock, to the supplier, to be looked at.</li>"
        "<li>Who opens the parcel decides, and writes the order number on it.</li>"
        "<li>The third box is emptied before lunch, by two.</li></ol>",
    ),
    (
        (1, 2, 1, "Answers that save a second question"),
        "<p>Li ends each answer with what the customer will want to know next. Calls about the same"
        " order have halved since.</p>",
        "<ul><li>Ask yourself: what would I ask now?</li><li>Say when they hear from us again, and"
        " from whom.</li></ul>",
    ),
    (
        (4, 4, 1, "The Friday walk"),
        "<p>Ten minutes through the hall before the weekend, with whoever has time. What is found is"
        " mended on Monday.</p>",
        "<p>Same time, same way, no list. The first who sees it takes care of it.</p>",
    ),
)


class CollabDemo(models.AbstractModel):
    """Tells the story of a department over three months, where demo data is loaded: as the system
    would have written it. At any other time nobody can have it told."""

    _name = "collab.demo"
    _description = "Demo"

    @api.model
    def _tell_recognition(self, user_ids):
        """Have people check in, thank each other and be rewarded for it.

        :param list user_ids: those of the first take part from the beginning
        """
        self._check_telling()
        users = self.env["res.users"].browse(user_ids)
        chance = random.Random(19)
        self._tell_checkins(users, chance)
        self._tell_kudos(users, chance)
        give(users)
        self._tell_badges(users)
        self._tell_awards(users)
        self._tell_participation()

    @api.model
    def _tell_rewards(self, wanted):
        """Have people redeem rewards.

        :param list wanted: (id of the user, of the reward, whether they have it, note)
        """
        self._check_telling()
        for user_id, reward_id, has_it, note in wanted:
            reward = self.env["collab.reward"].with_user(user_id).browse(reward_id)
            reward.redeem(reward.price, note)
            if has_it:
                mine = self.env["collab.redemption"].search([("user_id", "=", user_id)], limit=1)
                mine.with_user(reward.responsible_id).sudo().action_hand_over()

    @api.model
    def _check_telling(self):
        if self.pool.ready:
            raise AccessError(self.env._("Only demo data tells stories."))

    @api.model
    def _tell_checkins(self, users, chance):
        """Each is there on most of their working days, and more of them from month to month."""
        today = fields.Date.today()
        first = today - timedelta(days=DAYS)
        working = users._collab_working_days(first, today)
        rows = []
        for place, user in enumerate(users):
            came = first + timedelta(days=4 * place)
            for day in sorted(working[user.id]):
                # nobody yet today: there is something to tap
                if came <= day < today and chance.random() < 0.97 - 0.02 * place:
                    said = chance.choice(PLANS) if chance.random() < 0.6 else None
                    mood = chance.choice(("good", "good", "fair", None))
                    rows.append(self._checkin(user, day, chance, said, mood))
        insert_rows(self.env["collab.checkin"], rows)
        last = {row["user_id"]: row for row in rows}
        participants = insert_rows(
            self.env["collab.participant"],
            [
                {name: row[name] for name in ("user_id", "day", "checked_at", "zone")}
                for row in last.values()
            ],
        )
        participants._work_out()
        rule = self.env.ref("collab_checkin.point_rule_checkin")
        self._enter(
            rule, [(row["user_id"], row["day"], rule.points, row["checked_at"]) for row in rows]
        )

    @api.model
    def _checkin(self, user, day, chance, plan, mood):
        return {
            "user_id": user.id,
            "day": day,
            "checked_at": datetime.combine(day, time(7, chance.randrange(60))),
            "zone": user.tz or "UTC",
            "counts": True,
            "plan": plan,
            "mood": mood,
        }

    @api.model
    def _tell_kudos(self, users, chance):
        today = fields.Date.today()
        rows = []
        for sender, receiver, value, ago, text in KUDOS:
            day = today - timedelta(days=ago)
            rows.append(
                {
                    "sender_id": users[sender].id,
                    "receiver_id": users[receiver].id,
                    "text": text,
                    "value_id": self.env.ref(f"collab_checkin.kudos_value_{value}").id,
                    "given_at": datetime.combine(day, time(14, chance.randrange(60))),
                    "day": day,
                    "month": date_utils.start_of(day, "month"),
                    "week": date_utils.start_of(day, "week"),
                    "company_id": users[receiver].company_id.id,
                    "by_leader": sender == 0,
                    "is_mutual": False,
                    "state": "shown",
                }
            )
        kudos = insert_rows(self.env["collab.kudos"], rows)
        insert_rows(
            self.env["collab.kudos.reaction"],
            [
                {"kudos_id": one.id, "user_id": user.id, "sign": sign}
                for one in kudos
                for user, sign in zip(users, SIGNS, strict=False)
                if user not in one.sender_id + one.receiver_id and chance.random() < 0.5
            ],
        )
        rule = self.env.ref("collab_checkin.point_rule_kudos")
        self._enter(
            rule,
            [(row["receiver_id"], row["month"], rule.points, row["given_at"]) for row in rows],
        )

    @api.model
    def _enter(self, rule, given):
        """Enter points as they came in at the time, those of before the rule among them."""
        users, periods, points, moments = map(list, zip(*given, strict=True))
        self.env.cr.execute(
            SQL(
                "INSERT INTO collab_point_entry"
                " (kind, rule_id, name, user_id, period, points, create_date, write_date)"
                " SELECT 'work', rule.id, rule.name, given.*, given.moment"
                " FROM collab_point_rule rule, unnest(%s::int[], %s::date[], %s::int[],"
                " %s::timestamp[]) given (user_id, period, points, moment) WHERE rule.id = %s",
                users,
                periods,
                points,
                moments,
                rule.id,
            )
        )

    @api.model
    def _tell_badges(self, users):
        participants = self.env["collab.participant"].search([("user_id", "in", users.ids)])
        for badge, name, number in (("week", "total", 7), ("month", "longest", 20)):
            self.env["gamification.badge.user"].create(
                [
                    {
                        "user_id": one.user_id.id,
                        "badge_id": self.env.ref(f"collab_checkin.badge_{badge}").id,
                        # or the challenge gives it once more
                        "challenge_id": self.env.ref(f"collab_checkin.challenge_{badge}").id,
                    }
                    for one in participants
                    if one[name] >= number
                ]
            )

    @api.model
    def _tell_awards(self, users):
        """One award is given and its practice published, and colleagues vote for the next."""
        now = fields.Datetime.now()
        badge = self.env.ref("collab_checkin.badge_practice")
        company = users[0].company_id
        awards = insert_rows(
            self.env["collab.award"],
            [
                {
                    "name": name,
                    "company_id": company.id,
                    "closes_on": (now + timedelta(days=days)).date(),
                    "badge_id": badge.id,
                }
                for name, days in (("Best Practice of Last Quarter", -20), ("Best Practice", 16))
            ],
        )
        practices = insert_rows(
            self.env["collab.practice"],
            [
                {
                    "award_id": awards[award].id,
                    "company_id": company.id,
                    "title": title,
                    "story": story,
                    "how": how,
                    "person_id": users[person].id,
                    "nominated_by_id": users[by].id,
                    "state": "nominated",
                }
                for (person, by, award, title), story, how in PRACTICES
            ],
        )
        self._tell_votes(practices, users)
        winner, owner = practices[0], users[-1]
        awarded = {"awarded_at": now - timedelta(days=14)}
        update_rows(
            winner,
            awarded
            | {
                "state": "awarded",
                "awarded_by_id": owner.id,
                "published_at": now - timedelta(days=13),
                "published_by_id": owner.id,
            },
        )
        update_rows(awards[0], awarded | {"winner_id": winner.id})
        self.env["gamification.badge.user"].create(
            {"user_id": winner.person_id.id, "badge_id": badge.id, "comment": winner.title}
        )

    @api.model
    def _tell_votes(self, practices, users):
        """Most vote for one of each award, and nobody for themselves; the second has yet to."""
        rows = []
        for award, nominated in practices.grouped("award_id").items():
            for place, user in enumerate(users):
                others = nominated.filtered(lambda one: one.person_id != user)  # noqa: B023
                if others and place % 4 != 1:
                    practice = others[place % len(others)]
                    rows.append(
                        {"award_id": award.id, "user_id": user.id, "practice_id": practice.id}
                    )
        insert_rows(self.env["collab.practice.vote"], rows)

    @api.model
    def _tell_participation(self):
        """All have been there for weeks when the first one is counted."""
        this = date_utils.start_of(fields.Date.today(), "week")
        for number in range(1, 9):
            count_week(self.env, this - timedelta(weeks=number))

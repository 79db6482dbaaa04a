from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .award import AwardCase


@tagged("post_install", "-at_install")
class TestAward(AwardCase):
    # ------------------------------------------------------------------
    # Nominating
    # ------------------------------------------------------------------

    def test_nominate(self):
        before = self.tom.partner_id.message_ids.search_count([])
        practice = self._nominate(self.tom)
        self.assertEqual(
            (practice.nominated_by_id, practice.state, practice.company_id),
            (self.mei, "nominated", self.company),
        )
        self.assertEqual(practice.summary, "They are sorted at the door.")
        practice.with_user(self.mei).story = "<p>" + "Sorted. " * 40 + "</p>"
        self.assertEqual(practice.summary, ("Sorted. " * 40).strip(), "cut where it is shown")
        messages = self.env["mail.message"].search(
            [("model", "=", "collab.practice"), ("res_id", "=", practice.id)]
        )
        self.assertEqual(messages.notified_partner_ids, self.tom.partner_id)
        self.assertIn("decline", messages.body)
        self.assertEqual(self.tom.partner_id.message_ids.search_count([]), before + 1)

    def test_oneself(self):
        """Nobody is told of what they do themselves."""
        practice = self._nominate(self.mei)
        domain = [("model", "=", "collab.practice"), ("res_id", "=", practice.id)]
        self.assertFalse(self.env["mail.message"].search(domain))

    def test_the_next_award(self):
        self.assertEqual(self.practices.with_user(self.mei).new({}).award_id, self.award)
        self._close()
        self.assertFalse(self.practices.with_user(self.mei).new({}).award_id)

    def test_once(self):
        self._nominate(self.tom)
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self._nominate(self.tom, by=self.ann)

    def test_whom(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        portal = self._person("portal_award", "base.group_portal")
        other = self._person("other_award", company_id=company.id, company_ids=company.ids)
        left = self._person("left_award")
        left.active = False
        for person in (portal, other, left, self.env.ref("base.user_root")):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self._nominate(person)

    def test_edit_and_withdraw(self):
        practice = self._nominate(self.tom)
        self._vote(self.ann, practice)
        own = practice.with_user(self.mei)
        own.write({"title": "Returns"})
        self.assertTrue(own.can_edit)
        for user in (self.tom, self.ann, self.owner):
            self.assertFalse(practice.with_user(user).can_edit)
            for attempt in (
                lambda user=user: practice.with_user(user).write({"title": "Mine"}),
                lambda user=user: practice.with_user(user).withdraw(),
                lambda user=user: practice.with_user(user).unlink(),
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    attempt()
        own.withdraw()
        self.assertFalse(practice.exists())
        self.assertFalse(self.votes.sudo().search([("award_id", "=", self.award.id)]))

    def test_not_after_it_is_closed(self):
        practice = self._nominate(self.tom)
        self._close()
        own = practice.with_user(self.mei)
        for attempt in (
            lambda: own.write({"title": "Late"}),
            own.withdraw,
            own.unlink,
            lambda: self._nominate(self.ann),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                attempt()

    def test_decline(self):
        practice = self._nominate(self.tom)
        self._vote(self.ann, practice)
        for user in (self.mei, self.ann, self.owner):
            with self.assertRaises(UserError):
                practice.with_user(user).decline()
        practice.with_user(self.tom).decline()
        self.assertEqual(practice.state, "declined")
        for user, sees in ((self.tom, True), (self.mei, True), (self.ann, False)):
            self.assertEqual(
                bool(practice.with_user(user).search([("id", "=", practice.id)])), sees
            )
        with self.assertRaises(UserError):
            self._vote(self.owner, practice)
        # nor can who has nominated them do so once more
        own = practice.with_user(self.mei)
        self.assertFalse(own.can_edit)
        for attempt in (own.withdraw, own.unlink, lambda: own.write({"title": "Again"})):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                attempt()
        # who voted for it has their vote again
        other = self._nominate(self.mei)
        self._vote(self.ann, other)
        self._close()
        self.assertEqual((self._count(practice), self._count(other)), (0, 1))
        with self.assertRaises(UserError):
            practice.with_user(self.owner).award()

    def test_html(self):
        practice = self._nominate(
            self.tom,
            title="<script>alert(1)</script>",
            story='<p onclick="x()">a<script>alert(1)</script><img src="x" onerror="alert(1)"></p>',
            how='<a href="javascript:alert(1)">b</a><iframe src="//evil"></iframe>',
        )
        for text in (practice.story, practice.how):
            for bad in ("script", "onclick", "onerror", "iframe"):
                self.assertNotIn(bad, text)
        messages = self.env["mail.message"].search(
            [("model", "=", "collab.practice"), ("res_id", "=", practice.id)]
        )
        self.assertNotIn("<script>", messages.body)
        self._close()
        practice.with_user(self.owner).award()
        self.assertNotIn("<script>", self.award.message_ids[0].body)

    # ------------------------------------------------------------------
    # Voting
    # ------------------------------------------------------------------

    def test_vote(self):
        one, other = self._nominate(self.tom), self._nominate(self.ann)
        self._vote(self.mei, one)
        self.assertTrue(one.with_user(self.mei).is_my_vote)
        self.assertFalse(one.with_user(self.owner).is_my_vote)
        # moved
        self._vote(self.mei, other)
        self.env.invalidate_all()
        self.assertFalse(one.with_user(self.mei).is_my_vote)
        self.assertTrue(other.with_user(self.mei).is_my_vote)
        self._vote(self.owner, other)
        # taken back; not by way of another practice
        one.with_user(self.owner).unvote()
        self.assertEqual(self.votes.search_count([("award_id", "=", self.award.id)]), 2)
        other.with_user(self.owner).unvote()
        self.assertEqual(self.votes.search_count([("award_id", "=", self.award.id)]), 1)
        self._close()
        self.assertEqual((self._count(one), self._count(other)), (0, 1))

    def test_not_for_oneself(self):
        practice = self._nominate(self.tom)
        self.assertFalse(practice.with_user(self.tom).can_vote)
        with self.assertRaises(UserError):
            self._vote(self.tom, practice)

    def test_counts_are_told_afterwards(self):
        one, other = self._nominate(self.ann), self._nominate(self.tom)
        self._vote(self.mei, other)
        for user in (self.mei, self.owner):
            self.assertEqual(self._count(other, user), 0)
            self.assertEqual(self.award.with_user(user).ranked_ids.ids, [one.id, other.id])
        self._close()
        self.assertEqual(self._count(other, self.ann), 1)
        self.env.invalidate_all()
        self.assertEqual(self.award.with_user(self.owner).ranked_ids.ids, [other.id, one.id])

    def test_the_last_day(self):
        """It is over when it is over where the company is."""
        practice = self._nominate(self.tom)
        with freeze_time("2026-07-17 15:59:00"):
            self._vote(self.mei, practice)
        with freeze_time("2026-07-17 16:00:00"):
            self.env.invalidate_all()
            self.assertEqual(self.award.state, "closed")
            self.assertFalse(practice.with_user(self.ann).can_vote)
            for attempt in (
                lambda: self._vote(self.ann, practice),
                lambda: practice.with_user(self.mei).unvote(),
                lambda: practice.with_user(self.mei).write({"title": "Late"}),
                lambda: self._nominate(self.ann),
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    attempt()
            self.assertEqual(self._count(practice), 1)

    def test_status_is_searched(self):
        practice = self._nominate(self.tom)
        for state, closes in (("open", False), ("closed", True)):
            if closes:
                self._close()
            found = self.awards.with_user(self.mei).search([("state", "=", state)])
            self.assertIn(self.award, found)
        self.assertNotIn(self.award, self.awards.search([("state", "=", "open")]))
        practice.with_user(self.owner).award()
        self.assertIn(self.award, self.awards.search([("state", "=", "awarded")]))
        self.assertNotIn(self.award, self.awards.search([("state", "!=", "awarded")]))

    # ------------------------------------------------------------------
    # Awarding
    # ------------------------------------------------------------------

    def test_award(self):
        one, other = self._nominate(self.tom), self._nominate(self.ann)
        self._vote(self.mei, other)
        with self.assertRaises(UserError):
            one.with_user(self.owner).award()
        self._close()
        for user in (self.mei, self.tom):
            with self.assertRaises(AccessError):
                one.with_user(user).award()
        # the process owner decides, whatever the votes
        one.with_user(self.owner).award()
        self.assertEqual((one.state, one.awarded_by_id), ("awarded", self.owner))
        self.assertEqual((self.award.state, self.award.winner_id), ("awarded", one))
        self.assertEqual(one.awarded_at, self.award.awarded_at)
        badge = self.env["gamification.badge.user"].search([("user_id", "=", self.tom.id)])
        self.assertEqual(badge.badge_id, self.env.ref("collab_checkin.badge_practice"))
        told = self.env["mail.message"].search(
            [("model", "=", "collab.practice"), ("res_id", "=", one.id)], limit=1
        )
        self.assertIn("Congratulations", told.subject)
        self.assertIn("tom_kudos", self.award.message_ids[0].body)
        with self.assertRaises(UserError):
            other.with_user(self.owner).award()

    def test_not_to_oneself(self):
        practice = self._nominate(self.owner)
        self._close()
        self.assertFalse(practice.with_user(self.owner).can_award)
        with self.assertRaises(UserError):
            practice.with_user(self.owner).award()

    def test_points(self):
        """By the rule, as for any other work."""
        practice = self._nominate(self.tom)
        self._close()
        self.assertEqual(self._points_of(self.tom), 0)
        practice.with_user(self.owner).award()
        self.assertEqual(self._points_of(self.tom), 50)
        self.assertEqual(self._points_of(self.mei), 0)

    def test_badge_of_others(self):
        """Odoo says who may give a badge that is not ours."""
        week = self.env.ref("collab_checkin.badge_week")
        self.award.with_user(self.owner).badge_id = week
        practice = self._nominate(self.tom)
        self._close()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            practice.with_user(self.owner).award()
        self.env.invalidate_all()
        self.assertEqual(self.award.state, "closed")
        self.award.with_user(self.owner).badge_id = False
        practice.with_user(self.owner).award()
        self.assertEqual(self.award.state, "awarded")

    # ------------------------------------------------------------------
    # The library
    # ------------------------------------------------------------------

    def test_publish(self):
        practice = self._nominate(self.tom)
        with self.assertRaises(UserError):
            practice.with_user(self.owner).publish()
        self._close()
        with self.assertRaises(AccessError):
            practice.with_user(self.mei).publish()
        practice.with_user(self.owner).publish()
        self.assertTrue(practice.published_at)
        self.assertEqual(practice.published_by_id, self.owner)
        with self.assertRaises(AccessError):
            practice.with_user(self.tom).unpublish()
        practice.with_user(self.owner).unpublish()
        self.assertFalse(practice.published_at or practice.published_by_id)

    def test_of_another_company(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self._person("stranger_award", company_id=company.id, company_ids=company.ids)
        boss = self._person(
            "boss_award",
            "collab_base.group_collab_process_owner",
            company_id=company.id,
            company_ids=company.ids,
        )
        practice = self._nominate(self.tom)
        for user in (stranger, boss):
            self.assertFalse(self.awards.with_user(user).search([("id", "=", self.award.id)]))
            own = practice.with_user(user)
            for attempt in (
                lambda own=own: own.read(["title"]),
                own.vote,
                own.unvote,
                own.decline,
                own.award,
                own.publish,
                lambda own=own: own.write({"title": "Mine"}),
                self.award.with_user(user).close,
                lambda user=user: self._nominate(user, by=user),
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    attempt()
        self._close()
        practice.with_user(self.owner).publish()
        for user in (stranger, boss):
            self.assertFalse(self.practices.with_user(user).search([("id", "=", practice.id)]))
            with self.assertRaises(UserError), self.env.cr.savepoint():
                practice.with_user(user).unpublish()
        self.assertTrue(self.practices.with_user(self.ann).search([("id", "=", practice.id)]))

    def test_award_is_for_one_company(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        with self.assertRaises(UserError):
            self.award.with_user(self.owner).write({"company_id": company.id})

    # ------------------------------------------------------------------
    # The files
    # ------------------------------------------------------------------

    def test_files(self):
        files = self.env["ir.attachment"]
        mine = files.with_user(self.mei).create(
            {"name": "plan.txt", "raw": b"plan", "res_model": "collab.practice", "res_id": 0}
        )
        practice = self._nominate(self.tom, attachment_ids=[(6, 0, mine.ids)])
        self.assertEqual(mine.res_id, practice.id)
        self.assertEqual(mine.with_user(self.ann).raw, b"plan")
        for user in (self.ann, self.tom, self.owner):
            with self.assertRaises(AccessError):
                mine.with_user(user).write({"raw": b"other"})
        mine.with_user(self.mei).write({"raw": b"better"})
        self._close()
        more = {"name": "b", "raw": b"b", "res_model": "collab.practice", "res_id": practice.id}
        for attempt in (
            lambda: mine.with_user(self.mei).write({"raw": b"other"}),
            lambda: mine.with_user(self.mei).write({"res_id": 0}),
            lambda: mine.with_user(self.mei).unlink(),
            lambda: files.with_user(self.mei).create(more),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                attempt()
        self.assertEqual(mine.raw, b"better")

    def test_files_of_another_practice(self):
        """What a closed award is about is not taken elsewhere."""
        mine = self.env["ir.attachment"].with_user(self.mei)
        mine = mine.create(
            {"name": "plan.txt", "raw": b"plan", "res_model": "collab.practice", "res_id": 0}
        )
        practice = self._nominate(self.tom, attachment_ids=[(6, 0, mine.ids)])
        self._close()
        award = self.awards.with_user(self.owner).create({"name": "Next"})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._nominate(self.tom, award_id=award.id, attachment_ids=[(6, 0, mine.ids)])
        self.assertEqual(mine.res_id, practice.id)

    def test_files_of_something_else(self):
        secret = self.env["ir.attachment"].create(
            {"name": "pay.txt", "raw": b"pay", "res_model": "res.company", "res_id": 1}
        )
        foreign = (
            self.env["ir.attachment"]
            .with_user(self.ann)
            .create({"name": "a.txt", "raw": b"a", "res_model": "collab.practice", "res_id": 0})
        )
        practice = self._nominate(self.tom)
        for file in (secret, foreign):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                practice.with_user(self.mei).write({"attachment_ids": [(4, file.id)]})
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self._nominate(self.ann, attachment_ids=[(4, file.id)])

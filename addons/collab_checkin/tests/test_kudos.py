from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .kudos import KudosCase


@tagged("post_install", "-at_install")
class TestKudos(KudosCase):
    def test_give(self):
        answer = self.kudos.with_user(self.mei).give(self.tom.id, "  Two\nlines ", self.value.id)
        self.assertEqual(answer, {"left": 9, "month": 10, "pair": 2})
        self.assertEqual(self.kudos.with_user(self.mei).allowance(), answer)
        given = self.kudos.search([("sender_id", "=", self.mei.id)])
        self.assertEqual((given.receiver_id, given.text), (self.tom, "Two\nlines"))
        self.assertEqual(given.value_id, self.value)
        self.assertEqual(
            (given.day, given.week, given.month),
            (date(2026, 7, 15), date(2026, 7, 13), date(2026, 7, 1)),
        )
        self.assertEqual(given.company_id, self.tom.company_id)
        self.assertEqual((given.state, given.is_mutual, given.by_leader), ("shown", False, False))
        self.assertEqual(given.display_name, "mei_kudos thanks tom_kudos")

    # ------------------------------------------------------------------
    # Limits
    # ------------------------------------------------------------------

    def test_a_month(self):
        self._limit(month=3, pair=3)
        self._give(self.mei, self.tom)
        self._give(self.mei, self.ann)
        self._give(self.mei, self.tom)
        with self.assertRaisesRegex(UserError, "all your kudos of this month: 3"):
            self._give(self.mei, self.owner)
        self.assertEqual(self._left(self.mei), 0)
        self.assertEqual(self._left(self.tom), 3, "everybody has their own")

    def test_a_pair(self):
        self._give(self.mei, self.tom)
        self._give(self.mei, self.tom)
        with self.assertRaisesRegex(UserError, "thanked tom_kudos as often as .*: 2"):
            self._give(self.mei, self.tom)
        self._give(self.mei, self.ann)
        self._give(self.tom, self.mei)

    def test_limits_that_say_nothing(self):
        self._limit(month="many", pair="-1")
        allowance = self.kudos.with_user(self.mei).allowance()
        self.assertEqual(allowance, {"left": 10, "month": 10, "pair": 2})
        self._limit(month="0")
        with self.assertRaises(UserError):
            self._give(self.mei, self.tom)

    def test_months_where_the_sender_is(self):
        """It is the 1st of August in Shanghai when it is the 31st of July in Lisbon."""
        self._limit(month=1)
        lisbon = self._person("lisbon_kudos", tz="Europe/Lisbon")
        with self._at("2026-07-31", 23.5):
            self._give(self.mei, self.tom)
            self._give(lisbon, self.tom)
        with self._at("2026-08-01", 0.5):
            self.assertEqual(self._left(self.mei), 1)
            self.assertEqual(self._left(lisbon), 0)
            self.assertEqual(self._give(self.mei, self.tom).month, date(2026, 8, 1))
            with self.assertRaises(UserError):
                self._give(lisbon, self.tom)
            # the zone of a request has no say
            with self.assertRaises(UserError):
                self.kudos.with_user(lisbon).with_context(tz="Asia/Shanghai").give(
                    self.tom.id, "Thanks"
                )
        with self._at("2026-08-01", 8):
            self._give(lisbon, self.tom)

    # ------------------------------------------------------------------
    # Whom, and what
    # ------------------------------------------------------------------

    def test_whom(self):
        portal = self._person("portal_kudos", "base.group_portal")
        gone = self._person("gone_kudos")
        gone.active = False
        kudos = self.kudos.with_user(self.mei)
        for receiver_id in (
            *(self.mei.id, portal.id, gone.id, self.env.ref("base.public_user").id),
            *(self.env.ref("base.user_root").id, 2**31 + 5, -1, 0, True, None, "1", [self.tom.id]),
        ):
            with self.assertRaises(UserError):
                kudos.with_context(active_test=False).give(receiver_id, "Thanks")
        self.assertEqual(self._left(self.mei), 10)

    def test_what(self):
        kudos = self.kudos.with_user(self.mei)
        for text in ("", "  \n", None, False, 5, ["x"], "a\0b", "\ud800", "x" * 501):
            with self.assertRaises(UserError):
                kudos.give(self.tom.id, text)
        kudos.give(self.tom.id, "赞" * 500)

    def test_what_for(self):
        self.value.active = False
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self.value.create({"name": "Theirs", "company_id": other.id})
        kudos = self.kudos.with_user(self.mei).with_context(active_test=False)
        for value_id in (self.value.id, foreign.id, 2**40, "1", True):
            with self.assertRaisesRegex(UserError, "no such value"):
                kudos.give(self.tom.id, "Thanks", value_id)
        for value_id in (False, None):
            kudos.give(self.tom.id, "Thanks", value_id)

    def test_only_internal_users_give(self):
        portal = self._person("portal_kudos", "base.group_portal")
        given = self._give(self.mei, self.tom)
        for user in (portal, self.env.ref("base.public_user"), self.env.ref("base.user_root")):
            kudos = self.kudos.with_user(user)
            for attempt in (
                lambda kudos=kudos: kudos.give(self.tom.id, "Thanks"),
                lambda kudos=kudos: kudos.allowance(),
                lambda kudos=kudos: kudos.browse(given.id).react("applause"),
                lambda kudos=kudos: kudos.browse(given.id).withdraw(),
            ):
                with self.assertRaises(AccessError):
                    attempt()

    def test_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        here = self._person("here_kudos", company_id=other.id, company_ids=[(6, 0, other.ids)])
        both = self._person("both_kudos", company_ids=[(6, 0, (other | self.env.company).ids)])
        with self.assertRaisesRegex(UserError, "colleagues of your companies"):
            self._give(self.mei, here)
        # also when they look at one of their companies alone
        both_kudos = self.kudos.with_user(both).with_context(
            allowed_company_ids=self.env.company.ids
        )
        both_kudos.give(here.id, "Thanks")
        given = self.kudos.search([("receiver_id", "=", here.id)])
        self.assertEqual(given.company_id, other)
        for user, sees in ((here, True), (both, True), (self.mei, False), (self.owner, False)):
            self.assertEqual(given.with_user(user).has_access("read"), sees, user.login)
            self.assertEqual(bool(self.kudos.with_user(user).search([("id", "=", given.id)])), sees)
        with self.assertRaises(AccessError):
            given.with_user(self.owner).hide("No")

    # ------------------------------------------------------------------
    # Mutual thanks
    # ------------------------------------------------------------------

    def test_mutual(self):
        there = self._give(self.mei, self.tom)
        other = self._give(self.mei, self.ann)
        self.assertEqual(self._points(self.tom), 2)
        back = self._give(self.tom, self.mei)
        self.assertTrue(there.is_mutual and back.is_mutual)
        self.assertFalse(other.is_mutual)
        self.assertEqual((self._points(self.tom), self._points(self.mei)), (0, 0))
        self.assertEqual(self._points(self.ann), 2)
        # a second one, after the first was returned, is too
        self.assertTrue(self._give(self.mei, self.tom).is_mutual)

    def test_mutual_within_a_month(self):
        first = self._give(self.mei, self.tom)
        with self._at("2026-08-14", 12.5):
            late = self._give(self.tom, self.mei)
            self.assertFalse(first.is_mutual or late.is_mutual)
        with self._at("2026-08-14", 11.5):
            self._give(self.tom, self.mei)
            self.assertTrue(first.is_mutual)
            self.assertFalse(late.is_mutual)

    def test_mutual_no_more(self):
        there = self._give(self.mei, self.tom)
        back = self._give(self.tom, self.mei)
        self.assertEqual(self._points(self.tom), 0)
        back.with_user(self.tom).withdraw()
        self.assertFalse(there.is_mutual)
        self.assertEqual((self._points(self.tom), self._points(self.mei)), (2, 0))

    def test_who_sees_that_they_are_mutual(self):
        given = self._give(self.mei, self.tom)
        with self.assertRaises(AccessError):
            given.with_user(self.mei).read(["is_mutual"])
        with self.assertRaises(AccessError):
            self.kudos.with_user(self.ann).search([("is_mutual", "=", True)])
        given.with_user(self.owner).read(["is_mutual"])

    # ------------------------------------------------------------------
    # Points
    # ------------------------------------------------------------------

    def test_points(self):
        self.assertEqual(
            self.rule.sentence,
            "Kudos received: 2 points each, at most 20 a month, if accepted by somebody else",
        )
        self._give(self.mei, self.tom)
        self._give(self.ann, self.tom)
        for whole in (False, True):
            self.assertEqual(self._points(self.tom, whole), 4)

    # ------------------------------------------------------------------
    # Taking back, hiding
    # ------------------------------------------------------------------

    def test_withdraw(self):
        self._limit(month=1, pair=1)
        given = self._give(self.mei, self.tom)
        self.assertEqual(self._points(self.tom), 2)
        self.assertTrue(given.with_user(self.mei).can_withdraw)
        with self._at("2026-07-16", 11.5):
            given.with_user(self.mei).withdraw()
        self.assertEqual(given.state, "withdrawn")
        self.assertEqual(self._points(self.tom), 0)
        self.assertEqual(self._left(self.mei), 1)
        for user in (self.ann, self.owner):
            self.assertFalse(given.with_user(user).has_access("read"))
        for attempt in (
            lambda: given.with_user(self.mei).withdraw(),
            lambda: given.with_user(self.tom).react("applause"),
        ):
            with self.assertRaises(UserError):
                attempt()
        self._give(self.mei, self.tom)

    def test_not_again_and_again(self):
        """The receiver hears of each, also of those that are taken back."""
        for __ in range(3):
            self._give(self.mei, self.tom).with_user(self.mei).withdraw()
        with self.assertRaisesRegex(UserError, "taken back .* tom_kudos .* 3 times this month"):
            self._give(self.mei, self.tom)
        self._give(self.mei, self.ann)
        with self._at("2026-08-03"):
            self._give(self.mei, self.tom)

    def test_withdraw_within_a_day_and_ones_own(self):
        given = self._give(self.mei, self.tom)
        for user in (self.tom, self.ann, self.owner):
            self.assertFalse(given.with_user(user).can_withdraw)
            with self.assertRaises(UserError):
                given.with_user(user).withdraw()
            with self.assertRaises(UserError):
                given.with_user(user).sudo().withdraw()
        with self._at("2026-07-16", 12.5), self.assertRaisesRegex(UserError, "within a day"):
            given.with_user(self.mei).withdraw()
        self.assertEqual(given.state, "shown")

    def test_hide(self):
        given = self._give(self.mei, self.tom)
        self.assertEqual(self._points(self.tom), 2)
        action = given.with_user(self.owner).action_hide()
        wizard = self.env[action["res_model"]].with_user(self.owner)
        wizard = wizard.with_context(**action["context"]).create({"reason": " A customer "})
        wizard.action_hide()
        self.assertEqual((given.state, given.reason), ("hidden", "A customer"))
        self.assertEqual(given.hidden_by_id, self.owner)
        self.assertEqual(self._points(self.tom), 0)
        self.assertEqual(self._left(self.mei), 9, "what was given is given")
        for user, sees in ((self.mei, True), (self.tom, True), (self.owner, True)):
            self.assertEqual(given.with_user(user).has_access("read"), sees)
        self.assertFalse(given.with_user(self.ann).has_access("read"))
        with self.assertRaises(UserError):
            given.with_user(self.mei).withdraw()
        given.with_user(self.owner).unhide()
        self.assertEqual((given.state, given.reason), ("shown", False))
        self.assertEqual(self._points(self.tom), 2)

    def test_who_hides(self):
        given = self._give(self.mei, self.tom)
        auditor = self._person("auditor_kudos", "collab_base.group_collab_auditor")
        for user in (self.mei, self.tom, self.ann, auditor):
            one = given.with_user(user)
            for attempt in (
                lambda one=one: one.hide("No"),
                lambda one=one: one.sudo().hide("No"),
                lambda one=one: one.action_hide(),
                lambda one=one: one.unhide(),
            ):
                with self.assertRaises(AccessError):
                    attempt()
            with self.assertRaises(AccessError):
                self.env["collab.kudos.hiding"].with_user(user).create(
                    {"kudos_ids": given.ids, "reason": "No"}
                )
        for reason in ("", "  ", None, 5, "a\0"):
            with self.assertRaises(UserError):
                given.with_user(self.owner).hide(reason)

    def test_withdrawn_is_not_shown_again(self):
        given = self._give(self.mei, self.tom)
        given.with_user(self.mei).withdraw()
        with self.assertRaises(AccessError):
            given.with_user(self.owner).unhide()
        admin = self._person("admin_kudos", "collab_base.group_collab_admin")
        given.with_user(admin).unhide()
        given.with_user(admin).hide("No")
        self.assertEqual(given.state, "withdrawn")

    # ------------------------------------------------------------------
    # The wall
    # ------------------------------------------------------------------

    def test_order(self):
        """Of a week, what leaders say is first."""
        leaders = self.tom
        with patch.object(
            type(self.env["res.users"]), "_collab_leads", lambda user: user in leaders
        ):
            with self._at("2026-07-10"):
                before = [self._give(self.tom, self.ann), self._give(self.mei, self.ann)]
            week = [
                self._give(self.tom, self.mei),
                self._give(self.mei, self.ann),
                self._give(self.ann, self.owner),
            ]
        found = self.kudos.with_user(self.ann).search([("id", "in", self._ids(before + week))])
        expected = [week[0], week[2], week[1], before[0], before[1]]
        self.assertEqual(found.ids, self._ids(expected))

    def _ids(self, kudos):
        return [one.id for one in kudos]

    def test_queries_of_the_wall(self):
        """They do not grow with it."""
        fields = {
            "sender_id": {"fields": {"display_name": {}}},
            "receiver_id": {"fields": {"display_name": {}}},
            "value_id": {"fields": {"display_name": {}}},
            "value_emoji": {},
            "text": {},
            "can_withdraw": {},
            "reactions": {},
        }
        self._limit(month=100, pair=100)
        for number in range(40):
            given = self._give(self.mei, self.tom, value_id=self.value.id)
            if number % 2:
                given.with_user(self.ann).react("applause")
        wall = self.kudos.with_user(self.ann)
        wall.web_search_read([], fields, limit=1)
        for size in (2, 40):
            self.env.invalidate_all()
            with self.assertQueryCount(9):
                found = wall.web_search_read([], fields, limit=size)
            self.assertEqual(len(found["records"]), size)

    # ------------------------------------------------------------------
    # Reactions
    # ------------------------------------------------------------------

    def test_reactions(self):
        given = self._give(self.mei, self.tom)
        none = given.with_user(self.ann).reactions
        self.assertEqual([one["sign"] for one in none], ["applause", "love", "celebrate", "idea"])
        given.with_user(self.tom).react("celebrate")
        given.with_user(self.ann).react("applause")
        answer = given.with_user(self.ann).react("celebrate")
        self.assertEqual(answer[0], {"sign": "applause", "count": 1, "mine": True})
        self.assertEqual(answer[2], {"sign": "celebrate", "count": 2, "mine": True})
        seen = given.with_user(self.mei).reactions
        self.assertEqual(seen[2], {"sign": "celebrate", "count": 2, "mine": False})
        answer = given.with_user(self.ann).react("celebrate")
        self.assertEqual(answer[2], {"sign": "celebrate", "count": 1, "mine": False})
        for sign in ("spam", "", None, ["applause"], "applause love"):
            with self.assertRaisesRegex(UserError, "no such reaction"):
                given.with_user(self.ann).react(sign)

    def test_reactions_to_what_one_reads(self):
        given = self._give(self.mei, self.tom)
        given.with_user(self.owner).hide("No")
        with self.assertRaises(AccessError):
            given.with_user(self.ann).react("applause")
        with self.assertRaises(UserError):
            given.with_user(self.mei).react("applause")
        with self.assertRaises(AccessError):
            given.with_user(self.ann).read(["reactions"])

    # ------------------------------------------------------------------
    # Telling
    # ------------------------------------------------------------------

    def test_the_receiver_is_told(self):
        self.tom.notification_type = "inbox"
        given = self._give(self.mei, self.tom, "<b>Well</b>\n<script>alert(1)</script> & done")
        message = self.env["mail.message"].search(
            [("model", "=", "collab.kudos"), ("res_id", "=", given.id)]
        )
        self.assertEqual(message.notified_partner_ids, self.tom.partner_id)
        self.assertEqual(message.author_id, self.mei.partner_id)
        self.assertEqual(message.subject, "mei_kudos thanks you")
        self.assertIn("&lt;b&gt;Well&lt;/b&gt;<br>&lt;script&gt;", message.body)
        self.assertIn("&amp; done", message.body)
        self.assertNotIn("<script", message.body)

    def test_by_mail(self):
        self.tom.write({"notification_type": "email", "email": "tom@example.com"})
        given = self._give(self.mei, self.tom)
        mail = self.env["mail.mail"].search(
            [("model", "=", "collab.kudos"), ("res_id", "=", given.id)]
        )
        self.assertEqual(mail.recipient_ids, self.tom.partner_id)

    def test_the_context_has_no_say_in_what_is_sent(self):
        self.tom.notification_type = "inbox"
        context = {
            "default_author_id": self.ann.partner_id.id,
            "default_body": "Forged",
            "default_subject": "Forged",
            "default_partner_ids": self.ann.partner_id.ids,
            "default_state": "hidden",
            "default_receiver_id": self.ann.id,
        }
        threads = type(self.env["mail.thread"])
        notify, said = threads.message_notify, []

        def message_notify(thread, **options):
            said.append(thread.env.context)
            return notify(thread, **options)

        with patch.object(threads, "message_notify", message_notify):
            self.kudos.with_user(self.mei).with_context(**context).give(self.tom.id, "Thanks")
        self.assertEqual(said, [{"lang": self.tom.lang}])
        given = self.kudos.search([("sender_id", "=", self.mei.id)])
        self.assertEqual((given.receiver_id, given.state), (self.tom, "shown"))
        message = self.env["mail.message"].search(
            [("model", "=", "collab.kudos"), ("res_id", "=", given.id)]
        )
        self.assertEqual(message.author_id, self.mei.partner_id)
        self.assertEqual(message.notified_partner_ids, self.tom.partner_id)
        self.assertNotIn("Forged", message.body)

    def test_the_newest_of_the_wall(self):
        """What the card shows is what the wall begins with, of this week and the last."""
        newest = self.kudos.with_user(self.ann)._newest
        self.env["collab.kudos"].search([]).filtered(lambda one: one.state == "shown").with_user(
            self.owner
        ).sudo().hide("Demo")
        self.assertFalse(newest(date(2026, 7, 15)))
        with self._at("2026-07-02"):
            self._give(self.tom, self.mei, "Long ago")
        self.assertFalse(newest(date(2026, 7, 15)))
        with self._at("2026-07-07"):
            before = self._give(self.ann, self.mei, "Before it")
            given = self._give(self.tom, self.mei, "<b>Last week</b>")
        shown = newest(date(2026, 7, 15))
        self.assertEqual(
            (shown["id"], shown["title"], shown["text"], shown["receiver"]),
            (given.id, "tom_kudos thanks mei_kudos", "<b>Last week</b>", self.mei.id),
        )
        given.with_user(self.ann).react("applause")
        self.assertTrue(newest(date(2026, 7, 15))["reactions"][0]["mine"])
        given.with_user(self.owner).hide("No")
        # not even to whom it was for, who can read it still
        for user in (self.ann, self.mei):
            shown = self.kudos.with_user(user)._newest(date(2026, 7, 15))
            self.assertEqual(shown["id"], before.id)

import re
from datetime import timedelta
from functools import partial

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import file_open
from odoo.tools.safe_eval import safe_eval

from odoo.addons.collab_guard.tests.common import QueryCount

from ..karma import owed
from ..spending import settle
from .rewards import RewardsCase


@tagged("post_install", "-at_install")
class TestRewards(QueryCount, RewardsCase):
    """What points are spent on, and what becomes of them."""

    def test_points_are_held(self):
        redemption = self._redeem(note="size M")
        self.assertEqual((redemption.state, redemption.points), ("asked", 60))
        self.assertEqual(redemption.note, "size M")
        self.assertEqual((self._balance(), self.mug.stock), (40, 0))
        self.assertEqual(redemption.company_id, self.mei.company_id)

    def test_none_left(self):
        self._redeem()
        with self.assertRaisesRegex(UserError, "none left of “Mug”"):
            self._redeem(self.tom)
        self.assertEqual(self._balance(self.tom), 100)

    def test_points_are_short(self):
        self.mug.with_user(self.owner).restock(5)
        self._redeem()
        with self.assertRaisesRegex(UserError, "costs 60 points, and you have 40"):
            self._redeem()
        self.assertEqual((self._balance(), self.mug.stock), (40, 5))

    def test_points_taken_back_are_short_too(self):
        """Who has spent what is then taken back owes it."""
        self._redeem()
        self._work(self.mei, -70)
        self.assertEqual(self._balance(), -30)
        self.mug.with_user(self.owner).restock(1)
        with self.assertRaisesRegex(UserError, "you have -30"):
            self._redeem()
        self.assertEqual(self.mug.with_user(self.mei).progress, 0)
        self.assertEqual(self.mug.with_user(self.mei).missing, 60)

    def test_refused(self):
        redemption = self._redeem()
        for reason in ("", " ", None, 7, "\x00"):
            with self.assertRaisesRegex(UserError, "Say why"):
                redemption.with_user(self.owner).refuse(reason)
        redemption.with_user(self.owner).refuse("Not now")
        self.assertEqual((redemption.state, redemption.reason), ("refused", "Not now"))
        self.assertEqual(redemption.decided_by_id, self.owner)
        self.assertEqual((self._balance(), self.mug.stock), (100, 1))
        for attempt in ("action_grant", "action_hand_over"):
            with self.assertRaisesRegex(UserError, "dealt with already: Refused"):
                getattr(redemption.with_user(self.owner), attempt)()
        with self.assertRaisesRegex(UserError, "dealt with already: Refused"):
            redemption.with_user(self.owner).refuse("Not now")
        self.assertEqual((self._balance(), self.mug.stock), (100, 1))

    def test_withdrawn_returns_what_it_cost(self):
        self.mug.price = 70
        redemption = self._redeem()
        self.mug.write({"price": 90, "is_limited": False})
        redemption.with_user(self.mei).action_withdraw()
        self.assertEqual((self._balance(), self.mug.stock), (100, 1))
        with self.assertRaises(UserError):
            redemption.with_user(self.mei).action_withdraw()
        self.assertEqual(self._balance(), 100)

    def test_handed_over_is_for_good(self):
        redemption = self._redeem()
        with self.assertRaisesRegex(UserError, "Asked For"):
            redemption.with_user(self.ann).action_hand_over()
        redemption.with_user(self.owner).action_grant()
        redemption.with_user(self.ann).action_hand_over()
        self.assertEqual(redemption.state, "handed")
        self.assertEqual(
            (redemption.decided_by_id, redemption.handed_by_id), (self.owner, self.ann)
        )
        with self.assertRaises(UserError):
            redemption.with_user(self.mei).action_withdraw()
        with self.assertRaises(UserError):
            redemption.with_user(self.owner).refuse("After all")
        self.assertEqual((self._balance(), self.mug.stock), (40, 0))

    def test_one_after_another(self):
        """Also in one transaction, where nothing has had what came before stored."""
        self.ann.active = False
        book = self._reward("Book", price=60)
        redemption = self._redeem(reward=book).with_user(self.owner)
        redemption.action_grant()
        redemption.action_hand_over()
        self.assertEqual(redemption.state, "handed")
        other = self._redeem(self.tom, book).with_user(self.owner)
        other.refuse("No")
        with self.assertRaisesRegex(UserError, "dealt with already: Refused"):
            other.refuse("No")
        self.assertEqual(self._balance(self.tom), 100)

    def test_granted_can_be_withdrawn_still(self):
        redemption = self._redeem()
        redemption.with_user(self.owner).action_grant()
        redemption.with_user(self.mei).action_withdraw()
        self.assertEqual((redemption.state, self._balance()), ("withdrawn", 100))

    def test_granted_can_be_refused_still(self):
        redemption = self._redeem()
        redemption.with_user(self.owner).action_grant()
        redemption.with_user(self.owner).refuse("It broke")
        self.assertEqual((self._balance(), self.mug.stock), (100, 1))

    def test_nothing_to_grant(self):
        self.mug.needs_grant = False
        redemption = self._redeem()
        self.assertEqual(redemption.state, "granted")
        self.assertEqual(
            self._to_do(redemption), [(self.ann, "Reward to Hand Over", "Mug for mei_rewards")]
        )

    def test_who_decides(self):
        redemption = self._redeem()
        for user in (self.mei, self.tom):
            for attempt in ("action_grant", "action_hand_over", "action_refuse"):
                with self.assertRaises(AccessError):
                    getattr(redemption.with_user(user), attempt)()
            with self.assertRaises(AccessError):
                redemption.with_user(user).refuse("No")
        with self.assertRaises(AccessError):
            redemption.with_user(self.owner).action_withdraw()
        redemption.with_user(self.ann).action_grant()
        self.assertEqual(redemption.decided_by_id, self.ann)

    def test_nobody_decides_for_themselves(self):
        self.mug.with_user(self.owner).restock(1)
        theirs, mine = self._redeem(), self._redeem(self.owner)
        for redemptions in (mine, mine | theirs):
            for own in (
                redemptions.with_user(self.owner),
                redemptions.with_user(self.owner).sudo(),
            ):
                with self.assertRaisesRegex(AccessError, "their own"):
                    own.action_grant()
        self.assertEqual((mine | theirs).with_user(self.owner).mapped("can_decide"), [False, True])
        self.assertEqual((mine | theirs).mapped("state"), ["asked", "asked"])

    def test_who_sees_it(self):
        redemption = self._redeem()
        auditor = self._person("auditor_rewards", "collab_base.group_collab_auditor")
        for user, sees in (
            (self.mei, True),
            (self.ann, True),
            (self.owner, True),
            (auditor, True),
            (self.tom, False),
        ):
            found = self.redemptions.with_user(user).search([("id", "=", redemption.id)])
            self.assertEqual(bool(found), sees, user.login)

    def test_other_company(self):
        company = self.env["res.company"].create({"name": "Other"})
        theirs = self._person("theirs_rewards", company_id=company.id, company_ids=company.ids)
        their_owner = self._person(
            "their_owner_rewards",
            "collab_base.group_collab_process_owner",
            company_id=company.id,
            company_ids=company.ids,
        )
        self._work(theirs, 100)
        # whatever others have read already
        with self.assertRaises(AccessError):
            self.mug.read()
            self.mug.with_user(theirs).redeem(60)
        redemption = self._redeem()
        with self.assertRaises(AccessError):
            redemption.read()
            redemption.with_user(their_owner).action_grant()
        everybodys = self._reward("Book", price=10, company_id=False)
        redemption = self._redeem(theirs, everybodys)
        self.assertEqual(redemption.company_id, company)
        redemption.with_user(their_owner).action_grant()
        # of which the other process owner sees nothing
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            everybodys.with_user(self.owner).unlink()
        # who is at home in one company has a reward of another
        theirs.company_ids += self.env.company
        self.mug.with_user(self.owner).restock(1)
        self._work(theirs, 100)
        self.assertEqual(self._redeem(theirs).company_id, self.env.company)

    def test_what_is_not_offered(self):
        self.mug.active = False
        with self.assertRaisesRegex(UserError, "not offered"):
            self._redeem()

    def test_as_it_was_shown(self):
        for price in (59, 60.0, True, None, "60"):
            with self.assertRaisesRegex(UserError, "costs 60 points now"):
                self.mug.with_user(self.mei).redeem(price)
        for note in ("x" * 201, 7, ["x"], "\x00"):
            with self.assertRaisesRegex(UserError, "note"):
                self.mug.with_user(self.mei).redeem(60, note)

    def test_times_a_month(self):
        self.mug.write({"monthly_limit": 1, "price": 10})
        self.mug.with_user(self.owner).restock(5)
        self.mei.tz = "Asia/Shanghai"
        with freeze_time("2026-07-31 15:00:00"):
            first = self._redeem()
            with self.assertRaisesRegex(UserError, "1 times a month"):
                self._redeem()
            self._redeem(self.tom)
        with freeze_time("2026-07-31 16:00:00"):
            # it is August in Shanghai
            self._redeem()
            with self.assertRaises(UserError):
                self._redeem()
        with freeze_time("2026-07-31 15:00:00"):
            first.with_user(self.mei).action_withdraw()
            self._redeem()

    def test_restock(self):
        self.assertEqual(self.mug.with_user(self.owner).restock(4), 5)
        self.assertIn("5 left", self.mug.message_ids[0].body)
        self.assertEqual(self.mug.with_user(self.owner).restock(-5), 0)
        with self.assertRaisesRegex(UserError, "There are 0 left"):
            self.mug.with_user(self.owner).restock(-1)
        for units in (0, True, 1.5, "3", None, 10**7):
            with self.assertRaisesRegex(UserError, "more, or fewer"):
                self.mug.with_user(self.owner).restock(units)
        with self.assertRaises(AccessError):
            self.mug.with_user(self.ann).restock(1)
        much = self._reward("Air", is_limited=True, stock=2**31 - 1)
        with self.assertRaisesRegex(UserError, "no more can go"):
            much.with_user(self.owner).restock(1)

    def test_responsible_are_internal(self):
        portal = self._person("portal_rewards", "base.group_portal")
        with self.assertRaises(ValidationError):
            self.mug.responsible_id = portal

    def test_spending_takes_no_karma_and_no_place(self):
        """Levels and boards are about what was done."""
        before = owed(self.env, self.mei.ids)
        self._redeem()
        self.assertEqual(owed(self.env, self.mei.ids), before)

    # ------------------------------------------------------------------
    # Telling
    # ------------------------------------------------------------------

    def test_the_responsible_has_to_do(self):
        redemption = self._redeem()
        self.assertEqual(
            self._to_do(redemption), [(self.ann, "Reward to Grant", "Mug for mei_rewards")]
        )
        redemption.with_user(self.owner).action_grant()
        self.assertEqual(
            self._to_do(redemption), [(self.ann, "Reward to Hand Over", "Mug for mei_rewards")]
        )
        redemption.with_user(self.ann).action_hand_over()
        self.assertFalse(redemption.activity_ids)

    def test_the_clock_opens_what_there_is_to_do(self):
        """It calls filters of the model by their names, and Odoo does not tell of those missing."""
        with file_open("mail/static/src/core/web/activity_menu.js") as file:
            called = set(re.findall(r"search_default_(\w+)", file.read()))
        self.assertIn("activities_today", called, "it calls them in another way")
        arch = etree.fromstring(self.redemptions.get_view(view_type="search")["arch"])
        domains = {one.get("name"): one.get("domain") for one in arch.iter("filter")}
        self.assertLessEqual(called, domains.keys())
        activity = self._redeem().activity_ids

        def finding(user):
            mine = self.redemptions.with_user(user)
            return {
                name for name in called if mine.search(safe_eval(domains[name], {"uid": user.id}))
            }

        for days, due in ((-1, "overdue"), (0, "today"), (1, "upcoming_all")):
            activity.date_deadline = fields.Date.today() + timedelta(days=days)
            self.assertEqual(finding(self.ann), {"filter_activities_my", f"activities_{due}"})
        self.assertFalse(finding(self.owner), "it is for somebody else to do")

    def test_nobody_is_asked_about_their_own(self):
        self.mug.responsible_id = self.mei
        self.assertFalse(self._redeem().activity_ids)

    def test_menu(self):
        """Redemptions are there for who grants rewards and hands them over."""
        menu = self.env.ref("collab_checkin.menu_collab_redemption").id
        for user in (self.mei, self.tom):
            self.assertFalse(self._shows(menu, user))
        for user in (self.ann, self.owner):
            self.assertTrue(self._shows(menu, user))
        self._reward("Tea", responsible_id=self.tom.id)
        self.assertTrue(self._shows(menu, self.tom))
        self.mug.responsible_id = self.mei
        self.assertTrue(self._shows(menu, self.mei))
        self.assertFalse(self._shows(menu, self.ann))
        self.mug.active = False
        self.env.registry.clear_cache()
        self.assertTrue(self._shows(menu, self.mei), "some may be open still")

    def _shows(self, menu, user):
        return menu in self.env["ir.ui.menu"].with_user(user).load_menus(False)

    def test_responsible_has_left(self):
        """Nobody is asked, and process owners find it among what there is to do."""
        for left_before in (True, False):
            self.mug.with_user(self.owner).restock(1)
            self.ann.active = not left_before
            redemption = self._redeem(self.mei if left_before else self.tom)
            self.ann.active = False
            self.assertEqual(redemption.state, "asked")
            self.assertFalse(redemption.activity_ids.filtered("active").filtered("user_id.active"))
            own = redemption.with_user(self.owner)
            self.assertIn(own, own.search([("state", "in", ("asked", "granted"))]))
            self.assertTrue(own.can_decide)
            own.action_grant()
            self.assertFalse(redemption.activity_ids)
            own.action_hand_over()
            self.assertEqual((redemption.state, redemption.handed_by_id), ("handed", self.owner))

    def _said(self, redemption):
        """Return what Mei was told of it."""
        said = self.env["mail.message"].search(
            [("model", "=", "collab.redemption"), ("res_id", "=", redemption.id)], order="id"
        )
        return said.filtered(lambda message: self.mei.partner_id in message.partner_ids)

    def test_people_hear_of_it(self):
        redemption = self._redeem()
        redemption.with_user(self.owner).action_grant()
        redemption.with_user(self.owner).refuse("<b>No</b>")
        said = self._said(redemption)
        self.assertEqual(
            said.mapped("subject"),
            [
                "“Mug” is granted: you will have it soon.",
                "“Mug” was refused. Your 60 points are back.",
            ],
        )
        self.assertIn("&lt;b&gt;No", said[-1].body)

    def test_who_withdraws_knows(self):
        redemption = self._redeem()
        redemption.with_user(self.mei).action_withdraw()
        self.assertFalse(self._said(redemption))

    def test_in_their_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.mei.lang = "zh_CN"
        redemption = self._redeem()
        redemption.with_user(self.owner).refuse("No")
        self.assertIn("60 积分", self._said(redemption).subject)

    # ------------------------------------------------------------------
    # Screens
    # ------------------------------------------------------------------

    def test_the_dialog(self):
        action = self.mug.with_user(self.mei).action_choose()
        form = Form(
            self.env[action["res_model"]].with_user(self.mei).with_context(**action["context"])
        )
        self.assertEqual((form.price, form.balance, form.remaining), (60, 100, 40))
        choice = form.save()
        self.mug.price = 70
        with self.assertRaisesRegex(UserError, "costs 70 points now"):
            choice.action_redeem()
        self.mug.price = 60
        answer = choice.action_redeem()
        self.assertEqual(answer["params"]["next"]["type"], "ir.actions.act_window_close")
        self.assertEqual(self._balance(), 40)

    def test_redemptions_of_a_reward(self):
        self._redeem(self.tom, self._reward("Book", price=10))
        redemption = self._redeem()
        own = self.mug.with_user(self.owner)
        self.assertEqual(own.redemption_count, 1)
        domain = own.action_open_redemptions()["domain"]
        self.assertEqual(self.redemptions.search(domain), redemption)

    def test_refusing_many(self):
        self.mug.with_user(self.owner).restock(1)
        both = self._redeem() | self._redeem(self.tom)
        action = both.with_user(self.owner).action_refuse()
        wizard = self.env[action["res_model"]].with_user(self.owner)
        wizard.with_context(**action["context"]).create({"reason": "Sold out"}).action_refuse()
        self.assertEqual(both.mapped("state"), ["refused", "refused"])
        self.assertEqual(self.mug.stock, 2)
        self.assertEqual((self._balance(), self._balance(self.tom)), (100, 100))

    def test_settling_in_sets(self):
        """What is not about telling people costs the same for one and for many."""

        def settled(number):
            people = [self._person(f"many{number}_{one}") for one in range(number)]
            redemptions = self.redemptions
            for user in people:
                self._work(user, 60)
                self.mug.with_user(self.owner).restock(1)
                redemptions |= self._redeem(user)
            self.env.flush_all()
            return redemptions

        __, few, many = (
            self._count(partial(settle, settled(number).sudo(), "refused")) for number in (1, 2, 8)
        )
        self.assertEqual(few, many)

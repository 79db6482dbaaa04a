from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.collab_checkin.tests.rewards import decide_by_hand

from .points import PointsCase

PEOPLE = st.integers(0, 1)  # Mei, Tom
PLACES = st.integers(0, 9)
#: Three in seven say what becomes of a redemption, one of them of one that has ended
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("work"), PEOPLE, st.integers(1, 3)),
        st.tuples(st.just("reopen"), PLACES),
        st.tuples(st.just("count"), st.booleans()),
        st.tuples(st.just("ask"), PEOPLE, st.integers(0, 1)),
        st.tuples(st.just("settle"), PLACES, st.sampled_from(["granted", "handed"])),
        st.tuples(st.just("settle"), PLACES, st.sampled_from(["refused", "withdrawn"])),
        st.tuples(
            st.just("settle"),
            PLACES,
            st.sampled_from(["granted", "handed", "refused", "withdrawn"]),
            st.just(True),
        ),
    ),
    min_size=6,
    max_size=16,
)
#: What may become of a redemption
NEXT = {
    "asked": {"granted", "refused", "withdrawn"},
    "granted": {"handed", "refused", "withdrawn"},
}
RETURNED = {"refused", "withdrawn"}


@tagged("post_install", "-at_install")
class TestPointsSpent(PointsCase):
    """Points are spent while the work that they came from is done, undone and counted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        decide_by_hand(cls.env)
        cls.rewards = cls.env["collab.reward"].create(
            [
                {"name": "Tea", "price": 4, "needs_grant": False},
                {"name": "Mug", "price": 7, "is_limited": True, "stock": 2},
            ]
        )
        cls.rule = cls.rules.create({"name": "Jobs", "source_id": cls.source.id, "points": 5})
        cls.rule.action_start()

    def setUp(self):
        """Mei has asked for a mug, which leaves her less than a tea costs; Tom for the other one, and
        of his teas one is granted, one is handed over and one refused. He could pay for a mug."""
        super().setUp()
        self.asked, self.seen = [], {}
        self._do_work(0, 2)
        self._do_work(1, 5)
        self._do_count(False)
        for person, index in ((0, 1), (1, 1), (1, 0), (1, 0), (1, 0)):
            self._do_ask(person, index)
        self._settle(self.asked[3], "handed")
        self._settle(self.asked[4], "refused")
        self._check_all()
        self.start = self.asked, self.seen

    # the first that fails is told: to find shorter ones would take minutes
    @settings(
        max_examples=60,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
    )
    @given(STEPS)
    def test_any_steps(self, steps):
        """Whatever happens in whatever order: nobody spends what they do not have, what ends without
        is returned once, a unit is held by one, and no entry has ever changed."""
        asked, self.seen = self.start
        self.asked = [list(one) for one in asked]
        with self.env.cr.savepoint() as savepoint:
            for what, *values in steps:
                getattr(self, f"_do_{what}")(*values)
                self._check_all()
            savepoint.rollback()
            self.env.invalidate_all()

    def _do_work(self, person, number):
        for __ in range(number):
            people = (self.mei, self.tom)
            self._job(user_id=people[person].id, accepted_by_id=people[1 - person].id)

    def _do_reopen(self, index):
        if jobs := self.jobs.search([("is_done", "=", True)], order="id"):
            jobs[index % len(jobs)].is_done = False

    def _do_count(self, whole):
        self._count(self.rule, whole)

    def _do_ask(self, person, index):
        user, reward = (self.mei, self.tom)[person], self.rewards[index]
        wanted = self._has(user) >= reward.price and (reward != self.rewards[1] or self._left())
        if self._try(lambda: reward.with_user(user).redeem(reward.price)):
            self.assertTrue(wanted, "spent what is not there")
            redemption = self.env["collab.redemption"].search([], order="id desc", limit=1)
            state = "asked" if reward.needs_grant else "granted"
            self.asked.append([redemption, user, reward.price, state])
        else:
            self.assertFalse(wanted, "refused what is there")

    def _do_settle(self, index, state, has_ended=False):
        some = [one for one in self.asked if (one[3] not in NEXT) == has_ended]
        if some:
            self._settle(some[index % len(some)], state)

    def _settle(self, one, state):
        redemption, user = one[0], one[1]
        step = {
            "granted": lambda: redemption.with_user(self.owner).action_grant(),
            "handed": lambda: redemption.with_user(self.owner).action_hand_over(),
            "refused": lambda: redemption.with_user(self.owner).refuse("No"),
            "withdrawn": lambda: redemption.with_user(user).action_withdraw(),
        }[state]
        done = self._try(step)
        self.assertEqual(done, state in NEXT.get(one[3], ()))
        if done:
            one[3] = state

    def _try(self, step):
        try:
            with self.env.cr.savepoint():
                step()
        except UserError:
            return False
        return True

    def _held(self):
        """Return the redemptions for which something is had, or will be."""
        return [one for one in self.asked if one[3] not in RETURNED]

    def _left(self):
        return 2 - sum(price == 7 for __, __, price, __ in self._held())

    def _has(self, user):
        """Return what somebody has: what was counted for their work, less what is held."""
        work = self.entries.search([("user_id", "=", user.id), ("kind", "=", "work")])
        held = sum(price for __, other, price, __ in self._held() if other == user)
        return sum(work.mapped("points")) - held

    def _check_all(self):
        for user in (self.mei, self.tom):
            self.assertEqual(self.entries.with_user(user).balance(), self._has(user))
        self.assertEqual(self.rewards[1].stock, self._left())
        self.assertEqual([one[0].state for one in self.asked], [one[3] for one in self.asked])
        entries = self.entries.search([("user_id", "in", (self.mei + self.tom).ids)])
        now = {entry.id: (entry.user_id, entry.kind, entry.points) for entry in entries}
        self.assertLessEqual(self.seen.items(), now.items(), "entries are only added")
        self.seen = now

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from odoo.addons.collab_approval.fingerprint import Held, fingerprint, is_covered, is_outgrown

TEXTS = st.text(alphabet="a1:,=", max_size=5)
VALUES = st.one_of(st.none(), st.booleans(), st.integers(-9, 9), TEXTS)
STEPS = st.sets(st.integers(1, 30).map(str), max_size=4)
FIELD, OTHER = ("doc", "pace"), ("doc", "slot")
LEFT = st.lists(st.tuples(VALUES, st.booleans(), st.sampled_from([FIELD, OTHER])), max_size=4)
HELD = st.builds(Held, st.lists(VALUES, max_size=4), STEPS, LEFT)


#: A machine that is busy is no failure
profile = settings(deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])


class TestFingerprint(BaseCase):
    @profile
    @given(HELD)
    def test_covers_itself(self, held):
        self.assertTrue(is_covered(fingerprint(held), fingerprint(held)))

    @profile
    @given(HELD, HELD)
    def test_another_content(self, one, other):
        other = one._replace(content=other.content)
        same = [[type(v), v] for v in one.content] == [[type(v), v] for v in other.content]
        covered = is_covered(fingerprint(one), fingerprint(other))
        self.assertEqual(covered, same)

    @profile
    @given(HELD, STEPS)
    def test_steps(self, held, now):
        """Fewer are covered, more are not, unless they may grow."""
        then, now_text = fingerprint(held), fingerprint(held._replace(steps=now))
        self.assertEqual(is_covered(then, now_text), now <= held.steps)
        self.assertTrue(is_covered(then, now_text, may_grow=True))

    @profile
    @given(HELD, VALUES, st.booleans(), VALUES, st.booleans())
    def test_left_to_odoo(self, held, value, followed, value_now, follows):
        then = fingerprint(held._replace(left=[*held.left, (value, followed, FIELD)]))
        now = fingerprint(held._replace(left=[*held.left, (value_now, follows, FIELD)]))
        same = (type(value), value) == (type(value_now), value_now)
        self.assertEqual(is_covered(then, now), same or (followed and follows))

    @profile
    @given(HELD, VALUES, st.booleans())
    def test_another_number_left_to_odoo(self, held, value, follows):
        one, more = (
            fingerprint(held._replace(left=held.left + added))
            for added in ([], [(value, follows, FIELD)])
        )
        self.assertFalse(is_covered(one, more) or is_covered(more, one))

    @profile
    @given(HELD, VALUES, st.booleans())
    def test_another_number_followed(self, held, value, follows):
        more = held._replace(left=[*held.left, (value, follows, FIELD)])
        for one, other in ((held, more), (more, held)):
            self.assertTrue(is_outgrown(fingerprint(one), other, []))

    @profile
    @given(HELD, VALUES, st.booleans(), VALUES, st.sets(st.sampled_from([FIELD, OTHER])))
    def test_followed(self, held, value, follows, value_now, followed):
        """What was not what Odoo computes stays; nothing is said of what has not followed."""
        then = fingerprint(held._replace(left=[*held.left, (value, follows, FIELD)]))
        now = held._replace(left=[*held.left, (value_now, True, FIELD)])
        same = (type(value), value) == (type(value_now), value_now)
        outgrown = FIELD in followed and not follows and not same
        self.assertEqual(is_outgrown(then, now, followed), outgrown)

    @profile
    @given(HELD, STEPS)
    def test_grown(self, held, now):
        then, held_now = fingerprint(held), held._replace(steps=now)
        self.assertEqual(is_outgrown(then, held_now, [FIELD]), not now <= held.steps)
        self.assertFalse(is_outgrown(then, held_now, [FIELD], may_grow=True))

    @profile
    @given(HELD, st.one_of(st.none(), TEXTS))
    def test_altered(self, held, text):
        self.assertFalse(is_covered(text, fingerprint(held)) and text != fingerprint(held))

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..core.chain import GENESIS, Row, canonical, check_rows, row_hash

CREATED = datetime(2026, 1, 1)
profile = settings(max_examples=200, deadline=None, database=None)


def make_rows(lengths):
    """Return sound chains, one for each length."""
    rows = []
    for parent_id, length in enumerate(lengths, start=1):
        previous = GENESIS
        for index in range(1, length + 1):
            values = {"name": f"{parent_id}/{index}"}
            hash_ = row_hash("m", parent_id, index, previous, CREATED, values)
            row_id = len(rows) + 1
            rows.append(Row(parent_id, index, row_id, previous, hash_, CREATED, values))
            previous = hash_
    return rows


chains = st.lists(st.integers(1, 5), min_size=1, max_size=4).map(make_rows)


class TestChainCore(BaseCase):
    def _check(self, rows):
        return [(d.kind, d.parent_id, d.first, d.last) for d in check_rows("m", rows)]

    @profile
    @given(chains)
    def test_sound(self, rows):
        self.assertEqual(self._check(rows), [])

    @profile
    @given(chains, st.data())
    def test_one_change_is_one_deviation(self, rows, data):
        """Whichever field of whichever row is changed: that row is named, alone."""
        place = data.draw(st.integers(0, len(rows) - 1))
        row = rows[place]
        change = data.draw(
            st.sampled_from(
                [
                    {"values": {"name": "x"}},
                    {"values": {}},
                    {"values": {**row.values, "more": 0}},
                    {"created": datetime(2026, 1, 2)},
                    {"hash": None},
                    {"hash": "0" * 64},
                    {"previous_hash": None},
                    {"previous_hash": "f" * 64},
                ]
            )
        )
        rows[place] = replace(row, **change)
        self.assertEqual(
            self._check(rows),
            [("altered", row.parent_id, row.chain_index, row.chain_index)],
        )

    @profile
    @given(chains, st.data())
    def test_a_gap_is_one_deviation(self, rows, data):
        """Rows taken out of the beginning or the middle are named; of the end, not."""
        first = data.draw(st.integers(0, len(rows) - 1))
        last = data.draw(st.integers(first, len(rows) - 1))
        gone = [row for row in rows[first : last + 1] if row.parent_id == rows[first].parent_id]
        left = [row for row in rows if row not in gone]
        at_the_end = not any(
            row.parent_id == gone[-1].parent_id and row.chain_index > gone[-1].chain_index
            for row in rows
        )
        expected = [("missing", gone[0].parent_id, gone[0].chain_index, gone[-1].chain_index)]
        self.assertEqual(self._check(left), [] if at_the_end else expected)

    @profile
    @given(chains, st.data())
    def test_a_rewritten_row(self, rows, data):
        """A row with new content and its right hash is betrayed by the next one."""
        place = data.draw(st.integers(0, len(rows) - 1))
        row = rows[place]
        values = {"name": "forged"}
        hash_ = row_hash("m", row.parent_id, row.chain_index, row.previous_hash, CREATED, values)
        rows[place] = replace(row, values=values, hash=hash_)
        is_last = place + 1 == len(rows) or rows[place + 1].parent_id != row.parent_id
        expected = [("altered", row.parent_id, row.chain_index, row.chain_index)]
        self.assertEqual(self._check(rows), [] if is_last else expected)

    def test_duplicate_index(self):
        rows = make_rows([3])
        rows.insert(2, replace(rows[1], row_id=99))
        self.assertEqual(self._check(rows), [("inserted", 1, 2, 2)])

    def test_hash_is_stable(self):
        """The form of the hash is for ever: rows in databases rely on it."""
        values = {
            "text": "签字 \N{SNOWMAN} \"'\\",
            "number": 1.50,
            "day": date(2026, 2, 28),
            "moment": datetime(2026, 2, 28, 1, 2, 3),
            "content": {"b": [1, 2.5, None, True], "a": {}},
            "nothing": None,
        }
        self.assertEqual(
            row_hash("a.model", 7, 3, GENESIS, CREATED, values),
            "906684491c4cdf1c2baaeea220ad93473fb8d568372998bca5f5c612407fd8b9",
        )

    def test_nothing_is_left_out(self):
        """A field added later, empty in old rows, does not invalidate them."""
        hashes = {
            row_hash("m", 1, 1, GENESIS, CREATED, values)
            for values in ({"a": 1}, {"a": 1, "b": None})
        }
        self.assertEqual(len(hashes), 1)
        self.assertNotEqual(
            row_hash("m", 1, 1, GENESIS, CREATED, {"a": False}),
            row_hash("m", 1, 1, GENESIS, CREATED, {"a": None}),
        )

    def test_canonical(self):
        self.assertEqual(canonical(2.429959484856485e16), 24299594848564850)
        self.assertEqual(canonical(Decimal("1.50")), 1.5)
        self.assertEqual(canonical((1.0, -0.0)), [1, 0])
        for value in (float("nan"), float("inf")):
            with self.assertRaises(ValueError):
                canonical(value)
        for value in (object(), b"x", {1: 2}):
            with self.assertRaises(TypeError):
                canonical(value)

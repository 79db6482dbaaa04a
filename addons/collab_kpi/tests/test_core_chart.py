import itertools
import math
import re
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..core import axis, chart, chart_rows

profile = settings(max_examples=300, deadline=None, database=None)
numbers = st.one_of(
    st.none(),
    st.floats(),
    st.floats(-100, 100),
    st.floats(95, 96),
    st.integers(-(10**15), 10**15),
    st.sampled_from([0, 1, 1e15, 1e280, -1e280, 5e-324, 1e-7, 0.1 + 0.2]),
)
several = st.lists(numbers, max_size=20)
names = st.sampled_from(["采购部", "Sales", "i" * 80, "W" * 80, "研" * 80, ""])
PATH = re.compile(r"M[-\d. MLZ]+")


def points(node):
    """Everything that says where, of what was laid out."""
    if isinstance(node, axis.Text):
        yield node.x, node.y
    elif isinstance(node, str) and PATH.fullmatch(node):
        yield from (map(float, pair.split()) for pair in re.findall(r"[-\d.]+ [-\d.]+", node))
    elif isinstance(node, tuple) and len(node) == 4:
        yield node[:2]
        yield node[0] + node[2], node[1] + node[3]
    elif isinstance(node, tuple):
        yield node
    elif isinstance(node, list):
        for one in node:
            yield from points(one)
    elif isinstance(node, dict):
        for key, one in node.items():
            if key in ("zero", "target", "left", "right", "changes"):
                yield from ((x, 0) for x in (one if key == "changes" else [one]) if x is not None)
            elif key in ("low", "value", "high", "top", "bottom", "y"):
                yield 0, one
            elif key == "x":
                yield one, 0
                yield one + node.get("width", 0), 0
            else:
                yield from points(one)


class TestChart(BaseCase):
    def assertInside(self, laid_out):
        inside = {key: value for key, value in laid_out.items() if key not in ("width", "height")}
        for x, y in points(inside):
            self.assertTrue(math.isfinite(x) and math.isfinite(y))
            # half a rounding
            self.assertTrue(-0.1 <= x <= laid_out["width"] + 0.1, (x, laid_out))
            self.assertTrue(-0.1 <= y <= laid_out["height"] + 0.1, (y, laid_out))

    # Axes

    @profile
    @given(several)
    def test_ticks(self, values):
        known = axis.known(values)
        marks = axis.ticks(values)
        if not known:
            self.assertEqual(marks, [])
            return
        self.assertTrue(3 <= len(marks) <= 8, marks)
        exact = [Decimal(repr(mark)) for mark in marks]
        steps = {after - before for before, after in itertools.pairwise(exact)}
        self.assertEqual(len(steps), 1, marks)
        step = steps.pop()
        self.assertIn(step.normalize().as_tuple().digits, ((1,), (2,), (5,)))
        slack = float(step) * 1e-5
        self.assertLessEqual(marks[0], min(known) + slack)
        self.assertGreaterEqual(marks[-1], max(known) - slack)

    @profile
    @given(several, st.integers(0, 3))
    def test_ticks_are_written_differently(self, values, digits):
        values = [round(value, 6) for value in axis.known(values) if abs(value) < 1e9]
        marks = axis.ticks(values, lambda value: f"{value:.{digits}f}")
        self.assertEqual(len({f"{mark:.{digits}f}" for mark in marks}), len(marks))
        self.assertTrue(3 <= len(marks) <= 8 or not values)

    def test_round_ticks(self):
        for values, expected in (
            ([3, 17, 42], [0, 10, 20, 30, 40, 50]),
            ([0, 0, 0], [0, 0.2, 0.4, 0.6, 0.8, 1]),
            ([95, 95], [0, 20, 40, 60, 80, 100]),
            ([91.2, 97.2, 95], [90, 92, 94, 96, 98]),
            ([0.1, 0.3], [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3]),
            ([-15, 12], [-15, -10, -5, 0, 5, 10, 15]),
            ([-3, -40], [-40, -30, -20, -10, 0]),
            ([1e15], [0, 2e14, 4e14, 6e14, 8e14, 1e15]),
        ):
            with self.subTest(values=values):
                self.assertEqual(axis.ticks(values), expected)
        self.assertEqual(axis.ticks([0, 0], "{:.0f}".format), [0, 1, 2])
        self.assertEqual(axis.ticks([0.2, 3e-9], "{:.0f}".format), [0, 1, 2])

    @profile
    @given(st.lists(names, max_size=120), st.integers(200, 900))
    def test_labels(self, labels, width):
        xs = [width * (index + 0.5) / len(labels) for index in range(len(labels))]
        shown = axis.thinned(labels, xs, 10, width)
        spans = [
            (text.x - axis.width_of(text.text) / 2, text.x + axis.width_of(text.text) / 2)
            for text in shown
        ]
        for (__, end), (start, __) in itertools.pairwise(spans):
            self.assertLess(end, start)
        self.assertTrue(all(start >= -0.1 and end <= width + 0.1 for start, end in spans))
        self.assertEqual([text.whole for text in shown[-1:]], labels[-1:])

    def test_every_label(self):
        """None is left out that there is room for."""
        shown = axis.thinned(["1", "2", "3"], [50, 150, 250], 10, 300)
        self.assertEqual([text.x for text in shown], [50, 150, 250])
        months = [f"2026-{month:02}" for month in range(1, 13)]
        shown = axis.thinned(months, range(15, 375, 30), 10, 360)
        self.assertEqual([text.text[-2:] for text in shown], ["02", "04", "06", "08", "10", "12"])

    @given(st.text(max_size=60), st.integers(11, 300))
    @profile
    def test_shortened(self, text, room):
        fitted = axis.fitted(text, 0, 0, room)
        self.assertLessEqual(axis.width_of(fitted.text), room)
        kept = fitted.text.removesuffix("…") if fitted.text != fitted.whole else fitted.text
        self.assertTrue(fitted.whole.startswith(kept))
        if axis.width_of(fitted.whole) <= room:
            self.assertEqual(fitted.text, fitted.whole)

    # Charts over periods

    @profile
    @given(st.data(), several, st.sampled_from([(720, 240), (360, 180), (240, 120)]))
    def test_trend(self, data, values, size):
        some = st.lists(numbers, min_size=len(values), max_size=len(values))
        options = {
            "limits": [
                {"kind": "target", "label": data.draw(names), "values": data.draw(some)},
                {"kind": "warning", "label": data.draw(names), "values": data.draw(some)},
            ],
            "forecast": data.draw(
                st.none()
                | st.fixed_dictionaries(
                    {"low": numbers, "value": numbers, "high": numbers, "text": names}
                )
            ),
            "changes": data.draw(st.lists(st.integers(0, len(values) - 1))) if values else [],
        }
        labels = [data.draw(names) for __ in values]
        laid_out = chart.trend(values, labels, labels, **options, width=size[0], height=size[1])
        self.assertInside(laid_out)
        again = chart.trend(values, labels, labels, **options, width=size[0], height=size[1])
        self.assertEqual(repr(laid_out), repr(again))
        self.assertEqual(
            len(laid_out["dots"] + laid_out["open_dots"]), sum(map(axis.is_known, values))
        )

    @profile
    @given(several)
    def test_gaps(self, values):
        """A line goes from a value to the next one, never over a period without."""
        known = "".join("x" if axis.is_known(value) else " " for value in values)
        stretches = [len(stretch) for stretch in known.split()]
        labels = [""] * len(values)
        laid_out = chart.trend(values, labels, labels)
        drawn = [line.count(" ") for line in laid_out["lines"]]
        self.assertEqual(drawn, [length for length in stretches if length > 1])
        laid_out = chart.spark(values)
        self.assertEqual([line.count(" ") for line in laid_out["lines"]], drawn)
        self.assertInside(laid_out)

    def test_where_things_are(self):
        laid_out = chart.trend([0, 5, None, 10], list("abcd"), ["0", "5", "", "10"])
        self.assertEqual(
            [(mark.text, mark.y) for mark in laid_out["ticks"]][::5], [("0", 216), ("10", 24)]
        )
        left, right = laid_out["left"], laid_out["right"]
        middles = [left + (right - left) * share / 8 for share in (1, 3, 7)]
        for dot, x, y in zip(laid_out["dots"], middles, (216, 120, 24), strict=True):
            self.assertAlmostEqual(dot["x"], x, delta=0.1)
            self.assertEqual(dot["y"], y)
        self.assertEqual(laid_out["last_text"].text, "10")
        self.assertLess(laid_out["last_text"].y, 24, "where the line does not come from")
        laid_out = chart.trend([1, 9, 5], "abc", "195")
        self.assertGreater(laid_out["last_text"].y, laid_out["dots"][-1]["y"])

    def test_many_dots(self):
        """They are smaller where they would touch."""
        for count, is_dense in ((12, False), (60, True)):
            labels = [""] * count
            self.assertEqual(chart.trend(range(count), labels, labels)["is_dense"], is_dense)

    def test_area(self):
        """An area only where it goes down to zero."""
        self.assertEqual(len(chart.trend([1, 5, None, 4, 2], "abcde", "abcde")["areas"]), 2)
        self.assertEqual(chart.trend([95, 97, 96], "abc", "abc")["areas"], [])

    def test_forecast(self):
        """What the running period has until now is not on the line, its forecast is."""
        forecast = {"low": 8, "value": 9, "high": 10, "text": "9"}
        laid_out = chart.trend([7, 8, 2], "abc", "abc", forecast=forecast)
        self.assertEqual([line.count(" ") for line in laid_out["lines"]], [2])
        self.assertEqual((len(laid_out["dots"]), len(laid_out["open_dots"])), (2, 1))
        whisker = laid_out["forecast"]
        self.assertLess(whisker["high"], whisker["value"])
        self.assertLess(whisker["value"], whisker["low"])
        self.assertEqual(whisker["band"].count(" "), 4)
        # there is nothing that it could go on from
        laid_out = chart.trend([7, None, 2], "abc", "abc", forecast=forecast)
        self.assertFalse(laid_out["forecast"]["line"] or laid_out["forecast"]["band"])

    def test_limits_side_by_side(self):
        limits = [{"kind": kind, "label": kind, "values": [5, 5]} for kind in ("target", "warning")]
        target, warning = chart.trend([1, 9], "ab", "ab", limits=limits)["limits"]
        self.assertGreaterEqual(abs(target["label"].y - warning["label"].y), axis.SIZE)

    def test_nothing(self):
        for values in ([], [None, None], [math.nan, math.inf]):
            labels = [""] * len(values)
            laid_out = chart.trend(values, labels, labels)
            self.assertTrue(laid_out["is_empty"])
            self.assertEqual((laid_out["ticks"], laid_out["dots"]), ([], []))
            self.assertEqual(chart.spark(values)["last"], [])

    # Charts with a row for each department

    @profile
    @given(st.lists(st.tuples(names, numbers, numbers, names), max_size=9))
    def test_bars(self, rows):
        rows = [
            {"name": name, "value": value, "target": target, "text": text}
            for name, value, target, text in rows
        ]
        laid_out = chart_rows.bars(rows)
        self.assertInside(laid_out)
        self.assertEqual(repr(laid_out), repr(chart_rows.bars(rows)))
        zero = laid_out["zero"]
        for row, bar in zip(rows, laid_out["rows"], strict=True):
            ends = (bar["x"], bar["x"] + bar["width"])
            self.assertTrue(any(abs(end - zero) < 0.11 for end in ends))
            if axis.is_known(row["value"]) and bar["width"]:
                self.assertEqual(bar["x"] < zero, row["value"] < 0)
            length = axis.width_of(bar["text"].text)
            start = bar["text"].x - length * bar["is_negative"]
            if bar["x"] < zero:
                self.assertLess(start + length, bar["x"])
            else:
                self.assertGreater(start, bar["x"] + bar["width"])
            if bar["target"] is not None:
                self.assertFalse(start < bar["target"] < start + length)

    @profile
    @given(st.lists(st.tuples(names, st.lists(numbers, min_size=3, max_size=3)), max_size=9))
    def test_stacked(self, rows):
        rows = [
            {"name": name, "values": values, "texts": list("abc"), "text": name}
            for name, values in rows
        ]
        laid_out = chart_rows.stacked(rows)
        self.assertInside(laid_out)
        for row, drawn in zip(rows, laid_out["rows"], strict=True):
            for part, after in itertools.pairwise(drawn["parts"]):
                self.assertAlmostEqual(part["x"] + part["width"], after["x"], delta=0.05)
            for part in drawn["parts"]:
                self.assertGreater(row["values"][part["part"]], 0)

    @profile
    @given(st.data(), st.integers(0, 30), st.lists(names, max_size=5))
    def test_heatmap(self, data, periods, rows):
        some = st.lists(numbers, min_size=periods, max_size=periods)
        rows = [
            {"name": name, "cells": [{"value": value, "text": "5 %"} for value in data.draw(some)]}
            for name in rows
        ]
        laid_out = chart_rows.heatmap(rows, [""] * periods)
        self.assertInside(laid_out)
        levels = []
        for row, drawn in zip(rows, laid_out["rows"], strict=True):
            for cell, mark in zip(row["cells"], drawn["cells"], strict=True):
                self.assertEqual(bool(mark["hatch"]), not axis.is_known(cell["value"]))
                if not mark["hatch"]:
                    levels.append((cell["value"], mark["level"]))
        levels = [level for __, level in sorted(levels)]
        self.assertEqual(levels, sorted(levels))
        self.assertTrue(all(0 <= level < chart_rows.LEVELS for level in levels))

    def test_levels(self):
        self.assertEqual(
            chart_rows.levels([0, 19, 20, 59.9, None, 80, 100]), [0, 0, 1, 2, None, 4, 4]
        )
        self.assertEqual(chart_rows.levels([7, 7]), [2, 2])

from lxml import etree
from markupsafe import Markup

from odoo.tests import TransactionCase, tagged

from .. import charts

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = [f"2026-{month:02}" for month in range(1, 13)]
HOSTILE = ("<script>alert(1)</script>", "\"'><b>", "A & B", "]]>", "\x01\x0b\ufffe", "{{ 1 }}")


def contrast(one, other):
    """As WCAG has it."""

    def luminance(colour):
        parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        parts = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


# what is made in a test inherits a view only when all modules are there
@tagged("post_install", "-at_install")
class TestCharts(TransactionCase):
    def parse(self, markup):
        self.assertIsInstance(markup, Markup)
        svg = etree.fromstring(str(markup).encode())
        self.assertEqual(svg.tag, f"{SVG}svg")
        self.assertEqual(svg.get("role"), "img")
        self.assertTrue(svg.get("viewBox"))
        self.assertEqual(svg[0].tag, f"{SVG}title")
        return svg

    def texts(self, svg):
        return ["".join(text.itertext()).strip() for text in svg.iter(f"{SVG}text")]

    def every_chart(self, env, text):
        """Each of them, with `text` wherever it takes one."""
        cells = [{"value": 1, "text": text}, {"value": None, "text": text}]
        forecast = {"low": 1, "value": 2, "high": 3, "text": text}
        return [
            charts.trend(
                env,
                text,
                [text, text],
                [1, 2],
                texts=[text, text],
                target=[1, 1],
                warn=[0, 0],
                changes=[1],
                tick_text=lambda value: f"{text}{value}",
            ),
            charts.trend(env, text, [text], [1], texts=[text], forecast=forecast),
            charts.bars(env, text, [{"name": text, "value": 1, "text": text, "status": "bad"}]),
            charts.stacked(
                env, text, [text], [{"name": text, "values": [1], "texts": [text], "text": text}]
            ),
            charts.heatmap(env, text, [text, text], [{"name": text, "cells": cells}]),
            charts.spark(env, text, [1, 2]),
        ]

    def test_hostile(self):
        for text in HOSTILE:
            for safe in (text, Markup(text)):
                for markup in self.every_chart(self.env, safe):
                    svg = self.parse(markup)
                    tags = {etree.QName(node).localname for node in svg.iter()}
                    drawn = {"svg", "title", "g", "text", "tspan", "path", "line", "rect", "circle"}
                    self.assertLessEqual(tags, drawn)
                    self.assertEqual(svg[0].text, charts.axis.tidy(text))
                    self.assertFalse(
                        [key for node in svg.iter() for key in node.attrib if key[:2] == "on"]
                    )

    def test_same_for_everybody(self):
        """Issued reports are hashed."""
        public = self.env.ref("base.public_user")
        mine = self.every_chart(self.env, "研发")
        self.assertEqual(mine, self.every_chart(self.env, "研发"))
        self.assertEqual(mine, self.every_chart(self.env(user=public), "研发"))
        self.assertNotIn("data-oe", "".join(mine))

    def test_nothing(self):
        for markup in (
            charts.trend(self.env, "", MONTHS, [None] * 12),
            charts.trend(self.env, "", [], []),
            charts.bars(self.env, "", []),
            charts.stacked(self.env, "", [], []),
            charts.heatmap(self.env, "", [], []),
        ):
            self.assertIn("No data", self.texts(self.parse(markup)))
        self.assertEqual(self.texts(self.parse(charts.spark(self.env, "", []))), ["–"])

    def test_trend(self):
        values = [3, 4, 5, None, 6, None, 7, 8, 9, 8, 7, 2]
        svg = self.parse(
            charts.trend(
                self.env,
                "Answers",
                MONTHS,
                values,
                target=[6] * 12,
                warn=[4] * 12,
                forecast={"low": 5, "value": 6, "high": 8},
                changes=[2, 7],
                tick_text="{:.1f} h".format,
            )
        )
        circles = list(svg.iter(f"{SVG}circle"))
        self.assertEqual(len(circles), 10 + 1)
        self.assertEqual([one.get("r") for one in circles if one.get("fill") == "#ffffff"], ["4"])
        lines = [
            path.get("d") for path in svg.iter(f"{SVG}path") if path.get("stroke-width") == "2"
        ]
        self.assertEqual([line.count(" ") for line in lines], [3, 5])
        texts = self.texts(svg)
        for text in ("Target 6.0 h", "Warning 4.0 h", "6.0 h", "2026-12", "0.0 h"):
            self.assertIn(text, texts)
        self.assertEqual(texts.count("▴"), 2)
        self.assertEqual(circles[0][0].text, "2026-01: 3.0 h")

    def test_last_value(self):
        svg = self.parse(charts.trend(self.env, "", MONTHS, [None] * 11 + [7]))
        self.assertEqual(self.texts(svg).count("7"), 2, "on its white ground")
        self.assertNotIn("No data", self.texts(svg))

    def test_bars(self):
        rows = [
            {"name": "采购部", "value": 12, "text": "12 h", "target": 10, "status": "good"},
            {"name": "Sales", "value": -4, "text": "-4 h", "status": "bad"},
            {"name": "Finance", "value": None, "text": "Too few people", "target": 10},
        ]
        svg = self.parse(charts.bars(self.env, "", rows))
        bars = [rect for rect in svg.iter(f"{SVG}rect") if rect.get("height") == "16"]
        targets = [rect for rect in svg.iter(f"{SVG}rect") if rect.get("height") == "22"]
        self.assertEqual((len(bars), len(targets)), (2, 2))
        self.assertGreater(float(bars[0].get("width")), float(bars[1].get("width")))
        texts = [" ".join(text.split()) for text in self.texts(svg)]
        self.assertEqual(
            texts[:6], ["采购部", "12 h ✓", "Sales", "-4 h ✕", "Finance", "Too few people"]
        )
        self.assertEqual(texts[6:], ["| Target ✓ On target ✕ Off target"])

    def test_stacked(self):
        rows = [
            {"name": "采购部", "values": [5, 0, 7], "texts": ["5 h", "0 h", "7 h"], "text": "12 h"},
            {"name": "Sales", "values": [1, 0, None], "texts": ["1 h", "", ""], "text": "1 h"},
        ]
        svg = self.parse(charts.stacked(self.env, "", ["Queue", "Work", "Waiting"], rows))
        rects = list(svg.iter(f"{SVG}rect"))
        self.assertEqual([rect.get("fill") for rect in rects], ["#1f4e79", "#6b7280", "#1f4e79"])
        widths = [float(rect.get("width")) for rect in rects]
        self.assertAlmostEqual(widths[0] / widths[1], 5 / 7, delta=0.01)
        self.assertAlmostEqual(widths[2] * 5, widths[0], delta=0.5)
        legend = " ".join(self.texts(svg)[-1].split())
        self.assertEqual(legend, "■ Queue ■ Work ■ Waiting")

    def test_heatmap(self):
        rows = [
            {
                "name": "采购部",
                "cells": [{"value": 0, "text": "0 %"}, {"value": 50, "text": "50 %"}],
            },
            {
                "name": "Sales",
                "cells": [{"value": None, "text": "–"}, {"value": 9, "text": "9 %", "level": 4}],
            },
        ]
        svg = self.parse(charts.heatmap(self.env, "", MONTHS[:2], rows))
        fills = [rect.get("fill") for rect in svg.iter(f"{SVG}rect")]
        self.assertEqual(fills, [charts.SHADES[0], charts.SHADES[4], "#ffffff", charts.SHADES[4]])
        self.assertEqual(len(list(svg.iter(f"{SVG}path"))), 1, "what is not known is hatched")
        self.assertIn("▨ No data", " ".join(self.texts(svg)[-1].split()))
        titles = [title.text for title in svg.iter(f"{SVG}title")]
        self.assertIn("采购部, 2026-02: 50 %", titles)

    def test_can_be_read(self):
        for ground, ink in (
            *zip(charts.SHADES, charts.INKS, strict=True),
            *zip(charts.PARTS, charts.PART_INKS, strict=True),
        ):
            self.assertGreaterEqual(contrast(ground, ink), 4.5, (ground, ink))
        for one, other in zip(charts.PARTS, charts.PARTS[1:], strict=False):
            self.assertGreaterEqual(contrast(one, other), 2, "also where there are no colours")

        for markup in self.every_chart(self.env, "研发"):
            for node in self.parse(markup).iter(f"{SVG}text"):
                inks = [one.get("fill") for one in (node, *node.iterancestors()) if one.get("fill")]
                if node.getparent().find(f"{SVG}rect") is None and inks[0] != "none":
                    self.assertGreaterEqual(contrast("#ffffff", inks[0]), 4.5, inks)

    def test_extended(self):
        """A partner finds the marks by plain paths."""
        template = self.env.ref("collab_kpi.chart_trend")
        self.env["ir.ui.view"].create(
            {
                "name": "squares",
                "type": "qweb",
                "mode": "extension",
                "inherit_id": template.id,
                "arch": """<xpath expr="//circle[@t-as='dot']" position="attributes">
                    <attribute name="data-of">partner</attribute>
                </xpath>""",
            }
        )
        svg = self.parse(charts.trend(self.env, "", MONTHS, range(12)))
        self.assertEqual({one.get("data-of") for one in svg.iter(f"{SVG}circle")}, {"partner"})

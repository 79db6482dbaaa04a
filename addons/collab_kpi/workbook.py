"""Tiles as a workbook, with charts that the reader can change, and formulas that can be followed.

Functions, not methods, as methods can be called from the code of server actions.
"""

import io
import re

import xlsxwriter

#: What names of sheets cannot have in them
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
#: How long they are at most
_LONGEST = 31
_WIDE, _NARROW = 42, 16


def workbook(env, title, subtitle, tiles, before=None):
    """Return a workbook of tiles.

    :param str title: what it is
    :param str subtitle: of which period, and whom
    :param list tiles: as ``showing`` has them
    :param dict before: what they are compared with, see :func:`.issuing.compared`
    :return: bytes of an XLSX file
    """
    stream = io.BytesIO()
    # what people type is never a formula or a link
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        _Book(env, book).fill(title, subtitle, tiles, before)
    return stream.getvalue()


class _Book:
    def __init__(self, env, book):
        self.env = env
        self.book = book
        self.names = set()
        self.title = book.add_format({"bold": True, "font_size": 16, "font_color": "#1f4e79"})
        self.quiet = book.add_format({"font_color": "#6b7280"})
        self.head = book.add_format(
            {"bold": True, "bg_color": "#e8eef4", "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        self.percent = book.add_format({"num_format": "+0%;-0%;0%"})
        self._numbers = {}

    def fill(self, title, subtitle, tiles, before):
        """Write a sheet of all figures, one of what they are compared with, and one for each that has
        more than one."""
        # of what has no figures, why it has none
        lines = [one for one in tiles if "trend" in one or one["withheld"] or one["error"]]
        sheet = self._sheet(self.env._("Summary"))
        sheet.write(0, 0, title, self.title)
        sheet.write(1, 0, subtitle, self.quiet)
        heads = [
            self.env._("Indicator"),
            self.env._("Period"),
            self.env._("Figure"),
            self.env._("Before"),
            self.env._("Change"),
            self.env._("Target"),
            self.env._("Status"),
        ]
        self._heads(sheet, 3, heads)
        for row, tile in enumerate(lines, start=4):
            self._summary(sheet, row, tile)
        sheet.freeze_panes(4, 1)
        if before:
            self._before(before)
        for tile in tiles:
            if "trend" in tile:
                self._trend(tile)
            elif "heatmap" in tile:
                self._heatmap(tile)
            elif "ranking" in tile:
                self._ranking(tile)
            elif "bottleneck" in tile:
                self._bottleneck(tile)

    # -- sheets ------------------------------------------------------------------

    def _summary(self, sheet, row, tile):
        if "trend" not in tile:
            sheet.write(row, 0, tile["title"])
            sheet.write(row, 1, tile["period_label"])
            sheet.write(row, 6, tile["withheld"] or tile["error"])
            return
        number = self._number(tile["format"])
        values = tile["trend"]["values"]
        target = tile.get("target") or {}
        sheet.write(row, 0, tile["title"])
        sheet.write(row, 1, tile["period_label"])
        self._value(sheet, row, 2, values[-1], number)
        self._value(sheet, row, 3, values[-2], number)
        change = f'=IFERROR((C{row + 1}-D{row + 1})/ABS(D{row + 1}),"")'
        known = values[-1] is not None and values[-2]
        result = (values[-1] - values[-2]) / abs(values[-2]) if known else ""
        sheet.write_formula(row, 4, change, self.percent, result)
        self._value(sheet, row, 5, target.get("value"), number)
        sheet.write(row, 6, target.get("status_text") or "")

    def _before(self, before):
        sheet = self._sheet(self.env._("Since the last report"))
        self._heads(
            sheet,
            0,
            [
                self.env._("Indicator"),
                self.env._("%s, as issued", before["label"]),
                self.env._("Now"),
                self.env._("Change"),
                self.env._("Known since then"),
            ],
        )
        for row, said in enumerate(before["rows"], start=1):
            number, then, now = self._number(said["format"]), said["then_value"], said["value"]
            sheet.write(row, 0, said["name"])
            self._value(sheet, row, 1, then, number)
            self._value(sheet, row, 2, now, number)
            change = f'=IFERROR((C{row + 1}-B{row + 1})/ABS(B{row + 1}),"")'
            result = (now - then) / abs(then) if now is not None and then else ""
            sheet.write_formula(row, 3, change, self.percent, result)
            sheet.write(row, 4, said["since"])

    def _trend(self, tile):
        trend = tile["trend"]
        sheet = self._sheet(tile["title"])
        has_target = any(value is not None for value in trend["target"])
        self._heads(
            sheet,
            0,
            [self.env._("Period"), tile["title"], *([self.env._("Target")] if has_target else [])],
        )
        number = self._number(tile["format"])
        for row, label in enumerate(trend["long_labels"], start=1):
            sheet.write(row, 0, label)
            self._value(sheet, row, 1, trend["values"][row - 1], number)
            if has_target:
                self._value(sheet, row, 2, trend["target"][row - 1], number)
        last = len(trend["labels"])
        chart = self.book.add_chart({"type": "line"})
        self._series(chart, sheet, 1, last, {"color": "#1f4e79", "width": 2.25}, marker=True)
        if has_target:
            self._series(chart, sheet, 2, last, {"color": "#2f8f5b", "dash_type": "dash"})
        self._place(sheet, chart, tile, "E2", legend=has_target)

    def _ranking(self, tile):
        sheet = self._sheet(tile["title"])
        self._heads(sheet, 0, [self.env._("Part"), tile["title"]])
        number = self._number(tile["format"])
        rows = tile["ranking"]["rows"]
        for index, row in enumerate(rows, start=1):
            sheet.write(index, 0, row["name"])
            self._value(sheet, index, 1, row["value"], number)
        if rows:
            chart = self.book.add_chart({"type": "bar"})
            self._series(chart, sheet, 1, len(rows), {"none": True}, fill="#1f4e79")
            chart.set_y_axis({"reverse": True})
            self._place(sheet, chart, tile, "D2")

    def _heatmap(self, tile):
        heatmap = tile["heatmap"]
        sheet = self._sheet(tile["title"])
        self._heads(sheet, 0, [self.env._("Part"), *heatmap["labels"]])
        number = self._number(tile["format"])
        for index, row in enumerate(heatmap["rows"], start=1):
            sheet.write(index, 0, row["name"])
            for column, cell in enumerate(row["cells"], start=1):
                self._value(sheet, index, column, cell["value"], number)
        if heatmap["rows"]:
            colors = {"type": "2_color_scale", "min_color": "#eef4f9", "max_color": "#5b8db8"}
            sheet.conditional_format(1, 1, len(heatmap["rows"]), len(heatmap["labels"]), colors)
        sheet.freeze_panes(1, 1)

    def _bottleneck(self, tile):
        stack = tile["bottleneck"]
        sheet = self._sheet(tile["title"])
        parts = [part["label"] for part in stack["parts"]]
        self._heads(sheet, 0, [self.env._("Part"), *parts, self.env._("Sum")])
        number = self._number(tile["format"])
        count = len(parts)
        for index, row in enumerate(stack["rows"], start=1):
            sheet.write(index, 0, row["name"])
            for column, value in enumerate(row["values"], start=1):
                self._value(sheet, index, column, value, number)
            first, last = (xlsxwriter.utility.xl_rowcol_to_cell(index, one) for one in (1, count))
            sheet.write_formula(
                index, count + 1, f"=SUM({first}:{last})", number, sum(row["values"])
            )
        if stack["rows"]:
            chart = self.book.add_chart({"type": "bar", "subtype": "stacked"})
            for column in range(1, count + 1):
                self._series(chart, sheet, column, len(stack["rows"]), {"none": True})
            chart.set_y_axis({"reverse": True})
            place = xlsxwriter.utility.xl_rowcol_to_cell(1, count + 3)
            self._place(sheet, chart, tile, place, legend=True)

    # -- parts of them -----------------------------------------------------------

    def _sheet(self, title):
        base = _FORBIDDEN.sub(" ", title).strip()[:_LONGEST] or "-"
        name, number = base, 1
        while name.lower() in self.names:
            number += 1
            name = f"{base[: _LONGEST - 4]} ({number})"
        self.names.add(name.lower())
        sheet = self.book.add_worksheet(name)
        sheet.set_column(0, 0, _WIDE)
        sheet.set_column(1, 20, _NARROW)
        return sheet

    def _heads(self, sheet, row, heads):
        for column, text in enumerate(heads):
            sheet.write(row, column, text, self.head)

    def _value(self, sheet, row, column, value, number):
        if value is None:
            sheet.write(row, column, "–", self.quiet)
        else:
            sheet.write_number(row, column, value, number)

    def _number(self, look):
        """Return the format of numbers that look so."""
        code = "#,##0" + ("." + "0" * look["digits"] if look["digits"] else "")
        if look["currency"]:
            symbol = look["currency"]["symbol"].replace('"', "")
            before = look["currency"]["position"] == "before"
            code = f'"{symbol}" {code}' if before else f'{code} "{symbol}"'
        elif look["unit"]:
            unit = look["unit"].replace('"', "")
            code = f'{code}"%"' if unit == "%" else f'{code} "{unit}"'
        if code not in self._numbers:
            self._numbers[code] = self.book.add_format({"num_format": code})
        return self._numbers[code]

    def _series(self, chart, sheet, column, last, line, marker=False, fill=None):
        series = {
            "name": [sheet.name, 0, column],
            "categories": [sheet.name, 1, 0, last, 0],
            "values": [sheet.name, 1, column, last, column],
            "line": line,
        }
        if marker:
            series["marker"] = {"type": "circle", "size": 5}
        if fill:
            series["fill"] = {"color": fill}
        if line.get("none") and not fill:
            del series["line"]
        chart.add_series(series)

    def _place(self, sheet, chart, tile, cell, legend=False):
        chart.set_title({"name": tile["title"], "name_font": {"size": 12}})
        if not legend:
            chart.set_legend({"none": True})
        else:
            chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 760, "height": 340})
        sheet.insert_chart(cell, chart)

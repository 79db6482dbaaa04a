"""Documents, workbooks and presentations of Office (Open XML).

The XML of documents and presentations is read as a stream. python-docx would unzip the whole file
first, pictures too, keep all of it in memory, and show neither footnotes nor text boxes.
"""

import datetime
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree
from openpyxl.reader.excel import ExcelReader

from .package import Package
from .stopped import Stopped

CHUNK = 2**16

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_POINT = "application/vnd.openxmlformats-officedocument.presentationml."


def document(path: str) -> Iterator[str]:
    """Return the text of a document: headers, body, footnotes and endnotes, footers."""
    with Package(path) as package:
        parts = _parts(package)
        if _WORD + "document.main+xml" not in parts.values():
            raise Stopped("damaged")
        for name in ("header", "document.main", "footnotes", "endnotes", "footer"):
            yield from _lines(package, _named(parts, f"{_WORD}{name}+xml"))


def slides(path: str) -> Iterator[str]:
    """Return the text of a presentation: the slides, then what is noted to them."""
    with Package(path) as package:
        parts = _parts(package)
        if _POINT + "presentation.main+xml" not in parts.values():
            raise Stopped("damaged")
        for name in ("slide", "notesSlide"):
            yield from _lines(package, _named(parts, f"{_POINT}{name}+xml"))


def count_slides(path: str) -> int:
    with Package(path) as package:
        return len(_named(_parts(package), _POINT + "slide+xml"))


def workbook(path: str) -> Iterator[str]:
    """Return the text of a workbook: name and rows of each sheet, with the values that formulas
    had. Entities in sheets are bounded by Expat, which openpyxl reads them with."""
    with Package(path) as package, open(path, "rb") as file:
        reader = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
        reader.archive = package  # the zip that it has opened itself knows no bounds
        reader.read()
        for sheet in reader.wb.worksheets:
            yield f"{sheet.title}\n"
            # what the sheet says of its size may be anything
            sheet.reset_dimensions()
            for row in sheet.iter_rows(values_only=True):
                line = "\t".join(map(_cell, row)).rstrip()
                yield f"{line}\n" if line else ""
            yield "\n"


def _cell(value: Any) -> str:
    """Return the value of a cell as people see it, whatever the language they see it in."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case float():
            return f"{value:.15g}"
        case datetime.datetime():
            has_time = value.time() != datetime.time()
            return value.isoformat(" ", "seconds") if has_time else value.date().isoformat()
        case _:
            return re.sub(r"\s+", " ", str(value))


def _parts(package: Package) -> dict[str, str]:
    """Return the content type of each part of a package that has its own."""
    types = _Types()
    for _chunk in _parse(package, "[Content_Types].xml", types):
        pass
    return types.parts


def _named(parts: dict[str, str], content_type: str) -> list[str]:
    names = [name for name, type_ in parts.items() if type_ == content_type]
    return sorted(names, key=lambda name: (len(name), name))  # slide10 after slide9


def _lines(package: Package, names: list[str]) -> Iterator[str]:
    for name in names:
        text = _Text()
        for _chunk in _parse(package, name, text):
            yield text.take()
        yield "\n"


def _parse(package: Package, name: str, target: "_Target") -> Iterator[None]:
    """Tell `target` what is in a part, chunk by chunk."""
    parser = etree.XMLParser(target=target, resolve_entities=False, no_network=True)
    with package.open(name) as member:
        while chunk := member.read(CHUNK):
            parser.feed(chunk)
            yield
    parser.close()
    yield


class _Target:
    def start(self, tag: str, attributes: dict[str, str]) -> None: ...

    def end(self, tag: str) -> None: ...

    def data(self, text: str) -> None: ...

    def doctype(self, *_what: str | None) -> None:
        # where entities are declared, of which bombs are made; Open XML allows none
        raise Stopped("damaged")

    def close(self) -> None: ...


class _Types(_Target):
    def __init__(self):
        self.parts: dict[str, str] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith("}Override"):
            self.parts[attributes["PartName"].lstrip("/")] = attributes["ContentType"]


class _Text(_Target):
    """What the parser tells of a part: the text is its paragraphs and the rows of its tables.

    Names are taken without their namespace: paragraphs, runs and tables are called the same in
    documents, in presentations and in the strict form of both.
    """

    #: Properties (tab stops are called as tabs are), what was deleted or moved away, the reading
    #: of a character above it, and what stands in for a text box in old versions.
    SKIPPED = frozenset(("pPr", "rPr", "del", "moveFrom", "rt", "Fallback"))

    CHARACTERS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}

    def __init__(self):
        self._skipped = 0
        self._is_text = False
        #: Where lines go: to the reader, or into the cell of a table within cells.
        self._lines: list[list[str]] = [[]]
        #: The paragraphs that are open: one with a text box holds those of the box.
        self._paragraphs: list[list[str]] = []
        self._rows: list[list[str]] = []

    def take(self) -> str:
        """Return what has come since."""
        lines = self._lines[0]
        text = "".join(f"{line}\n" for line in lines)
        lines.clear()
        return text

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if self._skipped or name in self.SKIPPED:
            self._skipped += 1
        elif name == "t":
            self._is_text = True
        elif name == "p":
            self._paragraphs.append([])
        elif name == "tr":
            self._rows.append([])
        elif name == "tc":
            self._lines.append([])
        elif name in self.CHARACTERS and self._paragraphs:
            kinds = [value for key, value in attributes.items() if _local(key) == "type"]
            self._paragraphs[-1].append("\n\n" if kinds == ["page"] else self.CHARACTERS[name])

    def data(self, text: str) -> None:
        if self._is_text and self._paragraphs and not self._skipped:
            self._paragraphs[-1].append(text)

    def end(self, tag: str) -> None:
        name = _local(tag)
        if self._skipped:
            self._skipped -= 1
        elif name == "t":
            self._is_text = False
        elif name == "p":
            self._add("".join(self._paragraphs.pop()))
        elif name == "tc":
            self._rows[-1].append(" ".join(" ".join(self._lines.pop()).split()))
        elif name == "tr":
            self._add("\t".join(self._rows.pop()))

    def _add(self, text: str) -> None:
        if text.strip() or "\n\n" in text:
            self._lines[-1].append(text)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]

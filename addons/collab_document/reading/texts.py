"""Files that are text: plain, Markdown, CSV, HTML."""

import codecs
import csv
import re
from collections.abc import Iterator
from typing import BinaryIO, TextIO

import chardet
from lxml import etree
from lxml.html import defs

from .stopped import Stopped

CHUNK = 2**16

#: Bytes within which a file must be UTF-8 to be taken for it.
SAMPLE = 2**24

#: Characters of an HTML file at most. The parser holds back text until a tag comes, and loses it
#: without a word if there is no memory for it.
MARKUP = 2**25

BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # begins like the one of UTF-16
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}

#: What files are in that are neither: of all encodings there are, most are only guessed wrongly.
ENCODINGS = ("gb18030", "big5hkscs", "cp932", "cp949", "cp1250", "cp1251", "cp1252")

#: What browsers call those of which they do not know the name
CHARSETS = {
    "big5hkscs": "big5-hkscs",
    "cp932": "windows-31j",
    "cp949": "windows-949",
    "utf-8-sig": "utf-8",
}

#: Blocks that are younger than what lxml knows of.
HTML_5 = [
    "article",
    "aside",
    "details",
    "figcaption",
    "figure",
    "footer",
    "header",
    "main",
    "nav",
    "section",
    "summary",
]

_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Soft hyphens hide words from the search. U+FFFE stands for the hyphen where PDFium joins a word.
_DROPPED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\ufeff\ufffe\uffff]")
_BLANKS = re.compile(r"\s+")
_BLANK_LINES = re.compile("\n{3,}")
_SURROGATES = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """Return `text` as the search and a comparison by lines want it: one kind of line break, no
    blanks at the end of lines, no blank lines but single ones, nothing that cannot be stored."""
    text = _DROPPED.sub("", _BREAKS.sub("\n", text))
    text = _SURROGATES.sub("\ufffd", text)
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", text).strip("\n")


def plain(path: str) -> Iterator[str]:
    """Return the text of a file as it is, piece by piece."""
    with _opened(path) as file:
        while chunk := file.read(CHUNK):
            yield chunk


def table(path: str) -> Iterator[str]:
    """Return the rows of a CSV file, as lines with tabs."""
    with _opened(path) as file:
        delimiter = _delimiter(file.read(CHUNK))
        file.seek(0)
        # by pieces of lines, as a line may be as long as the file
        lines = iter(lambda: file.readline(CHUNK), "")
        rows = csv.reader((line.replace("\0", "") for line in lines), delimiter=delimiter)
        for row in rows:
            yield "\t".join(" ".join(cell.split()) for cell in row) + "\n"


def _delimiter(text: str) -> str:
    """Return what separates cells: what the first line that has any has most of."""
    line = next((line for line in text.splitlines() if re.search("[,;\t|]", line)), "")
    return max(",;\t|", key=line.count)


def html(path: str) -> Iterator[str]:
    """Return the text of an HTML file, blocks as lines and cells apart by tabs."""
    page = _Page()
    parser = etree.HTMLParser(target=page, encoding="utf-8")
    parser.feed(b"<html>")  # nothing at all would be an error
    left = MARKUP
    with _opened(path) as file:
        while left > 0 and (chunk := file.read(CHUNK)):
            left -= len(chunk)
            parser.feed(chunk.encode())
            yield page.take()
    parser.close()
    yield page.take()
    if left <= 0:
        raise Stopped("too_large")


class _Page:
    """What the parser tells of an HTML page: the text is what is shown of it.

    What separates two pieces of text is only known when the second one comes: `<td><p>` after
    `</p></td>` is one tab.
    """

    BLOCKS = defs.block_tags - {"del", "ins"} | {"br", "title", *HTML_5}
    CELLS = frozenset(("td", "th"))
    ROWS = frozenset(("table", "tr"))
    HIDDEN = frozenset(("noscript", "script", "style", "template"))

    def __init__(self):
        self._pieces: list[str] = []
        self._hidden = 0
        self._preformatted = 0
        self._gap = ""
        #: Of the row of a table: whether it has a cell, whether a cell has text, the tabs to come.
        self._in_row = self._has_text = False
        self._tabs = 0

    def take(self) -> str:
        """Return what has come since."""
        pieces, self._pieces = self._pieces, []
        return "".join(pieces)

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        self._hidden += tag in self.HIDDEN
        self._preformatted += tag == "pre"
        if tag in self.CELLS:
            self._begin_cell()
        self._separate(tag)

    def end(self, tag: str) -> None:
        self._hidden -= tag in self.HIDDEN
        self._preformatted -= tag == "pre"
        self._separate(tag)

    def _begin_cell(self) -> None:
        if self._in_row:
            self._tabs += 1
        if self._has_text:
            self._gap = ""
        self._in_row = True

    def _separate(self, tag: str) -> None:
        if tag in self.ROWS:
            self._in_row = self._has_text = False
            self._tabs = 0
        if tag in self.BLOCKS and not self._tabs:
            self._gap = "\n"

    def data(self, text: str) -> None:
        if self._hidden:
            return
        if self._preformatted:
            self._write(text)
            return
        words = _BLANKS.sub(" ", text).strip()
        if text[:1].isspace() and not self._tabs:
            self._gap = self._gap or " "
        if words:
            self._write(words)
            if text[-1:].isspace():
                self._gap = " "

    def _write(self, text: str) -> None:
        self._pieces += (self._gap, "\t" * self._tabs, text)
        self._gap = ""
        self._tabs = 0
        self._has_text = self._in_row

    def close(self) -> None:
        pass


def _opened(path: str) -> TextIO:
    with open(path, "rb") as file:
        encoding = _encoding(file)
    return open(path, encoding=encoding, errors="replace", newline="")


def charset_of(file: BinaryIO) -> str:
    """Return the name that browsers know the encoding of a text by; UTF-8 if it cannot be told."""
    try:
        encoding = _encoding(file)
    except Stopped:
        return "utf-8"
    return CHARSETS.get(encoding, encoding)


def _encoding(file: BinaryIO) -> str:
    """Return the name of the encoding of a text."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    chunk = file.read(CHUNK)
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if chunk.startswith(mark):
            return encoding
    while chunk and file.tell() <= SAMPLE:
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError:
            return _guess(chunk)
        chunk = file.read(CHUNK)
    return "utf-8"


def _guess(sample: bytes) -> str:
    """Return the encoding of a piece of text that is not UTF-8, whose first character is whole."""
    # what is ASCII would have it find one of the West
    words = b" ".join(word for word in sample.split() if not word.isascii())
    found = chardet.detect(words, include_encodings=ENCODINGS, compat_names=False)
    if not found["encoding"]:
        raise Stopped("damaged")
    return found["encoding"]

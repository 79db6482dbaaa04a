"""Files that are text: plain, Markdown, CSV, HTML."""

import codecs
import csv
import re
from collections.abc import Iterator
from typing import TextIO

import chardet
from lxml import etree

from .stopped import Stopped

CHUNK = 2**16

#: Bytes within which a file must be UTF-8 to be taken for it.
SAMPLE = 2**24

BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # begins like the one of UTF-16
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}

#: What files are in that are neither: of all encodings there are, most are only guessed wrongly.
ENCODINGS = ("gb18030", "big5hkscs", "cp932", "cp949", "cp1250", "cp1251", "cp1252")

_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Soft hyphens hide words from the search. U+FFFE stands for the hyphen where PDFium joins a word.
_DROPPED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\ufeff\ufffe\uffff]")
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
        lines = iter(lambda: file.readline(CHUNK).replace("\0", ""), "")
        for row in csv.reader(lines, delimiter=delimiter):
            yield "\t".join(" ".join(cell.split()) for cell in row) + "\n"


def _delimiter(text: str) -> str:
    """Return what separates cells: what the first line that has any has most of."""
    line = next((line for line in text.splitlines() if re.search("[,;\t|]", line)), "")
    return max(",;\t|", key=line.count)


def html(path: str) -> Iterator[str]:
    """Return the text of an HTML file, blocks as lines and cells apart by tabs."""
    page = _Page()
    parser = etree.HTMLParser(target=page, encoding="utf-8")
    with _opened(path) as file:
        while chunk := file.read(CHUNK):
            parser.feed(chunk.encode())
            yield page.take()
    parser.close()
    yield page.take()


class _Page:
    """What the parser tells of an HTML page: the text is what is shown of it.

    What separates two pieces of text is only known when the second one comes: `<td><p>` after
    `</p></td>` is one tab.
    """

    BLOCKS = frozenset(
        "address article aside blockquote br caption center dd details div dl dt fieldset figcaption"
        " figure footer form h1 h2 h3 h4 h5 h6 header hr legend li main nav ol option p pre section"
        " summary table title tr ul".split()
    )
    CELLS = frozenset(("td", "th"))
    ROWS = frozenset(("table", "tr"))
    HIDDEN = frozenset(("noscript", "script", "style", "template"))

    def __init__(self):
        self._pieces: list[str] = []
        self._hidden = 0
        self._preformatted = 0
        self._in_row = False
        self._tabs = 0
        self._gap = ""

    def take(self) -> str:
        """Return what has come since."""
        pieces, self._pieces = self._pieces, []
        return "".join(pieces)

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        self._hidden += tag in self.HIDDEN
        self._preformatted += tag == "pre"
        if tag in self.CELLS:
            self._tabs += self._in_row
            self._in_row = True
        self._separate(tag)

    def end(self, tag: str) -> None:
        self._hidden -= tag in self.HIDDEN
        self._preformatted -= tag == "pre"
        self._separate(tag)

    def _separate(self, tag: str) -> None:
        if tag in self.BLOCKS:
            self._gap = "\n"
        if tag in self.ROWS:
            self._in_row = False
            self._tabs = 0

    def data(self, text: str) -> None:
        if self._hidden:
            return
        if self._preformatted:
            self._write(text)
            return
        words = " ".join(text.split())
        if text[:1].isspace():
            self._gap = self._gap or " "
        if words:
            self._write(words)
            if text[-1:].isspace():
                self._gap = " "

    def _write(self, text: str) -> None:
        self._pieces += ("\t" * self._tabs or self._gap, text)
        self._tabs = 0
        self._gap = ""

    def close(self) -> None:
        pass


def _opened(path: str) -> TextIO:
    return open(path, encoding=_encoding(path), errors="replace", newline="")


def _encoding(path: str) -> str:
    """Return the name of the encoding of a text file."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with open(path, "rb") as file:
        chunk = file.read(CHUNK)
        for mark, encoding in BYTE_ORDER_MARKS.items():
            if chunk.startswith(mark):
                return encoding
        while chunk and file.tell() <= SAMPLE:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                # all before was ASCII, so that the first character of this is whole
                return _guess(chunk)
            chunk = file.read(CHUNK)
    return "utf-8"


def _guess(sample: bytes) -> str:
    found = chardet.detect(sample, include_encodings=ENCODINGS, compat_names=False)
    if not found["encoding"]:
        raise Stopped("damaged")
    return found["encoding"]

"""Files as people have them: of eight types, small and large, and no two the same."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from PIL import Image

TYPES = ("txt", "md", "csv", "docx", "xlsx", "pdf", "png", "jpg")
#: Of the files, in kB; each type in each size
SIZES = (1, 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200)
#: After so many files types and sizes begin anew
CYCLE = len(TYPES) * len(SIZES)

_WORDS = [
    "the",
    "contract",
    "of",
    "a",
    "supplier",
    "and",
    "its",
    "terms",
    "are",
    "kept",
    "here",
    "with",
    "what",
    "was",
    "agreed",
    "on",
    "delivery",
    "payment",
    "warranty",
    "and",
    "notice",
    "so",
    "that",
    "whoever",
    "works",
    "on",
    "it",
    "finds",
    "the",
    "right",
    "version",
]


class File(NamedTuple):
    name: str
    content: bytes


def make(numbers: Sequence[int]) -> list[File]:
    """Return files; another number makes other bytes and another name."""
    return [_make(number) for number in numbers]


def _make(number: int) -> File:
    kind = TYPES[number % len(TYPES)]
    size = SIZES[number // len(TYPES) % len(SIZES)]
    mark = f"No. {number}"
    return File(f"Document {number:06}.{kind}", _MARKED[kind](_body(kind, size), mark.encode()))


@cache
def _body(kind: str, size: int) -> bytes:
    """Return a file of a type that has about ``size`` kB."""
    return _BODIES[kind](random.Random(size), size * 1000)


# -- bodies ----------------------------------------------------------------------------------


def _text(chance: random.Random, size: int) -> bytes:
    words = chance.choices(_WORDS, k=size // 5)
    lines = [" ".join(words[n : n + 14]) for n in range(0, len(words), 14)]
    return "\n".join(lines).encode()[:size]


def _table(chance: random.Random, size: int) -> bytes:
    rows = ["number,part,quantity,price"]
    for n in range(size // 25):
        rows.append(f"{n},{chance.choice(_WORDS)},{chance.randint(1, 99)},{chance.random():.4f}")
    return "\r\n".join(rows).encode()[:size]


def _office(parts: dict[str, str], chance: random.Random, size: int) -> bytes:
    """Return an Office package, with a picture in it that makes up the size."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>\n' + text)
        package.writestr("docProps/thumbnail.jpeg", chance.randbytes(max(0, size - 1500)))
    return made.getvalue()


_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "application/vnd.openxmlformats-officedocument"


def _parts(target: str, kind: str) -> dict[str, str]:
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="jpeg" ContentType="image/jpeg"/>'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{target}" ContentType="{_MAIN}.{kind}.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="a" Type="{_OFFICE}/officeDocument" Target="{target}"/></Relationships>',
    }


def _document(chance: random.Random, size: int) -> bytes:
    text = " ".join(chance.choices(_WORDS, k=200))
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = f'<w:document xmlns:w="{main}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body>'
    parts = _parts("word/document.xml", "wordprocessingml.document")
    return _office(parts | {"word/document.xml": body + "</w:document>"}, chance, size)


def _workbook(chance: random.Random, size: int) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cells = "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{chance.choice(_WORDS)}</t></is></c></row>'
        for n in range(1, 80)
    )
    parts = _parts("xl/workbook.xml", "spreadsheetml.sheet") | {
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="A" sheetId="1" r:id="a"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="a" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData>'
        "</worksheet>",
    }
    return _office(parts, chance, size)


def _pdf(chance: random.Random, size: int) -> bytes:
    """Return one page that says little, and an object that makes up the size."""
    text = " ".join(chance.choices(_WORDS, k=12))
    shown = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    padding = chance.randbytes(max(0, size - 700))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
        b" >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(padding), padding),
    ]
    made, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return bytes(made + b"startxref\n%d\n%%%%EOF\n" % start)


def _picture(chance: random.Random, size: int) -> bytes:
    side = max(8, int((size / 3) ** 0.5))
    return _image("PNG", side, chance)


def _photo(chance: random.Random, size: int) -> bytes:
    side = max(8, int((size / 1.35) ** 0.5))
    return _image("JPEG", side, chance)


def _image(kind: str, side: int, chance: random.Random) -> bytes:
    made = io.BytesIO()
    noise = chance.randbytes(side * side * 3)
    Image.frombytes("RGB", (side, side), noise).save(made, kind, quality=75)
    return made.getvalue()


_BODIES = {
    "txt": _text,
    "md": _text,
    "csv": _table,
    "docx": _document,
    "xlsx": _workbook,
    "pdf": _pdf,
    "png": _picture,
    "jpg": _photo,
}


# -- marks: what makes the bytes of each file its own, where its type has room for it ----------


def _first_line(body: bytes, mark: bytes) -> bytes:
    return mark + b"\n" + body


def _first_heading(body: bytes, mark: bytes) -> bytes:
    return b"# " + mark + b"\n\n" + body


def _last_row(body: bytes, mark: bytes) -> bytes:
    return body + b"\r\n" + mark + b",,,"


def _package_comment(body: bytes, mark: bytes) -> bytes:
    return body[:-2] + struct.pack("<H", len(mark)) + mark


def _after_end(body: bytes, mark: bytes) -> bytes:
    return body + b"\n%" + mark


_MARKED = {
    "txt": _first_line,
    "md": _first_heading,
    "csv": _last_row,
    "docx": _package_comment,
    "xlsx": _package_comment,
    "pdf": _after_end,
    "png": _after_end,
    "jpg": _after_end,
}

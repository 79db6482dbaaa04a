"""Marks over files that are given to be read: for whom, by whom, when.

A mark is written slantwise all over every page or picture, so that no part worth keeping
can be cut out without it, half transparent, so that what is below stays readable, and
dark with a light edge, so that it shows on light and on dark grounds.

The text is drawn by Pillow, and a PDF gets the drawing, once, as a picture. Fonts that
have Chinese come as OpenType collections, which reportlab does not embed; its own Chinese
fonts are names only, which every viewer replaces as it can, and they lack the German
letters. A picture looks the same everywhere, needs no licence to embed and can neither be
searched nor be copied along with the text of the page.

What comes out is a copy for reading: signatures of a PDF do not hold for it, and files
attached to a PDF are in it as they were.

This file knows nothing of Odoo: files of strangers are stamped by :mod:`stamping`, in a process
that has nothing but this.
"""

import hashlib
import io
import math
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, Literal, NamedTuple, get_args

from PIL import (
    Image,
    ImageDraw,
    ImageFont,
    ImageOps,
    WebPImagePlugin,  # noqa: F401  Odoo keeps Pillow from finding it by itself
)
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import LimitReachedError
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    RectangleObject,
    StreamObject,
)

#: Beyond any of these a PDF is refused: the mark is made while somebody waits for it.
MAX_PAGES = 2_000
MAX_OBJECTS = 50_000
MAX_BYTES = 256 * 1024 * 1024
#: Of its objects that are packed in streams, unpacked. Blanks pack to a thousandth.
MAX_UNPACKED = 32 * 1024 * 1024

#: Pixels of a picture, as many as Odoo takes.
MAX_PIXELS = 50_000_000

#: Characters of a line that are written; what is longer ends in "…".
MAX_LINE = 60

#: Path of a font, and its number in a collection.
Font = tuple[str, int]

Reason = Literal["encrypted", "damaged", "too_large", "unsupported"]
REASONS = get_args(Reason)

_FORMATS = {
    "image/gif": "GIF",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
}

_ANGLE = 30  # degrees
_OPACITY = 80  # of 255
_INK = (64, _OPACITY)
_EDGE = (255, _OPACITY)

#: Size of the letters in the picture that goes into a PDF: 12 points at 240 dpi.
LETTERS = 40


class _Frame(NamedTuple):
    """An upright area that marks are put on.

    :ivar matrix: from points of the area to points of the page
    """

    matrix: tuple[float, ...]
    width: float
    height: float


class StampError(Exception):
    """A file that cannot be given a mark.

    :ivar reason: ``encrypted``, ``damaged``, ``too_large`` or ``unsupported``
    """

    def __init__(self, reason: Reason):
        super().__init__(reason)
        self.reason = reason


def answer(
    file: int, kind: str, lines: Sequence[str], font: Font, **_limits: Any
) -> Iterator[dict[str, Any] | bytes]:
    """Return what :mod:`stamping` is told by the process that it has the work done by.

    :param file: number of an open file
    """
    try:
        with open(file, "rb") as data:
            if kind == "application/pdf":
                stamped = stamp_pdf(data, lines, font)
            else:
                stamped = stamp_image(data, lines, font, kind)
    except StampError as error:
        yield {"error": error.reason}
    else:
        yield {"size": len(stamped)}
        yield stamped


def stamp_pdf(data: bytes | BinaryIO, lines: Sequence[str], font: Font) -> bytes:
    """Return the PDF `data` with `lines` over each of its pages.

    The file is written anew: were the mark only appended, cutting the file off where
    it ended before would take the mark away.

    :raise StampError: if it is encrypted, damaged or too large
    """
    mark = _mark(lines, font)
    stream = _opened(data)
    if stream.seek(0, io.SEEK_END) > MAX_BYTES:
        raise StampError("too_large")
    stamped = io.BytesIO()
    try:
        writer = PdfWriter(clone_from=_checked_reader(stream))
        writer.pdf_header = "%PDF-1.7"
        _stamp_pages(writer, mark)
        writer.write(stamped)
    except StampError:
        raise
    except (LimitReachedError, MemoryError) as error:
        raise StampError("too_large") from error
    except Exception as error:  # a damaged file may break the parser anywhere
        raise StampError("damaged") from error
    return stamped.getvalue()


def stamp_image(data: bytes | BinaryIO, lines: Sequence[str], font: Font, kind: str) -> bytes:
    """Return the picture `data` with `lines` over it, in the format it had.

    It is turned upright if its EXIF data ask for that, which are left out with all other
    metadata, where it was taken among them. Of an animation the first frame is kept.

    :param kind: its mimetype: GIF, JPEG, PNG or WebP
    :raise StampError: if it is of another kind, damaged or too large
    """
    if kind not in _FORMATS:
        raise StampError("unsupported")
    mark = _mark(lines, font)
    try:
        with Image.open(_opened(data), formats=[_FORMATS[kind]]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise StampError("too_large")
            return _stamped_image(image, mark)
    except StampError:
        raise
    except (Image.DecompressionBombError, MemoryError) as error:
        raise StampError("too_large") from error
    except Exception as error:  # as above
        raise StampError("damaged") from error


def _opened(data: bytes | BinaryIO) -> BinaryIO:
    return io.BytesIO(data) if isinstance(data, bytes) else data


# The mark


def _mark(lines: Sequence[str], font: Font) -> Image.Image:
    """Return `lines` as a slanting picture of brightness and opacity (mode LA)."""
    path, index = font
    letters = ImageFont.truetype(path, LETTERS, index)
    text = "\n".join(_written(line, letters) for line in lines)
    style = {"font": letters, "align": "center", "spacing": LETTERS // 4, "stroke_width": 2}
    measure = ImageDraw.Draw(Image.new("LA", (1, 1)))
    left, top, right, bottom = measure.multiline_textbbox((0, 0), text, **style)
    mark = Image.new("LA", (math.ceil(right - left), math.ceil(bottom - top)), (255, 0))
    drawing = ImageDraw.Draw(mark)
    drawing.multiline_text((-left, -top), text, fill=_INK, stroke_fill=_EDGE, **style)
    return mark.rotate(_ANGLE, Image.Resampling.BICUBIC, expand=True)


def _written(line: str, font: ImageFont.FreeTypeFont) -> str:
    """Return `line` as it can be written in `font`.

    A character the font lacks is written as its number: a row of boxes would be the
    same for every reader.
    """
    line = " ".join(line.split())
    if len(line) > MAX_LINE:
        line = line[: MAX_LINE - 1] + "…"
    return "".join(char if _has(font, char) else f"[{ord(char):X}]" for char in line)


def _has(font: ImageFont.FreeTypeFont, char: str) -> bool:
    # U+FFFF is no character in any font: it looks like all that are missing
    return bytes(font.getmask(char)) != bytes(font.getmask("\uffff"))


def _scale(mark: Image.Image, width: float, height: float, least: float) -> float:
    """Return by how much to multiply `mark` for an area of `width` by `height`.

    :param least: smallest size of the letters, in the unit of the area
    """
    letters = max(min(width, height) / 45, least)
    # less than half of the area, so that one mark at least is seen as a whole
    return min(letters / LETTERS, 0.45 * width / mark.width, 0.45 * height / mark.height)


def _places(
    width: float, height: float, mark_width: float, mark_height: float
) -> Iterator[tuple[float, float]]:
    """Return the corners of marks all over an area, every second row shifted by half.

    There are 100 rows and columns at most, of however odd a shape the area is.
    """
    across = max(1.05 * mark_width, width / 100)
    down = max(0.85 * mark_height, height / 100)
    for row in range(math.ceil(height / down)):
        start = -across / 2 if row % 2 else 0
        for column in range(math.ceil((width - start) / across)):
            yield start + column * across, row * down


# Pictures


def _stamped_image(image: Image.Image, mark: Image.Image) -> bytes:
    canvas = _canvas(ImageOps.exif_transpose(image))
    scale = _scale(mark, canvas.width, canvas.height, least=12)
    size = (max(1, round(mark.width * scale)), max(1, round(mark.height * scale)))
    ink, opacity = mark.resize(size, Image.Resampling.LANCZOS).split()
    ink = ink.convert(canvas.mode)
    for x, y in _places(*canvas.size, *size):
        canvas.paste(ink, (round(x), round(y)), opacity)
    # a profile of other colours than red, green and blue does not fit the canvas
    profile = image.info.get("icc_profile") if image.mode in ("P", "RGB", "RGBA") else None
    stamped = io.BytesIO()
    canvas.save(stamped, image.format, quality=90, icc_profile=profile)
    return stamped.getvalue()


def _canvas(image: Image.Image) -> Image.Image:
    """Return `image` in colours that a mark can be mixed with."""
    if image.mode.startswith("I"):
        # 16 bits a point, which a conversion would cut off at 255, not divide
        image = image.point(lambda value: value / 256).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


# PDF


def _checked_reader(stream: BinaryIO) -> PdfReader:
    reader = PdfReader(stream, strict=False)
    if reader.is_encrypted:
        raise StampError("encrypted")
    objects = sum(map(len, reader.xref.values())) + len(reader.xref_objStm)
    if objects > MAX_OBJECTS or _is_blown_up(reader):
        raise StampError("too_large")
    # what the file says of its pages is read first, as it costs nothing
    announced = reader.root_object["/Pages"]["/Count"]
    if announced > MAX_PAGES or len(reader.pages) > MAX_PAGES:
        raise StampError("too_large")
    if not reader.pages:
        raise StampError("damaged")
    return reader


def _is_blown_up(reader: PdfReader) -> bool:
    """Return whether streams of objects unpack to more than is read of them, byte by byte."""
    left = MAX_UNPACKED
    for number in {number for number, _index in reader.xref_objStm.values()}:
        stream = reader.get_object(number)
        left -= len(stream.get_data()) if isinstance(stream, StreamObject) else 0
        if left < 0:
            return True
    return False


def _stamp_pages(writer: PdfWriter, mark: Image.Image) -> None:
    """Draw `mark` over the pages of `writer`.

    Not by pypdf's `merge_page`: that unpacks the content of each page, takes it apart and
    puts it together again, which takes a drawing seconds and a hostile page any time.
    Here the content stays as it is, between brackets, and one command follows it.
    """
    picture = _picture(writer, mark)
    opening = writer._add_object(_stream(b"q\n"))
    # unlike the name of any mark the file has already, which would else turn into this one
    prefix = f"/Mark{hashlib.sha256(mark.tobytes()).hexdigest()}"
    forms: dict[_Frame, tuple[str, IndirectObject, IndirectObject]] = {}
    for page in writer.pages:
        frame = _frame(page)
        if frame not in forms:
            name = f"{prefix}{len(forms)}"
            closing = _stream(f"\nQ\n{name} Do\n".encode())
            form = _form(frame, mark, picture)
            forms[frame] = name, writer._add_object(form), writer._add_object(closing)
        name, form, closing = forms[frame]
        _entry(_entry(page, "/Resources"), "/XObject")[NameObject(name)] = form
        page[NameObject("/Contents")] = ArrayObject([opening, *_contents(page), closing])


def _frame(page: PageObject) -> _Frame:
    """Return where the visible part of `page` lies, as somebody sees it who reads it."""
    left, bottom, right, top = _visible(page)
    matrix, turned = {
        90: ((0, 1, -1, 0, right, bottom), True),
        180: ((-1, 0, 0, -1, right, top), False),
        270: ((0, -1, 1, 0, left, top), True),
    }.get(page.rotation % 360, ((1, 0, 0, 1, left, bottom), False))
    size = (right - left, top - bottom)
    return _Frame(matrix, *(reversed(size) if turned else size))


def _visible(page: PageObject) -> tuple[float, float, float, float]:
    media, crop = _ordered(page.mediabox), _ordered(page.cropbox)
    both = (*map(max, media[:2], crop[:2]), *map(min, media[2:], crop[2:]))
    return both if both[0] < both[2] and both[1] < both[3] else media


def _ordered(box: RectangleObject) -> tuple[float, float, float, float]:
    """Return `box` as left, bottom, right, top: files give any two opposite corners."""
    (left, right), (bottom, top) = sorted(map(float, box[::2])), sorted(map(float, box[1::2]))
    return left, bottom, right, top


def _form(frame: _Frame, mark: Image.Image, picture: IndirectObject) -> StreamObject:
    """Return the drawing of the marks over `frame`: many times the one `picture`."""
    scale = _scale(mark, frame.width, frame.height, least=8)
    width, height = mark.width * scale, mark.height * scale
    places = _places(frame.width, frame.height, width, height)
    draw = "q {:.3f} 0 0 {:.3f} {:.3f} {:.3f} cm /Mark Do Q\n"
    form = _stream("".join(draw.format(width, height, x, y) for x, y in places).encode())
    pictures = DictionaryObject({NameObject("/Mark"): picture})
    form[NameObject("/Type")] = NameObject("/XObject")
    form[NameObject("/Subtype")] = NameObject("/Form")
    form[NameObject("/BBox")] = _numbers(0, 0, frame.width, frame.height)
    form[NameObject("/Matrix")] = _numbers(*frame.matrix)
    form[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): pictures})
    return form


def _picture(writer: PdfWriter, mark: Image.Image) -> IndirectObject:
    """Add `mark` to the file, and return the reference to it."""
    ink, opacity = map(_gray, mark.split())
    ink[NameObject("/SMask")] = writer._add_object(opacity)
    return writer._add_object(ink)


def _gray(channel: Image.Image) -> StreamObject:
    image = _stream(channel.tobytes())
    image[NameObject("/Type")] = NameObject("/XObject")
    image[NameObject("/Subtype")] = NameObject("/Image")
    image[NameObject("/Width")] = NumberObject(channel.width)
    image[NameObject("/Height")] = NumberObject(channel.height)
    image[NameObject("/ColorSpace")] = NameObject("/DeviceGray")
    image[NameObject("/BitsPerComponent")] = NumberObject(8)
    return image


def _stream(content: bytes) -> StreamObject:
    stream = DecodedStreamObject()
    stream.set_data(content)
    return stream.flate_encode()


def _numbers(*values: float) -> ArrayObject:
    return ArrayObject(map(FloatObject, values))


def _entry(owner: DictionaryObject, key: str) -> DictionaryObject:
    """Return the dictionary that `owner` has under `key`, a new one if it has none."""
    found = owner.get(key, NullObject()).get_object()
    if not isinstance(found, DictionaryObject):
        found = owner[NameObject(key)] = DictionaryObject()
    return found


def _contents(page: PageObject) -> list[Any]:
    """Return the references to the streams that make up the content of `page`."""
    found = page.get("/Contents", NullObject()).get_object()
    if isinstance(found, ArrayObject):
        return list(found)
    return [page.raw_get("/Contents")] if isinstance(found, StreamObject) else []

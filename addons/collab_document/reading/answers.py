"""What the child answers for a file."""

import base64
import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from . import office, pdf, pictures, texts
from .process import OUT_OF_MEMORY
from .stopped import Stopped


class Reader(NamedTuple):
    """How files of a kind are read; each function takes the path of a file."""

    text: Callable[[str], Iterator[str]] | None = None
    picture: Callable[[str], bytes] | None = None
    pages: Callable[[str], int] | None = None


_OPEN_XML = "application/vnd.openxmlformats-officedocument"

READERS = {
    "text/plain": Reader(texts.plain),
    "text/markdown": Reader(texts.plain),
    "text/csv": Reader(texts.table),
    "text/html": Reader(texts.html),
    "application/pdf": Reader(pdf.text, pdf.picture, pdf.pages),
    f"{_OPEN_XML}.wordprocessingml.document": Reader(office.document),
    f"{_OPEN_XML}.spreadsheetml.sheet": Reader(office.workbook),
    f"{_OPEN_XML}.presentationml.presentation": Reader(office.slides, pages=office.count_slides),
} | {
    kind: Reader(picture=partial(pictures.picture, name)) for kind, name in pictures.FORMATS.items()
}


def answer(path: str, kind: str, seconds: float, max_chars: int) -> Iterator[dict[str, Any]]:
    """Return the two parts of the answer for a file: the text, then the picture, so that a picture
    which takes too long does not take the text with it."""
    reader = READERS.get(kind, Reader())
    # half of the time: what was read of a long text is worth more than nothing
    text, note = _read_text(reader, path, max_chars, time.monotonic() + seconds / 2)
    pages, _note = _attempt(reader.pages, path)
    yield {"supported": kind in READERS, "text": text, "note": note, "pages": pages}
    picture, note = _attempt(reader.picture, path)
    yield {"thumbnail": picture and base64.b64encode(picture).decode(), "note": note}


def _read_text(reader: Reader, path: str, max_chars: int, deadline: float) -> tuple[str, str]:
    """Return the text of a file, and why there is not more of it."""
    pieces = []

    def read(path: str) -> None:
        room = max_chars
        for piece in reader.text(path):
            pieces.append(piece[:room])
            room -= len(piece)
            if room < 0:
                raise Stopped("cut")
            if time.monotonic() > deadline:
                raise Stopped("timeout")

    _nothing, note = _attempt(reader.text and read, path)
    return texts.clean("".join(pieces)), note


def _attempt(function: Callable[[str], Any] | None, path: str) -> tuple[Any, str]:
    """Return what `function` makes of a file, if it is given, and why if it makes nothing."""
    try:
        return function and function(path), ""
    except Stopped as stopped:
        return None, stopped.note
    except (FileNotFoundError, IsADirectoryError, PermissionError):
        return None, "missing"
    except MemoryError:
        # what is left of this process is not fit for the next file
        os._exit(OUT_OF_MEMORY)
    except Exception:
        # anything: libraries lose their way in files that were made for that
        return None, "damaged"

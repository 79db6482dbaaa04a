"""Texts and pictures of files that people upload, read by a child process.

A file may be made to harm who reads it: to take all memory, never to end, to bring the process
down. So it is read by a child that has bounds on its time and memory, no file to write and nothing
to know. Whatever a file does to the child, the parent goes on with the next file in a new one.

This is the parent's side.
"""

import base64
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from .process import Lost, Process

#: Characters of an encoded picture at most. What :mod:`pictures` makes takes a third.
PICTURE = 160_000

NOTES = (
    "",
    *["cut", "timeout", "memory", "crashed", "too_large", "encrypted", "damaged", "missing"],
)


@dataclass(frozen=True, slots=True)
class Job:
    """A file to read.

    :ivar kind: its mimetype, as the server takes it to be
    """

    key: int
    path: str
    kind: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a file.

    :ivar state: ``read`` if there is text, however much is lacking; ``failed`` if there is none
        because of what `note` says
    :ivar note: why something is lacking, empty if nothing is: ``cut`` (there is more text than
        was asked for), ``timeout``, ``memory``, ``crashed``, ``too_large``, ``encrypted``,
        ``damaged``, ``missing``
    :ivar thumbnail: a JPEG of 256 × 256 pixels at most
    :ivar pages: of a PDF, or slides of a presentation
    """

    key: int
    state: Literal["read", "empty", "unsupported", "failed"]
    text: str
    note: str
    thumbnail: bytes | None
    pages: int | None


def read_files(
    jobs: Iterable[Job],
    *,
    seconds: float = 20,
    memory: int = 512 * 2**20,
    max_chars: int = 2_000_000,
) -> Iterator[Reading]:
    """Read files, one after the other, and give back each :class:`Reading` as it comes.

    :param seconds: that a file may take
    :param memory: bytes that the child may map, its libraries (90 MB) included
    :param max_chars: of text that are read of a file
    :raise RuntimeError: if the child does not start, which is no file's fault
    """
    child = None
    try:
        for job in jobs:
            child = child or _Child(memory)
            reading = child.ask(job, seconds, max_chars)
            if child.jobs > 1 and child.lost in ("memory", "crashed"):
                # perhaps by what an earlier file has left behind
                child = _Child(memory)
                reading = child.ask(job, seconds, max_chars)
            if child.lost:
                child = None
            yield reading
    finally:
        if child:
            child.end()


class _Child(Process):
    """A process that reads files, until one of them ends it.

    :ivar jobs: files that it was given
    :ivar lost: why it has ended, empty while it has not
    """

    def __init__(self, memory: int):
        super().__init__("reading.answers", memory, nice=10)
        self.jobs = 0
        self.lost = ""

    def ask(self, job: Job, seconds: float, max_chars: int) -> Reading:
        """Return the :class:`Reading` of a file. What has come before the child was lost
        counts."""
        self.jobs += 1
        parts = []
        deadline = time.monotonic() + seconds
        # JSON takes four bytes for a character at most, as control characters are not sent
        most = 4 * max_chars + PICTURE + 1000
        limits = {"seconds": seconds, "max_chars": max_chars}
        try:
            self.send({"path": job.path, "kind": job.kind, **limits})
            parts.append(_text_part(self.receive(deadline, most), max_chars))
            parts.append(_picture_part(self.receive(deadline, most)))
        except Lost as lost:
            self.lost = lost.note
            self.end()
            parts.append({"note": lost.note})
        return _merge(job.key, parts)


def _text_part(message: dict[str, Any], max_chars: int) -> dict[str, Any]:
    """Return what is to be taken of the first part of an answer."""
    match message:
        case {"supported": bool(supported), "text": str(text), "note": note, "pages": pages}:
            if (
                len(text) <= max_chars
                and _is_storable(text)
                and note in NOTES
                and (pages is None or (isinstance(pages, int) and 0 <= pages < 2**31))
            ):
                return {"supported": supported, "text": text, "note": note, "pages": pages}
    raise Lost("crashed")


def _picture_part(message: dict[str, Any]) -> dict[str, Any]:
    """Return what is to be taken of the second part of an answer."""
    match message:
        case {"thumbnail": None, "note": note} if note in NOTES:
            return {"thumbnail": None, "note": note}
        case {"thumbnail": str(encoded), "note": ""} if len(encoded) <= PICTURE:
            with suppress(ValueError):
                return {"thumbnail": base64.b64decode(encoded, validate=True), "note": ""}
    raise Lost("crashed")


def _is_storable(text: str) -> bool:
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:  # half of a pair
        return False


def _merge(key: int, parts: list[dict[str, Any]]) -> Reading:
    """Return the :class:`Reading` that the parts of an answer make."""
    values = {name: value for part in parts for name, value in part.items()}
    note = next((part["note"] for part in parts if part["note"]), "")
    text = values.get("text", "")
    if not values.get("supported", True):
        state = "unsupported"
    elif text:
        state = "read"
    else:
        state = "failed" if note else "empty"
    return Reading(key, state, text, note, values.get("thumbnail"), values.get("pages"))

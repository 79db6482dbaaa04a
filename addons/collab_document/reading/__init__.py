"""Texts and pictures of files that people upload, read by a child process.

A file may be made to harm who reads it: to take all memory, never to end, to bring the process
down. So it is read by a child that has bounds on its time and memory, no file to write and nothing
to know. Whatever a file does to the child, the parent goes on with the next file in a new one.

This is the parent's side. It takes nothing from the child on trust either, as a file that exploits
a hole in a library speaks with the child's voice.
"""

import base64
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

CHILD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "child.py")

#: The child needs no more than this. Where numpy is installed openpyxl loads it, and it would take
#: a share of the memory for each processor.
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"}

#: Seconds until a child is ready; a machine may have much else to do.
START = 60

#: Characters of an encoded picture at most. What :mod:`pictures` makes takes a third.
PICTURE = 160_000

NOTES = (
    "",
    *["cut", "timeout", "memory", "crashed", "too_large", "encrypted", "damaged", "missing"],
)

#: What the child exits with when it ran out of memory.
OUT_OF_MEMORY = 77

#: Why a child ended by itself. PDFium aborts where it gets no memory; whom the kernel kills has
#: taken that of the machine.
ENDS = {
    OUT_OF_MEMORY: "memory",
    -signal.SIGABRT: "memory",
    -signal.SIGKILL: "memory",
    -signal.SIGALRM: "timeout",
    -signal.SIGXCPU: "timeout",
}


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
    limits = {"seconds": seconds, "memory": memory, "max_chars": max_chars}
    child = None
    try:
        for job in jobs:
            child = child or _Child(limits)
            reading = child.ask(job)
            if child.jobs > 1 and child.lost in ("memory", "crashed"):
                # perhaps by what an earlier file has left behind
                child = _Child(limits)
                reading = child.ask(job)
            if child.lost:
                child = None
            yield reading
    finally:
        if child:
            child.end()


class _Lost(Exception):
    """There is nothing more to come from the child."""

    def __init__(self, note: str):
        super().__init__(note)
        self.note = note


class _Child:
    """A process that reads files, until one of them ends it.

    :ivar jobs: files that it was given
    :ivar lost: why it has ended, empty while it has not
    """

    def __init__(self, limits: dict[str, Any]):
        self.jobs = 0
        self.lost = ""
        self._limits = limits
        self._received = bytearray()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-B", CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            # who ends the server by Ctrl-C does not mean the file
            start_new_session=True,
        )
        try:
            self._start()
        except BaseException:
            self.end()
            raise

    def _start(self) -> None:
        # -I hides libraries that are the user's own, or on PYTHONPATH
        path = [folder for folder in sys.path if os.path.isabs(folder)]
        try:
            self._send({**self._limits, "path": path})
            hello = self._receive(time.monotonic() + START)
        except _Lost as lost:
            hello = {"error": lost.note}
        if error := hello.get("error"):
            raise RuntimeError(f"The process that reads files does not start: {error}")

    def ask(self, job: Job) -> Reading:
        """Return the :class:`Reading` of a file. What has come before the child was lost
        counts."""
        self.jobs += 1
        parts = []
        deadline = time.monotonic() + self._limits["seconds"]
        try:
            self._send({"path": job.path, "kind": job.kind})
            parts.append(_text_part(self._receive(deadline), self._limits["max_chars"]))
            parts.append(_picture_part(self._receive(deadline)))
        except _Lost as lost:
            self.lost = lost.note
            self.end()
            parts.append({"note": lost.note})
        return _merge(job.key, parts)

    def end(self) -> None:
        """End the process, and leave nothing of it."""
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()
        with suppress(BrokenPipeError):  # there was something left to write
            self._process.stdin.close()

    def _send(self, message: dict[str, Any]) -> None:
        try:
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise _Lost(self._why()) from None

    def _receive(self, deadline: float) -> dict[str, Any]:
        """Return the next message of the child."""
        # JSON takes four bytes for a character at most, as control characters are not sent
        most = 4 * self._limits["max_chars"] + PICTURE + 1000
        start = 0
        while (end := self._received.find(b"\n", start)) < 0:
            start = len(self._received)
            if start > most:
                raise _Lost("crashed")
            self._received += self._read(deadline)
        line = bytes(self._received[:end])
        del self._received[: end + 1]
        return _parse(line)

    def _read(self, deadline: float) -> bytes:
        stdout = self._process.stdout.fileno()
        poll = select.poll()  # `select` cannot look at files beyond 1024
        poll.register(stdout, select.POLLIN)
        if not poll.poll(max(0, deadline - time.monotonic()) * 1000):
            raise _Lost("timeout")
        chunk = os.read(stdout, 2**16)
        if not chunk:
            raise _Lost(self._why())
        return chunk

    def _why(self) -> str:
        try:
            return ENDS.get(self._process.wait(timeout=1), "crashed")
        except subprocess.TimeoutExpired:  # it has closed its pipe, and lives
            return "crashed"


def _parse(line: bytes) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except (RecursionError, ValueError):
        raise _Lost("crashed") from None
    if not isinstance(message, dict):
        raise _Lost("crashed")
    return message


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
    raise _Lost("crashed")


def _picture_part(message: dict[str, Any]) -> dict[str, Any]:
    """Return what is to be taken of the second part of an answer."""
    match message:
        case {"thumbnail": None, "note": note} if note in NOTES:
            return {"thumbnail": None, "note": note}
        case {"thumbnail": str(encoded), "note": ""} if len(encoded) <= PICTURE:
            with suppress(ValueError):
                return {"thumbnail": base64.b64decode(encoded, validate=True), "note": ""}
    raise _Lost("crashed")


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

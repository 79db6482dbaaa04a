"""Watermarks put over the files of strangers, by a process that has bounds on its time and memory.

A small file may unpack to gigabytes, or take its parser any time. Were the mark made where the
request is answered, whoever opens such a file would take a worker from everybody else.
"""

import functools
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import BinaryIO

from PIL import ImageFont

from odoo.tools.misc import file_path

from .reading.process import Lost, Process
from .watermark import LETTERS, REASONS, Font, StampError


def stamp(
    content: BinaryIO,
    kind: str,
    lines: Sequence[str],
    *,
    seconds: float = 30,
    memory: int = 2**30,
) -> BinaryIO:
    """Return a copy of a PDF or picture with `lines` over it, as an unnamed file to close.

    :param content: an open file of the system's, which is not read here
    :param kind: its mimetype
    :param seconds: that it may take; the largest that are let in take 10 of an idle machine
    :param memory: bytes that the child may map, and that the copy may have
    :raise StampError: if it cannot be stamped within these bounds, or at all
    :raise RuntimeError: if the child does not start, which is no file's fault
    """
    child = Process("watermark", memory, files=[content.fileno()])
    deadline = time.monotonic() + seconds
    question = {"file": content.fileno(), "kind": kind, "lines": lines, "font": font()}
    try:
        child.send({**question, "seconds": seconds})
        match child.receive(deadline):
            case {"error": reason} if reason in REASONS:
                raise StampError(reason)
            case {"size": int(size)} if 0 < size <= memory:
                return _received(child, size, deadline)
        raise Lost("crashed")
    except Lost as lost:
        raise StampError("damaged" if lost.note == "crashed" else "too_large") from lost
    finally:
        child.end()


def _received(child: Process, size: int, deadline: float) -> BinaryIO:
    """Return a file with the `size` bytes that the child sends next."""
    with ExitStack() as opened:
        stamped = opened.enter_context(tempfile.TemporaryFile())
        while size:
            chunk = child.receive_bytes(deadline)[:size]
            stamped.write(chunk)
            size -= len(chunk)
        stamped.seek(0)
        opened.pop_all()  # it is whole, and stays open
    return stamped


@functools.cache
def font() -> Font:
    """Return a font with Chinese if the machine has one, else one that comes with Odoo."""
    try:
        match = ["fc-match", "--format=%{file}\n%{index}", "sans:lang=zh-cn"]
        found = subprocess.run(match, capture_output=True, check=True, text=True, timeout=10)
        path, index = found.stdout.split("\n")
        # the lower half is the number in the collection, the upper one of a variation
        chosen = path, int(index) & 0xFFFF
        ImageFont.truetype(path, LETTERS, chosen[1])  # whether it can be used
    except (OSError, subprocess.SubprocessError, ValueError):
        return file_path("web/static/fonts/sign/NotoSans-Reg.ttf"), 0
    return chosen

"""A process of its own for what strangers made, with bounds on its time and memory.

This is the parent's side, :mod:`child` the other one. The parent takes nothing from the child on
trust, as a file that exploits a hole in a library speaks with the child's voice.
"""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

CHILD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "child.py")

#: The child needs no more than this. Where numpy is installed openpyxl loads it, and it would take
#: a share of the memory for each processor.
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"}

#: Seconds until a child is ready; a machine may have much else to do.
START = 60

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


class Lost(Exception):
    """There is nothing more to come from the child.

    :ivar note: why: ``timeout``, ``memory`` or ``crashed``
    """

    def __init__(self, note: str):
        super().__init__(note)
        self.note = note


class Process:
    """A process that gives answers, until a question ends it.

    :param answers: module with the function `answer`, which gets what :meth:`send` is given; the
        addon is the root of what it can import, as nothing of Odoo is in the process
    :param memory: bytes that it may map
    :param nice: by how much all else goes first
    :param files: open files that it may read, under the same numbers
    :raise RuntimeError: if it does not start
    """

    def __init__(self, answers: str, memory: int, *, nice: int = 0, files: Sequence[int] = ()):
        self._received = bytearray()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-B", CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            pass_fds=files,
            # who ends the server by Ctrl-C does not mean the file
            start_new_session=True,
        )
        try:
            self._start({"answers": answers, "memory": memory, "nice": nice})
        except BaseException:
            self.end()
            raise

    def _start(self, setup: dict[str, Any]) -> None:
        # -I hides libraries that are the user's own, or on PYTHONPATH
        path = [folder for folder in sys.path if os.path.isabs(folder)]
        try:
            self.send({**setup, "path": path})
            hello = self.receive(time.monotonic() + START)
        except Lost as lost:
            hello = {"error": lost.note}
        if error := hello.get("error"):
            raise RuntimeError(f"The process that reads files does not start: {error}")

    def send(self, message: dict[str, Any]) -> None:
        try:
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise Lost(self._why()) from None

    def receive(self, deadline: float, most: int = 10_000) -> dict[str, Any]:
        """Return the next message of the child.

        :param most: bytes that it may have
        """
        start = 0
        while (end := self._received.find(b"\n", start)) < 0:
            start = len(self._received)
            if start > most:
                raise Lost("crashed")
            self._received += self._read(deadline)
        line = bytes(self._received[:end])
        del self._received[: end + 1]
        return _parse(line)

    def receive_bytes(self, deadline: float) -> bytes:
        """Return what comes next of bytes that the child sends."""
        chunk, self._received = bytes(self._received), bytearray()
        return chunk or self._read(deadline)

    def _read(self, deadline: float) -> bytes:
        stdout = self._process.stdout.fileno()
        poll = select.poll()  # `select` cannot look at files beyond 1024
        poll.register(stdout, select.POLLIN)
        if not poll.poll(max(0, deadline - time.monotonic()) * 1000):
            raise Lost("timeout")
        chunk = os.read(stdout, 2**16)
        if not chunk:
            raise Lost(self._why())
        return chunk

    def _why(self) -> str:
        try:
            return ENDS.get(self._process.wait(timeout=1), "crashed")
        except subprocess.TimeoutExpired:  # it has closed its pipe, and lives
            return "crashed"

    def end(self) -> None:
        """End the process, and leave nothing of it."""
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()
        with suppress(BrokenPipeError):  # there was something left to write
            self._process.stdin.close()


def _parse(line: bytes) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except (RecursionError, ValueError):
        raise Lost("crashed") from None
    if not isinstance(message, dict):
        raise Lost("crashed")
    return message

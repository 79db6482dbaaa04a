"""What the tools print: short lines, and one line when something stops them."""

from __future__ import annotations

import sys
import threading

_lock = threading.Lock()


class Stop(Exception):
    """The tools can't go on. The text says what is wrong and what to do, in one line."""


def line(text: str = "") -> None:
    """Print one line at once, whole, also when two lanes print at the same time."""
    with _lock:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def step(text: str) -> None:
    line(f"- {text}")


def block(text: str) -> None:
    """Print a longer text, indented so that it reads as belonging to the line above."""
    line("\n".join("    " + row for row in text.rstrip().splitlines()))

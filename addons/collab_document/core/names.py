"""Names of files: what of a name is kept, and how one name is made from another.

A name comes from a browser, a mail or a person, and goes to other people's screens
and disks. Kept is what can be seen. What only moves, hides or forges is taken out:
paths, control characters, signs that turn the direction of writing.

Left alone on purpose: what only Windows refuses (``CON``, ``a:b``). Nothing is stored
under its name, and browsers replace these when they save.

This file is plain Python: it knows neither the ORM nor the database.
"""

import re
import unicodedata
from collections.abc import Set
from typing import Literal

#: Characters of a name, its extension included.
MAX_LENGTH = 200

_SEPARATOR = re.compile(r"[/\\]")

# Invisible, and of no weight in any spelling. Joiners (U+200C, U+200D) stay: Persian,
# Indic scripts and emojis are written with them.
_DROPPED = re.compile(
    "["
    r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # control characters which are no blanks
    r"\u00ad\u200b\u2060\ufeff"  # soft hyphen, zero width blanks
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # all that turn the direction
    r"\ud800-\udfff\ufffe\uffff"  # no characters: neither UTF-8 nor XML can hold them
    "]"
)

# Digits alone are no extension: "Contract v1.5" and "Minutes 2026.01" have none.
_EXTENSION = re.compile(r"(?<=.)\.((?=[0-9]*[A-Za-z])[A-Za-z0-9]{1,10})\Z", re.DOTALL)


class NameRefused(ValueError):
    """A name that no file can have.

    :ivar reason: ``empty``, nothing of it can be seen; or ``too_long``
    """

    def __init__(self, reason: Literal["empty", "too_long"]):
        super().__init__(reason)
        self.reason = reason


def clean_name(name: str) -> str:
    """Return `name` as it may be stored, shown and given to a browser.

    Of a path, the last part is kept. Blanks and line ends become one space each run. A
    name neither begins with a dot (the file would be hidden where it is saved) nor ends
    with one (Windows takes it off).

    :raise NameRefused: when nothing is left, or too much: nobody's name is cut

    >>> clean_name("C:\\\\temp\\\\Angebot  2026 .docx ")
    'Angebot 2026 .docx'
    """
    seen = unicodedata.normalize("NFC", _DROPPED.sub("", name))
    parts = [part for part in _SEPARATOR.split(seen) if part.strip()]
    last = parts[-1] if parts else ""
    return _checked(" ".join(last.split()).strip(" ."))


def extension(name: str) -> str:
    """Return the extension of `name`, in lower case and without its dot, '' if it has none.

    >>> extension("Offer.DOCX"), extension("Contract v1.5"), extension(".profile")
    ('docx', '', '')
    """
    found = _EXTENSION.search(name)
    return found[1].lower() if found else ""


def with_extension(name: str, like: str) -> str:
    """Return `name` with the extension of the file name `like` in place of its own.

    :raise NameRefused: when that makes it too long

    >>> with_extension("Contract v1.5", "scan.PDF")
    'Contract v1.5.pdf'
    """
    wanted = extension(like)
    if extension(name) == wanted:
        return name
    stem, _own = _split(name)
    return _checked(f"{stem}.{wanted}" if wanted else stem.rstrip(" ."))


def copy_name(name: str, taken: Set[str]) -> str:
    """Return `name`, or the first of "name (2)", "name (3)"… that is not `taken`.

    Names that differ only in case are the same name.

    :raise NameRefused: when the number makes it too long

    >>> copy_name("a.docx", {"A.docx", "a (2).docx"})
    'a (3).docx'
    """
    taken = {other.casefold() for other in taken}
    stem, suffix = _split(name)
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        free = f"{stem.rstrip()} ({number}){suffix}"
    return _checked(free)


def _split(name: str) -> tuple[str, str]:
    """Return what is before the extension of `name`, and the extension with its dot."""
    found = _EXTENSION.search(name)
    end = found.start() if found else len(name)
    return name[:end], name[end:]


def _checked(name: str) -> str:
    if not any(map(_is_visible, name)):
        raise NameRefused("empty")
    if len(name) > MAX_LENGTH:
        raise NameRefused("too_long")
    return name


def _is_visible(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cf", "Mn", "Me", "Zs"}

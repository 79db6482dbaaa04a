"""What both sides are filled with: people, a tree of folders, documents and their texts."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from odoo import Command
from odoo.api import Environment

from .files import CYCLE, TYPES

#: Owns all folders
OWNER = "bench.owner"
#: Reads every second topmost folder, and what is in it, as member of the group
READER = "bench.reader"
READERS = "Bench readers"

TAGS = ("Contract", "Finance", "Quality", "Sales", "Project")

#: Topmost folders, those in each of them, and those in each of these: 1,000 in all
ROOTS, MIDDLE, LOW = 20, 7, 6

#: Different texts; each is that of five of 100,000 documents
TEXTS = 20_000
#: What is looked for: word → one text of how many has it
COMMON, RARE, COMMON_ZH, RARE_ZH = "contract", "quorum", "合同", "饕餮"
TERMS = {COMMON: 3, RARE: 2_000, COMMON_ZH: 4, RARE_ZH: 2_000}


class Folder(NamedTuple):
    """:ivar parent: its place in the list of all folders; ``None`` for the topmost ones"""

    name: str
    parent: int | None
    has_readers: bool


class Planned(NamedTuple):
    """A document that is copied from one that was made by the public methods.

    :ivar pattern: which of those
    :ivar folder: its place in the list of all folders
    :ivar text: number of its text
    """

    number: int
    name: str
    pattern: int
    folder: int
    text: int


def folders() -> list[Folder]:
    """Return the tree, the folders above before those in them."""
    tops = [Folder(f"Department {n:02}", None, n % 2 == 0) for n in range(ROOTS)]
    middle = [Folder(f"Year {n}", top, False) for top in range(ROOTS) for n in range(MIDDLE)]
    low = [
        Folder(f"Matter {n}", ROOTS + above, False)
        for above in range(len(middle))
        for n in range(LOW)
    ]
    return tops + middle + low


def planned(start: int, stop: int) -> list[Planned]:
    """Return the documents of these numbers, spread over all folders."""
    count = len(folders())
    return [
        Planned(
            number,
            f"{_words()[number % 997].title()} {number:06}.{TYPES[number % TEXTS % len(TYPES)]}",
            number % TEXTS % CYCLE,
            # not by the number itself, which tells the type
            number * 7 // 3 % count,
            number % TEXTS,
        )
        for number in range(start, stop)
    ]


def text(number: int) -> str:
    """Return a text: 100 words, as often as words are in a language, and a line of Chinese."""
    chance = random.Random(number)
    words = chance.choices(_words(), weights=_often(), k=100)
    line = "".join(chr(0x4E00 + int(chance.random() ** 2 * 600)) for __ in range(30))
    for term, one_of in TERMS.items():
        if number % one_of == one_of - 1:
            if term.isascii():
                words[chance.randrange(len(words))] = term
            else:
                line = line[:15] + term + line[15:]
    return " ".join(words) + "\n" + line


@cache
def _words() -> list[str]:
    chance = random.Random(19)
    letters = "etaoinshrdlcumwfgypbvk"
    return ["".join(chance.choices(letters, k=chance.randint(3, 10))) for __ in range(10_000)]


@cache
def _often() -> Sequence[float]:
    return [1 / (rank + 10) for rank in range(len(_words()))]


def load_people(env: Environment) -> None:
    group = env["res.groups"].create({"name": READERS})
    groups = [env.ref("base.group_user").id, env.ref("base.group_partner_manager").id]
    people = [
        {"name": name, "login": name, "password": name, "group_ids": [Command.set(ids)]}
        for name, ids in ((OWNER, groups), (READER, [*groups, group.id]))
    ]
    env["res.users"].with_context(no_reset_password=True).create(people)
    env["res.partner"].create({"name": "Bench", "is_company": True})

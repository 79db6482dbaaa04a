"""Full-text search of texts in Latin, Chinese, Japanese, Korean and other scripts.

PostgreSQL's text search configurations know nothing of Chinese, and each knows one
language only. Here Python makes the literals of ``tsvector`` and ``tsquery``; the
database only casts, indexes and compares them.

A text is folded first: compatibility forms, case and the accents of Latin, Greek and
Cyrillic letters do not count. Then it falls into two kinds of words:

- runs of letters and digits, found by how they begin;
- runs of Chinese, Japanese or Korean characters, which are written without spaces or
  asked for by parts of their words. They are kept as overlapping pairs of characters,
  the last one also alone, so that whatever part of a run is asked for has its pairs in
  the index, and a single character is the beginning of a pair.

A word that is in a text is always found. At times more is found: the pairs of a run may
lie apart. Phrases in quotes are words like others: PostgreSQL counts no further than the
16,383rd word of a text, and would not find them behind it.

This file is plain Python: it knows neither the ORM nor the database.
"""

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, repeat, takewhile
from operator import add

#: Longer words are cut, in the index and in what is asked for. PostgreSQL's limit is
#: 2,046 bytes; nobody types more than this.
WORD_LENGTH = 60

#: Bytes of all different words of one text; what comes later is not found. Enough for
#: 50,000 words of a Western language, or 80,000 pairs of characters. PostgreSQL takes
#: 1,048,575 including two bytes for each position.
VECTOR_BYTES = 3 << 18
# What a word costs besides its letters: its number of positions, and to align that.
_WORD_OVERHEAD = 3

#: Last position PostgreSQL can tell from the next. Words behind have none: they are
#: found all the same, and count less.
LAST_POSITION = 16383

#: Positions kept of one word. PostgreSQL takes 256; but to rank what it found it looks
#: at each pair of positions of each pair of words.
WORD_POSITIONS = 16

#: Of what a person types: characters that are read, and words that are used.
QUERY_LENGTH = 2000
QUERY_WORDS = 20

#: Marks of one letter, as in Unicode's Stream-Safe Text Format. No language has as many.
LETTER_MARKS = 30

#: Places of a text that are compared to find the best one for the snippet.
SNIPPET_HITS = 10000


def _char_class(codes: Iterable[int]) -> str:
    """Return, as ranges for a regular expression's ``[...]``, ascending `codes`."""
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


def _codes(kinds: str) -> Iterator[int]:
    """Yield the codes whose Unicode category begins with one of `kinds`, of the planes below
    that of ideographs: in those above there are no others but variants of these."""
    return (code for code in range(0x20000) if unicodedata.category(chr(code))[0] in kinds)


# Scripts that fall into pairs: jamo; radicals; 々〆〇 and the like; kana without the dot
# between words; bopomofo; ideographs; Hangul; half-width forms; what lies outside the
# basic plane.
_CJK = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u302f\u3031-\u3035\u3038-\u303c"
    "\u3041-\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u31bf\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc"
    "\U0001aff0-\U0001b16f\U00020000-\U0003ffff"
)
_CJK_CHAR = re.compile(f"[{_CJK}]")

# `re` has no name for marks, and many scripts write their vowels with them.
_MARKS = _char_class(_codes("M")) + "\U000e0100-\U000e01ef"
_WORD = _char_class(code for code in _codes("LMN") if not _CJK_CHAR.match(chr(code)))

# Characters nobody sees: soft hyphens, joiners, signs of direction, choice of a variant.
_UNSEEN = (
    "\u00ad\u061c\u180b-\u180f\u200c-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e0fff"
)
# What adds to the letter before it, in every script.
_ADDED = f"{_MARKS}{_UNSEEN}\uff9e\uff9f"
# Normalisation puts marks in order one by one: many in a row would take hours.
_TOO_MANY = re.compile(f"[{_ADDED}][{_ADDED}]{{{LETTER_MARKS},}}")
# What becomes one letter with the one before it; to the above come Hangul vowels and final
# consonants.
_JOINED = (
    f"{_ADDED}\u1160-\u11ff\u3133\u3135\u3136\u313a-\u313f\u314f-\u3163\ud7b0-\ud7ff"
    "\uffa3\uffa5\uffa6\uffaa-\uffaf\uffc2-\uffdc"
)

# The block of combining accents belongs to Latin, Greek and Cyrillic letters. Hangul, kana,
# Arabic and Indic scripts have their marks elsewhere: these are kept.
_ACCENTS = re.compile(f"[\u0300-\u036f{_UNSEEN}]+")
# Letters whose stroke or ligature Unicode does not take apart; the accents are gone.
_STROKES = str.maketrans(
    {"đ": "d", "ħ": "h", "ı": "i", "ł": "l", "ø": "o", "ŧ": "t", "æ": "ae", "œ": "oe"}
)

# Chinese runs on over the end of a line, as in text taken out of PDF files.
_LINE_END = r"[^\S\n]*\n[^\S\n]*"
_TOKEN = re.compile(f"([{_CJK}]+(?:{_LINE_END}[{_CJK}]+)*)|[{_WORD}]+")
_CHUNK = re.compile(r'(-?)("[^"]*"|\S+)')

# Parts that may be folded one by one: some letters, one letter.
_BLOCK = re.compile(f".{{1,64}}[{_JOINED}]*", re.DOTALL)
_LETTER = re.compile(f".[{_JOINED}]{{,{LETTER_MARKS}}}", re.DOTALL)

# Where a text must not be cut: before what belongs to the letter or the word before it.
_INSIDE_LETTER = re.compile(f"[{_JOINED}]")
_INSIDE_WORD = re.compile(f"[{_JOINED}]|(?<=[{_WORD}])[{_WORD}]")


def vector(title: str, body: str) -> str:
    """Return the ``tsvector`` literal of a document.

    It needs no escaping: nothing but letters, digits and marks comes into it. Any two
    texts give a literal that PostgreSQL takes. Time is linear in their length.

    :param title: or file name; its words have the weight A
    :param body: its words have no weight, which is D

    >>> vector("Plan_2026.doc", "PO/12, 采购单")
    "'plan':1A '2026':2A 'doc':3A 'po':4 '12':5 '采购':6 '购单':7 '单':8"
    """
    positions: dict[str, list[str]] = {}
    room = VECTOR_BYTES
    position = 0
    for text, weight in ((title, "A"), (body, "")):
        for lexeme in _lexemes(text):
            places = positions.get(lexeme)
            if places is None:
                room -= len(lexeme.encode()) + _WORD_OVERHEAD
                if room < 0:
                    break
                places = positions[lexeme] = []
            position += 1
            if position <= LAST_POSITION and len(places) < WORD_POSITIONS:
                places.append(f"{position}{weight}")
    return " ".join(_entry(lexeme, places) for lexeme, places in positions.items())


def _entry(lexeme: str, places: Sequence[str]) -> str:
    return f"'{lexeme}':{','.join(places)}" if places else f"'{lexeme}'"


def query(text: str) -> str | None:
    """Return the ``tsquery`` literal of what a person typed, ``None`` if nothing can be
    searched for.

    All words must occur. Those of one letter must occur as they are, longer ones and
    single Chinese characters are beginnings. ``-word`` finds what ``word`` does not
    find, ``-"some words"`` and ``-some/words`` leave out what has all of them. Without
    a word that is wanted there is nothing to search for.

    >>> query("Framework-Agreement a 采购合同 -draft")
    "'framework':* & 'agreement':* & 'a' & '采购' & '购合' & '合同' & !('draft':*)"
    >>> query("-draft") is None
    True
    """
    wanted, unwanted = _terms(text)
    if not wanted:
        return None
    conditions = [_condition(word) for word in wanted]
    for words in unwanted:
        conditions.append(f"!({' & '.join(map(_condition, words))})")
    return " & ".join(conditions)


def marks(text: str) -> list[str]:
    """Return what `snippet` looks for after `query(text)` has found something: folded words,
    of which the text has the beginning, and runs of Chinese characters.

    >>> marks("Café 采购合同 -draft")
    ['cafe', '采购合同']
    """
    return _terms(text)[0]


def _folded(text: str) -> str:
    """Return `text` without what makes no difference to a search.

    It may be folded in parts that begin with a character not of `_JOINED`: the folded
    parts make up the folded whole.
    """
    if text.isascii():
        return text.lower()
    text = _TOO_MANY.sub(lambda found: found[0][:LETTER_MARKS], text)
    text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", text.casefold().translate(_STROKES))


def _words(folded: str) -> Iterator[str]:
    """Yield the words of a folded text: cut to their greatest length, or whole runs."""
    for token in _TOKEN.finditer(folded):
        run = token[1]
        yield "".join(run.split()) if run else token[0][:WORD_LENGTH]


def _lexemes(text: str) -> Iterator[str]:
    """Yield what the index holds of `text`, in order."""
    for word in _words(_folded(text)):
        if _CJK_CHAR.match(word):
            yield from _pairs(word)
            yield word[-1]
        else:
            yield word


def _pairs(run: str) -> Iterator[str]:
    return map(add, run, run[1:])


def _condition(word: str) -> str:
    """Return the part of a ``tsquery`` that finds the texts with `word`."""
    if _CJK_CHAR.match(word) and len(word) > 1:
        return " & ".join(f"'{pair}'" for pair in dict.fromkeys(_pairs(word)))
    is_beginning = len(word) > 1 or _CJK_CHAR.match(word)
    return f"'{word}':*" if is_beginning else f"'{word}'"


def _terms(text: str) -> tuple[list[str], list[list[str]]]:
    """Return the words that must occur, and groups of words that must not occur together.

    What does not fit in is left out, a group as a whole.
    """
    wanted: list[list[str]] = []
    unwanted: list[list[str]] = []
    room = QUERY_WORDS
    for minus, chunk in _CHUNK.findall(_folded(text[:QUERY_LENGTH])):
        words = [word[:WORD_LENGTH] for word in _words(chunk)]
        groups = [words] if minus else [[word] for word in words]
        kept = unwanted if minus else wanted
        for group in groups:
            if group and group not in kept and len(group) <= room:
                kept.append(group)
                room -= len(group)
    return [word for (word,) in wanted], unwanted


def snippet(text: str, needles: Iterable[str], width: int = 200) -> list[tuple[str, bool]]:
    """Return the passage of `text` that shows best what was found.

    That is where most different needles lie close together; the beginning if there are
    none. It begins and ends between words where it can, and has no "…": whether and how
    to show that the text goes on is the caller's.

    :param needles: from `marks`; words match at the beginning of words only, as in the
        search
    :param width: greatest number of characters; only a single needle may be longer
    :return: what was written, in pieces that follow each other, and whether each is a
        needle. Any white space has become one space.

    >>> snippet("The  Café\\nof Ms. Cafarelli", ["caf"])
    [('The ', False), ('Caf', True), ('é of Ms. ', False), ('Caf', True), ('arelli', False)]
    """
    text = " ".join(text.split())
    folded = _FoldedText(text)
    hits = list(islice(_matches(needles, folded.text), SNIPPET_HITS))
    if not hits:
        return _pieces(text, *_passage(text, 0, 0, width), [])
    first, last = _densest(hits, width)
    core = folded.origin(hits[first].start(), hits[last].end())
    start, end = _passage(text, *core, width)
    before = (folded.origin(*hit.span()) for hit in reversed(hits[:first]))
    after = (folded.origin(*hit.span()) for hit in hits[first:])
    spans = list(takewhile(lambda span: span[1] > start, before))[::-1]
    spans += takewhile(lambda span: span[0] < end, after)
    return _pieces(text, start, end, spans)


class _FoldedText:
    """A folded text that can tell where its characters come from.

    It remembers that for blocks, and looks closer only where it is asked.
    """

    def __init__(self, original: str):
        self._blocks: list[str] = []
        self._starts: list[int] = []
        self._folded_starts: list[int] = []
        self._known: dict[int, list[tuple[int, int]]] = {}
        parts = []
        length = 0
        for block in _BLOCK.finditer(original):
            self._blocks.append(block[0])
            self._starts.append(block.start())
            self._folded_starts.append(length)
            parts.append(_folded(block[0]))
            length += len(parts[-1])
        self.text = "".join(parts)

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return the place in the original of the letters that became `text[start:end]`."""
        return self._letter(start)[0], self._letter(end - 1)[1]

    def _letter(self, place: int) -> tuple[int, int]:
        block = bisect_right(self._folded_starts, place) - 1
        if block not in self._known:
            self._known[block] = list(self._letters(block))
        return self._known[block][place - self._folded_starts[block]]

    def _letters(self, block: int) -> Iterator[tuple[int, int]]:
        """Yield for each folded character of a block where its letter begins and ends."""
        start = self._starts[block]
        for letter in _LETTER.finditer(self._blocks[block]):
            place = (start + letter.start(), start + letter.end())
            yield from repeat(place, len(_folded(letter[0])))


def _matches(needles: Iterable[str], folded: str) -> Iterator[re.Match[str]]:
    """Return where `needles` are, each in a group of its own; of two the longer one."""
    words, runs = [], []
    for needle in sorted(filter(None, needles), key=len, reverse=True):
        if _CJK_CHAR.match(needle):
            runs.append(f"({' ?'.join(map(re.escape, needle))})")  # a line may have ended there
        else:
            is_whole = f"(?![{_WORD}])" if len(needle) == 1 else ""
            words.append(f"({re.escape(needle)}{is_whole})")
    # together, as to look back for each word takes long
    starts = [f"(?<![{_WORD}])(?:{'|'.join(words)})"] if words else []
    return re.finditer("|".join(starts + runs), folded) if words or runs else iter(())


def _densest(hits: Sequence[re.Match[str]], width: int) -> tuple[int, int]:
    """Return the first and the last of the hits that lie within `width` and are of most
    needles; of such places the shortest, of these the first."""
    best, best_rank = (0, 0), (0, 0)
    inside: Counter[int | None] = Counter()
    first = 0
    for last, hit in enumerate(hits):
        inside[hit.lastindex] += 1
        while first < last:
            needle = hits[first].lastindex
            if hit.end() - hits[first].start() <= width and inside[needle] == 1:
                break
            inside[needle] -= 1
            first += 1
        rank = (len(+inside), hits[first].start() - hit.end())
        if rank > best_rank:
            best, best_rank = (first, last), rank
    return best


def _passage(text: str, first: int, last: int, width: int) -> tuple[int, int]:
    """Return start and end of the passage around `text[first:last]`."""
    start = max(0, first - max(0, width - (last - first)) // 2)
    end = max(last, min(len(text), start + width))
    start = max(0, min(start, end - width))
    while start < first and _INSIDE_WORD.match(text, start):
        start += 1
    end = _good_end(text, last, end)
    # white space has become single spaces
    return start + text.startswith(" ", start, end), end - text.endswith(" ", start, end)


def _good_end(text: str, least: int, end: int) -> int:
    """Return the last place from `least` to `end` where `text` may be cut: between two words,
    else between two letters. It is not 0."""
    for inside in (_INSIDE_WORD, _INSIDE_LETTER):
        for place in range(end, max(least, 1) - 1, -1):
            if not inside.match(text, place):
                return place
    return end


def _pieces(
    text: str, start: int, end: int, spans: Iterable[tuple[int, int]]
) -> list[tuple[str, bool]]:
    """Return `text[start:end]` in pieces: what is in `spans`, and what is between them."""
    pieces = []
    for first, last in spans:
        first, last = max(first, start), min(last, end)
        pieces += [(text[start:first], False), (text[first:last], True)]
        start = last
    pieces.append((text[start:end], False))
    return [piece for piece in pieces if piece[0]]

"""Hash chains: how a row is hashed, and how a stream of rows is checked.

A chain is a list of rows numbered from 1. Every row keeps the hash of the row
before it and its own hash, which covers its place, its content and the hash of
the row before it. Whoever changes a row must thus change all rows after it, and
the anchors taken since.

This file is plain Python: it knows neither the ORM nor the database.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

#: The ``previous_hash`` of the first row of every chain.
GENESIS = "0" * 64

#: Bumped if the serialisation ever changes: old rows keep the old one.
FORMAT = 1

FindingKind = Literal[
    "altered",
    "missing",
    "inserted",
    "tail_missing",
    "chain_missing",
    "anchor_altered",
    "anchor_missing",
    "contradicted",
    "unreadable",
]


@dataclass(frozen=True, slots=True)
class Row:
    """One stored row of a chain, as read from the database.

    :ivar values: the hashed content; values that are ``None`` may be left out
    """

    parent_id: int
    chain_index: int
    row_id: int
    previous_hash: str | None
    hash: str | None
    created: datetime | None
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Deviation:
    """Something wrong in a stream of rows.

    :ivar first: index of the row at fault, or of the first row missing
    :ivar last: index of the last row missing, ``first`` in the other cases
    :ivar row_id: database id of the row at fault, ``None`` when it is missing
    """

    kind: Literal["altered", "missing", "inserted"]
    parent_id: int
    first: int
    last: int
    row_id: int | None


@dataclass(frozen=True, slots=True)
class Finding:
    """What the verification of the audit log tells about one place.

    :ivar parent_id: id of the record the chain belongs to, 0 if the model has
        one single chain
    :ivar row_id: database id of the row at fault, ``None`` when it is missing
    :ivar message: all of it in words, in the language of the reader
    """

    model: str
    parent_id: int
    row_id: int | None
    chain_index: int | None
    kind: FindingKind
    message: str


def canonical(value: Any) -> Any:
    """Return `value` as the JSON value that stands for it in the hash.

    Equal for what was given to the database and for what comes back from it:
    ``jsonb`` turns ``1e16`` into ``10000000000000000``, a ``numeric`` column
    gives back ``1.50`` as ``1.5``, tuples come back as lists.

    :raise ValueError: on NaN and infinity, which JSON does not have
    :raise TypeError: on anything that has no stable form

    >>> canonical((1.0, {"b": 1e16, "a": None}))
    [1, {'b': 10000000000000000, 'a': None}]
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float | Decimal):
        return _canonical_number(value)
    if isinstance(value, datetime):
        return f"{value.isoformat(timespec='microseconds')}Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [canonical(item) for item in value]
    if isinstance(value, Mapping):
        return {_canonical_key(key): canonical(item) for key, item in value.items()}
    raise TypeError(f"{type(value).__name__} cannot be part of a chain")


def _canonical_number(value: float | Decimal) -> int | float:
    # by its shortest decimal form, as JSON text and numeric columns keep it
    number = Decimal(repr(float(value)))
    if not number.is_finite():
        raise ValueError("NaN and infinity cannot be part of a chain")
    return int(number) if number == number.to_integral_value() else float(number)


def _canonical_key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError("the keys of a JSON object in a chain are strings")
    return key


def row_hash(
    model: str,
    parent_id: int,
    chain_index: int,
    previous_hash: str | None,
    created: datetime | None,
    values: Mapping[str, Any],
) -> str:
    """Return the SHA-256 of one row, as 64 hexadecimal digits.

    A value that is ``None`` is left out, so that a column added later to the
    hashed ones leaves the rows from before valid.
    """
    content = [
        FORMAT,
        model,
        parent_id,
        chain_index,
        previous_hash,
        canonical(created),
        {key: canonical(item) for key, item in values.items() if item is not None},
    ]
    return _digest(content)


def digest(value: Any) -> str:
    """Return the SHA-256 of what JSON can hold, as 64 hexadecimal digits: the same before and
    after it was stored."""
    return _digest(canonical(value))


def _digest(content: Any) -> str:
    text = json.dumps(
        content,
        allow_nan=False,
        ensure_ascii=True,
        separators=(",", ":"),
        sort_keys=True,
    )
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def check_rows(model: str, rows: Iterable[Row]) -> Iterator[Deviation]:
    """Check chains against themselves.

    What cannot be seen from the rows alone (the last rows of a chain, or all of
    them, are gone; a chain was written anew from end to end) is the anchors'
    part.

    :param model: name of the model of the rows
    :param rows: ordered by parent, index and id; any number of chains
    :return: deviations, in that order, each row or gap at most once
    """
    previous = None
    vouched = True  # nothing was said yet against the previous row
    for row in rows:
        if previous is None or previous.parent_id != row.parent_id:
            previous, vouched = None, True
        expected = previous.chain_index + 1 if previous else 1
        if row.chain_index < expected:
            yield _at(row, "inserted")
            continue
        adjacent = row.chain_index == expected
        if not adjacent:
            last = row.chain_index - 1
            yield Deviation("missing", row.parent_id, expected, last, None)
        sound = _is_sound(model, row)
        if not sound:
            yield _at(row, "altered")
        elif adjacent and vouched and not _follows(row, previous):
            # Both rows agree with themselves, yet not with each other: the
            # earlier one was written anew, hash included.
            yield _at(previous or row, "altered")
        previous, vouched = row, sound


def _at(row: Row, kind: str) -> Deviation:
    return Deviation(kind, row.parent_id, row.chain_index, row.chain_index, row.row_id)


def _is_sound(model: str, row: Row) -> bool:
    """Tell whether the hash of `row` is that of its own content."""
    try:
        expected = row_hash(
            model,
            row.parent_id,
            row.chain_index,
            row.previous_hash,
            row.created,
            row.values,
        )
    except (RecursionError, TypeError, ValueError):
        return False
    return row.hash == expected


def _follows(row: Row, previous: Row | None) -> bool:
    return row.previous_hash == (previous.hash if previous else GENESIS)

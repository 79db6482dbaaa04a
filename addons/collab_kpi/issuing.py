"""What a report says, as JSON, and counting it again (decision 0017).

Functions and classes, not methods of models, as those can be called from the code of server actions.
"""

from collections import defaultdict
from dataclasses import asdict
from datetime import date, timedelta

from odoo.fields import Date

from .aims import Aim
from .core.periods import Calendar, shift, start_of
from .core.status import Target
from .defining import digest
from .figures import Seen, Shelf, names_of
from .formulas import figures_of
from .known import Known, known
from .showing import TREND, Board, Tile
from .windows import Window, calendars

#: Of the JSON; another one when it is made up otherwise
FORMAT = 1


def snapshot(env, tiles, grain, start):
    """Return all that tiles show of a period that is over, in every language that is installed.

    :param env: of the superuser, of one company
    :param list tiles: of :class:`.showing.Tile`
    :param date start: first day of the period
    """
    langs = [code for code, __ in env["res.lang"].get_installed()]
    board = Board(env, tiles, grain, 1, _Then(env, tiles, grain, start))
    words = {lang: known(env(context={**env.context, "lang": lang}), board.kpis) for lang in langs}
    values = [
        [
            kpi_id,
            kind,
            Date.to_string(first),
            dimension_id,
            part,
            *row[:5],
            digest_of(board, row[5]),
        ]
        for (kpi_id, kind, first, dimension_id, part), rows in board.shelf.rows.items()
        for row in rows
    ]
    return {
        "format": FORMAT,
        "company": [env.company.id, env.company.name],
        "calendar": list(board.calendar),
        "period": [grain, Date.to_string(start), Date.to_string(shift(start, grain, 1))],
        "tiles": [asdict(tile) for tile in tiles],
        "kpis": {
            kpi.id: _kpi_json(board, kpi, {lang: words[lang][kpi.id] for lang in langs})
            for kpi in board.kpis.values()
        },
        "names": _names(env, langs, tiles, board.shelf),
        "values": sorted(values, key=_order),
    }


def digest_of(board, version_id):
    """Return the digest of a version, by which it is known when there is no row of it any more."""
    for kpi in board.kpis.values():
        if version_id in kpi.definitions:
            return digest(kpi.definitions[version_id])
    return None


def _order(row):
    return [str(one if one is not None else "") for one in row[:6]]


def _kpi_json(board, kpi, words):
    return {
        "names": {lang: one.name for lang, one in words.items()},
        "notes": {lang: one.note for lang, one in words.items()},
        "units": {lang: one.look["unit"] for lang, one in words.items()},
        "period": kpi.period,
        "look": {name: kpi.look[name] for name in ("kind", "digits", "currency", "direction")},
        "disclosure": kpi.disclosure,
        "definition": kpi.definition,
        "digest": digest(kpi.definition),
        "input_ids": list(kpi.input_ids),
        "aims": [
            {
                "grain": aim.grain,
                "since": Date.to_string(aim.since),
                "company_id": aim.company_id,
                "kind": aim.kind,
                "target": asdict(aim.target),
                # how it stood, as it does not tremble
                "statuses": [
                    [company_id, status]
                    for company_id, (start, status) in aim.statuses.items()
                    if start == board.start(aim.grain)
                ],
            }
            for aim in kpi.aims
        ],
    }


def _names(env, langs, tiles, shelf):
    """Return what the parts are called: id of the dimension → part → language → name."""
    found = {}
    for dimension in {tile.dimension for tile in tiles if tile.dimension}:
        parts = {key[4] for key in shelf.rows if key[3] == dimension[0]} - {0}
        by_lang = {
            lang: names_of(env(context={**env.context, "lang": lang}), dimension[1], parts)
            for lang in langs
        }
        found[dimension[0]] = {
            part: {lang: names[part] for lang, names in by_lang.items() if part in names}
            for part in sorted(parts)
        }
    return found


class _Then:
    """What tiles are made of now, of a period that is over."""

    def __init__(self, env, tiles, grain, start):
        self.env = env
        self.companies = env.company.ids
        self.calendar = env.company._collab_calendar()
        self.today = shift(start, grain, 1)
        self.kpis = known(env, {one for tile in tiles for one in tile.kpi_ids})
        self.sight = _Everything(self.kpis)

    def shelf(self, wanted):
        return Shelf(self.env, self.kpis, wanted)


class _Everything:
    """The sight of who may see a report: of all of it."""

    def __init__(self, kpis):
        self.own = set(kpis)

    def sees(self, kpi_id, company_id):
        return True


# ----------------------------------------------------------------------
# Reading it
# ----------------------------------------------------------------------


def tiles_shown(env, content):
    """Return what the tiles of a report show, in the language of the environment: as ``showing``
    has them, made of the report alone."""
    tiles, board = _board(env, content)
    return [board.tile(tile) for tile in tiles]


def wholes(env, content):
    """Return what the indicators of a report came to as a whole, in its period: id → value, in the
    order of the tiles."""
    tiles, board = _board(env, content)
    grain = content["period"][0]
    every = dict.fromkeys(kpi_id for tile in tiles for kpi_id in tile.kpi_ids)
    return {
        kpi_id: board.shelf.figure(board.kpis[kpi_id], grain, board.start(grain)).value
        for kpi_id in every
        if board.grain_of(board.kpis[kpi_id]) == grain
    }


def compared(env, content):
    """Return how the figures of a report stand to those that were issued in the one before it.

    :return: dict: ``label`` of the period before, and ``rows`` of ``name``, ``then`` (as issued),
        ``since`` (the same figure now, where it has become another one), ``text``, ``change_text`` and
        ``is_good``; None if there is no report before
    """
    before = content["before"]
    if not before:
        return None
    __, board = _board(env, content)
    grain = content["period"][0]
    start = date.fromisoformat(before["period"][1])
    is_known = start in board.starts(grain, TREND)
    rows = []
    for kpi_id in wholes(env, content):
        then = before["figures"].get(str(kpi_id))
        if then is None:
            continue
        kpi, text = board.kpis[kpi_id], board.writer(kpi_id)
        now = board.shelf.figure(kpi, grain, board.start(grain))
        since = board.shelf.figure(kpi, grain, start).value
        rows.append(
            board.figure(kpi, grain, now, Seen(then))
            | {
                "name": kpi.name,
                "format": kpi.look,
                "then_value": then,
                "then": text(then),
                "since": text(since) if is_known and text(since) != text(then) else "",
            }
        )
    return {"label": board.labels(grain).long(start), "rows": rows}


def _board(env, content):
    tiles = [_tile(one) for one in content["tiles"]]
    return tiles, Board(env, tiles, content["period"][0], 1, _Issued(env, content))


def _tile(row):
    return Tile(
        **{
            **row,
            "stack_ids": tuple(row["stack_ids"]),
            "dimension": tuple(row["dimension"]) if row["dimension"] else None,
        }
    )


class _Issued:
    """What tiles are made of, as a report has it."""

    def __init__(self, env, content):
        self.env = env
        self.content = content
        self.companies = content["company"][:1]
        self.calendar = Calendar(*content["calendar"])
        self.today = date.fromisoformat(content["period"][2])
        lang = env.lang or "en_US"
        self.kpis = {
            int(key): _known(int(key), row, lang, self._start)
            for key, row in content["kpis"].items()
        }
        self.sight = _Everything(self.kpis)

    def _start(self, grain):
        """Return the first day of the period of a kind that is looked at."""
        return start_of(self.today - timedelta(days=1), grain, self.calendar)

    def shelf(self, wanted):
        return _IssuedShelf(self.env, self.kpis, self.content)


class _IssuedShelf(Shelf):
    """Figures that a report has."""

    def _read(self, wanted):
        pass

    def __init__(self, env, kpis, content):
        super().__init__(env, kpis, ())
        self.by_dimension = defaultdict(set)
        for kpi_id, grain, start, dimension_id, part, *row in content["values"]:
            key = kpi_id, grain, date.fromisoformat(start), dimension_id, part
            self.rows[key].append((*row, False))
            self.companies[kpi_id].add(row[0])
            self.by_dimension[key[:4]].add(part)
        self.content = content

    def problem(self, kpi, grain):
        return None

    def names(self, dimension, parts):
        lang = self.env.lang or "en_US"
        known_names = self.content["names"].get(str(dimension[0]), {})
        found = {}
        for part in parts:
            names = known_names.get(str(part), {})
            found[part] = names.get(lang) or names.get("en_US") or self.env._("None")
        return found


def _known(kpi_id, row, lang, start):
    def said(names):
        return names.get(lang) or names.get("en_US") or next(iter(names.values()), "")

    return Known(
        id=kpi_id,
        name=said(row["names"]),
        note=said(row["notes"]),
        period=row["period"],
        look={**row["look"], "unit": said(row["units"])},
        state="on",
        active=True,
        disclosure=row["disclosure"],
        owner_id=None,
        group_ids=frozenset(),
        trouble=None,
        counted_at=None,
        version_id=0,
        definitions={0: row["definition"]},
        input_ids=tuple(row["input_ids"]),
        aims=[
            Aim(
                grain=aim["grain"],
                since=date.fromisoformat(aim["since"]),
                company_id=aim["company_id"],
                kind=aim["kind"],
                target=Target(**aim["target"]),
                is_running=False,
                statuses={
                    company_id: (start(aim["grain"]), status)
                    for company_id, status in aim["statuses"]
                },
            )
            for aim in row["aims"]
        ],
    )


# ----------------------------------------------------------------------
# Counting it again
# ----------------------------------------------------------------------


def counted_again(env, content):
    """Return what a report would say if its figures were counted today, by the versions that it
    names: the same but for the figures.

    Formulas are computed of what is kept of the indicators that they are over.

    :param env: of the superuser, of the report's company
    """
    versions = env["collab.kpi.version"].search([("kpi_id", "in", list(map(int, content["kpis"])))])
    definitions = {version.digest: version.definition for version in versions}
    asked = defaultdict(set)
    for kpi_id, grain, start, __, __, __, __, __, __, __, mark in content["values"]:
        asked[kpi_id, grain, mark].add(date.fromisoformat(start))
    values = []
    for (kpi_id, grain, mark), starts in asked.items():
        wanted = {row[3] for row in content["values"] if row[0] == kpi_id and row[1] == grain}
        values += _again(env, definitions[mark], kpi_id, grain, mark, starts, wanted, content)
    return {**content, "values": sorted(values, key=_order)}


def _again(env, definition, kpi_id, grain, mark, starts, wanted, content):
    zones = calendars(env, definition["company"])
    window = Window(grain, min(starts), zones, max(starts))
    dimensions = {None: None} | {
        index: one["dimension"] for index, one in enumerate(definition["breakdowns"])
    }
    # of parts, only the last periods are in a report
    last = {(row[3], row[2]) for row in content["values"] if row[0] == kpi_id and row[1] == grain}
    companies = (None, content["company"][0])
    there = {(row[2], row[5]) for row in content["values"] if row[0] == kpi_id and row[3] is None}
    for figure in figures_of(env, definition, window):
        first = Date.to_string(figure.start)
        dimension_id = dimensions[figure.breakdown]
        if figure.start not in starts or figure.company_id not in companies:
            continue
        if dimension_id not in wanted or (dimension_id, first) not in last:
            continue
        # what was before there was anything is no zero
        if dimension_id is None and not figure.weight and (first, figure.company_id) not in there:
            continue
        yield [
            kpi_id,
            grain,
            first,
            dimension_id,
            figure.part,
            figure.company_id,
            figure.value,
            figure.total,
            figure.weight,
            figure.lack,
            mark,
        ]

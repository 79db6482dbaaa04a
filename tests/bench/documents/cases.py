"""What is measured: one function a case, and what its figures mean.

Their docstrings are printed under the table.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from measure import Figure, Sample, Work, alternate, once
from report import Row, say
from server import Database
from serving import Client, Server, serve

from odoo.api import Environment
from odoo.exceptions import UserError

from . import data, files
from .data import OWNER, READER, TERMS
from .search import by_hand
from .sides import Side

FEW, MANY = 200, 1_000
SMALL, LARGE = 10_000, 100_000
MB = 1_000_000


@dataclass(frozen=True)
class Arm:
    """A side with its database.

    :ivar folders: their ids, in the order of ``data.folders()``
    :ivar patterns: ids of the documents that all others are copies of
    """

    side: Side
    database: Database
    folders: Sequence[int]
    patterns: Sequence[int]

    def new_folder(self) -> int:
        """Make an empty folder, in one that the reader does not see."""
        with self.database.environment(OWNER) as env:
            values = {"name": f"Arrivals {next(_numbers)}", self.side.parent: self.folders[1]}
            return env[self.side.folders].create(values).id

    def count(self, login: str = OWNER, domain: Sequence = ()) -> int:
        with self.database.environment(login) as env:
            return env[self.side.model].search_count(list(domain))


@dataclass
class Bench:
    """:ivar bare: a database with Odoo alone"""

    ours: Arm
    peer: Arm
    bare: Database
    loaded: int = 0
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(files.CYCLE, 10**9)))

    @property
    def arms(self) -> tuple[Arm, Arm]:
        return self.ours, self.peer

    def files(self, count: int) -> list[files.File]:
        """Return files that nobody has added yet."""
        return files.make([next(self.numbers) for __ in range(count)])

    def load(self, documents: int) -> None:
        """Bring the documents to so many."""
        for arm in self.arms:
            planned = [
                one._replace(folder=arm.folders[one.folder])
                for one in data.planned(self.loaded, documents - files.CYCLE)
            ]
            with arm.database.environment() as env:
                arm.side.load(env, arm.patterns, planned)
            arm.database.vacuum()
            if (found := arm.count()) != documents:
                raise RuntimeError(f"{arm.database.name}: {found} documents, not {documents}")
        self.loaded = documents - files.CYCLE


_numbers = iter(range(10**9))


def list_documents(bench: Bench) -> list[Row]:
    """The first 80 documents and how many there are (up to 10,001, as the client asks it), as
    somebody who reads half of the folders: `web_search_read` with the fields of the list that
    either client shows, in its order: the latest first, and by name on the peer. Ours brings 21
    fields of each, of which 14 are worked out for this very person (rights, version, hold,
    favourite), the peer 11. Most of the time goes into what both have alike: counting, and Odoo's
    formatting of 80 records; so the one cannot be several times faster than the other."""
    rows = []
    for documents in (SMALL, LARGE):
        say(f"{documents:,} documents")
        bench.load(documents)
        seen = [_shown(arm) for arm in bench.arms]
        if seen[0] != seen[1] or not 0.4 < seen[0] / min(documents, 10_001) <= 1:
            raise RuntimeError(f"the sides show {seen} documents of {documents}")
        ours, peer = _compare(
            READER, 15, 2, *((arm, lambda env, __, a=arm: a.side.list(env)) for arm in bench.arms)
        )
        rows.append(
            _row(
                f"list 80 of {documents:,} documents as a reader",
                1,
                ours,
                peer,
                "≤ 5 queries, flat, ≥ 5×",
                ours.queries <= 5 and peer.seconds >= 5 * ours.seconds,
            )
        )
    return _flat(rows)


def _shown(arm: Arm) -> int:
    with arm.database.environment(READER) as env:
        return arm.side.list(env)["length"]


def _flat(rows: list[Row]) -> list[Row]:
    """Have the goal of the last row missed if it takes more queries than the first, or more than
    double the time."""
    first, last = rows[0].ours, rows[-1].ours
    times = last.seconds / first.seconds
    flat = last.queries <= first.queries and times <= 2
    rows[-1] = replace(
        rows[-1],
        ratio=f"{rows[-1].ratio} ({times:.1f}× the time of the smaller)",
        met=rows[-1].met and flat,
    )
    return rows


def create_documents(bench: Bench) -> list[Row]:
    """Files are added to an empty folder in one call, as its owner: `add_files`, and `create`
    of `dms.file`. One eighth each are txt, md, csv, docx, xlsx, pdf, png and jpg, of 1 to 200 kB
    (40 kB on average) and no two the same. "Bare" is Odoo alone, in a database without either:
    `create` of `ir.attachment`, on a partner. What Odoo does not do for an attachment: the
    document, its version and its event are written, its name is indexed and its type is told by
    the content. Texts are read later, in the background, and not here."""
    rows = []
    by_count = _create(bench, (FEW, MANY), 5)
    for count, (ours, bare, peer) in by_count.items():
        rows.append(_row(f"create {count:,} documents in a folder", count, ours, peer, "-", None))
        each = ours.seconds / count
        times = ours.seconds / bare.seconds
        growth = each / (by_count[FEW][0].seconds / FEW)
        rows.append(
            Row(
                f"create {count:,} documents, beside bare attachments",
                count,
                ours,
                bare,
                f"{times:.2f}× the bare; {each * 1e3:.2f} ms a file"
                + (f", {growth:.2f}× that of {FEW}" if count > FEW else ""),
                "linear, ≤ 1.5× the bare",
                times <= 1.5 and growth <= 1.2,
            )
        )
    return rows


def _create(bench: Bench, counts: Sequence[int], rounds: int) -> dict[int, list[Figure]]:
    """Have ours, bare Odoo and the peer add so many files, all in the same rounds, and make sure
    that they did."""
    ours, peer = bench.arms
    batches = {count: [bench.files(count) for __ in range(rounds + 1)] for count in counts}
    places = {
        (arm.database, count): [arm.new_folder() for __ in range(rounds + 1)]
        for arm in bench.arms
        for count in counts
    }

    def attach(count: int) -> Work:
        def work(env: Environment, number: int) -> None:
            partner = env["res.partner"].search([("name", "=", "Bench")])
            place = {"res_model": "res.partner", "res_id": partner.id}
            env["ir.attachment"].create(
                [{"name": name, "raw": raw} | place for name, raw in batches[count][number]]
            )

        return work

    def add(arm: Arm, count: int) -> Work:
        return lambda env, number: arm.side.create(
            env, places[arm.database, count][number], batches[count][number]
        )

    works = [
        one
        for count in counts
        for one in ((ours, add(ours, count)), (bench.bare, attach(count)), (peer, add(peer, count)))
    ]
    figures = _compare(OWNER, rounds, 1, *works)
    for (database, count), folders in places.items():
        arm = ours if database == ours.database else peer
        for folder, batch in zip(folders, batches[count], strict=True):
            _check_added(arm, folder, batch)
    return {count: figures[place * 3 : place * 3 + 3] for place, count in enumerate(counts)}


def _check_added(arm: Arm, folder_id: int, batch: Sequence[files.File]) -> None:
    """Make sure that the files of a folder are those that were added, byte by byte."""
    with arm.database.environment(OWNER) as env:
        found = env[arm.side.model].search([(arm.side.folder, "=", folder_id)])
        wanted = {_sha1(content) for __, content in batch}
        if len(found) != len(batch) or set(arm.side.hashes(env, found.ids)) != wanted:
            raise RuntimeError(f"{arm.database.name}: other files than were added")


def rename_folder(bench: Bench) -> list[Row]:
    """A folder with six more in it, and 700 documents in all of these, is renamed, and moved from
    one topmost folder to another and back, by the owner of both; 100,000 documents are there.
    The rights of what is moved are other ones at once: it comes out of what the reader sees, and
    back. Neither costs more the more is in the folder. Most of the queries are Odoo's own: five
    keep track of the change in the conversation of the folder (three to read who made it, two to
    write it). Of what remains of a rename one is the rule, and three read the folder and the time,
    and write. Of a move nine are ours: the roles in both places, legal holds, a lock on either
    tree, the rule, the rights taken away and given anew, and that no folder is in itself."""
    places = {arm.database: arm.folders for arm in bench.arms}
    middle = data.ROOTS  # in the first topmost folder, which has readers; the second has not

    def rename(arm: Arm) -> Work:
        return lambda env, number: (
            env[arm.side.folders]
            .browse(places[arm.database][middle])
            .write({"name": f"Renamed {number}"})
        )

    def move(arm: Arm) -> Work:
        return lambda env, number: (
            env[arm.side.folders]
            .browse(places[arm.database][middle])
            .write({arm.side.parent: places[arm.database][1 - number % 2]})
        )

    rows = []
    for title, work, rounds in (("rename", rename, 15), ("move", move, 11)):
        before = [arm.count(READER) for arm in bench.arms]
        ours, peer = _compare(OWNER, rounds, 2, *((arm, work(arm)) for arm in bench.arms))
        met = ours.queries <= 6
        title = f"{title} a folder at {LARGE:,} documents"
        rows.append(_row(title, 1, ours, peer, "≤ 6 queries", met))
        if work is move:
            for arm, count in zip(bench.arms, before, strict=True):
                _check_moved(arm, middle, count)
        else:
            _check_renamed(bench, middle, f"Renamed {rounds + 1}")
    return rows


def _check_renamed(bench: Bench, folder: int, name: str) -> None:
    for arm in bench.arms:
        with arm.database.environment(OWNER) as env:
            found = env[arm.side.folders].browse(arm.folders[folder]).name
            if found != name:
                raise RuntimeError(f"{arm.database.name}: the folder is {found}, not {name}")


def _check_moved(arm: Arm, folder: int, before: int) -> None:
    """Make sure that the folder is where the reader sees it, and is not once it is moved."""
    seen = []
    for top in (1, 0):
        with arm.database.environment(OWNER) as env:
            moved = env[arm.side.folders].browse(arm.folders[folder])
            moved.write({arm.side.parent: arm.folders[top]})
        seen.append(arm.count(READER))
    if not seen[0] < before == seen[1]:
        raise RuntimeError(f"{arm.database.name}: the reader saw {before}, then {seen}")


def folder_tree(bench: Bench) -> list[Row]:
    """The tree that the client shows beside the list, with what the user sees in each folder, of
    100,000 documents: `tree` with numbers and sizes, and on the peer what its search panel asks
    for (`search_panel_select_range`), with numbers only; sizes would cost it more. Once as
    somebody who owns all of 1,000 folders, once as the reader of half of them."""
    rows = []
    for login, who in ((OWNER, "the owner"), (READER, "a reader")):
        ours, peer = _compare(
            login, 7, 1, *((arm, lambda env, __, a=arm: a.side.tree(env)) for arm in bench.arms)
        )
        _check_tree(bench, login)
        rows.append(
            _row(
                f"tree of {len(data.folders()):,} folders, counts and sizes, as {who}",
                1,
                ours,
                peer,
                "≤ 3 queries",
                ours.queries <= 3,
            )
        )
    return rows


def _check_tree(bench: Bench, login: str) -> None:
    """Make sure that the two trees count the same, in folders without folders in them: of others
    the peer's counts what is in these, too."""
    above = {one.parent for one in data.folders()}
    lowest = [place for place in range(len(data.folders())) if place not in above]
    trees = []
    for arm in bench.arms:
        with arm.database.environment(login) as env:
            tree = arm.side.tree(env)
            trees.append([tree.get(arm.folders[place]) for place in lowest])
    if trees[0] != trees[1]:
        raise RuntimeError(f"the trees of {login} are not the same")


def search_texts(bench: Bench) -> list[Row]:
    """`search_text` in 100,000 documents with 100 words of English and a line of Chinese each, as
    the reader, beside one SQL statement by hand with the same `tsquery` and the rights of that
    very person written out: of the latest 5,000 hits the 20 best, and the number of hits. The
    statement finds the same documents in the same order, which is checked. It brings their ids,
    names, types and versions. Ours also brings the passage of each text in which the words are,
    and asks for all that rights can rest on (drafts, owners, departments, companies, linked
    records), not only for what this person has: of a rare word, which is found in a moment, that
    is most of the time."""
    rows = []
    for term in TERMS:
        with bench.ours.database.environment(READER) as env:
            statement = by_hand(env, term)
            found = env["collab.document"].search_text(term)
            wanted = [row[0] for row in env.execute_query(statement)]
        if [hit["id"] for hit in found["records"]] != wanted or not wanted:
            raise RuntimeError(f"{term}: other hits than by hand")
        hits = found["length"]
        ours, bare = _compare(
            READER,
            31,
            2,
            (bench.ours, lambda env, __, t=term: env["collab.document"].search_text(t)),
            (bench.ours, lambda env, __, s=statement: env.execute_query(s)),
        )
        times = ours.seconds / bare.seconds
        number = f"{hits:,}" if hits <= 5_000 else "over 5,000"
        rows.append(
            Row(
                f"search “{term}”: {number} of {LARGE:,}, beside bare SQL",
                1,
                ours,
                bare,
                f"{times:.2f}× the bare",
                "p50 ≤ 2× the bare",
                times <= 2,
            )
        )
    return rows


def upload(bench: Bench) -> list[Row]:
    """One file of 64 MB, random bytes, sent over HTTP to a real server, one for each side, by
    somebody who is logged in: to `/collab/document/upload` in pieces of 8 MB, as our client sends
    it, to `/web/binary/upload_attachment` of Odoo alone, on a partner, and to
    `/web/binary/upload_dms_file` of the peer. Then one of 100 MB: by how much the memory of the
    server process (resident, its peak by `/proc`) exceeds what it was before, on a server that
    has taken a small file only. The bytes that arrived are compared by their hash."""
    with ExitStack() as stack:
        takers = [
            _taker(stack, bench.ours.database, Client.add, bench.ours.new_folder(), _hash_ours),
            _taker(stack, bench.bare, Client.attach, _partner(bench.bare), _hash_bare),
            _taker(
                stack, bench.peer.database, Client.add_peer, bench.peer.new_folder(), _hash_peer
            ),
        ]
        for taker in takers:
            taker.send(100_000)
        memory = [taker.memory(100 * MB) for taker in takers]
        figures = list(
            map(Figure.of, alternate(7, 1, *(lambda __, t=t: t.send(64 * MB) for t in takers)))
        )
    ours, bare, peer = figures
    times = ours.seconds / bare.seconds
    rate = 64 / ours.seconds
    return [
        Row(
            "upload 64 MB over HTTP, beside a bare attachment",
            1,
            ours,
            bare,
            f"{times:.2f}× the bare; {rate:.0f} MB/s",
            "≤ 1.3× the bare",
            times <= 1.3,
        ),
        _row("upload 64 MB over HTTP", 1, ours, peer, "-", None),
        Row(
            "server memory, 100 MB upload, beside a bare attachment",
            1,
            f"+{memory[0] / MB:.0f} MB",
            f"+{memory[1] / MB:.0f} MB",
            f"peer: +{memory[2] / MB:.0f} MB",
            "< 150 MB",
            memory[0] < 150 * MB,
        ),
    ]


@dataclass
class _Taker:
    """A server that takes files, and a client that sends them."""

    server: Server
    database: Database
    send_to: Callable[[str, bytes], int]
    hash_of: Callable[[Environment, int], str]

    def send(self, size: int) -> Sample:
        content = random.randbytes(size)
        name = f"Upload {next(_numbers)}.bin"
        start = time.perf_counter()
        record_id = self.send_to(name, content)
        seconds = time.perf_counter() - start
        with self.database.environment() as env:
            if self.hash_of(env, record_id) != _sha1(content):
                raise RuntimeError(f"{self.database.name}: other bytes than were sent")
        return Sample(seconds, 0)

    def memory(self, size: int) -> int:
        before = self.server.memory()
        self.server.forget_peak()
        self.send(size)
        return self.server.peak() - before


def _taker(
    stack: ExitStack,
    database: Database,
    send: Callable[[Client, str, bytes, int], int],
    place: int,
    hash_of: Callable[[Environment, int], str],
) -> _Taker:
    server = stack.enter_context(serve(database))
    client = Client(server, database, OWNER)
    return _Taker(server, database, lambda name, body: send(client, name, body, place), hash_of)


def _partner(database: Database) -> int:
    with database.environment() as env:
        return env["res.partner"].search([("name", "=", "Bench")]).id


def _hash_ours(env: Environment, document_id: int) -> str:
    from odoo.addons.collab_document.storage import bytes_open

    attachment = env["collab.document"].browse(document_id).latest_id.attachment_id
    with bytes_open():
        return _sha1(attachment.raw)


def _hash_bare(env: Environment, attachment_id: int) -> str:
    return _sha1(env["ir.attachment"].browse(attachment_id).raw)


def _hash_peer(env: Environment, file_id: int) -> str:
    [attachment] = env["ir.attachment"].search(
        [("res_model", "=", "dms.file"), ("res_field", "=", "content_file")]
        + [("res_id", "=", file_id)]
    )
    return _sha1(attachment.raw)


def keep_versions(bench: Bench) -> list[Row]:
    """A file of 10 MB is added to its document again, 100 times, by `add_version`: identical
    bytes are refused with a sentence and make no version. Then 100 versions whose bytes are in
    turn those of two files. The time is that of one of them. What is on disk is counted in the folder of the file store, before
    and after. The peer keeps no versions."""
    arm = bench.ours
    first, second = random.randbytes(10 * MB), random.randbytes(10 * MB)
    before = _stored(arm.database)
    with arm.database.environment(OWNER) as env:
        [document_id] = arm.side.create(env, arm.new_folder(), [files.File("A.bin", first)])
    rows = []
    for title, bodies, versions, wanted in (
        ("the same 10 MB added 100 times", [first] * 100, 1, 1),
        ("100 versions of 10 MB, A, B, A, B …", [second, first] * 50, 101, 2),
    ):
        samples = [_add_version(arm, document_id, body) for body in bodies]
        count = _versions(arm, document_id)
        added = list((_stored(arm.database) - before).elements())
        rows.append(
            Row(
                title,
                1,
                Figure.of(samples),
                "",
                f"{count} version{'s' * (count > 1)}, {len(added)} file{'s' * (len(added) > 1)},"
                f" {sum(added) / MB:.0f} MB on disk",
                f"{wanted} file{'s' * (wanted > 1)} on disk",
                (count, added) == (versions, [10 * MB] * wanted),
            )
        )
    return rows


def _add_version(arm: Arm, document_id: int, content: bytes) -> Sample:
    from odoo.addons.collab_document.models.collab_document_versioned import File

    def add(env: Environment, __: int) -> None:
        document = env["collab.document"].browse(document_id)
        try:
            document.add_version(File("A.bin", content), document.sudo().latest_id)
        except UserError:
            env.cr.rollback()

    return once(arm.database, OWNER, add, 0)


def _versions(arm: Arm, document_id: int) -> int:
    with arm.database.environment() as env:
        return len(env["collab.document"].browse(document_id).version_ids)


def _stored(database: Database) -> Counter:
    """Return the sizes of the files of a file store, those that are empty marks left out."""
    with database.environment() as env:
        folder = Path(env["ir.attachment"]._full_path(""))
    sizes = (path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Counter(size for size in sizes if size)


def _compare(
    login: str, rounds: int, warm_up: int, *works: tuple[Arm | Database, Work]
) -> list[Figure]:
    """Have each database do its work, in turn, as a user."""

    def call(where: Arm | Database, work: Work) -> Callable[[int], Sample]:
        database = where.database if isinstance(where, Arm) else where
        return lambda number: once(database, login, work, number)

    return [
        Figure.of(samples)
        for samples in alternate(rounds, warm_up, *(call(*work) for work in works))
    ]


def _row(title: str, records: int, ours: Figure, peer: Figure, goal: str, met: bool | None) -> Row:
    ratio = f"{peer.seconds / ours.seconds:.1f}×"
    return Row(title, records, ours, peer, ratio, goal, met)


def _sha1(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


CASES = (
    list_documents,
    create_documents,
    rename_folder,
    folder_tree,
    search_texts,
    upload,
    keep_versions,
)

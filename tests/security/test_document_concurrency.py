"""Many at the same moment, and a server that is killed, on several processes."""

import hashlib
import itertools
import os
import random
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import psycopg2.errors
import pytest
import requests

from tests.conftest import Server, Session
from tests.security.archive import BYTES, Archive, Visitor

WORKERS = 2
#: How often the server is killed, and how large the pieces of files are that are sent meanwhile
KILLS, PIECE = 20, 512 << 10
#: Of so many kills the last is of the whole server, which then takes its time to come back; the
#: others are of all that answer, which is the same to a file
WHOLE = 4
#: How long that may take
SECONDS = 480
LEVELS = {"reader": 1, "contributor": 2, "editor": 3, "owner": 4}


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    with (tmp_path_factory.mktemp("workers") / "odoo.log").open("w") as log:
        running = Server(log, workers=WORKERS)
        try:
            yield Archive(running.start(), ("d_owner", "d_editor", "d_maker", "d_admin"))
        finally:
            running.stop()


@pytest.fixture(scope="module")
def anew(archive):
    """Return a function that logs somebody in once more: a session is for one thread."""
    kept = {}

    def log_in(login, number=0):
        if (login, number) not in kept:
            kept[login, number] = Session(archive.server, login)
        return kept[login, number]

    return log_in


def at_once(*calls):
    """Run calls in threads that start together; return their answers."""
    barrier = threading.Barrier(len(calls))

    def run(call):
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(run, call) for call in calls]]


def send(archive, session, body, name="plan.txt", key=None, offset=0, size=None, **wanted):
    query = {"key": key or uuid.uuid4().hex, "name": name, "offset": offset, **wanted}
    query["size"] = len(body) if size is None else size
    return session.http.post(
        f"{archive.server.url}/collab/document/upload",
        params=query,
        data=body,
        headers=BYTES,
        timeout=60,
    )


def digest(body):
    return hashlib.sha256(body).hexdigest()


def hashes(archive, document):
    return archive.sql(
        f"SELECT sha256 FROM collab_document_version WHERE document_id = {document} ORDER BY id"
    ).split()


# -- one wins ------------------------------------------------------------------------------


def test_two_check_in_on_the_same_base(archive, anew):
    """One wins, the other is told on what; and nothing is lost of either."""
    people = [anew("d_editor"), anew("d_maker")]
    for number in range(20):
        document = archive.draft()
        base = archive.latest(document)
        bodies = [f"{number} {index} {uuid.uuid4()}".encode() for index in range(2)]
        keys = [uuid.uuid4().hex, uuid.uuid4().hex]
        wanted = {"document_id": document, "base_id": base}
        answers = at_once(
            *(
                partial(send, archive, person, body, key=key, **wanted)
                for person, body, key in zip(people, bodies, keys, strict=True)
            )
        )
        assert sorted(answer.status_code for answer in answers) == [200, 422], answers
        winner = 0 if answers[0].ok else 1
        won, lost = answers[winner].json(), answers[1 - winner].json()
        assert lost["stale_id"] == won["version_id"]
        assert hashes(archive, document)[1:] == [digest(bodies[winner])]
        # on top then, without the bytes being sent again
        wanted["base_id"] = lost["stale_id"]
        size = len(bodies[1 - winner])
        again = send(
            archive, people[1 - winner], b"", key=keys[1 - winner], offset=size, size=size, **wanted
        )
        assert again.ok, again.text
        assert hashes(archive, document)[1:] == [digest(bodies[winner]), digest(bodies[1 - winner])]
        numbers = archive.sql(
            "SELECT count(*), count(DISTINCT number) FROM collab_document_version"
            f" WHERE document_id = {document}"
        )
        assert numbers == "3|3"


@pytest.mark.parametrize(
    ("method", "after"),
    [
        (
            "action_publish",
            "SELECT string_agg(number, ' ' ORDER BY id) FROM collab_document_version",
        ),
        (
            "action_check_out",
            "SELECT count(*) FROM collab_document_event WHERE kind = 'checked_out'",
        ),
        ("action_trash", "SELECT count(*) FROM collab_document_event WHERE kind = 'trashed'"),
    ],
)
def test_two_do_the_same(archive, anew, method, after):
    """Publishing, checking out, trashing: it happens once."""
    people = [anew("d_editor"), anew("d_maker")]
    for _ in range(4):
        document = archive.draft()
        answers = at_once(
            *(partial(person.try_call, "collab.document", method, [document]) for person in people)
        )
        errors = [one["error"]["data"] for one in answers if "error" in one]
        assert all(error["name"].startswith("odoo.exceptions.") for error in errors), errors
        if method != "action_trash":  # to trash what is in the trash is no error
            assert len(errors) == 1
        condition = f"{'AND' if 'WHERE' in after else 'WHERE'} document_id = {document}"
        assert archive.sql(f"{after} {condition}") in ("1", "0.1 1.0")


def test_the_same_key_twice(archive, anew):
    """A client that sends the same file twice at once has one document, and two answers."""
    people = [anew("d_maker"), anew("d_maker", 1)]
    for _ in range(5):
        body, key = uuid.uuid4().bytes * 100, uuid.uuid4().hex
        answers = at_once(
            *(
                partial(send, archive, person, body, key=key, folder_id=archive.folder)
                for person in people
            )
        )
        assert [answer.status_code for answer in answers] == [200, 200], answers
        documents = {answer.json().get("document_id") for answer in answers}
        assert len(documents - {None}) == 1
        count = f"SELECT count(*) FROM collab_document_version WHERE sha256 = '{digest(body)}'"
        assert archive.sql(count) == "1"


def test_the_same_bytes_at_once(archive, anew):
    """A folder in which one file is several times: they come at the same moment, by one person."""
    people = [anew("d_maker", number) for number in range(4)]
    for _ in range(5):
        body = uuid.uuid4().bytes * 100
        answers = at_once(
            *(
                partial(send, archive, person, body, name=f"{n}.txt", folder_id=archive.folder)
                for n, person in enumerate(people)
            )
        )
        assert [answer.status_code for answer in answers] == [200] * 4, answers
        assert len({answer.json()["document_id"] for answer in answers}) == 4


# -- links ---------------------------------------------------------------------------------


def posts(archive, path, number, data):
    """Return the answers to a form that is sent `number` times at once."""
    visitor = Visitor(archive.server)
    data = data | {"csrf_token": visitor.token(path)}
    cookies = visitor.http.cookies.get_dict()
    post = partial(
        requests.post, f"{archive.server.url}{path}/file", data, cookies=cookies, timeout=60
    )
    # no more than the server lets wait
    with ThreadPoolExecutor(min(number, 6 * WORKERS)) as pool:
        return [future.result() for future in [pool.submit(post) for _ in range(number)]]


def test_a_cap_holds_for_many_at_once(archive):
    """Ten of fifty get the whole file; the others are told that there is nothing."""
    body = os.urandom(50_000)
    document = archive.add(body, publish="1")
    share, path = archive.share(document, max_downloads=10)
    answers = posts(archive, path, 50, {})
    got = [answer for answer in answers if answer.ok]
    assert len(got) == 10
    assert all(answer.content == body for answer in got)
    assert {answer.status_code for answer in answers} == {200, 404}
    count = f"SELECT download_count FROM collab_document_share WHERE id = {share}"
    assert archive.sql(count) == "10"
    events = f"SELECT count(*) FROM collab_document_event WHERE share_id = {share}"
    assert archive.sql(events) == "10"


def test_guessing_at_once_is_throttled(archive):
    """Many passwords at the same moment close the link, and the right one is late."""
    document = archive.add(uuid.uuid4().bytes, publish="1")
    share, path = archive.share(document, password="correct horse")
    answers = posts(archive, path, 20, {"password": "wrong horse"})
    assert {answer.status_code for answer in answers} == {403}
    [answer] = posts(archive, path, 1, {"password": "correct horse"})
    assert answer.status_code == 403
    state = f"SELECT closed_until > now() AT TIME ZONE 'UTC', download_count FROM collab_document_share WHERE id = {share}"
    assert archive.sql(state) == "t|0"


# -- one who is in the middle of something -------------------------------------------------


class Meanwhile:
    """A transaction of somebody's that goes on while others commit."""

    def __init__(self, archive):
        self.connection = archive.connect()
        self.connection.set_session(isolation_level="REPEATABLE READ")
        self.cursor = self.connection.cursor()

    def __enter__(self):
        self.cursor.execute("SELECT 1")  # what it sees from here on
        return self

    def __exit__(self, *error):
        self.connection.close()


@pytest.mark.parametrize(
    "change", ["DELETE FROM collab_document", "UPDATE collab_document SET active = FALSE"]
)
def test_a_hold_reaches_those_who_have_begun_to_delete(archive, change):
    """What is held by the time that it would be deleted stays, directly and by its folder."""
    for folder in (False, True):
        document = archive.add(uuid.uuid4().bytes, publish="1")
        values = {"name": "Inspection"}
        if folder:
            where = archive.id_of(f"SELECT folder_id FROM collab_document WHERE id = {document}")
            values["folder_ids"] = [[4, where]]
        else:
            values["document_ids"] = [[4, document]]
        with Meanwhile(archive) as purge:
            hold = archive.one("d_admin", "collab.document.hold", "create", values)
            with pytest.raises(psycopg2.errors.SerializationFailure):
                purge.cursor.execute(f"{change} WHERE id = {document}")
        archive.admin.call("collab.document.hold", "action_lift", [hold])


def test_a_hold_reaches_those_who_have_begun_to_purge(archive):
    """What is in the trash is held, too, though the purge began before."""
    document = archive.add(uuid.uuid4().bytes, publish="1")
    archive.server.rpc("d_owner").call("collab.document", "action_trash", [document])
    values = {"name": "Inspection", "document_ids": [[4, document]]}
    with Meanwhile(archive) as purge:
        hold = archive.one("d_admin", "collab.document.hold", "create", values)
        with pytest.raises(psycopg2.errors.SerializationFailure):
            purge.cursor.execute(f"DELETE FROM collab_document WHERE id = {document}")
    archive.admin.call("collab.document.hold", "action_lift", [hold])


def test_a_hold_and_a_purge_at_once(archive, anew):
    """One of them is too late, and is told so."""
    holds, purges = anew("d_admin"), anew("d_owner")
    for _ in range(10):
        document = archive.add(uuid.uuid4().bytes, publish="1")
        archive.server.rpc("d_owner").call("collab.document", "action_trash", [document])
        values = {"name": "Inspection", "document_ids": [[4, document]]}
        held, purged = at_once(
            partial(holds.try_call, "collab.document.hold", "create", values),
            partial(purges.try_call, "collab.document", "action_purge", [document]),
        )
        assert ("error" in held) != ("error" in purged), (held, purged)
        there = archive.sql(f"SELECT count(*) FROM collab_document WHERE id = {document}")
        assert there == ("0" if "error" in held else "1")
        if "error" in purged:
            archive.admin.call("collab.document.hold", "action_lift", [held["result"]])


def test_a_hold_reaches_those_who_have_begun_to_move_its_folder(archive):
    """They write to the top of the tree first, as whoever changes rights does."""
    values = {"name": "Inspection", "folder_ids": [[4, archive.folder]]}
    with Meanwhile(archive) as move:
        hold = archive.one("d_admin", "collab.document.hold", "create", values)
        with pytest.raises(psycopg2.errors.SerializationFailure):
            move.cursor.execute(
                "UPDATE collab_folder SET rights_version = rights_version + 1"
                " WHERE id = (SELECT split_part(parent_path, '/', 1)::int FROM collab_folder"
                f" WHERE id = {archive.folder})"
            )
    archive.admin.call("collab.document.hold", "action_lift", [hold])


def test_reading_goes_on_while_somebody_checks_in(archive):
    """What is read in a file is kept, though the document changes at that moment."""
    cron = archive.admin.ref("collab_document.ir_cron_read_contents")
    archive.sql(f"UPDATE ir_cron SET active = FALSE WHERE id = {cron}")  # only when it is told to
    document = archive.add(f"quince {uuid.uuid4().hex}".encode(), publish="1")
    archive.read_contents()
    archive.check_in(document, f"medlar {uuid.uuid4().hex}".encode(), publish="0")
    reader = Session(archive.server, "admin")
    with Meanwhile(archive) as check_in, ThreadPoolExecutor(1) as pool:
        check_in.cursor.execute(
            "UPDATE collab_document_index SET is_latest = is_latest WHERE document_id = %s",
            [document],
        )
        reading = pool.submit(reader.try_call, "ir.cron", "method_direct_trigger", [cron])
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        deadline = time.monotonic() + 60
        while archive.sql(waits) == "0":
            assert time.monotonic() < deadline, "nobody waits"
            time.sleep(0.05)
        check_in.connection.commit()
        reading.result()
    archive.sql(f"UPDATE ir_cron SET active = TRUE WHERE id = {cron}")
    found = archive.server.rpc("d_owner").call("collab.document", "search_text", "medlar")
    assert document in [record["id"] for record in found["records"]]


# -- folders -------------------------------------------------------------------------------


def test_room_is_never_exceeded(archive, anew):
    """Ten at once where there is room for five."""
    folder = archive.one(
        "d_admin",
        "collab.folder",
        "create",
        {"name": "Small", "parent_id": archive.folder, "quota_mb": 1},
    )
    people = [anew("d_maker", number) for number in range(4)]
    sent = itertools.count()

    def fill(person):
        answers = []
        while next(sent) < 12:
            answers.append(send(archive, person, os.urandom(200 << 10), folder_id=folder))
        return answers

    answers = [one for some in at_once(*(partial(fill, one) for one in people)) for one in some]
    assert {answer.status_code for answer in answers} == {200, 422}
    used = archive.sql(
        "SELECT count(*), sum(size) FROM collab_document_version v JOIN collab_document d"
        f" ON d.id = v.document_id WHERE d.folder_id = {folder}"
    )
    assert used == f"5|{5 * (200 << 10)}"
    assert sum(answer.ok for answer in answers) == 5


def effective(archive):
    """Return what folders grant, worked out from the tree anew, as ``rights`` prints it."""
    folders = {}
    for row in archive.sql("SELECT id, parent_id, inherit_access FROM collab_folder").splitlines():
        folder, parent, inherits = row.split("|")
        folders[folder] = parent if inherits == "t" else ""
    grants = {}
    for row in archive.sql(
        "SELECT folder_id, user_id, group_id, department_id, role FROM collab_folder_access"
    ).splitlines():
        folder, *who, role = row.split("|")
        grants.setdefault(folder, []).append((tuple(who), LEVELS[role]))
    lines = set()
    for folder in folders:
        levels, above = {}, folder
        while above:
            for who, level in grants.get(above, ()):
                levels[who] = max(level, levels.get(who, 0))
            above = folders[above]
        lines |= {"|".join((folder, *who, str(level))) for who, level in levels.items()}
    return lines


def test_a_tree_that_changes_under_a_grant(archive, anew):
    """Folders are moved, cut and granted at once: what they grant in the end is what they say."""
    make = partial(archive.one, "d_admin", "collab.folder", "create")
    one = make({"name": "One"})
    two = make({"name": "Two", "parent_id": one})
    roots = [make({"name": f"Root {number}"}) for number in range(2)]
    people = [anew("d_admin", number) for number in range(4)]
    logins = ("d_owner", "d_editor", "d_maker")

    def move(number):
        return people[0].try_call("collab.folder", "write", [one], {"parent_id": roots[number % 2]})

    def grant(number):
        row = {"user_id": archive.uid(logins[number % 3]), "role": "editor"}
        folder = (roots[0], roots[1], one)[number // 3 % 3]
        vals = {"access_ids": [[0, 0, row]]}
        return people[1].try_call("collab.folder", "write", [folder], vals)

    def cut(number):
        vals = {"inherit_access": bool(number % 2)}
        return people[2].try_call("collab.folder", "write", [two], vals)

    def take(_number):
        row = archive.sql(
            "SELECT max(id) FROM collab_folder_access WHERE role = 'editor' AND folder_id IN"
            f" ({roots[0]}, {roots[1]}, {one})"
        )
        return people[3].try_call("collab.folder.access", "unlink", [int(row)]) if row else {}

    for number in range(9):
        answers = at_once(*(partial(do, number) for do in (move, grant, cut)), partial(take, 0))
        for answer in answers:
            if "error" in answer:
                name = answer["error"]["data"]["name"]
                assert name.startswith("odoo.exceptions."), answer["error"]["data"]
        assert set(archive.rights().splitlines()) == effective(archive)


# -- killed --------------------------------------------------------------------------------


class Client:
    """Sends files one after the other until it is told to stop, whatever becomes of the server."""

    def __init__(self, archive, session, seed):
        self.archive, self.session = archive, session
        self.random = random.Random(seed)
        self.seed = seed
        self.sent = {}
        self.troubles = 0
        self.answers = 0
        self.enough = threading.Event()
        self.deadline = time.monotonic() + 2 * SECONDS

    def run(self):
        while not self.enough.is_set():
            body = self.random.randbytes(self.random.randint(1 << 20, 3 << 20))
            name = f"killed-{self.seed}-{len(self.sent)}.bin"
            self.sent[name] = digest(body), self._send(name, body)
        return self

    def _send(self, name, body):
        """Send a file by pieces; return the id of the document."""
        key, offset = uuid.uuid4().hex, 0
        while time.monotonic() < self.deadline:
            try:
                answer = send(
                    self.archive,
                    self.session,
                    body[offset : offset + PIECE],
                    name,
                    key,
                    offset,
                    len(body),
                    folder_id=self.archive.folder,
                )
            except requests.RequestException:
                self.troubles += 1
                time.sleep(0.05)
                continue
            assert answer.ok, answer.text
            self.answers += 1
            told = answer.json()
            if "document_id" in told:
                return told["document_id"]
            offset = int(told["received"])
        raise TimeoutError(name)


def test_a_server_that_is_killed(archive, anew):
    """Whatever moment it is, every file is there once, and as it was sent."""
    clients = [Client(archive, anew("d_maker", number), number) for number in range(2)]
    rand, begun = random.Random(7), time.monotonic()
    troubles = []
    with ThreadPoolExecutor(len(clients)) as pool:
        running = [pool.submit(client.run) for client in clients]
        try:
            kills = 0
            while kills < KILLS and time.monotonic() < begun + SECONDS:
                before = sum(client.answers for client in clients)
                while sum(client.answers for client in clients) == before:
                    assert not any(future.done() for future in running), running
                    time.sleep(0.02)
                time.sleep(rand.uniform(0.01, 1.0))
                troubles.append(sum(client.troubles for client in clients))
                kills += 1
                if kills % WHOLE:
                    archive.server.kill_workers()
                else:
                    archive.server.kill()
                    archive.server.run()
        finally:
            for client in clients:
                client.enough.set()
        for future in running:
            future.result()
    sent = {name: told for client in clients for name, told in client.sent.items()}
    print(f"killed {kills} times, {len(sent)} files in {time.monotonic() - begun:.0f} s")
    assert kills == KILLS, "the machine is too slow for this"
    troubles.append(sum(client.troubles for client in clients))
    caught = sum(after > before for before, after in itertools.pairwise(troubles))
    assert caught > kills / 2, f"{caught} times in the middle of something"
    rows = archive.sql(
        "SELECT d.id, d.name, v.sha256, a.store_fname, v.size, v.id = d.latest_id"
        " FROM collab_document d JOIN collab_document_version v ON v.document_id = d.id"
        " LEFT JOIN ir_attachment a ON a.id = v.attachment_id WHERE d.name LIKE 'killed-%'"
    ).splitlines()
    assert len(rows) == len(sent)
    for row in rows:
        document, name, sha256, fname, size, is_latest = row.split("|")
        assert (sha256, int(document), is_latest) == (*sent[name], "t")
        content = (archive.server.files / fname).read_bytes()
        assert (digest(content), len(content)) == (sha256, int(size))
    every_file_is_there(archive)
    verify(archive)


def every_file_is_there(archive):
    """No attachment, of whatever, points to a file that is not there."""
    missing = [
        fname
        for fname in archive.sql(
            "SELECT DISTINCT store_fname FROM ir_attachment WHERE res_model LIKE 'collab.document%'"
            " AND store_fname IS NOT NULL"
        ).splitlines()
        if not (archive.server.files / fname).is_file()
    ]
    assert not missing


def verify(archive):
    """Have the verifier read all files again."""
    archive.admin.call("collab.document.check", "action_start", [])
    cron = archive.admin.ref("collab_document.ir_cron_check")
    last = "SELECT finished_at IS NOT NULL, checked, total FROM collab_document_check ORDER BY id DESC LIMIT 1"
    deadline = time.monotonic() + 60
    while not archive.sql(last).startswith("t"):
        assert time.monotonic() < deadline, archive.sql(last)
        archive.admin.try_call("ir.cron", "method_direct_trigger", [cron])
    _finished, checked, total = archive.sql(last).split("|")
    assert checked == total
    assert archive.sql("SELECT count(*) FROM collab_document_finding") == "0"

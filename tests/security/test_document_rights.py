"""Who may do what in the document centre: the whole of it in three tables.

A column is a person (see ``archive.PEOPLE``), a row is something that there is or that can be
done. The cells are read aloud in ``LETTERS``. Each is tried over HTTP as that person, and what
is refused has to be refused in words, and to have changed nothing.

In the folder "Plans", which keeps drafts apart, are ``both`` (1.0, 2.0 published, 2.1 a draft),
``draft`` (0.1) and ``trashed``, all of the contributor "maker". ``both`` is linked to an order,
so that whoever reads the order reads it. ``dropped`` was added at that order: it lies in a folder
that grants nothing, and whoever can change the order can change it.
"""

import itertools
from io import BytesIO

import pytest
import requests
from PIL import Image, UnidentifiedImageError

from tests.security.archive import LABEL, ORDER, PEOPLE, picture
from tests.security.conftest import Refused, ways_of

COLUMNS = "owner editor maker helper reader outsider auditor admin settings portal clerk buyer"
LOGINS = [f"d_{name}" for name in COLUMNS.split()]

# what there is; whether somebody sees it, in any way there is to look
SEEN = """
#                        own edi mak hel rea out aud adm set por cle buy
folder                   Y   Y   Y   Y   Y   .   Y   Y   .   .   .   .
folder.secret            .   .   .   .   .   .   Y   Y   .   .   .   .
folder.access            Y   Y   Y   Y   Y   .   Y   Y   .   .   .   .
folder.role              .   .   .   .   .   .   .   .   .   .   .   .
both                     Y   Y   Y   Y   Y   .   Y   Y   .   .   Y   Y
draft                    Y   Y   Y   .   .   .   Y   Y   .   .   .   .
trashed                  Y   Y   Y   .   .   .   Y   Y   .   .   .   .
dropped                  .   .   .   .   .   .   Y   Y   .   .   Y   Y
secret                   .   .   .   .   .   .   Y   Y   .   .   .   .
both.older               Y   Y   Y   .   .   .   Y   Y   .   .   .   .
both.published           Y   Y   Y   Y   Y   .   Y   Y   .   .   Y   Y
both.draft               Y   Y   Y   .   .   .   Y   Y   .   .   .   .
draft.draft              Y   Y   Y   .   .   .   Y   Y   .   .   .   .
trashed.published        Y   Y   Y   .   .   .   Y   Y   .   .   .   .
dropped.published        .   .   .   .   .   .   Y   Y   .   .   Y   Y
dropped.draft            .   .   .   .   .   .   Y   Y   .   .   .   Y
both.link                .   .   .   .   .   .   .   .   .   .   Y   Y
dropped.link             .   .   .   .   .   .   .   .   .   .   Y   Y
both.share               Y   Y   Y   .   .   .   Y   Y   .   .   .   .
both.event               Y   Y   Y   .   .   .   Y   Y   .   .   .   .
reader.event             Y   Y   Y   .   Y   .   Y   Y   .   .   .   .
both.reading             Y   Y   Y   .   Y   .   Y   Y   .   .   .   .
content                  .   .   .   .   .   .   .   .   .   .   .   .
index                    .   .   .   .   .   .   .   .   .   .   .   .
upload                   .   .   .   .   .   .   .   .   .   .   .   .
hold                     .   .   .   .   .   .   Y   Y   .   .   .   .
check                    .   .   .   .   .   .   Y   Y   .   .   .   .
finding                  .   .   .   .   .   .   Y   Y   .   .   .   .
policy                   .   .   .   .   .   .   Y   Y   .   .   .   .
place                    .   .   .   .   .   .   .   Y   .   .   .   .
tag                      Y   Y   Y   Y   Y   Y   Y   Y   Y   .   Y   Y
attachment.published     .   .   .   .   .   .   .   .   .   .   .   .
attachment.draft         .   .   .   .   .   .   .   .   .   .   .   .
"""

# fields that say what there is beyond what is published; N: nobody is to have them
FIELDS = """
#                                        own edi mak hel rea out aud adm set por cle buy
collab.document/latest_id                .   .   .   .   .   .   Y   Y   .   .   .   .
collab.document/sha256                   .   .   .   .   .   .   Y   Y   .   .   .   .
collab.document/favorite_user_ids        .   .   .   .   .   .   .   .   .   .   .   .
collab.document.version/attachment_id    .   .   .   .   .   .   .   .   .   .   .   .
collab.document.share/token_hash         .   .   .   .   .   .   .   .   .   .   .   .
collab.document.share/password_hash      .   .   .   .   .   .   .   .   .   .   .   .
"""

# what can be done; on a fresh record where it is allowed
DONE = """
#                        own edi mak hel rea out aud adm set por cle buy
folder.rename            Y   Y   .   .   .   .   .   Y   .   .   .   .
folder.keep_days         Y   .   .   .   .   .   .   Y   .   .   .   .
folder.cut               Y   .   .   .   .   .   .   Y   .   .   .   .
folder.move              Y   .   .   .   .   .   .   Y   .   .   .   .
folder.archive           Y   .   .   .   .   .   .   Y   .   .   .   .
folder.unlink            Y   .   .   .   .   .   .   Y   .   .   .   .
folder.copy              Y   Y   .   .   .   .   .   Y   .   .   .   .
folder.make_top          .   .   .   .   .   .   .   Y   .   .   .   .
folder.make_below        Y   Y   .   .   .   .   .   Y   .   .   .   .
folder.make_cut          Y   .   .   .   .   .   .   Y   .   .   .   .
folder.load              Y   Y   .   .   .   .   .   Y   .   .   .   .
folder.trash             Y   .   .   .   .   .   .   Y   .   .   .   .
folder.untrash           Y   .   .   .   .   .   .   Y   .   .   .   .
folder.see_in_tree       Y   Y   Y   Y   Y   .   Y   Y   .   .   .   .
folder.post              Y   Y   .   .   .   .   .   Y   .   .   .   .
access.make              Y   .   .   .   .   .   .   Y   .   .   .   .
access.write             Y   .   .   .   .   .   .   Y   .   .   .   .
access.unlink            Y   .   .   .   .   .   .   Y   .   .   .   .
access.by_folder         Y   .   .   .   .   .   .   Y   .   .   .   .
both.rename              Y   Y   Y   .   .   .   .   Y   .   .   .   .
both.describe            Y   Y   Y   .   .   .   .   Y   .   .   .   .
both.move                Y   Y   Y   .   .   .   .   Y   .   .   .   .
both.give_away           Y   .   .   .   .   .   .   Y   .   .   .   .
both.write_state         .   .   .   .   .   .   .   .   .   .   .   .
both.write_latest        .   .   .   .   .   .   .   .   .   .   .   .
both.write_active        .   .   .   .   .   .   .   .   .   .   .   .
both.unlink              .   .   .   .   .   .   .   .   .   .   .   .
both.create              .   .   .   .   .   .   .   .   .   .   .   .
both.load                .   .   .   .   .   .   .   .   .   .   .   .
both.copy                Y   Y   Y   Y   .   .   .   Y   .   .   .   .
both.check_out           Y   Y   Y   .   .   .   .   Y   .   .   .   .
both.release             Y   Y   Y   .   .   .   .   Y   .   .   .   .
both.break               Y   .   .   .   .   .   .   Y   .   .   .   .
both.publish             Y   Y   Y   .   .   .   .   Y   .   .   .   .
both.restore             Y   Y   Y   .   .   .   .   Y   .   .   .   .
both.trash               Y   Y   Y   .   .   .   .   Y   .   .   .   .
trashed.untrash          Y   Y   Y   .   .   .   .   Y   .   .   .   .
trashed.purge            Y   .   .   .   .   .   .   Y   .   .   .   .
both.favorite            Y   Y   Y   Y   Y   .   Y   Y   .   .   Y   Y
both.post                Y   Y   Y   Y   Y   .   Y   Y   .   .   Y   Y
both.subscribe           Y   Y   Y   .   .   .   .   Y   .   .   .   .
both.details             Y   Y   Y   Y   Y   .   Y   Y   .   .   Y   Y
both.compare             Y   Y   Y   .   .   .   Y   Y   .   .   .   .
both.compare_itself       .   .   .   .   .   .   .   .   .   .   .   .
both.find_published      .   .   .   Y   Y   .   .   .   .   .   Y   Y
both.find_draft          Y   Y   Y   .   .   .   Y   Y   .   .   .   .
both.of_record           .   .   .   .   .   .   .   .   .   .   Y   Y
both.take                .   .   .   .   .   .   .   .   .   .   .   Y
both.link                Y   Y   Y   .   .   .   .   Y   .   .   .   .
both.unlink_record       Y   Y   Y   .   .   .   .   Y   .   .   .   .
both.share               Y   Y   Y   .   .   .   .   Y   .   .   .   .
both.revoke              Y   Y   Y   .   .   .   .   Y   .   .   .   .
both.ask                 Y   Y   Y   .   .   .   .   Y   .   .   .   .
both.confirm             .   .   .   .   Y   .   .   .   .   .   .   .
dropped.rename           .   .   .   .   .   .   .   Y   .   .   .   Y
dropped.move             .   .   .   .   .   .   .   Y   .   .   .   .
dropped.publish          .   .   .   .   .   .   .   Y   .   .   .   Y
dropped.trash            .   .   .   .   .   .   .   Y   .   .   .   Y
dropped.purge            .   .   .   .   .   .   .   .   .   .   .   .
dropped.share            .   .   .   .   .   .   .   Y   .   .   .   Y
hold.make                .   .   .   .   .   .   .   Y   .   .   .   .
hold.lift                .   .   .   .   .   .   .   Y   .   .   .   .
hold.write_lifted        .   .   .   .   .   .   .   .   .   .   .   .
hold.unlink              .   .   .   .   .   .   .   .   .   .   .   .
check.start              .   .   .   .   .   .   Y   Y   .   .   .   .
policy.make              .   .   .   .   .   .   .   Y   .   .   .   .
policy.write             .   .   .   .   .   .   .   Y   .   .   .   .
place.make               .   .   .   .   .   .   .   Y   .   .   .   .
place.write              .   .   .   .   .   .   .   Y   .   .   .   .
tag.make                 Y   Y   Y   Y   Y   Y   Y   Y   Y   .   Y   Y
tag.write                .   .   .   .   .   .   .   Y   .   .   .   .
tag.unlink               .   .   .   .   .   .   .   Y   .   .   .   .
"""

# what comes by HTTP: H the draft, P what is published, . not found (or not let in)
SENT = """
#                            own edi mak hel rea out aud adm set por cle buy
both                         H   H   H   P   P   .   H   H   .   .   P   P
both/older                   O   O   O   .   .   .   O   O   .   .   .   .
both/published               P   P   P   P   P   .   P   P   .   .   P   P
both/draft                   H   H   H   .   .   .   H   H   .   .   .   .
draft                        H   H   H   .   .   .   H   H   .   .   .   .
trashed                      H   H   H   .   .   .   H   H   .   .   .   .
dropped                      .   .   .   .   .   .   H   H   .   .   P   H
secret                       .   .   .   .   .   .   P   P   .   .   .   .
secret/both                  .   .   .   .   .   .   .   .   .   .   .   .
thumbnail/published          P   P   P   P   P   .   P   P   .   .   .   .
thumbnail/draft              H   H   H   .   .   .   H   H   .   .   .   .
content/attachment           .   .   .   .   .   .   .   .   .   .   .   .
content/attachment.draft     .   .   .   .   .   .   .   .   .   .   .   .
content/field                .   .   .   .   .   .   .   .   .   .   .   .
content/raw                  .   .   .   .   .   .   .   .   .   .   .   .
content/thumbnail            .   .   .   .   .   .   .   .   .   .   .   .
image/attachment             .   .   .   .   .   .   .   .   .   .   .   .
image/picture.draft          .   .   .   .   .   .   .   .   .   .   .   .
image/thumbnail              .   .   .   .   .   .   .   .   .   .   .   .
share                        P   P   P   P   P   P   P   P   P   P   P   P
share/wrong                  .   .   .   .   .   .   .   .   .   .   .   .
upload/folder                Y   Y   Y   Y   .   .   .   Y   .   .   .   .
upload/secret                .   .   .   .   .   .   .   Y   .   .   .   .
upload/version               Y   Y   Y   .   .   .   .   Y   .   .   .   .
upload/order                 .   .   .   .   .   .   .   .   .   .   .   Y
"""


def cells(table):
    """Return (row, login, letter) of each cell of a table."""
    found = []
    for line in table.strip().splitlines():
        name, *letters = line.split()
        if name != "#":
            assert len(letters) == len(LOGINS), line
            found += [(name, *pair) for pair in zip(LOGINS, letters, strict=True)]
    return found


def each(table):
    return pytest.mark.parametrize(("row", "login", "letter"), cells(table))


#: how often something was tried, by table
TRIED = dict.fromkeys(("seen", "fields", "done", "sealed", "sent"), 0)


class World:
    """The records of the tables, and what can be done to them."""

    def __init__(self, archive):
        self.archive = archive
        self.server = archive.server
        self._names = itertools.count(1)
        self.listed = {}
        self.state = None
        self.both = archive.both("kiwi")
        self.draft = archive.draft()
        self.trashed = archive.trashed()
        self.dropped = archive.dropped()
        self.secret = archive.add(b"SECRET", "d_keeper", folder_id=archive.secret, publish="1")
        self.picture = archive.add(picture("red"), name="red.png", publish="1")
        archive.check_in(self.picture, picture("blue"), "d_maker", publish="0")
        self._link(self.both, ORDER, archive.order)
        self.share, self.path = archive.share(self.both)
        call = self.server.rpc("d_maker").call
        call("collab.document.reading", "ask", [self.both], [archive.uid("d_reader")])
        self.send("d_reader", f"/collab/document/{self.both}/file")
        admin = self.server.rpc("d_admin")
        self.hold = archive.one("d_admin", "collab.document.hold", "create", {"name": "Matter"})
        admin.call("collab.document.check", "action_start", [])
        self.policy = archive.one(
            "d_admin",
            "collab.share.policy",
            "create",
            {"group_id": archive.admin.ref("base.group_portal"), "max_days": 1},
        )
        self.tag = archive.one("d_admin", "collab.document.tag", "create", {"name": "Tag"})
        self.below, self.grant = self._below(), self._grant()
        archive.read_contents()
        sql = archive.sql
        # as there is nothing to be found, the row is put there by hand
        sql(
            "INSERT INTO collab_document_finding (check_id, document_id, version_id, problem)"
            f" SELECT min(id), {self.both}, {archive.published(self.both)}, 'missing'"
            " FROM collab_document_check"
        )
        sql(
            "INSERT INTO collab_upload (key, token, user_id, size, received)"
            f" VALUES ('k', 't', {archive.uid('d_owner')}, 5, 0)"
        )
        self.records = {
            "folder": ("collab.folder", archive.folder),
            "folder.secret": ("collab.folder", archive.secret),
            "folder.access": self._first("collab.folder.access", f"folder_id = {archive.folder}"),
            "folder.role": self._first("collab.folder.role", f"folder_id = {archive.folder}"),
            "both": ("collab.document", self.both),
            "draft": ("collab.document", self.draft),
            "trashed": ("collab.document", self.trashed),
            "dropped": ("collab.document", self.dropped),
            "secret": ("collab.document", self.secret),
            "both.older": self._first("collab.document.version", self._of(self.both)),
            "both.published": self._version(archive.published(self.both)),
            "both.draft": self._version(archive.latest(self.both)),
            "draft.draft": self._version(archive.latest(self.draft)),
            "trashed.published": self._version(archive.published(self.trashed)),
            "dropped.published": self._version(archive.published(self.dropped)),
            "dropped.draft": self._version(archive.latest(self.dropped)),
            "both.link": self._first("collab.document.link", self._of(self.both)),
            "dropped.link": self._first("collab.document.link", self._of(self.dropped)),
            "both.share": ("collab.document.share", self.share),
            "both.event": self._first("collab.document.event", self._of(self.both)),
            "reader.event": self._first(
                "collab.document.event", f"user_id = {archive.uid('d_reader')}"
            ),
            "both.reading": self._first("collab.document.reading", self._of(self.both)),
            "content": self._first("collab.document.content", "TRUE"),
            "index": self._first("collab.document.index", self._of(self.both)),
            "upload": self._first("collab.upload", "key = 'k'"),
            "hold": ("collab.document.hold", self.hold),
            "check": self._first("collab.document.check", "TRUE"),
            "finding": self._first("collab.document.finding", "TRUE"),
            "policy": ("collab.share.policy", self.policy),
            "place": self._first("collab.document.place", "TRUE"),
            "tag": ("collab.document.tag", self.tag),
            "attachment.published": (
                "ir.attachment",
                archive.attachment(archive.published(self.both)),
            ),
            "attachment.draft": ("ir.attachment", archive.attachment(archive.latest(self.both))),
        }

    def _of(self, document):
        return f"document_id = {document}"

    def _version(self, version):
        return ("collab.document.version", version)

    def _first(self, model, condition):
        table = model.replace(".", "_")
        return (model, self.archive.id_of(f"SELECT min(id) FROM {table} WHERE {condition}"))

    def _link(self, document, model, record):
        """Link as somebody who may change both."""
        self.server.rpc("admin").call("collab.document.link", "link", [document], model, record)
        return self._first(
            "collab.document.link", f"document_id = {document} AND res_model = '{model}'"
        )[1]

    def _below(self):
        vals = {"name": f"Below {next(self._names)}", "parent_id": self.archive.folder}
        return self.archive.one("d_admin", "collab.folder", "create", vals)

    def _grant(self):
        vals = {"folder_id": self._below(), "user_id": self.archive.uid("d_outsider")}
        return self.archive.one("d_admin", "collab.folder.access", "create", vals)

    # -- as somebody ---------------------------------------------------------------------

    def ways(self, login):
        return ways_of(self.archive, login)

    def send(self, login, path, **options):
        http = self.server.rpc(login).http
        return http.get(self.server.url + path, timeout=60, allow_redirects=False, **options)

    # -- what there is to be done to -----------------------------------------------------

    def fresh(self, what, allowed):
        """Return a record for something to be done to; a shared one if it will be refused."""
        archive = self.archive
        if what == "folder":
            return self._below() if allowed else self.below
        if not allowed and what in ("both", "trashed", "dropped"):
            return getattr(self, what)
        if what in ("both", "trashed", "dropped"):
            return getattr(archive, what)()
        if what == "access":
            return self._grant() if allowed else self.grant
        return getattr(self, what, None)


@pytest.fixture(scope="module")
def world(archive):
    return World(archive)


# -- what is seen ------------------------------------------------------------------------


def lists(domain):
    """Return (method, arguments, ids that are found in an answer) of each way to list."""

    def ids(answer):
        return {row["id"] for row in answer}

    return (
        ("search", {"domain": domain}, set),
        ("search_read", {"domain": domain, "fields": ["id"]}, ids),
        (
            "web_search_read",
            {"domain": domain, "specification": {"display_name": {}}},
            lambda answer: ids(answer["records"]),
        ),
        ("name_search", {"name": "", "domain": domain}, lambda answer: {row[0] for row in answer}),
        (
            "formatted_read_group",
            {"domain": domain, "groupby": ["id"], "aggregates": ["__count"]},
            # a record is given with its name
            lambda answer: {group["id"][0] for group in answer},
        ),
    )


def counts(domain):
    """Return (method, arguments, number in an answer) of each way to count."""
    return (
        ("search_count", {"domain": domain}, int),
        (
            "formatted_read_group",
            {"domain": domain, "groupby": [], "aggregates": ["__count"]},
            lambda answer: answer[0]["__count"],
        ),
        (
            "web_search_read",
            {"domain": domain, "specification": {}, "limit": 1},
            lambda answer: answer["length"],
        ),
    )


def reads(record):
    """Return (method, arguments) of each way to read one record."""
    return (
        ("read", {"ids": [record], "fields": ["id", "display_name"]}),
        ("web_read", {"ids": [record], "specification": {"display_name": {}}}),
        ("export_data", {"ids": [record], "fields_to_export": ["display_name"]}),
    )


CONTEXT = {"active_test": False, "skip_res_field_check": True}


def listed(world, login, model):
    """Return way to list → ids of the records of the tables that somebody finds."""
    if (login, model) not in world.listed:
        domain = [["id", "in", [id_ for name, id_ in world.records.values() if name == model]]]
        ways = itertools.cycle(world.ways(login))
        found = {}
        for method, arguments, ids in lists(domain):
            way = next(ways)
            try:
                found[f"{method} by {way.name}"] = ids(
                    way(model, method, context=CONTEXT, **arguments)
                )
            except Refused:
                found[f"{method} by {way.name}"] = set()
        seen = set.union(*found.values())
        for method, arguments, number in counts(domain):
            way = next(ways)
            try:
                count = number(way(model, method, context=CONTEXT, **arguments))
            except Refused:
                count = 0
            # a number that tells of more is as bad as a name
            found[f"{method} counted by {way.name}"] = seen if count == len(seen) else {count}
        world.listed[login, model] = found
    return world.listed[login, model]


@each(SEEN)
def test_seen(world, row, login, letter):
    """A record is seen in every way to look, or in none."""
    model, record = world.records[row]
    found = {}
    for name, ids in listed(world, login, model).items():
        found[name] = record in ids
    ways = itertools.cycle(world.ways(login))
    for _ in row:  # another way first for each row
        next(ways)
    for method, arguments in reads(record):
        way = next(ways)
        try:
            found[f"{method} by {way.name}"] = bool(
                way(model, method, context=CONTEXT, **arguments)
            )
        except Refused:
            found[f"{method} by {way.name}"] = False
    TRIED["seen"] += len(found)
    assert found == dict.fromkeys(found, letter == "Y")


@each(FIELDS)
def test_fields(world, row, login, letter):
    """Fields with more than what is published are neither read nor searched nor grouped by."""
    model, field = row.split("/")
    key = {
        "collab.document": "both",
        "collab.document.version": "both.published",
        "collab.document.share": "both.share",
    }
    record = world.records[key[model]][1]
    domain = [["id", "=", record]]
    way = world.ways(login)[0]
    found = {}
    for name, method, arguments in (
        ("read", "read", {"ids": [record], "fields": [field]}),
        ("web_read", "web_read", {"ids": [record], "specification": {field: {}}}),
        ("domain", "search_count", {"domain": [*domain, [field, "!=", False]]}),
        ("order", "search", {"domain": domain, "order": f"{field} desc"}),
        ("group", "formatted_read_group", {"domain": domain, "groupby": [field]}),
        (
            "aggregate",
            "formatted_read_group",
            {"domain": domain, "groupby": [], "aggregates": [f"{field}:count_distinct"]},
        ),
        ("export", "export_data", {"ids": [record], "fields_to_export": [f"{field}"]}),
    ):
        TRIED["fields"] += 1
        try:
            way(model, method, **arguments)
            found[name] = True
        except Refused:
            found[name] = False
        except AssertionError as error:
            # a many2many is nothing to order by: that is how Odoo says so
            assert name in ("order", "aggregate") and "ValueError" in str(error), error
            found[name] = False
    assert found == dict.fromkeys(found, letter == "Y")


# -- what is done ------------------------------------------------------------------------


#: What leaves a document as it is: done to the one that is linked to the order
LEAVES = {"favorite", "post", "details", "compare", "compare_itself", "find_published"}
LEAVES |= {"find_draft", "of_record", "take", "confirm"}


class Doing:
    """What each row of ``DONE`` calls: methods return model, method and arguments."""

    def __init__(self, world, login, allowed):
        self.world, self.login, self.allowed = world, login, allowed
        self.archive = world.archive
        self.name = f"name {next(world._names)}"

    def __call__(self, row):
        what, action = row.split(".")
        record = self.world.fresh(what, self.allowed and action not in LEAVES)
        return getattr(self, f"{what}_{action}", None) or getattr(self, action), record

    def _as(self, login, model, method, *args, **kwargs):
        return self.world.server.rpc(login).call(model, method, *args, **kwargs)

    # folders

    def _folder(self, record, vals):
        return "collab.folder", "write", {"ids": [record], "vals": vals}

    def folder_rename(self, record):
        return self._folder(record, {"name": self.name})

    def folder_keep_days(self, record):
        return self._folder(record, {"keep_days": 10})

    def folder_cut(self, record):
        return self._folder(record, {"inherit_access": False})

    def folder_move(self, record):
        return self._folder(record, {"parent_id": self.archive.other})

    def folder_archive(self, record):
        return "collab.folder", "action_archive", {"ids": [record]}

    def folder_unlink(self, record):
        return "collab.folder", "unlink", {"ids": [record]}

    def folder_copy(self, record):
        return "collab.folder", "copy", {"ids": [record]}

    def folder_make_top(self, _record):
        return "collab.folder", "create", {"vals_list": [{"name": self.name}]}

    def folder_make_below(self, record):
        return (
            "collab.folder",
            "create",
            {"vals_list": [{"name": self.name, "parent_id": record}]},
        )

    def folder_make_cut(self, record):
        vals = {"name": self.name, "parent_id": record, "inherit_access": False}
        return "collab.folder", "create", {"vals_list": [vals]}

    def folder_load(self, record):
        fields = ["name", "parent_id/.id"]
        return "collab.folder", "load", {"fields": fields, "data": [[self.name, str(record)]]}

    def folder_trash(self, record):
        return "collab.folder", "action_trash", {"ids": [record]}

    def folder_untrash(self, record):
        if self.allowed:
            self._as("d_admin", "collab.folder", "action_trash", [record])
        return "collab.folder", "action_untrash", {"ids": [record]}

    def folder_see_in_tree(self, record):
        def check(answer):
            return record in [folder["id"] for folder in answer]

        return "collab.folder", "tree", {}, check

    def folder_post(self, record):
        return "collab.folder", "message_post", {"ids": [record], "body": "hello"}

    # grants

    def access_make(self, _record):
        folder = self.world.fresh("folder", self.allowed)
        vals = {"folder_id": folder, "user_id": self.archive.uid("d_outsider"), "role": "owner"}
        return "collab.folder.access", "create", {"vals_list": [vals]}

    def access_write(self, record):
        return "collab.folder.access", "write", {"ids": [record], "vals": {"role": "owner"}}

    def access_unlink(self, record):
        return "collab.folder.access", "unlink", {"ids": [record]}

    def access_by_folder(self, _record):
        row = {"user_id": self.archive.uid(self.login), "role": "owner"}
        return self._folder(self.world.fresh("folder", self.allowed), {"access_ids": [[0, 0, row]]})

    # documents

    def _write(self, record, **vals):
        return "collab.document", "write", {"ids": [record], "vals": vals}

    def rename(self, record):
        return self._write(record, name=f"{self.name}.txt")

    def describe(self, record):
        return self._write(record, description=self.name)

    def move(self, record):
        return self._write(record, folder_id=self.archive.other)

    def give_away(self, record):
        return self._write(record, owner_id=self.archive.uid(self.login))

    def write_state(self, record):
        return self._write(record, state="published")

    def write_latest(self, record):
        return self._write(record, published_id=self.archive.latest(record))

    def write_active(self, record):
        return self._write(record, active=False)

    def unlink(self, record):
        return "collab.document", "unlink", {"ids": [record]}

    def create(self, _record):
        vals = {"name": self.name, "folder_id": self.archive.folder, "owner_id": 2}
        return "collab.document", "create", {"vals_list": [vals]}

    def load(self, record):
        data = [[str(record), "published"]]
        return "collab.document", "load", {"fields": [".id", "state"], "data": data}

    def _call(self, method, record, **arguments):
        return "collab.document", method, {"ids": [record], **arguments}

    def copy(self, record):
        return self._call("copy", record)

    def check_out(self, record):
        return self._call("action_check_out", record)

    def release(self, record):
        if self.allowed:
            self._as(self.login, "collab.document", "action_check_out", [record])
        return self._call("action_release", record)

    def both_break(self, record):
        if self.allowed:
            self._as("d_maker", "collab.document", "action_check_out", [record])
        return self._call("action_break_check_out", record)

    def publish(self, record):
        return self._call("action_publish", record, note="x")

    def restore(self, record):
        older = self.archive.id_of(
            f"SELECT min(id) FROM collab_document_version WHERE document_id = {record}"
        )
        return self._call("action_restore_version", record, version_id=older)

    def trash(self, record):
        return self._call("action_trash", record)

    def untrash(self, record):
        return self._call("action_untrash", record)

    def trashed_purge(self, record):
        return self._call("action_purge", record)

    def dropped_purge(self, record):
        # not even whoever owns the folder: it is not in the trash
        return self._call("action_purge", record)

    def favorite(self, record):
        return self._call("toggle_favorite", record)

    def post(self, record):
        return self._call("message_post", record, body="hello")

    def subscribe(self, record):
        def check(answer):
            return answer is not False  # to follow what one does not see does nothing

        partners = [self.archive.partner("d_outsider")]
        return *self._call("message_subscribe", record, partner_ids=partners), check

    def details(self, record):
        return self._call("details", record)

    def _compare(self, record, left):
        right = self.archive.published(record)
        return self._call("compare", record, left_id=left, right_id=right)

    def compare(self, record):
        return self._compare(record, self.archive.latest(record))

    def compare_itself(self, record):
        return self._compare(record, self.archive.published(record))

    def _find(self, text):
        def check(answer):
            found = [hit["id"] for hit in answer["records"]]
            assert answer["length"] == len(found)
            return self.world.both in found

        return "collab.document", "search_text", {"text": text}, check

    def both_find_published(self, _record):
        return self._find("shownkiwi")

    def both_find_draft(self, _record):
        return self._find("hiddenkiwi")

    def of_record(self, _record):
        def check(answer):
            assert self.world.both in [document["id"] for document in answer["documents"]]
            return True

        arguments = {"res_model": ORDER, "res_id": self.archive.order}
        return "collab.document", "of_record", arguments, check

    def take(self, _record):
        vals = {"name": self.name, "res_model": ORDER, "res_id": self.archive.order}
        vals |= {"raw": self.name}
        file = self.archive.one("buyer", "ir.attachment", "create", vals)
        arguments = {"res_model": ORDER, "res_id": self.archive.order, "attachment_ids": [file]}
        return "collab.document", "take_attachments", arguments

    # links, shares, readings

    def both_link(self, record):
        arguments = {
            "document_ids": [record],
            "res_model": LABEL,
            "res_id": self.archive.label,
        }
        return "collab.document.link", "link", arguments

    def both_unlink_record(self, record):
        if self.allowed:
            link = self.world._link(record, LABEL, self.archive.label)
        else:
            link = self.world.records["both.link"][1]
        return "collab.document.link", "action_unlink", {"ids": [link]}

    def share(self, record):
        return "collab.document.share", "share", {"document_id": record}

    def both_revoke(self, record):
        share = self.archive.share(record)[0] if self.allowed else self.world.share
        return "collab.document.share", "action_revoke", {"ids": [share]}

    def both_ask(self, record):
        arguments = {"document_ids": [record], "user_ids": [self.archive.uid("d_reader")]}
        return "collab.document.reading", "ask", arguments

    def both_confirm(self, _record):
        return (
            "collab.document.reading",
            "action_confirm",
            {"ids": [self.world.records["both.reading"][1]]},
        )

    # administration

    def hold_make(self, _record):
        vals = {"name": self.name, "document_ids": [[6, 0, [self.world.trashed]]]}

        def check(answer):
            if self.allowed:
                self._as("d_admin", "collab.document.hold", "action_lift", answer)
            return True

        return "collab.document.hold", "create", {"vals_list": [vals]}, check

    def hold_lift(self, record):
        return "collab.document.hold", "action_lift", {"ids": [record]}

    def hold_write_lifted(self, record):
        return (
            "collab.document.hold",
            "write",
            {"ids": [record], "vals": {"lifted_at": "2020-01-01"}},
        )

    def hold_unlink(self, record):
        return "collab.document.hold", "unlink", {"ids": [record]}

    def check_start(self, _record):
        return "collab.document.check", "action_start", {"ids": []}

    def policy_make(self, _record):
        vals = {"group_id": self.archive.admin.ref("base.group_portal")}
        return "collab.share.policy", "create", {"vals_list": [vals]}

    def policy_write(self, record):
        return "collab.share.policy", "write", {"ids": [record], "vals": {"max_days": 2}}

    def place_make(self, _record):
        model = self.archive.id_of("SELECT id FROM ir_model WHERE model = 'res.country'")
        vals = {"model_id": model, "folder_id": self.archive.folder}
        return "collab.document.place", "create", {"vals_list": [vals]}

    def place_write(self, _record):
        record = self.world.records["place"][1]
        folder = f"SELECT folder_id FROM collab_document_place WHERE id = {record}"
        vals = {"folder_id": self.archive.id_of(folder)}
        return "collab.document.place", "write", {"ids": [record], "vals": vals}

    def tag_make(self, _record):
        return "collab.document.tag", "create", {"vals_list": [{"name": self.name}]}

    def tag_write(self, record):
        return "collab.document.tag", "write", {"ids": [record], "vals": {"color": 3}}

    def tag_unlink(self, record):
        if self.allowed:
            record = self.archive.one(
                "d_admin", "collab.document.tag", "create", {"name": self.name}
            )
        return "collab.document.tag", "unlink", {"ids": [record]}


@each(DONE)
def test_done(world, row, login, letter):
    """What is allowed works; what is not is refused by every way in, and changes nothing."""
    allowed = letter == "Y"
    call, record = Doing(world, login, allowed)(row)
    model, method, arguments, *checks = call(record)
    check = checks[0] if checks else lambda answer: True
    if method == "load":
        check = lambda answer: bool(answer["ids"])  # noqa: E731
    before = None if allowed else world.state or everything(world)
    world.state = None
    # each row by every way in, as they take turns
    ways = world.ways(login)
    way = ways[(LOGINS.index(login) + len(row)) % len(ways)]
    TRIED["done"] += 1
    try:
        done = check(way(model, method, **arguments))
    except Refused as error:
        done = False
        assert not allowed, error
    assert done == allowed, f"{way.name}: {model}.{method}"
    world.state = None if allowed else everything(world)
    assert world.state == before


def everything(world):
    """Return what none of the refused may change."""
    archive = world.archive
    return [
        *(archive.facts(one) for one in (world.both, world.draft, world.trashed, world.dropped)),
        archive.rights(),
        world.archive.sql(
            "SELECT (SELECT count(*) FROM collab_document), (SELECT count(*) FROM collab_folder),"
            " (SELECT count(*) FROM collab_document_version),"
            " (SELECT string_agg(concat(name, parent_id, active, keep_days), '' ORDER BY id)"
            " FROM collab_folder),"
            " (SELECT count(*) FROM collab_document_hold WHERE lifted_at IS NULL),"
            " (SELECT count(*) FROM collab_document_reading WHERE read_at IS NULL)"
        ),
    ]


# -- what is sealed ----------------------------------------------------------------------

SEALED = {
    "collab.folder.role": {"level": 4},
    "collab.document.version": {"number": "9.0"},
    "collab.document.link": {"role": "editor"},
    "collab.document.share": {"max_downloads": 0},
    "collab.document.event": {"note": "x"},
    "collab.document.reading": {"read_at": "2020-01-01 00:00:00"},
    "collab.document.content": {"text": "x"},
    "collab.document.index": {"version_id": 1},
    "collab.upload": {"received": 1},
    "collab.document.check": {"checked": 1},
    "collab.document.finding": {"problem": "altered"},
    "ir.attachment": {"public": True, "res_model": "collab.document.version", "res_id": 1},
}


@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.parametrize("model", SEALED)
def test_sealed(world, model, login):
    """Nobody writes, by any way in, what only the document centre itself writes."""
    [record, *_] = [id_ for name, id_ in world.records.values() if name == model]
    vals = SEALED[model]
    table = model.replace(".", "_")
    row = (
        f"SELECT count(*), (SELECT row_to_json(t) FROM {table} t WHERE id = {record}) FROM {table}"
    )
    before = world.archive.sql(row)
    names, texts = [".id", *vals], [str(record), *map(str, vals.values())]
    context = {"collab_seal": True, "install_mode": True, "_force_unlink": True}
    ways = itertools.cycle(world.ways(login))
    for _ in model:
        next(ways)
    for method, arguments in (
        ("write", {"ids": [record], "vals": vals}),
        ("web_save", {"ids": [record], "vals": vals, "specification": {}}),
        ("create", {"vals_list": [vals | {"name": "x"} if "attach" in model else vals]}),
        ("unlink", {"ids": [record]}),
        ("copy", {"ids": [record]}),
        ("load", {"fields": names, "data": [texts]}),
    ):
        TRIED["sealed"] += 1
        try:
            answer = next(ways)(model, method, context=context, **arguments)
        except Refused:
            continue
        assert method == "load" and not answer["ids"], f"{method}: {answer}"
    assert world.archive.sql(row) == before


# -- what is sent ------------------------------------------------------------------------


def path_of(world, row):
    """Return the path of a row of ``SENT``."""
    archive = world.archive
    latest, published = archive.latest(world.both), archive.published(world.both)
    older = world.records["both.older"][1]
    shown, hidden = archive.published(world.picture), archive.latest(world.picture)
    content = archive.id_of(
        "SELECT content.id FROM collab_document_content content JOIN collab_document_version"
        f" version USING (sha256) WHERE version.id = {hidden} AND state <> 'waiting'"
    )
    file = f"/collab/document/{world.both}/file"
    thumbnail = f"/collab/document/{world.picture}/thumbnail"
    return {
        "both": file,
        "both/older": f"{file}/{older}",
        "both/published": f"{file}/{published}",
        "both/draft": f"{file}/{latest}",
        "draft": f"/collab/document/{world.draft}/file",
        "trashed": f"/collab/document/{world.trashed}/file",
        "dropped": f"/collab/document/{world.dropped}/file",
        "secret": f"/collab/document/{world.secret}/file",
        # the version of one document by the address of another
        "secret/both": f"{file}/{archive.latest(world.secret)}",
        "thumbnail/published": f"{thumbnail}/{shown}",
        "thumbnail/draft": f"{thumbnail}/{hidden}",
        "content/attachment": f"/web/content/{archive.attachment(published)}",
        "content/attachment.draft": f"/web/content/{archive.attachment(latest)}?download=1",
        "content/field": f"/web/content/collab.document.version/{published}/attachment_id",
        "content/raw": f"/web/content/ir.attachment/{archive.attachment(latest)}/raw",
        "content/thumbnail": f"/web/content/collab.document.content/{content}/thumbnail",
        "image/attachment": f"/web/image/{archive.attachment(shown)}",
        "image/picture.draft": f"/web/image/{archive.attachment(hidden)}-x/9x9",
        "image/thumbnail": f"/web/image/collab.document.content/{content}/thumbnail",
    }[row]


def kind_of(body):
    """Return the letter of what was sent."""
    for mark, letter in ((b"hidden", "H"), (b"shown", "P"), (b"older", "O"), (b"SECRET", "P")):
        if body.startswith(mark):
            return letter
    return {"red": "P", "blue": "H"}.get(color_of(body), "?")


def color_of(body):
    try:
        red, _green, blue = Image.open(BytesIO(body)).convert("RGB").getpixel((5, 5))
    except UnidentifiedImageError:
        return None
    if (red > 200) == (blue > 200):
        return None  # the picture that Odoo shows where there is none
    return "red" if red > 200 else "blue"


@each(SENT)
def test_sent(world, row, login, letter):
    TRIED["sent"] += 1
    if row.startswith("upload/"):
        assert bool(upload(world, row, login)) == (letter == "Y")
    elif row.startswith("share"):
        assert share(world, row, login) == letter
    else:
        answer = world.send(login, path_of(world, row))
        if letter != ".":
            assert (answer.status_code, kind_of(answer.content)) == (200, letter)
        elif row.startswith("image/") and answer.ok:
            # Odoo sends a picture of no picture
            assert kind_of(answer.content) == "?"
        else:
            assert answer.status_code in (403, 404), answer.text[:200]


def upload(world, row, login):
    archive = world.archive
    body = f"new {next(world._names)}".encode()
    wanted = {
        "upload/folder": {"folder_id": archive.folder},
        "upload/secret": {"folder_id": archive.secret},
        "upload/order": {"res_model": ORDER, "res_id": archive.order},
    }.get(row)
    if row == "upload/version":
        document = archive.both()
        wanted = {"document_id": document, "base_id": archive.latest(document)}
    before = world.archive.sql("SELECT count(*) FROM collab_document_version")
    answer = archive.send(login, body, f"{next(world._names)}.txt", **wanted)
    assert answer.status_code in (200, 422), answer.text
    added = world.archive.sql("SELECT count(*) FROM collab_document_version") != before
    assert added == answer.ok
    return added


def share(world, row, login):
    """Return what somebody gets by the link, which is for everybody who has it."""
    path = (
        world.path if row == "share" else world.path[:-1] + ("A" if world.path[-1] != "A" else "B")
    )
    http = world.server.rpc(login).http
    page = http.get(world.server.url + path, timeout=60)
    if row != "share":
        assert page.status_code == 404
        return "."
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = http.post(f"{world.server.url}{path}/file", {"csrf_token": token}, timeout=60)
    assert answer.ok
    return kind_of(answer.content)


@pytest.mark.parametrize("path", ["/collab/document/{both}/file", "/web/content/{attachment}"])
def test_nobody_gets_in_without_logging_in(world, path):
    path = path.format(both=world.both, attachment=world.records["attachment.published"][1])
    answer = requests.get(world.server.url + path, timeout=60, allow_redirects=False)
    assert answer.status_code in (303, 403, 404)


def test_enough_was_tried():
    """Counts what the tables have become; run alone it counts nothing."""
    print(f"tried: {TRIED}, {sum(TRIED.values())} in all")
    if all(TRIED.values()):
        assert sum(TRIED.values()) > 3_000
    assert sum(len(cells(table)) for table in (SEEN, FIELDS, DONE, SENT)) > 500
    assert len(PEOPLE) == len(LOGINS)

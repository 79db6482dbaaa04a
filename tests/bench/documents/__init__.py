"""The document centre, beside OCA's document management system and Odoo's own attachments."""

from __future__ import annotations

import server
from area import Area
from report import say

from . import cases, data, files
from .sides import Ours, Peer, Side

#: What both sides run on: the apps that either of them needs
APPS = ("hr", "portal", "onboarding", "http_routing")


def prepare() -> cases.Bench:
    say("a database with the apps and the people")
    origin = server.create("documents")
    origin.install(APPS)
    with origin.environment() as env:
        data.load_people(env)
    arms = []
    for name, side in (("documents_ours", Ours()), ("documents_peer", Peer())):
        say(f"a copy with {', '.join(side.modules)}")
        arms.append(_arm(server.clone(origin, name), side))
    return cases.Bench(*arms, bare=origin)


def _arm(database: server.Database, side: Side) -> cases.Arm:
    database.install(side.modules)
    with database.environment() as env:
        folders = side.make_folders(env, data.folders())
    with database.environment(data.OWNER) as env:
        patterns = side.create(env, folders[0], files.make(range(files.CYCLE)))
    with database.environment() as env:
        side.tag(env, patterns)
    return cases.Arm(side, database, folders, patterns)


AREA = Area(
    name="documents",
    title="Documents",
    peers=("odoo-addon-dms",),
    databases=("documents", "documents_ours", "documents_peer"),
    prepare=prepare,
    cases=cases.CASES,
    method="""\
One database with the apps that either side needs, without demo data, is copied twice; Collab's
document centre goes into one copy, the peer into the other, and the third stays Odoo alone. On
both sides 1,000 folders in three levels, their rights, and 96 files are made by the public
methods: one person owns all folders, members of a group read every second topmost folder and
what is in it. The peer keeps its files in the file store too. Then the documents are copied in
SQL until there are 100,000, with all rows that hang on them, under other names, in all folders;
on our side each also gets a text of its own type, as if it had been read in the file. Both
databases are vacuumed and analyzed, as PostgreSQL does by itself in time. A "-" says that no
goal was set for it.""",
)

"""Collab and its peer, each doing the same things by its own public interface."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Sequence
from typing import Any, Protocol

from lxml import etree
from rows import copy_planned

from odoo import Command
from odoo.api import Environment
from odoo.tools import SQL, split_every

from . import data
from .data import OWNER, READERS, TAGS, Folder, Planned
from .files import File

#: Documents that a list shows at first, and the most that its client counts
LISTED, COUNTED = 80, 10_001
#: Of what is loaded, rows a statement
BATCH = 5_000


class Side(Protocol):
    modules: Collection[str]
    #: Model of a document, and its field with the folder
    model: str
    folder: str
    #: Model of a folder, and its field with the one it is in
    folders: str
    parent: str

    def make_folders(self, env: Environment, folders: Sequence[Folder]) -> list[int]:
        """Make folders, the rights of the topmost ones among them; return their ids."""

    def create(self, env: Environment, folder_id: int, files: Sequence[File]) -> list[int]:
        """Add files to a folder; return the ids of the documents."""

    def tag(self, env: Environment, ids: Sequence[int]) -> None:
        """Give each document a tag."""

    def load(self, env: Environment, patterns: Sequence[int], planned: Sequence[Planned]) -> None:
        """Copy documents in SQL; those of ``planned`` have the ids of their folders."""

    def list(self, env: Environment) -> dict[str, Any]:
        """Read the first page of documents, with the columns of the list that is shown."""

    def tree(self, env: Environment) -> dict[int, int]:
        """Read what the client shows beside the list: folder → documents in it."""

    def hashes(self, env: Environment, ids: Sequence[int]) -> list[str]:
        """Return the SHA-1 of the bytes of documents."""


class _Side:
    model = folder = folders = parent = ""

    def _search_read(self, env: Environment, view: str, domain: list, order: str) -> dict:
        documents = env[self.model]
        return documents.web_search_read(
            domain, self._columns(env, view), limit=LISTED, order=order, count_limit=COUNTED
        )

    def _columns(self, env: Environment, view: str) -> dict[str, Any]:
        """Return what the client asks for to show a list."""
        key = (env.cr.dbname, view)
        if key not in _columns:
            arch = env[self.model].get_view(env.ref(view).id, "list")["arch"]
            nodes = etree.fromstring(arch).xpath("//field[not(ancestor::field)]")
            _columns[key] = {node.get("name"): self._column(env, node) for node in nodes}
        return _columns[key]

    def _column(self, env: Environment, node: etree._Element) -> dict[str, Any]:
        kind = env[self.model]._fields[node.get("name")].type
        if kind == "many2many":
            return {"fields": {"display_name": {}, "color": {}}}
        if kind == "many2one":
            hidden = node.get("column_invisible") in ("1", "True")
            return {"fields": {} if hidden else {"display_name": {}}}
        return {}


_columns: dict[tuple[str, str], dict[str, Any]] = {}


class Ours(_Side):
    modules = ("collab_document",)
    model, folder = "collab.document", "folder_id"
    folders, parent = "collab.folder", "parent_id"

    def make_folders(self, env: Environment, folders: Sequence[Folder]) -> list[int]:
        owner = env["res.users"].search([("login", "=", OWNER)])
        readers = env["res.groups"].search([("name", "=", READERS)])
        owns = Command.create({"user_id": owner.id, "role": "owner"})
        reads = Command.create({"group_id": readers.id, "role": "reader"})
        ids: list[int] = []
        for top, group in _levels(folders):
            rights = {"access_ids": [owns]} if top else {}
            ids += (
                env[self.folders]
                .create(
                    [
                        {"name": one.name, "parent_id": one.parent is not None and ids[one.parent]}
                        | (rights if not one.has_readers else {"access_ids": [owns, reads]})
                        for one in group
                    ]
                )
                .ids
            )
        return ids

    def create(self, env: Environment, folder_id: int, files: Sequence[File]) -> list[int]:
        from odoo.addons.collab_document.models.collab_document_versioned import File as Added

        folder = env[self.folders].browse(folder_id)
        added = [Added(name, content) for name, content in files]
        return env[self.model].add_files(folder, added).ids

    def tag(self, env: Environment, ids: Sequence[int]) -> None:
        tags = env["collab.document.tag"].create([{"name": name} for name in TAGS])
        for number, document in enumerate(env[self.model].browse(ids)):
            document.write({"tag_ids": [Command.set(tags[number % len(tags)].ids)]})

    def load(self, env: Environment, patterns: Sequence[int], planned: Sequence[Planned]) -> None:
        self._load_texts(env, patterns, {one.text: one.pattern for one in planned})
        env.cr.execute(
            SQL(
                """
                CREATE TEMP TABLE bench_plan ON COMMIT DROP AS
                SELECT nextval('collab_document_id_seq')::int AS document_id,
                       nextval('collab_document_version_id_seq')::int AS version_id,
                       nextval('ir_attachment_id_seq')::int AS attachment_id,
                       plan.*, version.id AS version_source,
                       version.attachment_id AS attachment_source
                  FROM unnest(%s, %s, %s, %s, %s)
                       AS plan(number, name, source, folder_id, sha256)
                  JOIN collab_document document ON document.id = plan.source
                  JOIN collab_document_version version ON version.id = document.latest_id
              ORDER BY plan.number
                """,
                [one.number for one in planned],
                [one.name for one in planned],
                [patterns[one.pattern] for one in planned],
                [one.folder for one in planned],
                [_sha256(one.text) for one in planned],
            )
        )
        changed = SQL("now() AT TIME ZONE 'UTC' - plan.number * interval '1 minute'")
        document_id, name, sha256 = (
            SQL(f"plan.{column}") for column in ("document_id", "name", "sha256")
        )
        nothing = {"latest_id": SQL("NULL::int"), "published_id": SQL("NULL::int")}
        self._copy(
            env,
            "collab_document",
            ("id", "source"),
            {"id": document_id, "name": name, "folder_id": SQL("plan.folder_id")}
            | {"changed_at": changed, "sha256": sha256}
            | nothing,
        )
        self._copy(
            env,
            "ir_attachment",
            ("id", "attachment_source"),
            {"id": SQL("plan.attachment_id"), "name": name, "res_id": SQL("plan.version_id")},
        )
        self._copy(
            env,
            "collab_document_version",
            ("id", "version_source"),
            {"id": SQL("plan.version_id"), "document_id": document_id, "name": name}
            | {"sha256": sha256, "attachment_id": SQL("plan.attachment_id")},
        )
        env.cr.execute(
            "UPDATE collab_document SET latest_id = version_id, published_id = version_id"
            " FROM bench_plan WHERE id = document_id"
        )
        event = {"document_id": document_id, "version_id": SQL("plan.version_id")}
        self._copy(env, "collab_document_event", ("document_id", "source"), event)
        tags = {"collab_document_id": document_id}
        relation = env[self.model]._fields["tag_ids"].relation
        self._copy(env, relation, ("collab_document_id", "source"), tags)
        env.cr.execute("SELECT document_id FROM bench_plan ORDER BY document_id")
        env.invalidate_all()
        for ids in split_every(BATCH, [row[0] for row in env.cr.fetchall()]):
            env["collab.document.index"]._replace(env[self.model].browse(ids))
            env.invalidate_all()

    def _load_texts(self, env: Environment, patterns: Sequence[int], texts: dict[int, int]) -> None:
        """Make the contents of texts, as if they had been read in files.

        :param texts: number of the text → of the pattern whose type they have
        """
        from odoo.addons.collab_document.core.words import vector

        kinds = [one.kind for one in env[self.model].browse(patterns)]
        env.cr.execute("SELECT sha256 FROM collab_document_content WHERE state = 'read'")
        there = {sha256 for [sha256] in env.cr.fetchall()}
        new = [number for number in texts if _sha256(number) not in there]
        for numbers in split_every(BATCH, new):
            bodies = [data.text(number) for number in numbers]
            env.cr.execute(
                "INSERT INTO collab_document_content (sha256, kind, state, text, vector)"
                " SELECT sha256, kind, 'read', body, vector::tsvector"
                " FROM unnest(%s, %s, %s, %s) AS read(sha256, kind, body, vector)",
                (
                    [_sha256(number) for number in numbers],
                    [kinds[texts[number]] for number in numbers],
                    bodies,
                    [vector("", body) for body in bodies],
                ),
            )

    def _copy(
        self, env: Environment, table: str, key: tuple[str, str], instead: dict[str, SQL]
    ) -> None:
        """Copy rows of the plan: those whose first of ``key`` is the plan's second."""
        column, source = SQL.identifier(table, key[0]), SQL.identifier("plan", key[1])
        condition = SQL("%s = %s", column, source)
        plan, order = SQL("bench_plan AS plan"), SQL("plan.document_id")
        copy_planned(env, table, plan, condition, instead, order)

    def list(self, env: Environment) -> dict[str, Any]:
        view = "collab_document.collab_document_view_list"
        return self._search_read(env, view, [], "changed_at desc")

    def tree(self, env: Environment) -> dict[int, int]:
        return {folder["id"]: folder["count"] for folder in env[self.folders].tree()}

    def hashes(self, env: Environment, ids: Sequence[int]) -> list[str]:
        documents = env[self.model].sudo().browse(ids)
        return [document.latest_id.attachment_id.checksum for document in documents]


class Peer(_Side):
    modules = ("dms",)
    model, folder = "dms.file", "directory_id"
    folders, parent = "dms.directory", "parent_id"

    def make_folders(self, env: Environment, folders: Sequence[Folder]) -> list[int]:
        users = env["res.users"].search([("login", "in", (data.OWNER, data.READER))])
        users.write({"group_ids": [Command.link(env.ref("dms.group_dms_user").id)]})
        owner = users.filtered(lambda user: user.login == data.OWNER)
        everything = {"perm_create": True, "perm_write": True, "perm_unlink": True}
        readers = env["res.groups"].search([("name", "=", READERS)])
        owns, reads = env["dms.access.group"].create(
            [
                {"name": "Owners", "explicit_user_ids": [Command.set(owner.ids)]} | everything,
                {
                    "name": "Readers",
                    "explicit_user_ids": [Command.clear()],
                    "group_ids": [Command.set(readers.ids)],
                },
            ]
        )
        storage = env["dms.storage"].create({"name": "Files", "save_type": "file"})
        # ours takes 100 MB; the peer 25, unless it is told
        env["ir.config_parameter"].set_param("dms.binary_max_size", "128")
        ids: list[int] = []
        for top, group in _levels(folders):
            ids += (
                env[self.folders]
                .create(
                    [
                        {
                            "name": one.name,
                            "is_root_directory": True,
                            "storage_id": storage.id,
                            "group_ids": [
                                Command.set((owns | reads if one.has_readers else owns).ids)
                            ],
                        }
                        if top
                        else {"name": one.name, "parent_id": ids[one.parent or 0]}
                        for one in group
                    ]
                )
                .ids
            )
        return ids

    def create(self, env: Environment, folder_id: int, files: Sequence[File]) -> list[int]:
        values = [
            {"name": name, "directory_id": folder_id, "content": base64.b64encode(content)}
            for name, content in files
        ]
        return env[self.model].create(values).ids

    def tag(self, env: Environment, ids: Sequence[int]) -> None:
        category = env["dms.category"].create({"name": "Kind"})
        tags = env["dms.tag"].create([{"name": name, "category_id": category.id} for name in TAGS])
        for number, file in enumerate(env[self.model].browse(ids)):
            file.write({"tag_ids": [Command.set(tags[number % len(tags)].ids)]})

    def load(self, env: Environment, patterns: Sequence[int], planned: Sequence[Planned]) -> None:
        env.cr.execute(
            SQL(
                """
                CREATE TEMP TABLE bench_plan ON COMMIT DROP AS
                SELECT nextval('dms_file_id_seq')::int AS file_id, plan.*
                  FROM unnest(%s, %s, %s, %s) AS plan(number, name, source, directory_id)
              ORDER BY plan.number
                """,
                [one.number for one in planned],
                [one.name for one in planned],
                [patterns[one.pattern] for one in planned],
                [one.folder for one in planned],
            )
        )
        plan, order = SQL("bench_plan AS plan"), SQL("plan.file_id")
        own = {"name": SQL("plan.name"), "directory_id": SQL("plan.directory_id")}
        copy_planned(
            env,
            "dms_file",
            plan,
            SQL("dms_file.id = plan.source"),
            {"id": SQL("plan.file_id")} | own,
            order,
        )
        copy_planned(
            env,
            "ir_attachment",
            plan,
            SQL("ir_attachment.res_model = 'dms.file' AND ir_attachment.res_id = plan.source"),
            {"res_id": SQL("plan.file_id")},
            order,
        )
        copy_planned(
            env,
            "dms_file_tag_rel",
            plan,
            SQL("dms_file_tag_rel.fid = plan.source"),
            {"fid": SQL("plan.file_id")},
            order,
        )
        env.invalidate_all()

    def list(self, env: Environment) -> dict[str, Any]:
        return self._search_read(
            env, "dms.view_dms_file_tree", [("is_hidden", "=", False)], "name asc"
        )

    def tree(self, env: Environment) -> dict[int, int]:
        shown = env[self.model].search_panel_select_range(
            "directory_id",
            enable_counters=True,
            expand=True,
            limit=False,
            hierarchize=True,
            search_domain=[("is_hidden", "=", False)],
            category_domain=[],
            filter_domain=[],
            comodel_domain=[],
        )
        return {directory["id"]: directory["__count"] for directory in shown["values"]}

    def hashes(self, env: Environment, ids: Sequence[int]) -> list[str]:
        return env[self.model].sudo().browse(ids).mapped("checksum")


def _levels(folders: Sequence[Folder]) -> list[tuple[bool, list[Folder]]]:
    """Return the folders such that those above come first: whether they are topmost, and they."""
    tops = [one for one in folders if one.parent is None]
    middle = [one for one in folders if one.parent is not None and one.parent < len(tops)]
    low = folders[len(tops) + len(middle) :]
    return [(True, tops), (False, middle), (False, list(low))]


def _sha256(text: int) -> str:
    return hashlib.sha256(b"%d" % text).hexdigest()

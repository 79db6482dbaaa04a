"""The document centre that the attacks are made on: people, folders, documents."""

import functools
import io
import itertools
import os
import re
import time
import uuid
from urllib.parse import urlencode

import psycopg2
import requests
from PIL import Image

# login → what the person is to the folder "Plans", or to all of it
PEOPLE = {
    "d_owner": "owner of the folder",
    "d_editor": "editor of the folder",
    "d_maker": "contributor whose own documents these are",
    "d_helper": "contributor to whom none of these documents belongs",
    "d_reader": "reader of the folder",
    "d_outsider": "internal user without any role",
    "d_auditor": "auditor of Collab",
    "d_admin": "administrator of Collab",
    "d_settings": "administrator of the settings, without a group of Collab of their own",
    "d_portal": "portal user",
    "d_clerk": "reads the order that documents are linked to",
    "d_buyer": "can change the order that documents are linked to",
}
GROUPS = {
    "d_auditor": "collab_base.group_collab_auditor",
    "d_admin": "collab_base.group_collab_admin",
    "d_settings": "base.group_system",
}
ROLES = {
    "d_owner": "owner",
    "d_editor": "editor",
    "d_maker": "contributor",
    "d_helper": "contributor",
    "d_reader": "reader",
}
ORDER = "purchase.order"
LABEL = "res.partner.category"
BYTES = {"Content-Type": "application/octet-stream"}


class Archive:
    """People and what they have put there; all by the public interface."""

    def __init__(self, server, logins=None):
        """:param logins: who is there; all people by default"""
        self.server = server
        self.logins = set(logins or (*PEOPLE, "d_dropper", "d_keeper", "d_process"))
        self.admin = server.rpc("admin")
        self.ways = {}
        self._numbers = itertools.count(1)
        self._database = self.connect()
        self._database.autocommit = True
        self._make_people()
        self._make_folders()

    def connect(self):
        """Return a connection to the database, of its own."""
        return psycopg2.connect(
            dbname=self.server.db,
            host=os.environ["COLLAB_PG_HOST"],
            port=os.environ["COLLAB_PG_PORT"],
            user=os.environ["COLLAB_PG_USER"],
        )

    def sql(self, statement):
        """Run SQL behind Odoo's back; return what psql would print, without starting one."""
        with self._database.cursor() as cursor:
            cursor.execute(statement)
            rows = cursor.fetchall() if cursor.description else []
        return "\n".join("|".join(map(_printed, row)) for row in rows)

    def id_of(self, sql):
        return int(self.sql(sql))

    @functools.cache  # noqa: B019
    def uid(self, login):
        return self.id_of(f"SELECT id FROM res_users WHERE login = '{login}'")

    @functools.cache  # noqa: B019
    def partner(self, login):
        return self.id_of(f"SELECT partner_id FROM res_users WHERE login = '{login}'")

    @functools.cache  # noqa: B019
    def ref(self, xmlid):
        return self.admin.ref(xmlid)

    def one(self, login, model, method, *args, **kwargs):
        """Call a method, as one that makes something; return its id."""
        result = self.server.rpc(login).call(model, method, *args, **kwargs)
        return result[0] if isinstance(result, list) else result

    # -- setting up --------------------------------------------------------------------

    def _make_people(self):
        ref = self.ref
        groups = {}
        for name, write in (("readers", False), ("writers", True)):
            groups[name] = self.one("admin", "res.groups", "create", {"name": f"Orders: {name}"})
            for model, group in ((ORDER, groups[name]), (LABEL, ref("base.group_user"))):
                self.admin.call(
                    "ir.model.access",
                    "create",
                    {
                        "name": f"{model} {name}",
                        "model_id": self.id_of(f"SELECT id FROM ir_model WHERE model = '{model}'"),
                        "group_id": group,
                        "perm_read": True,
                        "perm_write": write,
                        "perm_create": False,
                        "perm_unlink": False,
                    },
                )
        own = {
            "d_clerk": groups["readers"],
            "d_buyer": groups["writers"],
            "d_dropper": groups["writers"],
        }
        people = []
        for login in sorted(self.logins):
            internal = "base.group_portal" if login == "d_portal" else "base.group_user"
            # whoever may not export is not asked what they could
            export = [] if login == "d_portal" else [ref("base.group_allow_export")]
            ids = [ref(internal), *export]
            if login in GROUPS:
                ids.append(ref(GROUPS[login]))
            if login in ("d_keeper", "d_process"):
                ids.append(ref("collab_base.group_collab_process_owner"))
            if login in own:
                ids.append(own[login])
            people.append(
                {
                    "name": f"Person {login}",
                    "login": login,
                    "password": login,
                    "email": f"{login}@example.com",
                    "group_ids": [[6, 0, ids]],
                }
            )
        self.admin.call("res.users", "create", people)

    def _make_folders(self):
        grants = [
            [0, 0, {"user_id": self.uid(login), "role": role}]
            for login, role in ROLES.items()
            if login in self.logins
        ]
        self.folder = self.one(
            "d_admin",
            "collab.folder",
            "create",
            {"name": "Plans", "is_controlled": True, "access_ids": grants},
        )
        # where most may add something, so that what keeps a document is where it comes from
        self.other = self.one(
            "d_admin",
            "collab.folder",
            "create",
            {
                "name": "Desk",
                "access_ids": [
                    [0, 0, {"user_id": self.uid(login), "role": role}]
                    for login, role in (
                        ("d_owner", "owner"),
                        *((login, "editor") for login in ("d_editor", "d_maker", "d_helper")),
                        *((login, "editor") for login in ("d_reader", "d_clerk", "d_buyer")),
                    )
                    if login in self.logins
                ],
            },
        )
        if "d_keeper" in self.logins:
            self.secret = self.one("d_keeper", "collab.folder", "create", {"name": "Vault-7714"})
        self.order = self._order()
        self.label = self.one("admin", LABEL, "create", {"name": "Label"})

    def _order(self):
        return self.one(
            "buyer",
            ORDER,
            "create",
            {"partner_id": self.admin.ref("collab_approval_purchase.vendor_machines")},
        )

    # -- files -------------------------------------------------------------------------

    def send(self, login, body, name="plan.txt", *, key=None, offset=0, size=None, **wanted):
        """Send a piece of a file, the whole of it by default; return the response."""
        query = {
            "key": key or uuid.uuid4().hex,
            "name": name,
            "size": len(body) if size is None else size,
            "offset": offset,
            **wanted,
        }
        return self.server.rpc(login).http.post(
            f"{self.server.url}/collab/document/upload?{urlencode(query)}",
            data=body,
            headers=BYTES,
            timeout=60,
        )

    def add(self, body, login="d_maker", name=None, **wanted):
        """Add a document; return its id."""
        wanted = {"folder_id": self.folder} | wanted if "res_model" not in wanted else wanted
        name = name or f"plan-{next(self._numbers)}.txt"
        answer = self.send(login, body, name, **wanted)
        assert answer.ok, answer.text
        return answer.json()["document_id"]

    def check_in(self, document, body, login="d_editor", **wanted):
        """Add a version on top of the latest; return its id."""
        name = self.sql(f"SELECT name FROM collab_document WHERE id = {document}")
        wanted = {"document_id": document, "base_id": self.latest(document)} | wanted
        answer = self.send(login, body, name, **wanted)
        assert answer.ok, answer.text
        return answer.json()["version_id"]

    def latest(self, document):
        return self.id_of(f"SELECT latest_id FROM collab_document WHERE id = {document}")

    def published(self, document):
        return self.id_of(f"SELECT published_id FROM collab_document WHERE id = {document}")

    def attachment(self, version):
        return self.id_of(f"SELECT attachment_id FROM collab_document_version WHERE id = {version}")

    def both(self, word="", **wanted):
        """Return a document that has an older major, a published version and a draft."""
        unique = uuid.uuid4().hex
        document = self.add(f"older{word} {unique}".encode(), publish="1", **wanted)
        self.check_in(document, f"shown{word} {unique}".encode(), "d_maker", publish="1")
        self.check_in(document, f"hidden{word} {unique}".encode(), "d_maker", publish="0")
        return document

    def draft(self):
        return self.add(f"hidden {uuid.uuid4().hex}".encode(), publish="0")

    def trashed(self):
        document = self.both()
        self.server.rpc("d_maker").call("collab.document", "action_trash", [document])
        return document

    def dropped(self):
        """Return a document dropped at the order, with a draft on top."""
        body = f"shown {uuid.uuid4().hex}".encode()
        document = self.add(body, "d_dropper", res_model=ORDER, res_id=self.order)
        body = f"hidden {uuid.uuid4().hex}".encode()
        self.check_in(document, body, "d_dropper", publish="0")
        return document

    def share(self, document, login="d_editor", **options):
        """Return the id of a shared link, and its path."""
        made = self.server.rpc(login).call("collab.document.share", "share", document, **options)
        return made["id"], made["url"][made["url"].index("/collab/share") :]

    def read_contents(self):
        """Wait until the files that are there have been read."""
        cron = self.admin.ref("collab_document.ir_cron_read_contents")
        deadline = time.monotonic() + 60
        waiting = "SELECT count(*) FROM collab_document_content WHERE state = 'waiting'"
        while self.sql(waiting) != "0":
            assert time.monotonic() < deadline, "files were not read"
            self.admin.try_call("ir.cron", "method_direct_trigger", [cron])

    def facts(self, document):
        """Return all of a document that an attack may not change, from the database."""
        return self.sql(
            "SELECT row_to_json(d) FROM (SELECT name, folder_id, owner_id, active, state, sha256,"
            " latest_id, published_id, checkout_user_id, description FROM collab_document"
            f" WHERE id = {document}) d"
            " UNION ALL SELECT row_to_json(v) FROM (SELECT id, number, sha256, attachment_id,"
            f" name, note FROM collab_document_version WHERE document_id = {document} ORDER BY id) v"
            " UNION ALL SELECT row_to_json(l) FROM (SELECT id, res_model, res_id, role FROM"
            f" collab_document_link WHERE document_id = {document} ORDER BY id) l"
            " UNION ALL SELECT row_to_json(s) FROM (SELECT id, revoked_at, expires_at,"
            f" max_downloads FROM collab_document_share WHERE document_id = {document} ORDER BY id) s"
        )

    def rights(self):
        """Return what all folders grant, from the database."""
        return self.sql(
            "SELECT folder_id, user_id, group_id, department_id, level FROM collab_folder_role"
            " ORDER BY 1, 2, 3, 4, 5"
        )


def _printed(value):
    return "" if value is None else "ft"[value] if isinstance(value, bool) else str(value)


class Visitor:
    """Somebody outside, with a link."""

    def __init__(self, server):
        self.url = server.url
        self.http = requests.Session()

    def page(self, path, **options):
        return self.http.get(self.url + path, timeout=60, **options)

    def token(self, path):
        """Return what the form of the page sends along against forgery."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.page(path).text)
        return found and found[1]

    def download(self, path, password=None, token=None, **options):
        data = {"csrf_token": token or self.token(path)}
        if password is not None:
            data["password"] = password
        return self.http.post(f"{self.url}{path}/file", data=data, timeout=60, **options)


def picture(color):
    file = io.BytesIO()
    Image.new("RGB", (40, 30), color).save(file, "PNG")
    return file.getvalue()

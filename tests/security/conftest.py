"""The ways in: what a client can do with a login, and with an API key."""

import contextlib

import pytest
import requests

from tests.conftest import Server
from tests.security.archive import Archive

# A refusal; anything else is an accident, and an accident is no protection.
REFUSALS = (
    "odoo.exceptions.",
    "odoo.addons.collab_guard.exceptions.",
    "werkzeug.exceptions.NotFound",
)


class Refused(Exception):
    """The server said no, in words."""


def refuse(error):
    """Raise what the server answered."""
    if not error["name"].startswith(REFUSALS):
        raise AssertionError(error)
    raise Refused(error["message"])


def positional(method, ids, kwargs):
    """Return (args, kwargs) as call_kw wants them: it looks for what to create in args."""
    args = [] if ids is None else [ids]
    if method == "create":
        args.append(kwargs["vals_list"])
        kwargs = {key: value for key, value in kwargs.items() if key != "vals_list"}
    return args, kwargs


class WebClient:
    """As the web client calls: a session and call_kw."""

    name = "call_kw"

    def __init__(self, server, login):
        self.session = server.rpc(login)

    def __call__(self, model, method, ids=None, context=None, **kwargs):
        args, kwargs = positional(method, ids, kwargs)
        answer = self.session.try_call(model, method, *args, context=context, **kwargs)
        if "error" in answer:
            refuse(answer["error"]["data"])
        # what returns nothing has no result
        return answer.get("result")


class ApiKey:
    """As another program calls: JSON-2 and an API key."""

    name = "json2"

    def __init__(self, server, login):
        self.server = server
        session = server.rpc(login)
        wizard = session.call("res.users.apikeys.description", "create", {"name": "attack"})
        check = session.call("res.users.apikeys.description", "make_key", [wizard])
        shown = session.call(
            check["res_model"], "run_check", [check["res_id"]], context={"password": login}
        )
        self.headers = {"Authorization": f"bearer {shown['context']['default_key']}"}

    def __call__(self, model, method, ids=None, context=None, **kwargs):
        body = kwargs | {"context": context or {}} | ({} if ids is None else {"ids": ids})
        answer = requests.post(
            f"{self.server.url}/json/2/{model}/{method}",
            json=body,
            headers=self.headers,
            timeout=60,
        )
        if not answer.ok:
            refuse(answer.json())
        return answer.json()


class OldRpc:
    """As programs of the last decade call: /jsonrpc with the password."""

    name = "jsonrpc"

    def __init__(self, server, login):
        self.server, self.login = server, login
        self.uid = server.rpc(login).uid

    def __call__(self, model, method, ids=None, context=None, **kwargs):
        args, kwargs = positional(method, ids, kwargs)
        kwargs = kwargs | {"context": context or {}}
        call = [self.server.db, self.uid, self.login, model, method, args, kwargs]
        answer = requests.post(
            f"{self.server.url}/jsonrpc",
            json={
                "jsonrpc": "2.0",
                "id": 1,
                "method": "call",
                "params": {"service": "object", "method": "execute_kw", "args": call},
            },
            timeout=60,
        ).json()
        if "error" in answer:
            refuse(answer["error"]["data"])
        return answer.get("result")


class Shop:
    """Orders of the demo company, and what became of them."""

    def __init__(self, server):
        self.server = server
        self.admin = server.rpc("admin")
        self.buyer = server.rpc("buyer")
        ref = self.admin.ref
        self.vendor = ref("collab_approval_purchase.vendor_machines")
        self.other_vendor = ref("collab_approval_purchase.vendor_furniture")
        self.product = ref("collab_approval_purchase.product_workbench")
        self.policy = ref("collab_approval_purchase.policy_purchase")

    def line(self, price=12000, **vals):
        return {
            "product_id": self.product,
            "name": "Bench",
            "product_qty": 1,
            "price_unit": price,
            "tax_ids": [[5]],
        } | vals

    def vals(self, price=12000, **vals):
        return {"partner_id": self.vendor, "order_line": [[0, 0, self.line(price)]]} | vals

    def order(self, price=12000, **vals):
        order = self.buyer.call("purchase.order", "create", self.vals(price, **vals))
        return order[0] if isinstance(order, list) else order

    def submit(self, order):
        [request] = self.buyer.call(
            "collab.approval.request", "submit", res_model="purchase.order", res_ids=[order]
        )
        return request

    def submitted(self, price=12000, **vals):
        order = self.order(price, **vals)
        return order, self.submit(order)

    def approved(self, price=12000):
        order, request = self.submitted(price)
        self.server.rpc("manager").call("collab.approval.request", "action_approve", [request])
        return order, request

    def lines(self, order):
        return [
            int(row)
            for row in self.server.sql(
                f"SELECT id FROM purchase_order_line WHERE order_id = {order} ORDER BY id"
            ).split()
        ]

    def facts(self, order):
        """Return all of an order that an attack may not change, from the database."""
        return self.server.sql(
            "SELECT o.state, o.partner_id, o.amount_total, o.name, o.user_id, o.currency_id,"
            " (SELECT json_agg(json_build_array(l.id, l.product_id, l.product_qty, l.price_unit,"
            f" l.discount) ORDER BY l.id) FROM purchase_order_line l WHERE l.order_id = o.id)"
            f" FROM purchase_order o WHERE o.id = {order}"
        )

    def traces(self, request):
        """Return the request, its tasks and its log, from the database."""
        return self.server.sql(
            "SELECT row_to_json(r) FROM (SELECT id, state, version_id, requester_id, fingerprint,"
            f" used_at FROM collab_approval_request WHERE id = {request}) r"
            " UNION ALL SELECT row_to_json(t) FROM"
            " (SELECT id, state, user_id, decided_by, comment FROM collab_approval_task"
            f" WHERE request_id = {request} ORDER BY id) t"
            " UNION ALL SELECT row_to_json(l) FROM (SELECT id, hash, event, comment"
            f" FROM collab_approval_log WHERE request_id = {request} ORDER BY id) l"
        )


@pytest.fixture(scope="module")
def shop(server):
    return Shop(server)


@pytest.fixture(scope="module")
def ways(server):
    """Login → the ways in that this person has."""
    found = {
        login: [WebClient(server, login), ApiKey(server, login), OldRpc(server, login)]
        for login in ("buyer", "manager", "admin", "owner", "director")
    }
    # portal users get no API key
    found["portal"] = [WebClient(server, "portal"), OldRpc(server, "portal")]
    return found


@pytest.fixture(scope="session")
def archive(tmp_path_factory):
    """The document centre on a server of its own, for all modules that attack it."""
    with (tmp_path_factory.mktemp("documents") / "odoo.log").open("w") as log:
        running = Server(log)
        try:
            yield Archive(running.start())
        finally:
            running.stop()


def ways_of(archive, login):
    """Return the ways in that a person has; a key is made once, and none for portal users."""
    if login not in archive.ways:
        kinds = [WebClient, OldRpc] if login == "d_portal" else [WebClient, ApiKey, OldRpc]
        archive.ways[login] = [kind(archive.server, login) for kind in kinds]
    return archive.ways[login]


@pytest.fixture
def refused():
    """Check that a block is refused in words that are no traceback."""

    @contextlib.contextmanager
    def check(*, says=""):
        with pytest.raises(Refused) as error:
            yield
        assert says in str(error.value)

    return check

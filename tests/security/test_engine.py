"""The engine's own records, decisions of others, and two people at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest

LOGINS = ("buyer", "manager", "portal", "admin")
CONTEXT = {"collab_seal": True, "_force_unlink": True, "install_mode": True, "module": "x"}
REQUEST = "collab.approval.request"


def ids_of(server, request):
    """Return model → id of one record of each kind that makes up a request."""
    sql = server.sql
    return {
        REQUEST: request,
        "collab.approval.task": int(
            sql(f"SELECT min(id) FROM collab_approval_task WHERE request_id = {request}")
        ),
        "collab.approval.log": int(
            sql(f"SELECT min(id) FROM collab_approval_log WHERE request_id = {request}")
        ),
        "collab.approval.policy.version": int(
            sql(f"SELECT version_id FROM collab_approval_request WHERE id = {request}")
        ),
    }


VALS = {
    REQUEST: {"state": "approved"},
    "collab.approval.task": {"state": "approved"},
    "collab.approval.log": {"comment": "x"},
    "collab.approval.policy.version": {"in_force": False},
}


@pytest.mark.parametrize("login", LOGINS)
def test_records_by_hand(server, shop, ways, refused, login):
    _order, request = shop.submitted()
    before = shop.traces(request)
    everything = server.sql(
        "SELECT (SELECT count(*) FROM collab_approval_request),"
        " (SELECT count(*) FROM collab_approval_task), (SELECT count(*) FROM collab_approval_log),"
        " (SELECT count(*) FROM collab_approval_policy_version WHERE in_force)"
    )
    for model, record in ids_of(server, request).items():
        vals = VALS[model]
        for way in ways[login]:
            for context in ({}, CONTEXT):
                for method, kwargs in (
                    ("write", {"ids": [record], "vals": vals}),
                    ("web_save", {"ids": [record], "vals": vals, "specification": {}}),
                    ("unlink", {"ids": [record]}),
                    ("copy", {"ids": [record]}),
                    ("create", {"vals_list": [vals]}),
                    ("_append", {"vals_list": [vals]}),
                    ("_decide", {"ids": [record], "verdict": "approved"}),
                    ("_submit", {"spec": None, "documents": None}),
                ):
                    with refused():
                        way(model, method, context=context, **kwargs)
    assert shop.traces(request) == before
    assert everything == server.sql(
        "SELECT (SELECT count(*) FROM collab_approval_request),"
        " (SELECT count(*) FROM collab_approval_task), (SELECT count(*) FROM collab_approval_log),"
        " (SELECT count(*) FROM collab_approval_policy_version WHERE in_force)"
    )


@pytest.mark.parametrize("login", LOGINS)
def test_deleting_the_policy(server, shop, ways, refused, login):
    for way in ways[login]:
        for context in ({}, CONTEXT):
            with refused():
                way("collab.approval.policy", "unlink", ids=[shop.policy], context=context)
    assert (
        server.sql(f"SELECT count(*) FROM collab_approval_policy WHERE id = {shop.policy}") == "1"
    )


@pytest.mark.parametrize("login", ("buyer", "admin", "portal", "owner", "director"))
def test_deciding_for_others(shop, ways, refused, login):
    order, request = shop.submitted()
    before = shop.traces(request)
    for way in ways[login]:
        for method in ("action_approve", "action_reject"):
            for ids in ([request], [request, request]):
                with refused():
                    way(REQUEST, method, ids=ids, comment="mine", context=CONTEXT)
    assert shop.traces(request) == before
    assert shop.facts(order).startswith("draft|")


@pytest.mark.parametrize("login", ("manager", "admin", "portal", "director"))
def test_withdrawing_for_others(server, shop, refused, login):
    _order, request = shop.submitted()
    before = shop.traces(request)
    answer = server.rpc(login).try_call(REQUEST, "action_withdraw", [request])
    assert "error" in answer
    assert shop.traces(request) == before


def test_a_vendor_in_the_portal_learns_nothing(server, shop):
    """Who may read the order from outside sees nothing of what is said inside."""
    partner = int(server.sql("SELECT partner_id FROM res_users WHERE login = 'portal'"))
    order, request = shop.submitted(partner_id=partner)
    portal = server.rpc("portal")
    manager = server.sql(
        "SELECT p.name FROM res_users u JOIN res_partner p ON p.id = u.partner_id"
        " WHERE u.login = 'manager'"
    )
    assert portal.call("purchase.order", "read", [order], ["name"])
    for method, args in (
        ("panel", ["purchase.order", order]),
        ("preview", ["purchase.order", [order]]),
        ("submit", ["purchase.order", [order]]),
        ("path", [[request]]),
        ("search_read", [[]]),
        ("action_approve", [[request]]),
        ("action_withdraw", [[request]]),
    ):
        answer = portal.try_call(REQUEST, method, *args)
        assert "error" in answer, method
        assert manager not in answer["error"]["data"]["message"]


# -- at the same moment -------------------------------------------------------


def at_once(*calls):
    """Run calls in threads that start together; return their answers."""
    barrier = Barrier(len(calls))

    def run(call):
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(run, call) for call in calls]]


def sessions(server, *logins):
    login_anew = type(server.rpc("admin"))
    return [login_anew(server, login) for login in logins]


def worked(answers):
    return [answer for answer in answers if "error" not in answer]


@pytest.fixture(scope="module")
def two_directors(server, shop):
    """A second director, whose decision is as good as that of the first."""
    group = shop.admin.ref("collab_approval_purchase.group_purchase_director")
    for login in ("owner", "director"):
        user = server.sql(f"SELECT id FROM res_users WHERE login = '{login}'")
        shop.admin.call("res.users", "write", [int(user)], {"group_ids": [[4, group]]})


def test_two_people_decide_at_once(server, shop, two_directors):
    """One decision counts; who was slower is told whose it was."""
    manager, one, two = sessions(server, "manager", "director", "owner")
    names = {
        login: server.sql(
            "SELECT p.name FROM res_users u JOIN res_partner p ON p.id = u.partner_id"
            f" WHERE u.login = '{login}'"
        )
        for login in ("director", "owner")
    }
    for number in range(8):
        _order, request = shop.submitted(30000)
        manager.call(REQUEST, "action_approve", [request])
        second = "action_reject" if number % 2 else "action_approve"
        answers = at_once(
            partial(one.try_call, REQUEST, "action_approve", [request], "yes"),
            partial(two.try_call, REQUEST, second, [request], "no"),
        )
        assert len(worked(answers)) == 1, answers
        winner = "director" if "error" not in answers[0] else "owner"
        [loser] = [answer for answer in answers if "error" in answer]
        assert names[winner] in loser["error"]["data"]["message"]
        decided = server.sql(
            "SELECT count(*) FROM collab_approval_task WHERE stage = 1"
            f" AND decided_by IS NOT NULL AND request_id = {request}"
        )
        assert decided == "1"
        events = server.sql(
            "SELECT string_agg(event, ' ' ORDER BY chain_index) FROM collab_approval_log"
            f" WHERE request_id = {request}"
        )
        last = "rejected" if winner == "owner" and number % 2 else "approved"
        assert events == f"submitted approved {last} {last}_all"


def test_the_same_person_clicks_twice_in_two_windows(server, shop):
    one, two = sessions(server, "manager", "manager")
    for __ in range(8):
        _order, request = shop.submitted()
        answers = at_once(
            partial(one.try_call, REQUEST, "action_approve", [request]),
            partial(two.try_call, REQUEST, "action_reject", [request], "no"),
        )
        assert len(worked(answers)) == 1, answers
        assert (
            server.sql(
                "SELECT count(*) FROM collab_approval_log WHERE event IN ('approved', 'rejected')"
                f" AND request_id = {request}"
            )
            == "1"
        )


def test_submitted_twice_at_once(server, shop):
    one, two = sessions(server, "buyer", "manager")
    for __ in range(6):
        order = shop.order()
        answers = at_once(
            *(
                partial(session.try_call, REQUEST, "submit", "purchase.order", [order])
                for session in (one, two)
            )
        )
        assert len(worked(answers)) == 1, answers
        [error] = [answer["error"]["data"]["message"] for answer in answers if "error" in answer]
        assert "under review already" in error
        assert (
            server.sql(
                "SELECT count(*) FROM collab_approval_request WHERE state = 'running'"
                f" AND res_model = 'purchase.order' AND res_id = {order}"
            )
            == "1"
        )


def test_withdrawn_and_used_at_once(server, shop):
    """Never both: a confirmed order whose approval is withdrawn."""
    one, two = sessions(server, "buyer", "buyer")
    for __ in range(8):
        order, request = shop.approved()
        at_once(
            partial(one.try_call, REQUEST, "action_withdraw", [request]),
            partial(two.try_call, "purchase.order", "button_confirm", [order]),
        )
        state = server.sql(
            "SELECT o.state, r.state FROM purchase_order o, collab_approval_request r"
            f" WHERE o.id = {order} AND r.id = {request}"
        )
        assert state in ("purchase|approved", "draft|withdrawn")


def test_changed_and_submitted_at_once(server, shop):
    """What is under review is what was submitted: the fingerprint holds."""
    one, two = sessions(server, "buyer", "buyer")
    for __ in range(6):
        order = shop.order()
        line = shop.lines(order)[0]
        answers = at_once(
            partial(one.try_call, REQUEST, "submit", "purchase.order", [order]),
            partial(two.try_call, "purchase.order.line", "write", [line], {"price_unit": 90000}),
        )
        if "error" in answers[0]:
            continue
        [request] = answers[0]["result"]
        manager, director = server.rpc("manager"), server.rpc("director")
        manager.try_call(REQUEST, "action_approve", [request])
        director.try_call(REQUEST, "action_approve", [request])
        confirmed = shop.buyer.try_call("purchase.order", "button_confirm", [order])
        seen = server.sql(f"SELECT count(*) FROM collab_approval_task WHERE request_id = {request}")
        if "error" not in confirmed:
            amount = float(
                server.sql(f"SELECT amount_total FROM purchase_order WHERE id = {order}")
            )
            assert (amount > 20000) == (seen == "2")


# -- behind the ORM ---------------------------------------------------------------


def test_what_is_changed_in_sql_is_named(server, shop):
    """A row altered and a whole request deleted are found by the verification."""
    _order, altered = shop.approved()
    _order, deleted = shop.approved()
    cron = shop.admin.ref("collab_base.ir_cron_chain_anchor")
    shop.admin.call("ir.cron", "method_direct_trigger", [cron])
    verification = _verify(shop)
    assert verification["state"] == "sound"
    server.sql(
        f"UPDATE collab_approval_log SET comment = 'x' WHERE request_id = {altered}"
        " AND chain_index = 2"
    )
    server.sql(
        f"DELETE FROM collab_approval_log WHERE request_id = {deleted};"
        f" DELETE FROM collab_approval_task WHERE request_id = {deleted};"
        f" DELETE FROM collab_approval_request WHERE id = {deleted}"
    )
    verification = _verify(shop)
    assert verification["state"] == "broken"
    found = " ".join(line["message"] for line in verification["line_ids"])
    assert len(verification["line_ids"]) == 2
    assert str(altered) in found
    assert str(deleted) in found


def _verify(shop):
    action = shop.admin.ref("collab_base.collab_chain_verification_action")
    shown = shop.admin.call("ir.actions.server", "run", [action])
    [result] = shop.admin.call(
        "collab.chain.verification",
        "web_read",
        [shown["res_id"]],
        {"state": {}, "line_ids": {"fields": {"message": {}}}},
    )
    return result

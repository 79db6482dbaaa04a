"""Every way to an order that was not approved, by everybody, over every protocol."""

import pytest

LOGINS = ("buyer", "manager", "portal", "admin")

# Context keys that some part of Odoo or of Collab takes as a sign to do less
CONTEXT = {
    "collab_seal": True,
    "collab_guard": False,
    "collab_comment": "x",
    "collab_decision": "approve",
    "collab_request_id": 1,
    "_force_unlink": True,
    "install_mode": True,
    "install_filename": "x.xml",
    "install_module": "purchase",
    "module": "purchase",
    "noupdate": True,
    "import_file": True,
    "tracking_disable": True,
    "mail_notrack": True,
    "mail_activity_quick_update": True,
    "force_delete": True,
    "uid": 1,
    "su": True,
}
CONTEXTS = [{}, CONTEXT, *({key: value} for key, value in CONTEXT.items())]


def entering(shop, order):
    """Calls that would bring an order into the guarded value."""
    state = {"state": "purchase"}
    yield "write", {"ids": [order], "vals": state}
    yield "web_save", {"ids": [order], "vals": state, "specification": {"state": {}}}
    yield "button_confirm", {"ids": [order]}
    yield "button_approve", {"ids": [order]}
    yield "button_approve", {"ids": [order], "force": True}
    yield "write", {"ids": [order], "vals": state | {"order_line": [[5]]}}
    yield "write", {"ids": [order], "vals": state | {"priority": "1"}}
    yield (
        "web_save_multi",
        {"ids": [order], "vals_list": [state], "specification": {"state": {}}},
    )


def changing(shop, order):
    """Calls that would change what is being decided, or was."""
    line = shop.lines(order)[0]
    for vals in (
        {"order_line": [[0, 0, shop.line(1)]]},
        {"order_line": [[1, line, {"price_unit": 1}]]},
        {"order_line": [[2, line]]},
        {"order_line": [[3, line]]},
        {"order_line": [[5]]},
        {"order_line": [[6, 0, []]]},
        {"partner_id": shop.other_vendor},
    ):
        yield "purchase.order", "write", {"ids": [order], "vals": vals}
        yield (
            "purchase.order",
            "web_save",
            {"ids": [order], "vals": vals, "specification": {"state": {}}},
        )
    yield "purchase.order", "unlink", {"ids": [order]}
    yield "purchase.order.line", "write", {"ids": [line], "vals": {"price_unit": 1}}
    yield "purchase.order.line", "write", {"ids": [line], "vals": {"product_qty": 99}}
    yield "purchase.order.line", "write", {"ids": [line], "vals": {"discount": 50}}
    yield "purchase.order.line", "unlink", {"ids": [line]}
    yield "purchase.order.line", "create", {"vals_list": [shop.line(1, order_id=order)]}
    yield "purchase.order.line", "copy", {"ids": [line]}


def try_all(shop, ways, refused, login, order, calls, contexts=({}, CONTEXT)):
    before = shop.facts(order)
    for model, method, kwargs in calls:
        for way in ways[login]:
            for context in contexts:
                with refused():
                    way(model, method, context=context, **kwargs)
        assert shop.facts(order) == before, (method, kwargs)


@pytest.mark.parametrize("login", LOGINS)
def test_confirming(shop, ways, refused, login):
    order = shop.order()
    calls = [("purchase.order", *call) for call in entering(shop, order)]
    try_all(shop, ways, refused, login, order, calls)


@pytest.mark.parametrize("login", LOGINS)
def test_confirming_with_every_context_key(shop, ways, refused, login):
    order = shop.order()
    call = ("purchase.order", "write", {"ids": [order], "vals": {"state": "purchase"}})
    try_all(shop, ways, refused, login, order, [call], CONTEXTS)


@pytest.mark.parametrize("login", LOGINS)
def test_under_review(shop, ways, refused, login):
    order, request = shop.submitted()
    traces = shop.traces(request)
    calls = [("purchase.order", *call) for call in entering(shop, order)]
    calls += changing(shop, order)
    calls += [
        ("purchase.order", "button_cancel", {"ids": [order]}),
        ("purchase.order", "write", {"ids": [order], "vals": {"state": "cancel"}}),
        ("purchase.order", "write", {"ids": [order], "vals": {"state": "purchase", "name": "x"}}),
    ]
    try_all(shop, ways, refused, login, order, calls)
    assert shop.traces(request) == traces


@pytest.mark.parametrize("login", LOGINS)
def test_once_approved(shop, ways, refused, login):
    order, request = shop.approved()
    traces = shop.traces(request)
    try_all(shop, ways, refused, login, order, list(changing(shop, order)))
    assert shop.traces(request) == traces


@pytest.mark.parametrize("login", LOGINS)
def test_creating_confirmed_orders(server, shop, ways, refused, login):
    count = server.sql("SELECT count(*), max(id) FROM purchase_order")
    confirmed = shop.vals(state="purchase")
    for way in ways[login]:
        for context in ({}, CONTEXT):
            with refused():
                way("purchase.order", "create", vals_list=[confirmed], context=context)
            with refused():
                way(
                    "purchase.order",
                    "create",
                    vals_list=[shop.vals()],
                    context=context | {"default_state": "purchase"},
                )
            with refused():
                way(
                    "purchase.order",
                    "web_save",
                    ids=[],
                    vals=confirmed,
                    specification={},
                    context=context,
                )
    assert server.sql("SELECT count(*), max(id) FROM purchase_order") == count


@pytest.mark.parametrize("login", LOGINS)
def test_importing(server, shop, ways, login):
    order = shop.order()
    reviewed, _request = shop.submitted()
    before = shop.facts(order), shop.facts(reviewed)
    count = server.sql("SELECT count(*) FROM purchase_order")
    names = ["partner_id/.id", "state", "order_line/product_id/.id", "order_line/price_unit"]
    for way in ways[login]:
        for context in ({}, CONTEXT):
            for fields, row in (
                (names, [str(shop.vendor), "purchase", str(shop.product), "9000"]),
                ([".id", "state"], [str(order), "purchase"]),
                ([".id", "state"], [str(reviewed), "purchase"]),
                (
                    [".id", "order_line/.id", "order_line/price_unit"],
                    [str(reviewed), str(shop.lines(reviewed)[0]), "1"],
                ),
                ([".id", "partner_id/.id"], [str(reviewed), str(shop.other_vendor)]),
            ):
                result = way("purchase.order", "load", fields=fields, data=[row], context=context)
                assert not result["ids"]
                assert result["messages"]
    assert server.sql("SELECT count(*) FROM purchase_order") == count
    assert (shop.facts(order), shop.facts(reviewed)) == before


@pytest.mark.parametrize("login", LOGINS)
def test_growing_after_confirmation(shop, ways, refused, login):
    order = shop.order(4000)
    shop.buyer.call("purchase.order", "button_confirm", [order])
    line = shop.lines(order)[0]
    calls = [
        ("purchase.order.line", "write", {"ids": [line], "vals": {"price_unit": 9000}}),
        ("purchase.order.line", "write", {"ids": [line], "vals": {"product_qty": 5}}),
        ("purchase.order.line", "create", {"vals_list": [shop.line(9000, order_id=order)]}),
        (
            "purchase.order",
            "write",
            {"ids": [order], "vals": {"order_line": [[1, line, {"price_unit": 9000}]]}},
        ),
    ]
    try_all(shop, ways, refused, login, order, calls)


def test_server_actions_of_an_administrator(server, shop, ways, refused):
    """Code that an administrator may run is refused what everybody is refused."""
    [way, *__] = ways["admin"]
    [model] = way("ir.model", "search", domain=[["model", "=", "purchase.order"]])
    small = shop.order(100)
    shop.buyer.call("purchase.order", "button_confirm", [small])
    for code in (
        "record.write({'state': 'purchase'})",
        "record.sudo().with_context(collab_seal=True).write({'state': 'purchase'})",
        "record.button_confirm()",
        "try:\n    record.button_confirm()\nexcept Exception:\n    raise UserError('no')",
    ):
        order, action = shop.order(), _action(way, model, code)
        before = shop.facts(order)
        with refused():
            _run(way, action, order)
        assert shop.facts(order) == before
    for code in (
        "record.order_line.write({'price_unit': 9000})",
        f"record.write({{'order_line': [(0, 0, {shop.line(9000)})]}})",
    ):
        before = shop.facts(small)
        for text in (code, f"try:\n    {code}\nexcept Exception:\n    pass"):
            with refused():
                _run(way, _action(way, model, text), small)
            assert shop.facts(small) == before


def _action(way, model, code):
    [action] = way(
        "ir.actions.server",
        "create",
        vals_list=[{"name": "x", "model_id": model, "state": "code", "code": code}],
    )
    return action


def _run(way, action, order):
    context = {"active_model": "purchase.order", "active_id": order, "active_ids": [order]}
    way("ir.actions.server", "run", ids=[action], context=context)


def test_copy_of_an_approved_order(shop, ways, refused):
    order, _request = shop.approved()
    copy = shop.buyer.call("purchase.order", "copy", [order])
    copy = copy[0] if isinstance(copy, list) else copy
    try_all(
        shop, ways, refused, "buyer", copy, [("purchase.order", "button_confirm", {"ids": [copy]})]
    )


def test_the_approved_order_is_confirmed(shop):
    """And what was approved goes through, by the native button."""
    order, _request = shop.approved()
    shop.buyer.call("purchase.order", "button_confirm", [order])
    assert shop.facts(order).startswith("purchase|")

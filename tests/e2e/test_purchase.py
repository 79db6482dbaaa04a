"""A buyer, a manager and an order of 12,000: from the refusal to the confirmed order."""

from playwright.sync_api import expect


def new_order(server, price=1200, quantity=10):
    """Return the id and name of a new order of the buyer."""
    buyer = server.rpc("buyer")
    admin = server.rpc("admin")
    order = buyer.call(
        "purchase.order",
        "create",
        {
            "partner_id": admin.ref("collab_approval_purchase.vendor_machines"),
            "order_line": [
                (
                    0,
                    0,
                    {
                        "product_id": admin.ref("collab_approval_purchase.product_workbench"),
                        "product_qty": quantity,
                        "price_unit": price,
                        "tax_ids": [(5,)],
                    },
                )
            ],
        },
    )
    [row] = buyer.call("purchase.order", "read", [order], ["name"])
    return order, row["name"]


def state_of(server, order):
    return server.sql(f"SELECT state FROM purchase_order WHERE id = {order}")


def test_order_from_refusal_to_confirmation(server, person, language):
    order, name = new_order(server)
    buyer, manager = person("buyer"), person("manager")
    manager.open("/odoo/workbench")

    # the native button is refused, with the sentence and the way on
    page = buyer.open_record("purchase.order", order)
    expect(page.locator(".o_collab_approval_wanted")).to_be_visible()
    page.locator("button[name=button_confirm]:visible").first.click()
    dialog = page.locator(".o_collab_guard_dialog")
    expect(dialog).to_contain_text(name)
    buyer.picture(f"refused-{language}")
    assert state_of(server, order) == "draft"

    # who will be asked, then submit
    dialog.locator("button.btn-primary").click()
    preview = page.locator(".o_collab_approval_preview")
    expect(preview).to_contain_text("Wei Chen")
    page.locator(".modal textarea").fill("Needed for hall 2")
    buyer.picture(f"submit-{language}")
    page.locator(".modal button[name=action_submit]").click()
    expect(page.locator(".o_collab_approval_panel")).to_contain_text("Wei Chen")
    buyer.picture(f"panel-{language}")

    # the manager has it, without loading the page again
    row = manager.page.locator(".o_collab_approval_row", has_text=name)
    expect(row).to_be_visible()
    expect(row).to_contain_text("Needed for hall 2")
    manager.picture(f"workbench-{language}")

    # looks at the order, comes back and approves
    row.locator(".o_collab_approval_name").click()
    expect(
        manager.page.locator(".o_collab_approval_panel .o_collab_approval_approve")
    ).to_be_visible()
    expect(manager.page.locator(".o_form_view")).to_contain_text("12,000.00")
    manager.open("/odoo/workbench")
    row.locator(".o_collab_approval_approve").click()
    expect(row.locator(".o_collab_approval_decided")).to_be_visible()
    manager.point_away()
    expect(row).to_have_count(0)

    # the buyer sees it, also without loading again, and confirms
    expect(page.locator(".o_collab_approval_state.text-bg-success")).to_be_visible()
    page.locator("button[name=button_confirm]:visible").first.click()
    expect(page.locator("button[name=button_cancel]:visible")).to_be_visible()
    expect(page.locator("button[name=button_confirm]:visible")).to_have_count(0)
    assert state_of(server, order) == "purchase"

    # the log shows all of it
    request = server.sql(
        f"SELECT id FROM collab_approval_request WHERE res_model = 'purchase.order' AND res_id = {order}"
    )
    buyer.open_record("collab.approval.request", request)
    expect(page.locator(".o_form_view")).to_contain_text("Needed for hall 2")
    buyer.picture(f"request-{language}")
    events = server.sql(
        f"SELECT string_agg(event, ' ' ORDER BY chain_index) FROM collab_approval_log WHERE request_id = {request}"
    )
    assert events == "submitted approved approved_all used"


def test_two_clicks_on_one_spot_decide_on_one_order(server, person):
    orders = [new_order(server) for __ in range(2)]
    ids = [order for order, __ in orders]
    server.rpc("buyer").call("collab.approval.request", "submit", "purchase.order", ids)
    manager = person("manager")
    page = manager.open("/odoo/workbench")
    first, second = (page.locator(".o_collab_approval_row", has_text=name) for __, name in orders)
    first.locator(".o_collab_approval_approve").scroll_into_view_if_needed()
    box = first.locator(".o_collab_approval_approve").bounding_box()
    spot = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(*spot)
    page.wait_for_timeout(350)
    page.mouse.click(*spot)
    expect(first.locator(".o_collab_approval_decided")).to_be_visible()
    page.mouse.dblclick(*spot)
    expect(second.locator(".o_collab_approval_approve")).to_be_visible()
    assert page.url.endswith("/odoo/workbench")
    manager.point_away()
    expect(first).to_have_count(0)
    expect(second.locator(".o_collab_approval_approve")).to_be_visible()


def test_reject_wants_a_comment_and_tells_the_requester(server, person):
    order, name = new_order(server)
    server.rpc("buyer").call("collab.approval.request", "submit", "purchase.order", [order])
    manager = person("manager")
    page = manager.open("/odoo/workbench")
    row = page.locator(".o_collab_approval_row", has_text=name)
    row.locator(".o_collab_approval_reject").click()
    row.locator("textarea").fill("Too expensive, ask a second vendor")
    row.locator("textarea").press("Control+Enter")
    expect(row.locator(".o_collab_approval_decided")).to_be_visible()
    manager.point_away()
    expect(row).to_have_count(0)

    buyer = person("buyer")
    page = buyer.open_record("purchase.order", order)
    panel = page.locator(".o_collab_approval_panel")
    expect(panel).to_contain_text("Too expensive, ask a second vendor")
    expect(panel.locator(".o_collab_approval_submit")).to_be_visible()
    buyer.picture("rejected")


def test_withdraw_and_change(server, person):
    order, __ = new_order(server)
    server.rpc("buyer").call("collab.approval.request", "submit", "purchase.order", [order])
    buyer = person("buyer")
    page = buyer.open_record("purchase.order", order)

    # a line cannot be changed while the order is under review
    line = page.locator(".o_field_one2many[name=order_line] td[name=price_unit]").first
    line.click()
    line.locator("input").fill("1")
    page.locator(".o_form_button_save").click()
    expect(page.locator(".o_collab_guard_dialog, .o_error_dialog")).to_be_visible()
    buyer.picture("locked")
    page.locator(".modal-footer button:visible").last.click()
    page.locator(".o_form_button_cancel").click()
    assert server.sql(f"SELECT amount_total FROM purchase_order WHERE id = {order}") == "12000.00"

    page.locator(".o_collab_approval_withdraw").click()
    page.locator(".modal-footer .btn-primary").click()
    expect(page.locator(".o_collab_approval_submit")).to_be_visible()
    line.click()
    line.locator("input").fill("400")
    page.locator(".o_form_button_save").click()
    expect(page.locator(".o_form_button_save:visible")).to_have_count(0)
    # 4,000 need no approval
    page.locator("button[name=button_confirm]:visible").first.click()
    expect(page.locator("button[name=button_confirm]:visible")).to_have_count(0)
    assert state_of(server, order) == "purchase"


def test_by_thumb(server, person, language):
    order, name = new_order(server, price=2500)
    server.rpc("buyer").call("collab.approval.request", "submit", "purchase.order", [order])
    manager = person("manager", phone=True)
    page = manager.open("/odoo/workbench")
    row = page.locator(".o_collab_approval_row", has_text=name)
    expect(row).to_be_visible()
    manager.no_overflow()
    manager.picture(f"phone-workbench-{language}")
    row.locator(".o_collab_approval_approve").tap()
    expect(row.locator(".o_collab_approval_decided")).to_be_visible()
    expect(row).to_have_count(0)

    director = person("director", phone=True)
    page = director.open_record("purchase.order", order)
    expect(page.locator(".o_collab_approval_approve")).to_be_visible()
    director.no_overflow()
    director.picture(f"phone-panel-{language}")
    page.locator(".o_collab_approval_approve").click()
    expect(page.locator(".o_collab_approval_state.text-bg-success")).to_be_visible()

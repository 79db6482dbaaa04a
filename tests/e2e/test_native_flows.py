"""Expense and time off: asked for and submitted natively, decided in our flow."""

import pytest
from playwright.sync_api import expect

# a white pixel, as the receipt
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/x8AAwMCAO+ip1sAAAAASUVORK5CYII="
)


@pytest.fixture
def expense(server):
    """Return the id of a draft expense of the buyer, with its receipt."""
    buyer, admin = server.rpc("buyer"), server.rpc("admin")
    expense = buyer.call(
        "hr.expense",
        "create",
        {
            "name": "Taxi to the port",
            "employee_id": admin.ref("collab_approval.employee_buyer"),
            "product_id": admin.ref("hr_expense.expense_product_travel_accommodation"),
            "total_amount_currency": 61.2,
            "payment_mode": "own_account",
        },
    )
    buyer.call(
        "ir.attachment",
        "create",
        {"name": "receipt.png", "datas": PIXEL, "res_model": "hr.expense", "res_id": expense},
    )
    return expense


def column(server, table, name, record):
    return server.sql(f"SELECT {name} FROM {table} WHERE id = {record}")


def test_expense_with_its_receipt(server, person, expense):
    buyer, manager = person("buyer"), person("manager")
    page = buyer.open_record("hr.expense", expense)
    page.locator("button[name=action_submit]:visible").first.click()
    expect(page.locator(".o_collab_approval_panel")).to_contain_text("Wei Chen")
    buyer.picture("expense")

    page = manager.open("/odoo/workbench")
    row = page.locator(".o_collab_approval_row", has_text="Taxi to the port")
    expect(row).to_be_visible()
    row.locator(".o_collab_approval_approve").click()
    expect(row.locator(".o_collab_approval_decided")).to_be_visible()
    manager.point_away()
    expect(row).to_have_count(0)
    assert column(server, "hr_expense", "approval_state", expense) == "approved"
    # decided once: nothing of the native flow is left to do
    assert not server.sql(
        f"SELECT 1 FROM mail_activity WHERE res_model = 'hr.expense' AND res_id = {expense} AND active"
    )


def test_leave_from_request_to_approval(server, person):
    admin, buyer = server.rpc("admin"), server.rpc("buyer")
    leave = buyer.call(
        "hr.leave",
        "create",
        {
            "employee_id": admin.ref("collab_approval.employee_buyer"),
            "holiday_status_id": admin.ref("collab_approval_leave.leave_type"),
            "request_date_from": "2031-03-03",
            "request_date_to": "2031-03-05",
        },
    )
    manager = person("manager")
    page = manager.open("/odoo/workbench")
    row = page.locator(".o_collab_approval_row", has_text="03/03/2031")
    expect(row).to_be_visible()
    row.locator(".o_collab_approval_approve").click()
    expect(row.locator(".o_collab_approval_decided")).to_be_visible()
    manager.point_away()
    expect(row).to_have_count(0)
    assert column(server, "hr_leave", "state", leave) == "validate"
    assert not server.sql(
        f"SELECT 1 FROM mail_activity WHERE res_model = 'hr.leave' AND res_id = {leave} AND active"
    )


def test_leave_is_not_approved_around_the_flow(server):
    admin, buyer = server.rpc("admin"), server.rpc("buyer")
    leave = buyer.call(
        "hr.leave",
        "create",
        {
            "employee_id": admin.ref("collab_approval.employee_buyer"),
            "holiday_status_id": admin.ref("collab_approval_leave.leave_type"),
            "request_date_from": "2031-04-07",
            "request_date_to": "2031-04-08",
        },
    )
    answer = admin.try_call("hr.leave", "action_approve", [leave])
    assert "Wei Chen" in answer["error"]["data"]["message"]
    assert column(server, "hr_leave", "state", leave) == "confirm"

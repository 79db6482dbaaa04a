"""An indicator from nothing: over vendor bills, with a target, on a dashboard, and to the records
that it counts."""

import io
import unicodedata
from datetime import date

import pytest
from dateutil.relativedelta import relativedelta
from openpyxl import load_workbook
from playwright.sync_api import expect
from pypdfium2 import PdfDocument

MODEL = "account.move"
NAME = "Bills of vendors"
SUMS = (1200, 800, 150)


@pytest.fixture(scope="module")
def bills(server):
    """Vendor bills of the last months; return those of the last one that is over."""
    admin = server.rpc("admin")
    partner = admin.call("res.partner", "search", [("name", "ilike", "Nordlicht")], limit=1)[0]
    first = date.today().replace(day=1)
    days = [first - relativedelta(months=back) for back in (3, 2, 1)]
    made = admin.call(
        MODEL,
        "create",
        [
            {
                "move_type": "in_invoice",
                "partner_id": partner,
                "invoice_date": str(day),
                "date": str(day),
                "invoice_line_ids": [
                    [0, 0, {"name": "Steel", "quantity": 1, "price_unit": price, "tax_ids": []}]
                ],
            }
            for day, price in zip(days, SUMS, strict=True)
        ],
    )
    admin.call(MODEL, "action_post", made)
    return made[-1:]


@pytest.fixture
def named(server, language):
    """Return a function that says what Odoo calls a field of bills, or the model itself."""
    admin = server.rpc("admin")
    fields = admin.call(MODEL, "fields_get", context={"lang": language})

    def name(field=None):
        if field:
            return fields[field]["string"]
        ids = admin.call("ir.model", "search", [("model", "=", MODEL)])
        return admin.call("ir.model", "read", ids, ["name"], context={"lang": language})[0]["name"]

    return name


def choose(page, box, words):
    """Choose a field by its name."""
    box.click()
    found = page.locator(".o_model_field_selector_popover")
    found.locator("input").first.fill(words)
    found.get_by_text(words, exact=True).first.click()
    if found.count():
        page.keyboard.press("Escape")


def field(page, name):
    return page.locator(f".o_form_view .o_field_widget[name={name}]")


def make(admin, say, named):
    """Make the indicator by hand, from an empty form."""
    page = admin.open("/odoo/collab-kpis/new")
    field(page, "name").locator("input, textarea").fill(NAME)
    field(page, "model_id").locator("input").fill(named())
    page.locator(".dropdown-item").get_by_text(named(), exact=True).first.click()
    domain = field(page, "domain")
    domain.locator(".o_tree_editor_row > a[role=button]").click()
    choose(page, domain.locator(".o_model_field_selector").first, named("move_type"))
    domain.locator(".o_tree_editor_editor select").last.select_option('"in_invoice"')
    choose(
        page,
        field(page, "date_path").locator(".o_model_field_selector"),
        named("invoice_date"),
    )
    field(page, "aggregate").locator("input").click()
    page.locator(".o_select_menu_item").get_by_text(say("Sum"), exact=True).click()
    choose(
        page,
        field(page, "measure_path").first.locator(".o_model_field_selector"),
        named("amount_untaxed"),
    )
    return page


def try_out(page, say):
    page.get_by_role("button", name=say("Try It Out")).click()
    rows = page.locator(".modal .o_data_row")
    expect(rows.first).to_be_visible()
    texts = rows.locator("[name=figure]").all_inner_texts()
    assert any("150" in text for text in texts), texts
    page.locator(".modal .btn-primary").click()


def set_target(page, say, value):
    page.get_by_role("tab", name=say("Targets")).click()
    page.locator("[name=target_ids] .o_field_x2many_list_row_add a").click()
    page.locator("[name=target_ids] .o_selected_row [name=value] input").fill(value)
    page.locator(".oe_title label").click()


def test_from_nothing(person, language, say, named, bills, server):
    admin = person("admin")
    page = make(admin, say, named)
    try_out(page, say)
    set_target(page, say, "1000")
    admin.point_away()
    admin.picture(f"kpi-form-{language}")
    page.get_by_role("button", name=say("Start"), exact=True).click()
    expect(page.get_by_role("button", name=say("Count Now"))).to_be_visible()
    expect(page.locator(".o_form_view .alert-warning:visible")).to_have_count(0)

    # below the target last month, and who is responsible hears of it
    rpc = server.rpc("admin")
    [kpi] = rpc.call("collab.kpi", "search", [("name", "=", NAME)], order="id desc", limit=1)
    [activity] = rpc.call(
        "mail.activity",
        "search_read",
        [("res_model", "=", "collab.kpi"), ("res_id", "=", kpi)],
        ["summary"],
    )
    assert NAME in activity["summary"]
    page = admin.open_record("collab.kpi", kpi)
    expect(page.locator(".o-mail-Activity")).to_contain_text(activity["summary"])

    look(admin, person, say, kpi, rpc, language, bills)
    rpc.call("collab.kpi", "write", [kpi], {"active": False, "name": f"{NAME} {language}"})


def look(admin, person, say, kpi, rpc, language, bills):
    """Look at it on a dashboard, at the desk and on the phone, and open what it counts."""
    [dashboard] = rpc.call(
        "collab.dashboard",
        "create",
        [
            {
                "name": f"Purchasing {language}",
                "sequence": -1,
                "tile_ids": [[0, 0, {"kpi_id": kpi, "kind": "trend"}]],
            }
        ],
    )
    page = admin.open("/odoo/collab-dashboards")
    page.get_by_role("button", name=say("Earlier")).click()
    tile = page.locator(".o_collab_tile").first
    expect(tile).to_contain_text("150")
    expect(tile).to_contain_text(say("Off target"))
    admin.no_overflow()
    admin.point_away()
    admin.picture(f"kpi-dashboard-{language}")
    tile.locator(".o_collab_figure_value").click()
    rows = page.locator(".o_list_view .o_data_row")
    expect(rows).to_have_count(len(bills))
    phone = person("admin", phone=True)
    phone.open("/odoo/collab-dashboards")
    expect(phone.page.locator(".o_collab_figure").first).to_be_visible()
    phone.no_overflow()
    phone.picture(f"kpi-phone-{language}")
    rpc.call("collab.dashboard", "unlink", [dashboard])


def download(page, say, name):
    """Return the bytes of a report's file."""
    row = page.locator("[name=file_ids] .o_data_row").filter(has_text=name)
    with page.expect_download() as found:
        row.get_by_role("button", name=say("Download")).click()
    with open(found.value.path(), "rb") as file:
        return file.read()


def drawn(person, content, name):
    """Draw the pages of a PDF, keep them as pictures, and return their text.

    :return: text of all pages, and how many pixels of each are not white
    """
    texts, inks = [], []
    for number, page in enumerate(PdfDocument(content), start=1):
        image = page.render(scale=1.5).to_pil()
        image.save(person.folder() / f"{name}-{number}.png")
        inks.append(sum(image.convert("L").histogram()[:250]))
        texts.append(page.get_textpage().get_text_range())
    # what looks like a sign is one: fonts have some twice
    return unicodedata.normalize("NFKC", "\n".join(texts)), inks


def test_quarterly_report(person, language, say, server):
    """Issue the report on the last quarter, and open its files."""
    rpc = server.rpc("admin")
    [plan] = rpc.call("collab.kpi.report.plan", "search", [("period", "=", "quarter")])
    # once for each language: a report is issued once
    [plan] = rpc.call("collab.kpi.report.plan", "copy", [plan])
    rpc.call("collab.kpi.report.plan", "write", [plan], {"name": say("System Health Report")})
    admin = person("admin")
    page = admin.open_record("collab.kpi.report.plan", plan)
    expect(page.locator(".o_form_view")).to_be_visible()
    admin.no_overflow()
    admin.picture(f"kpi-plan-{language}")
    page.get_by_role("button", name=say("Last Period")).click()
    sign = page.get_by_role("button", name=say("Sign and Issue"))
    expect(sign).to_be_visible()
    sign.click()
    page.locator(".modal .btn-primary").click()
    expect(page.locator("[name=file_ids] .o_data_row")).to_have_count(2, timeout=60_000)
    expect(sign).to_have_count(0)
    admin.point_away()
    admin.no_overflow()
    admin.picture(f"kpi-report-{language}")
    text, inks = drawn(admin, download(page, say, ".pdf"), f"kpi-report-{language}-page")
    assert say("System Health Report") in text
    assert say("Adoption") in text
    assert all(ink > 5000 for ink in inks), inks
    book = load_workbook(io.BytesIO(download(page, say, ".xlsx")))
    assert book.worksheets[0].title == say("Summary")
    assert sum(len(sheet._charts) for sheet in book.worksheets) > 1
    page.get_by_role("button", name=say("Check")).click()
    expect(page.locator(".o_notification")).to_contain_text(say("The same figures: %s")[:4])
    phone = person("admin", phone=True)
    phone.open_record("collab.kpi.report.plan", plan)
    expect(phone.page.locator("[name=report_ids]")).to_be_visible()
    phone.no_overflow()
    phone.picture(f"kpi-plan-phone-{language}")
    rpc.call("collab.kpi.report.plan", "write", [plan], {"active": False})


def test_dashboards_that_are_shipped(person, language, say):
    """Each of them can be looked at, with what the story of the demo has in it."""
    admin = person("admin")
    page = admin.open("/odoo/collab-dashboards")
    for name, picture in (
        ("User activity", None),
        ("Efficiency", "efficiency"),
        ("Approvals", "approvals"),
        ("System health", "health"),
    ):
        page.locator(".o_collab_chooser").click()
        page.locator(".dropdown-item").get_by_text(say(name), exact=True).click()
        expect(page.locator(".o_collab_chooser")).to_contain_text(say(name))
        expect(page.locator(".o_collab_tile").first).to_be_visible()
        expect(page.locator(".o_collab_tile .alert-warning")).to_have_count(0)
        admin.no_overflow()
        if picture:
            page.get_by_role("button", name=say("Earlier")).click()
            # of the month before, all of it
            expect(page.get_by_role("button", name=say("Later"))).to_be_enabled()
            expect(page.locator(".o_collab_busy")).to_have_count(0)
            expect(page.locator(".o_collab_tile .o_collab_figure").first).to_be_visible()
            page.wait_for_timeout(700)  # lines are drawn in time
            admin.point_away()
            admin.picture(f"kpi-{picture}-{language}")

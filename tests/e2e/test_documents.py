"""The document centre: from twenty files that are dropped to what is kept for ever."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Person
from tests.e2e.papers import (
    DEMO,
    WORDS,
    Dragged,
    Folder,
    SlowLine,
    sha256,
    texts_are_read,
    twenty_files,
    word_file,
)

PASSWORD = "open sesame"


@pytest.fixture(scope="module")
def seats(chromium, server, language):
    """Return a function that seats somebody, who stays for all tests in a language."""
    people = {}

    def seat(login=None, phone=False, locale=None):
        if (login, phone) not in people:
            people[login, phone] = Person(chromium, server, login, phone, locale)
        return people[login, phone]

    yield seat, people
    for one in people.values():
        one.context.close()


@pytest.fixture
def person(seats):
    """Return a function that seats somebody; nobody may see an error on the console."""
    seat, people = seats
    yield seat
    errors = [error for one in people.values() for error in one.errors]
    for one in people.values():
        one.errors.clear()
    assert not errors


@pytest.fixture
def words(language):
    """How the people call things in their language."""
    return WORDS[language]


@pytest.fixture
def centre(server):
    """Return a function that makes a folder."""
    return lambda name: Folder(server, name)


@pytest.fixture
def policies(words, tmp_path):
    """Return the paths of two states of a policy, files of Word."""
    return (
        word_file(tmp_path / "before.docx", words.before),
        word_file(tmp_path / words.policy, words.after),
    )


def row_of(page, name):
    return page.locator(".o_data_row", has_text=name)


def details_of(page, name):
    """Choose a document; return the panel beside the list."""
    row_of(page, name).locator("td[name=name]").click()
    panel = page.locator(".o_collab_document_details")
    expect(panel.locator("header")).to_contain_text(name)
    expect(panel).to_have_attribute("aria-busy", "false")
    return panel


def confirm(page):
    page.locator(".modal .o_collab_document_confirm").click()
    expect(page.locator(".modal")).to_have_count(0)


def more(page, panel, label):
    panel.locator(".o_collab_document_more").click()
    item = page.locator(".o-dropdown-item", has_text=label)
    expect(item).to_be_visible()
    if page.locator(".o_bottom_sheet").count():
        # on a phone: it slides in, and a touch before it is there sends it back
        expect(page.locator(".o_bottom_sheet_snapping")).to_be_visible()
    item.click()


def choose(field, text):
    """Pick a record in a field, or in a selector of many, by what is typed."""
    field.locator("input").fill(text)
    field.page.locator(".o-autocomplete--dropdown-item", has_text=text).first.click()


def saved(page, action):
    """Return the bytes that the browser saves when something is done."""
    with page.expect_download() as download:
        action()
    return Path(download.value.path()).read_bytes()


def two_ticked(panel):
    """Tick both versions, and compare them."""
    for version in panel.locator(".o_collab_document_version input").all():
        version.check()
    panel.locator(".o_collab_document_compare").click()


def test_a_folder_and_who_may_do_what_in_it(person, language, say, words):
    name = words.manual
    owner, buyer = person("owner"), person("buyer")
    page = owner.open("/odoo/collab-documents")
    page.locator(".o_collab_folders_new").click()
    page.fill(".modal input", name)
    confirm(page)
    expect(page.locator(".o_collab_folder_current")).to_contain_text(name)
    expect(buyer.open("/odoo/collab-documents").locator(".o_collab_folders")).not_to_contain_text(
        name
    )

    row = page.locator(".o_collab_folder_current")
    row.hover()
    row.locator(".o_collab_folder_menu button").click()
    page.locator(".o-dropdown-item", has_text=say("Rights & settings")).click()
    form = page.locator(".modal .o_form_view")
    expect(form.locator("[name=access_ids] .o_data_row")).to_contain_text("Jonas Weber")
    form.locator("[name=access_ids] .o_field_x2many_list_row_add a").click()
    line = form.locator("[name=access_ids] .o_data_row").last
    choose(line.locator("[name=user_id]"), "Nora Lindqvist")
    line.locator(".o_field_selection input").click()
    page.locator(".o_select_menu_item", has_text=say("Contributor")).click()
    owner.picture(f"documents-folder-{language}", page.locator(".modal-content"))
    form.locator(".o_notebook_headers a[name=keeping]").click()
    owner.picture(f"documents-keeping-{language}", page.locator(".modal-content"))
    page.locator(".modal .o_form_button_save").click()
    expect(page.locator(".modal")).to_have_count(0)

    # it is there, and what she may do is what a contributor may
    folder = buyer.open("/odoo/collab-documents").locator(".o_collab_folder", has_text=name)
    folder.click()
    expect(buyer.page.locator(".o_collab_document_upload")).to_be_enabled()
    expect(buyer.page.locator(".o_collab_document_add_more")).to_have_count(0)


def test_twenty_files_are_dropped_into_a_folder(person, centre, language, say, words, tmp_path):
    handbook = centre(words.handbook)
    files = twenty_files(tmp_path, words)
    buyer = person("buyer")
    page = handbook.open(buyer)
    expect(page.locator(".o_view_nocontent")).to_contain_text(say("This folder is empty"))
    buyer.picture(f"documents-empty-{language}")

    dragged = Dragged(page, *files).over(page.locator(".o_list_renderer"))
    expect(page.locator(".o_collab_document_drop")).to_contain_text(
        say("Drop files to add them to “%s”") % handbook.name
    )
    uploads = page.locator(".o_collab_uploads")
    with SlowLine(page):
        dragged.drop()
        going_on = say("Uploading: %(done)s of %(all)s") % {"done": "DONE", "all": 20}
        pattern = re.escape(going_on).replace("DONE", r"\d+")
        expect(uploads.locator("header")).to_have_text(re.compile(pattern))
        expect(uploads.get_by_role("progressbar").first).to_be_visible()
        expect(uploads.locator("[data-state=done]").first).to_be_attached()
        buyer.picture(f"documents-upload-{language}")
    expect(uploads.locator("header")).to_have_text(say("Uploaded: %s") % 20)
    expect(page.locator(".o_data_row")).to_have_count(20)
    expect(row_of(page, "采购管理制度.docx")).to_be_visible()
    assert handbook.hashes() == {path.name: sha256(path) for path in files}

    # the same file again: a version of it, not a second one
    word_file(files[0], words.after)
    Dragged(page, files[0]).over(page.locator(".o_list_renderer")).drop()
    page.locator(".modal .o_collab_document_as_version").click()
    expect(row_of(page, words.policy)).to_contain_text("2.0")
    expect(page.locator(".o_data_row")).to_have_count(20)
    details_of(page, words.policy)
    uploads.locator(".o_collab_uploads_close").click()
    buyer.picture(f"documents-{language}")


def test_checked_out_changed_checked_in_and_compared(
    server, person, centre, language, say, words, policies
):
    folder = centre(words.trips)
    before, after = policies
    folder.put(before, words.policy)
    buyer, owner = person("buyer"), person("owner")
    page = folder.open(buyer)
    panel = details_of(page, words.policy)
    panel.locator(".o_collab_document_check_out").click()
    expect(panel.locator(".o_collab_document_checkout")).to_be_visible()
    notice = page.locator(".o_notification")
    assert saved(page, notice.locator("button", has_text=say("Download")).click) == (
        before.read_bytes()
    )

    # others are told, and leave it alone
    others = details_of(folder.open(owner), words.policy)
    expect(others.locator(".o_collab_document_checkout")).to_contain_text("Nora Lindqvist")
    expect(others.locator(".o_collab_document_check_in")).to_have_count(0)
    owner.picture(f"documents-checked-out-{language}")

    panel.locator(".o_collab_document_check_in").click()
    dialog = page.locator(".modal")
    box = dialog.locator(".o_collab_document_drop_box")
    expect(box).to_contain_text(say("Drop the changed file here"))
    Dragged(page, after).over(box).drop()
    expect(box).to_contain_text(after.name)
    dialog.locator("textarea").fill(words.changes)
    buyer.picture(f"documents-check-in-{language}")
    confirm(page)
    expect(row_of(page, words.policy)).to_contain_text("2.0")
    expect(panel.locator(".o_collab_document_checkout")).to_have_count(0)
    expect(panel.locator(".o_collab_document_version").first).to_contain_text(words.changes)

    texts_are_read(server)
    two_ticked(panel)
    rows = page.locator(".o_collab_compare_rows")
    changed = rows.locator(".o_collab_compare_changed")
    expect(changed.locator(".o_collab_compare_left del").first).to_contain_text(words.price[0])
    expect(changed.locator(".o_collab_compare_right ins").first).to_contain_text(words.price[1])
    expect(rows.locator(".o_collab_compare_inserted").first).to_contain_text(words.after[-1])
    buyer.picture(f"documents-compare-{language}", page.locator(".modal-content"))


def test_published_once_it_is_approved(server, person, centre, language, say, words, policies):
    folder = centre(words.rules)
    before, after = policies
    document = folder.put(before, words.policy)
    folder.rule(is_controlled=True, approver_id=server.rpc("director").uid)
    folder.put(after, words.policy, document)
    buyer, manager, director = person("buyer"), person("manager"), person("director")

    def what_readers_get():
        page = folder.open(manager)
        details = details_of(page, words.policy)
        number = row_of(page, words.policy).locator("td[name=number]").inner_text()
        button = details.locator(".o_collab_document_buttons .btn-primary")
        return number, saved(page, button.click)

    page = folder.open(buyer)
    panel = details_of(page, words.policy)
    expect(panel.locator(".o_collab_document_facts")).to_contain_text(
        say("Readers see version %s.") % "1.0"
    )
    panel.locator(".o_collab_document_publish").click()
    page.locator(".modal textarea").fill(words.changes)
    page.locator(".modal .o_collab_document_confirm").click()
    refusal = page.locator(".o_collab_guard_dialog")
    expect(refusal).to_contain_text(words.policy)
    buyer.picture(f"documents-publish-{language}")
    refusal.locator("button.btn-primary").click()
    expect(page.locator(".o_collab_approval_preview")).to_contain_text("Amara Osei")
    page.locator(".modal button[name=action_submit]").click()
    expect(page.locator(".modal")).to_have_count(0)
    bar = panel.locator(".o_collab_approval_panel")
    expect(bar).to_contain_text(say("Waiting for %s") % "Amara Osei")
    # what would be refused is not offered meanwhile
    for button in ("publish", "check_in"):
        expect(panel.locator(f".o_collab_document_{button}")).to_have_count(0)
    buyer.picture(f"documents-submitted-{language}")
    assert what_readers_get() == ("1.0", before.read_bytes())

    # the director looks at it and approves; nobody presses anything else
    desk = director.open("/odoo/workbench")
    task = desk.locator(".o_collab_approval_row", has_text=folder.name)
    expect(task).to_be_visible()
    director.picture(f"documents-workbench-{language}")
    task.locator(".o_collab_approval_name").click()
    desk.locator(".o_collab_approval_panel .o_collab_approval_approve").click()
    expect(desk.locator(".o_collab_approval_state.text-bg-success")).to_be_visible()
    assert what_readers_get() == ("2.0", after.read_bytes())
    expect(bar.locator(".o_collab_approval_state.text-bg-success")).to_be_visible()
    expect(row_of(page, words.policy)).to_contain_text("2.0")
    manager.picture(f"documents-reader-{language}")


def test_documents_of_an_order(server, person, centre, language, say, words):
    folder = centre(words.suppliers)
    folder.put(DEMO / "prices_linden.csv", words.prices)
    admin, session = server.rpc("admin"), server.rpc("buyer")
    vendor = admin.ref("collab_approval_purchase.vendor_machines")
    order = session.call("purchase.order", "create", {"partner_id": vendor})
    [values] = session.call("purchase.order", "read", [order], ["name"])
    buyer = person("buyer")
    page = buyer.open_record("purchase.order", order)
    button = page.locator(".o_collab_document_button")
    expect(button).to_contain_text("0")

    # a file dropped on the form
    dragged = Dragged(page, DEMO / "frame_contract_1.pdf").over(page.locator(".oe_title h1"))
    frame = page.locator(".o_collab_document_drop_text")
    expect(frame).to_contain_text(say("Drop files to add them as documents"))
    buyer.picture(f"documents-order-drop-{language}")
    dragged.drop()
    expect(button).to_contain_text("1")

    # one that is in the document centre already
    button.click()
    dialog = page.locator(".o_collab_document_dialog")
    expect(dialog.locator(".o_collab_document_line")).to_have_text(
        re.compile(re.escape("frame_contract_1.pdf"))
    )
    dialog.locator(".o_collab_document_link").click()
    choice = page.locator(".modal").last
    choice.locator(".o_data_row", has_text=words.prices).first.click()
    expect(dialog.locator(".o_collab_document_line")).to_have_count(2)
    buyer.picture(f"documents-order-{language}")
    dialog.locator(".modal-footer .btn-light").click()
    expect(button).to_contain_text("2")

    panel = details_of(folder.open(buyer), words.prices)
    expect(panel.locator("[data-section=links]")).to_contain_text(values["name"])


def test_shared_with_somebody_outside(person, centre, language, say, words):
    folder = centre(words.contracts)
    contract = DEMO / "frame_contract_1.pdf"
    folder.put(contract, words.contract)
    buyer = person("buyer")
    page = folder.open(buyer)
    panel = details_of(page, words.contract)
    more(page, panel, say("Share…"))
    page.fill("#o_collab_share_label", "Nordlicht Maschinenbau")
    page.fill("#o_collab_share_days", "7")
    page.fill("#o_collab_share_password", PASSWORD)
    buyer.picture(f"documents-share-{language}", page.locator(".modal-content"))
    page.locator(".modal .o_collab_document_confirm").click()
    link = page.locator(".o_collab_document_url").input_value()
    page.locator(".modal-footer button").click()

    stranger = person(locale=words.locale)
    outside = stranger.page
    outside.goto(link)
    expect(outside.locator("h1")).to_have_text(say("Shared file"))
    outside.fill("#password", "wrong password")
    outside.click("button[type=submit]")
    expect(outside.locator(".alert-danger")).to_have_text(
        say("That was not the password. Once it is right, the download begins.")
    )
    stranger.picture(f"documents-shared-{language}", outside.locator("main"))
    outside.fill("#password", PASSWORD)
    download = outside.locator("button", has_text=say("Download"))
    assert saved(outside, download.click) == contract.read_bytes()

    shares = panel.locator("[data-section=shares]")
    expect(shares).to_contain_text("Nordlicht Maschinenbau")
    shares.locator("button", has_text=say("Revoke")).click()
    page.locator(".modal .btn-primary").click()
    expect(shares).to_contain_text(say("Revoked"))
    outside.fill("#password", PASSWORD)
    outside.click("button[type=submit]")
    expect(outside.locator("h1")).to_have_text(say("This link is not valid"))
    outside.goto(link)
    expect(outside.locator("h1")).to_have_text(say("This link is not valid"))
    stranger.errors.clear()  # the browser reports pages that are refused


def test_restored_held_and_trashed(person, centre, language, say, words):
    folder = centre(words.records)
    before, after = DEMO / "frame_contract_1.pdf", DEMO / "frame_contract_2.pdf"
    document = folder.put(before, words.contract)
    folder.put(after, words.contract, document)
    folder.put(DEMO / "prices_linden.csv", words.prices)
    buyer, admin = person("buyer"), person("admin")

    # the file of the first version is the latest again
    page = folder.open(buyer)
    panel = details_of(page, words.contract)
    panel.locator(".o_collab_document_version", has_text="1.0").locator("button").click()
    page.locator(".o-dropdown-item", has_text=say("Restore…")).click()
    page.locator(".modal textarea").fill(words.regret)
    confirm(page)
    expect(panel.locator(".o_collab_document_version")).to_have_count(3)
    assert folder.hashes()[words.contract] == sha256(before)

    # on hold it stays, whoever wants it gone
    held = folder.open(admin)
    row_of(held, words.contract).locator("input[type=checkbox]").check()
    held.locator(".o_cp_action_menus button:has(.fa-cog)").click()
    held.locator(".o-dropdown-item", has_text=say("Put on legal hold…")).click()
    form = held.locator(".modal")
    form.locator("[name=name] input, [name=name] textarea").first.fill(words.matter)
    admin.picture(f"documents-hold-{language}")
    form.locator(".o_form_button_save").click()
    expect(form).to_have_count(0)
    expect(row_of(held, words.contract).locator(".fa-balance-scale")).to_be_visible()
    panel = details_of(folder.open(buyer), words.contract)
    more(page, panel, say("Move to the trash"))
    refusal = say("“%s” is on legal hold: it stays until that is lifted.")
    expect(page.locator(".modal")).to_contain_text(refusal % words.contract)
    buyer.picture(f"documents-held-{language}")
    page.locator(".modal-footer button").first.click()
    expect(row_of(page, words.contract)).to_be_visible()

    # without a hold: to the trash, and back
    panel = details_of(page, words.prices)
    more(page, panel, say("Move to the trash"))
    expect(row_of(page, words.prices)).to_have_count(0)
    page.locator(".o_collab_folder[data-key=trash]").click()
    panel = details_of(page, words.prices)
    buyer.picture(f"documents-trash-{language}")
    panel.locator(".o_collab_document_untrash").click()
    expect(row_of(page, words.prices)).to_have_count(0)
    folder.open(buyer)
    expect(row_of(page, words.prices)).to_be_visible()


def test_read_and_confirmed(person, centre, language, say, words):
    folder = centre(words.safety)
    folder.put(DEMO / "safety.pdf", words.instruction)
    buyer, manager = person("buyer"), person("manager")
    page = folder.open(buyer)
    panel = details_of(page, words.instruction)
    more(page, panel, say("Ask to read…"))
    choose(page.locator(".o_collab_document_ask_users"), "Wei Chen")
    buyer.picture(f"documents-ask-{language}")
    confirm(page)
    readings = panel.locator("[data-section=readings]")
    expect(readings).to_contain_text("Wei Chen")

    page = manager.open("/odoo/workbench")
    task = page.locator(".o_collab_document_reading li", has_text=folder.name)
    card = page.locator("section.o_collab_card", has=page.locator(".o_collab_document_reading"))
    manager.picture(f"documents-to-read-{language}", card)
    task.locator(".o_collab_document_confirm").click()
    expect(task.locator(".o_collab_document_done")).to_be_visible()
    details_of(folder.open(buyer), words.instruction)
    expect(readings).to_contain_text(say("%(read)s of %(all)s") % {"read": 1, "all": 1})
    expect(readings.locator(".fa-check")).to_be_visible()


def test_on_a_phone(server, person, centre, language, say, words, policies):
    """Nothing is wider than the screen, and what is done at a desk is done here."""
    folder = centre(words.field)
    before, after = policies
    folder.put(before, words.policy)
    buyer = person("buyer", phone=True)

    def shown(name):
        buyer.picture(f"phone-{name}-{language}")
        buyer.no_overflow()

    page = folder.open(buyer)
    shown("documents")
    page.locator(".o_collab_folders_current").click()
    expect(page.locator(".o_collab_folders_menu .o_collab_folder_current")).to_be_visible()
    shown("folders")
    page.keyboard.press("Escape")

    card = page.locator(".o_kanban_record", has_text=words.policy)
    card.click()
    panel = page.locator(".o_collab_document_details")
    panel.locator(".o_collab_document_check_out").click()
    expect(panel.locator(".o_collab_document_checkout")).to_be_visible()
    page.locator(".o_notification_close").click()
    shown("details")
    panel.locator(".o_collab_document_check_in").click()
    page.locator(".modal input[type=file]").set_input_files(after)
    page.locator(".modal textarea").fill(words.changes)
    shown("check-in")
    confirm(page)
    expect(panel.locator(".o_collab_document_version")).to_have_count(2)
    shown("uploaded")

    texts_are_read(server)
    two_ticked(panel)
    expect(page.locator(".o_collab_compare_rows ins").first).to_be_visible()
    shown("compare")
    page.locator(".modal-footer .btn-primary").click()

    more(page, panel, say("Share…"))
    page.fill("#o_collab_share_password", PASSWORD)
    shown("share")
    page.locator(".modal .o_collab_document_confirm").click()
    link = page.locator(".o_collab_document_url").input_value()
    shown("shared")
    stranger = person(phone=True, locale=words.locale)
    stranger.page.goto(link)
    stranger.picture(f"phone-link-{language}")
    stranger.no_overflow()
    stranger.page.fill("#password", PASSWORD)
    download = stranger.page.locator("button[type=submit]")
    assert saved(stranger.page, download.click) == after.read_bytes()

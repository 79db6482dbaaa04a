"""The document centre: from twenty files that are dropped to what is kept for ever."""

import hashlib
import os
import re
import uuid
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

DEMO = Path(__file__).parents[2] / "addons/collab_document_approval/demo/files"
PASSWORD = "open sesame"
#: A browser of its own language, for people outside
LOCALES = {"en_US": "en-US", "zh_CN": "zh-CN"}


class Files:
    """Files in the hand of somebody who drags them from the desktop over a page."""

    def __init__(self, page, *paths):
        self.browser = page.context.new_cdp_session(page)
        self.data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}

    def over(self, target):
        box = target.bounding_box()
        self.spot = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        self._send("dragEnter")
        self._send("dragOver")
        return self

    def drop(self):
        self._send("drop")

    def _send(self, kind):
        event = {"type": kind, "data": self.data, **self.spot}
        self.browser.send("Input.dispatchDragEvent", event)


class slow_line:
    """A connection that takes some seconds for what is sent."""

    def __init__(self, page, bytes_per_second=250_000):
        self.browser = page.context.new_cdp_session(page)
        self.speed = bytes_per_second

    def __enter__(self):
        self._limit(self.speed)

    def __exit__(self, *_error):
        self._limit(-1)

    def _limit(self, upload):
        speed = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": upload}
        self.browser.send("Network.emulateNetworkConditions", {"offline": False, **speed})


class Centre:
    """What the tests need of a folder: made by its owner, filled by its editor."""

    def __init__(self, server, name):
        self.server = server
        self.name = name
        owner, admin = server.rpc("owner"), server.rpc("admin")
        access = [
            (0, 0, {"role": "editor", "user_id": server.rpc("buyer").uid}),
            (0, 0, {"role": "reader", "group_id": admin.ref("base.group_user")}),
        ]
        self.id = owner.call("collab.folder", "create", {"name": name, "access_ids": access})

    def rule(self, **values):
        """Let the owner of the folder say how it is to be."""
        self.server.rpc("owner").call("collab.folder", "write", [self.id], values)

    def put(self, path, name=None, document=None, login="buyer"):
        """Send a file as the client does; return the id of the document."""
        session, data = self.server.rpc(login), path.read_bytes()
        query = {"key": uuid.uuid4().hex, "name": name or path.name, "size": len(data)}
        if document:
            [row] = session.call("collab.document", "read", [document], ["version_id"])
            query |= {"document_id": document, "base_id": row["version_id"][0]}
        else:
            query |= {"folder_id": self.id}
        answer = session.http.post(
            f"{self.server.url}/collab/document/upload",
            params=query,
            data=data,
            headers={"Content-Type": "application/octet-stream"},
            timeout=60,
        ).json()
        assert "error" not in answer, answer["error"]
        return answer["document_id"]

    def open(self, who):
        """Show the folder to somebody."""
        page = who.open(f"/odoo/collab-documents?folder={self.id}")
        expect(page.locator(".o_collab_folder_current")).to_contain_text(self.name)
        return page

    def hashes(self):
        """Return name → SHA-256 of the latest version of what is in it."""
        rows = self.server.sql(
            "SELECT document.name, version.sha256 FROM collab_document document"
            " JOIN collab_document_version version ON version.id = document.latest_id"
            f" WHERE document.folder_id = {self.id}"
        )
        return dict(row.rsplit("|", 1) for row in rows.splitlines())


@pytest.fixture
def centre(server, language):
    """Return a function that makes a folder."""
    return lambda name: Centre(server, f"{name} ({language})")


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
    page.locator(".o-dropdown-item", has_text=label).click()


def saved(page, action):
    """Return the bytes that the browser saves when something is done."""
    with page.expect_download() as download:
        action()
    return Path(download.value.path()).read_bytes()


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def choose(field, text):
    """Pick a record in a field, or in a selector of many, by what is typed."""
    field.locator("input").fill(text)
    field.page.locator(".o-autocomplete--dropdown-item", has_text=text).first.click()


def twenty_files(folder):
    """Return paths of files of many types, and one that takes a while."""
    named = {
        "Travel Policy.docx": "travel_policy_1.docx",
        "采购管理制度.docx": "procurement_zh.docx",
        "Supplier Evaluation.xlsx": "supplier_evaluation.xlsx",
        "Safety in the Warehouse.pdf": "safety.pdf",
        "Warehouse Kiel.png": "warehouse_plan.png",
        "Your First Week.md": "onboarding.md",
        "Prices Linden.csv": "prices_linden.csv",
    }
    paths = []
    for name, file in named.items():
        paths.append(folder / name)
        paths[-1].write_bytes((DEMO / file).read_bytes())
    for month in range(1, 13):
        paths.append(folder / f"Minutes 2026-{month:02}.txt")
        paths[-1].write_text(f"Minutes of the meeting of month {month}\n")
    paths.append(folder / "Drawings.zip")
    with zipfile.ZipFile(paths[-1], "w") as archive:
        archive.writestr("hall 2.dwg", os.urandom(600_000))
    assert len(paths) == 20
    return paths


def test_a_folder_and_who_may_do_what_in_it(person, language, say):
    name = f"Quality Manual ({language})"
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
    owner.picture(f"documents-folder-{language}")
    form.locator(".o_notebook_headers a[name=keeping]").click()
    owner.picture(f"documents-keeping-{language}")
    page.locator(".modal .o_form_button_save").click()
    expect(page.locator(".modal")).to_have_count(0)

    # it is there, and what she may do is what a contributor may
    folder = buyer.open("/odoo/collab-documents").locator(".o_collab_folder", has_text=name)
    folder.click()
    expect(buyer.page.locator(".o_collab_document_upload")).to_be_enabled()
    expect(buyer.page.locator(".o_collab_document_add_more")).to_have_count(0)


def test_twenty_files_are_dropped_into_a_folder(person, centre, language, say, tmp_path):
    handbook = centre("Handbook")
    files = twenty_files(tmp_path)
    buyer = person("buyer")
    page = handbook.open(buyer)
    expect(page.locator(".o_view_nocontent")).to_contain_text(say("This folder is empty"))
    buyer.picture(f"documents-empty-{language}")

    dragged = Files(page, *files).over(page.locator(".o_list_renderer"))
    expect(page.locator(".o_collab_document_drop")).to_contain_text(
        say("Drop files to add them to “%s”") % handbook.name
    )
    uploads = page.locator(".o_collab_uploads")
    with slow_line(page):
        dragged.drop()
        going_on = say("Uploading: %(done)s of %(all)s") % {"done": "DONE", "all": 20}
        pattern = re.escape(going_on).replace("DONE", r"\d+")
        expect(uploads.locator("header")).to_have_text(re.compile(pattern))
        expect(uploads.get_by_role("progressbar").first).to_be_visible()
        buyer.picture(f"documents-upload-{language}")
    expect(uploads.locator("header")).to_have_text(say("Uploaded: %s") % 20)
    expect(page.locator(".o_data_row")).to_have_count(20)
    expect(row_of(page, "采购管理制度.docx")).to_be_visible()
    assert handbook.hashes() == {path.name: sha256(path) for path in files}
    details_of(page, "Safety in the Warehouse.pdf")
    buyer.picture(f"documents-{language}")

    # the same file again: a version of it, not a second one
    files[0].write_bytes((DEMO / "travel_policy_2.docx").read_bytes())
    Files(page, files[0]).over(page.locator(".o_list_renderer")).drop()
    page.locator(".modal .o_collab_document_as_version").click()
    expect(row_of(page, "Travel Policy.docx")).to_contain_text("2.0")
    expect(page.locator(".o_data_row")).to_have_count(20)


def test_checked_out_changed_checked_in_and_compared(server, person, centre, language, say):
    folder = centre("Travel")
    before, after = DEMO / "travel_policy_1.docx", DEMO / "travel_policy_2.docx"
    folder.put(before, "Travel Policy.docx")
    buyer, owner = person("buyer"), person("owner")
    page = folder.open(buyer)
    panel = details_of(page, "Travel Policy.docx")
    panel.locator(".o_collab_document_check_out").click()
    expect(panel.locator(".o_collab_document_checkout")).to_be_visible()
    notice = page.locator(".o_notification")
    assert saved(page, notice.locator("button", has_text=say("Download")).click) == (
        before.read_bytes()
    )

    # others are told, and leave it alone
    others = details_of(folder.open(owner), "Travel Policy.docx")
    expect(others.locator(".o_collab_document_checkout")).to_contain_text("Nora Lindqvist")
    expect(others.locator(".o_collab_document_check_in")).to_have_count(0)
    owner.picture(f"documents-checked-out-{language}")

    panel.locator(".o_collab_document_check_in").click()
    dialog = page.locator(".modal")
    box = dialog.locator(".o_collab_document_drop_box")
    expect(box).to_contain_text(say("Drop the changed file here"))
    Files(page, after).over(box).drop()
    expect(box).to_contain_text(after.name)
    dialog.locator("textarea").fill("140 EUR; trains first")
    buyer.picture(f"documents-check-in-{language}")
    confirm(page)
    expect(row_of(page, "Travel Policy.docx")).to_contain_text("2.0")
    expect(panel.locator(".o_collab_document_checkout")).to_have_count(0)
    expect(panel.locator(".o_collab_document_version").first).to_contain_text("trains first")

    texts_are_read(server)
    for version in panel.locator(".o_collab_document_version input").all():
        version.check()
    panel.locator(".o_collab_document_compare").click()
    rows = page.locator(".o_collab_compare_rows")
    changed = rows.locator(".o_collab_compare_changed", has_text="EUR")
    expect(changed.locator(".o_collab_compare_left del").first).to_contain_text("120")
    expect(changed.locator(".o_collab_compare_right ins").first).to_contain_text("140")
    expect(rows.locator(".o_collab_compare_inserted").first).to_contain_text("Trains first")
    buyer.picture(f"documents-compare-{language}")


def texts_are_read(server):
    """Wait until the words in all files were read, which is done beside."""
    waiting = "SELECT count(*) FROM collab_document_content WHERE state = 'waiting'"
    admin = server.rpc("admin")
    job = admin.ref("collab_document.ir_cron_read_contents")
    while server.sql(waiting) != "0":
        # refused if it is at it
        admin.try_call("ir.cron", "method_direct_trigger", [job])


def test_published_once_it_is_approved(server, person, centre, language, say):
    folder = centre("Policies")
    before, after = DEMO / "travel_policy_1.docx", DEMO / "travel_policy_2.docx"
    document = folder.put(before, "Travel Policy.docx")
    folder.rule(is_controlled=True, approver_id=server.rpc("director").uid)
    folder.put(after, "Travel Policy.docx", document)
    buyer, manager, director = person("buyer"), person("manager"), person("director")

    def what_readers_get():
        page = folder.open(manager)
        details = details_of(page, "Travel Policy.docx")
        number = row_of(page, "Travel Policy.docx").locator("td[name=number]").inner_text()
        button = details.locator(".o_collab_document_buttons .btn-primary")
        return number, saved(page, button.click)

    page = folder.open(buyer)
    panel = details_of(page, "Travel Policy.docx")
    expect(panel.locator(".o_collab_document_facts")).to_contain_text(
        say("Readers see version %s.") % "1.0"
    )
    panel.locator(".o_collab_document_publish").click()
    page.locator(".modal textarea").fill("Trains first")
    page.locator(".modal .o_collab_document_confirm").click()
    refusal = page.locator(".o_collab_guard_dialog")
    expect(refusal).to_contain_text("Travel Policy.docx")
    buyer.picture(f"documents-publish-{language}")
    refusal.locator("button.btn-primary").click()
    expect(page.locator(".o_collab_approval_preview")).to_contain_text("Amara Osei")
    page.locator(".modal button[name=action_submit]").click()
    expect(page.locator(".modal")).to_have_count(0)
    assert what_readers_get() == ("1.0", before.read_bytes())

    # the director looks at it and approves; nobody presses anything else
    page = director.open("/odoo/workbench")
    task = page.locator(".o_collab_approval_row", has_text=folder.name)
    director.picture(f"documents-workbench-{language}")
    task.locator(".o_collab_approval_name").click()
    page.locator(".o_collab_approval_panel .o_collab_approval_approve").click()
    expect(page.locator(".o_collab_approval_state.text-bg-success")).to_be_visible()
    assert what_readers_get() == ("2.0", after.read_bytes())
    manager.picture(f"documents-reader-{language}")


def test_documents_of_an_order(server, person, centre, language, say):
    folder = centre("Suppliers")
    folder.put(DEMO / "prices_linden.csv", "Prices Linden.csv")
    admin, session = server.rpc("admin"), server.rpc("buyer")
    vendor = admin.ref("collab_approval_purchase.vendor_machines")
    order = session.call("purchase.order", "create", {"partner_id": vendor})
    [values] = session.call("purchase.order", "read", [order], ["name"])
    buyer = person("buyer")
    page = buyer.open_record("purchase.order", order)
    button = page.locator(".o_collab_document_button")
    expect(button).to_contain_text("0")

    # a file dropped on the form
    dragged = Files(page, DEMO / "frame_contract_1.pdf").over(page.locator(".oe_title h1"))
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
    choice.locator(".o_data_row", has_text="Prices Linden.csv").first.click()
    expect(dialog.locator(".o_collab_document_line")).to_have_count(2)
    buyer.picture(f"documents-order-{language}")
    dialog.locator(".modal-footer .btn-light").click()
    expect(button).to_contain_text("2")

    panel = details_of(folder.open(buyer), "Prices Linden.csv")
    expect(panel.locator("[data-section=links]")).to_contain_text(values["name"])


def test_shared_with_somebody_outside(person, centre, language, say):
    folder = centre("Contracts")
    contract = DEMO / "frame_contract_1.pdf"
    folder.put(contract, "Frame Contract.pdf")
    buyer = person("buyer")
    page = folder.open(buyer)
    panel = details_of(page, "Frame Contract.pdf")
    more(page, panel, say("Share…"))
    page.fill("#o_collab_share_label", "Nordlicht Maschinenbau")
    page.fill("#o_collab_share_days", "7")
    page.fill("#o_collab_share_password", PASSWORD)
    buyer.picture(f"documents-share-{language}")
    page.locator(".modal .o_collab_document_confirm").click()
    link = page.locator(".o_collab_document_url").input_value()
    page.locator(".modal-footer button").click()

    stranger = person(locale=LOCALES[language])
    outside = stranger.page
    outside.goto(link)
    expect(outside.locator("h1")).to_have_text("Frame Contract.pdf")
    outside.fill("#password", "wrong password")
    outside.click("button[type=submit]")
    expect(outside.locator(".alert-danger")).to_have_text(say("That is not the password."))
    stranger.picture(f"documents-shared-{language}")
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


def test_restored_held_and_trashed(server, person, centre, language, say):
    folder = centre("Records")
    before, after = DEMO / "frame_contract_1.pdf", DEMO / "frame_contract_2.pdf"
    document = folder.put(before, "Frame Contract.pdf")
    folder.put(after, "Frame Contract.pdf", document)
    folder.put(DEMO / "prices_linden.csv", "Prices Linden.csv")
    buyer, admin = person("buyer"), person("admin")

    # the file of the first version is the latest again
    page = folder.open(buyer)
    panel = details_of(page, "Frame Contract.pdf")
    panel.locator(".o_collab_document_version", has_text="1.0").locator("button").click()
    page.locator(".o-dropdown-item", has_text=say("Restore…")).click()
    page.locator(".modal textarea").fill("The penalty was not agreed")
    confirm(page)
    expect(panel.locator(".o_collab_document_version")).to_have_count(3)
    assert folder.hashes()["Frame Contract.pdf"] == sha256(before)

    # on hold it stays, whoever wants it gone
    held = folder.open(admin)
    row_of(held, "Frame Contract.pdf").locator("input[type=checkbox]").check()
    held.locator(".o_cp_action_menus button:has(.fa-cog)").click()
    held.locator(".o-dropdown-item", has_text=say("Put on legal hold…")).click()
    form = held.locator(".modal")
    form.locator("[name=name] input, [name=name] textarea").first.fill("Audit 2026")
    admin.picture(f"documents-hold-{language}")
    form.locator(".o_form_button_save").click()
    expect(form).to_have_count(0)
    expect(row_of(held, "Frame Contract.pdf").locator(".fa-balance-scale")).to_be_visible()
    panel = details_of(folder.open(buyer), "Frame Contract.pdf")
    more(page, panel, say("Move to the trash"))
    refusal = say("“%s” is on legal hold: it stays until that is lifted.")
    expect(page.locator(".modal")).to_contain_text(refusal % "Frame Contract.pdf")
    buyer.picture(f"documents-held-{language}")
    page.locator(".modal-footer button").first.click()
    expect(row_of(page, "Frame Contract.pdf")).to_be_visible()

    # without a hold: to the trash, and back
    panel = details_of(page, "Prices Linden.csv")
    more(page, panel, say("Move to the trash"))
    expect(row_of(page, "Prices Linden.csv")).to_have_count(0)
    page.locator(".o_collab_folder[data-key=trash]").click()
    panel = details_of(page, "Prices Linden.csv")
    buyer.picture(f"documents-trash-{language}")
    panel.locator(".o_collab_document_untrash").click()
    expect(row_of(page, "Prices Linden.csv")).to_have_count(0)
    folder.open(buyer)
    expect(row_of(page, "Prices Linden.csv")).to_be_visible()


def test_read_and_confirmed(person, centre, language, say):
    folder = centre("Safety")
    folder.put(DEMO / "safety.pdf", "Safety in the Warehouse.pdf")
    buyer, manager = person("buyer"), person("manager")
    page = folder.open(buyer)
    panel = details_of(page, "Safety in the Warehouse.pdf")
    more(page, panel, say("Ask to read…"))
    choose(page.locator(".o_collab_document_ask_users"), "Wei Chen")
    buyer.picture(f"documents-ask-{language}")
    confirm(page)
    readings = panel.locator("[data-section=readings]")
    expect(readings).to_contain_text("Wei Chen")

    page = manager.open("/odoo/workbench")
    task = page.locator(".o_collab_document_reading li", has_text=folder.name)
    task.scroll_into_view_if_needed()
    manager.picture(f"documents-to-read-{language}")
    task.locator(".o_collab_document_confirm").click()
    expect(task.locator(".o_collab_document_done")).to_be_visible()
    details_of(folder.open(buyer), "Safety in the Warehouse.pdf")
    expect(readings).to_contain_text(say("%(read)s of %(all)s") % {"read": 1, "all": 1})
    expect(readings.locator(".fa-check")).to_be_visible()


def test_on_a_phone(server, person, centre, language, say):
    """Nothing is wider than the screen, and what is done at a desk is done here."""
    folder = centre("Phone")
    before, after = DEMO / "travel_policy_1.docx", DEMO / "travel_policy_2.docx"
    folder.put(before, "Travel Policy.docx")
    buyer = person("buyer", phone=True)

    def shown(name):
        buyer.picture(f"phone-{name}-{language}")
        buyer.no_overflow()

    page = buyer.open(f"/odoo/collab-documents?folder={folder.id}")
    expect(page.locator(".o_collab_folders_current")).to_contain_text(folder.name)
    shown("documents")
    page.locator(".o_collab_folders_current").click()
    expect(page.locator(".o_collab_folders_menu .o_collab_folder_current")).to_be_visible()
    shown("folders")
    page.keyboard.press("Escape")

    card = page.locator(".o_kanban_record", has_text="Travel Policy.docx")
    card.click()
    panel = page.locator(".o_collab_document_details")
    panel.locator(".o_collab_document_check_out").click()
    expect(panel.locator(".o_collab_document_checkout")).to_be_visible()
    page.locator(".o_notification_close").click()
    shown("details")
    panel.locator(".o_collab_document_check_in").click()
    page.locator(".modal input[type=file]").set_input_files(after)
    page.locator(".modal textarea").fill("140 EUR; trains first")
    shown("check-in")
    confirm(page)
    expect(panel.locator(".o_collab_document_version")).to_have_count(2)
    shown("uploaded")

    texts_are_read(server)
    for version in panel.locator(".o_collab_document_version input").all():
        version.check()
    panel.locator(".o_collab_document_compare").click()
    expect(page.locator(".o_collab_compare_rows ins").first).to_be_visible()
    shown("compare")
    page.locator(".modal-footer .btn-primary").click()

    more(page, panel, say("Share…"))
    page.fill("#o_collab_share_password", PASSWORD)
    shown("share")
    page.locator(".modal .o_collab_document_confirm").click()
    link = page.locator(".o_collab_document_url").input_value()
    shown("shared")
    stranger = person(phone=True, locale=LOCALES[language])
    stranger.page.goto(link)
    stranger.picture(f"phone-link-{language}")
    stranger.no_overflow()
    stranger.page.fill("#password", PASSWORD)
    download = stranger.page.locator("button[type=submit]")
    assert saved(stranger.page, download.click) == after.read_bytes()

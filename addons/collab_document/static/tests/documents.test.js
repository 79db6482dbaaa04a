import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { queryAllAttributes, queryAllTexts, queryOne, waitFor, waitForNone } from "@odoo/hoot-dom";
import { animationFrame, Deferred, mockDate, runAllTimers } from "@odoo/hoot-mock";
import {
    contains,
    getService,
    makeServerError,
    MockServer,
    mockService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { MainComponentsContainer } from "@web/core/main_components_container";
import {
    CollabDocument,
    defineDocumentModels,
    details,
    folder,
    mockDocuments,
    openDocuments,
    version,
} from "./document_test_helpers";

describe.current.tags("desktop");
defineDocumentModels();

let answers;

beforeEach(() => {
    mockDate("2026-03-04 09:30:00", 0);
    answers = {
        folders: [
            folder({ count: 2, size: 2048 }),
            folder({ id: 2, name: "Drawings", count: 1, role: "reader" }),
            folder({ id: 3, name: "Forms", parent_id: 1 }),
        ],
        documents: {},
    };
    mockDocuments(answers);
    browser.localStorage.setItem("collab_document.panel.7", "true");
});

const rows = () => queryAllTexts(".o_data_row td[name=name]");
const folders = () => queryAllTexts(".o_collab_folder .text-truncate");
const selectRow = (name) => contains(`.o_data_row:contains(${name}) td[name=name]`).click();
const selectFolder = (name) => contains(`.o_collab_folder:contains(${name})`).click();

async function showFirst(values) {
    answers.documents[1] = details(values);
    await openDocuments();
    await selectRow("Rules.md");
    await waitFor(".o_collab_document_body");
    expect.verifySteps(["details 1"]);
}

describe("folders", () => {
    test("a folder shows what is right in it", async () => {
        await openDocuments();
        expect(rows()).toEqual(["Rules.md", "Plan.pdf", "Gate.png"]);
        expect("th[data-name=folder_id]").toHaveCount(1);
        expect(folders()).toEqual(["All", "Recent", "Favorites", "Policies", "Drawings", "Trash"]);
        await selectFolder("Drawings");
        expect(rows()).toEqual(["Gate.png"]);
        expect("th[data-name=folder_id]").toHaveCount(0);
        expect(".o_collab_folder_current .text-truncate").toHaveText("Drawings");
        await selectFolder("Trash");
        expect(rows()).toEqual(["Old.txt"]);
        await selectFolder("All");
        expect(rows()).toEqual(["Rules.md", "Plan.pdf", "Gate.png"]);
    });

    test("searching goes on into the folders below", async () => {
        onRpc("collab.document", "web_search_read", ({ kwargs }) => {
            expect.step(JSON.stringify(kwargs.domain));
        });
        await openDocuments();
        await selectFolder("Policies");
        await contains(".o_searchview_input").edit("rules", { confirm: false });
        await contains(".o_searchview_autocomplete .o-dropdown-item:first").click();
        expect.verifySteps([
            "[]",
            '[["folder_id","=",1]]',
            '["&",["name","ilike","rules"],["folder_id","child_of",1]]',
        ]);
        expect("th[data-name=folder_id]").toHaveCount(1);
    });

    test("what is unfolded is remembered", async () => {
        await openDocuments();
        await contains(".o_collab_folder:contains(Policies) .o_collab_folder_toggle").click();
        expect(folders()).toInclude("Forms");
        expect(browser.localStorage.getItem("collab_document.expanded.7")).toBe("[1]");
    });

    test("by the keyboard", async () => {
        await openDocuments();
        const tabbable = () => queryAllAttributes(".o_collab_folder[tabindex='0']", "data-key");
        expect(tabbable()).toEqual(["all"]);
        queryOne("[data-key=all]").focus();
        const pressKey = async (key) => {
            document.activeElement.dispatchEvent(
                new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })
            );
            await animationFrame();
        };
        for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight"]) {
            await pressKey(key);
        }
        expect("[data-key=folder-3]").toBeFocused();
        expect(tabbable()).toEqual(["folder-3"]);
        await pressKey("ArrowLeft");
        expect("[data-key=folder-1]").toBeFocused();
        await pressKey("ArrowLeft");
        expect("[data-key=folder-3]").toHaveCount(0);
        await pressKey("Enter");
        expect(rows()).toEqual(["Rules.md", "Plan.pdf"]);
        await pressKey("End");
        expect("[data-key=trash]").toBeFocused();
    });

    test("files can be added as the role in the folder says", async () => {
        await openDocuments();
        await selectFolder("Drawings");
        expect(".o_collab_document_upload").not.toBeEnabled();
        expect(".o_collab_document_upload").toHaveAttribute(
            "title",
            "You can read in “Drawings”, but not add documents to it."
        );
        await selectFolder("Policies");
        expect(".o_collab_document_upload").toBeEnabled();
        await selectFolder("Trash");
        expect(".o_collab_document_upload").not.toBeEnabled();
    });

    test("documents are dropped on a folder, and moved back", async () => {
        onRpc("collab.document", "write", ({ args }) => {
            expect.step(`write ${args[0]} ${JSON.stringify(args[1])}`);
        });
        await mountWithCleanup(MainComponentsContainer);
        await openDocuments();
        await selectFolder("Policies");
        const dataTransfer = new DataTransfer();
        const fire = (selector, type) =>
            queryOne(selector).dispatchEvent(
                new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true })
            );
        fire(".o_data_row:contains(Rules.md)", "dragstart");
        fire(".o_collab_folder:contains(Drawings)", "dragover");
        await animationFrame();
        expect(".o_collab_folder_drop .text-truncate").toHaveText("Drawings");
        fire(".o_collab_folder:contains(Drawings)", "drop");
        await waitFor(".o_notification");
        expect(".o_notification_content").toHaveText("“Rules.md”: moved to “Drawings”.");
        expect(rows()).toEqual(["Plan.pdf"]);
        await contains(".o_notification button:contains(Undo)").click();
        await waitFor(".o_data_row:contains(Rules.md)");
        expect.verifySteps(['write 1 {"folder_id":2}', 'write 1 {"folder_id":1}']);
    });

    test("says what to do where there is nothing", async () => {
        CollabDocument._records = [];
        await openDocuments();
        expect(".o_view_nocontent p:first").toHaveText("No documents yet");
        await selectFolder("Policies");
        expect(".o_view_nocontent p:first").toHaveText("This folder is empty");
        await selectFolder("Drawings");
        expect(".o_view_nocontent p:first").toHaveText("No documents in this folder");
        await selectFolder("Favorites");
        expect(".o_view_nocontent p:first").toHaveText("No favorites yet");
    });

    test("the name of a folder is never HTML", async () => {
        CollabDocument._records = [];
        answers.folders = [folder({ name: "<b>x</b>", role: "reader" })];
        await openDocuments();
        await contains(".o_collab_folder[data-key=folder-1]").click();
        expect(".o_collab_folder_current b").toHaveCount(0);
        expect(".o_collab_document_upload").toHaveAttribute(
            "title",
            "You can read in “<b>x</b>”, but not add documents to it."
        );
    });
});

describe("the panel", () => {
    test("the folder, then the document that is clicked", async () => {
        await openDocuments();
        await selectFolder("Policies");
        expect(".o_collab_document_aside h2").toHaveText("Policies");
        expect(".o_collab_document_aside dd:first").toHaveText("2, 2 kB");
        await selectRow("Rules.md");
        await waitFor(".o_collab_document_body");
        expect(".o_collab_document_aside h2").toHaveText("Rules.md");
        expect(".o_data_row.o_collab_document_current").toHaveCount(1);
        await contains(".o_collab_document_close").click();
        expect(".o_collab_document_aside").toHaveCount(0);
        expect(browser.localStorage.getItem("collab_document.panel.7")).toBe("false");
        await selectRow("Plan.pdf");
        await waitFor(".o_collab_document_body");
        expect.verifySteps(["details 1", "details 2"]);
    });

    test("the arrow keys lead on", async () => {
        await openDocuments();
        await selectRow("Rules.md");
        await waitFor(".o_collab_document_body");
        const next = queryOne(".o_data_row:contains(Plan.pdf) td[name=name]");
        next.dispatchEvent(new KeyboardEvent("keyup", { key: "ArrowDown", bubbles: true }));
        await animationFrame();
        expect(".o_data_row.o_collab_document_current td[name=name]").toHaveText("Plan.pdf");
        expect.verifySteps(["details 1", "details 2"]);
    });

    test("several that are selected", async () => {
        await openDocuments();
        await contains(".o_data_row:eq(0) .o_list_record_selector input").click();
        await waitFor(".o_collab_document_body");
        await contains(".o_data_row:eq(1) .o_list_record_selector input").click();
        expect(".o_collab_document_aside h2").toHaveText("2 documents selected");
        expect(".o_collab_document_aside p:first").toHaveText("40 B");
        expect.verifySteps(["details 1"]);
    });

    test("a reader reads", async () => {
        await showFirst({ can_edit: false, sees_drafts: false, description: "<i>Short</i>" });
        expect(queryAllTexts(".o_collab_document_buttons > button")).toEqual([
            "Open",
            "Download",
            "",
        ]);
        expect(".o_collab_document_facts textarea").toHaveCount(0);
        expect(".o_collab_document_text").toHaveText("<i>Short</i>");
        await contains(".o_collab_document_more").click();
        expect(queryAllTexts(".o-dropdown-item")).toEqual(["Copy…", "Open the form"]);
    });

    test("an editor works on it", async () => {
        await showFirst({ state: "draft", number: "1.1", published: "1.0" });
        expect(queryAllTexts(".o_collab_document_buttons > button")).toEqual([
            "Open",
            "Download",
            "Check out",
            "Check in",
            "Publish",
            "",
        ]);
        expect(".o_collab_document_facts dd:first").toHaveText(
            "1.1Draft\nReaders see version 1.0."
        );
    });

    test("what is under review takes no versions meanwhile", async () => {
        await showFirst({
            state: "draft",
            number: "1.1",
            is_under_review: true,
            versions: [version({ id: 12, number: "1.1" }), version({ id: 11, number: "1.0" })],
        });
        expect(queryAllTexts(".o_collab_document_buttons > button")).toEqual([
            "Open",
            "Download",
            "",
        ]);
        await contains(".o_collab_document_version:eq(1) .dropdown-toggle").click();
        expect(queryAllTexts(".o-dropdown-item")).toEqual(["Open", "Download"]);
    });

    test("what the gate asks for first is not covered by the question for a note", async () => {
        expect.errors(1);
        await showFirst({ state: "draft", number: "1.1", published: "1.0" });
        onRpc("collab.document", "action_publish", () => {
            throw makeServerError({
                errorName: "odoo.addons.collab_guard.exceptions.GuardError",
                message: "It needs an approval",
                args: ["It needs an approval", 7, "Submit for approval", {}],
            });
        });
        await contains(".o_collab_document_publish").click();
        await contains(".modal .o_collab_document_confirm").click();
        await waitFor(".o_collab_guard_dialog");
        expect(".modal").toHaveCount(1);
        expect.verifyErrors([/It needs an approval/]);
    });

    test("a reader of a document that is being changed sees what is published", async () => {
        await showFirst({ state: "draft", number: "1.0", can_edit: false, sees_drafts: false });
        expect(".o_collab_document_facts dd:first").toHaveText("1.0Published");
    });

    test("nobody changes what somebody else works on", async () => {
        await showFirst({
            is_checked_out: true,
            checkout_user_id: [5, "Nora Lindqvist"],
            checkout_until: "2026-03-04 15:00:00",
            can_manage: true,
        });
        expect(".o_collab_document_checkout").toHaveText(/Nora Lindqvist is working on it, until/);
        expect(".o_collab_document_check_in").toHaveCount(0);
        expect(".o_collab_document_check_out").toHaveCount(0);
        await contains(".o_collab_document_checkout button:contains(End their check-out)").click();
        expect(".modal .o_collab_document_confirm").not.toBeEnabled();
        onRpc("collab.document", "action_break_check_out", ({ kwargs }) => {
            expect.step(`break ${kwargs.reason}`);
            answers.documents[1] = details();
            return true;
        });
        await contains(".modal textarea").edit("She is on leave");
        await contains(".modal .o_collab_document_confirm").click();
        await waitFor(".o_collab_document_check_out");
        expect.verifySteps(["break She is on leave", "details 1"]);
        expect(".o_collab_document_checkout").toHaveCount(0);
    });

    test("what has changed is shown at once", async () => {
        await showFirst({ my_reading: { id: 4, due: "2026-03-06", asked_uid: [5, "Nora"] } });
        onRpc("collab.document.reading", "action_confirm", ({ args }) => {
            expect.step(`confirm ${args[0]}`);
            answers.documents[1] = details();
            return true;
        });
        expect(".o_collab_document_reading").toHaveText(/Nora asks you to read this by/);
        await contains(".o_collab_document_reading button").click();
        await animationFrame();
        expect(".o_collab_document_reading").toHaveCount(0);
        expect.verifySteps(["confirm 4", "details 1"]);
    });

    test("two versions are picked to be compared", async () => {
        mockService("dialog", {
            add(Dialog, { leftId, rightId }) {
                expect.step(`${Dialog.name} ${leftId} ${rightId}`);
            },
        });
        await showFirst({
            versions: [
                version({ id: 13, number: "1.1" }),
                version({ id: 12, number: "1.0" }),
                version({ id: 11, number: "0.1" }),
            ],
        });
        expect(".o_collab_document_version:has([title='What readers see'])").toHaveText(/^1\.0/);
        expect(".o_collab_document_compare").not.toBeEnabled();
        const pick = (index) => contains(`.o_collab_document_version:eq(${index}) input`).click();
        await pick(0);
        await pick(1);
        await pick(2); // the last two count
        expect(".o_collab_document_version input:checked").toHaveCount(2);
        await contains(".o_collab_document_compare").click();
        await contains(".o_collab_document_version:eq(0) .dropdown-toggle").click();
        await contains(".o-dropdown-item:contains(one before)").click();
        expect.verifySteps(["CompareDialog 11 12", "CompareDialog 12 13"]);
    });

    test("who has read it, and who has not", async () => {
        await showFirst({
            readings: [
                { id: 1, user_id: [5, "Nora"], due: "2026-03-01", read_at: false },
                { id: 2, user_id: [6, "Wei"], due: "2026-03-01", read_at: "2026-03-02 10:00:00" },
            ],
        });
        expect("[data-section=readings] button:first").toHaveText("Read by\n1 of 2");
        expect("[data-section=readings] .text-danger").toHaveText("due Mar 1, 2026");
    });

    test("a long list is shown in part; picks and lists begin anew with another document", async () => {
        const versions = [7, 6, 5, 4, 3, 2].map((id) => version({ id, number: `0.${id}` }));
        answers.documents[2] = details({ id: 2, name: "Plan.pdf", versions });
        await showFirst({ versions });
        const shown = () => queryAllTexts(".o_collab_document_version .fw-bold");
        const few = ["0.7", "0.6", "0.5", "0.4", "0.3"];
        expect(shown()).toEqual(few);
        await contains("[data-section=versions] button:contains(Show all)").click();
        expect(shown()).toEqual([...few, "0.2"]);
        expect("[data-section=versions] button:contains(Show all)").toHaveCount(0);
        await contains(".o_collab_document_version:eq(0) input").click();
        // folded and unfolded, it is as it was
        await contains("[data-section=versions] > button").click();
        await contains("[data-section=versions] > button").click();
        expect(shown()).toEqual([...few, "0.2"]);
        expect(".o_collab_document_version input:checked").toHaveCount(1);
        await selectRow("Plan.pdf");
        await waitFor(".o_collab_document_details:contains(Plan.pdf)");
        expect(shown()).toEqual(few);
        expect(".o_collab_document_version input:checked").toHaveCount(0);
        expect.verifySteps(["details 2"]);
    });

    test("to the trash and back, without a question", async () => {
        onRpc("collab.document", "action_trash", ({ args }) => {
            expect.step(`trash ${args[0]}`);
            MockServer.env["collab.document"].write([1], { active: false });
            return true;
        });
        onRpc("collab.document", "action_untrash", ({ args }) => {
            expect.step(`untrash ${args[0]}`);
            MockServer.env["collab.document"].write([1], { active: true });
            return true;
        });
        await mountWithCleanup(MainComponentsContainer);
        await showFirst({});
        await contains(".o_collab_document_more").click();
        await contains(".o-dropdown-item:contains(trash)").click();
        await waitFor(".o_notification");
        expect(".modal").toHaveCount(0);
        expect(".o_collab_document_body").toHaveCount(0);
        expect(rows()).toEqual(["Plan.pdf", "Gate.png"]);
        await contains(".o_notification button:contains(Undo)").click();
        await waitFor(".o_data_row:contains(Rules.md)");
        expect.verifySteps(["trash 1", "untrash 1"]);
    });

    test("deleting for good takes a second thought", async () => {
        await showFirst({ active: false, trashed_at: "2026-03-01 10:00:00", can_manage: true });
        expect(queryAllTexts(".o_collab_document_buttons > button")).toEqual([
            "Take out of the trash",
            "Download",
            "Delete for good",
        ]);
        onRpc("collab.document", "action_purge", ({ args }) => {
            expect.step(`purge ${args[0]}`);
            return true;
        });
        await contains(".o_collab_document_purge").click();
        expect.verifySteps([]);
        await contains(".modal .btn-danger").click();
        expect.verifySteps(["purge 1"]);
    });

    test("a document that has gone", async () => {
        onRpc("collab.document", "details", () => {
            throw new Error("gone");
        });
        await openDocuments();
        await selectRow("Rules.md");
        await waitFor(".o_collab_document_details [role=status]");
        expect(".o_error_dialog").toHaveCount(0);
    });
});

describe("what is loaded anew meanwhile", () => {
    /** Have the list wait for the promise from now on. */
    function delayList(promise) {
        onRpc("collab.document", "web_search_read", async ({ parent }) => {
            await promise;
            return parent();
        });
    }

    test("by an upload: the dialog closes nevertheless", async () => {
        const gate = new Deferred();
        await showFirst({});
        await contains(".o_collab_document_more").click();
        await contains(".o-dropdown-item:contains(Rename)").click();
        delayList(gate);
        await contains(".modal input").edit("Rule.md", { confirm: false });
        await contains(".modal .o_collab_document_confirm").click();
        getService("collab_upload").bus.trigger("DONE", {});
        await runAllTimers();
        expect(".modal").toHaveCount(1);
        gate.resolve();
        await waitForNone(".modal");
        await waitFor(".o_data_row:contains(Rule.md)");
        expect.verifySteps(["details 1", "details 1"]);
    });

    test("by going elsewhere: what can be undone is told nevertheless", async () => {
        const gate = new Deferred();
        onRpc("collab.document", "action_trash", () => {
            MockServer.env["collab.document"].write([1], { active: false });
            return true;
        });
        await mountWithCleanup(MainComponentsContainer);
        await showFirst({});
        delayList(gate);
        await contains(".o_collab_document_more").click();
        await contains(".o-dropdown-item:contains(trash)").click();
        await selectFolder("Drawings");
        gate.resolve();
        await waitFor(".o_notification button:contains(Undo)");
        expect(rows()).toEqual(["Gate.png"]);
    });

    test("by an upload: a dialog that shows the folders opens nevertheless", async () => {
        const gate = new Deferred();
        await showFirst({});
        onRpc("collab.folder", "tree", async ({ parent }) => {
            await gate;
            return parent();
        });
        await contains(".o_collab_document_more").click();
        await contains(".o-dropdown-item:contains(Move)").click();
        getService("collab_folders").load();
        gate.resolve();
        await waitFor(".modal .o_collab_folder");
    });
});

describe("bulk actions", () => {
    async function openMenu() {
        await openDocuments();
        await contains(".o_data_row:eq(0) .o_list_record_selector input").click();
        await contains(".o_data_row:eq(1) .o_list_record_selector input").click();
        await contains(".o_cp_action_menus button").click();
        expect.verifySteps(["details 1"]);
        return queryAllTexts(".o-dropdown--menu .o_menu_item");
    }

    test("as the rights in all of them allow", async () => {
        expect(await openMenu()).toEqual([
            "Download",
            "Move…",
            "Copy…",
            "Tag…",
            "Add to or remove from favorites",
            "Check out",
            "Ask to read…",
            "Move to the trash",
        ]);
    });

    test("none of them, if one is not to be changed", async () => {
        CollabDocument._records[1].can_edit = false;
        expect(await openMenu()).toEqual(["Download", "Copy…", "Add to or remove from favorites"]);
    });

    test("drafts are published", async () => {
        CollabDocument._records.forEach((one) => (one.state = "draft"));
        expect(await openMenu()).toInclude("Publish…");
    });

    test("not if one of them is under review", async () => {
        CollabDocument._records.forEach((one) => (one.state = "draft"));
        CollabDocument._records[1].is_under_review = true;
        expect(await openMenu()).not.toInclude("Publish…");
    });

    test("all of them in one call", async () => {
        onRpc("collab.document", "action_check_out", ({ args }) => {
            expect.step(`check out ${args[0]}`);
            return true;
        });
        await openMenu();
        await contains(".o_menu_item:contains(Check out)").click();
        expect.verifySteps(["check out 1,2"]);
    });
});

describe("uploads", () => {
    test("what is in shows up in the list", async () => {
        onRpc("collab.document", "web_search_read", () => expect.step("load"));
        await openDocuments();
        const { bus } = getService("collab_upload");
        bus.trigger("DONE", {});
        bus.trigger("DONE", {});
        await runAllTimers();
        expect.verifySteps(["load", "load"]);
    });

    test("files over the view name the folder; refused where that cannot be", async () => {
        await openDocuments();
        await selectFolder("Policies");
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(["x"], "x.txt"));
        const fire = async (selector, type) => {
            queryOne(selector).dispatchEvent(
                new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true })
            );
            await animationFrame();
        };
        await fire(".o_list_renderer", "dragenter");
        expect(".o_collab_document_drop").toHaveText("Drop files to add them to “Policies”");
        await fire(".o_collab_folder:contains(Drawings)", "dragover");
        expect(".o_collab_document_drop_refused").toHaveText(
            "You can read in “Drawings”, but not add documents to it."
        );
        // what they were over may go, and is never left
        await fire(".o_list_renderer", "dragenter");
        await fire(".o_list_renderer", "dragleave");
        expect(".o_collab_document_drop").toHaveCount(0);
    });
});

test("the thumbnail is asked for where there is one", async () => {
    CollabDocument._records[0].has_thumbnail = true;
    CollabDocument._views.kanban = CollabDocument._views.kanban.replace(
        `<field name="name"/>`,
        `<widget name="collab_document_thumbnail"/>`
    );
    await openDocuments("kanban");
    expect(".o_collab_document_thumbnail img").toHaveCount(1);
    expect(".o_collab_document_thumbnail img").toHaveAttribute(
        "data-src",
        "/collab/document/1/thumbnail/11"
    );
});

import { describe, expect, test } from "@odoo/hoot";
import { queryAllAttributes, queryAllTexts, queryOne, waitFor, waitForNone } from "@odoo/hoot-dom";
import { animationFrame, Deferred, runAllTimers } from "@odoo/hoot-mock";
import {
    contains,
    getService,
    MockServer,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { MainComponentsContainer } from "@web/core/main_components_container";
import {
    CollabDocument,
    defineDocumentModels,
    folder,
    openDocuments,
    rows,
    selectFolder,
    showFirst,
    startWithFolders,
} from "./document_test_helpers";

describe.current.tags("desktop");
defineDocumentModels();
const answers = startWithFolders();

const folders = () => queryAllTexts(".o_collab_folder .text-truncate");

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
        await showFirst(answers, {});
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
        await showFirst(answers, {});
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
        await showFirst(answers, {});
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

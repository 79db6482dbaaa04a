import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryOne, waitFor } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    makeServerError,
    MockServer,
    mockService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { MainComponentsContainer } from "@web/core/main_components_container";
import {
    defineDocumentModels,
    details,
    openDocuments,
    rows,
    selectFolder,
    selectRow,
    showFirst,
    startWithFolders,
    version,
} from "./document_test_helpers";

describe.current.tags("desktop");
defineDocumentModels();
const answers = startWithFolders();

test("the folder, then the document that is clicked", async () => {
    await openDocuments();
    await selectFolder("Policies");
    expect(".o_collab_document_aside h2").toHaveText("Policies");
    expect(".o_collab_document_aside dd:first").toHaveText("2 · 2 kB");
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
    await showFirst(answers, { can_edit: false, sees_drafts: false, description: "<i>Short</i>" });
    expect(queryAllTexts(".o_collab_document_buttons > button")).toEqual(["Open", "Download", ""]);
    expect(".o_collab_document_facts textarea").toHaveCount(0);
    expect(".o_collab_document_text").toHaveText("<i>Short</i>");
    await contains(".o_collab_document_more").click();
    expect(queryAllTexts(".o-dropdown-item")).toEqual(["Copy…", "Open the form"]);
});

test("an editor works on it", async () => {
    await showFirst(answers, { state: "draft", number: "1.1", published: "1.0" });
    expect(queryAllTexts(".o_collab_document_buttons > button")).toEqual([
        "Open",
        "Download",
        "Check out",
        "Check in",
        "Publish",
        "",
    ]);
    expect(".o_collab_document_facts dd:first").toHaveText("1.1Draft\nReaders see version 1.0.");
});

test("what is under review takes no versions meanwhile", async () => {
    await showFirst(answers, {
        state: "draft",
        number: "1.1",
        is_under_review: true,
        versions: [version({ id: 12, number: "1.1" }), version({ id: 11, number: "1.0" })],
    });
    expect(queryAllTexts(".o_collab_document_buttons > button")).toEqual(["Open", "Download", ""]);
    await contains(".o_collab_document_version:eq(1) .dropdown-toggle").click();
    expect(queryAllTexts(".o-dropdown-item")).toEqual(["Open", "Download"]);
});

test("what the gate asks for first is not covered by the question for a note", async () => {
    expect.errors(1);
    await showFirst(answers, { state: "draft", number: "1.1", published: "1.0" });
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
    await showFirst(answers, {
        state: "draft",
        number: "1.0",
        can_edit: false,
        sees_drafts: false,
    });
    expect(".o_collab_document_facts dd:first").toHaveText("1.0Published");
});

test("nobody changes what somebody else works on", async () => {
    await showFirst(answers, {
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
    await showFirst(answers, { my_reading: { id: 4, due: "2026-03-06", asked_uid: [5, "Nora"] } });
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
    await showFirst(answers, {
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
    await showFirst(answers, {
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
    await showFirst(answers, { versions });
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
    await showFirst(answers, {});
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
    await showFirst(answers, {
        active: false,
        trashed_at: "2026-03-01 10:00:00",
        can_manage: true,
    });
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

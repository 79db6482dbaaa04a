import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { manuallyDispatchProgrammaticEvent, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame, mockDate } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    getService,
    makeServerError,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class Doc extends models.Model {
    _name = "doc";

    name = fields.Char();

    _records = [
        { id: 1, name: "P00014" },
        { id: 2, name: "P00015" },
    ];
}

defineMailModels();
defineModels([Doc]);

/** What the server answers, by record. */
let answers;

beforeEach(() => {
    mockDate("2026-03-04 09:30:00", 0);
    answers = {};
    onRpc("collab.folder", "tree", () => []);
    onRpc("collab.document", "of_record", ({ args }) => {
        expect.step(`of_record ${args.join()}`);
        return answers[args[1]] || answer();
    });
});

function line(id, values = {}) {
    return {
        id,
        name: `plan ${id}.pdf`,
        number: "1.0",
        state: "published",
        icon: "pdf",
        preview: "pdf",
        size: 2048,
        changed_at: "2026-03-04 07:30:00",
        version_id: 10 + id,
        can_edit: true,
        link_id: 20 + id,
        ...values,
    };
}

function answer(documents = [], values = {}) {
    return { count: documents.length, documents, can_add: true, attachments: 0, ...values };
}

async function openForm(params = {}) {
    await mountView({
        type: "form",
        resModel: "doc",
        resId: 1,
        arch: `
            <form>
                <sheet>
                    <div name="button_box"><widget name="collab_documents"/></div>
                    <field name="name"/>
                    <div class="odoo-editor-editable">a text</div>
                </sheet>
            </form>`,
        ...params,
    });
    await animationFrame();
}

async function openDialog(...args) {
    answers[1] = answer(...args);
    await openForm();
    expect.verifySteps(["of_record doc,1"]);
    await contains(".o_collab_document_button").click();
}

/** Drag files over an element of the form, or drop them there. */
async function dispatch(type, selector, names = ["a.txt"]) {
    const dataTransfer = new DataTransfer();
    names.forEach((name) => dataTransfer.items.add(new File(["one"], name)));
    await manuallyDispatchProgrammaticEvent(document.querySelector(selector), type, {
        dataTransfer,
    });
    await animationFrame();
}

test("how many there are, asked for once; not while somebody writes", async () => {
    answers[1] = answer([line(1), line(2)]);
    answers[2] = answer([line(3)]);
    await openForm({ resIds: [1, 2] });
    expect(".o_collab_document_button .o_stat_value").toHaveText("2");
    expect.verifySteps(["of_record doc,1"]);
    await contains(".o_field_widget[name=name] input").edit("P00014 B");
    expect.verifySteps([]);
    await contains(".o_form_button_save").click();
    await expect.waitForSteps(["of_record doc,1"]);
    await contains(".o_pager_next").click();
    await expect.waitForSteps(["of_record doc,2"]);
    await animationFrame();
    expect(".o_collab_document_button .o_stat_value").toHaveText("1");
});

test("nothing, and no call, on a new record", async () => {
    await openForm({ resId: false });
    expect(".o_collab_document_button").toHaveCount(0);
    await dispatch("dragenter", ".o_form_sheet");
    expect(".o_collab_document_drop").toHaveCount(0);
    expect.verifySteps([]);
});

test("nothing, and no dialog, where it cannot be read", async () => {
    onRpc("collab.document", "of_record", () => {
        throw makeServerError({ type: "AccessError" });
    });
    await openForm();
    expect(".o_collab_document_button").toHaveCount(0);
    expect(".o_error_dialog").toHaveCount(0);
    await dispatch("dragenter", ".o_form_sheet");
    expect(".o_collab_document_drop").toHaveCount(0);
});

test("none yet", async () => {
    await openDialog([]);
    expect(".o_collab_document_empty").toHaveText(/No documents yet\nDrop files here/);
    expect(".o_collab_document_all").toHaveCount(0);
});

test("who only reads the record adds nothing", async () => {
    await openDialog([line(1, { can_edit: false })], { can_add: false, attachments: 2 });
    expect(".o_collab_document_add, .o_collab_document_link, .o_collab_document_take").toHaveCount(
        0
    );
    expect(".o_collab_document_remove").toHaveCount(0);
    await dispatch("dragenter", ".o_form_sheet");
    expect(".o_collab_document_drop, .o-Dropzone").toHaveCount(0);
});

test("the documents: what is known of them, and where they are", async () => {
    await openDialog([
        line(1, { state: "draft", number: "0.3", name: "<b>plan</b>.pdf" }),
        line(2, { can_edit: false }),
    ]);
    expect(".modal-title").toHaveText("Documents: P00014");
    expect(queryAllTexts(".o_collab_document_name")).toEqual(["<b>plan</b>.pdf", "plan 2.pdf"]);
    expect(queryAllTexts(".o_collab_document_state")).toEqual(["Draft"]);
    expect(".o_collab_document_line:first").toHaveText(/Version 0.3/);
    expect(".o_collab_document_download:first").toHaveAttribute(
        "href",
        "/collab/document/1/file/11?download=1"
    );
    expect(".o_collab_document_remove").toHaveCount(1);
});

test("all of them in the document centre", async () => {
    mockService("action", { doAction: (action) => expect.step(action.domain) });
    await openDialog([line(1)]);
    await contains(".o_collab_document_all").click();
    expect.verifySteps([
        [
            [
                "link_ids",
                "any",
                [
                    ["res_model", "=", "doc"],
                    ["res_id", "=", 1],
                ],
            ],
        ],
    ]);
    expect(".modal").toHaveCount(0);
});

test("what is attached becomes documents", async () => {
    onRpc("collab.document", "take_attachments", ({ args }) => {
        expect.step(`take ${args.join()}`);
        answers[1] = answer([line(1), line(2)]);
        return [1, 2];
    });
    await openDialog([], { attachments: 2 });
    await contains(".o_collab_document_take:contains(Make documents of 2 attachments)").click();
    expect.verifySteps(["take doc,1", "of_record doc,1"]);
    expect(".o_collab_document_line").toHaveCount(2);
    expect(".o_collab_document_attachments").toHaveCount(0);
    expect(".o_collab_document_button .o_stat_value").toHaveText("2");
});

test("taken off the record, after a question", async () => {
    onRpc("collab.document.link", "action_unlink", ({ args }) => {
        expect.step(`unlink ${args[0].join()}`);
        answers[1] = answer([line(2)]);
        return true;
    });
    await openDialog([line(1), line(2)]);
    await contains(".o_collab_document_remove:first").click();
    expect.verifySteps([]);
    await contains(".modal:last .btn-primary:contains(Remove)").click();
    expect.verifySteps(["unlink 21", "of_record doc,1"]);
    expect(queryAllTexts(".o_collab_document_name")).toEqual(["plan 2.pdf"]);
});

test("files that are dropped on the sheet become documents", async () => {
    onRpc("/collab/document/upload", ({ url }) => {
        const { pathname, searchParams } = new URL(url);
        expect.step([pathname, searchParams.get("name"), searchParams.get("res_id")]);
        answers[1] = answer([line(1)]);
        const result = { received: 3, document_id: 1, version_id: 11, number: "1.0" };
        return new Response(JSON.stringify(result));
    });
    await openForm();
    expect.verifySteps(["of_record doc,1"]);
    await dispatch("dragenter", ".o_form_sheet");
    expect(".o_collab_document_drop").toHaveCount(1);
    await dispatch("dragover", ".o_form_sheet");
    expect(".o_collab_document_drop").toHaveClass("o_collab_document_over");
    await dispatch("drop", ".o_form_sheet");
    await expect.waitForSteps([["/collab/document/upload", "a.txt", "1"], "of_record doc,1"]);
    await animationFrame();
    expect(".o_stat_value").toHaveText("1");
    expect(".o_collab_document_drop").toHaveCount(0);
});

test("a text in the sheet takes its own pictures", async () => {
    await openForm();
    await dispatch("dragenter", ".o_form_sheet");
    await dispatch("dragover", ".odoo-editor-editable");
    expect(".o_collab_document_drop").not.toHaveClass("o_collab_document_over");
    await dispatch("drop", ".odoo-editor-editable");
    expect(getService("collab_upload").state.items).toHaveLength(0);
    expect.verifySteps(["of_record doc,1"]);
});

test("what was added elsewhere, or to another record", async () => {
    await openForm();
    expect.verifySteps(["of_record doc,1"]);
    const { bus } = getService("collab_upload");
    bus.trigger("DONE", { target: { folder_id: 1 } });
    bus.trigger("DONE", { target: { res_model: "doc", res_id: 2 } });
    await animationFrame();
    expect.verifySteps([]);
    bus.trigger("DONE", { target: { res_model: "doc", res_id: 1 } });
    await animationFrame();
    expect.verifySteps(["of_record doc,1"]);
});

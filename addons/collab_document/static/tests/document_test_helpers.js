import { beforeEach, expect } from "@odoo/hoot";
import { queryAllTexts, waitFor } from "@odoo/hoot-dom";
import { mockDate } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";

/** What the server tells of a folder, to be varied by tests. */
export function folder(values = {}) {
    return {
        id: 1,
        name: "Policies",
        parent_id: false,
        color: 0,
        is_controlled: false,
        company_id: false,
        role: "editor",
        count: 0,
        size: 0,
        ...values,
    };
}

export function version(values = {}) {
    return {
        id: 11,
        number: "1.0",
        name: "Rules.md",
        note: "Agreed",
        origin: "published",
        size: 20,
        kind: "text/markdown",
        preview: "text",
        sha256: "ab",
        author_id: [2, "Wei Chen"],
        create_date: "2026-03-04 08:30:00",
        thinned_at: false,
        pinned: false,
        ...values,
    };
}

/** What the server tells of a document, for the panel. */
export function details(values = {}) {
    return {
        id: 1,
        name: "Rules.md",
        description: false,
        number: "1.0",
        state: "published",
        kind: "text/markdown",
        icon: "text",
        preview: "text",
        has_thumbnail: false,
        size: 20,
        version_id: [11, "1.0"],
        version_date: "2026-03-04 08:30:00",
        version_author_id: [2, "Wei Chen"],
        folder_id: [1, "Policies"],
        owner_id: [2, "Wei Chen"],
        tag_ids: [],
        tag_names: [],
        active: true,
        trashed_at: false,
        changed_at: "2026-03-04 08:30:00",
        is_favorite: false,
        is_checked_out: false,
        is_mine: false,
        checkout_user_id: false,
        checkout_until: false,
        is_under_review: false,
        on_hold: false,
        can_read: true,
        sees_drafts: true,
        can_edit: true,
        can_manage: false,
        is_controlled: false,
        allow_sharing: true,
        published: "1.0",
        versions: [version()],
        links: [],
        my_reading: false,
        shares: [],
        events: [],
        readings: [],
        ...values,
    };
}

export class CollabFolder extends models.Model {
    _name = "collab.folder";

    name = fields.Char();
    parent_id = fields.Many2one({ relation: "collab.folder" });
    active = fields.Boolean({ default: true });

    _records = [
        { id: 1, name: "Policies" },
        { id: 2, name: "Drawings" },
    ];
}

function record(values) {
    return {
        number: "1.0",
        state: "published",
        icon: "text",
        kind: "text/plain",
        preview: "text",
        size: 20,
        can_edit: true,
        ...values,
    };
}

export class CollabDocument extends models.Model {
    _name = "collab.document";

    name = fields.Char();
    folder_id = fields.Many2one({ relation: "collab.folder" });
    number = fields.Char();
    state = fields.Selection({
        selection: [
            ["draft", "Draft"],
            ["published", "Published"],
        ],
    });
    icon = fields.Char();
    kind = fields.Char();
    preview = fields.Char();
    size = fields.Integer();
    version_id = fields.Many2one({ relation: "collab.document.version" });
    active = fields.Boolean({ default: true, readonly: true });
    is_favorite = fields.Boolean();
    is_recent = fields.Boolean();
    is_checked_out = fields.Boolean();
    is_mine = fields.Boolean();
    is_under_review = fields.Boolean();
    on_hold = fields.Boolean();
    can_edit = fields.Boolean();
    can_manage = fields.Boolean();
    has_thumbnail = fields.Boolean();
    content = fields.Char();

    _records = [
        record({ id: 1, name: "Rules.md", folder_id: 1, version_id: 11 }),
        record({ id: 2, name: "Plan.pdf", folder_id: 1, version_id: 12, number: "1.1" }),
        record({ id: 3, name: "Gate.png", folder_id: 2, version_id: 13 }),
        record({ id: 4, name: "Old.txt", folder_id: 2, active: false }),
    ];

    _views = {
        list: `
            <list js_class="collab_documents" create="0" edit="0" delete="0">
                <field name="version_id" column_invisible="1"/>
                <field name="kind" column_invisible="1"/>
                <field name="preview" column_invisible="1"/>
                <field name="is_favorite" column_invisible="1"/>
                <field name="is_checked_out" column_invisible="1"/>
                <field name="is_mine" column_invisible="1"/>
                <field name="is_under_review" column_invisible="1"/>
                <field name="on_hold" column_invisible="1"/>
                <field name="active" column_invisible="1"/>
                <field name="can_edit" column_invisible="1"/>
                <field name="can_manage" column_invisible="1"/>
                <field name="state" column_invisible="1"/>
                <field name="icon" widget="collab_document_icon" nolabel="1"/>
                <field name="name" widget="collab_document_name"/>
                <field
                    name="folder_id"
                    column_invisible="context.get('collab_document_in_folder')"
                />
                <field name="number" widget="collab_document_number"/>
                <field name="size" widget="collab_document_size"/>
            </list>`,
        kanban: `
            <kanban js_class="collab_documents_kanban">
                <field name="version_id"/>
                <field name="has_thumbnail"/>
                <field name="icon"/>
                <field name="preview"/>
                <templates><t t-name="card"><field name="name"/></t></templates>
            </kanban>`,
        search: `<search><field name="name"/></search>`,
    };
}

class CollabDocumentVersion extends models.Model {
    _name = "collab.document.version";

    number = fields.Char();

    _records = [
        { id: 11, number: "1.0" },
        { id: 12, number: "1.1" },
        { id: 13, number: "1.0" },
    ];
}

class CollabDocumentTag extends models.Model {
    _name = "collab.document.tag";

    name = fields.Char();
}

export function defineDocumentModels() {
    defineMailModels();
    defineModels([CollabFolder, CollabDocument, CollabDocumentVersion, CollabDocumentTag]);
}

/**
 * Have the server tell of folders, and of the panel of documents.
 *
 * @param {{ folders?: Object[], documents?: Record<number, Object> }} answers read at each call
 */
export function mockDocuments(answers) {
    onRpc("collab.folder", "tree", () => answers.folders || []);
    onRpc("collab.document", "details", ({ args }) => {
        expect.step(`details ${args[0]}`);
        return (answers.documents || {})[args[0][0]] || details({ id: args[0][0] });
    });
    onRpc("has_group", () => false);
}

export function openDocuments(type = "list", params = {}) {
    return mountView({ type, resModel: "collab.document", loadActionMenus: true, ...params });
}

/**
 * Have each test begin with three folders, at the same time of day, and with the panel open.
 *
 * @returns {Object} answers, for {@link mockDocuments}
 */
export function startWithFolders() {
    const answers = {};
    beforeEach(() => {
        mockDate("2026-03-04 09:30:00", 0);
        answers.folders = [
            folder({ count: 2, size: 2048 }),
            folder({ id: 2, name: "Drawings", count: 1, role: "reader" }),
            folder({ id: 3, name: "Forms", parent_id: 1 }),
        ];
        answers.documents = {};
        mockDocuments(answers);
        browser.localStorage.setItem("collab_document.panel.7", "true");
    });
    return answers;
}

export const rows = () => queryAllTexts(".o_data_row td[name=name]");
export const selectRow = (name) => contains(`.o_data_row:contains(${name}) td[name=name]`).click();
export const selectFolder = (name) => contains(`.o_collab_folder:contains(${name})`).click();

/** Open the list, and the panel of its first document, told with `values`. */
export async function showFirst(answers, values) {
    answers.documents[1] = details(values);
    await openDocuments();
    await selectRow("Rules.md");
    await waitFor(".o_collab_document_body");
    expect.verifySteps(["details 1"]);
}

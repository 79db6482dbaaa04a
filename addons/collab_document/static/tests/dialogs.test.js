import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, waitFor } from "@odoo/hoot-dom";
import { runAllTimers } from "@odoo/hoot-mock";
import {
    contains,
    makeDialogMockEnv,
    MockServer,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { CheckInDialog } from "@collab_document/dialogs/check_in_dialog";
import { TagDialog } from "@collab_document/dialogs/tag_dialog";
import { FolderAccessDialog } from "@collab_document/folders/folder_access_dialog";
import { CollabFolder, defineDocumentModels, details } from "./document_test_helpers";

describe.current.tags("desktop");
defineDocumentModels();

const close = () => {};

describe("tags", () => {
    async function search(text) {
        await contains(".o-autocomplete--input").edit(text, { confirm: false });
        await runAllTimers();
        await waitFor(".o-autocomplete--dropdown-menu");
        return queryAllTexts(".o-autocomplete--dropdown-item");
    }

    test("the one that there is not yet is made where it is chosen", async () => {
        const confirm = (ids) => expect.step(ids);
        await mountWithCleanup(TagDialog, {
            env: await makeDialogMockEnv(),
            props: { title: "Tags", confirm, close },
        });
        expect(".o_collab_document_confirm").not.toBeEnabled();
        expect(await search("  Quality ")).toEqual(["Create “Quality”"]);
        await contains(".o_collab_document_new_tag").click();
        const tags = MockServer.env["collab.document.tag"];
        expect(tags.map((tag) => tag.name)).toEqual(["Quality"]);
        expect(".o_tag_badge_text").toHaveText("Quality");
        await contains(".o_collab_document_confirm").click();
        expect.verifySteps([[tags[0].id]]);
    });

    test("there are no two that differ in capitals alone", async () => {
        onRpc("collab.document.tag", "create", () => expect.step("created"));
        onRpc("collab.document.tag", "name_search", () => [[1, "Quality"]]);
        await mountWithCleanup(TagDialog, {
            env: await makeDialogMockEnv(),
            props: { title: "Tags", confirm: (ids) => expect.step(ids), close },
        });
        expect(await search("quality")).toEqual(["Quality"]);
        expect(await search("qual")).toEqual(["Quality", "Create “qual”"]);
        expect.verifySteps([]);
    });
});

describe("a new version", () => {
    test("published at once, where the folder does so", async () => {
        const env = await makeDialogMockEnv();
        for (const [is_controlled, publish] of [
            [false, true],
            [true, false],
        ]) {
            const confirm = (values) => expect.step([values.note, values.publish]);
            const dialog = await mountWithCleanup(CheckInDialog, {
                env,
                props: { document: details({ is_controlled }), confirm, close },
            });
            dialog.state.file = new File(["two"], "Rules.md");
            dialog.state.note = "  Shorter ";
            await dialog.confirm();
            expect.verifySteps([["Shorter", publish]]);
        }
    });
});

test("who only looks at the rights of a folder has nothing to save", async () => {
    CollabFolder._views.form = `<form><field name="name"/></form>`;
    await mountWithCleanup(FolderAccessDialog, {
        env: await makeDialogMockEnv(),
        props: { resModel: "collab.folder", resId: 1, title: "Who has access", close },
    });
    await waitFor(".o_form_view");
    expect(".o_form_readonly").toHaveCount(1);
    expect(".o_field_widget[name=name]").toHaveText("Policies");
    expect(".o_field_widget input").toHaveCount(0);
    expect(".o_form_button_save").toHaveCount(0);
    expect(".o_form_button_create").toHaveCount(0);
});

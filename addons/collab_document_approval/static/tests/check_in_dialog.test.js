import { describe, expect, test } from "@odoo/hoot";
import { makeDialogMockEnv, mountWithCleanup } from "@web/../tests/web_test_helpers";
import { CheckInDialog } from "@collab_document/dialogs/check_in_dialog";
import { defineDocumentModels, details } from "@collab_document/../tests/document_test_helpers";

describe.current.tags("desktop");
defineDocumentModels();

test("where somebody approves, a new version is a draft, and it says who", async () => {
    const confirm = ({ publish }) => expect.step(publish);
    const env = await makeDialogMockEnv();
    for (const [approver, publish] of [
        ["Mei Lin", null],
        [false, true],
    ]) {
        const dialog = await mountWithCleanup(CheckInDialog, {
            env,
            props: { document: details({ approver }), confirm, close: () => {} },
        });
        expect("#o_collab_document_publish").toHaveCount(approver ? 0 : 1);
        expect(".modal-body p:contains(Mei Lin approves)").toHaveCount(1);
        dialog.state.file = new File(["two"], "Rules.md");
        await dialog.confirm();
        expect.verifySteps([publish]);
    }
});

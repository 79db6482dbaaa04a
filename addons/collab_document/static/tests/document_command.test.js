import { describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    getService,
    mockService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

describe.current.tags("desktop");
defineMailModels();

const hit = {
    id: 7,
    name: "Welding.txt",
    number: "2.0",
    icon: "text",
    folder: [1, "Handbook"],
    passage: [
        ["Use ", false],
        ["argon", true],
        [" <b>at</b> 12 litres", false],
    ],
};

test("found by words, with the passage; asked once somebody stops typing", async () => {
    onRpc("collab.folder", "tree", () => []);
    onRpc("collab.document", "search_text", ({ args }) => {
        expect.step(`search ${args[0]}`);
        return { length: 1, records: [hit] };
    });
    await mountWithCleanup(WebClient);
    mockService("action", {
        doAction: (action, { props }) => expect.step([action, props.resId]),
    });
    await press(["control", "k"]);
    await animationFrame();
    await contains(".o_command_palette input").edit("=", { confirm: false });
    await advanceTime(300);
    expect.verifySteps([]);
    await contains(".o_command_palette input").edit("ar", { confirm: false, instantly: true });
    await advanceTime(100);
    await contains(".o_command_palette input").edit("argon", { confirm: false, instantly: true });
    await advanceTime(300);
    await animationFrame();
    expect.verifySteps(["search argon"]);
    expect(".o_collab_document_command .o_command_name").toHaveText("Welding.txt");
    expect(".o_collab_document_passage").toHaveText("Use argon <b>at</b> 12 litres");
    expect(queryAllTexts(".o_collab_document_passage mark")).toEqual(["argon"]);
    getService("action").doAction = (action, { props }) => expect.step([action, props.resId]);
    await press("Enter");
    await animationFrame();
    expect.verifySteps([["collab_document.collab_document_action", 7]]);
    expect(".o_command_palette").toHaveCount(0);
});

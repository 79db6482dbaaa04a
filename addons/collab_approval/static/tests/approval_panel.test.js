import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, runAllTimers, waitFor } from "@odoo/hoot-dom";
import { animationFrame, mockDate } from "@odoo/hoot-mock";
import { waitForChannels } from "@bus/../tests/bus_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    getService,
    makeServerError,
    MockServer,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { approvedStage, director, person, request, stage, step } from "./approval_test_helpers";

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

/** What the server answers, by document. */
let panels;

beforeEach(() => {
    mockDate("2026-03-04 09:30:00", 0);
    panels = {};
    onRpc("collab.approval.request", "panel", ({ args }) => {
        expect.step(`panel ${args.join()}`);
        return panels[args[1]] || {};
    });
    onRpc("doc", "web_read", ({ args }) => {
        expect.step(`read ${args[0]}`);
    });
    onRpc("doc", "web_save", ({ args }) => {
        expect.step(`save ${args[0]}`);
    });
});

async function openForm(panel, params = {}) {
    if (panel) {
        panels[1] = panel;
    }
    await mountView({
        type: "form",
        resModel: "doc",
        resId: 1,
        arch: `
            <form>
                <header/>
                <widget name="collab_approval_panel"/>
                <sheet><field name="name"/></sheet>
            </form>`,
        ...params,
    });
    if (!("resId" in params)) {
        expect.verifySteps(["read 1", "panel doc,1"]);
    }
}

/** Tell of each action that is opened; close it at once, as if the dialog had done its work. */
function mockActions() {
    mockService("action", {
        doAction(action, options = {}) {
            expect.step([action, options.additionalContext || null]);
            options.onClose?.();
        },
    });
}

test("nothing on a document that no policy concerns", async () => {
    await openForm({});
    expect(".o_collab_approval_panel").toHaveCount(0);
});

test("nothing, and no call, on a new document", async () => {
    await openForm(null, { resId: false });
    expect(".o_collab_approval_panel").toHaveCount(0);
    expect.verifySteps([]);
});

test("nothing, and no dialog, where it cannot be read", async () => {
    onRpc("collab.approval.request", "panel", () => {
        throw makeServerError({ type: "AccessError" });
    });
    await openForm(null, { resId: 1 });
    expect.verifySteps(["read 1"]);
    expect(".o_form_view").toHaveCount(1);
    expect(".o_collab_approval_panel").toHaveCount(0);
    expect(".o_error_dialog").toHaveCount(0);
});

test("needs an approval: what was changed is saved, then submitted", async () => {
    mockActions();
    await openForm({ can_submit: true, request: false, policy: "Orders over 5,000" });
    expect(".o_collab_approval_wanted [role=status]").toHaveText(
        "Needs an approval: Orders over 5,000"
    );
    expect(".o_collab_approval_state").toHaveCount(0);
    await contains(".o_field_widget[name=name] input").edit("P00014 B");
    panels[1] = { can_submit: false, request: request() };
    await contains(".o_collab_approval_submit").click();
    await waitFor(".o_collab_approval_state");
    expect.verifySteps([
        "save 1",
        [
            "collab_approval.action_collab_approval_submit",
            { active_model: "doc", active_id: 1, active_ids: [1] },
        ],
        "read 1",
        "panel doc,1",
    ]);
    expect(".o_collab_approval_wanted").toHaveCount(0);
});

test("needs an approval, which others have to ask for", async () => {
    await openForm({ can_submit: false, request: false, policy: "Orders over 5,000" });
    expect(".o_collab_approval_wanted").toHaveCount(1);
    expect(".o_collab_approval_submit").toHaveCount(0);
});

test("needs an approval, which the application asks for", async () => {
    const how = "It is submitted by itself when “State” becomes “Sent”.";
    await openForm({ can_submit: false, request: false, policy: "Time off", how });
    expect(".o_collab_approval_wanted [role=status]").toHaveText(
        `Needs an approval: Time off\n${how}`
    );
    expect(".o_collab_approval_submit").toHaveCount(0);
});

test("approved, and what can be done now", async () => {
    const next = "P1 can become “Done” now.";
    const approved = { state: "approved", state_label: "Approved" };
    await openForm({ can_submit: false, request: request(approved), next });
    expect(".o_collab_approval_next").toHaveText(next);
});

test("used, and the document has moved on", async () => {
    const used = { state: "approved", state_label: "Approved", is_past: true };
    await openForm({ can_submit: false, request: request(used) });
    expect(".o_collab_approval_state.text-bg-secondary").toHaveText("Approved");
    expect(".o_collab_approval_past").toHaveCount(1);
});

test("the way to earlier requests of the document", async () => {
    mockActions();
    await openForm({ can_submit: false, request: request(), earlier: 2 });
    await contains(".o_collab_approval_toggle").click();
    expect(".o_collab_approval_earlier").toHaveText("Earlier requests: 2");
    await contains(".o_collab_approval_earlier").click();
    expect.verifySteps([
        [
            {
                type: "ir.actions.act_window",
                name: "Requests for this document",
                res_model: "collab.approval.request",
                domain: [
                    ["res_model", "=", "doc"],
                    ["res_id", "=", 1],
                ],
                views: [
                    [false, "list"],
                    [false, "kanban"],
                    [false, "form"],
                ],
                mobile_view_mode: "kanban",
            },
            null,
        ],
    ]);
});

test("under review: whom it waits for, and the path", async () => {
    const stages = [
        stage({
            steps: [
                step({
                    mode: "quorum",
                    needed: 2,
                    name: "Colleagues",
                    people: [1, 2, 3, 4, 5, 6].map((user_id) =>
                        person({ user_id, name: `Person ${user_id}` })
                    ),
                }),
            ],
        }),
        director,
    ];
    await openForm({ can_submit: false, request: request({ stages }) });
    expect(".o_collab_approval_state").toHaveText("Under Review");
    expect("[role=status]:contains(Waiting for Wei Chen)").toHaveCount(1);
    expect(queryAllTexts(".o_collab_approval_line .o_collab_approval_text")).toEqual([
        "Colleagues (2 of 6)",
        "Purchase Director",
    ]);
    expect(".o_collab_approval_line li[aria-current=step]").toHaveCount(1);
    expect(".o_collab_approval_face").toHaveCount(5);
    expect(".o_collab_approval_face:last .fa-users").toHaveCount(1);
    expect(".o_collab_approval_approve").toHaveCount(0);
    expect(".o_collab_approval_withdraw").toHaveCount(0);
    // the others are behind a number
    expect("button:contains(+2)").toHaveAttribute("aria-label", "2 more");
    await contains("button:contains(+2)").click();
    expect(".o_collab_approval_line").toHaveCount(0);
    expect(".o_collab_approval_timeline .o_collab_approval_person").toHaveCount(7);
    expect(".o_collab_approval_details .o_collab_approval_quote").toHaveText("By Friday, please.");
    expect(".o_collab_approval_toggle").toHaveAttribute("aria-expanded", "true");
});

test("a face tells who decided, when, and why", async () => {
    await openForm({
        can_submit: false,
        request: request({ stages: [approvedStage(), director] }),
    });
    expect(".o_collab_approval_face:first").toHaveAttribute("aria-label", "Wei Chen: Approved");
    await contains(".o_collab_approval_face:first").click();
    expect(".o_collab_approval_popover").toHaveText(
        /Wei Chen[^]*Approved[^]*1 hour ago[^]*Go ahead\./
    );
});

test("my turn: approved at once, and said so", async () => {
    onRpc("collab.approval.request", "action_approve_or_ask", ({ args }) => {
        expect.step(["approve", ...args]);
        panels[1] = {
            can_submit: false,
            request: request({
                state: "approved",
                state_label: "Approved",
                decided_at: "2026-03-04 09:30:00",
                stages: [approvedStage()],
            }),
        };
        return {
            type: "ir.actions.client",
            tag: "display_notification",
            params: {
                type: "success",
                message: "P00014 approved.",
                next: { type: "ir.actions.act_window_close" },
            },
        };
    });
    await openForm({ can_submit: false, request: request({ can_decide: true }) });
    expect("[role=status]").toHaveText(/Waits for your decision/);
    await contains(".o_collab_approval_approve").click();
    await waitFor(".o_collab_approval_state:contains(Approved)");
    expect.verifySteps([["approve", [4]], "read 1", "panel doc,1"]);
    expect(".o_notification").toHaveText("P00014 approved.");
    expect(".o_collab_approval_approve").toHaveCount(0);
    expect("[role=status]").toHaveText(/by Wei Chen/);
    expect(".o_collab_approval_panel > .o_collab_approval_quote").toHaveText("Go ahead.");
});

test("my turn: a comment is asked for where it is needed", async () => {
    mockActions();
    const dialog = { type: "ir.actions.act_window" };
    onRpc("collab.approval.request", "action_approve_or_ask", ({ args }) => {
        expect.step([...args, "approve"]);
        return dialog;
    });
    onRpc("collab.approval.request", "action_open_decision", ({ args, kwargs }) => {
        expect.step([...args, kwargs.context.collab_decision]);
        return dialog;
    });
    await openForm({ can_submit: false, request: request({ can_decide: true }) });
    await contains(".o_collab_approval_approve").click();
    await waitFor(".o_collab_approval_approve:enabled");
    expect.verifySteps([[[4], "approve"], [dialog, null], "read 1", "panel doc,1"]);
    await contains(".o_collab_approval_reject").click();
    await waitFor(".o_collab_approval_reject:enabled");
    expect.verifySteps([[[4], "reject"], [dialog, null], "read 1", "panel doc,1"]);
});

test("my turn: what the requester notes is there at once", async () => {
    await openForm({ can_submit: false, request: request({ can_decide: true }) });
    expect(".o_collab_approval_note").toHaveText("Nora Lindqvist\nBy Friday, please.");
    // with the rest, and once
    await contains(".o_collab_approval_toggle").click();
    expect(".o_collab_approval_note").toHaveCount(0);
    expect(".o_collab_approval_quote").toHaveCount(1);
});

test("a sign between stages stays with what follows", async () => {
    await openForm({ can_submit: false, request: request() });
    expect(".o_collab_approval_line .oi-chevron-right").toHaveCount(1);
    expect(".o_collab_approval_line .o_collab_approval_step > .oi-chevron-right").toHaveCount(1);
});

test("somebody was faster: Odoo says so, and the panel shows it", async () => {
    expect.errors(1);
    onRpc("collab.approval.request", "action_approve_or_ask", () => {
        panels[1] = { can_submit: false, request: request() };
        throw makeServerError({ message: "Amara Osei has decided before you could." });
    });
    await openForm({ can_submit: false, request: request({ can_decide: true }) });
    await contains(".o_collab_approval_approve").click();
    await waitFor(".modal");
    expect(".modal").toHaveText(/Amara Osei has decided before you could\./);
    expect(".o_collab_approval_approve").toHaveCount(0);
    expect.verifySteps(["panel doc,1"]);
    expect.verifyErrors([/Amara Osei has decided/]);
});

test("withdrawn, after a question", async () => {
    onRpc("collab.approval.request", "action_withdraw", ({ args }) => {
        expect.step(["withdraw", ...args]);
        panels[1] = {
            can_submit: true,
            policy: "Orders over 5,000",
            request: request({ state: "withdrawn", state_label: "Withdrawn" }),
        };
        return true;
    });
    await openForm({ can_submit: false, request: request({ can_withdraw: true }) });
    await contains(".o_collab_approval_withdraw").click();
    await contains(".modal .btn:contains(Cancel)").click();
    expect.verifySteps([]);
    await contains(".o_collab_approval_withdraw").click();
    await contains(".modal .btn-primary").click();
    await waitFor(".o_collab_approval_state:contains(Withdrawn)");
    expect.verifySteps([["withdraw", [4]], "read 1", "panel doc,1"]);
    expect(".o_collab_approval_submit").toHaveCount(1);
});

test("withdrawn for somebody else, with a reason", async () => {
    onRpc("collab.approval.request", "action_open_decision", ({ args, kwargs }) => {
        expect.step(["ask", ...args, kwargs.context.collab_decision]);
        return { type: "ir.actions.act_window_close" };
    });
    await openForm({
        can_submit: false,
        request: request({ can_withdraw: true, is_own: false }),
    });
    await contains(".o_collab_approval_withdraw").click();
    await waitFor(".o_collab_approval_withdraw:enabled");
    expect.verifySteps([["ask", [4], "withdraw"], "read 1", "panel doc,1"]);
});

test("withdrawn by somebody else: who and why", async () => {
    await openForm({
        can_submit: false,
        request: request({
            state: "withdrawn",
            state_label: "Withdrawn",
            ending: {
                decided_by: "Mitchell Admin",
                decided_at: "2026-03-04 10:00:00",
                comment: "Nora has left.",
            },
        }),
    });
    expect(".o_collab_approval_panel").toHaveText(/by Mitchell Admin/);
    expect(".o_collab_approval_quote").toHaveText(/Nora has left\./);
});

test("rejected: who and why, and submitted again", async () => {
    const rejected = approvedStage({ state: "rejected", comment: "Too <b>expensive</b>." });
    await openForm({
        can_submit: true,
        policy: "Orders over 5,000",
        request: request({
            state: "rejected",
            state_label: "Rejected",
            decided_at: "2026-03-04 08:30:00",
            stages: [rejected, director],
        }),
    });
    expect(".o_collab_approval_state").toHaveClass("text-bg-danger");
    expect("[role=status]:contains(by Wei Chen)").toHaveCount(1);
    expect(".o_collab_approval_quote").toHaveText("Too <b>expensive</b>.");
    expect(".o_collab_approval_submit").toHaveCount(1);
    expect(".o_collab_approval_line").toHaveCount(0);
});

test("approved, but the follow-up failed: why, in the words of the server", async () => {
    await openForm({
        can_submit: false,
        request: request({
            state: "approved",
            state_label: "Approved",
            decided_at: "2026-03-04 08:30:00",
            stages: [approvedStage()],
            failure: "Out of <b>stock</b>.",
            can_withdraw: true,
        }),
    });
    expect(".o_collab_approval_failure").toHaveText("Follow-up failed: Out of <b>stock</b>.");
    expect(".o_collab_approval_withdraw").toHaveCount(1);
    panels[1] = { can_submit: false, request: request({ state: "approved" }) };
    await contains(".o_field_widget[name=name] input").edit("Moved on");
    await contains(".o_form_button_save").click();
    await waitFor(".o_collab_approval_panel:not(:has(.o_collab_approval_failure))");
    expect.verifySteps(["save 1", "panel doc,1"]);
});

test("the request is a click away", async () => {
    mockActions();
    await openForm({ can_submit: false, request: request() });
    await contains(".o_collab_approval_toggle").click();
    await contains(".o_collab_approval_open").click();
    expect.verifySteps([
        [
            {
                type: "ir.actions.act_window",
                res_model: "collab.approval.request",
                res_id: 4,
                views: [[false, "form"]],
            },
            null,
        ],
    ]);
});

test("follows the form from document to document", async () => {
    panels[1] = { can_submit: false, request: request() };
    panels[2] = { can_submit: true, request: false, policy: "Small orders" };
    await openForm(null, { resId: 1, resIds: [1, 2] });
    expect(".o_collab_approval_state").toHaveCount(1);
    await contains(".o_pager_next").click();
    await waitFor(".o_collab_approval_wanted:contains(Small orders)");
    expect(".o_collab_approval_state").toHaveCount(0);
    expect.verifySteps(["read 1", "panel doc,1", "read 2", "panel doc,2"]);
});

test("loaded again after a save", async () => {
    await openForm({});
    panels[1] = { can_submit: true, request: false, policy: "Orders over 5,000" };
    await contains(".o_field_widget[name=name] input").edit("Larger");
    await contains(".o_form_button_save").click();
    await waitFor(".o_collab_approval_wanted");
    expect.verifySteps(["save 1", "panel doc,1"]);
});

test("follows what others do, and leaves alone what is being written", async () => {
    await openForm({ can_submit: false, request: request() });
    const bus = getService("bus_service");
    bus.subscribe("collab/card", ({ keys }) => expect.step(keys.join()));
    bus.addChannel("lambda");
    await waitForChannels(["lambda"]);
    const send = async (...messages) => {
        for (const keys of messages) {
            MockServer.env["bus.bus"]._sendone("lambda", "collab/card", { keys });
        }
        await expect.waitForSteps(messages.map((keys) => keys.join()));
        await runAllTimers();
    };
    const end = (state) => {
        panels[1] = { can_submit: false, request: request({ state, state_label: state }) };
    };
    await send(["workbench.todos"]);
    expect.verifySteps([]);
    end("approved");
    await send(["approval.todo"], ["approval.mine", "workbench.todos"]);
    await waitFor(".o_collab_approval_state:contains(approved)");
    // the document may have gone on
    await expect.waitForSteps(["panel doc,1", "read 1", "panel doc,1"]);
    await contains(".o_field_widget[name=name] input").edit("Mine", { confirm: false });
    end("rejected");
    await send(["approval.mine"]);
    await waitFor(".o_collab_approval_state:contains(rejected)");
    await animationFrame();
    expect.verifySteps(["panel doc,1"]);
    expect(".o_field_widget[name=name] input").toHaveValue("Mine");
});

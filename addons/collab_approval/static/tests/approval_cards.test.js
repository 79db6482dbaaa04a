import { beforeEach, describe, expect, test } from "@odoo/hoot";
import {
    manuallyDispatchProgrammaticEvent,
    press,
    queryAllTexts,
    queryAllValues,
    queryFirst,
    waitFor,
} from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred, mockDate, mockMatchMedia } from "@odoo/hoot-mock";
import { Component, useState, xml } from "@odoo/owl";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    makeServerError,
    mockService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { ApprovalMineCard } from "@collab_approval/cards/approval_mine_card";
import { ApprovalTodoCard } from "@collab_approval/cards/approval_todo_card";

describe.current.tags("desktop");
defineMailModels();

beforeEach(() => {
    mockDate("2026-03-04 09:30:00", 0);
    mockMatchMedia({ "prefers-reduced-motion": "no-preference" });
    mockService("action", { doAction: (action) => expect.step(action) });
});

function row(id, values = {}) {
    return {
        id,
        name: `P0000${id}`,
        kind: "Purchase Order",
        res_model: "purchase.order",
        res_id: 10 + id,
        requester: { id: 9, name: "Nora Lindqvist" },
        note: "",
        state: "running",
        state_label: "Under Review",
        submitted_at: "2026-03-04 07:30:00",
        decided_at: false,
        waiting_for: "Wei Chen",
        summary: [],
        needs_comment: false,
        ...values,
    };
}

/** The workbench, as far as a card sees it: a reload brings the rows of `server`. */
async function mountCard(Card, rows, count = rows.length) {
    const server = { rows, count };
    class Parent extends Component {
        static template = xml`<Card card="card" data="state.data" reload="() => this.reload()"/>`;
        static components = { Card };
        static props = [];

        setup() {
            this.card = { key: "x", title: "X" };
            this.state = useState({ data: { ...server } });
        }

        async reload() {
            expect.step("reload");
            this.state.data = { ...server };
        }
    }
    server.parent = await mountWithCleanup(Parent);
    return server;
}

function mockDecision(method, server) {
    onRpc("collab.approval.request", method, ({ args, kwargs }) => {
        expect.step([method, args[0], kwargs.comment || ""]);
        server.rows = server.rows.filter(({ id }) => !args[0].includes(id));
        server.count = server.rows.length;
        return true;
    });
}

const names = () => queryAllTexts(".o_collab_approval_name > .fw-bold");

test("nothing waits", async () => {
    await mountCard(ApprovalTodoCard, []);
    expect(".o_collab_approval_empty").toHaveText(/Nothing waits for you/);
    expect("button").toHaveCount(0);
});

test("what waits: who asks, what it is about, and the rest a click away", async () => {
    await mountCard(
        ApprovalTodoCard,
        [
            row(1, {
                note: "By <b>Friday</b>",
                summary: [
                    ["Vendor", "Nordlicht"],
                    ["Deadline", ""],
                ],
            }),
        ],
        12
    );
    expect(".o_collab_approval_name").toHaveText(
        "P00001 Purchase Order\nNora Lindqvist · 2 hours ago"
    );
    expect(".o_collab_approval_summary").toHaveText("Vendor: Nordlicht");
    expect(".o_collab_approval_quote").toHaveText("By <b>Friday</b>");
    expect(".o_collab_approval_bulk").toHaveCount(0);
    expect(".o_collab_approval_all").toHaveText("Open all 12");
    await contains(".o_collab_approval_all").click();
    expect.verifySteps(["collab_approval.action_collab_approval_request_todo"]);
});

test("approved in place: shown at once, gone when it has left", async () => {
    const answer = new Deferred();
    const server = await mountCard(ApprovalTodoCard, [row(1), row(2)]);
    onRpc("collab.approval.request", "action_approve", async ({ args, kwargs }) => {
        expect.step([args, kwargs.comment || ""]);
        await answer;
        server.rows = [row(2)];
        return true;
    });
    await contains(".o_collab_approval_row:first .o_collab_approval_approve").click();
    expect(".o_collab_approval_decided").toHaveText("Approved");
    expect(".o_collab_approval_row:first .o_collab_approval_approve").toHaveCount(0);
    expect(".o_collab_approval_leaving").toHaveCount(0);
    answer.resolve();
    await waitFor(".o_collab_approval_leaving");
    // the workbench is told, too: the row leaves at its own pace all the same
    await server.parent.reload();
    await animationFrame();
    expect(names()).toEqual(["P00001", "P00002"]);
    await advanceTime(400);
    await animationFrame();
    expect(names()).toEqual(["P00002"]);
    expect.verifySteps([[[[1]], ""], "reload", "reload"]);
});

test("without motion a row is gone at once", async () => {
    mockMatchMedia({ "prefers-reduced-motion": "reduce" });
    const server = await mountCard(ApprovalTodoCard, [row(1), row(2)]);
    mockDecision("action_approve", server);
    await contains(".o_collab_approval_row:first .o_collab_approval_approve").click();
    await advanceTime(1);
    await animationFrame();
    expect(names()).toEqual(["P00002"]);
    expect.verifySteps([["action_approve", [1], ""], "reload"]);
});

test("refused by the server: the row is back as it was", async () => {
    expect.errors(1);
    await mountCard(ApprovalTodoCard, [row(1)]);
    onRpc("collab.approval.request", "action_approve", () => {
        throw makeServerError({ message: "You are not asked." });
    });
    await contains(".o_collab_approval_approve").click();
    await waitFor(".modal:contains(You are not asked.)");
    expect(".o_collab_approval_decided").toHaveCount(0);
    expect(".o_collab_approval_row .o_collab_approval_approve").toHaveCount(1);
    expect.verifySteps(["reload"]);
    expect.verifyErrors([/You are not asked/]);
});

test("rejected only with a comment", async () => {
    const server = await mountCard(ApprovalTodoCard, [row(1)]);
    mockDecision("action_reject", server);
    await contains(".o_collab_approval_reject").click();
    expect("textarea").toBeFocused();
    expect(".o_collab_approval_approve").toHaveCount(0);
    await contains(".o_collab_approval_comment .o_collab_approval_reject").click();
    expect("textarea").toHaveClass("is-invalid");
    expect.verifySteps([]);
    await contains("textarea").edit("  Too expensive. ", { confirm: false });
    expect("textarea").not.toHaveClass("is-invalid");
    await contains(".o_collab_approval_comment .o_collab_approval_reject").click();
    expect(".o_collab_approval_decided").toHaveText("Rejected");
    await advanceTime(400);
    await animationFrame();
    expect(".o_collab_approval_empty").toHaveCount(1);
    expect.verifySteps([["action_reject", [1], "Too expensive."], "reload"]);
});

test("a comment where the step wants one, or where one wishes", async () => {
    const server = await mountCard(ApprovalTodoCard, [row(1, { needs_comment: true }), row(2)]);
    mockDecision("action_approve", server);
    await contains(".o_collab_approval_row:eq(0) .o_collab_approval_approve").click();
    await contains(".o_collab_approval_comment .o_collab_approval_approve").click();
    expect("textarea").toHaveClass("is-invalid");
    await contains(".o_collab_approval_cancel").click();
    expect("textarea").toHaveCount(0);
    expect(".o_collab_approval_row:eq(0)").toBeFocused();
    expect.verifySteps([]);
    await contains(".o_collab_approval_row:eq(1) .o_collab_approval_write").click();
    await contains(".o_collab_approval_comment .o_collab_approval_approve").click();
    await advanceTime(400);
    expect.verifySteps([["action_approve", [2], ""], "reload"]);
});

test("several at once", async () => {
    const server = await mountCard(ApprovalTodoCard, [row(1), row(2), row(3)]);
    mockDecision("action_approve", server);
    expect(".o_collab_approval_approve_selected").toHaveCount(0);
    await contains(".o_collab_approval_bulk input").click();
    expect(".o_collab_approval_approve_selected").toHaveText("Approve 3");
    await contains(".o_collab_approval_row:eq(1) .o_collab_approval_select").click();
    expect(".o_collab_approval_approve_selected").toHaveText("Approve 2");
    expect(".o_collab_approval_bulk input").not.toBeChecked();
    await contains(".o_collab_approval_approve_selected").click();
    expect(".o_collab_approval_decided").toHaveCount(2);
    await advanceTime(400);
    await animationFrame();
    expect(names()).toEqual(["P00002"]);
    expect.verifySteps([["action_approve", [1, 3], ""], "reload"]);
});

test("several at once, one of which wants a comment", async () => {
    const server = await mountCard(ApprovalTodoCard, [row(1), row(2, { needs_comment: true })]);
    mockDecision("action_approve", server);
    await contains(".o_collab_approval_bulk input").click();
    await contains(".o_collab_approval_approve_selected").click();
    expect.verifySteps([]);
    await contains(".o_collab_approval_bulk textarea").edit("Fine.", { confirm: false });
    await contains(".o_collab_approval_bulk .o_collab_approval_approve").click();
    await advanceTime(400);
    expect.verifySteps([["action_approve", [1, 2], "Fine."], "reload"]);
});

test("with the keyboard alone", async () => {
    const server = await mountCard(ApprovalTodoCard, [row(1), row(2), row(3)]);
    mockDecision("action_approve", server);
    mockDecision("action_reject", server);
    await contains(".o_collab_approval_row:first").focus();
    await press("ArrowDown");
    expect(".o_collab_approval_row:eq(1)").toBeFocused();
    await press(" ");
    await animationFrame();
    expect(".o_collab_approval_row:eq(1) .o_collab_approval_select").toBeChecked();
    await press("a");
    await animationFrame();
    await advanceTime(400);
    await animationFrame();
    expect(names()).toEqual(["P00001", "P00003"]);
    expect(".o_collab_approval_row:eq(1)").toBeFocused();
    // held down, as after a key that was not let go
    for (const key of ["a", "r", " "]) {
        await manuallyDispatchProgrammaticEvent(
            queryFirst(".o_collab_approval_row:eq(1)"),
            "keydown",
            {
                key,
                repeat: true,
            }
        );
    }
    await animationFrame();
    expect("textarea").toHaveCount(0);
    expect(names()).toEqual(["P00001", "P00003"]);
    await press("r");
    await animationFrame();
    expect("textarea").toBeFocused();
    // letters are letters here
    await contains("textarea").edit("a rare error", { confirm: false });
    expect(queryAllValues("textarea")).toEqual(["a rare error"]);
    await press(["Control", "Enter"]);
    await animationFrame();
    await advanceTime(400);
    expect.verifySteps([
        ["action_approve", [2], ""],
        "reload",
        ["action_reject", [3], "a rare error"],
        "reload",
    ]);
});

test("a click opens the document, or the request where that cannot be read", async () => {
    let isReadable = true;
    onRpc("purchase.order", "read", ({ args }) => {
        if (!isReadable) {
            throw makeServerError({ type: "AccessError" });
        }
        return [{ id: args[0][0], display_name: "P" }];
    });
    const action = (res_model, res_id) => ({
        type: "ir.actions.act_window",
        res_model,
        res_id,
        views: [[false, "form"]],
    });
    await mountCard(ApprovalTodoCard, [row(1)]);
    await contains(".o_collab_approval_name").click();
    await animationFrame();
    expect.verifySteps([action("purchase.order", 11)]);
    isReadable = false;
    await contains(".o_collab_approval_name").click();
    await animationFrame();
    expect.verifySteps([action("collab.approval.request", 1)]);
    await contains(".o_collab_approval_open").click();
    expect.verifySteps([action("collab.approval.request", 1)]);
});

test("my requests: whom they wait for, how they ended", async () => {
    await mountCard(ApprovalMineCard, [
        row(1),
        row(2, {
            state: "rejected",
            state_label: "Rejected",
            waiting_for: "",
            decided_at: "2026-03-04 08:30:00",
        }),
    ]);
    expect(queryAllTexts(".o_collab_approval_name")).toEqual([
        "P00001 Purchase Order\nWaiting for Wei Chen · 2 hours ago",
        "P00002 Purchase Order\n1 hour ago",
    ]);
    expect(queryAllTexts(".badge")).toEqual(["Under Review", "Rejected"]);
    await contains(".o_collab_approval_all").click();
    expect.verifySteps(["collab_approval.action_collab_approval_request_mine"]);
});

test("no requests of mine", async () => {
    await mountCard(ApprovalMineCard, []);
    expect(".o_collab_approval_empty").toHaveText(/You have not asked for anything/);
});

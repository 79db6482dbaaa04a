import { beforeEach, describe, expect, test } from "@odoo/hoot";
import {
    click,
    hover,
    leave,
    manuallyDispatchProgrammaticEvent,
    press,
    queryAllRects,
    queryAllTexts,
    queryAllValues,
    queryFirst,
    queryRect,
    waitFor,
} from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred, mockDate } from "@odoo/hoot-mock";
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
    mockService("action", { doAction: (action) => expect.step(action) });
});

function row(id, values = {}) {
    return {
        id,
        name: `P0000${id}`,
        kind: "Purchase Order",
        res_model: "purchase.order",
        res_id: 10 + id,
        can_open: true,
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

/** Go away with the pointer; what it pointed at may be there no more. */
async function leaveWithPointer() {
    await hover(".o_collab_approval_todo");
    await leave();
}

/** The same, and let what was decided leave. */
async function leaveCard() {
    await leaveWithPointer();
    await advanceTime(400);
    await animationFrame();
}

const tops = () => queryAllRects(".o_collab_approval_row").map(({ top }) => top);

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

test("approved in place: shown at once, gone when the pointer has left", async () => {
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
    expect("[role=status]").toHaveText("");
    answer.resolve();
    await animationFrame();
    expect("[role=status]").toHaveText("P00001: Approved");
    // the workbench is told, too: nothing moves all the same
    await server.parent.reload();
    await advanceTime(10_000);
    await animationFrame();
    expect(names()).toEqual(["P00001", "P00002"]);
    expect(".o_collab_approval_leaving").toHaveCount(0);
    await leaveWithPointer();
    await animationFrame();
    expect(".o_collab_approval_leaving").toHaveCount(1);
    expect(".o_collab_approval_todo").toHaveClass("pe-none");
    await advanceTime(400);
    await animationFrame();
    expect(names()).toEqual(["P00002"]);
    expect(".o_collab_approval_todo").not.toHaveClass("pe-none");
    expect.verifySteps([[[[1]], ""], "reload", "reload"]);
});

test("two clicks on one spot decide on one document, and open none", async () => {
    const server = await mountCard(ApprovalTodoCard, [row(1), row(2, { note: "Urgent" })]);
    mockDecision("action_approve", server);
    const before = tops();
    await contains(".o_collab_approval_row:first .o_collab_approval_approve").click();
    await advanceTime(350);
    await animationFrame();
    expect(tops()).toEqual(before);
    await click(".o_collab_approval_row:first .o_collab_approval_decided");
    await click(".o_collab_approval_row:first .o_collab_approval_main");
    expect(".o_collab_approval_row:first .o_collab_approval_name").not.toBeEnabled();
    expect(".o_collab_approval_row:first .o_collab_approval_select").not.toBeEnabled();
    expect.verifySteps([["action_approve", [1], ""], "reload"]);
});

test("after a touch all stays where it is for a while", async () => {
    const server = await mountCard(ApprovalTodoCard, [row(1), row(2)]);
    mockDecision("action_approve", server);
    const touch = (selector) =>
        manuallyDispatchProgrammaticEvent(queryFirst(selector), "pointerdown", {
            pointerType: "touch",
        });
    await touch(".o_collab_approval_approve");
    queryFirst(".o_collab_approval_approve").click();
    await animationFrame();
    await advanceTime(3000);
    await touch(".o_collab_approval_row:last");
    await advanceTime(3000);
    await animationFrame();
    expect(names()).toEqual(["P00001", "P00002"]);
    await advanceTime(1500);
    await animationFrame();
    expect(names()).toEqual(["P00002"]);
    expect.verifySteps([["action_approve", [1], ""], "reload"]);
});

test("what others do moves nothing under the pointer", async () => {
    const rows = [row(2), row(3)];
    const server = await mountCard(ApprovalTodoCard, rows);
    await hover(".o_collab_approval_row:last .o_collab_approval_approve");
    const before = tops();
    server.rows = [row(1), row(3), row(4)];
    await server.parent.reload();
    await animationFrame();
    expect(names()).toEqual(["P00002", "P00003", "P00001", "P00004"]);
    expect(tops().slice(0, 2)).toEqual(before);
    expect(".o_collab_approval_decided").toHaveText("No longer waits for you");
    expect(".o_collab_approval_row:first button").not.toBeEnabled();
    await leaveCard();
    expect(names()).toEqual(["P00001", "P00003", "P00004"]);
    expect(".o_collab_approval_decided").toHaveCount(0);
    expect.verifySteps(["reload"]);
});

test("a second row does not push the first one down", async () => {
    const server = await mountCard(ApprovalTodoCard, [row(1)]);
    await hover(".o_collab_approval_approve");
    const before = tops();
    server.rows = [row(1), row(2)];
    await server.parent.reload();
    await animationFrame();
    expect(tops().slice(0, 1)).toEqual(before);
    expect(".o_collab_approval_bulk").toHaveCount(0);
    await leaveCard();
    expect(".o_collab_approval_bulk").toHaveCount(1);
    expect.verifySteps(["reload"]);
});

test("a row that waits for the user once more is back when the pointer has left", async () => {
    const server = await mountCard(ApprovalTodoCard, [row(1)]);
    onRpc("collab.approval.request", "action_approve", () => true);
    await contains(".o_collab_approval_approve").click();
    await animationFrame();
    expect(".o_collab_approval_decided").toHaveCount(1);
    expect(server.rows).toHaveLength(1);
    await leaveCard();
    expect(".o_collab_approval_approve").toHaveCount(1);
    expect.verifySteps(["reload"]);
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
    await leaveCard();
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
    expect(".o_collab_approval_write:first").toHaveAttribute("aria-label", "Decide with a comment");
    await contains(".o_collab_approval_row:eq(1) .o_collab_approval_write").click();
    await contains(".o_collab_approval_comment .o_collab_approval_approve").click();
    await animationFrame();
    expect.verifySteps([["action_approve", [2], ""], "reload"]);
});

test("several at once", async () => {
    const server = await mountCard(ApprovalTodoCard, [row(1), row(2), row(3)]);
    mockDecision("action_approve", server);
    expect(".o_collab_approval_approve_selected").not.toBeVisible();
    const before = tops();
    await contains(".o_collab_approval_bulk input").click();
    expect(tops()).toEqual(before);
    expect(".o_collab_approval_approve_selected").toHaveText("Approve 3");
    await contains(".o_collab_approval_row:eq(1) .o_collab_approval_select").click();
    expect(".o_collab_approval_approve_selected").toHaveText("Approve 2");
    expect(".o_collab_approval_bulk input").not.toBeChecked();
    await contains(".o_collab_approval_approve_selected").click();
    expect(".o_collab_approval_decided").toHaveCount(2);
    expect(".o_collab_approval_approve_selected").not.toBeVisible();
    await animationFrame();
    expect("[role=status]").toHaveText("P00001, P00003: Approved");
    expect(tops()).toEqual(before);
    await leaveCard();
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
    const before = tops();
    await contains(".o_collab_approval_bulk .o_collab_approval_approve").click();
    await animationFrame();
    expect("textarea").toHaveCount(0);
    expect(tops()).toEqual(before);
    expect.verifySteps([["action_approve", [1, 2], "Fine."], "reload"]);
});

test("with the keyboard alone", async () => {
    const server = await mountCard(ApprovalTodoCard, [row(1), row(2), row(3)]);
    mockDecision("action_approve", server);
    mockDecision("action_reject", server);
    await contains(".o_collab_approval_row:first").focus();
    await leaveWithPointer();
    await press("ArrowDown");
    expect(".o_collab_approval_row:eq(1)").toBeFocused();
    await press(" ");
    await animationFrame();
    expect(".o_collab_approval_row:eq(1) .o_collab_approval_select").toBeChecked();
    await press("a");
    await animationFrame();
    // on to the next one that waits, past what was decided
    expect(".o_collab_approval_row:eq(2)").toBeFocused();
    await press("ArrowUp");
    expect(".o_collab_approval_row:eq(0)").toBeFocused();
    await press("ArrowDown");
    expect(".o_collab_approval_row:eq(2)").toBeFocused();
    expect(names()).toEqual(["P00001", "P00002", "P00003"]);
    await advanceTime(5000);
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
    await press("Escape");
    await animationFrame();
    expect("textarea").toHaveCount(0);
    expect(".o_collab_approval_row:eq(1)").toBeFocused();
    await press("r");
    await animationFrame();
    await contains("textarea").edit("a rare error", { confirm: false });
    await press(["Control", "Enter"]);
    await animationFrame();
    expect.verifySteps([
        ["action_approve", [2], ""],
        "reload",
        ["action_reject", [3], "a rare error"],
        "reload",
    ]);
});

test("a click opens the document, or the request where that cannot be read", async () => {
    const action = (res_model, res_id) => ({
        type: "ir.actions.act_window",
        res_model,
        res_id,
        views: [[false, "form"]],
    });
    await mountCard(ApprovalTodoCard, [row(1), row(2, { can_open: false })]);
    await contains(".o_collab_approval_name:first").click();
    expect.verifySteps([action("purchase.order", 11)]);
    await contains(".o_collab_approval_name:last").click();
    expect.verifySteps([action("collab.approval.request", 2)]);
    await contains(".o_collab_approval_open:first").click();
    expect.verifySteps([action("collab.approval.request", 1)]);
});

test("the box for a comment grows with what is written, up to a limit", async () => {
    await mountCard(ApprovalTodoCard, [row(1)]);
    await contains(".o_collab_approval_write").click();
    const height = () => queryRect("textarea").height;
    const empty = height();
    await contains("textarea").edit("1\n2\n3\n4\n5", { confirm: false });
    const five = height();
    expect(five).toBeGreaterThan(empty);
    await contains("textarea").edit("\n".repeat(30), { confirm: false });
    expect(height()).toBeGreaterThan(five);
    expect(height()).toBeLessThan(five * 2.5);
    expect(queryRect(".o_collab_approval_cancel").top - queryRect("textarea").bottom).toBeLessThan(
        30
    );
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

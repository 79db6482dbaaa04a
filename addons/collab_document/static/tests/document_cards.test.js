import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
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
import { DocumentCheckoutsCard } from "@collab_document/cards/document_checkouts_card";
import { DocumentReadingCard } from "@collab_document/cards/document_reading_card";
import { DocumentRecentCard } from "@collab_document/cards/document_recent_card";

describe.current.tags("desktop");
defineMailModels();

beforeEach(() => {
    mockDate("2026-03-04 09:30:00", 0);
    onRpc("collab.folder", "tree", () => []);
    mockService("action", {
        doAction: (action, { props }) => expect.step([action, props.resId]),
    });
});

const ACTION = "collab_document.collab_document_action";

function line(id, values = {}) {
    return {
        id,
        document_id: 10 + id,
        name: `plan ${id}.txt`,
        number: "1.0",
        icon: "text",
        preview: "text",
        version_id: 20 + id,
        folder: "Handbook",
        due: false,
        asked_by: "Nora",
        ...values,
    };
}

/** The workbench, as far as a card sees it: a reload brings the lines of `server`. */
async function mountCard(Card, lines, count = lines.length) {
    const server = { lines, count };
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
    await mountWithCleanup(Parent);
    return server;
}

function mockConfirm(server, answer = () => true) {
    onRpc("collab.document.reading", "action_confirm", async ({ args }) => {
        expect.step(`confirm ${args[0].join()}`);
        await answer();
        server.lines = server.lines.filter(({ id }) => !args[0].includes(id));
        server.count = server.lines.length;
        return true;
    });
}

const names = () => queryAllTexts(".o_collab_document_name .fw-bold.text-break");

test("nothing to do", async () => {
    await mountCard(DocumentReadingCard, []);
    await mountCard(DocumentCheckoutsCard, []);
    await mountCard(DocumentRecentCard, []);
    expect(queryAllTexts(".o_collab_document_empty .fw-bold")).toEqual([
        "Nothing to read",
        "You have nothing checked out",
        "No documents yet",
    ]);
    expect("button").toHaveCount(0);
});

test("to read: by when", async () => {
    await mountCard(
        DocumentReadingCard,
        [
            line(1, { due: "2026-03-01" }),
            line(2, { due: "2026-03-03" }),
            line(3, { due: "2026-03-04" }),
            line(4, { due: "2026-03-05" }),
            line(5, { due: "2026-04-01" }),
            line(6),
        ],
        9
    );
    expect(queryAllTexts(".o_collab_document_due")).toEqual([
        "3 days late",
        "1 day late",
        "Due today",
        "Due tomorrow",
        "Due Apr 1, 2026",
    ]);
    expect(".o_collab_document_due.text-danger").toHaveCount(2);
    expect(".o_collab_document_due.text-warning-emphasis").toHaveCount(2);
    expect(".o_collab_document_more").toHaveText("and 3 more");
});

test("read in place, then confirmed", async () => {
    const server = await mountCard(DocumentReadingCard, [line(1), line(2)]);
    const answer = new Deferred();
    mockConfirm(server, () => answer);
    expect(".o_collab_document_read:first").toHaveClass("btn-primary");
    expect(".o_collab_document_confirm:first").toHaveClass("btn-secondary");
    await contains(".o_collab_document_read:first").click();
    expect(".o-FileViewer").toHaveCount(1);
    await contains(".o-FileViewer-headerButton[aria-label=Close]").click();
    expect(".o_collab_document_confirm:first").toHaveClass("btn-primary");
    await contains(".o_collab_document_confirm:first").click();
    // at once, and its place is kept
    expect(".o_collab_document_done").toHaveText("Confirmed");
    expect("[role=status]").toHaveText("plan 1.txt: confirmed");
    answer.resolve();
    await animationFrame();
    expect.verifySteps(["confirm 1", "reload"]);
    expect(names()).toEqual(["plan 1.txt", "plan 2.txt"]);
});

test("what was confirmed leaves when nobody points at it", async () => {
    const server = await mountCard(DocumentReadingCard, [line(1), line(2)]);
    mockConfirm(server);
    queryFirst("[data-id='1']").focus();
    await press("c");
    await animationFrame();
    expect.verifySteps(["confirm 1", "reload"]);
    expect("[data-id='2']").toBeFocused();
    expect(names()).toEqual(["plan 1.txt", "plan 2.txt"]);
    await advanceTime(4000);
    await animationFrame();
    expect(names()).toEqual(["plan 2.txt"]);
});

test("not confirmed after all", async () => {
    expect.errors(1);
    const server = await mountCard(DocumentReadingCard, [line(1)]);
    mockConfirm(server, () => {
        throw makeServerError({ message: "There is a newer version" });
    });
    await contains(".o_collab_document_confirm").click();
    await animationFrame();
    expect.verifyErrors(["There is a newer version"]);
    expect.verifySteps(["confirm 1", "reload"]);
    expect(".o_collab_document_done").toHaveCount(0);
    expect(".o_collab_document_confirm").toHaveCount(1);
});

test("by keyboard", async () => {
    await mountCard(DocumentReadingCard, [line(1), line(2)]);
    queryFirst("[data-id='1']").focus();
    await press("ArrowDown");
    expect("[data-id='2']").toBeFocused();
    await press("ArrowUp");
    expect("[data-id='1']").toBeFocused();
    await press("Enter");
    await animationFrame();
    expect(".o-FileViewer").toHaveCount(1);
});

test("checked out: until when", async () => {
    await mountCard(DocumentCheckoutsCard, [
        line(1, { until: "2026-03-04 09:20:00" }),
        line(2, { until: "2026-03-04 10:00:00" }),
        line(3, { until: "2026-03-04 17:30:00" }),
        line(4, { until: "2026-03-07 17:30:00" }),
    ]);
    expect(
        queryAllTexts(".o_collab_document_until").map((text) => text.replace(/\s/g, " "))
    ).toEqual(["has run out", "until 10:00 AM", "until 5:30 PM", "until Mar 7, 2026, 5:30 PM"]);
    expect(".o_collab_document_until.text-danger").toHaveCount(1);
    expect(".o_collab_document_until.text-warning-emphasis").toHaveCount(1);
});

test("released, or kept for longer", async () => {
    onRpc("collab.document", "*", ({ method, args }) => {
        expect.step(`${method} ${args[0].join()}`);
        return true;
    });
    await mountCard(DocumentCheckoutsCard, [line(1, { until: "2026-03-04 17:30:00" })]);
    await contains(".o_collab_document_extend").click();
    expect.verifySteps(["action_check_out 11", "reload"]);
    await contains(".o_collab_document_release").click();
    expect.verifySteps(["action_release 11", "reload"]);
    expect(".o_notification:contains(plan 1.txt is free for others again)").toHaveCount(1);
});

test("brought back", async () => {
    await mountCard(DocumentCheckoutsCard, [line(1, { until: "2026-03-04 17:30:00" })]);
    await contains(".o_collab_document_check_in").click();
    expect(".modal-title").toHaveText(/plan 1.txt/);
    expect(".modal input[type=file]").toHaveCount(1);
});

test("recent: shown here, or opened where it cannot be", async () => {
    await mountCard(DocumentRecentCard, [line(1), line(2, { preview: false, icon: "word" })]);
    await contains(".o_collab_document_name:first").click();
    expect(".o-FileViewer").toHaveCount(1);
    await contains(".o-FileViewer-headerButton[aria-label=Close]").click();
    await contains(".o_collab_document_name:last").click();
    expect.verifySteps([[ACTION, 12]]);
    await contains(".o_collab_document_open:first").click();
    expect.verifySteps([[ACTION, 11]]);
});

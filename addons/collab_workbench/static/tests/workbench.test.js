import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryRect, waitFor } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred, mockDate, runAllTimers } from "@odoo/hoot-mock";
import { Component, onWillRender, xml } from "@odoo/owl";
import { waitForChannels } from "@bus/../tests/bus_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    getService,
    MockServer,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { fillRows, Workbench } from "@collab_workbench/workbench/workbench";
import { CardLoader } from "@collab_workbench/workbench/card_loader";

describe.current.tags("desktop");
defineMailModels();

class FakeCard extends Component {
    static template = xml`
        <div class="o_fake">
            <span class="o_fake_data" t-out="props.data.text"/>
            <button class="o_fake_reload" t-on-click="() => props.reload()">Again</button>
        </div>`;
    static props = { card: Object, data: Object, reload: Function };

    setup() {
        onWillRender(() => {
            if (this.props.data.crash) {
                throw new Error("crash");
            }
        });
    }
}

function card(key, values = {}) {
    return {
        key,
        title: `Title ${key}`,
        sequence: 10,
        component: "fake",
        width: "half",
        data: { text: `data ${key}` },
        ...values,
    };
}

let cards = [];

beforeEach(() => {
    cards = [];
    mockDate("2026-03-04 09:30:00", 0);
    registry.category("collab_cards").add("fake", FakeCard, { force: true });
    onRpc("collab.card", "load", ({ kwargs }) => {
        expect.step(kwargs.keys ? kwargs.keys.join() : "all");
        return cards.filter(({ key }) => !kwargs.keys || kwargs.keys.includes(key));
    });
});

async function openWorkbench({ wait = ".o_collab_grid:not(.o_collab_skeleton)" } = {}) {
    const page = await mountWithCleanup(Workbench, {
        props: { action: { id: 42, tag: "collab_workbench.home" }, actionId: 42 },
    });
    if (wait) {
        await waitFor(wait);
    }
    return page;
}

function sendMessage(keys) {
    MockServer.env["bus.bus"]._sendone("lambda", "collab/card", { keys });
}

const titles = () => queryAllTexts(".o_collab_card h2");

test("all cards come by one call, in order, each by its component", async () => {
    cards = [
        card("b", { sequence: 20, width: "full" }),
        card("a", { data: { text: "x", count: 3 } }),
    ];
    await openWorkbench();
    expect.verifySteps(["all"]);
    expect(titles()).toEqual(["Title a", "Title b"]);
    expect(queryAllTexts(".o_fake_data")).toEqual(["x", "data b"]);
    expect(queryAllTexts(".o_collab_card_count")).toEqual(["3"]);
    expect(".o_collab_full").toHaveCount(2);
    expect(".o_collab_greeting").toHaveText(/^Good morning, /);
    expect("[data-key=a]").toHaveAttribute("aria-busy", "false");
});

test("a skeleton is shown while loading, of what the page looked like before", async () => {
    cards = [card("a", { title: "Remembered" })];
    await openWorkbench();
    expect.verifySteps(["all"]);
    const answer = new Deferred();
    onRpc("collab.card", "load", () => answer);
    await openWorkbench({ wait: ".o_collab_skeleton" });
    expect(".o_collab_skeleton .o_collab_cell").toHaveCount(1);
    expect(".o_collab_skeleton .card-header").toHaveText("Remembered");
    // as wide as the cards will be: nothing moves when they come
    expect(queryRect(".o_collab_skeleton").width).toBe(
        queryRect(".o_collab_grid:not(.o_collab_skeleton)").width
    );
    answer.resolve(cards);
});

test("nothing to show: all done", async () => {
    cards = [card("a", { data: null })];
    await openWorkbench({ wait: ".o_collab_empty" });
    expect.verifySteps(["all"]);
    expect(".o_collab_empty h2").toHaveText("All done");
    expect(".o_collab_card").toHaveCount(0);
});

test("all done as well when what is there is empty", async () => {
    cards = [card("a", { data: { text: "a", count: 0 } })];
    await openWorkbench();
    expect.verifySteps(["all"]);
    expect(".o_collab_empty h2").toHaveText("All done");
    expect(".o_collab_card").toHaveCount(1);
    // below: the cards are where they were
    expect(queryRect(".o_collab_empty").top).toBeGreaterThan(queryRect(".o_collab_card").top);
});

test("user text is text", async () => {
    cards = [card("a", { title: "<b>bold</b>", data: { text: "<i>it</i>" } })];
    await openWorkbench();
    expect(titles()).toEqual(["<b>bold</b>"]);
    expect(".o_fake_data").toHaveText("<i>it</i>");
    expect.verifySteps(["all"]);
});

test("a card that is broken on the server, one that crashes, one that nobody knows", async () => {
    patchWithCleanup(console, { warn: () => expect.step("warn") });
    cards = [
        card("server", { data: undefined, error: "Not <today>." }),
        card("client", { data: { crash: true } }),
        card("unknown", { component: "nobody.knows" }),
        card("whole"),
    ];
    await openWorkbench();
    await animationFrame();
    expect.verifySteps(["all", "warn"]);
    expect(queryAllTexts(".o_collab_card_error span")).toEqual([
        "This card cannot be shown at the moment. The others are not affected.",
        "Not <today>.",
        "This card cannot be shown at the moment. The others are not affected.",
    ]);
    expect(".o_fake_data").toHaveText("data whole");
    cards[1].data = { text: "recovered" };
    await contains("[data-key=client] .o_collab_card_error button").click();
    await waitFor("[data-key=client] .o_fake_data:contains(recovered)");
    expect.verifySteps(["client"]);
});

test("a card loads itself again, alone", async () => {
    cards = [card("a"), card("b")];
    await openWorkbench();
    cards = [card("a", { data: { text: "new" } }), card("b", { data: { text: "new" } })];
    await contains("[data-key=a] .o_fake_reload").click();
    await waitFor(".o_fake_data:contains(new)");
    expect(queryAllTexts(".o_fake_data")).toEqual(["new", "data b"]);
    expect.verifySteps(["all", "a"]);
});

test("messages of the bus load the cards they name, gathered in one call", async () => {
    cards = [card("a"), card("b"), card("c")];
    await openWorkbench();
    getService("bus_service").addChannel("lambda");
    await waitForChannels(["lambda"]);
    cards = [card("a", { data: null }), card("b", { data: { text: "new" } }), card("d")];
    sendMessage(["a"]);
    sendMessage(["b", "d"]);
    await runAllTimers();
    // a message may come after the timers have run, and is gathered for a while then
    await waitFor("[data-key=d]", { timeout: 2000 });
    expect(titles()).toEqual(["Title b", "Title c", "Title d"]);
    expect(queryAllTexts(".o_fake_data")).toEqual(["new", "data c", "data d"]);
    expect.verifySteps(["all", "a,b,d"]);
});

test("everything is loaded again after a reconnection", async () => {
    cards = [card("a")];
    await openWorkbench();
    cards = [card("b")];
    getService("bus_service").trigger("BUS:RECONNECT");
    await waitFor("[data-key=b]");
    expect(titles()).toEqual(["Title b"]);
    expect.verifySteps(["all", "all"]);
});

test("everything is loaded again when the tab is looked at after a while", async () => {
    cards = [card("a")];
    await openWorkbench();
    document.dispatchEvent(new Event("visibilitychange"));
    await animationFrame();
    expect.verifySteps(["all"]);
    await advanceTime(61_000);
    document.dispatchEvent(new Event("visibilitychange"));
    await animationFrame();
    expect.verifySteps(["all"]);
});

test("without connection the cards stay and a notice tells their age", async () => {
    patchWithCleanup(console, { warn: () => expect.step("warn") });
    cards = [card("a")];
    await openWorkbench();
    let fails = true;
    onRpc("collab.card", "load", () => {
        if (fails) {
            throw new Error("no connection");
        }
        return cards;
    });
    await contains(".o_fake_reload").click();
    await waitFor(".o_collab_offline");
    expect(".o_collab_offline span").toHaveText(/9:30/);
    expect(".o_fake_data").toHaveCount(1);
    fails = false;
    await contains(".o_collab_offline button").click();
    await animationFrame();
    expect(".o_collab_offline").toHaveCount(0);
    expect.verifySteps(["all", "warn"]);
});

test("a first load that fails can be tried again", async () => {
    patchWithCleanup(console, { warn: () => expect.step("warn") });
    let fails = true;
    onRpc("collab.card", "load", () => {
        if (fails) {
            throw new Error("no connection");
        }
        return [card("a")];
    });
    await openWorkbench({ wait: ".o_collab_empty" });
    expect("[role=alert]").toHaveText(/cannot be reached/);
    fails = false;
    await contains(".o_collab_empty button").click();
    await waitFor(".o_fake");
    expect.verifySteps(["warn"]);
});

test("a user makes it the home page, and takes that back", async () => {
    cards = [card("a")];
    onRpc("res.users", "write", ({ args }) => {
        expect.step(args);
        return true;
    });
    await openWorkbench();
    expect(".o_collab_home").toHaveAttribute("aria-pressed", "false");
    await contains(".o_collab_home").click();
    expect(".o_collab_home").toHaveAttribute("aria-pressed", "true");
    await contains(".o_collab_home").click();
    expect(".o_collab_home").toHaveAttribute("aria-pressed", "false");
    expect.verifySteps([
        "all",
        [[user.userId], { action_id: 42 }],
        [[user.userId], { action_id: false }],
    ]);
});

test("a card that stands alone in its row fills it", () => {
    const widths = (text) => [...text].map((c) => ({ width: c === "F" ? "full" : "half" }));
    const filled = (text) =>
        fillRows(widths(text))
            .map((isFull) => (isFull ? "F" : "h"))
            .join("");
    expect(filled("")).toBe("");
    expect(filled("h")).toBe("F");
    expect(filled("hh")).toBe("hh");
    expect(filled("hhh")).toBe("hhF");
    expect(filled("hFhhFhhh")).toBe("FFhhFhhF");
});

describe("CardLoader", () => {
    test("one request at a time, the rest in one more", async () => {
        const answers = [];
        const asked = [];
        const loader = new CardLoader((keys) => {
            asked.push(keys);
            answers.push(new Deferred());
            return answers.at(-1);
        });
        const first = loader.load();
        const second = loader.load(["a"]);
        const third = loader.load(["b", "a"]);
        expect(asked).toEqual([null]);
        answers[0].resolve([card("a", { data: 1 }), card("b"), card("c")]);
        await first;
        await animationFrame();
        expect(asked).toEqual([null, ["a", "b"]]);
        answers[1].resolve([card("a", { data: 2 })]);
        await Promise.all([second, third]);
        expect(loader.cards.map(({ key }) => key)).toEqual(["a", "c"]);
        expect(loader.cards[0].data).toBe(2);
    });

    test("goes on after a failure", async () => {
        let fails = true;
        const loader = new CardLoader(
            async () => {
                if (fails) {
                    throw new Error("no");
                }
                return [card("a")];
            },
            { failed: () => expect.step("failed") }
        );
        await loader.load();
        fails = false;
        await loader.load();
        expect(loader.cards).toHaveLength(1);
        expect.verifySteps(["failed"]);
    });
});

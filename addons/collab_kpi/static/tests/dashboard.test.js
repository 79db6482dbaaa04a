import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { queryAll, queryAllTexts, queryRect, waitFor } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred, mockDate } from "@odoo/hoot-mock";
import { waitForChannels } from "@bus/../tests/bus_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    getService,
    makeServerError,
    MockServer,
    mockService,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { router } from "@web/core/browser/router";
import { download } from "@web/core/network/download";
import { user } from "@web/core/user";
import { board, heatmapTile, openDashboard, serveDashboard, tile } from "./dashboard_test_helpers";

describe.current.tags("desktop");
defineMailModels();

let shown;

/** As the server would: the same tiles, of the period that was asked for. */
function answer({ grain, back, is_whole: isWhole }, id) {
    expect.step(`${id} ${grain} ${back}${isWhole ? " whole" : ""}`);
    const period = { start: `start ${back}`, label: `${back} ago`, is_open: !back };
    return { ...shown, id, grain: grain || "month", back, period };
}

beforeEach(() => {
    mockDate("2026-11-28 09:05:00", 0);
    shown = board();
    serveDashboard(answer);
});

const label = () => queryAllTexts(".o_collab_period_label > span:first-child")[0];

const showAddress = (current) =>
    patchWithCleanup(router, {
        get current() {
            return current;
        },
    });

describe("header", () => {
    test("name, period, age of the figures", async () => {
        await openDashboard();
        expect("h1").toHaveText("Operations");
        expect(label()).toBe("0 ago");
        expect(".o_collab_period_label").toHaveAttribute("aria-live", "polite");
        expect(".o_collab_open").toHaveText("In progress");
        expect(".o_collab_counted").toHaveText("Counted 5 minutes ago");
        expect(".o_collab_companies").toHaveCount(0);
        expect(".o_collab_grains [aria-pressed=true]").toHaveText("Months");
        expect.verifySteps(["1 null 0"]);
    });

    test("the figures grow older while they are looked at", async () => {
        await openDashboard();
        await advanceTime(60_000);
        expect(".o_collab_counted").toHaveText("Counted 6 minutes ago");
        expect.verifySteps(["1 null 0"]);
    });

    test("just counted, by a clock that is ahead; not counted; several companies", async () => {
        shown = board({ at: "2026-11-28 09:05:30", companies: ["Here", "There"] });
        await openDashboard();
        expect(".o_collab_counted").toHaveText("Counted just now");
        expect(".o_collab_companies").toHaveText("Here, There");
        shown.at = false;
        await contains(".o_collab_earlier").click();
        await waitFor(".o_collab_counted:contains(Not counted yet)");
        expect.verifySteps(["1 null 0", "1 month 1"]);
    });
});

describe("periods", () => {
    test("earlier and later, and of another length", async () => {
        await openDashboard();
        expect(".o_collab_later").toHaveProperty("disabled", true);
        await contains(".o_collab_earlier").click();
        expect(label()).toBe("1 ago");
        expect(".o_collab_open").toHaveCount(0);
        await contains(".o_collab_earlier").click();
        await contains(".o_collab_later").click();
        expect(label()).toBe("1 ago");
        await contains(".o_collab_grains button:contains(Quarters)").click();
        expect(".o_collab_grains [aria-pressed=true]").toHaveText("Quarters");
        expect(label()).toBe("0 ago");
        expect.verifySteps(["1 null 0", "1 month 1", "1 month 2", "1 month 1", "1 quarter 0"]);
    });

    test("the last that was asked for is shown, in whatever order answers come", async () => {
        await openDashboard();
        const answers = [];
        onRpc("/collab_kpi/dashboard/<int:id>", async (request) => {
            const { params } = await request.json();
            const deferred = new Deferred();
            answers.push(() => deferred.resolve(answer(params, 1)));
            return deferred;
        });
        await contains(".o_collab_earlier").click();
        await contains(".o_collab_earlier").click();
        // what was there stays until then
        expect(label()).toBe("0 ago");
        expect(".o_collab_grid").toHaveAttribute("aria-busy", "true");
        answers[1]();
        await animationFrame();
        await animationFrame();
        expect(label()).toBe("2 ago");
        answers[0]();
        await animationFrame();
        await animationFrame();
        expect(label()).toBe("2 ago");
        expect(".o_collab_grid").toHaveAttribute("aria-busy", "false");
        expect.verifySteps(["1 null 0", "1 month 2", "1 month 1"]);
    });

    test("what was shown is shown when the page is loaded anew", async () => {
        const updateActionState = (state) => expect.step(state);
        showAddress({ action: 42, dashboard_id: 2, grain: "quarter", back: 3 });
        await openDashboard({ updateActionState });
        expect.verifySteps(["2 quarter 3", { dashboard_id: 2, grain: "quarter", back: 3 }]);
    });

    test("an address has nothing for 0", async () => {
        showAddress({ action: "collab_dashboard", grain: "quarter", back: "" });
        await openDashboard();
        expect.verifySteps(["1 quarter 0"]);
    });

    test("an address of something else says nothing", async () => {
        showAddress({ action: 43, dashboard_id: 2, grain: "quarter", back: 3 });
        await openDashboard();
        showAddress({ action: 42, dashboard_id: 2, grain: "decade", back: 3 });
        await openDashboard();
        expect.verifySteps(["1 null 0", "1 null 0"]);
    });

    test("who comes back from the records finds what was there, and then what is new", async () => {
        const asked = { id: 1, grain: "month", back: 2 };
        const before = board({ period: { start: "x", label: "As it was", is_open: false } });
        const deferred = new Deferred();
        onRpc("/collab_kpi/dashboard/<int:id>", () => deferred);
        await openDashboard({ state: { asked, board: before, scroll: 0 } });
        expect(label()).toBe("As it was");
        deferred.resolve(board({ period: { start: "y", label: "As it is", is_open: false } }));
        await waitFor(".o_collab_period_label:contains(As it is)");
    });
});

describe("dashboards", () => {
    test("the first of them, if none is named", async () => {
        serveDashboard(answer, [
            { id: 8, name: "People" },
            { id: 1, name: "Operations" },
        ]);
        await openDashboard({ action: { id: 42, tag: "collab_dashboard" } });
        expect.verifySteps(["8 null 0"]);
        await contains(".o_collab_chooser").click();
        expect(queryAllTexts(".o-dropdown-item")).toEqual(["People", "Operations"]);
        await contains(".o-dropdown-item:contains(Operations)").click();
        await animationFrame();
        expect.verifySteps(["1 null 0"]);
    });

    test("nothing to choose from one", async () => {
        await openDashboard();
        expect(".o_collab_chooser").toHaveCount(0);
        expect.verifySteps(["1 null 0"]);
    });

    test("none at all", async () => {
        serveDashboard(answer, []);
        await openDashboard({ action: { id: 42 }, wait: ".o_collab_empty" });
        expect(".o_collab_empty h2").toHaveText("There is no dashboard for you yet");
        expect.verifySteps([]);
    });

    test("one without indicators", async () => {
        shown.tiles = [];
        mockService("action", {
            doAction: ({ res_model, res_id }) => expect.step([res_model, res_id]),
        });
        await openDashboard();
        expect(".o_collab_empty h2").toHaveText("No indicators on this dashboard yet");
        expect(".o_collab_empty button").toHaveCount(0);
        shown.can_edit = true;
        await contains(".o_collab_earlier").click();
        await contains(".o_collab_empty button:contains(Edit the dashboard)").click();
        expect.verifySteps(["1 null 0", "1 month 1", ["collab.dashboard", 1]]);
    });

    test("the columns of a heat map are as wide as each other", async () => {
        const one = heatmapTile();
        one.heatmap.rows[0].cells[2].text = "123,456,789.00";
        shown.tiles = [one];
        await openDashboard();
        const widths = queryAll(".o_collab_heatmap tbody tr:first-child td").map(
            (cell) => cell.offsetWidth
        );
        expect(Math.max(...widths) - Math.min(...widths)).toBeLessThan(3);
        expect.verifySteps(["1 null 0"]);
    });

    test("user text is text", async () => {
        shown = board({ name: "<b>x</b>", tiles: [tile(1, { title: "<i>y</i>" })] });
        await openDashboard();
        expect("h1").toHaveText("<b>x</b>");
        expect(".o_collab_tile_title").toHaveText("<i>y</i>");
        expect.verifySteps(["1 null 0"]);
    });
});

describe("loading", () => {
    test("a skeleton of what it looked like before, so that nothing jumps", async () => {
        shown.tiles = [tile(1), heatmapTile()];
        await openDashboard();
        const before = queryRect(".o_collab_cell:last-child");
        const deferred = new Deferred();
        onRpc("/collab_kpi/dashboard/<int:id>", () => deferred);
        await openDashboard({ wait: ".o_collab_skeleton" });
        expect(".o_collab_skeleton .o_collab_cell").toHaveCount(2);
        const { left, top, width, height } = queryRect(
            ".o_collab_skeleton .o_collab_cell:last-child"
        );
        const page = (rect) => [rect.left, rect.width, rect.height].map(Math.round);
        expect(page({ left, width, height })).toEqual(page(before));
        expect(top - queryRect(".o_collab_dashboard:last").top).toBeCloseTo(
            before.top - queryRect(".o_collab_dashboard:first").top,
            { margin: 1 }
        );
        deferred.resolve(shown);
        expect.verifySteps(["1 null 0"]);
    });

    test("a first load that fails can be tried again", async () => {
        let fails = true;
        onRpc("/collab_kpi/dashboard/<int:id>", () => {
            if (fails) {
                throw makeServerError({ message: "It is not shared with you." });
            }
            return board();
        });
        await openDashboard({ wait: ".o_collab_empty" });
        expect(".o_collab_empty").toHaveAttribute("role", "alert");
        expect(".o_collab_empty h2").toHaveText("It is not shared with you.");
        fails = false;
        await contains(".o_collab_empty button:contains(Try again)").click();
        await waitFor(".o_collab_tile");
        expect(".o_collab_empty").toHaveCount(0);
    });

    test("nor can the dashboards be had: tried again from the beginning", async () => {
        let fails = true;
        onRpc("collab.dashboard", "choices", () => {
            if (fails) {
                throw makeServerError({ message: "Not today." });
            }
            return [{ id: 8, name: "People" }];
        });
        await openDashboard({ action: { id: 42 }, wait: ".o_collab_empty" });
        expect(".o_collab_empty h2").toHaveText("Not today.");
        fails = false;
        await contains(".o_collab_empty button").click();
        await waitFor(".o_collab_tile");
        expect.verifySteps(["8 null 0"]);
    });

    test("without the others this one is still shown", async () => {
        onRpc("collab.dashboard", "choices", () => {
            throw makeServerError({ message: "Not today." });
        });
        await openDashboard();
        expect(".o_collab_trouble").toHaveCount(0);
        expect(".o_collab_tile").toHaveCount(1);
        expect.verifySteps(["1 null 0"]);
    });

    test("another can be opened instead", async () => {
        serveDashboard(answer, [{ id: 8, name: "People" }]);
        onRpc("/collab_kpi/dashboard/1", () => {
            throw makeServerError({ message: "It is not shared with you." });
        });
        await openDashboard({ wait: ".o_collab_others button" });
        await contains(".o_collab_others button:contains(People)").click();
        await waitFor(".o_collab_tile");
        expect.verifySteps(["8 null 0"]);
    });

    test("one that fails later leaves what is there, and can be tried again", async () => {
        await openDashboard();
        let fails = true;
        onRpc("/collab_kpi/dashboard/<int:id>", async (request) => {
            if (fails) {
                throw makeServerError({ message: "Not today." });
            }
            return answer((await request.json()).params, 1);
        });
        await contains(".o_collab_earlier").click();
        await waitFor(".o_collab_trouble");
        expect(".o_collab_trouble span").toHaveText("Not today.");
        expect(label()).toBe("0 ago");
        expect(".o_collab_tile").toHaveCount(1);
        expect(".o_collab_grid").toHaveAttribute("aria-busy", "false");
        fails = false;
        await contains(".o_collab_trouble button").click();
        await animationFrame();
        expect(".o_collab_trouble").toHaveCount(0);
        expect(label()).toBe("1 ago");
        expect.verifySteps(["1 null 0", "1 month 1"]);
    });

    test("what is no sentence for readers is not shown to them", async () => {
        patchWithCleanup(console, { warn: () => expect.step("warned") });
        onRpc("/collab_kpi/dashboard/<int:id>", () => {
            throw makeServerError({
                type: "builtins.KeyError",
                errorName: "builtins.KeyError",
                message: "'x'",
            });
        });
        await openDashboard({ wait: ".o_collab_empty" });
        expect(".o_collab_empty h2").toHaveText("The dashboard cannot be shown at the moment.");
        expect.verifySteps(["warned"]);
    });
});

describe("bus", () => {
    const DELAY = 5_000;

    async function listen() {
        await openDashboard();
        getService("bus_service").addChannel("lambda");
        await waitForChannels(["lambda"]);
        expect.verifySteps(["1 null 0"]);
        getService("bus_service").subscribe("collab_kpi/values", () => expect.step("heard"));
    }

    async function send(...kpiIds) {
        MockServer.env["bus.bus"]._sendone("lambda", "collab_kpi/values", { kpi_ids: kpiIds });
        await expect.waitForSteps(["heard"]);
    }

    test("new figures are loaded, once for many messages", async () => {
        await listen();
        shown.tiles = [tile(1, { title: "New" })];
        await send(7, 101);
        await send(101);
        await send(101);
        expect.verifySteps([]);
        await advanceTime(DELAY);
        await waitFor(".o_collab_tile_title:contains(New)");
        expect.verifySteps(["1 month 0"]);
        await send(101);
        await advanceTime(DELAY);
        await animationFrame();
        expect.verifySteps(["1 month 0"]);
    });

    test("those of others are not of interest", async () => {
        await listen();
        await send(7);
        await advanceTime(DELAY);
        await animationFrame();
        expect.verifySteps([]);
    });

    test("a hidden page waits until it is looked at", async () => {
        await listen();
        let isHidden = true;
        Object.defineProperty(document, "hidden", { get: () => isHidden, configurable: true });
        await send(101);
        await advanceTime(DELAY);
        await animationFrame();
        expect.verifySteps([]);
        isHidden = false;
        document.dispatchEvent(new Event("visibilitychange"));
        await animationFrame();
        document.dispatchEvent(new Event("visibilitychange"));
        await animationFrame();
        delete document.hidden;
        expect.verifySteps(["1 month 0"]);
    });

    test("after a reconnection there may be new ones", async () => {
        await listen();
        getService("bus_service").trigger("BUS:RECONNECT");
        await advanceTime(DELAY);
        await animationFrame();
        expect.verifySteps(["1 month 0"]);
    });

    test("nothing fades while they are loaded: nobody has asked for it", async () => {
        await listen();
        const deferred = new Deferred();
        onRpc("/collab_kpi/dashboard/<int:id>", () => {
            expect.step("asked");
            return deferred;
        });
        await send(101);
        await advanceTime(DELAY);
        await expect.waitForSteps(["asked"]);
        expect(".o_collab_grid").toHaveAttribute("aria-busy", "false");
        await contains(".o_collab_earlier").click();
        expect(".o_collab_grid").toHaveAttribute("aria-busy", "true");
        expect.verifySteps(["asked"]);
        deferred.resolve(shown);
    });

    test("the tiles stay the same elements: nothing jumps", async () => {
        await listen();
        const [before] = document.querySelectorAll(".o_collab_tile");
        shown.tiles = [tile(1, { title: "New" })];
        await send(101);
        await advanceTime(DELAY);
        await waitFor(".o_collab_tile_title:contains(New)");
        expect(document.querySelectorAll(".o_collab_tile")[0]).toBe(before);
        expect.verifySteps(["1 month 0"]);
    });
});

test("the figures as a table file", async () => {
    patchWithCleanup(download, {
        _download: ({ url, data }) => {
            expect.step([url, data.grain, data.back, JSON.parse(data.context)]);
            return Promise.resolve();
        },
    });
    await openDashboard();
    await contains(".o_collab_earlier").click();
    await contains(".o_collab_menu").click();
    expect(queryAllTexts(".o-dropdown-item")).toEqual(["Arrange", "Export XLSX"]);
    await contains(".o-dropdown-item:contains(Export XLSX)").click();
    expect.verifySteps([
        "1 null 0",
        "1 month 1",
        ["/collab_kpi/dashboard/1/xlsx", "month", 1, { ...user.context }],
    ]);
});

test("who may change it is offered to", async () => {
    shown.can_edit = true;
    mockService("action", {
        doAction: ({ res_model, res_id }) => expect.step([res_model, res_id]),
    });
    await openDashboard();
    await contains(".o_collab_menu").click();
    expect(queryAllTexts(".o-dropdown-item")).toEqual([
        "Arrange",
        "Export XLSX",
        "Arrange for everyone",
        "Edit the dashboard",
    ]);
    await contains(".o-dropdown-item:contains(Edit)").click();
    expect.verifySteps(["1 null 0", ["collab.dashboard", 1]]);
});

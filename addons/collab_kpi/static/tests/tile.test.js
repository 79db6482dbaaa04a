import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryAllAttributes, queryFirst, queryOne } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { Component, xml } from "@odoo/owl";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    mockService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { downloadFile } from "@web/core/network/download";
import { registry } from "@web/core/registry";
import { TrendChart } from "@collab_kpi/dashboard/trend_chart";
import { Tile } from "@collab_kpi/dashboard/tile";
import {
    bottleneckTile,
    figure,
    heatmapTile,
    rankingTile,
    tile,
    trend,
} from "./dashboard_test_helpers";

describe.current.tags("desktop");
defineMailModels();

const DRILLED = { type: "ir.actions.act_window", res_model: "res.partner" };
const period = { start: "2026-11-01", label: "November 2026", is_open: true };
let drilled;

beforeEach(() => {
    drilled = DRILLED;
    onRpc("collab.kpi", "action_drill", ({ args, kwargs }) => {
        const what = Object.entries(kwargs).filter(([key]) => key !== "context");
        expect.step([...args[0], Object.fromEntries(what)]);
        return drilled;
    });
    mockService("action", { doAction: (action) => expect.step(action.res_model) });
});

const show = (values) =>
    mountWithCleanup(Tile, { props: { tile: tile(1, values), grain: "month", period } });
const showTile = (one) => mountWithCleanup(Tile, { props: { tile: one, grain: "month", period } });

describe("figure", () => {
    test("how it has changed, for the worse", async () => {
        await show();
        expect("button.o_collab_figure_value").toHaveText("401");
        expect(".o_collab_change").toHaveText("−25 % from 532 (worse)", { inline: true });
        expect(".o_collab_change").toHaveClass("o_collab_text_bad");
        expect(".o_collab_change i").toHaveClass("fa-arrow-down");
        expect(".o_collab_target").toHaveCount(0);
        expect(".o_collab_forecast").toHaveCount(0);
        expect(".o_collab_status").toHaveCount(0);
        expect(".o_collab_figure").not.toHaveText(/so far/);
    });

    test("for the better, neither, not at all", async () => {
        await show({ figure: figure({ change_text: "+2 %", is_good: true }) });
        await show({ figure: figure({ change_text: "-2 %", is_good: null }) });
        await show({ figure: figure({ change_text: "", is_good: null }) });
        await show({ figure: figure({ change_text: "", previous_text: "" }) });
        await show({ figure: figure({ change_text: "", previous_text: "–" }) });
        expect(queryAllTexts(".o_collab_change", { inline: true })).toEqual([
            "+2 % from 532 (better)",
            "-2 % from 532",
            "532 before",
        ]);
        const icons = queryAllAttributes(".o_collab_change i", "class");
        expect(icons.map((one) => one.split(" ")[1])).toEqual([
            "fa-arrow-up",
            "fa-arrow-down",
            "fa-arrow-right",
        ]);
        expect(".o_collab_text_good").toHaveCount(1);
        expect(".o_collab_text_bad").toHaveCount(0);
    });

    test("a target: its status is said in words and by a shape", async () => {
        for (const status of ["good", "warning", "bad"]) {
            await show({ target: { text: "90 %", status, status_text: `Status ${status}` } });
        }
        expect(".o_collab_target:first").toHaveText("Target: 90 %", { inline: true });
        expect(queryAllTexts(".o_collab_status")).toEqual([
            "Status good",
            "Status warning",
            "Status bad",
        ]);
        const icons = queryAllAttributes(".o_collab_status i", "class");
        expect(new Set(icons).size).toBe(3);
    });

    test("what is expected of a period that runs", async () => {
        const forecast = { text: "120", range_text: "100 to 140" };
        await show({ figure: figure({ is_running: true }), forecast });
        expect(".o_collab_figure").toHaveText(/401\s+so far/);
        expect(".o_collab_forecast").toHaveText("Expected: 120 (100 to 140)");
        await show({ forecast: { text: "120", range_text: "" } });
        expect(".o_collab_forecast:last").toHaveText("Expected: 120");
    });

    test("no data", async () => {
        const target = { text: "90 %", status: "good", status_text: "On target" };
        await show({ figure: null, target });
        expect(".o_collab_figure_none").toHaveText("No data");
        expect(".o_collab_target").toHaveCount(1);
        expect("button").toHaveCount(0);
        expect(".o_collab_status").toHaveCount(0);
    });

    test("no figure, and why", async () => {
        const target = { text: "90 %", status: null, status_text: "" };
        await show({ figure: figure({ value: null, text: "Of too few people" }), target });
        expect(".o_collab_figure_lack").toHaveText("Of too few people");
        expect("button").toHaveCount(0);
        expect(".o_collab_change").toHaveCount(0);
    });

    test("a target that is not judged yet", async () => {
        await show({ target: { text: "90 %", status: null, status_text: "So far" } });
        expect(".o_collab_target").toHaveCount(1);
        expect(".o_collab_status").toHaveCount(0);
    });

    test("an indicator that has no such periods is shown and opened by its own", async () => {
        const own = { grain: "quarter", period_label: "4th quarter 2026", trend: trend() };
        await show({ ...own, grain: "month" });
        expect(".o_collab_own_period").toHaveCount(0);
        await show(own);
        expect(".o_collab_own_period").toHaveText("4th quarter 2026");
        await contains(".o_collab_figure_value:last").click();
        expect.verifySteps([[101, { grain: "quarter", start: "2026-11-01" }], "res.partner"]);
        // a number has no chart, though it comes with its past
        expect(".o_collab_tile_menu").toHaveCount(0);
    });

    test("drills down to the records", async () => {
        await show();
        expect(".o_collab_figure_value").toHaveAttribute(
            "aria-label",
            "401, Tile 1: show the records"
        );
        await contains(".o_collab_figure_value").click();
        expect.verifySteps([[101, { grain: "month", start: "2026-11-01" }], "res.partner"]);
    });

    test("a figure without records behind it says so", async () => {
        drilled = false;
        mockService("notification", { add: (text) => expect.step(text) });
        await show();
        await contains(".o_collab_figure_value").click();
        expect.verifySteps([
            [101, { grain: "month", start: "2026-11-01" }],
            "There are no records to show behind this figure.",
        ]);
    });
});

describe("frame", () => {
    test("withheld, broken", async () => {
        await show({ withheld: "You may not see it.", figure: undefined });
        expect(".o_collab_tile_withheld").toHaveText("You may not see it.");
        await show({ error: "Divided by <zero>.", kind: "trend", figure: undefined });
        expect(".o_collab_tile_error").toHaveText("Divided by <zero>.");
        expect("button").toHaveCount(0);
        expect(".o_collab_figure").toHaveCount(0);
    });

    test("of a kind that nobody knows", async () => {
        await show({ kind: "pie" });
        expect(".o_collab_tile_crash").toHaveText(
            "This indicator cannot be shown. The others are not affected."
        );
    });

    test("one that crashes does so inside, and is tried again with the next figures", async () => {
        patchWithCleanup(console, { warn: () => expect.step("warned") });
        const kinds = registry.category("collab_kpi_tiles");
        class Fragile extends Component {
            static template = xml`<p class="o_fragile" t-out="props.tile.figure.text.trim()"/>`;
            static props = ["*"];
        }
        kinds.add("fragile", Fragile);
        class Parent extends Component {
            static components = { Tile };
            static template = xml`<Tile tile="props.state.tile" grain="'month'" period="props.state.period"/>`;
            static props = ["*"];
        }
        const state = { tile: tile(1, { kind: "fragile", figure: null }), period };
        const parent = await mountWithCleanup(Parent, { props: { state } });
        await animationFrame();
        expect(".o_collab_tile_crash").toHaveCount(1);
        state.tile = tile(1, { kind: "fragile" });
        parent.render(true);
        await animationFrame();
        expect(".o_fragile").toHaveText("401");
        kinds.remove("fragile");
        expect.verifySteps(["warned"]);
    });

    test("a figure over all records is marked, and its meaning can be read", async () => {
        await show({ is_authorised: true, note: "What <is> counted." });
        expect(".o_collab_hint").toHaveCount(2);
        expect(".o_collab_tile_authorised").toHaveCount(1);
        expect(".o_collab_hint:first").toHaveAttribute(
            "aria-label",
            "Counts all records, also those that you may not open."
        );
        await contains(".o_collab_hint:last").click();
        expect(".o_collab_hint_menu").toHaveText("What <is> counted.");
    });

    test("nothing to say, nothing to press", async () => {
        await show();
        expect(".o_collab_hint").toHaveCount(0);
        expect(".o_collab_tile_menu").toHaveCount(0);
        expect(".o_collab_tile").toHaveAttribute(
            "aria-labelledby",
            queryOne(".o_collab_tile_title").id
        );
    });
});

describe("trend", () => {
    const showTrend = (values = {}, more = {}) =>
        show({ kind: "trend", trend: trend(values), ...more });

    test("a line, told in words", async () => {
        await showTrend({ forecast: { low: 88, value: 92, high: 95 }, changes: [2] });
        expect("canvas[role=img]").toHaveAttribute(
            "aria-label",
            "Tile 1: lowest 80 % (Sep), highest 90 % (Nov), last 90 % (Nov)."
        );
        expect(queryAllTexts(".o_collab_legend li")).toEqual([
            "Target",
            "Expected",
            "Other formula",
        ]);
        expect(".o_collab_figure_value").toHaveText("401");
    });

    test("a line without a target", async () => {
        const long = ["September 2026", "October 2026", "November 2026"];
        await showTrend({ target: [null, null, null], long_labels: long });
        expect(".o_collab_legend").toHaveCount(0);
        expect("canvas").toHaveAttribute("aria-label", /lowest 80 % \(September 2026\)/);
    });

    test("a point drills down into its period, a gap into none", async () => {
        let chart;
        patchWithCleanup(TrendChart.prototype, {
            setup() {
                super.setup();
                chart = this;
            },
        });
        await showTrend();
        const { onClick } = chart.chart.options;
        onClick({}, [{ index: 0 }]);
        onClick({}, [{ index: 1 }]);
        onClick({}, []);
        await expect.waitForSteps([[101, { grain: "month", start: "2026-09-01" }], "res.partner"]);
    });

    test("other figures are drawn into the same chart", async () => {
        let chart;
        patchWithCleanup(TrendChart.prototype, {
            setup() {
                super.setup();
                chart = this;
            },
        });
        class Parent extends Component {
            static components = { Tile };
            static template = xml`<Tile tile="props.state.tile" grain="'month'" period="props.state.period"/>`;
            static props = ["*"];
        }
        const state = { tile: tile(1, { kind: "trend", trend: trend() }), period };
        const parent = await mountWithCleanup(Parent, { props: { state } });
        const before = chart.chart;
        state.tile = tile(1, { kind: "trend", trend: trend({ values: [1, 2, 3] }) });
        parent.render(true);
        await animationFrame();
        expect(chart.chart === before).toBe(true);
        expect(chart.chart.data.datasets[0].data).toEqual([1, 2, 3]);
    });

    test("as a table, whose figures drill down, too", async () => {
        await showTrend();
        await contains(".o_collab_tile_menu").click();
        await contains(".o-dropdown-item:contains(Show as table)").click();
        expect("canvas").toHaveCount(0);
        expect(queryAllTexts(".o_collab_trend_table tbody tr")).toEqual([
            "Nov 90 % reached",
            "Oct –",
            "Sep 80 % not reached",
        ]);
        expect(".o_collab_trend_table button").toHaveCount(2);
        await contains(".o_collab_trend_table button:last").click();
        expect.verifySteps([[101, { grain: "month", start: "2026-09-01" }], "res.partner"]);
        await contains(".o_collab_tile_menu").click();
        await contains(".o-dropdown-item:contains(Show as chart)").click();
        expect("canvas").toHaveCount(1);
    });

    test("less is better; neither is", async () => {
        const table = async (direction) => {
            const format = { ...tile(1).format, direction };
            await showTrend({}, { format });
            await contains(".o_collab_tile_menu:last").click();
            await contains(".o-dropdown-item:contains(Show as table)").click();
            return queryAllTexts(".o_collab_trend_table:last td:last-child");
        };
        expect(await table("down")).toEqual(["not reached", "", "reached"]);
        expect(await table("none")).toEqual(["", "", ""]);
    });

    test("no data at all", async () => {
        await showTrend({ values: [null, null, null] }, { figure: null });
        expect("canvas").toHaveCount(0);
        expect(".o_collab_tile_menu").toHaveCount(0);
        expect(".o_collab_figure_none").toHaveText("No data");
    });

    test("as a picture, named by title and period", async () => {
        const saved = [];
        patchWithCleanup(downloadFile, {
            _download: (blob, name, type) => {
                saved.push(blob);
                expect.step([name, type, blob.type]);
            },
        });
        await showTrend({}, { title: "Done / due: 1st?" });
        await contains(".o_collab_tile_menu").click();
        await contains(".o-dropdown-item:contains(Save as picture)").click();
        await expect.waitForSteps([["Done due 1st November 2026.png", "image/png", "image/png"]]);
        const picture = await createImageBitmap(saved[0]);
        expect([picture.width, picture.height]).toEqual([2000, 1000]);
        const canvas = new OffscreenCanvas(picture.width, picture.height);
        const ctx = canvas.getContext("2d");
        ctx.drawImage(picture, 0, 0);
        // paper, not glass
        expect([...ctx.getImageData(2, 2, 1, 1).data]).toEqual([255, 255, 255, 255]);
    });
});

describe("heat map", () => {
    test("a table of buttons, the stronger the more", async () => {
        await showTile(heatmapTile());
        expect(queryAllTexts("th[scope=col]")).toEqual(["Sep", "Oct", "Nov"]);
        expect(queryAllTexts("th[scope=row]")).toEqual(["Sales", "None"]);
        expect(queryAllTexts("button.o_collab_heat")).toEqual(["1", "2", "5", "3"]);
        expect(".o_collab_heat_4.btn").toHaveText("5");
        expect(".o_collab_heat_4.btn").toHaveAttribute("aria-label", "Sales, Nov: 5");
        expect(".o_collab_heat_none").toHaveCount(2);
        expect(".o_collab_heat_none:first").toHaveAttribute("title", "Too few");
        expect(".o_collab_more").toHaveCount(0);
        const one = heatmapTile();
        one.heatmap.more = 2;
        await showTile(one);
        expect(".o_collab_more").toHaveText("and 2 more");
    });

    test("a cell drills down to its part and period, also to those of no part", async () => {
        await showTile(heatmapTile());
        await contains("[data-cell='0-1']").click();
        await contains("[data-cell='1-2']").click();
        expect.verifySteps([
            [103, { grain: "month", start: "2026-10-01", dimension_id: 7, res_id: 21 }],
            "res.partner",
            [103, { grain: "month", start: "2026-11-01", dimension_id: 7, res_id: 0 }],
            "res.partner",
        ]);
    });

    test("Tab goes to one cell, the arrows from there", async () => {
        await showTile(heatmapTile());
        const focused = () => document.activeElement.dataset.cell;
        expect("[data-cell][tabindex='0']").toHaveCount(1);
        expect("[data-cell][tabindex='0']").toHaveAttribute("data-cell", "0-2");
        queryOne("[data-cell='0-2']").focus();
        const go = async (key) => {
            await press(key);
            await animationFrame();
            return focused();
        };
        expect(await go("ArrowDown")).toBe("1-2");
        // those without a figure are passed over, and at the end one stays
        expect(await go("ArrowLeft")).toBe("1-2");
        expect(await go("ArrowUp")).toBe("0-2");
        expect(await go("ArrowLeft")).toBe("0-1");
        expect(await go("ArrowDown")).toBe("0-1");
        expect("[data-cell][tabindex='0']").toHaveAttribute("data-cell", "0-1");
    });

    test("the arrows pass over what has no figure", async () => {
        const one = heatmapTile();
        one.heatmap.rows[0].cells[1] = { value: null, text: "Too few", level: null };
        await showTile(one);
        queryOne("[data-cell='0-2']").focus();
        await press("ArrowLeft");
        expect("[data-cell='0-0']").toBeFocused();
        await press("ArrowRight");
        expect("[data-cell='0-2']").toBeFocused();
    });

    test("what is written on a shade can be read", async () => {
        const one = heatmapTile();
        one.heatmap.rows[0].cells = [0, 1, 2].map((level) => ({ value: 1, text: "1", level }));
        one.heatmap.rows[1].cells = [3, 4, 4].map((level) => ({ value: 1, text: "1", level }));
        // in the page, whose colours they have
        const fixture = document.createElement("div");
        fixture.className = "o_collab_dashboard";
        document.body.append(fixture);
        await mountWithCleanup(Tile, {
            props: { tile: one, grain: "month", period },
            target: fixture,
        });
        const light = (color) => {
            const [r, g, b] = color
                .match(/[\d.]+/g)
                .slice(0, 3)
                .map((part) => part / 255)
                .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        for (const cell of fixture.querySelectorAll("[data-cell]")) {
            const { color, backgroundColor } = getComputedStyle(cell);
            const [dark, pale] = [light(color), light(backgroundColor)].sort((a, b) => a - b);
            expect((pale + 0.05) / (dark + 0.05)).toBeGreaterThan(4.5);
        }
        fixture.remove();
    });

    test("no rows", async () => {
        const one = heatmapTile();
        one.heatmap.rows = [];
        await showTile(one);
        expect(".o_collab_figure_none").toHaveText("No data");
        expect("table").toHaveCount(0);
    });

    test("nothing but dashes", async () => {
        const one = heatmapTile();
        one.heatmap.rows = [one.heatmap.rows[1]];
        one.heatmap.rows[0].cells = one.heatmap.rows[0].cells.slice(0, 2);
        one.heatmap.labels.pop();
        await showTile(one);
        expect(".o_collab_heat_none").toHaveCount(2);
        expect("[data-cell]").toHaveCount(0);
    });
});

describe("ranking", () => {
    test("in order, with bars and shapes", async () => {
        await showTile(rankingTile());
        expect(queryAllTexts(".o_collab_ranking .text-truncate")).toEqual(["Sales", "None"]);
        expect(".o_collab_ranking .o_collab_status").toHaveCount(1);
        expect(".o_collab_ranking .o_collab_status").toHaveText("Off target");
        expect(queryAllAttributes(".o_collab_bar span", "style")).toEqual([
            "width: 100%",
            "width: 25%",
        ]);
        expect(".o_collab_more").toHaveText("and 1 more");
    });

    test("a row drills down to its part", async () => {
        await showTile(rankingTile());
        await contains(".o_collab_ranking li:last-child button").click();
        expect.verifySteps([
            [104, { grain: "month", start: "2026-11-01", dimension_id: 7, res_id: 0 }],
            "res.partner",
        ]);
    });

    test("many more, none, nothing", async () => {
        const one = rankingTile();
        one.ranking.more = 3;
        await showTile(one);
        expect(".o_collab_more").toHaveText("and 3 more");
        await showTile({ ...one, ranking: { ...one.ranking, more: 0 } });
        expect(".o_collab_more").toHaveCount(1);
        await showTile({ ...one, ranking: { rows: [], more: 0 } });
        expect(".o_collab_figure_none").toHaveText("No data");
    });
});

describe("bottleneck", () => {
    test("where the time goes: the longest row fills the width", async () => {
        await showTile(bottleneckTile());
        expect(queryAllTexts(".o_collab_legend li")).toEqual(["In the queue", "At work"]);
        expect(queryAllAttributes(".o_collab_stack > span", "style")).toEqual([
            "width: 75%",
            "width: 25%",
            "width: 50%",
        ]);
        expect(queryFirst(".o_collab_bottleneck button")).toHaveAttribute(
            "aria-label",
            "Sales, 8 h: In the queue 6 h, At work 2 h"
        );
    });

    test("a row drills down to its part, by the indicator that is chosen", async () => {
        await showTile(bottleneckTile());
        await contains(".o_collab_bottleneck li:last-child button").click();
        expect(queryAllTexts(".o-dropdown-item", { inline: true })).toEqual([
            "In the queue: 4 h",
            "At work: 0 h",
        ]);
        await contains(".o-dropdown-item:contains(At work)").click();
        expect.verifySteps([
            [112, { grain: "month", start: "2026-11-01", dimension_id: 7, res_id: 22 }],
            "res.partner",
        ]);
    });

    test("nothing, and rows of nothing", async () => {
        const one = bottleneckTile();
        one.bottleneck.rows[0].values = [0, null];
        one.bottleneck.rows = [one.bottleneck.rows[0]];
        await showTile(one);
        expect(".o_collab_bottleneck li").toHaveCount(1);
        expect(".o_collab_stack > span").toHaveCount(0);
        await showTile({ ...one, bottleneck: { parts: [], rows: [] } });
        expect(".o_collab_figure_none").toHaveText("No data");
    });
});

import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { makeMockEnv } from "@web/../tests/web_test_helpers";
import { PAPER } from "@collab_kpi/dashboard/trend_colors";
import { scaleText, trendConfig } from "@collab_kpi/dashboard/trend_config";
import { figure, tile, trend } from "./dashboard_test_helpers";

describe.current.tags("desktop");
defineMailModels();

beforeEach(makeMockEnv);

const config = (values = {}, more = {}) =>
    trendConfig(tile(1, { kind: "trend", trend: trend(values), ...more }), PAPER);

test("what stands beside the scale is short", () => {
    const euro = { symbol: "€", position: "after" };
    expect(scaleText(250000, { unit: "", currency: euro })).toBe("250k\u00a0€");
    expect(scaleText(1500000, { unit: "", currency: { symbol: "$", position: "before" } })).toBe(
        "$\u00a01.5M"
    );
    expect(scaleText(90, { unit: "%", currency: null })).toBe("90%");
    expect(scaleText(2.5, { unit: "h", currency: null })).toBe("2.5\u00a0h");
    expect(scaleText(0.05, { unit: "", currency: null })).toBe("0.05");
    expect(scaleText(0, { unit: "", currency: null })).toBe("0");
    expect(scaleText(-2500, { unit: "", currency: null })).toBe("-2.5k");
    // it stands in the figure
    expect(scaleText(12, { unit: "orders", currency: null })).toBe("12");
});

test("from 0, unless all happens far above", () => {
    expect(config().options.scales.y.beginAtZero).toBe(false);
    expect(config({ values: [10, 50, 90] }).options.scales.y.beginAtZero).toBe(true);
    expect(config({ values: [-10, 50, 90] }).options.scales.y.beginAtZero).toBe(false);
});

test("what is expected has room", () => {
    const { y } = config({ forecast: { low: 60, value: 90, high: 140 } }).options.scales;
    expect([y.suggestedMin, y.suggestedMax]).toEqual([60, 140]);
});

test("the way to a period that still runs is not drawn as a fall", () => {
    const dash = (isRunning, p1DataIndex) =>
        config(
            {},
            { figure: figure({ is_running: isRunning }) }
        ).data.datasets[0].segment.borderDash({ p1DataIndex });
    expect(dash(true, 2)).toEqual([2, 4]);
    expect(dash(true, 1)).toBe(undefined);
    expect(dash(false, 2)).toBe(undefined);
});

test("a point says what it is", () => {
    const { callbacks, filter } = config(
        { forecast: { low: 88, value: 92, high: 95 }, changes: [2] },
        { forecast: { text: "92 %", range_text: "" } }
    ).options.plugins.tooltip;
    expect(callbacks.title([{ dataIndex: 0 }])).toBe("Sep");
    expect(callbacks.label({ dataIndex: 0 })).toEqual(["80 %"]);
    expect(callbacks.label({ dataIndex: 2 })).toEqual([
        "90 %",
        "Expected: 92 %",
        "Counted by another formula from here on",
    ]);
    expect([0, 1].map((datasetIndex) => filter({ datasetIndex }))).toEqual([true, false]);
});

test("nothing moves for who does not want it", () => {
    const still = trendConfig(tile(1, { trend: trend() }), PAPER, { isStill: true });
    expect(still.options.animation).toBe(false);
    expect(config().options.animation).not.toBe(false);
});

import { waitFor } from "@odoo/hoot-dom";
import { mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { Dashboard } from "@collab_kpi/dashboard/dashboard";

/** What the server tells of a dashboard and its tiles, to be varied by tests. */

export function figure(values = {}) {
    return {
        value: 401,
        text: "401",
        previous_text: "532",
        change_text: "−25 %",
        is_good: false,
        is_running: false,
        ...values,
    };
}

export function tile(id, values = {}) {
    return {
        id,
        kind: "number",
        width: 1,
        title: `Tile ${id}`,
        note: "",
        kpi_id: 100 + id,
        format: { kind: "number", digits: 0, unit: "", currency: null, direction: "up" },
        error: null,
        withheld: null,
        is_authorised: false,
        figure: figure(),
        target: null,
        forecast: null,
        dimension_id: null,
        ...values,
    };
}

export function trend(values = {}) {
    return {
        labels: ["Sep", "Oct", "Nov"],
        starts: ["2026-09-01", "2026-10-01", "2026-11-01"],
        values: [80, null, 90],
        texts: ["80 %", "–", "90 %"],
        target: [85, 85, 85],
        warn: [null, null, null],
        forecast: null,
        changes: [],
        ...values,
    };
}

const cell = (value, level = 0) => ({
    value,
    text: value === null ? "Too few" : `${value}`,
    level,
});

/** Two departments, three periods; of one there are too few people at first. */
export const heatmapTile = () =>
    tile(3, {
        kind: "heatmap",
        width: 4,
        dimension_id: 7,
        heatmap: {
            labels: ["Sep", "Oct", "Nov"],
            starts: ["2026-09-01", "2026-10-01", "2026-11-01"],
            rows: [
                { res_id: 21, name: "Sales", cells: [cell(1), cell(2, 1), cell(5, 4)] },
                { res_id: 0, name: "None", cells: [cell(null), cell(null), cell(3, 2)] },
            ],
        },
    });

export const rankingTile = () =>
    tile(4, {
        kind: "ranking",
        width: 2,
        dimension_id: 7,
        ranking: {
            rows: [
                { res_id: 21, name: "Sales", value: 8, text: "8", share: 1, status: "bad" },
                { res_id: 0, name: "None", value: 2, text: "2", share: 0.25, status: null },
            ],
            more: 1,
        },
    });

export const bottleneckTile = () =>
    tile(5, {
        kind: "bottleneck",
        width: 2,
        dimension_id: 7,
        bottleneck: {
            parts: [
                { key: "11", kpi_id: 111, label: "In the queue" },
                { key: "12", kpi_id: 112, label: "At work" },
            ],
            rows: [
                {
                    res_id: 21,
                    name: "Sales",
                    values: [6, 2],
                    texts: ["6 h", "2 h"],
                    text: "8 h",
                },
                { res_id: 22, name: "Stock", values: [4, 0], texts: ["4 h", "0 h"], text: "4 h" },
            ],
        },
    });

export function board(values = {}) {
    return {
        id: 1,
        name: "Operations",
        can_edit: false,
        is_arranged: false,
        grain: "month",
        grains: [
            { value: "month", label: "Months" },
            { value: "quarter", label: "Quarters" },
        ],
        back: 0,
        period: { start: "2026-11-01", label: "November 2026", is_open: true },
        companies: ["My Company"],
        at: "2026-11-28 09:00:00",
        tiles: [tile(1)],
        ...values,
    };
}

/**
 * Have the server answer.
 *
 * @param {(params: Object, id: number) => Object} answer what a dashboard is
 * @param {Object[]} [choices]
 */
export function serveDashboard(answer, choices = [{ id: 1, name: "Operations" }]) {
    onRpc("/collab_kpi/dashboard/<int:id>", async (request, { id }) => {
        const { params } = await request.json();
        return answer(params, Number(id));
    });
    onRpc("collab.dashboard", "choices", () => choices);
}

export async function openDashboard({ wait = ".o_collab_header h1", ...props } = {}) {
    const page = await mountWithCleanup(Dashboard, {
        props: {
            action: { id: 42, tag: "collab_dashboard", params: { dashboard_id: 1 } },
            actionId: 42,
            ...props,
        },
    });
    await waitFor(wait);
    return page;
}

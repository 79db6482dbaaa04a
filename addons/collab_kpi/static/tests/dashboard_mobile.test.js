import { describe, expect, test } from "@odoo/hoot";
import { queryAll, queryAllTexts, queryOne, queryRect, waitFor } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains } from "@web/../tests/web_test_helpers";
import {
    board,
    bottleneckTile,
    heatmapTile,
    openDashboard,
    rankingTile,
    serveDashboard,
    tile,
    trend,
} from "./dashboard_test_helpers";

describe.current.tags("mobile");
defineMailModels();

const TOUCH = 36;

function everyKind() {
    const wide = heatmapTile();
    wide.heatmap.labels = Array.from({ length: 12 }, (_, index) => `Month ${index}`);
    wide.heatmap.starts = wide.heatmap.labels;
    for (const row of wide.heatmap.rows) {
        row.name = "A department with a very long name";
        row.cells = wide.heatmap.labels.map((_label, index) => ({
            value: index % 2 || null,
            text: index % 2 ? "1,234" : "Too few people",
            level: 1,
        }));
    }
    return [
        tile(1, { width: 1, note: "x", is_authorised: true }),
        tile(2, { width: 3, kind: "trend", trend: trend(), title: "W".repeat(80) }),
        wide,
        rankingTile(),
        bottleneckTile(),
    ];
}

async function open() {
    serveDashboard(
        () => board({ tiles: everyKind(), name: "Operations of everything there is" }),
        [
            { id: 1, name: "Operations" },
            { id: 2, name: "People" },
        ]
    );
    await openDashboard();
}

test("one column, and nothing runs over the edge", async () => {
    await open();
    const page = queryOne(".o_collab_dashboard");
    expect(page.scrollWidth).toBe(page.clientWidth);
    const cells = queryAll(".o_collab_cell").map((cell) => cell.getBoundingClientRect());
    expect(new Set(cells.map(({ left }) => left)).size).toBe(1);
    expect(new Set(cells.map(({ width }) => width)).size).toBe(1);
});

test("what is pressed is as large as a thumb", async () => {
    await open();
    for (const button of queryAll(".o_collab_dashboard button")) {
        const { width, height } = button.getBoundingClientRect();
        expect(Math.min(width, height)).toBeGreaterThan(TOUCH - 0.5, {
            message: `${button.className} is large enough`,
        });
    }
});

test("the heat map scrolls beside its names, and begins with the newest", async () => {
    await open();
    const map = queryOne(".o_collab_heatmap");
    expect(map.scrollWidth).toBeGreaterThan(map.clientWidth);
    expect(map.scrollLeft + map.clientWidth).toBeGreaterThan(map.scrollWidth - 2);
    const name = ".o_collab_heatmap tbody tr:first-child th";
    expect(queryRect(name).left).toBeCloseTo(queryRect(map).left, { margin: 1 });
});

test("it can be arranged there, too", async () => {
    await open();
    await contains(".o_collab_menu").click();
    await contains(".o-dropdown-item:text(Arrange)").click();
    await waitFor(".o_collab_arranging");
    await contains(".o_collab_cell[data-id='2'] [data-tool=earlier]").click();
    expect(queryAllTexts(".o_collab_tile_title").slice(1, 3)).toEqual(["Tile 1", "Tile 3"]);
    const page = queryOne(".o_collab_dashboard");
    expect(page.scrollWidth).toBe(page.clientWidth);
});

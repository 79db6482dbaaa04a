import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryOne, waitFor, waitForNone } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, makeServerError, onRpc } from "@web/../tests/web_test_helpers";
import { Arrangement } from "@collab_kpi/dashboard/arrangement";
import { board, openDashboard, serveDashboard, tile } from "./dashboard_test_helpers";

describe.current.tags("desktop");
defineMailModels();

let shown, hidden;

beforeEach(() => {
    shown = board({ can_edit: true, tiles: [tile(1), tile(2, { width: 4 }), tile(3)] });
    hidden = tile(4, { is_hidden: true });
    serveDashboard(({ is_whole: isWhole }) => ({
        ...shown,
        tiles: isWhole ? [...shown.tiles, hidden] : shown.tiles,
    }));
    for (const method of ["arrange", "arrange_for_all", "reset_arrangement"]) {
        onRpc("collab.dashboard", method, ({ args }) => {
            expect.step([method, ...args]);
            return true;
        });
    }
});

async function arrange(entry = "Arrange") {
    await openDashboard();
    await contains(".o_collab_menu").click();
    await contains(`.o-dropdown-item:text(${entry})`).click();
    await waitFor(".o_collab_arranging");
}

async function leave(button) {
    await contains(button).click();
    await waitForNone(".o_collab_arranging");
}

const titles = () => queryAllTexts(".o_collab_tile_title");
const tool = (id, key) => `.o_collab_cell[data-id="${id}"] [data-tool=${key}]`;

async function act(id, key) {
    queryOne(tool(id, key)).focus();
    await press("Enter");
    await animationFrame();
}

test("by keyboard: the focus stays where it is, and what happened is told", async () => {
    await arrange();
    expect(".o_collab_arranging").toBeFocused();
    expect(titles()).toEqual(["Tile 1", "Tile 2", "Tile 3", "Tile 4"]);
    await act(3, "earlier");
    expect(titles()).toEqual(["Tile 1", "Tile 3", "Tile 2", "Tile 4"]);
    expect(tool(3, "earlier")).toBeFocused();
    expect(".visually-hidden[role=status]").toHaveText("Tile 3: place 2 of 4, width 1 of 4.");
    await act(3, "earlier");
    await act(3, "earlier");
    expect(titles()).toEqual(["Tile 3", "Tile 1", "Tile 2", "Tile 4"]);
    expect(tool(3, "earlier")).toBeFocused();
    expect(tool(3, "earlier")).toHaveAttribute("aria-disabled", "true");
    await act(1, "wider");
    expect(".o_collab_cell[data-id='1']").toHaveClass("o_collab_width_2");
    await act(2, "wider");
    await act(2, "narrower");
    await act(2, "later");
    expect(tool(2, "later")).toBeFocused();
    await leave(".o_collab_save");
    expect(titles()).toEqual(["Tile 1", "Tile 2", "Tile 3"]);
    expect.verifySteps([
        [
            "arrange",
            [1],
            [
                { id: 3, width: 1 },
                { id: 1, width: 2 },
                { id: 2, width: 3 },
            ],
        ],
    ]);
});

test("hidden tiles are there to be shown again, others can be hidden", async () => {
    await arrange();
    expect(".o_collab_cell_hidden .o_collab_tile_title").toHaveText("Tile 4");
    expect(".o_collab_hidden").toHaveText("Hidden");
    expect(tool(4, "toggle")).toHaveAttribute("aria-label", "Show: Tile 4");
    await act(4, "toggle");
    expect(".o_collab_cell_hidden").toHaveCount(0);
    await act(1, "toggle");
    expect(".visually-hidden[role=status]").toHaveText("Tile 1 is hidden.");
    await leave(".o_collab_save");
    expect.verifySteps([
        [
            "arrange",
            [1],
            [
                { id: 2, width: 4 },
                { id: 3, width: 1 },
                { id: 4, width: 1 },
            ],
        ],
    ]);
});

test("for everyone: nothing is hidden from others", async () => {
    await arrange("Arrange for everyone");
    expect(".o_collab_arranging").toHaveText(/^For everyone\./);
    expect("[data-tool=toggle]").toHaveCount(0);
    expect(".o_collab_reset").toHaveCount(0);
    await act(1, "later");
    await leave(".o_collab_save");
    expect.verifySteps([
        [
            "arrange_for_all",
            [1],
            [
                { id: 2, width: 4 },
                { id: 1, width: 1 },
                { id: 3, width: 1 },
                { id: 4, width: 1 },
            ],
        ],
    ]);
});

test("cancelled: as it was", async () => {
    await arrange();
    await act(1, "later");
    await act(2, "toggle");
    await leave(".o_collab_cancel");
    expect(titles()).toEqual(["Tile 1", "Tile 2", "Tile 3"]);
    expect(".o_collab_menu").toHaveCount(1);
    expect.verifySteps([]);
});

test("back to how the dashboard is", async () => {
    await arrange();
    expect(".o_collab_reset").toHaveCount(0);
    await leave(".o_collab_cancel");
    shown.is_arranged = true;
    await contains(".o_collab_earlier").click();
    await contains(".o_collab_menu").click();
    await contains(".o-dropdown-item:text(Arrange)").click();
    await leave(".o_collab_reset");
    expect.verifySteps([["reset_arrangement", [1]]]);
});

test("what could not be saved is not lost", async () => {
    expect.errors(1);
    onRpc("collab.dashboard", "arrange", () => {
        throw makeServerError({ message: "The tiles have changed meanwhile." });
    });
    await arrange();
    await act(1, "later");
    await contains(".o_collab_save").click();
    await animationFrame();
    expect.verifyErrors(["The tiles have changed meanwhile."]);
    expect(".o_collab_arranging").toHaveCount(1);
    expect(".o_collab_save").toHaveProperty("disabled", false);
    expect(titles()).toEqual(["Tile 2", "Tile 1", "Tile 3", "Tile 4"]);
});

test("if the hidden ones cannot be had, nothing is arranged", async () => {
    await openDashboard();
    onRpc("/collab_kpi/dashboard/<int:id>", () => {
        throw makeServerError({ message: "Not today." });
    });
    await contains(".o_collab_menu").click();
    await contains(".o-dropdown-item:text(Arrange)").click();
    await waitFor(".o_collab_trouble");
    expect(".o_collab_arranging").toHaveCount(0);
});

test("by mouse", async () => {
    await arrange();
    await contains(".o_collab_cell[data-id='1'] .o_collab_handle").dragAndDrop(
        ".o_collab_cell[data-id='3']"
    );
    expect(titles()).toEqual(["Tile 2", "Tile 3", "Tile 1", "Tile 4"]);
    await contains(".o_collab_cell[data-id='4'] .o_collab_handle").dragAndDrop(
        ".o_collab_cell[data-id='2']"
    );
    expect(titles()).toEqual(["Tile 4", "Tile 2", "Tile 3", "Tile 1"]);
});

test("outside of it nothing can be dragged, and what is hidden is not shown", async () => {
    shown.tiles.push(hidden);
    await openDashboard();
    expect(titles()).toEqual(["Tile 1", "Tile 2", "Tile 3"]);
    expect(".o_collab_handle").toHaveCount(0);
    expect(".o_collab_tools").toHaveCount(0);
    expect(".o_collab_cell_body:first").not.toHaveAttribute("inert");
});

test("the figures do not answer while their tiles are moved", async () => {
    await arrange();
    expect(".o_collab_cell_body[inert]").toHaveCount(4);
});

test("who has hidden everything is told how to get it back", async () => {
    Object.assign(shown, { tiles: [], is_arranged: true });
    await openDashboard();
    expect(".o_collab_empty h2").toHaveText("You have hidden all indicators");
    await contains(".o_collab_empty button").click();
    await waitFor(".o_collab_arranging");
    expect(titles()).toEqual(["Tile 4"]);
});

describe("Arrangement", () => {
    const places = (arrangement) => arrangement.places.map(({ id }) => id).join("");

    test("moves within its bounds", () => {
        const arrangement = new Arrangement([tile(1), tile(2), tile(3)]);
        arrangement.move(1, -1);
        arrangement.move(3, 1);
        expect(places(arrangement)).toBe("123");
        arrangement.move(1, 1);
        expect(places(arrangement)).toBe("213");
        arrangement.moveAfter(2, 3);
        expect(places(arrangement)).toBe("132");
        arrangement.moveAfter(2, null);
        expect(places(arrangement)).toBe("213");
    });

    test("is from one to four columns wide", () => {
        const arrangement = new Arrangement([tile(1, { width: 3 })]);
        arrangement.resize(1, 1);
        arrangement.resize(1, 1);
        expect(arrangement.all).toEqual([{ id: 1, width: 4 }]);
        [1, 2, 3, 4].forEach(() => arrangement.resize(1, -1));
        expect(arrangement.all).toEqual([{ id: 1, width: 1 }]);
    });
});

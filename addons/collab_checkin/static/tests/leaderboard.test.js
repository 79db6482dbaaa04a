import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
    serverState,
} from "@web/../tests/web_test_helpers";
import { router } from "@web/core/browser/router";
import { Leaderboard } from "@collab_checkin/leaderboard/leaderboard";

describe.current.tags("desktop");
defineMailModels();

let board;

const row = (id, name, points, place) => ({ id, name, points, place });

beforeEach(() => {
    board = {
        first: "2026-03-02",
        last: "2026-03-08",
        kinds: { people: "People" },
        rows: [
            row(21, "Mei", 40, 1),
            row(22, "Tom", 30, 2),
            row(23, "Ada", 30, 2),
            row(24, "Bo", 1, 4),
        ],
        points: 0,
        more: 1,
        is_off: false,
        minimum: 5,
    };
    onRpc("collab.leaderboard", "top", ({ kwargs: { span, back, kind } }) => {
        expect.step(`${span} ${back} ${kind}`);
        return board;
    });
    onRpc("collab.leaderboard", "leave", () => {
        board.is_off = true;
        return true;
    });
    onRpc("collab.leaderboard", "join", () => {
        board.is_off = false;
        return false;
    });
});

const mountBoard = (props) =>
    mountWithCleanup(Leaderboard, { props: { action: {}, actionId: 1, className: "", ...props } });

const showAddress = (current) =>
    patchWithCleanup(router, {
        get current() {
            return current;
        },
    });

test("the top and oneself", async () => {
    await mountBoard();
    expect(queryAllTexts(".o_collab_leaderboard_podium .fw-bold")).toEqual(["Mei", "Tom", "Ada"]);
    expect(queryAllTexts(".o_collab_leaderboard_podium .h3")).toEqual(["1", "2", "2"]);
    expect(".o_collab_leaderboard_others li").toHaveCount(1);
    expect(".o_collab_leaderboard_others .text-nowrap").toHaveText("1 point");
    expect(".o_collab_leaderboard_mine").toHaveText(
        "You: 0 points. One more and you are on the board."
    );
    expect(".o_collab_leaderboard_me").toHaveCount(0);
    expect.verifySteps(["week 0 people"]);
});

test("who is of the same place is on the podium together, or in the list", async () => {
    board.rows[3] = row(24, "Bo", 30, 2);
    await mountBoard();
    expect(queryAllTexts(".o_collab_leaderboard_podium .fw-bold")).toEqual(["Mei"]);
    expect(queryAllTexts(".o_collab_leaderboard_place")).toEqual(["2", "2", "2"]);
    board.rows = ["Mei", "Tom", "Ada", "Bo"].map((name, index) => row(21 + index, name, 1, 1));
    await contains("[aria-label=Time] button:contains(Week)").click();
    expect(".o_collab_leaderboard_podium").toHaveCount(0);
    expect(queryAllTexts(".o_collab_leaderboard_place")).toEqual(["1", "1", "1", "1"]);
    expect.verifySteps(["week 0 people", "week 0 people"]);
});

test("one's own row", async () => {
    board.rows[1].id = serverState.userId;
    Object.assign(board, { points: 30, more: 0 });
    await mountBoard();
    expect(".o_collab_leaderboard_me .fw-bold").toHaveText("Tom");
    expect(".o_collab_leaderboard_mine").toHaveText("You: 30 points.");
    expect.verifySteps(["week 0 people"]);
});

test("other times", async () => {
    await mountBoard();
    expect(".o_collab_leaderboard_next").toHaveProperty("disabled", true);
    await contains(".o_collab_leaderboard_back").click();
    await contains(".o_collab_leaderboard_back").click();
    await contains(".o_collab_leaderboard_next").click();
    expect(".o_collab_leaderboard_mine").toHaveText("You: 0 points.");
    await contains("[aria-label=Time] button:contains(Month)").click();
    expect("[aria-label=Time] [aria-pressed=true]").toHaveText("Month");
    expect(".o_collab_leaderboard_days [role=status]").toHaveText("March 2026");
    expect.verifySteps([
        "week 0 people",
        "week 1 people",
        "week 2 people",
        "week 1 people",
        "month 0 people",
    ]);
});

test("other kinds, where there are some", async () => {
    await mountBoard();
    expect("[aria-label='Of whom']").toHaveCount(0);
    board.kinds.departments = "Departments";
    await contains("[aria-label=Time] button:contains(Week)").click();
    board.rows = [row(3, "Sales", 12.5, 1), row(4, "Stock", 12, 2), row(4, "Stock", 0.5, 3)];
    await contains("[aria-label='Of whom'] button:contains(Departments)").click();
    expect(".o_collab_leaderboard img").toHaveCount(0);
    expect(".o_collab_leaderboard_mine").toHaveText("Departments are compared from 5 people on.");
    expect(queryAllTexts(".o_collab_leaderboard_podium .text-muted:not(.h3)")).toEqual([
        "12.5 points a head",
        "12.0 points a head",
        "0.5 points a head",
    ]);
    expect.verifySteps(["week 0 people", "week 0 people", "week 0 departments"]);
});

test("nothing to compare", async () => {
    Object.assign(board, { kinds: { people: "People", departments: "Departments" }, rows: [] });
    await mountBoard({ state: { kind: "departments" } });
    expect(".o_collab_leaderboard_empty .text-muted:not(i)").toHaveText(
        "Departments are compared from 5 people on."
    );
    expect.verifySteps(["week 0 departments"]);
});

test("what was shown is shown when the page is loaded anew", async () => {
    board.kinds.departments = "Departments";
    await mountBoard({
        updateActionState: ({ span, back, kind }) => expect.step(`kept ${span} ${back} ${kind}`),
    });
    await contains("[aria-label=Time] button:contains(Month)").click();
    await contains(".o_collab_leaderboard_back").click();
    expect.verifySteps([
        "week 0 people",
        "kept week 0 people",
        "month 0 people",
        "kept month 0 people",
        "month 1 people",
        "kept month 1 people",
    ]);
    showAddress({ span: "month", back: 1, kind: "departments" });
    await mountBoard();
    expect.verifySteps(["month 1 departments"]);
    showAddress({ span: "week", back: "", kind: "departments" });
    await mountBoard();
    expect.verifySteps(["week 0 departments"]);
});

test("an address of something else says nothing", async () => {
    showAddress({ span: "year", back: 99, kind: "nothing" });
    await mountBoard();
    expect.verifySteps(["week 0 people"]);
});

test("leaving and joining", async () => {
    await mountBoard();
    await contains(".o_collab_leaderboard_toggle").click();
    expect(".o_collab_leaderboard_mine").toHaveText(
        "You have left the leaderboards. Nobody sees you here."
    );
    expect(".o_collab_leaderboard_toggle").toHaveText("Join the leaderboards");
    await contains(".o_collab_leaderboard_toggle").click();
    expect(".o_collab_leaderboard_toggle").toHaveText("Leave the leaderboards");
    expect.verifySteps(["week 0 people", "week 0 people", "week 0 people"]);
});

test("nobody yet", async () => {
    board.rows = [];
    await mountBoard();
    expect(".o_collab_leaderboard_empty").toHaveCount(1);
    expect.verifySteps(["week 0 people"]);
});

import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame, mockDate } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { user } from "@web/core/user";
import { ActivitiesCard } from "@collab_workbench/cards/activities_card";
import { MeetingsCard } from "@collab_workbench/cards/meetings_card";
import { TodosCard } from "@collab_workbench/cards/todos_card";

describe.current.tags("desktop");
defineMailModels();

beforeEach(() => mockDate("2026-03-04 09:30:00", 0));

function mountCard(Card, data) {
    return mountWithCleanup(Card, {
        props: { card: { key: "x", title: "X" }, data, reload: () => expect.step("reload") },
    });
}

test("meetings: the one that is on stands out", async () => {
    const meeting = { name: "Stand-up", allday: false, location: "", url: "" };
    await mountCard(MeetingsCard, {
        count: 3,
        meetings: [
            { ...meeting, id: 1, start: "2026-03-04", stop: "2026-03-04", allday: true },
            {
                ...meeting,
                id: 2,
                start: "2026-03-04 09:00:00",
                stop: "2026-03-04 10:00:00",
                url: "https://meet.example.com/x",
            },
            { ...meeting, id: 3, start: "2026-03-04 11:00:00", stop: "2026-03-04 12:00:00" },
        ],
    });
    expect(queryAllTexts(".o_collab_row_lead")).toEqual(["All day", "9:00 AM", "11:00 AM"]);
    expect(".o_collab_row_lead.text-primary").toHaveCount(1);
    expect("a.btn-primary").toHaveAttribute("href", "https://meet.example.com/x");
    expect(".o_collab_more").toHaveCount(0);
});

test("activities: how late they are, and done in place", async () => {
    onRpc("mail.activity", "action_feedback", ({ args }) => {
        expect.step(args);
        return true;
    });
    const activity = { name: "Call", record: "Azure Interior", icon: "fa-phone" };
    await mountCard(ActivitiesCard, {
        count: 9,
        activities: [
            { ...activity, id: 1, days: 2 },
            { ...activity, id: 2, days: 1 },
            { ...activity, id: 3, days: 0 },
        ],
    });
    expect(queryAllTexts(".o_collab_row > .small")).toEqual(["2 days late", "1 day late", "Today"]);
    expect(".o_collab_more").toHaveCount(1);
    await contains(".o_collab_check:first").click();
    expect.verifySteps([[[1]], "reload"]);
});

test("to-dos: written down, finished, and not finished after all", async () => {
    const undo = [];
    mockService("notification", {
        add(message, { buttons }) {
            undo.push(buttons[0].onClick);
            return () => expect.step("closed");
        },
    });
    onRpc("project.task", "create", ({ args }) => {
        expect.step(args[0]);
        return [7];
    });
    onRpc("project.task", "write", ({ args }) => {
        expect.step(args);
        return true;
    });
    const todo = { project: "", priority: false };
    await mountCard(TodosCard, {
        count: 2,
        todos: [
            { ...todo, id: 1, name: "Late", deadline: "2026-03-01 12:00:00" },
            { ...todo, id: 2, name: "Whenever", deadline: null },
        ],
    });
    expect("time").toHaveText("Mar 1");
    expect("time").toHaveClass("text-danger");
    expect("form button").not.toBeEnabled();
    await contains(".o_collab_todo_new").edit("  Buy milk ", { confirm: false });
    await contains("form button").click();
    expect.verifySteps([[{ name: "Buy milk", user_ids: [[4, user.userId]] }], "reload"]);
    await animationFrame();
    expect(".o_collab_todo_new").toHaveValue("");
    await contains(".o_collab_check:first").click();
    expect.verifySteps([[[1], { state: "1_done" }], "reload"]);
    await undo[0]();
    expect.verifySteps(["closed", [[1], { state: "01_in_progress" }], "reload"]);
});

import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { edit, press, queryAllAttributes, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { animationFrame, Deferred, mockDate } from "@odoo/hoot-mock";
import { Component, useState, xml } from "@odoo/owl";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    getMockEnv,
    mockService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { CheckinCard } from "@collab_checkin/cards/checkin_card";
import { checkinItem } from "@collab_checkin/user_menu/checkin_item";

describe.current.tags("desktop");
defineMailModels();

let server;

beforeEach(() => {
    mockDate("2026-03-04 09:30:00", 0); // a Wednesday
    server = {
        day: "2026-03-04",
        checked: false,
        plan: false,
        mood: false,
        streak: 5,
        longest: 12,
        total: 40,
        forgiven: 2,
        points: 57,
        level: { name: "Student", next: "Bachelor", left: 443 },
        goals: [],
        team: { shows: false, plans: [] },
        praise: false,
        week: ["02", "03", "04", "05", "06", "07", "08"].map((number, index) => ({
            day: `2026-03-${number}`,
            checked: index === 0,
            works: index < 5,
            missed: index === 1,
            forgiven: false,
        })),
    };
    onRpc("collab.checkin", "check_in", ({ kwargs }) => {
        expect.step(`check_in ${JSON.stringify({ plan: kwargs.plan, mood: kwargs.mood })}`);
        if (!server.checked) {
            Object.assign(server, { checked: true, streak: server.streak + 1 });
            server.week[2].checked = true;
        }
        const { plan, mood } = kwargs;
        Object.assign(
            server,
            plan === undefined ? {} : { plan },
            mood === undefined ? {} : { mood }
        );
        const { week, level, goals, team, praise, ...answer } = server;
        return answer;
    });
});

const plan = (id) => ({ id, name: `Person ${id}`, plan: `Plan ${id}` });

/** The workbench, as far as the card sees it. */
async function mountCard() {
    class Parent extends Component {
        static template = xml`<CheckinCard card="card" data="state.data" reload="() => this.reload()"/>`;
        static components = { CheckinCard };
        static props = [];

        setup() {
            this.card = { key: "checkin.today", title: "Check-in" };
            this.state = useState({ data: structuredClone(server) });
        }

        async reload() {
            expect.step("reload");
            this.state.data = structuredClone(server);
        }
    }
    return mountWithCleanup(Parent);
}

const days = () => queryAllTexts(".o_collab_checkin_week .visually-hidden");

/** How much of the ring is drawn, in percent. */
function drawn() {
    const ring = queryOne(".o_collab_checkin_ring .o_collab_checkin_done");
    const { value: offset } = ring.attributes["stroke-dashoffset"];
    const { value: length } = ring.attributes["stroke-dasharray"];
    return Math.round(100 * (1 - offset / length));
}

test("one tap", async () => {
    await mountCard();
    expect(".o_collab_checkin_title").toHaveText("5 days in a row");
    expect(".o_collab_checkin_text").toHaveText("Longest: 12 · 2 freezes left this month");
    expect(".o_collab_checkin_said").toHaveCount(0);
    expect(days().map((label) => label.replace(/.*: /, ""))).toEqual([
        "checked in",
        "missed",
        "working day",
        "working day",
        "working day",
        "day off",
        "day off",
    ]);
    expect(queryAllAttributes(".o_collab_checkin_week li", "aria-current")[2]).toBe("date");
    expect(drawn()).toBe(20);
    expect(".o_collab_checkin_ring").toHaveAttribute(
        "data-tooltip",
        "Checked in on 1 of 5 working days of this week"
    );
    await contains(".o_collab_checkin_button").click();
    expect.verifySteps(["check_in {}", "reload"]);
    expect(".o_collab_checkin_button").toHaveCount(0);
    expect(".o_collab_checkin_title").toHaveText("6 days in a row");
    expect(days()[2]).toBe("March 4, 2026: checked in");
    expect(drawn()).toBe(40);
});

test("a missed day that is forgiven", async () => {
    server.week[1].forgiven = true;
    await mountCard();
    expect(days()[1]).toBe("March 3, 2026: missed, and forgiven");
    expect(".o_collab_checkin_week li:eq(1)").toHaveAttribute("data-tooltip", days()[1]);
    expect(".o_collab_checkin_week .fa-snowflake-o").toHaveCount(1);
    expect(".o_collab_checkin_week li:eq(1) .fa-snowflake-o").toHaveCount(1);
    expect(".o_collab_checkin_week li:eq(1)").not.toHaveText("3");
});

test("the answer shows before all is loaded anew", async () => {
    const parent = await mountCard();
    parent.reload = () => new Deferred();
    await contains(".o_collab_checkin_button").click();
    expect.verifySteps(["check_in {}"]);
    expect(".o_collab_checkin_button").toHaveCount(0);
    expect(".o_collab_checkin_title").toHaveText("6 days in a row");
    expect(days()[2]).toBe("March 4, 2026: checked in");
});

test("two taps before the answer are one", async () => {
    const answer = new Deferred();
    onRpc("collab.checkin", "check_in", () => {
        expect.step("check_in");
        return answer;
    });
    await mountCard();
    // the second comes before the button is drawn anew
    const button = queryOne(".o_collab_checkin_button");
    button.click();
    button.click();
    await animationFrame();
    expect(".o_collab_checkin_button").toHaveProperty("disabled", true);
    expect.verifySteps(["check_in"]);
    answer.resolve({ checked: true, streak: 6 });
    await animationFrame();
    expect.verifySteps(["reload"]);
});

test("plan and mood", async () => {
    server.checked = true;
    server.plan = "Offers";
    await mountCard();
    await contains(".o_collab_checkin_plan").edit("Offers ", { confirm: "enter" });
    expect.verifySteps([]);
    await contains(".o_collab_checkin_plan").edit("Offers, then stock", { confirm: "enter" });
    expect.verifySteps(['check_in {"plan":"Offers, then stock"}', "reload"]);
    await contains(".o_collab_checkin_moods [aria-label=Good]").click();
    expect.verifySteps(['check_in {"mood":"good"}', "reload"]);
    expect(".o_collab_checkin_moods [aria-pressed=true]").toHaveAttribute("aria-label", "Good");
    await contains(".o_collab_checkin_moods [aria-label=Good]").click();
    expect.verifySteps(['check_in {"mood":""}', "reload"]);
    expect(".o_collab_checkin_moods [aria-pressed=true]").toHaveCount(0);
});

test("one's plan is shown to the team, if one likes", async () => {
    for (const [method, shows] of [
        ["show_plan", true],
        ["hide_plan", false],
    ]) {
        onRpc("collab.checkin", method, ({ args, kwargs }) => {
            expect.step(method);
            expect(args).toEqual([]);
            server.team.shows = shows;
            return shows;
        });
    }
    server.checked = true;
    await mountCard();
    expect(".o_collab_checkin_said .text-muted").toHaveText(/^Only you see your plan./);
    expect(".o_collab_checkin_show").toHaveText("Show it to my team");
    await contains(".o_collab_checkin_show").click();
    expect.verifySteps(["show_plan", "reload"]);
    expect(".o_collab_checkin_said .text-muted").toHaveText(/^Your team sees your plan./);
    await contains(".o_collab_checkin_show:contains(Keep it to myself)").click();
    expect.verifySteps(["hide_plan", "reload"]);
    expect(".o_collab_checkin_show").toHaveText("Show it to my team");
});

test("what the team plans", async () => {
    await mountCard();
    expect(".o_collab_checkin_team").toHaveCount(0);
    server.team.plans = [1, 2, 3, 4, 5, 6, 7].map(plan);
    server.team.plans[0].plan = "<b>Bold</b>";
    await contains(".o_collab_checkin_button").click();
    expect.verifySteps(["check_in {}", "reload"]);
    expect(".o_collab_checkin_team li").toHaveCount(5);
    expect(".o_collab_checkin_team li:first span:last").toHaveText("<b>Bold</b>");
    await contains(".o_collab_checkin_more:contains(2 more)").click();
    expect(".o_collab_checkin_team li").toHaveCount(7);
    expect(".o_collab_checkin_more").toHaveCount(0);
});

test("the ring is of working days", async () => {
    server.week[5].checked = true;
    await mountCard();
    expect(drawn()).toBe(20);
    server.week.forEach((one) => (one.works = false));
    await contains(".o_collab_checkin_button").click();
    expect.verifySteps(["check_in {}", "reload"]);
    expect(".o_collab_checkin_done").toHaveCount(0);
    expect(".o_collab_checkin_ring").toHaveAttribute("aria-label", "No working days this week");
});

test("a day off asks for nothing", async () => {
    Object.assign(server, { day: "2026-03-07" });
    await mountCard();
    expect(".o_collab_checkin_text").toHaveText(
        "Today is a day off: your streak goes on without you."
    );
});

test("a day off before the first streak", async () => {
    Object.assign(server, { day: "2026-03-07", streak: 0 });
    await mountCard();
    expect(".o_collab_checkin_title").toHaveText("A day off");
    expect(".o_collab_checkin_text").toHaveText("A streak begins on a working day.");
});

test("the first day", async () => {
    Object.assign(server, { streak: 0, longest: 0, total: 0 });
    server.week.forEach((one) => (one.checked = false));
    await mountCard();
    expect(".o_collab_checkin_title").toHaveText("A new streak begins today");
    expect(".o_collab_checkin_done").toHaveCount(0);
    await contains(".o_collab_checkin_button").click();
    expect(".o_collab_checkin_title").toHaveText("1 day in a row");
    expect.verifySteps(["check_in {}", "reload"]);
});

test("points, level and goals", async () => {
    server.goals = [
        { id: 1, name: "Tasks", done: 2, number: 3, points: 10, period: "week" },
        { id: 2, name: "Documents", done: 5, number: 4, points: 10, period: "month" },
    ];
    await mountCard();
    expect(".o_collab_checkin_level").toHaveText("57 points · Student · 443 more to Bachelor");
    expect(queryAllTexts(".o_collab_checkin_goals li .text-muted")).toEqual([
        "2 of 3 this week",
        "4 of 4 this month",
    ]);
    expect(".o_collab_checkin_goals .bg-success").toHaveCount(1);
    expect(
        queryAllAttributes(".o_collab_checkin_goals [role=progressbar]", "aria-valuetext")
    ).toEqual(["2 of 3 this week", "4 of 4 this month"]);
});

test("who has no level yet", async () => {
    Object.assign(server, { points: 1, level: { name: false, next: "Newbie", left: 1 } });
    await mountCard();
    expect(".o_collab_checkin_level").toHaveText("1 point · 1 more to Newbie");
    expect(".o_collab_checkin_goals").toHaveCount(0);
});

test("the first seven days", async () => {
    Object.assign(server, { total: 1 });
    await mountCard();
    expect(".o_collab_checkin_first .badge").toHaveText("Day 2 of 7");
    server.total = 2;
    await contains(".o_collab_checkin_button").click();
    expect(".o_collab_checkin_first .badge").toHaveText("Day 2 of 7");
    expect.verifySteps(["check_in {}", "reload"]);
});

test("no track after the first seven days, nor on days off", async () => {
    for (const values of [{ total: 7 }, { total: 3, day: "2026-03-07" }]) {
        Object.assign(server, values);
        await mountCard();
        expect(".o_collab_checkin_first").toHaveCount(0);
    }
});

test("nobody owes freezes", async () => {
    Object.assign(server, { longest: 5, forgiven: 1 });
    await mountCard();
    expect(".o_collab_checkin_text").toHaveText("1 freeze left this month");
    server.forgiven = -1;
    await contains(".o_collab_checkin_button").click();
    expect(".o_collab_checkin_text").toHaveText("0 freezes left this month");
    expect.verifySteps(["check_in {}", "reload"]);
});

test("points are opened", async () => {
    mockService("action", { doAction: (action) => expect.step(action) });
    await mountCard();
    await contains(".o_collab_checkin_level a").click();
    expect.verifySteps(["collab_checkin.collab_point_entry_action_mine"]);
});

test("from the user menu", async () => {
    await mountCard();
    const item = checkinItem(getMockEnv());
    expect(item.description).toBe("Check in");
    await item.callback();
    await animationFrame();
    expect.verifySteps(["check_in {}", "reload"]);
    expect(".o_collab_checkin_button").toHaveCount(0);
});

test("the newest thanks are answered by one tap", async () => {
    const signs = (mine) => [{ sign: "applause", count: mine ? 3 : 2, mine }];
    server.praise = {
        id: 7,
        title: "Mara thanks Tom",
        text: "<b>Well</b> done",
        receiver: 9,
        reactions: signs(false),
    };
    onRpc("collab.kudos", "react", ({ args }) => {
        expect.step(`react ${JSON.stringify(args)}`);
        return signs(true);
    });
    mockService("action", { doAction: (action) => expect.step(action) });
    await mountCard();
    expect(".o_collab_checkin_praise a").toHaveText("Mara thanks Tom");
    expect(".o_collab_checkin_praise img").toHaveAttribute(
        "data-src",
        /\/web\/image\/res\.users\/9\/avatar_128/
    );
    expect(".o_collab_checkin_praise .o_collab_checkin_quote").toHaveText("<b>Well</b> done");
    await contains(".o_collab_checkin_praise .o_collab_kudos_reaction").click();
    expect.verifySteps(['react [[7],"applause"]']);
    expect(".o_collab_kudos_reaction").toHaveAttribute("aria-pressed", "true");
    expect(".o_collab_kudos_reaction").toHaveText("3");
    await contains(".o_collab_checkin_praise a").click();
    expect.verifySteps(["collab_checkin.collab_kudos_action_wall"]);
});

test("thanking from the card", async () => {
    onRpc("collab.kudos", "allowance", () => ({ left: 3, month: 10, pair: 2 }));
    onRpc("collab.kudos.value", "search_read", () => []);
    await mountCard();
    expect(".o_collab_checkin_praise .o_collab_kudos_reaction").toHaveCount(0);
    await contains(".o_collab_checkin_thank").click();
    expect(".o_collab_kudos_dialog").toHaveCount(1);
});

test("what is given from the card shows on it", async () => {
    mockService("dialog", { add: (dialog, { onGiven }) => onGiven() });
    await mountCard();
    await contains(".o_collab_checkin_thank").click();
    expect.verifySteps(["reload"]);
});

test("what is typed stays while the card is loaded anew", async () => {
    server.checked = true;
    const parent = await mountCard();
    queryOne(".o_collab_checkin_plan").focus();
    await edit("Offers", { confirm: false });
    await parent.reload();
    await animationFrame();
    expect.verifySteps(["reload"]);
    expect(".o_collab_checkin_plan").toHaveValue("Offers");
    await press("Enter");
    await animationFrame();
    expect.verifySteps(['check_in {"plan":"Offers"}', "reload"]);
    expect(".o_collab_checkin_plan").toHaveValue("Offers");
});

test("what is typed while a plan is sent stays", async () => {
    server.checked = true;
    const sent = new Deferred();
    onRpc("collab.checkin", "check_in", async ({ kwargs: { plan } }) => {
        expect.step(plan);
        await sent;
        server.plan = plan;
        return { plan };
    });
    await mountCard();
    await contains(".o_collab_checkin_plan").edit("Offers", { confirm: "enter" });
    await contains(".o_collab_checkin_plan").edit("Offers, stock", { confirm: false });
    sent.resolve();
    await animationFrame();
    expect.verifySteps(["Offers", "reload"]);
    expect(".o_collab_checkin_plan").toHaveValue("Offers, stock");
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["Offers, stock", "reload"]);
});

test("Enter that ends a composition sends nothing", async () => {
    server.checked = true;
    await mountCard();
    await contains(".o_collab_checkin_plan").edit("报价", { confirm: false });
    queryOne(".o_collab_checkin_plan").dispatchEvent(
        new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true })
    );
    await animationFrame();
    expect.verifySteps([]);
    await press("Enter");
    await animationFrame();
    expect.verifySteps(['check_in {"plan":"报价"}', "reload"]);
});

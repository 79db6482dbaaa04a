import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { press, queryAllAttributes, queryAllTexts, queryOne, waitFor } from "@odoo/hoot-dom";
import { animationFrame, Deferred, runAllTimers } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    makeDialogMockEnv,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { KudosDialog } from "@collab_checkin/kudos/kudos_dialog";

describe.current.tags("desktop");

const SIGNS = ["applause", "love", "celebrate", "idea"];
const reactions = (counts = {}, mine = []) =>
    SIGNS.map((sign) => ({
        sign,
        count: counts[sign] || 0,
        mine: mine.includes(sign),
    }));

class CollabKudos extends models.Model {
    _name = "collab.kudos";

    text = fields.Char();
    reactions = fields.Json();

    _records = [{ id: 1, text: "<b>Well</b> done", reactions: reactions({ applause: 2 }) }];
    _views = {
        kanban: `<kanban js_class="collab_kudos_wall" create="0" can_open="0"><templates>
            <t t-name="card"><field name="text"/>
            <field name="reactions" widget="collab_kudos_reactions"/></t></templates></kanban>`,
    };
}

class CollabKudosValue extends models.Model {
    _name = "collab.kudos.value";

    name = fields.Char();
    emoji = fields.Char();

    _records = [
        { id: 1, name: "Teamwork", emoji: "🤝" },
        { id: 2, name: "<i>Craft</i>", emoji: false },
    ];
}

defineMailModels();
defineModels([CollabKudos, CollabKudosValue]);

let left;

beforeEach(() => {
    left = 3;
    onRpc("collab.kudos", "allowance", () => ({ left, month: 10, pair: 2 }));
    onRpc("res.users", "name_search", ({ kwargs }) => {
        expect.step(`search ${kwargs.name}`);
        return [[7, "Mei Lin"]];
    });
    onRpc("collab.kudos", "give", ({ args }) => {
        expect.step(["give", ...args]);
        left--;
        return { left, month: 10, pair: 2 };
    });
});

describe("giving", () => {
    const mountDialog = async (props = {}) =>
        mountWithCleanup(KudosDialog, {
            env: await makeDialogMockEnv(),
            props: { close: () => expect.step("close"), ...props },
        });

    test("whom, what for and in which words", async () => {
        await mountDialog({ onGiven: (answer) => expect.step(`given, ${answer.left} left`) });
        expect(".o_collab_kudos_left").toHaveText("3 of 10 left this month");
        expect(".o_collab_kudos_give").not.toBeEnabled();
        expect(queryAllTexts(".o_collab_kudos_chip")).toEqual(["🤝Teamwork", "<i>Craft</i>"]);
        await contains(".o-autocomplete--input").edit("mei", { confirm: false });
        await runAllTimers();
        await waitFor(".o-autocomplete--dropdown-item");
        await contains(".o-autocomplete--dropdown-item").click();
        expect.verifySteps(["search mei"]);
        await contains("textarea").edit("   ", { confirm: false });
        expect(".o_collab_kudos_give").not.toBeEnabled();
        await contains("textarea").edit(" You stayed ", { confirm: false });
        expect("#o_collab_kudos_count").toHaveText("12 / 500");
        await contains(".o_collab_kudos_chip:first").click();
        expect(queryAllAttributes(".o_collab_kudos_chip", "aria-pressed")).toEqual([
            "true",
            "false",
        ]);
        await contains(".o_collab_kudos_give").click();
        expect.verifySteps([["give", 7, "You stayed", 1], "close", "given, 2 left"]);
    });

    test("for nothing in particular, as one thinks better of it", async () => {
        await mountDialog({ receiverId: 7 });
        await contains(".o_collab_kudos_chip:first").click();
        await contains(".o_collab_kudos_chip:first").click();
        await contains("textarea").edit("Thanks", { confirm: false });
        await contains(".o_collab_kudos_give").click();
        expect.verifySteps([["give", 7, "Thanks", false], "close"]);
    });

    test("once at a time", async () => {
        const answer = new Deferred();
        onRpc("collab.kudos", "give", () => {
            expect.step("give");
            return answer;
        });
        await mountDialog({ receiverId: 7 });
        await contains("textarea").edit("Thanks", { confirm: false });
        const button = queryOne(".o_collab_kudos_give");
        button.click();
        button.click();
        await animationFrame();
        expect.verifySteps(["give"]);
        answer.resolve({ left: 0 });
        await animationFrame();
        expect.verifySteps(["close"]);
    });

    test("none left", async () => {
        left = 0;
        await mountDialog({ receiverId: 7 });
        await contains("textarea").edit("Thanks", { confirm: false });
        expect(".o_collab_kudos_left").toHaveText(/all your kudos of this month/);
        expect(".o_collab_kudos_give").not.toBeEnabled();
    });

    test("it stays open when it fails", async () => {
        expect.errors(1);
        onRpc("collab.kudos", "give", () => {
            throw new Error("No");
        });
        await mountDialog({ receiverId: 7 });
        await contains("textarea").edit("Thanks", { confirm: false });
        await contains(".o_collab_kudos_give").click();
        await animationFrame();
        expect(".o_collab_kudos_give").toBeEnabled();
        expect("textarea").toHaveValue("Thanks");
        expect.verifyErrors([/No|RPC_ERROR/]);
        expect.verifySteps([]);
    });
});

describe("the wall", () => {
    const labels = () => queryAllAttributes(".o_collab_kudos_reaction", "aria-label");
    const mountWall = () => mountView({ type: "kanban", resModel: "collab.kudos" });

    test("a tap adds a reaction, another takes it away", async () => {
        let mine = false;
        onRpc("collab.kudos", "react", ({ args }) => {
            expect.step(args);
            mine = !mine;
            return reactions({ applause: mine ? 3 : 2 }, mine ? ["applause"] : []);
        });
        await mountWall();
        expect(".o_kanban_record:first").toHaveText(/^<b>Well<\/b> done/);
        expect(labels()).toEqual(["Applause: 2", "Love", "Celebrate", "Inspiring"]);
        await contains(".o_collab_kudos_reaction:first").click();
        expect.verifySteps([[[1], "applause"]]);
        expect(labels()[0]).toBe("Applause: 3");
        expect(".o_collab_kudos_reaction:first").toHaveAttribute("aria-pressed", "true");
        await contains(".o_collab_kudos_reaction:first").click();
        expect.verifySteps([[[1], "applause"]]);
        expect(labels()[0]).toBe("Applause: 2");
        expect(".o_collab_kudos_reaction:first").toHaveAttribute("aria-pressed", "false");
    });

    test("by the keyboard", async () => {
        onRpc("collab.kudos", "react", ({ args }) => {
            expect.step(args);
            return reactions({ idea: 1 }, ["idea"]);
        });
        await mountWall();
        const button = queryOne(".o_collab_kudos_reaction:last");
        button.focus();
        await press("Enter");
        await animationFrame();
        expect.verifySteps([[[1], "idea"]]);
    });

    test("two taps before the answer are one", async () => {
        const answer = new Deferred();
        onRpc("collab.kudos", "react", () => {
            expect.step("react");
            return answer;
        });
        await mountWall();
        const button = queryOne(".o_collab_kudos_reaction:first");
        button.click();
        button.click();
        await animationFrame();
        expect.verifySteps(["react"]);
        answer.resolve(reactions());
        await animationFrame();
    });

    test("what is given shows at once", async () => {
        await mountWithCleanup(WebClient);
        onRpc("collab.kudos", "web_search_read", () => expect.step("read"));
        await mountWall();
        expect.verifySteps(["read"]);
        await contains(".o_collab_kudos_open").click();
        await contains(".o-autocomplete--input").click();
        await runAllTimers();
        await contains(".o-autocomplete--dropdown-item").click();
        await contains("textarea").edit("Thanks", { confirm: false });
        await contains(".o_collab_kudos_give").click();
        await animationFrame();
        expect(".o_dialog").toHaveCount(0);
        expect.verifySteps(["search ", ["give", 7, "Thanks", false], "read"]);
    });
});

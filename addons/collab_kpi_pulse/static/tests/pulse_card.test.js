import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { Component, useState, xml } from "@odoo/owl";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { PulseCard } from "@collab_kpi_pulse/card/pulse_card";

describe.current.tags("desktop");
defineMailModels();

/** The workbench, as far as the card sees it. */
async function mountCard(score = null) {
    const server = { month: "2026-03-01", score };
    onRpc("collab.pulse", "answer", ({ args }) => {
        expect.step(`answer ${args[0]}`);
        server.score = args[0];
        return { ...server };
    });
    class Parent extends Component {
        static template = xml`<PulseCard card="{}" data="state.data" reload="() => this.reload()"/>`;
        static components = { PulseCard };
        static props = [];

        setup() {
            this.state = useState({ data: { ...server } });
        }

        reload() {
            this.state.data = { ...server };
        }
    }
    await mountWithCleanup(Parent);
}

test("one tap answers, another changes the answer", async () => {
    await mountCard();
    expect(".o_collab_pulse_score").toHaveCount(5);
    expect(".o_collab_pulse_score[aria-pressed=true]").toHaveCount(0);
    expect("[role=status]").toHaveText(/Nobody sees your answer/);
    await contains(".o_collab_pulse_score:contains(4)").click();
    expect(queryAllTexts(".o_collab_pulse_score[aria-pressed=true]")).toEqual(["4"]);
    expect("[role=status]").toHaveText(/Thank you/);
    await contains(".o_collab_pulse_score:contains(2)").click();
    expect(queryAllTexts(".o_collab_pulse_score[aria-pressed=true]")).toEqual(["2"]);
    expect.verifySteps(["answer 4", "answer 2"]);
});

test("who would rather not say may change their mind", async () => {
    await mountCard();
    await contains(".o_collab_pulse_skip").click();
    expect("[role=status]").toHaveText(/rather not say/);
    expect(".o_collab_pulse_skip").toHaveCount(0);
    await contains(".o_collab_pulse_score:contains(5)").click();
    expect("[role=status]").toHaveText(/Thank you/);
    expect.verifySteps(["answer 0", "answer 5"]);
});

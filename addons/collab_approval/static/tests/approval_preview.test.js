import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { mockDate } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    defineModels,
    fields,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { ApprovalTimeline } from "@collab_approval/timeline/approval_timeline";
import { approvedStage, director, person, request, stage, step } from "./approval_test_helpers";

describe.current.tags("desktop");

class Submit extends models.Model {
    _name = "submit";

    preview = fields.Json();
}

class Request extends models.Model {
    _name = "collab.approval.request";

    name = fields.Char();
    summary = fields.Json();
}

defineMailModels();
defineModels([Submit, Request]);

beforeEach(() => mockDate("2026-03-04 09:30:00", 0));

const asked = { state: "waiting" };

function documentOf(values = {}) {
    return {
        res_id: 14,
        name: "P00014",
        policy: "Orders over 5,000",
        problem: false,
        stages: [
            stage({ state: "waiting", steps: [step({ people: [person(asked)], barred: [] })] }),
            director,
        ],
        ...values,
    };
}

async function openWizard(preview) {
    Submit._records = [{ id: 1, preview }];
    await mountView({
        type: "form",
        resModel: "submit",
        resId: 1,
        arch: `<form><field name="preview" widget="collab_approval_preview" nolabel="1"/></form>`,
    });
}

test("one document: who will be asked, and why", async () => {
    const plan = (values) => step({ people: [], barred: [], ...values });
    await openWizard([
        documentOf({
            stages: [
                stage({ steps: [plan({ people: [person(asked)], barred: ["Nora Lindqvist"] })] }),
                stage({ name: "Large", steps: [plan({ key: "2", why: "condition" })] }),
                stage({
                    name: "Finance",
                    steps: [plan({ key: "3", why: "fallback", people: [person(asked)] })],
                }),
            ],
        }),
    ]);
    expect(".o_collab_approval_stage").toHaveCount(3);
    expect(queryAllTexts(".o_collab_approval_person")).toEqual(["Wei Chen", "Wei Chen"]);
    expect(".o_collab_approval_barred").toHaveText(
        "Nora Lindqvist may not decide on an own document."
    );
    expect("[data-why=condition]").toHaveText(/Not needed for this document/);
    expect("[data-why=fallback]").toHaveText(/Nobody else could be asked\./);
    expect(".o_collab_approval_mark").toHaveCount(0);
    expect(".alert").toHaveCount(0);
});

test("a document that cannot be submitted says why", async () => {
    await openWizard([
        documentOf({
            problem: "P00014 cannot be submitted: <nobody> to ask.",
            stages: [stage({ steps: [step({ why: "nobody", people: [] })] })],
        }),
    ]);
    expect(".o_collab_approval_problem[role=alert]").toHaveText(
        "P00014 cannot be submitted: <nobody> to ask."
    );
    expect("[data-why=nobody]").toHaveText(/Nobody can be asked/);
});

test("many documents fold, those with a problem are open", async () => {
    await openWizard([
        documentOf(),
        documentOf({ res_id: 15, name: "P00015", problem: "Nobody to ask." }),
        documentOf({ res_id: 16, name: "P00016" }),
    ]);
    expect("p.alert").toHaveText("1 of 3 documents cannot be submitted, so none is.");
    expect(queryAllTexts("summary")).toEqual([
        "P00014 Wei Chen → Purchase Director",
        "P00015 Wei Chen → Purchase Director",
        "P00016 Wei Chen → Purchase Director",
    ]);
    expect("details").toHaveCount(3);
    expect("details[open]").toHaveCount(1);
    expect("details[open] summary").toHaveText(/P00015/);
});

test("many documents without a problem are a number and a list", async () => {
    await openWizard([documentOf(), documentOf({ res_id: 15 })]);
    expect("p.text-muted:first").toHaveText("2 documents will be submitted.");
    expect("details[open]").toHaveCount(0);
});

test("the timeline: what everybody has decided", async () => {
    await mountWithCleanup(ApprovalTimeline, {
        props: {
            stages: [
                approvedStage({ name: "Purchase Director", user_id: false }),
                approvedStage({ given: true, comment: "" }),
                stage(),
                director,
            ],
        },
    });
    expect(queryAllTexts(".o_collab_approval_person")).toEqual([
        "Purchase Director\nApproved by Wei Chen\n1 hour ago · Mar 4, 8:30 AM\nGo ahead.",
        "Wei Chen\nApproved already, at an earlier stage\n1 hour ago · Mar 4, 8:30 AM",
        "Wei Chen\nHas to decide",
        "Purchase Director\nAsked later",
    ]);
    expect(".o_collab_approval_stage:eq(2)").toHaveAttribute("aria-current", "step");
});

test("the form of a request: summary, path and log", async () => {
    Request._records = [
        {
            id: 4,
            name: "P00014",
            summary: [
                ["Vendor", "Nordlicht"],
                ["Deadline", ""],
            ],
        },
    ];
    const row = { event: "submitted", user_id: 9, at: "2026-03-03 09:30:00", comment: "" };
    onRpc("collab.approval.request", "path", ({ args }) => {
        expect.step(args);
        return {
            ...request({ failure: "Out of <b>stock</b>." }),
            log: [
                {
                    ...row,
                    index: 1,
                    label: "Submitted",
                    who: "Nora Lindqvist",
                    comment: "<i>!</i>",
                },
                { ...row, index: 2, label: "Used", who: false, user_id: false },
            ],
        };
    });
    await mountView({
        type: "form",
        resModel: "collab.approval.request",
        resId: 4,
        arch: `<form><sheet><field name="name"/><widget name="collab_approval_path"/></sheet></form>`,
    });
    expect.verifySteps([[[4]]]);
    expect(queryAllTexts(".o_collab_approval_summary dt, .o_collab_approval_summary dd")).toEqual([
        "Vendor",
        "Nordlicht",
    ]);
    expect(".o_collab_approval_failure").toHaveText("Follow-up failed: Out of <b>stock</b>.");
    expect(".o_collab_approval_stage").toHaveCount(2);
    expect(queryAllTexts(".o_collab_approval_log li")).toEqual([
        "Nora Lindqvist\nSubmitted\n1 day ago · Mar 3, 9:30 AM\n<i>!</i>",
        "Used\n1 day ago · Mar 3, 9:30 AM",
    ]);
});

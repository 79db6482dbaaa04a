import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryText, waitFor } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, getService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { loadJS } from "@web/core/assets";
import { MainComponentsContainer } from "@web/core/main_components_container";
import { CompareDialog } from "@collab_document/compare/compare_dialog";
import { diffLines, withoutTheSame } from "@collab_document/compare/diff";

describe.current.tags("desktop");
defineMailModels();

const LIBRARY = "/web/static/lib/diff_match_patch/diff_match_patch.js";

let Differ;

beforeEach(async () => {
    await loadJS(LIBRARY);
    Differ ||= window.DiffMatchPatch;
    // with it, Hoot reports differently, and stumbles over what has failed
    delete window.DiffMatchPatch;
});

/** Rows in short: `same a`, `changed a|b`, with what is marked in brackets. */
function short(rows) {
    const text = (side) =>
        side
            ? side.parts.map((part) => (part.isMarked ? `[${part.text}]` : part.text)).join("")
            : "";
    return rows.map((row) =>
        row.kind === "gap"
            ? `gap ${row.count}`
            : row.kind === "same"
              ? `same ${text(row.left)}`
              : `${row.kind} ${text(row.left)}|${text(row.right)}`
    );
}

const diff = (left, right) => short(diffLines(Differ, left, right));

test("texts that are the same", () => {
    expect(diff("a\nb", "a\nb")).toEqual(["same a", "same b"]);
    expect(diff("a\nb", "a\nb\n")).toEqual(["same a", "same b"]);
    expect(diff("", "")).toEqual([]);
});

test("lines that were added and deleted", () => {
    expect(diff("a\nc", "a\nb\nc")).toEqual(["same a", "inserted |[b]", "same c"]);
    expect(diff("a\nb\nc", "a\nc")).toEqual(["same a", "deleted [b]|", "same c"]);
    expect(diff("", "a")).toEqual(["inserted |[a]"]);
    expect(diff("a\n\nb", "a\nb")).toEqual(["same a", "deleted |", "same b"]);
});

test("words that were changed, not letters", () => {
    expect(diff("Hotels up to 120 EUR.", "Hotels up to 140 EUR.")).toEqual([
        "changed Hotels up to [120] EUR.|Hotels up to [140] EUR.",
    ]);
    expect(diff("付款期限三十天", "付款期限六十天")).toEqual([
        "changed 付款期限[三]十天|付款期限[六]十天",
    ]);
});

test("a line that became two", () => {
    expect(diff("a\nb c\nd", "a\nb x\ny\nd")).toEqual([
        "same a",
        "changed b [c]|b [x]",
        "inserted |[y]",
        "same d",
    ]);
});

test("lines are numbered on each side", () => {
    const rows = diffLines(Differ, "a\nb\nc", "a\nc\nd");
    expect(rows.map(({ left, right }) => [left?.number, right?.number])).toEqual([
        [1, 1],
        [2, undefined],
        [3, 2],
        [undefined, 3],
    ]);
});

test("what is the same is left out, but for what is near", () => {
    const left = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    const right = [...left];
    right[10] = "other";
    const rows = diffLines(Differ, left.join("\n"), right.join("\n"));
    expect(short(withoutTheSame(rows, 2))).toEqual([
        "gap 8",
        "same line 8",
        "same line 9",
        "changed [line 10]|[other]",
        "same line 11",
        "same line 12",
        "gap 7",
    ]);
});

function side(values = {}) {
    return {
        id: 1,
        number: "1.0",
        name: "Rules.md",
        size: 20,
        sha256: "ab",
        kind: "text/markdown",
        author: "Wei Chen",
        date: "2026-03-04 08:30:00",
        text: "a\nb",
        ...values,
    };
}

async function openDialog(answer) {
    onRpc("collab.document", "compare", ({ args }) => {
        expect.step(`compare ${args.join()}`);
        return {
            left: side(),
            right: side({ number: "1.1" }),
            cut: false,
            reason: false,
            ...answer,
        };
    });
    await mountWithCleanup(MainComponentsContainer);
    window.DiffMatchPatch = Differ;
    getService("dialog").add(CompareDialog, {
        document: { id: 7, name: "Rules.md" },
        leftId: 1,
        rightId: 2,
    });
    await waitFor(".o_collab_compare");
    delete window.DiffMatchPatch;
    expect.verifySteps(["compare 7,1,2"]);
}

test("a text is never HTML", async () => {
    const text = "<img src=x onerror=alert(1)>";
    await openDialog({ right: side({ number: "1.1", text }) });
    expect(".o_collab_compare img").toHaveCount(0);
    expect(queryText(".o_collab_compare_rows")).toInclude(text);
});

test("all lines, when asked for", async () => {
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    await openDialog({
        left: side({ text: lines.join("\n") }),
        right: side({ number: "1.1", text: [...lines, "new"].join("\n") }),
    });
    expect(".o_collab_compare_gap").toHaveText("17 lines that are the same");
    expect(".o_collab_compare_rows tbody tr").toHaveCount(5);
    await contains(".o_collab_compare .form-check-input").click();
    expect(".o_collab_compare_gap").toHaveCount(0);
    expect(".o_collab_compare_rows tbody tr").toHaveCount(21);
    expect(queryAllTexts(".o_collab_compare ins")).toEqual(["new"]);
});

test("facts only, and why, where there are no texts", async () => {
    await openDialog({
        reason: "One of the files could not be read.",
        left: side({ text: false }),
    });
    expect(".o_collab_compare .alert").toHaveText("One of the files could not be read.");
    expect(".o_collab_compare_rows").toHaveCount(0);
    expect(queryText(".o_collab_compare")).toInclude("Wei Chen");
});

test("the same text in another file, and texts that are cut", async () => {
    await openDialog({ right: side({ number: "1.1", sha256: "cd" }), cut: true });
    expect(queryAllTexts(".o_collab_compare .alert")).toEqual([
        "The texts are long: only their beginnings are compared.",
        "The texts are the same; the files differ in their looks, pictures or format.",
    ]);
});

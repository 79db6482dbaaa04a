import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, waitFor } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred, runAllTimers } from "@odoo/hoot-mock";
import {
    contains,
    getService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { MainComponentsContainer } from "@web/core/main_components_container";
import { PAUSES, PIECE, Uploader } from "@collab_document/upload/upload_service";
import { defineDocumentModels, folder, mockDocuments } from "./document_test_helpers";

describe.current.tags("desktop");
defineDocumentModels();

/** What the server answers to a piece; by default it takes it. */
let answer;

beforeEach(() => {
    answer = null;
    mockDocuments({
        folders: [folder(), folder({ id: 2, name: "Drawings", role: "contributor" })],
    });
    patchWithCleanup(Uploader.prototype, { makeRequest: () => new FakeRequest() });
});

/** A request that {@link answer} answers. */
class FakeRequest extends EventTarget {
    upload = new EventTarget();
    isAborted = false;

    open(method, url) {
        this.query = Object.fromEntries(new URL(url, "http://x").searchParams);
    }

    setRequestHeader() {}

    abort() {
        this.isAborted = true;
    }

    async send({ size }) {
        const { query } = this;
        const target = ["folder_id", "document_id", "base_id"]
            .filter((key) => key in query)
            .map((key) => `${key}=${query[key]}`);
        expect.step(`${query.name} ${query.offset}+${size} ${target.join(" ")}`);
        const received = Number(query.offset) + size;
        const [status, body] = (await answer?.(query, size)) || [
            200,
            received < Number(query.size) ? { received } : done(query),
        ];
        Object.assign(this, {
            status,
            responseText: typeof body === "string" ? body : JSON.stringify(body),
        });
        if (!this.isAborted) {
            this.dispatchEvent(new Event(status ? "load" : "error"));
        }
    }
}

function done(query) {
    return {
        received: Number(query.size),
        document_id: 9,
        version_id: 90,
        name: query.name,
        number: "1.0",
        state: "published",
    };
}

function refuse(error, values = {}) {
    return [422, { received: 3, error, ...values }];
}

function file(name = "a.txt", size = 3) {
    const made = new File(["x".repeat(Math.min(size, 3))], name);
    if (size > 3) {
        // as large as it says, without the memory
        Object.defineProperty(made, "size", { value: size });
        made.slice = (start, end) => {
            const piece = new Blob(["x"]);
            Object.defineProperty(piece, "size", { value: Math.min(end, size) - start });
            return piece;
        };
    }
    return made;
}

async function start() {
    await mountWithCleanup(MainComponentsContainer);
    return getService("collab_upload");
}

const add = (uploader, files, folderId = 1) =>
    uploader.addFiles(
        files.map((one) => ({ file: one, path: [] })),
        folderId
    );
const states = () => queryAllTexts(".o_collab_upload .text-truncate");

test("a small file goes in one piece", async () => {
    const uploader = await start();
    uploader.bus.addEventListener("DONE", ({ detail }) => expect.step(`done ${detail.name}`));
    await add(uploader, [file()]);
    await waitFor(".o_collab_upload[data-state=done]");
    expect.verifySteps(["a.txt 0+3 folder_id=1", "done a.txt"]);
    expect(".o_collab_uploads header [role=status]").toHaveText("Uploaded: 1");
});

test("a large file goes piece by piece, with one key", async () => {
    const keys = new Set();
    answer = ({ key }) => void keys.add(key);
    const uploader = await start();
    await add(uploader, [file("big", 2 * PIECE + 5)]);
    await waitFor(".o_collab_upload[data-state=done]");
    expect.verifySteps([
        `big 0+${PIECE} folder_id=1`,
        `big ${PIECE}+${PIECE} folder_id=1`,
        `big ${2 * PIECE}+5 folder_id=1`,
    ]);
    expect(keys.size).toBe(1);
});

test("three at a time", async () => {
    const gate = new Deferred();
    answer = async () => void (await gate);
    const uploader = await start();
    await add(
        uploader,
        ["a", "b", "c", "d"].map((name) => file(name))
    );
    await animationFrame();
    expect.verifySteps(["a 0+3 folder_id=1", "b 0+3 folder_id=1", "c 0+3 folder_id=1"]);
    expect(".o_collab_upload[data-state=waiting]").toHaveCount(1);
    gate.resolve();
    await waitFor(".o_collab_upload[data-state=done]:eq(3)");
    expect.verifySteps(["d 0+3 folder_id=1"]);
});

test("what is on its way stands above what is in, and how far all of it is", async () => {
    const gates = { c: new Deferred() };
    answer = async ({ name }) => void (await gates[name]);
    const uploader = await start();
    await add(
        uploader,
        ["a", "b", "c", "d"].map((name) => file(name))
    );
    await waitFor(".o_collab_upload[data-state=done]:eq(2)");
    expect(states()).toEqual(["c", "a", "b", "d"]);
    expect(".o_collab_uploads_progress").toHaveAttribute("aria-valuenow", "75");
    gates.c.resolve();
    await waitFor(".o_collab_upload[data-state=done]:eq(3)");
    expect(".o_collab_uploads_progress").toHaveCount(0);
    expect.verifySteps(["a", "b", "c", "d"].map((name) => `${name} 0+3 folder_id=1`));
});

test("after a failure the server says from where it goes on", async () => {
    let isBroken = true;
    answer = ({ offset }, size) => {
        if (offset === String(PIECE) && isBroken) {
            isBroken = false;
            return [0, ""]; // no connection
        }
        if (!size) {
            return [200, { received: PIECE + 100 }];
        }
    };
    const uploader = await start();
    await add(uploader, [file("big", 2 * PIECE)]);
    await waitFor(".o_collab_upload[data-state=retrying]");
    expect.verifySteps([`big 0+${PIECE} folder_id=1`, `big ${PIECE}+${PIECE} folder_id=1`]);
    await advanceTime(PAUSES[0]);
    await waitFor(".o_collab_upload[data-state=done]");
    expect.verifySteps([
        `big ${PIECE}+0 folder_id=1`,
        `big ${PIECE + 100}+${PIECE - 100} folder_id=1`,
    ]);
});

test("it gives up in the end, and can be tried again", async () => {
    let isDown = true;
    answer = () => (isDown ? [503, ""] : null);
    const uploader = await start();
    await add(uploader, [file()]);
    for (const pause of PAUSES) {
        await waitFor(".o_collab_upload[data-state=retrying]");
        await advanceTime(pause);
        await animationFrame();
    }
    await waitFor(".o_collab_upload[data-state=failed]");
    expect.verifySteps(["a.txt 0+3 folder_id=1", ...PAUSES.map(() => "a.txt 0+0 folder_id=1")]);
    isDown = false;
    await contains(".o_collab_upload_retry").click();
    await waitFor(".o_collab_upload[data-state=done]");
    expect.verifySteps(["a.txt 0+0 folder_id=1", "a.txt 0+3 folder_id=1"]);
});

test("the sentence of the server; what has arrived is not sent again", async () => {
    let isFull = true;
    answer = () => (isFull ? refuse("There is no room.") : null);
    const uploader = await start();
    await add(uploader, [file()]);
    await waitFor(".o_collab_upload[data-state=failed]");
    expect(".o_collab_upload .text-danger.small").toHaveText("There is no room.");
    expect.verifySteps(["a.txt 0+3 folder_id=1"]);
    isFull = false;
    await contains(".o_collab_upload_retry").click();
    await waitFor(".o_collab_upload[data-state=done]");
    expect.verifySteps(["a.txt 3+0 folder_id=1"]);
});

test("logged out: nothing is tried for ever", async () => {
    answer = () => [200, "<html>"];
    const uploader = await start();
    await add(uploader, [file()]);
    await waitFor(".o_collab_upload[data-state=failed]");
    expect.verifySteps(["a.txt 0+3 folder_id=1"]);
});

test("canceled while it waits for another try", async () => {
    answer = () => [502, ""];
    const uploader = await start();
    await add(uploader, [file()]);
    await waitFor(".o_collab_upload[data-state=retrying]");
    await contains(".o_collab_upload_cancel").click();
    expect(".o_collab_uploads").toHaveCount(0);
    await runAllTimers();
    expect.verifySteps(["a.txt 0+3 folder_id=1"]);
});

describe("somebody was faster", () => {
    async function makeStale() {
        answer = ({ base_id }) =>
            base_id === "90" ? refuse("It was changed meanwhile.", { stale_id: 95 }) : null;
        const uploader = await start();
        uploader.addVersion(file(), { id: 9, version_id: 90, name: "a.txt" }, { note: "Mine" });
        await waitFor(".o_collab_upload[data-state=stale]");
        expect.verifySteps(["a.txt 0+3 document_id=9 base_id=90"]);
        return uploader;
    }

    test("mine on top of theirs", async () => {
        await makeStale();
        await contains(".o_collab_upload_on_top").click();
        await waitFor(".o_collab_upload[data-state=done]");
        expect.verifySteps(["a.txt 3+0 document_id=9 base_id=95"]);
    });

    test("mine apart, under another name", async () => {
        onRpc("collab.document", "read", () => [{ id: 9, name: "a.txt", folder_id: [2, "X"] }]);
        await makeStale();
        await contains(".o_collab_upload_apart").click();
        await waitFor(".o_collab_upload[data-state=done]");
        expect.verifySteps(["a (2).txt 3+0 folder_id=2"]);
    });

    test("discarded", async () => {
        await makeStale();
        await contains(".o_collab_upload_discard").click();
        expect(".o_collab_uploads").toHaveCount(0);
    });
});

describe("names that are there", () => {
    async function addTwo(button, folderId = 1) {
        const uploader = await start();
        add(uploader, [file("Rules.md"), file("new.txt")], folderId);
        await waitFor(".modal");
        expect(queryAllTexts(".modal li")).toEqual(["Rules.md"]);
        await contains(button).click();
        await animationFrame();
    }

    test("as a new version of what is shown", async () => {
        await addTwo(".o_collab_document_as_version");
        expect.verifySteps(["Rules.md 0+3 document_id=1 base_id=11", "new.txt 0+3 folder_id=1"]);
    });

    test("both", async () => {
        await addTwo(".o_collab_document_keep_both");
        expect.verifySteps(["Rules (2).md 0+3 folder_id=1", "new.txt 0+3 folder_id=1"]);
    });

    test("skipped", async () => {
        await addTwo(".o_collab_document_skip");
        expect.verifySteps(["new.txt 0+3 folder_id=1"]);
    });

    test("closed: nothing at all", async () => {
        await addTwo(".modal .btn-close");
        expect.verifySteps([]);
    });
});

describe("folders that are dropped", () => {
    const dropped = [
        { file: file("a.txt"), path: ["Site", "Plans"] },
        { file: file("b.txt"), path: ["Site", "Plans"] },
        { file: file("c.txt"), path: [] },
    ];

    test("are made, each once", async () => {
        let id = 50;
        onRpc("collab.folder", "create", ({ args }) => {
            const [{ name, parent_id }] = args[0];
            expect.step(`folder ${name} in ${parent_id}`);
            return [id++];
        });
        const uploader = await start();
        await getService("collab_folders").load();
        await uploader.addFiles(dropped, 1);
        await animationFrame();
        expect.verifySteps([
            "folder Site in 1",
            "folder Plans in 50",
            "a.txt 0+3 folder_id=51",
            "b.txt 0+3 folder_id=51",
            "c.txt 0+3 folder_id=1",
        ]);
    });

    test("are filled, also if somebody else asks for the folders meanwhile", async () => {
        const gate = new Deferred();
        onRpc("collab.folder", "create", () => [50]);
        onRpc("collab.folder", "tree", async ({ parent }) => {
            await gate;
            return parent();
        });
        const uploader = await start();
        uploader.addFiles(dropped, 1);
        await animationFrame();
        getService("collab_folders").load();
        gate.resolve();
        await waitFor(".o_collab_upload");
        expect.verifySteps([
            "a.txt 0+3 folder_id=50",
            "b.txt 0+3 folder_id=50",
            "c.txt 0+3 folder_id=1",
        ]);
    });

    test("are left out where the user may not make any", async () => {
        const uploader = await start();
        await getService("collab_folders").load();
        await uploader.addFiles(dropped, 2);
        await animationFrame();
        expect.verifySteps([
            "a.txt 0+3 folder_id=2",
            "b.txt 0+3 folder_id=2",
            "c.txt 0+3 folder_id=2",
        ]);
        expect(".o_notification").toHaveCount(1);
    });
});

test("leaving the page while something is on its way takes a second thought", async () => {
    const gate = new Deferred();
    answer = async () => void (await gate);
    const uploader = await start();
    const leave = () => {
        const ev = new Event("beforeunload", { cancelable: true });
        uploader.onBeforeUnload(ev);
        return ev.defaultPrevented;
    };
    expect(leave()).toBe(false);
    await add(uploader, [file()]);
    expect(leave()).toBe(true);
    gate.resolve();
    await waitFor(".o_collab_upload[data-state=done]");
    expect(leave()).toBe(false);
    expect.verifySteps(["a.txt 0+3 folder_id=1"]);
});

test("keys without a secure page", async () => {
    patchWithCleanup(window.crypto, { randomUUID: undefined });
    const keys = [];
    answer = ({ key }) => void keys.push(key);
    const uploader = await start();
    await add(uploader, [file("a"), file("b")]);
    await waitFor(".o_collab_upload[data-state=done]:eq(1)");
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(keys[0]).not.toBe(keys[1]);
    expect.verifySteps(["a 0+3 folder_id=1", "b 0+3 folder_id=1"]);
    expect(states()).toEqual(["a", "b"]);
});

import { EventBus, markRaw, reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { freeName, hasRole } from "../common/texts";
import { SameNameDialog } from "./same_name_dialog";
import { UploadPanel } from "./upload_panel";

const ROUTE = "/collab/document/upload";
/** Bytes of one request. */
export const PIECE = 8 * 1024 * 1024;
/** Files that are sent at a time. */
export const PARALLEL = 3;
/** How long to wait before a piece is tried again, in ms; after the last one it has failed. */
export const PAUSES = [1000, 2000, 5000, 10_000, 20_000];

/** How long files that are in are shown, in ms, once no other is on its way. */
export const SHOWN_AFTER = 8000;

/** States in which something is still to be done for a file. */
const ACTIVE = ["waiting", "sending", "retrying"];

/** The connection has failed, or the server could not answer: it may work the next time. */
class TransferError extends Error {}
/** The server has said no, or nothing that one could go on with. */
class RefusalError extends Error {}
class CanceledError extends Error {}

/**
 * Sends files piece by piece, goes on where a piece has failed, and keeps what has become of
 * each file until the user has seen it.
 */
export class Uploader {
    constructor(env) {
        this.env = env;
        this.bus = new EventBus();
        this.nextId = 1;
        this.state = reactive({ items: [], isFolded: false });
        browser.addEventListener("beforeunload", (ev) => this.onBeforeUnload(ev));
    }

    get services() {
        return this.env.services;
    }

    // -- what is uploaded ---------------------------------------------------

    /**
     * Add files to a folder, after asking about names that are there already.
     *
     * @param {{ file: File, path: string[] }[]} files the folders of `path` are made where the
     *  user may do that
     * @param {number} folderId
     */
    async addFiles(files, folderId) {
        const folders = await this.foldersFor(files, folderId);
        const wanted = files.map((one, index) => ({
            file: one.file,
            name: one.file.name,
            folderId: folders[index],
        }));
        const there = await this.findSameNames(wanted);
        const decision = there.size && (await this.askAboutSameNames(wanted, there));
        if (decision === "cancel") {
            return;
        }
        for (const one of wanted) {
            const document = there.get(`${one.folderId} ${one.name}`);
            if (!document) {
                this.add({ file: one.file, name: one.name, target: { folder_id: one.folderId } });
            } else if (decision === "version") {
                this.addVersion(one.file, document);
            } else if (decision === "both") {
                const name = freeName(one.name, document.taken);
                document.taken.add(name);
                this.add({ file: one.file, name, target: { folder_id: one.folderId } });
            }
        }
    }

    /** The folder of each file; those that are not there yet are made. */
    async foldersFor(files, folderId) {
        const { orm, collab_folders: folders } = this.services;
        if (!files.some(({ path }) => path.length)) {
            return files.map(() => folderId);
        }
        const top = folders.get(folderId);
        if (top && !hasRole(top.role, "editor")) {
            this.services.notification.add(
                _t(
                    "Only editors make folders in “%s”: the files are added without theirs.",
                    top.name
                ),
                { type: "warning" }
            );
            return files.map(() => folderId);
        }
        const made = {};
        const found = [];
        for (const { path } of files) {
            let parentId = folderId;
            for (const [depth, name] of path.entries()) {
                const key = JSON.stringify(path.slice(0, depth + 1));
                const there = folders.childrenOf(parentId).find((one) => one.name === name);
                made[key] ||=
                    there?.id ||
                    (await orm.create("collab.folder", [{ name, parent_id: parentId }]))[0];
                parentId = made[key];
            }
            found.push(parentId);
        }
        await folders.load();
        return found;
    }

    /** @returns {Promise<Map<string, Object>>} by folder and name */
    async findSameNames(wanted) {
        const documents = await this.services.orm.searchRead(
            "collab.document",
            [
                ["folder_id", "in", [...new Set(wanted.map(({ folderId }) => folderId))]],
                ["name", "in", [...new Set(wanted.map(({ name }) => name))]],
            ],
            ["name", "folder_id", "version_id", "can_edit"]
        );
        const names = new Set(documents.map(({ name }) => name));
        wanted.forEach(({ name }) => names.add(name));
        return new Map(
            documents.map((document) => [
                `${document.folder_id[0]} ${document.name}`,
                { ...document, version_id: document.version_id[0], taken: names },
            ])
        );
    }

    /** @returns {Promise<"version"|"both"|"skip"|"cancel">} */
    askAboutSameNames(wanted, there) {
        const documents = wanted
            .map((one) => there.get(`${one.folderId} ${one.name}`))
            .filter(Boolean);
        return new Promise((resolve) => {
            this.services.dialog.add(
                SameNameDialog,
                {
                    names: documents.map(({ name }) => name),
                    canAddVersion: documents.every(({ can_edit }) => can_edit),
                    decide: resolve,
                },
                { onClose: () => resolve("cancel") }
            );
        });
    }

    /**
     * Add a version to a document.
     *
     * @param {File} file
     * @param {{ id: number, version_id: number, name: string }} document `version_id` is the one
     *  that the user has worked on
     * @param {{ note?: string, publish?: boolean }} [options]
     */
    addVersion(file, document, { note, publish } = {}) {
        return this.add({
            file,
            name: file.name,
            document,
            note,
            publish,
            target: { document_id: document.id, base_id: document.version_id },
        });
    }

    /**
     * Add a document to a record.
     *
     * @param {File[]} files
     */
    addToRecord(files, resModel, resId) {
        return files.map((file) =>
            this.add({ file, name: file.name, target: { res_model: resModel, res_id: resId } })
        );
    }

    add({ file, name, target, document = null, note = "", publish = null }) {
        const item = {
            id: this.nextId++,
            key: makeKey(),
            file: markRaw(file),
            name,
            size: file.size,
            target,
            document,
            note,
            publish,
            state: "waiting",
            /** bytes on their way, for the progress; and those that the server has for certain */
            sent: 0,
            received: 0,
            isTried: false,
            error: "",
            staleId: false,
            result: null,
        };
        this.state.items.push(item);
        const added = this.state.items.at(-1);
        this.next();
        return added;
    }

    // -- sending ------------------------------------------------------------

    get active() {
        return this.state.items.filter(({ state }) => ACTIVE.includes(state));
    }

    next() {
        const waiting = this.state.items.filter(({ state }) => state === "waiting");
        const running = this.active.length - waiting.length;
        for (const item of waiting.slice(0, Math.max(0, PARALLEL - running))) {
            this.send(item);
        }
    }

    /** Send what is left of a file, and take what has become of it. */
    async send(item) {
        item.state = "sending";
        item.error = "";
        try {
            item.result = await this.transfer(item);
            item.sent = item.size;
            item.state = "done";
        } catch (error) {
            if (error instanceof CanceledError || item.state === "canceled") {
                return;
            }
            item.error = error.message;
            item.sent = item.received;
            item.staleId = error.staleId || false;
            item.state = item.staleId ? "stale" : "failed";
        } finally {
            this.next();
        }
        if (item.state === "done") {
            this.bus.trigger("DONE", item);
        }
        browser.clearTimeout(this.timer);
        this.timer = browser.setTimeout(() => this.tidy(), SHOWN_AFTER);
    }

    /** Forget what is in, once nothing is left that the user would have to look at. */
    tidy() {
        if (this.state.items.every(({ state }) => state === "done")) {
            this.clear();
        }
    }

    /** @returns {Promise<Object>} what the server says of the document */
    async transfer(item) {
        let failures = 0;
        // how much of it has arrived the server knows best
        let isAsking = item.isTried;
        item.isTried = true;
        for (;;) {
            const offset = item.received;
            const piece = item.file.slice(offset, isAsking ? offset : offset + PIECE);
            let answer;
            try {
                answer = await this.post(item, offset, piece);
            } catch (error) {
                if (!(error instanceof TransferError) || failures === PAUSES.length) {
                    throw error;
                }
                item.state = "retrying";
                await this.pause(item, PAUSES[failures++]);
                item.state = "sending";
                isAsking = true;
                continue;
            }
            if (!isAsking && answer.received > offset) {
                failures = 0;
            }
            isAsking = false;
            item.received = item.sent = answer.received;
            if ("document_id" in answer) {
                return answer;
            }
        }
    }

    pause(item, delay) {
        return new Promise((resolve, reject) => {
            const timer = browser.setTimeout(resolve, delay);
            item.stop = markRaw(() => {
                browser.clearTimeout(timer);
                reject(new CanceledError());
            });
        });
    }

    makeRequest() {
        return new browser.XMLHttpRequest();
    }

    /** Send one piece. */
    post(item, offset, piece) {
        const query = new URLSearchParams({
            key: item.key,
            name: item.name,
            size: item.size,
            offset,
            ...item.target,
        });
        if (item.note) {
            query.set("note", item.note);
        }
        if (item.publish !== null) {
            query.set("publish", item.publish ? 1 : 0);
        }
        return new Promise((resolve, reject) => {
            const request = this.makeRequest();
            item.stop = markRaw(() => {
                request.abort();
                reject(new CanceledError());
            });
            request.open("POST", `${ROUTE}?${query}`);
            request.setRequestHeader("Content-Type", "application/octet-stream");
            request.upload?.addEventListener("progress", (ev) => {
                item.sent = Math.min(item.size, offset + ev.loaded);
            });
            request.addEventListener("error", () =>
                reject(new TransferError(_t("The connection was lost.")))
            );
            request.addEventListener("load", () => {
                try {
                    resolve(readAnswer(request, item));
                } catch (error) {
                    reject(error);
                }
            });
            request.send(piece);
        });
    }

    // -- what the user decides ----------------------------------------------

    cancel(item) {
        item.state = "canceled";
        item.stop?.();
        this.remove(item);
        this.next();
    }

    remove(item) {
        const index = this.state.items.findIndex(({ id }) => id === item.id);
        if (index >= 0) {
            this.state.items.splice(index, 1);
        }
    }

    /** Try again; what has arrived is not sent again. */
    retry(item) {
        item.state = "waiting";
        this.next();
    }

    /** Somebody was faster: add mine after theirs. */
    putOnTop(item) {
        item.target = { ...item.target, base_id: item.staleId };
        this.retry(item);
    }

    /** Somebody was faster: keep mine apart. */
    async keepApart(item) {
        const { orm } = this.services;
        const [{ folder_id: folder, name }] = await orm.read(
            "collab.document",
            [item.target.document_id],
            ["folder_id", "name"]
        );
        item.name = freeName(item.name, new Set([name, item.name]));
        item.target = { folder_id: folder[0] };
        this.retry(item);
    }

    /** Forget all files that nothing is to be done for. */
    clear() {
        this.state.items = this.active;
    }

    onBeforeUnload(ev) {
        if (this.active.length) {
            ev.preventDefault();
            ev.returnValue = _t("Files are still being uploaded.");
        }
    }
}

/** Read the answer to a piece; raise an error where there is nothing to go on with. */
function readAnswer(request, item) {
    if (request.status >= 500 || request.status === 429) {
        throw new TransferError(_t("The server could not answer."));
    }
    let answer;
    try {
        answer = JSON.parse(request.responseText);
    } catch {
        answer = {};
    }
    if (answer.error) {
        item.received = answer.received || 0;
        const error = new RefusalError(answer.error);
        error.staleId = answer.stale_id;
        throw error;
    }
    if (!("received" in answer)) {
        throw new RefusalError(
            _t("The server did not take the file. Load the page again: you may be logged out.")
        );
    }
    return answer;
}

function makeKey() {
    // there is none where the page is not served securely
    if (window.crypto.randomUUID) {
        return window.crypto.randomUUID();
    }
    return Array.from(window.crypto.getRandomValues(new Uint8Array(16)), (byte) =>
        byte.toString(16).padStart(2, "0")
    ).join("");
}

export const uploadService = {
    dependencies: ["orm", "dialog", "notification", "collab_folders"],
    start(env) {
        const uploader = new Uploader(env);
        registry.category("main_components").add("collab_document.UploadPanel", {
            Component: UploadPanel,
            props: { uploader },
        });
        return uploader;
    },
};

registry.category("services").add("collab_upload", uploadService);

import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";

const ROUTE = "/collab/document/upload";
/** Bytes of one request: what a connection that breaks costs at most. */
export const PIECE = 8 * 1024 * 1024;
/** How long to wait before another try, in ms; anything that arrives begins the count anew. */
const WAITS = [1000, 2000, 4000, 8000, 15000, 30000];
/** What a server, or a proxy before it, answers that may do better in a moment. */
const PASSING = new Set([0, 408, 425, 429, 502, 503, 504]);

/** What became of an upload, in a sentence. */
export class UploadError extends Error {
    /**
     * @param {string} message
     * @param {Object} [answer] of the server
     */
    constructor(message, answer = {}) {
        super(message);
        this.name = "UploadError";
        /** Somebody else has added this version meanwhile. */
        this.staleId = answer.stale_id || false;
    }
}

/**
 * Send one file to the server by pieces. Where the connection breaks, it goes on where the
 * server has got to.
 *
 * @param {File} file
 * @param {Object} wanted what it is for: `folder_id`; or `document_id` and `base_id`; or
 *  `res_model` and `res_id`; and perhaps `note` and `publish` (1 or 0)
 * @param {Object} [options]
 * @param {string} [options.name] by default that of the file
 * @param {string} [options.key] of an upload that was refused, to ask for it in another way
 *  without sending the bytes again
 * @param {(sent: number, size: number) => void} [options.onProgress]
 * @param {AbortSignal} [options.signal]
 * @returns {Promise<{ document_id: number, version_id: number, name: string, number: string,
 *  state: string }>} what has become of it
 * @throws {UploadError} a refusal, or a connection that has not come back
 * @throws {DOMException} an `AbortError`
 */
export async function sendFile(file, wanted, options = {}) {
    const { name = file.name, key = newKey(), onProgress = () => {}, signal } = options;
    let offset = 0;
    let failures = 0;
    for (;;) {
        signal?.throwIfAborted();
        const piece = file.slice(offset, offset + PIECE);
        const begin = offset;
        const params = { key, name, size: file.size, offset, ...given(wanted) };
        const { status, answer } = await post(params, piece, signal, (sent) =>
            onProgress(Math.min(begin + sent, file.size), file.size)
        );
        if (answer?.document_id) {
            onProgress(file.size, file.size);
            return answer;
        }
        if (answer?.error) {
            throw new UploadError(answer.error, answer);
        }
        if (answer && answer.received > offset) {
            failures = 0;
            offset = answer.received;
            continue;
        }
        if (!answer && !PASSING.has(status)) {
            throw new UploadError(refusal(status));
        }
        if (failures === WAITS.length) {
            throw new UploadError(_t("The connection is gone. Try again when it is back."));
        }
        // it may have arrived all the same, or the server may have lost what it had: it says so
        // when it is asked again
        offset = answer ? answer.received : offset;
        await pause(WAITS[failures++], signal);
    }
}

/** What is set of what is wanted, as a URL says it. */
function given(wanted) {
    const entries = Object.entries(wanted)
        .filter(([, value]) => value !== undefined && value !== null && value !== "")
        .map(([name, value]) => [name, typeof value === "boolean" ? Number(value) : value]);
    return Object.fromEntries(entries);
}

/** Send one piece; never rejects but with an `AbortError`. */
function post(params, piece, signal, onSent) {
    return new Promise((resolve, reject) => {
        const xhr = new browser.XMLHttpRequest();
        const abort = () => {
            xhr.abort();
            reject(signal.reason);
        };
        const end = (value) => {
            signal?.removeEventListener("abort", abort);
            resolve(value);
        };
        signal?.addEventListener("abort", abort, { once: true });
        xhr.upload.addEventListener("progress", (ev) => onSent(ev.loaded));
        xhr.addEventListener("load", () =>
            end({ status: xhr.status, answer: parse(xhr.responseText) })
        );
        xhr.addEventListener("error", () => end({ status: 0, answer: null }));
        xhr.open("POST", `${ROUTE}?${new URLSearchParams(params)}`);
        xhr.setRequestHeader("Content-Type", "application/octet-stream");
        xhr.send(piece);
    });
}

/** The answer of the route; `null` for a page, of a proxy or of the login. */
function parse(text) {
    try {
        const answer = JSON.parse(text);
        return Number.isInteger(answer?.received) ? answer : null;
    } catch {
        return null;
    }
}

function refusal(status) {
    if (status === 413) {
        return _t("The server does not take so much at once: tell your administrator.");
    }
    if (status === 200 || status === 401 || status === 403) {
        return _t("You have to log in again.");
    }
    return _t("The server did not take the file (error %s).", status);
}

function pause(delay, signal) {
    return new Promise((resolve, reject) => {
        const abort = () => {
            browser.clearTimeout(timer);
            reject(signal.reason);
        };
        const timer = browser.setTimeout(() => {
            signal?.removeEventListener("abort", abort);
            resolve();
        }, delay);
        signal?.addEventListener("abort", abort, { once: true });
    });
}

/** A key that nobody else has; also where the page is not served securely. */
function newKey() {
    const { crypto } = window;
    if (crypto.randomUUID) {
        return crypto.randomUUID();
    }
    return Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(16)).join("-");
}

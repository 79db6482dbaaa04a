import { markRaw, reactive, toRaw, useComponent, useEffect, useEnv, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { sendFile } from "../upload/send_file";

/** Record of a form → its documents: the button and the sheet under it ask once. */
const known = reactive(new WeakMap());

/**
 * The documents of the record of a form, and what can be done with them there.
 *
 * The services are those of the environment, not of a component: what was begun goes on when
 * the form has gone.
 */
export class RecordDocuments {
    constructor(env, record) {
        this.services = markRaw(env.services);
        this.record = markRaw(record);
        /** What the server has told of them; null as long as it has not, or does not tell. */
        this.value = null;
        this.isHidden = false;
        /** Files that are being sent: `{ name, sent, size, controller }`. */
        this.uploads = [];
    }

    get resModel() {
        return this.record.resModel;
    }

    get resId() {
        return this.record.resId;
    }

    get name() {
        const { display_name, name } = this.record.data;
        return [display_name, name].find((text) => text && typeof text === "string") || "";
    }

    get canAdd() {
        return Boolean(this.value?.can_add);
    }

    /** Percentage of what is being sent; null if nothing is. */
    get progress() {
        const sum = (name) => this.uploads.reduce((total, upload) => total + upload[name], 0);
        return this.uploads.length ? Math.floor((100 * sum("sent")) / (sum("size") || 1)) : null;
    }

    /** Load what there is, unless it was loaded for this state of the record. */
    follow(data) {
        if (this.resId && toRaw(this.loadedFor) !== data) {
            this.loadedFor = data;
            return this.load();
        }
    }

    async load() {
        const { resId } = this;
        try {
            const value = await this.call("collab.document", "of_record", [this.resModel, resId]);
            if (resId === this.resId) {
                Object.assign(this, { value, isHidden: false });
            }
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                // of no concern to this user, or of no record that documents can be linked to
                Object.assign(this, { value: null, isHidden: true });
            }
        }
    }

    call(model, method, args) {
        return this.services.orm.silent.call(model, method, args);
    }

    // -- adding -------------------------------------------------------------

    /**
     * Add files to the record, one after the other.
     *
     * @param {Iterable<File>} files
     */
    async add(files) {
        const wanted = { res_model: this.resModel, res_id: this.resId };
        const queue = [...files].map((file) => {
            this.uploads.push({
                name: file.name,
                sent: 0,
                size: file.size,
                controller: markRaw(new AbortController()),
            });
            return [markRaw(file), this.uploads.at(-1)];
        });
        const leave = (ev) => ev.preventDefault();
        browser.addEventListener("beforeunload", leave);
        let count = 0;
        for (const [file, upload] of queue) {
            count += await this.send(file, upload, wanted);
        }
        browser.removeEventListener("beforeunload", leave);
        if (count) {
            await this.load();
            this.tell(count === 1 ? _t("1 document added") : _t("%s documents added", count));
        }
    }

    /** Return whether the file has become a document. */
    async send(file, upload, wanted) {
        const { signal } = upload.controller;
        try {
            await sendFile(file, wanted, {
                signal,
                onProgress: (sent) => (upload.sent = sent),
            });
            return true;
        } catch (error) {
            if (!signal.aborted) {
                this.services.notification.add(error.message, {
                    title: _t("%s was not added", file.name),
                    type: "danger",
                    sticky: true,
                });
            }
            return false;
        } finally {
            this.uploads.splice(this.uploads.indexOf(upload), 1);
        }
    }

    cancel(upload) {
        upload.controller.abort();
    }

    /** Make documents of what is attached to the record. */
    async takeAttachments() {
        const ids = await this.call("collab.document", "take_attachments", [
            this.resModel,
            this.resId,
        ]);
        await this.load();
        this.tell(ids.length === 1 ? _t("1 document made") : _t("%s documents made", ids.length));
    }

    async link(documentIds) {
        await this.call("collab.document.link", "link", [documentIds, this.resModel, this.resId]);
        await this.load();
    }

    async unlink({ link_id }) {
        await this.call("collab.document.link", "action_unlink", [[link_id]]);
        await this.load();
    }

    tell(message) {
        const title = this.name;
        this.services.notification.add(message, { type: "success", ...(title && { title }) });
    }
}

/**
 * Have the documents of the record of the component, loaded when the record was loaded or
 * saved.
 *
 * @param {() => boolean} [isWanted]
 * @returns {{ current: RecordDocuments }}
 */
export function useRecordDocuments(isWanted = () => true) {
    const component = useComponent();
    const env = useEnv();
    const documents = useState(known);
    const get = () => {
        const record = toRaw(component.props.record);
        if (!known.has(record)) {
            known.set(record, new RecordDocuments(env, record));
        }
        return documents.get(record);
    };
    useEffect(
        (record, data) => {
            if (isWanted()) {
                get().follow(toRaw(data));
            }
        },
        () => [toRaw(component.props.record), component.props.record.data]
    );
    return {
        get current() {
            return get();
        },
    };
}

import { reactive, toRaw, useComponent, useEnv, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { useBus, useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";

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
        // functions, as what they return is not to be watched, and must not be marked as raw:
        // the form watches its record
        this.getServices = () => env.services;
        this.getRecord = () => record;
        /** What the server has told of them; null as long as it has not, or does not tell. */
        this.value = null;
        this.isHidden = false;
        this.loadedFor = null;
    }

    get resModel() {
        return this.getRecord().resModel;
    }

    get resId() {
        return this.getRecord().resId;
    }

    get name() {
        const { display_name, name } = this.getRecord().data;
        return [display_name, name].find((text) => text && typeof text === "string") || "";
    }

    get canAdd() {
        return Boolean(this.value?.can_add);
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
        return this.getServices().orm.silent.call(model, method, args);
    }

    /** @param {Iterable<File>} files */
    add(files) {
        this.getServices().collab_upload.addToRecord([...files], this.resModel, this.resId);
    }

    /** Whether a file of the uploader is for this record. */
    isOurs({ target }) {
        return target.res_model === this.resModel && target.res_id === this.resId;
    }

    /** Make documents of what is attached to the record. */
    async takeAttachments() {
        const ids = await this.call("collab.document", "take_attachments", [
            this.resModel,
            this.resId,
        ]);
        await this.load();
        this.getServices().notification.add(
            ids.length === 1 ? _t("1 document made") : _t("%s documents made", ids.length),
            { type: "success" }
        );
    }

    async link(documentIds) {
        await this.call("collab.document.link", "link", [documentIds, this.resModel, this.resId]);
        await this.load();
    }

    async unlink({ link_id }) {
        await this.call("collab.document.link", "action_unlink", [[link_id]]);
        await this.load();
    }
}

/**
 * Have the documents of the record of the component, loaded when the record was loaded or
 * saved.
 *
 * @returns {{ current: RecordDocuments }}
 */
export function useRecordDocuments() {
    const component = useComponent();
    const env = useEnv();
    const documents = useState(known);
    const get = (record) => {
        if (!known.has(record)) {
            known.set(record, new RecordDocuments(env, record));
        }
        return documents.get(record);
    };
    useRecordObserver((record) => {
        // not waited for: the form need not be
        get(toRaw(record)).follow(toRaw(record.data));
    });
    return {
        get current() {
            return get(toRaw(component.props.record));
        },
    };
}

/**
 * What of the uploads is for a record, and have its documents loaded anew when one is done.
 *
 * @param {() => RecordDocuments} get
 * @returns {{ percentage: number|null }} null if nothing is under way
 */
export function useRecordUploads(get) {
    const uploader = useService("collab_upload");
    const state = useState(uploader.state);
    useBus(uploader.bus, "DONE", ({ detail }) => {
        if (get().isOurs(detail)) {
            get().load();
        }
    });
    return {
        get percentage() {
            const items = state.items.filter(
                (item) =>
                    get().isOurs(item) && ["waiting", "sending", "retrying"].includes(item.state)
            );
            const sum = (name) => items.reduce((total, item) => total + item[name], 0);
            return items.length ? Math.floor((100 * sum("sent")) / (sum("size") || 1)) : null;
        },
    };
}

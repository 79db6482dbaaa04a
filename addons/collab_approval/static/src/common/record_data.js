import { onWillStart, status, toRaw, useComponent, useEffect, useState } from "@odoo/owl";
import { ConnectionLostError } from "@web/core/network/rpc";
import { delay } from "@web/core/utils/concurrency";

/** How long, in ms, a form waits for the answer, so that it does not jump when it comes. */
const PATIENCE = 200;

/**
 * Have something from the server about the record of a view widget: at first, and each
 * time the record was loaded, saved, or exchanged for another one.
 *
 * @template T
 * @param {(record: Object) => Promise<T>} fetch not called for a record that is not saved
 * @returns {{ value: T|null, load: () => Promise<void> }} `value` is null as long as
 *  there is none, and when it cannot be read
 */
export function useRecordData(fetch) {
    const component = useComponent();
    const state = useState({ resId: false, value: null });
    let loadedFor = null;
    let calls = 0;

    async function load() {
        const { record } = component.props;
        const { resId } = record;
        const call = ++calls;
        loadedFor = toRaw(record.data);
        let value = null;
        try {
            value = resId ? await fetch(record) : null;
        } catch (error) {
            if (error instanceof ConnectionLostError) {
                return; // what is shown is the best there is
            }
        }
        if (call === calls && status(component) !== "destroyed") {
            Object.assign(state, { resId, value });
        }
    }

    onWillStart(() => Promise.race([load(), delay(PATIENCE)]));
    useEffect(
        (data) => {
            if (toRaw(data) !== loadedFor) {
                load();
            }
        },
        () => [component.props.record.data]
    );
    return {
        get value() {
            return state.resId === component.props.record.resId ? state.value : null;
        },
        load,
    };
}

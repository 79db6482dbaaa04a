import { useState } from "@odoo/owl";

/** What is shown before somebody asks for all. */
const FEW = 5;

/**
 * The first few of a list, until somebody asks for all of it. The button for that is the template
 * `collab_document.ShowAll`, with this as `list`.
 *
 * @template T
 * @param {() => T[]} getAll
 * @returns {{ shown: T[], hasMore: boolean, showAll: () => void }}
 */
export function useShortList(getAll) {
    const state = useState({ isWhole: false });
    return {
        get shown() {
            return state.isWhole ? getAll() : getAll().slice(0, FEW);
        },
        get hasMore() {
            return !state.isWhole && getAll().length > FEW;
        },
        showAll() {
            state.isWhole = true;
        },
    };
}

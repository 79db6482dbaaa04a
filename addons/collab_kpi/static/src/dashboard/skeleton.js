import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";

const KEY = "collab_kpi.skeleton";
/** What a dashboard is assumed to look like when it is opened for the first time. */
const FIRST = {
    header: 0,
    cells: [
        { width: 1 },
        { width: 1 },
        { width: 1 },
        { width: 1 },
        { width: 2, height: 330 },
        { width: 2, height: 330 },
    ],
};

const keyOf = (id) => `${KEY}.${user.userId}.${id}`;

/** What a dashboard looked like the last time, so that nothing jumps this time. */
export function readSkeleton(id) {
    try {
        const skeleton = JSON.parse(browser.localStorage.getItem(keyOf(id)));
        return Array.isArray(skeleton?.cells) ? skeleton : FIRST;
    } catch {
        return FIRST;
    }
}

/**
 * @param {number} id of the dashboard
 * @param {HTMLElement} page that shows it
 * @param {Object[]} tiles in it
 */
export function writeSkeleton(id, page, tiles) {
    const cells = page.querySelectorAll(".o_collab_cell");
    const skeleton = {
        header: page.querySelector(".o_collab_header").offsetHeight,
        cells: tiles.map(({ width }, index) => ({ width, height: cells[index]?.offsetHeight })),
    };
    browser.localStorage.setItem(keyOf(id), JSON.stringify(skeleton));
}

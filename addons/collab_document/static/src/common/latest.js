import { KeepLast, Race } from "@web/core/utils/concurrency";

/**
 * Of several answers to the same question, the latest. Whoever has asked before gets that one, too;
 * `KeepLast` by itself would leave them waiting for ever.
 */
export class Latest {
    constructor() {
        this.keepLast = new KeepLast();
        this.race = new Race();
    }

    /**
     * @template T
     * @param {Promise<T>} promise
     * @returns {Promise<T>}
     */
    add(promise) {
        return this.race.add(this.keepLast.add(promise));
    }
}

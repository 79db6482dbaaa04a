import { Deferred } from "@web/core/utils/concurrency";

/**
 * Keeps the cards of the workbench, and has one request at a time under way.
 *
 * What is asked for while a request is under way is gathered and asked in one
 * more request after it: an old answer can never overwrite a newer one.
 */
export class CardLoader {
    /**
     * @param {(keys: string[]|null) => Promise<Object[]>} fetch asks the server
     *  for some cards, or for all of them
     * @param {Object} [on]
     * @param {(cards: Object[]) => void} [on.loaded] called with all cards there are
     * @param {(error: Error) => void} [on.failed]
     */
    constructor(fetch, { loaded = () => {}, failed = () => {} } = {}) {
        this.fetch = fetch;
        this.onLoaded = loaded;
        this.onFailed = failed;
        this.cards = [];
        this.isRunning = false;
        this.resetWanted();
    }

    resetWanted() {
        this.wantsAll = false;
        this.wantedKeys = new Set();
        this.wanted = null;
    }

    /**
     * @param {string[]|null} [keys] all cards by default
     * @returns {Promise<void>} resolved once these cards were asked for and have
     *  arrived, or have failed to
     */
    load(keys = null) {
        if (keys === null) {
            this.wantsAll = true;
        } else {
            keys.forEach((key) => this.wantedKeys.add(key));
        }
        this.wanted ||= new Deferred();
        const wanted = this.wanted;
        if (!this.isRunning) {
            this.run();
        }
        return wanted;
    }

    async run() {
        this.isRunning = true;
        while (this.wanted) {
            const done = this.wanted;
            const keys = this.wantsAll ? null : [...this.wantedKeys];
            this.resetWanted();
            try {
                this.merge(keys, await this.fetch(keys));
                this.onLoaded(this.cards);
            } catch (error) {
                this.onFailed(error);
            }
            done.resolve();
        }
        this.isRunning = false;
    }

    /**
     * Replace the cards that were asked for by those that came; one that did not
     * come is no longer there for this user.
     *
     * @param {string[]|null} keys
     * @param {Object[]} cards
     */
    merge(keys, cards) {
        const others = keys ? this.cards.filter((card) => !keys.includes(card.key)) : [];
        this.cards = [...others, ...cards].sort(
            (a, b) => a.sequence - b.sequence || (a.key < b.key ? -1 : 1)
        );
    }
}

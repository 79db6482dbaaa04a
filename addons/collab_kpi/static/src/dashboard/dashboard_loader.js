import { markRaw } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, rpc, RPCError } from "@web/core/network/rpc";
import { user } from "@web/core/user";

/** How long to gather messages of the bus, in ms, before the figures are loaded again. */
const GATHER_DELAY = 2000;
/** By how much, in ms, that differs: all readers hear of new figures in the same moment. */
const SPREAD = 3000;

/**
 * @param {Error} error
 * @returns {string} what to tell the reader
 */
function sentenceOf(error) {
    if (error instanceof ConnectionLostError) {
        return _t("There is no connection at the moment.");
    }
    if (error instanceof RPCError && error.exceptionName?.startsWith("odoo.exceptions.")) {
        return error.data.message;
    }
    console.warn("The dashboard could not be loaded:", error);
    return _t("The dashboard cannot be shown at the moment.");
}

/**
 * Asks for a dashboard, and keeps what came last until the next is there.
 *
 * `asked` is what is wanted, `board` what is shown: they differ while an answer is under way, or
 * when none has come.
 */
export class DashboardLoader {
    /**
     * @param {import("@web/core/orm_service").ORM} orm
     * @param {Object} asked
     * @param {number} [asked.id] the reader's first dashboard by default
     * @param {string} [asked.grain] how long a period is; the dashboard's own by default
     * @param {number} [asked.back] how many periods ago
     * @param {Object} [board] what was shown when it was left
     */
    constructor(orm, { id = null, grain = null, back = 0 }, board = null) {
        this.orm = orm;
        this.turn = 0;
        this.asked = { id, grain, back, isWhole: false };
        this.board = board;
        this.choices = [];
        this.hasNone = false;
        this.isBusy = false;
        this.isStale = false;
        this.trouble = "";
        this.timer = null;
    }

    get status() {
        if (this.board) {
            return "ready";
        }
        if (this.hasNone) {
            return "none";
        }
        return this.trouble ? "failed" : "loading";
    }

    async start() {
        await Promise.all([this.asked.id && this.load(), this.loadChoices()]);
        if (!this.asked.id && this.choices.length) {
            await this.load({ id: this.choices[0].id });
        }
    }

    async loadChoices() {
        try {
            this.choices = await this.orm.silent.call("collab.dashboard", "choices", []);
            this.hasNone = !this.asked.id && !this.choices.length;
        } catch (error) {
            // without them one dashboard is still a dashboard
            if (!this.asked.id) {
                this.trouble = sentenceOf(error);
            }
        }
    }

    /**
     * Only what was asked last is shown, in whatever order the answers come.
     *
     * @param {Object} [change] of what is asked for
     * @param {boolean} [isQuiet] nobody waits for it
     * @returns {Promise<boolean>} whether it is shown now
     */
    async load(change = {}, isQuiet = false) {
        Object.assign(this.asked, change);
        this.isBusy ||= !isQuiet;
        this.isStale = false;
        const turn = ++this.turn;
        const answer = await this.fetch();
        if (turn !== this.turn) {
            return false;
        }
        this.isBusy = false;
        this.trouble = answer.trouble || "";
        if (answer.board) {
            const { grain, back } = answer.board;
            // replaced as a whole: nobody has to watch each of its figures
            this.board = markRaw(answer.board);
            Object.assign(this.asked, { grain, back });
        }
        return !this.trouble;
    }

    async fetch() {
        const { id, grain, back, isWhole } = this.asked;
        const params = { grain, back, context: user.context };
        if (isWhole) {
            params.is_whole = true;
        }
        try {
            return { board: await rpc(`/collab_kpi/dashboard/${id}`, params, { silent: true }) };
        } catch (error) {
            return { trouble: sentenceOf(error) };
        }
    }

    tryAgain() {
        this.trouble = "";
        return this.asked.id ? this.load() : this.start();
    }

    // -- keeping up to date -------------------------------------------------

    /** Some indicators were counted. */
    onValues({ kpi_ids: kpiIds }) {
        if (this.board?.tiles.some((tile) => kpiIds.includes(tile.kpi_id))) {
            this.reloadSoon();
        }
    }

    reloadSoon() {
        this.timer ??= browser.setTimeout(
            () => this.reload(),
            GATHER_DELAY + Math.random() * SPREAD
        );
    }

    /** Nobody looks at a hidden page, and who arranges tiles is not to be disturbed. */
    reload() {
        this.timer = null;
        this.isStale = document.hidden || this.asked.isWhole;
        if (!this.isStale) {
            this.load({}, true);
        }
    }

    onVisibilityChange() {
        if (!document.hidden && this.isStale) {
            this.reload();
        }
    }

    stop() {
        browser.clearTimeout(this.timer);
        this.timer = null;
    }
}

import { Component, onMounted, useEffect, useExternalListener, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useBus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { CardFrame } from "./card_frame";
import { CardLoader } from "./card_loader";

const { DateTime } = luxon;

/**
 * Have a half-width card that stands alone in its row fill the row.
 *
 * @param {{ width: string }[]} cards in the order of the page
 * @returns {boolean[]} for each card, whether it takes the whole width
 */
export function fillRows(cards) {
    const isFull = cards.map((card) => card.width === "full");
    let left = -1; // the card that waits for one beside it
    const close = () => {
        if (left >= 0) {
            isFull[left] = true;
        }
        left = -1;
    };
    cards.forEach((card, index) => {
        if (isFull[index]) {
            close();
        } else {
            left = left >= 0 ? -1 : index;
        }
    });
    close();
    return isFull;
}

/** How long to gather messages of the bus, in ms, before the cards are loaded. */
const GATHER_DELAY = 150;
/** From what age on, in ms, the cards are loaded again when the tab is looked at. */
const STALE_AFTER = 60_000;
const SKELETON_KEY = "collab_workbench.skeleton";
/** What the page is assumed to look like when it is opened for the first time. */
const FIRST_SKELETON = [{ width: "half" }, { width: "half" }, { width: "full" }];

/**
 * The home page: all cards that addons offer to the user, kept up to date.
 */
export class Workbench extends Component {
    static template = "collab_workbench.Workbench";
    static components = { CardFrame };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.busService = useService("bus_service");
        this.notification = useService("notification");
        this.grid = useRef("grid");
        this.state = useState({
            status: "loading",
            cards: [],
            busyKeys: [],
            loadedAt: null,
            isOffline: !browser.navigator.onLine,
            isHome: user.homeActionId === this.actionId,
        });
        this.skeleton = this.readSkeleton();
        this.loader = new CardLoader((keys) => this.fetch(keys), {
            loaded: (cards) => this.onLoaded(cards),
            failed: (error) => this.onFailed(error),
        });
        this.listen();
        onMounted(() => this.loader.load());
        useEffect(
            () => this.writeSkeleton(),
            () => [this.state.loadedAt]
        );
    }

    // -- keeping up to date -------------------------------------------------

    listen() {
        const staleKeys = new Set();
        const loadStale = useDebounced(() => {
            const keys = [...staleKeys];
            staleKeys.clear();
            this.reload(keys);
        }, GATHER_DELAY);
        const onMessage = ({ keys }) => {
            keys.forEach((key) => staleKeys.add(key));
            loadStale();
        };
        useEffect(
            () => {
                this.busService.subscribe("collab/card", onMessage);
                return () => this.busService.unsubscribe("collab/card", onMessage);
            },
            () => []
        );
        useBus(this.busService, "BUS:RECONNECT", () => this.reload());
        useExternalListener(document, "visibilitychange", () => this.onVisibilityChange());
        useExternalListener(browser, "online", () => this.reload());
        useExternalListener(browser, "offline", () => (this.state.isOffline = true));
    }

    onVisibilityChange() {
        const age = DateTime.now() - this.state.loadedAt;
        if (document.visibilityState === "visible" && this.state.loadedAt && age > STALE_AFTER) {
            this.reload();
        }
    }

    /**
     * @param {string[]} [keys] all cards by default
     */
    async reload(keys = null) {
        this.state.busyKeys = keys || this.state.cards.map((card) => card.key);
        await this.loader.load(keys);
        this.state.busyKeys = [];
    }

    retry() {
        this.state.status = "loading";
        return this.reload();
    }

    fetch(keys) {
        return this.orm.silent.call("collab.card", "load", [], { keys });
    }

    onLoaded(cards) {
        // a card without data has nothing to show at present
        const visible = cards.filter((card) => card.error || card.data !== null);
        Object.assign(this.state, {
            status: "ready",
            cards: visible,
            loadedAt: DateTime.now(),
            isOffline: false,
        });
    }

    onFailed(error) {
        if (this.state.status === "loading") {
            this.state.status = "failed";
        }
        this.state.isOffline = true;
        console.warn("The workbench could not be loaded:", error);
    }

    // -- the skeleton -------------------------------------------------------

    get skeletonKey() {
        return `${SKELETON_KEY}.${user.userId}`;
    }

    /** What the page looked like the last time, so that nothing jumps this time. */
    readSkeleton() {
        try {
            const skeleton = JSON.parse(browser.localStorage.getItem(this.skeletonKey));
            return Array.isArray(skeleton) ? skeleton : FIRST_SKELETON;
        } catch {
            return FIRST_SKELETON;
        }
    }

    writeSkeleton() {
        if (!this.state.loadedAt) {
            return;
        }
        const elements = this.grid.el?.querySelectorAll(".o_collab_cell") || [];
        const isFull = this.isFull;
        const skeleton = this.state.cards.map(({ title }, index) => ({
            title,
            width: isFull[index] ? "full" : "half",
            height: elements[index]?.offsetHeight,
        }));
        browser.localStorage.setItem(this.skeletonKey, JSON.stringify(skeleton));
    }

    get isFull() {
        return fillRows(this.state.cards);
    }

    /** No card has anything left, whether or not it is shown. */
    get isAllDone() {
        return this.state.cards.every((card) => !card.error && card.data.count === 0);
    }

    // -- the header ---------------------------------------------------------

    get greeting() {
        const hour = DateTime.now().hour;
        const name = user.name;
        if (hour >= 5 && hour < 12) {
            return _t("Good morning, %(name)s", { name });
        }
        if (hour >= 12 && hour < 18) {
            return _t("Good afternoon, %(name)s", { name });
        }
        return _t("Good evening, %(name)s", { name });
    }

    get today() {
        return DateTime.now().toLocaleString(DateTime.DATE_HUGE);
    }

    get offlineText() {
        const time = this.state.loadedAt.toLocaleString(DateTime.TIME_SIMPLE);
        return _t("No connection: this is how things stood at %s.", time);
    }

    get actionId() {
        return this.props.action.id;
    }

    get homeLabel() {
        return this.state.isHome ? _t("This is your home page") : _t("Make this my home page");
    }

    /** Open Odoo here, or wherever it opens for those who have not chosen. */
    async toggleHome() {
        const isHome = !this.state.isHome;
        await this.orm.write("res.users", [user.userId], {
            action_id: isHome ? this.actionId : false,
        });
        this.state.isHome = isHome;
        this.notification.add(
            isHome
                ? _t("Odoo now opens on your workbench.")
                : _t("Odoo no longer opens on your workbench."),
            { type: "success" }
        );
    }

    onLoadCard(key) {
        return this.reload([key]);
    }
}

registry.category("actions").add("collab_workbench.home", Workbench);

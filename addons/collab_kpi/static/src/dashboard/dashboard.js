import { Component, onMounted, useEffect, useExternalListener, useRef, useState } from "@odoo/owl";
import { router } from "@web/core/browser/router";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { download } from "@web/core/network/download";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useBus, useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Arrangement } from "./arrangement";
import { CountedAt } from "./counted_at";
import { DashboardLoader } from "./dashboard_loader";
import { PeriodSwitch } from "./period_switch";
import { readSkeleton, writeSkeleton } from "./skeleton";
import { TileGrid } from "./tile_grid";

const GRAINS = ["day", "week", "month", "quarter", "year"];

/** What the address says was shown before the page was loaded anew. */
function shownBefore({ id, path, tag }) {
    const { action, dashboard_id: dashboardId, grain, back } = router.current;
    if (![id, path, tag].includes(action) || !GRAINS.includes(grain)) {
        return {};
    }
    // an address has nothing for 0
    return { ...(dashboardId && { id: dashboardId }), grain, back: back || 0 };
}

/** Indicators in tiles, of one period, in the order that the reader likes best. */
export class Dashboard extends Component {
    static template = "collab_kpi.Dashboard";
    static components = { CountedAt, Dropdown, DropdownItem, PeriodSwitch, TileGrid };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.busService = useService("bus_service");
        this.orm = useService("orm");
        this.page = useRef("page");
        this.bar = useRef("bar");
        this.state = useState({ arrangement: null, isForAll: false, isSaving: false });
        const { action, state } = this.props;
        const asked = { id: action.params?.dashboard_id, ...shownBefore(action), ...state?.asked };
        this.loader = useState(new DashboardLoader(this.orm, asked, state?.board));
        this.skeleton = readSkeleton(asked.id);
        useSetupAction({
            getLocalState: () => {
                const { asked, board } = this.loader;
                return {
                    asked: { ...asked, isWhole: false },
                    board,
                    scroll: this.page.el.scrollTop,
                };
            },
        });
        this.listen();
        onMounted(() => {
            this.page.el.scrollTop = state?.scroll || 0;
            this.loader.start();
        });
        useEffect(
            () => this.onShown(),
            () => [this.loader.board]
        );
        useEffect(
            (bar) => bar?.focus(),
            () => [this.bar.el]
        );
    }

    // -- keeping up to date -------------------------------------------------

    listen() {
        useEffect(
            () => {
                const onValues = (message) => this.loader.onValues(message);
                this.busService.subscribe("collab_kpi/values", onValues);
                return () => {
                    this.busService.unsubscribe("collab_kpi/values", onValues);
                    this.loader.stop();
                };
            },
            () => []
        );
        useBus(this.busService, "BUS:RECONNECT", () => this.loader.reloadSoon());
        useExternalListener(document, "visibilitychange", () => this.loader.onVisibilityChange());
    }

    /** The address, the breadcrumb and the next skeleton follow what is shown. */
    onShown() {
        const { board } = this.loader;
        if (!board) {
            return;
        }
        const { id, grain, back, name } = board;
        this.props.updateActionState?.({ dashboard_id: id, grain, back });
        this.env.config?.setDisplayName?.(name);
        if (!this.state.arrangement) {
            writeSkeleton(id, this.page.el, board.tiles);
        }
    }

    // -- the header ---------------------------------------------------------

    get board() {
        return this.loader.board;
    }

    get companies() {
        return this.board.companies.length > 1 ? this.board.companies.join(", ") : "";
    }

    get isEmpty() {
        return !this.board.tiles.some((tile) => this.state.arrangement || !tile.is_hidden);
    }

    /** @param {number} id of another dashboard, which begins with its own periods */
    choose(id) {
        return this.loader.load({ id, grain: null, back: 0 });
    }

    exportXlsx() {
        const { id, grain, back } = this.board;
        return download({
            url: `/collab_kpi/dashboard/${id}/xlsx`,
            data: { grain, back, context: JSON.stringify(user.context) },
        });
    }

    edit() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "collab.dashboard",
            res_id: this.board.id,
            views: [[false, "form"]],
        });
    }

    // -- arranging ----------------------------------------------------------

    async arrange(isForAll) {
        if (await this.loader.load({ isWhole: true })) {
            const arrangement = new Arrangement(this.board.tiles);
            Object.assign(this.state, { arrangement, isForAll });
        } else {
            this.loader.asked.isWhole = false;
        }
    }

    async save() {
        const { arrangement, isForAll } = this.state;
        const method = isForAll ? "arrange_for_all" : "arrange";
        const tiles = isForAll ? arrangement.all : arrangement.shown;
        await this.leaveBy(method, tiles);
    }

    async reset() {
        await this.leaveBy("reset_arrangement");
    }

    async leaveBy(method, ...args) {
        this.state.isSaving = true;
        try {
            await this.orm.call("collab.dashboard", method, [[this.board.id], ...args]);
        } finally {
            this.state.isSaving = false;
        }
        await this.leave();
    }

    /** As it was arranged until the answer comes, so that nothing jumps back and forth. */
    async leave() {
        await this.loader.load({ isWhole: false });
        this.state.arrangement = null;
    }
}

registry.category("actions").add("collab_dashboard", Dashboard);

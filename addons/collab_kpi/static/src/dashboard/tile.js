import { Component, onError, onWillUpdateProps, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Hint } from "./hint";
import { saveTrendPicture } from "./trend_picture";

const kindRegistry = registry.category("collab_kpi_tiles");

/**
 * The frame around an indicator: its title, what is to be known of it, and what is said when it
 * cannot be shown. What is in it is the registry's, by kind; one that crashes does so inside.
 */
export class Tile extends Component {
    static template = "collab_kpi.Tile";
    static components = { Dropdown, DropdownItem, Hint };
    static props = { tile: Object, grain: String, period: Object };

    setup() {
        this.action = useService("action");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.state = useState({ hasCrashed: false, isTable: false });
        this.drill = this.drill.bind(this);
        onError((error) => {
            console.warn(`Tile ${this.props.tile.id} has crashed:`, error);
            this.state.hasCrashed = true;
        });
        onWillUpdateProps(({ tile }) => {
            if (tile !== this.props.tile) {
                this.state.hasCrashed = false;
            }
        });
    }

    // -- what is shown ------------------------------------------------------

    get titleId() {
        return `o_collab_tile_${this.props.tile.id}`;
    }

    get Kind() {
        return this.state.hasCrashed ? null : kindRegistry.get(this.props.tile.kind, null);
    }

    /** Instead of a figure: why there is none. */
    get trouble() {
        const { withheld, error } = this.props.tile;
        if (withheld) {
            return { key: "withheld", icon: "fa-lock", text: withheld };
        }
        if (error) {
            return { key: "error", icon: "fa-exclamation-triangle", text: error };
        }
        if (!this.Kind) {
            const text = _t("This indicator cannot be shown. The others are not affected.");
            return { key: "crash", icon: "fa-chain-broken", text };
        }
        return null;
    }

    get isChart() {
        const { kind, trend } = this.props.tile;
        return !this.trouble && kind === "trend" && trend?.values.some((value) => value !== null);
    }

    /** An indicator that has no such periods is shown by its own. */
    get ownPeriod() {
        const { grain, period_label: label } = this.props.tile;
        return grain && grain !== this.props.grain ? label : "";
    }

    get grain() {
        return this.props.tile.grain || this.props.grain;
    }

    /** The first day of the period that is shown. */
    get start() {
        const { trend, ranking, bottleneck } = this.props.tile;
        const starts = [trend?.starts.at(-1), ranking?.start, bottleneck?.start];
        return starts.find(Boolean) || this.props.period.start;
    }

    get authorisedText() {
        return _t("Counts all records, also those that you may not open.");
    }

    // -- acting -------------------------------------------------------------

    /**
     * Show the records behind a figure.
     *
     * @param {Object} [of] the total of the period by default
     * @param {string} [of.start] of another period
     * @param {number} [of.resId] of one part only, 0: of none
     * @param {number} [of.kpiId] of another indicator that the tile shows
     */
    async drill({ start = this.start, resId, kpiId = this.props.tile.kpi_id } = {}) {
        if (this.props.tile.opens_nothing) {
            this.notification.add(
                _t("This figure is about people, and opens no records of single ones."),
                { type: "info" }
            );
            return;
        }
        const what = { grain: this.grain, start };
        if (resId !== undefined) {
            Object.assign(what, { dimension_id: this.props.tile.dimension_id, res_id: resId });
        }
        const action = await this.orm.call("collab.kpi", "action_drill", [[kpiId]], what);
        if (action) {
            await this.action.doAction(action);
        } else {
            this.notification.add(_t("There are no records to show behind this figure."), {
                type: "info",
            });
        }
    }

    toggleTable() {
        this.state.isTable = !this.state.isTable;
    }

    savePicture() {
        return saveTrendPicture(this.props.tile, this.ownPeriod || this.props.period.label);
    }
}

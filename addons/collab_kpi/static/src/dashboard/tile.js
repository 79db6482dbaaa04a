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
        return !this.trouble && this.props.tile.trend?.values.some((value) => value !== null);
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
     */
    async drill({ start = this.props.period.start, resId } = {}) {
        const { kpi_id: kpiId, dimension_id: dimensionId } = this.props.tile;
        const what = { grain: this.props.grain, start };
        if (resId !== undefined) {
            Object.assign(what, { dimension_id: dimensionId, res_id: resId });
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
        return saveTrendPicture(this.props.tile, this.props.period.label);
    }
}

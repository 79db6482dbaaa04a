import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Status } from "./status";

/** Every kind of tile is given these. */
export const tileProps = {
    tile: Object,
    period: Object,
    isTable: { type: Boolean, optional: true },
    drill: Function,
};

/** That there are further rows than those that are shown. */
export const moreText = (more) => (more === 1 ? _t("and 1 more") : _t("and %s more", more));

/** How the server writes that there is no figure. */
const NONE = "–";
const ARROWS = { "+": "fa-arrow-up", "-": "fa-arrow-down", "−": "fa-arrow-down" };

/** The figure of the period, and what it is compared with. */
export class Figure extends Component {
    static template = "collab_kpi.Figure";
    static components = { Status };
    static props = tileProps;

    get figure() {
        return this.props.tile.figure;
    }

    get hasValue() {
        return (this.figure?.value ?? null) !== null;
    }

    get label() {
        const { title } = this.props.tile;
        return _t("%(figure)s, %(title)s: show the records", { figure: this.figure.text, title });
    }

    get change() {
        const { change_text: change, previous_text: previous, is_good: isGood } = this.figure;
        if (!previous || previous === NONE) {
            return null;
        }
        return {
            icon: ARROWS[change[0]] || "fa-arrow-right",
            text: change
                ? _t("%(change)s from %(previous)s", { change, previous })
                : _t("%s before", previous),
            judgement: { true: "good", false: "bad" }[isGood] || "",
        };
    }

    get forecastText() {
        const { text, range_text: range } = this.props.tile.forecast;
        return range
            ? _t("Expected: %(figure)s (%(range)s)", { figure: text, range })
            : _t("Expected: %s", text);
    }
}

registry.category("collab_kpi_tiles").add("number", Figure);

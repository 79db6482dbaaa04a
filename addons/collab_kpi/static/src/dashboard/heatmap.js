import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { moreText, tileProps } from "./figure";

/** What the columns have of the width, in per cent: all the same, also those without figures. */
const ALL_COLUMNS = 80;
const STEPS = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
};

/**
 * Parts × periods, the stronger the shade the more. Tab goes to one cell, the arrows from there:
 * nobody has to pass two hundred of them.
 */
export class Heatmap extends Component {
    static template = "collab_kpi.Heatmap";
    static props = tileProps;

    setup() {
        this.levels = [0, 1, 2, 3, 4];
        this.root = useRef("root");
        this.state = useState({ row: null, column: null });
        onMounted(() => {
            // the newest are what one looks for
            if (this.root.el) {
                this.root.el.scrollLeft = localization.direction === "rtl" ? -1e6 : 1e6;
            }
        });
    }

    get map() {
        return this.props.tile.heatmap;
    }

    get columnWidth() {
        return ALL_COLUMNS / this.map.labels.length;
    }

    get moreText() {
        return moreText(this.map.more);
    }

    isFigure(row, column) {
        return (this.map.rows[row]?.cells[column]?.value ?? null) !== null;
    }

    /** The cell that Tab goes to. */
    get current() {
        if (this.isFigure(this.state.row, this.state.column)) {
            return this.state;
        }
        const row = this.map.rows.findIndex(({ cells }) => cells.some((c) => c.value !== null));
        return {
            row,
            column: this.map.rows[row]?.cells.findLastIndex((c) => c.value !== null),
        };
    }

    isCurrent(row, column) {
        return this.current.row === row && this.current.column === column;
    }

    label(row, column) {
        return _t("%(part)s, %(period)s: %(figure)s", {
            part: row.name,
            period: this.map.labels[column],
            figure: row.cells[column].text,
        });
    }

    onFocus(row, column) {
        Object.assign(this.state, { row, column });
    }

    onKeydown(ev) {
        if (!STEPS[ev.key]) {
            return;
        }
        ev.preventDefault();
        const [down, right] = STEPS[ev.key];
        const across = localization.direction === "rtl" ? -right : right;
        let { row, column } = this.current;
        do {
            row += down;
            column += across;
        } while (this.map.rows[row]?.cells[column] && !this.isFigure(row, column));
        this.root.el.querySelector(`[data-cell="${row}-${column}"]`)?.focus();
    }
}

registry.category("collab_kpi_tiles").add("heatmap", Heatmap);

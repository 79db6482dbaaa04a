import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { Figure, tileProps } from "./figure";
import { TrendChart } from "./trend_chart";

/** A figure and how it came to it: as a line, or as a table for whoever prefers to read. */
export class Trend extends Component {
    static template = "collab_kpi.Trend";
    static components = { Figure, TrendChart };
    static props = tileProps;

    get hasValues() {
        return this.props.tile.trend?.values.some((value) => value !== null);
    }

    /** The newest first. */
    get rows() {
        const { labels, long_labels: long, starts, values, texts, target } = this.props.tile.trend;
        return (long || labels)
            .map((label, index) => ({
                label,
                start: starts[index],
                text: texts[index],
                isKnown: values[index] !== null,
                isMet: this.isMet(values[index], target?.[index]),
            }))
            .reverse();
    }

    /** @returns {boolean|null} null: nothing was to be met */
    isMet(value, target) {
        const { direction } = this.props.tile.format;
        if (value === null || target === null || target === undefined || direction === "none") {
            return null;
        }
        return direction === "up" ? value >= target : value <= target;
    }

    pick(index) {
        return this.props.drill({ start: this.props.tile.trend.starts[index] });
    }
}

registry.category("collab_kpi_tiles").add("trend", Trend);

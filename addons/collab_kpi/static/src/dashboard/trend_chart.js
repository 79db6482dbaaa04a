import { Component, onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { colorsOf } from "./trend_colors";
import { trendConfig } from "./trend_config";

/** The line of an indicator over its last periods. */
export class TrendChart extends Component {
    static template = "collab_kpi.TrendChart";
    static props = { tile: Object, onPick: Function };

    setup() {
        this.canvas = useRef("canvas");
        this.chart = null;
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => this.draw(),
            () => [this.props.tile]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    /** The same chart with other figures, so that nothing flickers when they change. */
    draw() {
        const config = trendConfig(this.props.tile, colorsOf(this.canvas.el), {
            onPick: (index) => this.pick(index),
            isStill: browser.matchMedia("(prefers-reduced-motion: reduce)").matches,
        });
        if (this.chart) {
            Object.assign(this.chart, { data: config.data, options: config.options });
            this.chart.update("none");
        } else {
            this.chart = new Chart(this.canvas.el, config);
        }
    }

    pick(index) {
        if (this.props.tile.trend.values[index] !== null) {
            this.props.onPick(index);
        }
    }

    /** What somebody who does not see the line is told. */
    get summary() {
        const { title, trend } = this.props.tile;
        const known = trend.values.flatMap((value, index) => (value === null ? [] : [index]));
        const by = [...known].sort((a, b) => trend.values[a] - trend.values[b]);
        const said = (index) =>
            `${trend.texts[index]} (${(trend.long_labels || trend.labels)[index]})`;
        return _t("%(title)s: lowest %(lowest)s, highest %(highest)s, last %(last)s.", {
            title,
            lowest: said(by[0]),
            highest: said(by.at(-1)),
            last: said(known.at(-1)),
        });
    }

    /** What there is in the picture besides the line. */
    get legend() {
        const { target, warn, forecast, changes } = this.props.tile.trend;
        const has = (values) => values?.some((value) => value !== null);
        return [
            has(target) && { key: "target", label: _t("Target") },
            has(warn) && { key: "warn", label: _t("Limit") },
            forecast && { key: "forecast", label: _t("Expected") },
            changes?.length && { key: "change", label: _t("Other formula") },
        ].filter(Boolean);
    }
}

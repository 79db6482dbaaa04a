import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { tileProps } from "./figure";

const sum = (values) => values.reduce((total, value) => total + (value || 0), 0);

/** Where the time goes: for each part how long it was what. */
export class Bottleneck extends Component {
    static template = "collab_kpi.Bottleneck";
    static props = tileProps;

    get parts() {
        return this.props.tile.bottleneck.parts;
    }

    /** The longest row fills the width. */
    get rows() {
        const { rows } = this.props.tile.bottleneck;
        const longest = Math.max(...rows.map(({ values }) => sum(values))) || 1;
        return rows.map((row) => ({
            ...row,
            segments: row.values.flatMap((value, index) =>
                value ? [{ index, text: row.texts[index], share: value / longest }] : []
            ),
        }));
    }

    label({ name, text, texts }) {
        const parts = this.parts.map(({ label }, index) => `${label} ${texts[index]}`);
        return `${name}, ${text}: ${parts.join(", ")}`;
    }
}

registry.category("collab_kpi_tiles").add("bottleneck", Bottleneck);
